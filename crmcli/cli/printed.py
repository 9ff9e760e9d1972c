"""Duties and plans as pages: commands that show them as tables hand over here when a page is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.cli.papers import paper_of, put_briefing
from crmcli.language import current
from crmcli.language import gettext as _

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    import duckdb

    from crmcli.documents.briefings.duties import Appointed
    from crmcli.store.managers.managers import Manager
    from crmcli.table import Table


def put_duties(
    con: duckdb.DuckDBPyConnection,
    roles: Sequence[str],
    *,
    manager: tuple[int, Manager] | None,
    day: dt.date,
    format: str | None,
    output: str | None,
) -> bool:
    """The duties of roles as a page, of one manager with a name to sign; False where no page is asked for.

    Args:
        con: An open store.
        roles: Whose duties.
        manager: Number and facts of the manager whose role it is; None: of the role at large.
        day: Of the page.
        format: As typed.
        output: As typed.
    """
    paper = paper_of(format, output)
    if paper is None:
        return False
    from crmcli.documents.briefings.duties import duties_briefing
    from crmcli.store.managers.duties import duties_of

    lines = [(role, duties_of(con, role)) for role in roles]
    whom = _appointed(con, *manager, day) if manager else None
    put_briefing(con, duties_briefing(lines, language=current(), as_of=day, whom=whom), paper, output)
    return True


def put_plan(
    con: duckdb.DuckDBPyConnection, tables: Sequence[Table], *, day: dt.date, format: str | None, output: str | None
) -> bool:
    """A plan as a page to be agreed and signed; False where no page is asked for.

    Args:
        con: An open store.
        tables: Of the plan, as `crmcli.reports.plans.sheet` makes them.
        day: Of the look.
        format: As typed.
        output: As typed.
    """
    paper = paper_of(format, output)
    if paper is None:
        return False
    from crmcli.cli import options
    from crmcli.documents.briefings.plan import plan_briefing

    briefing = plan_briefing(tables, language=current(), as_of=day, currency=options.currency(con))
    put_briefing(con, briefing, paper, output)
    return True


def _appointed(con: duckdb.DuckDBPyConnection, number: int, manager: Manager, day: dt.date) -> Appointed:
    """A manager with all that stands on the page of their duties."""
    from crmcli.documents.briefings.duties import Appointed
    from crmcli.numbers import cell
    from crmcli.reports.keys.looked_after import looked_after
    from crmcli.store.managers.managers import all_managers
    from crmcli.table import Kind

    names = {one.code: f"{one.name} ({one.code})" for _number, one in all_managers(con)}
    hours = cell(manager.capacity_hours, Kind.QUANTITY) if manager.capacity_hours is not None else ""
    details = (
        (_("Region"), manager.region or ""), (_("Skills"), manager.skills or ""), (_("Languages"), manager.languages or ""),
        (_("Hours a month"), hours),
    )  # fmt: skip
    senior = names.get(manager.senior or "", manager.senior or "")
    return Appointed(names[manager.code], senior, details, looked_after(con, number, as_of=day))
