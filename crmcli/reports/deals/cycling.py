"""The tables the sales cycle is told from: chains, whose they are, their steps, and the figures of every step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmcli.errors import UsageError
from crmcli.language import gettext as _
from crmcli.metrics.catalogue import install
from crmcli.reports.outlook import make_rows
from crmcli.reports.sections import named, sections
from crmcli.reports.segments.membership import members_on, nameless, segment_named, segment_rules
from crmcli.reports.segments.ready import ready_rules
from crmcli.store.segments import segments

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from duckdb import DuckDBPyConnection

    from crmcli.reports.definition import Values

LEAST = 20  # chains of a step in each of two windows before they are compared
SURELY = 2.5758293035489  # deviations that chance alone exceeds once in a hundred times
SHOWN = 15  # rows of the smaller tables, where there is one for each manager, product …
_READY = "stage-"  # ready-made segments taken where none is saved


def prepare(con: DuckDBPyConnection, values: Values) -> dict[str, Any]:
    """Leave cycle_steps, cycle_standing, cycle_figures and cycle_rows; returns bounds, words and a count.

    Raises:
        UsageError: A segment that is not there, or segments asked for while another division is.
    """
    given = {**values, **_bounds(values), "least": LEAST, "surely": SURELY, "shown": SHOWN}
    given["segments_shown"] = _members(con, values)
    statements = sections("deals", "cycle")
    _make_chains(con, statements["chains"], given)
    given["won_alone"] = con.execute(*_asking(statements["won_alone"], given)).fetchall()[0][0]
    _make_series(con, statements, str(values["by"]))
    con.execute(f"CREATE OR REPLACE TEMP VIEW cycle_taken AS {statements['taken']}")
    for heading in ("steps", "standing"):
        _make(con, f"cycle_{heading}", statements[heading], given)
    con.execute("DROP VIEW cycle_taken")
    con.execute("DROP TABLE cycle_series")  # of millions of sales it would take most of the memory
    _make(con, "cycle_figures", statements["computed"], given)
    _make(con, "cycle_rows", statements["rows"], given)
    return {name: value for name, value in given.items() if name not in values}


def _make_chains(con: DuckDBPyConnection, sql: str, values: Values) -> None:
    """Leave cycle_chains: one window after the other, as both at once would take twice the memory."""
    _make(con, "cycle_chains", sql, {**values, "is_now": True, "seen_on": values["as_of"]})
    before = {**values, "is_now": False, "seen_on": values["since"]}
    con.execute(*_asking(f"INSERT INTO cycle_chains {sql}", before))


def _make_series(con: DuckDBPyConnection, statements: Mapping[str, str], by: str) -> None:
    """Make cycle_series of cycle_chains, which go."""
    con.execute("DROP TABLE IF EXISTS cycle_series")
    if by == "none":
        con.execute("ALTER TABLE cycle_chains RENAME TO cycle_series")
        return
    heading = f"series_{by.replace('-', '_')}"
    con.execute(f"CREATE TEMP TABLE cycle_series AS {statements[heading]}")
    con.execute("DROP TABLE cycle_chains")


def _make(con: DuckDBPyConnection, table: str, sql: str, values: Values) -> None:
    con.execute(*_asking(f"CREATE OR REPLACE TEMP TABLE {table} AS {sql}", values))


def _asking(sql: str, values: Values) -> tuple[str, dict[str, Any]]:
    return sql, named(sql, values)


def _bounds(values: Values) -> dict[str, Any]:
    """The last day before the window of the period before; windows do not reach below the first days there are."""
    since: dt.date = values["since"]
    reach = min(values["window"], since.toordinal() - 1)
    return {"before_since": type(since).fromordinal(since.toordinal() - reach)}


def _members(con: DuckDBPyConnection, values: Values) -> str:
    """Leave cycle_members where the answer is by segment; the names of the segments, for the notes."""
    if values["by"] != "segment":
        if values["segment"] is not None:
            raise UsageError(_("--segment goes with --by segment"))
        return ""
    names = _asked(con, values["segment"])
    install(con, "rfm(")
    found = members_on(con, names, values["as_of"])
    rows = [(name, customer) for name in names for customer in sorted(found.get(name.casefold(), ()))]
    make_rows(con, "cycle_members", {"segment": "VARCHAR", "customer_id": "INTEGER"}, ())
    if rows:
        con.execute(
            "INSERT INTO cycle_members SELECT unnest($1::VARCHAR[]), unnest($2::INTEGER[])",
            [[name for name, _customer in rows], [customer for _name, customer in rows]],
        )
    return ", ".join(names)


def _asked(con: DuckDBPyConnection, told: str | None) -> Sequence[str]:
    """Segments by their own names: those asked for, else the saved ones, else the stages of the life cycle.

    Raises:
        UsageError: One of them is not there.
    """
    if told is None:
        saved = [one.name for one in segments(con)]
        return saved or sorted(name for name in ready_rules() if name.startswith(_READY))
    known = segment_rules(con)
    found = []
    for word in (part.strip() for part in told.split(",")):
        name = segment_named(known, word)
        if name is None:
            message, hint = nameless(con, word)
            raise UsageError(message, hint)
        found.append(name)
    return list(dict.fromkeys(found))
