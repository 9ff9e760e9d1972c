"""Customers picked by hand: in or out, from a day, until a day or until changed; no two picks of a customer overlap."""

from __future__ import annotations

import datetime as dt
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

from crmcli.errors import ConflictError, NotFoundError
from crmcli.language import gettext as _
from crmcli.numbers import cell
from crmcli.store.connection import rows
from crmcli.table import Kind

if TYPE_CHECKING:
    import duckdb

    from crmcli.store.journal import Writer

_COLUMNS = ("customer_id", "side", "from_on", "to_on", "reason")
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pick:
    """One pick: side in or out, from a day, up to and with a day (None: until changed)."""

    customer_id: int
    side: str
    from_on: dt.date
    to_on: dt.date | None = None
    reason: str | None = None


def picks_of(con: duckdb.DuckDBPyConnection, customer_id: int) -> dict[int, Pick]:
    """Picks of one customer by their id, oldest first."""
    found = rows(
        con, f"SELECT id, {', '.join(_COLUMNS)} FROM key_picks WHERE customer_id = $1 ORDER BY from_on", [customer_id]
    )
    return {number: Pick(*row) for number, *row in found}


def write_pick(writer: Writer, pick: Pick) -> bool:
    """Keep a pick; one that reaches into its time ends the day before, one of the same day gives way.

    Returns:
        Whether anything changed.

    Raises:
        ConflictError: Another pick begins within its time.
    """
    known = picks_of(writer.con, pick.customer_id)
    if pick in known.values():
        return False
    ends = pick.to_on or dt.date.max
    later = [one for one in known.values() if pick.from_on < one.from_on <= ends]
    if later:
        day = cell(later[0].from_on, Kind.DATE)
        told = {"side": _("picked in") if later[0].side == "in" else _("picked out"), "day": day}
        hint = _("say until when this one holds: --until DATE; or take that one back: crmcli log")
        raise ConflictError(_("the customer is %(side)s from %(day)s on already") % told, hint)
    _cut(writer, known, pick.from_on)
    same = next((number for number, one in known.items() if one.from_on == pick.from_on), None)
    if same is None:
        writer.add("key_picks", _COLUMNS, [astuple(pick)])
    else:
        writer.change("key_picks", _COLUMNS, [(same, *astuple(pick))])
    return True


def end_pick(writer: Writer, customer_id: int, day: dt.date) -> bool:
    """From the day on the rule decides again; a pick that begins on the day or later is removed.

    Returns:
        Whether anything changed.

    Raises:
        NotFoundError: The customer was never picked by hand.
    """
    known = picks_of(writer.con, customer_id)
    if not known:
        raise NotFoundError(_("this customer is not picked by hand"), _("all who are: crmcli keyaccount picks"))
    gone = [number for number, one in known.items() if one.from_on >= day]
    writer.drop("key_picks", gone)
    return _cut(writer, known, day) or bool(gone)


def _cut(writer: Writer, known: dict[int, Pick], day: dt.date) -> bool:
    """End on the day before what began earlier and would reach the day."""
    for number, one in known.items():
        if one.from_on < day and (one.to_on is None or one.to_on >= day):
            writer.change("key_picks", ("to_on",), [(number, day - _DAY)])
            return True
    return False
