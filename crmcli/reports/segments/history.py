"""Who came into a segment and who left it, and who moved from which segment to which, over past days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.metrics.catalogue import install
from crmcli.numbers import cell
from crmcli.reports.segments.compiling import compiled, read
from crmcli.reports.segments.members import Asked
from crmcli.table import Chart, ChartKind, Column, Kind, ListRows, Table

if TYPE_CHECKING:
    import duckdb

_HISTORY = (
    Column("day", N_("Day"), Kind.DATE),
    Column("members", N_("Members"), Kind.COUNT, bar=True),
    Column("entered", N_("Came in"), Kind.COUNT),
    Column("left", N_("Left"), Kind.COUNT),
    Column("kept", N_("Kept"), Kind.LEVEL, words=("yes", "no")),
)
_MOVES = (
    Column("from_segment", N_("Segment then"), Kind.TEXT),
    Column("to_segment", N_("Segment now"), Kind.TEXT),
    Column("customers", N_("Customers"), Kind.COUNT, bar=True),
    Column("share", N_("Share of the segment then"), Kind.SHARE),
)
NOWHERE, UNKNOWN = N_("none"), N_("not there yet")


def month_ends(last: dt.date, count: int) -> list[dt.date]:
    """The last days of the `count` months before a day, and the day itself."""
    found, first = [last], last.replace(day=1)
    for _month in range(count):
        end = first - dt.timedelta(days=1)
        found.append(end)
        first = end.replace(day=1)
    return found[::-1]


def history(con: duckdb.DuckDBPyConnection, asked: Asked, days: Sequence[dt.date], *, name: str) -> Table:
    """How many were in a segment on each day, and how many came and went since the day before.

    A day whose members the owner kept shows them as kept; any other asks today's rule as of that day.
    """
    rows, before = [], None
    for day in sorted({*days, *_kept(con, name)}):
        kept = _kept(con, name).get(day)
        now = kept if kept is not None else _ids(con, asked, day)
        came, went = (len(now - before), len(before - now)) if before is not None else (None, None)
        rows.append((day, len(now), came, went, "no" if kept is None else "yes"))
        before = now
    first, last = rows[0], rows[-1]
    headline = ngettext(
        "%(name)s had %(then)s member on %(start)s and has %(now)s on %(end)s.",
        "%(name)s had %(then)s members on %(start)s and has %(now)s on %(end)s.",
        first[1],
    ) % {
        "name": name, "then": cell(first[1], Kind.COUNT), "now": cell(last[1], Kind.COUNT),
        "start": cell(first[0], Kind.DATE), "end": cell(last[0], Kind.DATE),
    }  # fmt: skip
    return Table(
        "segment_history", _("History of the segment %(name)s") % {"name": name}, _HISTORY, ListRows(rows), headline=headline,
        notes=(_("Days without a kept list are asked by today's rule, of the facts known by then."),),
        charts=(Chart(ChartKind.LINES, N_("Members"), "day", ("members",)),),
    )  # fmt: skip


def moves(con: duckdb.DuckDBPyConnection, asked: Asked, named: Mapping[str, str], *, since: dt.date) -> Table:
    """Who moved from which segment to which between two days.

    Args:
        con: An open store.
        asked: The day of now, and all rules (its own rule is not asked).
        named: Segments by name; a customer is in the first whose rule holds.
        since: The day of then.
    """
    then, now = (_placed(con, asked, named, day) for day in (since, asked.as_of))
    counts: dict[tuple[str, str], int] = {}
    for customer, place in now.items():
        pair = (then.get(customer, UNKNOWN), place)
        counts[pair] = counts.get(pair, 0) + 1
    sums: dict[str, int] = {}
    for (origin, _place), count in counts.items():
        sums[origin] = sums.get(origin, 0) + count
    order = [*named, NOWHERE, UNKNOWN]
    pairs = sorted(counts, key=lambda pair: (order.index(pair[0]), order.index(pair[1])))
    rows = [(_shown(a), _shown(b), counts[a, b], counts[a, b] / sums[a]) for a, b in pairs]
    moved = sum(count for (a, b), count in counts.items() if a not in (b, UNKNOWN))
    there = sum(count for (a, _b), count in counts.items() if a != UNKNOWN)
    headline = ngettext(
        "%(moved)s of %(there)s contact there on %(since)s has moved since.",
        "%(moved)s of %(there)s contacts there on %(since)s have moved since.",
        there,
    ) % {"moved": cell(moved, Kind.COUNT), "there": cell(there, Kind.COUNT), "since": cell(since, Kind.DATE)}
    return Table("segment_moves", _("Who moved where"), _MOVES, ListRows(rows), headline=headline,
                 totals={"customers": len(now)}, empty=_("Nobody was known on either day."))  # fmt: skip


def _shown(place: str) -> str:
    return _(place) if place in (NOWHERE, UNKNOWN) else place


def _placed(con: duckdb.DuckDBPyConnection, asked: Asked, named: Mapping[str, str], day: dt.date) -> dict[int, str]:
    """Contact → the first segment whose rule holds; NOWHERE where none does."""
    install(con, "known_parties()")
    everyone = con.execute("SELECT customer_id FROM known_parties(cast($day AS DATE))", {"day": day}).fetchall()
    found = dict.fromkeys((customer for (customer,) in everyone), NOWHERE)
    for name, rule in [*named.items()][::-1]:
        found |= dict.fromkeys(_ids(con, replace(asked, text=rule, part=read(rule)), day), name)
    return found


def _ids(con: duckdb.DuckDBPyConnection, asked: Asked, day: dt.date) -> set[int]:
    selection = compiled(asked.part, asked.rules, as_of=day)
    install(con, selection.sql)
    return {customer for (customer,) in con.execute(selection.sql, selection.values).fetchall()}


def _kept(con: duckdb.DuckDBPyConnection, name: str) -> dict[dt.date, set[int]]:
    """Members the owner kept, by day."""
    found: dict[dt.date, set[int]] = {}
    sql = "SELECT taken_on, customer_id FROM segment_members WHERE lower(segment) = lower($1)"
    for day, customer in con.execute(sql, [name]).fetchall():
        found.setdefault(day, set()).update(() if customer is None else (customer,))
    return found
