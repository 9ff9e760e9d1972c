"""`crmcli sla policy add|list|end`, `sla check`: what is promised to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.keeping import DryRunOption
from crmcli.cli.program import program
from crmcli.cli.session import say, session, show
from crmcli.cli.sla.tables import policies_table
from crmcli.cli.sla.writing import rewritten
from crmcli.cli.typed import day
from crmcli.errors import UsageError
from crmcli.language import N_, nearest
from crmcli.language import gettext as _
from crmcli.table import Column, Kind, ListRows, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

app = program()
policy_app = program(help=_("Promises: how soon tickets are answered and settled, by priority, class and kind."))
EXIT_FAULTS = 4
FAULTS = (
    Column("fault", N_("Fault"), Kind.LEVEL, words=(N_("tie"), "idle_calendar", "no_calendar")),
    Column("about", N_("About"), Kind.TEXT),
    Column("message", N_("What is wrong"), Kind.TEXT),
    Column("hint", N_("What to do"), Kind.TEXT),
)
_WORDS = (N_("idle calendar"), N_("no calendar"))  # for the translators
_DURATION = _("such as 30m, 4h, 2d (working days), or minutes")


@policy_app.command(
    "add",
    help=_("Promise an answer and a solution to some tickets, or to all."),
    epilog="crmcli sla policy add --priority urgent --class A --response 30m --resolution 1d",
)
def add(
    context: typer.Context,
    priority: Annotated[str | None, typer.Option("--priority", metavar="WORD", help=_("of this priority; all unless said"))] = None,
    letter: Annotated[str | None, typer.Option("--class", metavar="key|A|B|C", help=_("of customers of this class"))] = None,
    kind: Annotated[str | None, typer.Option("--kind", metavar="WORD", help=_("of this kind, such as complaint"))] = None,
    response: Annotated[str | None, typer.Option("--response", metavar="TIME", help=_DURATION)] = None,
    resolution: Annotated[str | None, typer.Option("--resolution", metavar="TIME", help=_DURATION)] = None,
    calendar: Annotated[
        str | None, typer.Option("--calendar", metavar="CALENDAR", help=_("whose hours count; the usual one unless said"))
    ] = None,
    since: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help=_("for tickets opened from this day on; today unless said, the very "
                                                                  "first policy is for all"))
    ] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="DATE", help=_("and before this day"))] = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:  # fmt: skip
    """Promise an answer and a solution to some tickets, or to all."""
    from crmcli.rules.sla.arrangement import FROM_THE_BEGINNING, require_policy
    from crmcli.rules.sla.calendars import usual_minutes
    from crmcli.rules.sla.durations import parse_duration
    from crmcli.rules.sla.policies import Policy
    from crmcli.store.journal import Writer
    from crmcli.store.sla.policies import add_policy
    from crmcli.store.sla.rows import find_calendar, stored_policies

    state = session(context)

    def do(writer: Writer) -> tuple[Policy, int]:
        con = writer.con
        chosen = find_calendar(con, calendar)
        from_on = day(since) or (state.today if stored_policies(con) else FROM_THE_BEGINNING)
        length = usual_minutes(chosen.calendar, from_on)
        times = [None if text is None else parse_duration(text, day_minutes=length) for text in (response, resolution)]
        sides = (_known(con, "priority", priority), _class(letter), _known(con, "kind", kind))
        policy = Policy(0, *sides, times[0], times[1], chosen.name, from_on, day(until))
        return add_policy(writer, require_policy(policy, _("the policy"))), length

    _made, length = rewritten(
        state, do, lambda con: policies_table(stored_policies(con), state.today),
        dry_run=dry_run, format=format, output=output,
    )  # fmt: skip
    if any(sign in (text or "").casefold() for text in (response, resolution) for sign in ("d", "д")):
        say(_("A working day counts %(hours)s hours here") % {"hours": f"{length / 60:g}"})


@policy_app.command("list", help=_("What is promised, the most special first."), epilog="crmcli sla policy list --all")
def list_policies(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help=_("those that ended, too"))] = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """What is promised, the most special first."""
    from crmcli.store.sla.rows import stored_policies

    state = session(context)
    with state.reading() as con:
        found = stored_policies(con)
    shown = [one for one in found if everything or one.to_on is None or one.to_on > state.today]
    show(policies_table(shown, state.today), format=format, output=output)


@policy_app.command("end", help=_("End a policy: it is for no ticket opened from that day on."),
                    epilog="crmcli sla policy end 3 --on 2027-01-01")  # fmt: skip
def end(
    context: typer.Context,
    number: Annotated[int, typer.Argument(metavar="POLICY", help=_("its number, as in: crmcli sla policy list"))],
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help=_("the first day it is for no more; today unless said"))
    ] = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """End a policy: it is for no ticket opened from that day on."""
    from crmcli.store.sla.policies import end_policy
    from crmcli.store.sla.rows import stored_policies

    state = session(context)
    last = day(on) or state.today
    rewritten(
        state, lambda writer: end_policy(writer, number, last),
        lambda con: policies_table(stored_policies(con), state.today), dry_run=dry_run, format=format, output=output,
    )  # fmt: skip


@app.command("check", help=_("Look for ties and calendars that never work; silent when there is none, exit 4 else."),
             epilog="crmcli sla check --format csv")  # fmt: skip
def check(context: typer.Context, format: options.FormatOption = None, output: options.OutputOption = None) -> None:
    """Look for faults of policies and calendars; exit 4 when there are any."""
    state = session(context)
    with state.reading() as con:
        rows = _faults(con)
    if rows:
        show(
            Table("faults", _("Faults of calendars and policies"), FAULTS, ListRows(rows)), format=format, output=output
        )
        raise typer.Exit(EXIT_FAULTS)


def _faults(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str, str | None]]:
    import datetime as dt

    from crmcli.errors import CrmError
    from crmcli.reports.service.clock import calendar_pieces
    from crmcli.rules.sla.policies import clashes
    from crmcli.rules.sla.windows import Enough
    from crmcli.store.sla.policies import explained
    from crmcli.store.sla.rows import stored_calendars, stored_policies

    known, policies = stored_calendars(con), stored_policies(con)
    rows: list[tuple[str, str, str, str | None]] = [
        ("tie", f"{clash.first.policy_no}, {clash.second.policy_no}", *explained(clash)) for clash in clashes(policies)
    ]
    for one in known:
        for first in {week.from_on for week in one.calendar.weeks} or {dt.date(2000, 1, 1)}:
            try:
                calendar_pieces(one.calendar, first, Enough(first, ahead=1))
            except CrmError as error:
                rows.append(("idle_calendar", one.name, error.message, error.hint))
    names = {one.name for one in known}
    rows += [
        ("no_calendar", str(policy.policy_no), _("policy %(number)s has no calendar") % {"number": policy.policy_no},
         f"crmcli sla policy end {policy.policy_no}")
        for policy in policies if policy.calendar not in names
    ]  # fmt: skip
    return rows


def _known(con: duckdb.DuckDBPyConnection, side: str, word: str | None) -> str | None:
    """A priority or kind as tickets have it, English or in the owner's language.

    Raises:
        UsageError: No ticket has it and none could.
    """
    from crmcli.rules.tickets.priority import KINDS, PRIORITIES

    if word is None or not word.strip():
        return None
    ours = PRIORITIES if side == "priority" else KINDS
    used = con.execute(f"SELECT DISTINCT lower(trim({side})) FROM tickets WHERE {side} IS NOT NULL").fetchall()
    return _one_of(word, [*ours, *sorted({text for (text,) in used if text} - set(ours))], side)


def _class(word: str | None) -> str | None:
    from crmcli.rules.tickets.priority import CLASSES

    return _one_of(word, list(CLASSES), "class") if word and word.strip() else None


def _one_of(word: str, known: Sequence[str], side: str) -> str:
    for one in known:
        if word.strip().casefold() in (one.casefold(), _(one).casefold()):
            return one
    names = {"priority": _("there is no priority %(word)s"), "kind": _("there is no kind of tickets %(word)s")}
    message = names.get(side) or _("there is no class %(word)s")
    hint = nearest(word, list(known)) or _("one of: %(words)s") % {"words": ", ".join(known[:12])}
    raise UsageError(message % {"word": repr(word)}, hint)
