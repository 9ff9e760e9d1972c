"""What commands on tickets share: options, words turned into values, and how a step is told."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli.keeping import tell_step, written
from crmcli.cli.session import Session, say, show
from crmcli.cli.typed import amount, manager_of
from crmcli.errors import UsageError
from crmcli.language import gettext as _
from crmcli.language import nearest

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable
    from decimal import Decimal

    import duckdb

    from crmcli.store.journal import Writer
    from crmcli.store.tickets.acts import Done
    from crmcli.store.tickets.rows import Ticket

TicketArgument = Annotated[str, typer.Argument(metavar="TICKET", help=_("its number, such as T-2026-0001"))]
TextArgument = Annotated[str | None, typer.Argument(metavar="[TEXT]", help=_("in words; - reads standard input"))]
TextOption = Annotated[str | None, typer.Option("--text", metavar="TEXT", help=_("in words; - reads standard input"))]
AtOption = Annotated[
    str,
    typer.Option("--at", metavar="MOMENT", help=_("when: '2026-07-01 14:05', 14:05, yesterday, -2h; now unless said")),
]
AgentOption = Annotated[
    str | None,
    typer.Option("--agent", metavar="MANAGER", help=_("who does it: code or name; you (setting me) unless said")),
]
ChannelOption = Annotated[
    str | None, typer.Option("--channel", metavar="WORD", help=_("phone, mail, messenger, visit, site or shop"))
]
KindOption = Annotated[
    str | None,
    typer.Option("--kind", metavar="WORD", help=_("question, complaint, suggestion, claim, warranty or replacement")),
]
PriorityOption = Annotated[
    str | None, typer.Option("--priority", metavar="WORD", help=_("low, normal, high or urgent"))
]
_MOST_TEXT = 200_000  # characters
_MOST_MINUTES = 10_000


@dataclass(frozen=True, slots=True)
class Deed:
    """An act of an agent as typed: the word of the act, what is said with it, who does it, when."""

    word: str
    text: str | None
    agent: str | None
    at: dt.datetime
    minutes: Decimal | None = None
    unresolved: bool = False

    def done(self, writer: Writer, ticket: Ticket) -> Done:
        """Do it to a ticket within a step.

        Raises:
            NotFoundError: There is no such agent.
            ConflictError: It cannot be done as the ticket stands.
        """
        from crmcli.store.tickets.acts import do_act
        from crmcli.store.tickets.thread import NewEvent

        who = acting(writer.con, self.agent, ticket)
        event = NewEvent(self.at, "", None, who, self.text, minutes=self.minutes)
        return do_act(writer, ticket, self.word, event, unresolved=self.unresolved)


def word_of(column: str, text: str | None) -> str | None:
    """The word of a column of tickets (kind, priority) that a typed one means, in either language; None for none.

    Raises:
        UsageError: It means nothing.
    """
    from crmcli.intake.entities import entity, levels, normal_word

    if text is None or not text.strip():
        return None
    known = levels("tickets", entity("tickets").fields[column])
    if found := known.get(normal_word(text)):
        return found
    words = list(dict.fromkeys(known.values()))
    raise UsageError(
        _("%(word)s is no %(column)s of a ticket") % {"word": repr(text.strip()), "column": _(column)},
        nearest(text.strip().lower(), list(known)) or ", ".join(words),
    )


def channel_of(text: str | None) -> str | None:
    """The channel that a typed word means; other words are kept as they are, as imports keep them."""
    from crmcli.intake.entities import entity, levels, normal_word

    if text is None or not text.strip():
        return None
    return levels("tickets", entity("tickets").fields["channel"]).get(normal_word(text), " ".join(text.lower().split()))


def is_nobody(word: str) -> bool:
    """Whether a typed word means that nobody has a ticket."""
    return word.strip().lower() in ("nobody", "никто", "-")


def text_of(text: str | None) -> str | None:
    """A text as typed, or what standard input says for "-"; None for an empty one.

    Raises:
        UsageError: Too long, or no text at all.
    """
    if text == "-":
        content = sys.stdin.buffer.read(4 * _MOST_TEXT + 1)
        try:
            text = content.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError:
            raise UsageError(_("standard input is no text in UTF-8")) from None
    if text is not None and len(text) > _MOST_TEXT:
        raise UsageError(_("a text has at most %(most)s characters") % {"most": _MOST_TEXT})
    if text is not None and "\0" in text:
        raise UsageError(_("standard input is no text in UTF-8"))
    return (text or "").strip() or None


def require_text(text: str | None, example: str) -> str:
    """A text that there has to be.

    Raises:
        UsageError: There is none.
    """
    if (found := text_of(text)) is None:
        raise UsageError(_("say it in words"), example)
    return found


def minutes_of(text: str | None) -> Decimal | None:
    """Minutes as typed.

    Raises:
        UsageError: No number, or one that makes no sense.
    """
    took = amount(text, "--minutes")
    if took is not None and not 0 <= took <= _MOST_MINUTES:
        raise UsageError(_("--minutes makes no sense"))
    return took


def acting(con: duckdb.DuckDBPyConnection, word: str | None, ticket: Ticket | None = None) -> int | None:
    """Who acts: the one named, else you (setting me), else who has the ticket.

    Raises:
        NotFoundError, ConflictError: The word means nobody, or several.
    """
    found = manager_of(con, word)
    if found is not None:
        return found
    return ticket.agent_id if ticket is not None else None


def acted(
    state: Session,
    number: str,
    do: Callable[[Writer, Ticket], Done],
    *,
    dry_run: bool,
    format: str | None,
    output: str | None,
) -> Done:
    """Do something with the ticket of that number as one step; show how it stands then, and tell what else that did.

    Raises:
        NotFoundError: There is no such ticket.
    """
    from crmcli.reports.tickets.listing import ticket_row
    from crmcli.store.tickets.rows import find_ticket

    def step(writer: Writer) -> Done:
        done = do(writer, find_ticket(writer.con, number))
        at = max(state.now, done.stood.last_at or state.now)
        show(ticket_row(writer.con, done.after.id, at, done.after.ticket_no), format=format, output=output)
        return done

    done, kept = written(state, "ticket", dry_run=dry_run, do=step)
    for sentence in consequences(done):
        say(sentence)
    tell_step(kept)
    return done


def consequences(done: Done) -> list[str]:
    """What an act did besides."""
    words = {"ticket": done.after.ticket_no}
    said = []
    if "resumed" in done.kinds:
        said.append(_("%(ticket)s waits no longer") % words)
    if done.kinds[0] == "message" and "reopened" in done.kinds:
        said.append(_("%(ticket)s is open again, as the customer wrote") % words)
    return said
