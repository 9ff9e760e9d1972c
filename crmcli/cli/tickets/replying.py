"""How a reply is made: a text, or an approved answer filled in; kept in the thread, and written as a mail where asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.cli.session import say
from crmcli.cli.tickets.options import acting
from crmcli.errors import ConflictError, UsageError
from crmcli.language import gettext as _

if TYPE_CHECKING:
    import datetime as dt
    from decimal import Decimal

    import duckdb

    from crmcli.cli.session import Session
    from crmcli.store.answers.rows import Answer
    from crmcli.store.journal import Writer
    from crmcli.store.tickets.acts import Done
    from crmcli.store.tickets.rows import Ticket


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply as typed: a text, or the number of an approved answer."""

    text: str | None
    answer: str | None
    minutes: Decimal | None
    agent: str | None
    channel: str | None
    at: dt.datetime


def replied(writer: Writer, ticket: Ticket, typed: Reply) -> Done:
    """Write the reply to a ticket, and count the use of the answer. Call inside a transaction.

    Raises:
        NotFoundError: No such answer or agent.
        ConflictError: The ticket is closed, the answer not approved, or it asks for what is not known.
    """
    from crmcli.store.answers.rows import answer_in_force
    from crmcli.store.answers.uses import note_use
    from crmcli.store.tickets.acts import do_act
    from crmcli.store.tickets.thread import NewEvent

    con = writer.con
    who = acting(con, typed.agent, ticket)
    answer = answer_in_force(con, typed.answer, typed.at) if typed.answer is not None else None
    text = _filled(con, answer, ticket, who) if answer else typed.text
    event = NewEvent(
        typed.at, "", typed.channel or ticket.channel, who, text, minutes=typed.minutes, answer_id=answer.id if answer else None,
        answer_version=answer.version if answer else None,
    )  # fmt: skip
    done = do_act(writer, ticket, "reply", event)
    if answer is not None:
        note_use(writer, answer.id, answer.version, typed.at, who, ticket.id)
    return done


def put_mail(state: Session, ticket: Ticket, target: str) -> None:
    """Write the last reply of a ticket as a mail to a file or into a folder; nothing is sent from here."""
    from crmcli.documents.plain_mail import PlainMail, plain_mail
    from crmcli.output.destination import replacing
    from crmcli.store.seller import load_details
    from crmcli.store.tickets.rows import thread_of

    path = Path(target) / f"{_file_stem(ticket.ticket_no)}.eml" if Path(target).is_dir() else Path(target)
    with state.reading() as con:
        said = [one for one in thread_of(con, ticket.id) if one.kind == "reply"][-1]
        details, (to, name) = load_details(con), _address(con, ticket.customer_id)
    mail = PlainMail(
        f"[{ticket.ticket_no}] {ticket.subject or ''}".strip(), said.text or "", said.at, sender=details.get("email", ""),
        sender_name=details.get("name", ""), to=to, to_name=name,
    )  # fmt: skip
    try:
        content = plain_mail(mail)
    except UsageError as refused:
        say(_("%(reason)s: fill the addresses in yourself") % {"reason": refused.message})
        content = plain_mail(mail.without_addresses())
    with replacing(str(path)) as fresh:
        fresh.write_bytes(content)
    say(_("Mail written, not sent: %(file)s") % {"file": str(path)})


def _filled(con: duckdb.DuckDBPyConnection, answer: Answer, ticket: Ticket, agent_id: int | None) -> str:
    """The text of an answer with the names of this ticket in it.

    Raises:
        ConflictError: It has a name in braces that nothing is known for.
    """
    from crmcli.reports.answers.tickets import ticket_values
    from crmcli.rules.answers.filling import fill_in

    filled = fill_in(answer.text, ticket_values(con, ticket.id, agent_id))
    if left := (*filled.unknown, *filled.missing):
        words = {"answer": answer.answer_no, "names": ", ".join(f"{{{name}}}" for name in left)}
        raise ConflictError(
            _("answer %(answer)s asks for what is not known here: %(names)s") % words,
            _("Write it yourself: crmcli answer show %(answer)s, then crmcli ticket reply TICKET TEXT") % words,
        )
    return filled.text


def _address(con: duckdb.DuckDBPyConnection, customer_id: int | None) -> tuple[str, str]:
    """Mail address of the person first in charge, else of the firm, and the firm's name; empty: none is known."""
    from crmcli.store.connection import rows

    found = rows(
        con,
        'SELECT email FROM (SELECT 1 AS place, email FROM people WHERE contact_id = $1 AND "primary" UNION ALL '
        "SELECT 2, email FROM contacts WHERE id = $1) WHERE email <> '' ORDER BY place, email LIMIT 1",
        [customer_id],
    )
    name = rows(con, "SELECT name FROM contacts WHERE id = $1", [customer_id])
    return str(found[0][0]) if found else "", str(name[0][0]) if name else ""


def _file_stem(number: str) -> str:
    """A number as part of a file name: letters, digits and hyphens; imported numbers may be anything."""
    return "".join(sign if sign.isalnum() or sign == "-" else "_" for sign in number)[:80] or "ticket"
