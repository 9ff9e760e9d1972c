"""What commands on plans share: options, whose plans are meant, and which one a word means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli.typed import customer_of, manager_named
from crmcli.language import gettext as _

if TYPE_CHECKING:
    import datetime as dt

    import duckdb

    from crmcli.cli.session import Session
    from crmcli.reports.plans.listing import Whose
    from crmcli.store.plans.rows import Plan
    from crmcli.table import Table

ManagerOption = Annotated[
    str | None, typer.Option("--manager", "-m", metavar="MANAGER", help=_("only this one's customers: code or name"))
]
PlanArgument = Annotated[str, typer.Argument(metavar="PLAN", help=_("its number, such as P-2026-0001"))]
StepArgument = Annotated[str, typer.Argument(metavar="STEP", help=_("plan and step, such as P-2026-0001/3"))]


def whose(con: duckdb.DuckDBPyConnection, customer: str | None, manager: str | None) -> Whose:
    """Whose plans are meant, by the words typed.

    Raises:
        NotFoundError, ConflictError: A word means nobody, or several.
    """
    from crmcli.reports.plans.listing import Whose

    return Whose(customer_of(con, customer), manager_named(con, manager))


def sheet_of(con: duckdb.DuckDBPyConnection, word: str, day: dt.date) -> tuple[Table, ...]:
    """The tables of the plan that a number means, or of the plan with the customer that a word means.

    Raises:
        NotFoundError: There is none, or none was known by that day.
    """
    from crmcli.cli import options
    from crmcli.errors import NotFoundError
    from crmcli.reports.lookup import find_party
    from crmcli.reports.plans.sheet import Told, known_plans, plan_sheet, plan_tables

    currency = options.currency(con)
    if (plan := _plan_of(con, word)) is not None:
        found = known_plans(con, day, plan_id=plan.id)
        if not found:
            words = {"plan": plan.plan_no, "day": day.isoformat()}
            raise NotFoundError(_("plan %(plan)s was not known on %(day)s") % words)
        return plan_tables(con, Told(found[0], day, currency))
    party = find_party(con, word)
    tables = plan_sheet(con, party.id, day, currency=currency)
    if not tables:
        words = {"name": party.name, "customer": party.code}
        raise NotFoundError(
            _("there is no plan with %(name)s (%(customer)s)") % words,
            _("Make one: crmcli keyaccount plan %(customer)s") % words,
        )
    return tables


def made_tables(con: duckdb.DuckDBPyConnection, state: Session, plan_id: int) -> tuple[Table, ...]:
    """The tables of a plan as it stands now."""
    from crmcli.cli import options
    from crmcli.reports.plans.sheet import Told, known_plans, plan_tables

    (facts,) = known_plans(con, state.today, plan_id=plan_id)
    return plan_tables(con, Told(facts, state.today, options.currency(con)))


def _plan_of(con: duckdb.DuckDBPyConnection, word: str) -> Plan | None:
    from crmcli.errors import NotFoundError
    from crmcli.store.plans.rows import find_plan

    try:
        return find_plan(con, word)
    except NotFoundError:
        if word.strip().upper().startswith("P-") and word.strip()[2:6].isdigit():
            raise
        return None
