"""Timeline: everything that happened with one party, over all channels, in one order.

Machine formats carry one row an event: at (moment), event (order, return, shipment, delivery, quote, quote accepted,
quote rejected, invoice, credit note, payment, ticket, message, answer, resolution, reopened, contact, opportunity, won, lost, closed,
preference, need, plan step, key account), channel, direction (in, out), reference (number of the document, step of the
plan, or campaign), kind (status of the document, kind of the ticket or contact; noted, ended; done, skipped; entered,
left), subject, amount, manager.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from crmcli import numbers
from crmcli.language import N_, current, ngettext
from crmcli.language import gettext as _
from crmcli.metrics.catalogue import install
from crmcli.reports.lookup import find_party
from crmcli.reports.sections import named, sections
from crmcli.table import Column, Kind, ListRows, Table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from crmcli.table import Row

COLUMNS = (
    Column("at", N_("When"), Kind.MOMENT),
    Column("event", N_("Event"), Kind.LEVEL),
    Column("channel", N_("Channel"), Kind.LEVEL),
    Column("direction", N_("Direction"), Kind.LEVEL),
    Column("reference", N_("Reference"), Kind.CODE),
    Column("kind", N_("Kind"), Kind.LEVEL),
    Column("subject", N_("Subject"), Kind.TEXT),
    Column("amount", N_("Amount"), Kind.MONEY),
    Column("manager", N_("Manager"), Kind.TEXT),
)
EVENTS = (  # words of event and direction, for the translators
    N_("order"),
    N_("return"),
    N_("shipment"),
    N_("delivery"),
    N_("invoice"),
    N_("payment"),
    N_("ticket"),
    N_("answer"),
    N_("resolution"),
    N_("message"),
    N_("reopened"),
    N_("contact"),
    N_("opportunity"),
    N_("won"),
    N_("lost"),
    N_("closed"),
    N_("quote"),
    N_("quote accepted"),
    N_("quote rejected"),
    N_("credit note"),
    N_("preference"),
    N_("need"),
    N_("plan step"),
    N_("key account"),
    N_("noted"),
    N_("ended"),
    N_("done"),
    N_("skipped"),
    N_("entered"),
    N_("left"),
    N_("in"),
    N_("out"),
)
_START = dt.date(1, 1, 1)


def timeline(
    con: DuckDBPyConnection,
    customer: str,
    *,
    as_of: dt.date,
    limit: int | None = None,
    since: dt.date | None = None,
    currency: str | None = None,
) -> Table:
    """Everything that happened with one party, newest first.

    Args:
        con: An open store.
        customer: A code, tax id, e-mail address, or a name or part of one that only one contact has.
        as_of: The last day told of.
        limit: The newest events only; None tells all.
        since: The first day told of; None goes back to the beginning.
        currency: ISO code of the amounts.

    Raises:
        NotFoundError, ConflictError: No such contact, or several.
    """
    party = find_party(con, customer)
    sql = sections(".", "timeline")["answer"]
    values = {
        "party": party.id,
        "as_of": as_of,
        "day_after": as_of + dt.timedelta(days=1),
        "since": since or _START,
        "late": _("{days} days late"),
    }
    install(con, sql)
    rows = con.execute(sql, named(sql, values)).fetchall()
    shown = rows if limit is None else rows[:limit]
    return Table(
        name="timeline",
        title=_("Timeline of %(name)s (%(code)s)") % {"name": party.name, "code": party.code},
        columns=COLUMNS,
        rows=ListRows(shown),
        headline=_headline(rows, as_of) if rows else None,
        notes=_notes(len(shown), len(rows), as_of),
        empty=_("Nothing is recorded with %(name)s in that time.") % {"name": party.name},
        currency=currency,
    )


def _headline(rows: list[Row], as_of: dt.date) -> str:
    sentence = ngettext(
        "%(count)s event, the last %(days)s days ago (%(day)s).",
        "%(count)s events, the last %(days)s days ago (%(day)s).",
        len(rows),
    )
    last: dt.date = rows[0][0].date()
    words = numbers.cell(last, Kind.DATE, language=current())
    return sentence % {"count": len(rows), "days": (as_of - last).days, "day": words}


def _notes(shown: int, found: int, as_of: dt.date) -> tuple[str, ...]:
    notes = [
        _("As of %(as_of)s: later events are left out.") % {"as_of": numbers.cell(as_of, Kind.DATE, language=current())}
    ]
    if shown < found:
        notes.append(_("Shown: the newest %(shown)s of %(found)s events.") % {"shown": shown, "found": found})
    return tuple(notes)
