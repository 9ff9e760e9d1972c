"""`crmcli plan calendar`: steps of plans for the owner's own calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.plans.options import ManagerOption, whose
from crmcli.cli.program import program
from crmcli.cli.selling import put_document
from crmcli.cli.session import session
from crmcli.cli.typed import day
from crmcli.errors import UsageError
from crmcli.language import gettext as _

if TYPE_CHECKING:
    from crmcli.documents.calendar import Entry
    from crmcli.reports.plans.entries import StepEntry

app = program()
_BACK = 31  # days it looks back, unless said
_ENTRY_STATE = {"done": "done", "skipped": "cancelled", "dropped": "cancelled"}


@app.command("calendar", help=_("Steps as an iCalendar file for your own calendar; taken in again, entries are brought up to date."),
             epilog="crmcli plan calendar --manager M1 --output plans.ics")  # fmt: skip
def calendar(
    context: typer.Context,
    manager: ManagerOption = None,
    customer: options.CustomerOption = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help=_("due from this day on; 31 days back unless said"))
    ] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="DATE", help=_("due up to this day"))] = None,
    kind: Annotated[str, typer.Option("--as", metavar="event|todo", help=_("entries of the day, or tasks"))] = "event",
    as_of: options.AsOfOption = "today",
    output: options.OutputOption = None,
) -> None:
    """Steps as an iCalendar file for your own calendar."""
    import datetime as dt

    from crmcli.documents.calendar import calendar_file
    from crmcli.reports.plans.entries import calendar_entries
    from crmcli.store.plans.identity import store_identity

    if kind not in ("event", "todo"):
        raise UsageError(_("entries can be no %(kind)s") % {"kind": repr(kind)}, "--as event, --as todo")
    state = session(context)
    with state.reading() as con:
        on = options.settled_day(as_of, con, state)
        first = day(since) or on - min(dt.timedelta(_BACK), on - dt.date.min)
        found = calendar_entries(con, whose(con, customer, manager), on, since=first, until=day(until))
        identity = store_identity(con)
    content = calendar_file([_entry(one, identity) for one in found], name=_("Relationship plans"), todo=kind == "todo")
    put_document(content, "ics", output)


def _entry(step: StepEntry, identity: str) -> Entry:
    """A step as an entry: what to do with whom, in the owner's language; how to settle it below."""
    from crmcli.documents.calendar import OPEN, Entry
    from crmcli.numbers import cell
    from crmcli.table import Kind

    name = f"{step.plan_no}/{step.step_no}"
    what = _((step.channel or "").replace("_", " "))
    summary = f"{step.name or step.customer or '–'}: {what}" + (f", {step.subject}" if step.subject else "")
    lines = [
        f"{step.name} ({step.customer})",
        _("Phone: %(phone)s") % {"phone": step.phone} if step.phone else "",
        _("Minutes: %(minutes)s") % {"minutes": cell(step.minutes, Kind.QUANTITY)} if step.minutes is not None else "",
        _("Manager: %(manager)s") % {"manager": step.manager} if step.manager else "",
        _("Outcome: %(outcome)s") % {"outcome": step.outcome} if step.outcome else "",
        f"crmcli plan done {name}" if step.state in ("due", "late") else "",
    ]
    return Entry(
        f"{step.plan_no}-{step.step_no}.{identity}@crmcli", step.due_on, summary, tuple(lines), what or None,
        _ENTRY_STATE.get(step.state, OPEN), step.sequence, step.changed_at, step.minutes, step.done_on,
    )  # fmt: skip
