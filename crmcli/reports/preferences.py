"""What a customer likes and needs: as a table, and as sentences beside a quote."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from crmcli.language import N_
from crmcli.language import gettext as _
from crmcli.reports.lookup import find_party
from crmcli.store.contacts.preferences import KINDS, preferences_of
from crmcli.table import Column, Kind, ListRows, Table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

COLUMNS = (
    Column("number", N_("No."), Kind.COUNT),
    Column("kind", N_("Kind"), Kind.LEVEL, words=KINDS),
    Column("text", N_("In words"), Kind.TEXT),
    Column("noted_on", N_("Noted"), Kind.DATE),
    Column("ended_on", N_("Ended"), Kind.DATE),
    Column("source", N_("Heard from"), Kind.TEXT),
)
_KIND_WORDS = (N_("preference"), N_("need"))


def preference_table(con: DuckDBPyConnection, customer: str, *, as_of: dt.date, ended: bool) -> Table:
    """What a customer likes and needs on a day.

    Raises:
        NotFoundError, ConflictError: No such contact, or several.
    """
    party = find_party(con, customer)
    rows = [
        (one.number, one.kind, one.text, one.noted_on, one.ended_on, one.source)
        for one in preferences_of(con, party.id, as_of=as_of, ended=ended)
    ]
    columns = COLUMNS if ended else tuple(column for column in COLUMNS if column.name != "ended_on")
    shown = rows if ended else [(*row[:4], row[5]) for row in rows]
    return Table(
        "preferences", _("What %(name)s likes and needs") % {"name": party.name}, columns, ListRows(shown),
        empty=_("Nothing noted; crmcli contact prefer CUSTOMER TEXT, crmcli contact require CUSTOMER TEXT"),
    )  # fmt: skip


def wishes(con: DuckDBPyConnection, customer_id: int, *, day: dt.date) -> list[str]:
    """What a customer needs and likes on a day, one sentence each, to be heeded when something is offered."""
    said = {"need": _("Needs: %(text)s"), "preference": _("Prefers: %(text)s")}
    return [said[one.kind] % {"text": one.text} for one in preferences_of(con, customer_id, as_of=day)]
