"""What commands on deals share: options, who is meant, and what is shown of a deal after a change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.errors import ConflictError, UsageError
from crmcli.language import gettext as _
from crmcli.language import nearest

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    import duckdb

    from crmcli.cli.session import Session
    from crmcli.reports.deals.standing import Standing
    from crmcli.store.deals.rows import Deal
    from crmcli.store.journal import Writer
    from crmcli.table import Table

DealArgument = Annotated[str, typer.Argument(metavar="DEAL", help=_("its number, such as DL-2026-0001"))]
NoteOption = Annotated[str | None, typer.Option("--note", metavar="TEXT", help=_("in your own words"))]
OnOption = Annotated[str | None, typer.Option("--on", metavar="DATE", help=_("the day it happened; today unless said"))]
ManagerOption = Annotated[
    str | None, typer.Option("--manager", "-m", metavar="MANAGER", help=_("only this one's deals: code or name"))
]
SilentOption = Annotated[
    int, typer.Option("--silent", min=1, max=3660, metavar="DAYS", help=_("rotting after so many days without a touch"))
]


def past_day(text: str | None, state: Session) -> dt.date:
    """A day as typed, today without one.

    Raises:
        UsageError: It is to come.
    """
    from crmcli.cli.selling import day_of

    day = day_of(text, state)
    if day > state.today:
        raise UsageError(_("%(day)s is to come: what has not happened cannot be noted") % {"day": day.isoformat()})
    return day


def loaded(con: duckdb.DuckDBPyConnection, word: str, day: dt.date) -> tuple[Deal, Standing]:
    """A deal and how it stands on a day.

    Raises:
        NotFoundError: There is none.
        ConflictError: It was opened later.
    """
    from crmcli.reports.deals.standing import standing
    from crmcli.store.deals.rows import find_deal

    deal = find_deal(con, word)
    found = standing(con, deal.id, day)
    if found is None:
        raise ConflictError(
            _("deal %(deal)s was not known on %(day)s") % {"deal": deal.opportunity_no, "day": day.isoformat()}
        )
    return deal, found


def require_running(deal: Deal, found: Standing) -> None:
    """Refuse to move what is over.

    Raises:
        ConflictError: It is.
    """
    if not found.is_over:
        return
    words = {"deal": deal.opportunity_no, "outcome": _(found.outcome or "closed"),
             "day": found.closed_on.isoformat() if found.closed_on else "?"}  # fmt: skip
    raise ConflictError(
        _("deal %(deal)s is over: %(outcome)s on %(day)s") % words,
        _("To open it again: crmcli deal resume %(deal)s STAGE") % words,
    )


def ensure_stages(writer: Writer) -> str | None:
    """Begin with stages where there are none: those deals are in already, else a ready set; says what was done."""
    from crmcli.reports.deals.standing import seen_stages
    from crmcli.rules.deals.stages import ready_stages
    from crmcli.store.deals.stages import adopted, all_stages, set_stages

    if all_stages(writer.con):
        return None
    seen = seen_stages(writer.con)
    kept = set_stages(writer, adopted((), seen) if seen else ready_stages())
    words = {"names": ", ".join(stage.name for stage in kept)}
    if seen:
        return (
            _("Stages taken over from the deals there are: %(names)s; to change them: crmcli deal stages edit") % words
        )
    return _("Stages made to begin with: %(names)s; to change them: crmcli deal stages edit") % words


def known_word(text: str, known: Sequence[str], *, name: str, new: bool) -> str:
    """A word spelled as it was before, where it was there before.

    Args:
        text: As typed.
        known: Words used so far.
        name: Of the option, for messages.
        new: Whether a word is meant that was not there yet, however near it comes to one.

    Raises:
        UsageError: It is nearly one that was there.
    """
    typed = " ".join(text.split())
    for word in known:
        if word.casefold() == typed.casefold():
            return word
    folded = {word.casefold(): word for word in known}
    if not new and nearest(typed.casefold(), list(folded)):
        from difflib import get_close_matches

        near = ", ".join(folded[word] for word in get_close_matches(typed.casefold(), list(folded), n=3, cutoff=0.6))
        raise UsageError(
            _("%(option)s %(text)s was not there before") % {"option": name, "text": repr(typed)},
            _("Did you mean %(words)s? If it is a new one, add --new") % {"words": near},
        )
    return typed


def head_of(con: duckdb.DuckDBPyConnection, deal_id: int, state: Session) -> Table:
    """The head of a deal as it stands now."""
    from crmcli.cli import options
    from crmcli.reports.deals.sheet import deal_tables
    from crmcli.store.connection import scalar
    from crmcli.store.deals.rows import find_deal

    number = scalar(con, "SELECT opportunity_no FROM opportunities WHERE id = $1", [deal_id])
    tables = deal_tables(con, find_deal(con, str(number)), state.today, currency=options.currency(con))
    return tables[0]
