"""One step on one deal, and what the deal is like then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.cli.deals.options import ensure_stages, head_of, loaded
from crmcli.cli.keeping import tell_step, written
from crmcli.cli.session import Session, say, show

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from crmcli.reports.deals.standing import Standing
    from crmcli.store.deals.rows import Deal
    from crmcli.store.journal import Writer
    from crmcli.table import Table


def change(
    state: Session,
    number: str,
    day: dt.date,
    do: Callable[[Writer, Deal, Standing], None],
    *,
    dry_run: bool,
    format: str | None,
    output: str | None,
) -> None:
    """One step on one deal, and what it is like then."""

    def step_of(writer: Writer) -> tuple[str | None, Table]:
        deal, found = loaded(writer.con, number, max(day, state.today))
        begun = ensure_stages(writer)
        do(writer, deal, found)
        return begun, head_of(writer.con, deal.id, state)

    (begun, table), step = written(state, "deal", dry_run=dry_run, do=step_of)
    if begun:
        say(begun)
    show(table, format=format, output=output)
    tell_step(step)
