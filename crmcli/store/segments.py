"""Segments by name, and who was in them on the days the owner kept; written as undoable steps."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

from crmcli.errors import ConflictError, NotFoundError, UsageError
from crmcli.language import gettext as _
from crmcli.language import nearest
from crmcli.store.connection import rows, scalar
from crmcli.store.journal import Step, Writer, begin, finish

if TYPE_CHECKING:
    import duckdb

_COLUMNS = ("name", "rule", "note")
_NAME = re.compile(r"[^\W_][\w .&+/-]{0,79}")


@dataclass(frozen=True, slots=True)
class Segment:
    """A saved rule; its fields are columns of the table, in the order of _COLUMNS."""

    name: str
    rule: str
    note: str | None = None


def segments(con: duckdb.DuckDBPyConnection) -> list[Segment]:
    """All saved segments, by name."""
    return [Segment(*row) for row in rows(con, "SELECT name, rule, note FROM segments ORDER BY lower(name)")]


def find_segment(con: duckdb.DuckDBPyConnection, name: str) -> Segment:
    """The saved segment of a name, in any case of letters.

    Raises:
        NotFoundError: There is none.
    """
    known = segments(con)
    for one in known:
        if one.name.casefold() == name.casefold():
            return one
    hint = nearest(name, [one.name for one in known]) or _("All segments: crmcli segment list")
    raise NotFoundError(_("there is no segment %(name)s") % {"name": name}, hint)


def define(con: duckdb.DuckDBPyConnection, segment: Segment, *, now: dt.datetime, command: str) -> Step:
    """Save a rule under a name, a new one or instead of the old one. Call inside a transaction.

    Raises:
        UsageError: A name that could not be typed in a rule.
    """
    writer = begin(con)
    _write(writer, segment)
    return finish(writer, now=now, kind="segment", command=command)


def _write(writer: Writer, segment: Segment) -> None:
    if not _NAME.fullmatch(segment.name):
        raise UsageError(
            _("%(name)s is no name for a segment") % {"name": repr(segment.name)},
            _("letters, digits, spaces and . & + / - _, at most 80 characters"),
        )
    old = scalar(writer.con, "SELECT id FROM segments WHERE lower(name) = lower($1)", [segment.name])
    if old is None:
        writer.add("segments", _COLUMNS, [astuple(segment)])
    else:
        writer.change("segments", _COLUMNS, [(old, *astuple(segment))])


def drop(con: duckdb.DuckDBPyConnection, name: str, *, now: dt.datetime, command: str) -> Step:
    """Remove a segment; what was kept of its members stays. Call inside a transaction.

    Raises:
        NotFoundError: There is none.
        ConflictError: A price rule is for it.
    """
    found = find_segment(con, name)
    priced = rows(
        con, "SELECT rule_no FROM price_rules WHERE lower(segment) = lower($1) ORDER BY rule_no", [found.name]
    )
    if priced:
        listed = ", ".join(rule for (rule,) in priced)
        raise ConflictError(_("price rules are for the segment %(name)s: %(rules)s") % {"name": name, "rules": listed})
    writer = begin(con)
    writer.drop("segments", writer.ids("segments", name=found.name))
    return finish(writer, now=now, kind="segment", command=command)


def keep_members(
    con: duckdb.DuckDBPyConnection, segment: Segment, source: str, *, taken_on: dt.date, now: dt.datetime, command: str
) -> Step:
    """Keep who is in a segment on a day; `source` names a temp table of ours with customer_id. Call inside a transaction.

    Raises:
        ConflictError: That day was kept already.
    """
    writer = begin(con)
    _keep(writer, segment, source, taken_on)
    return finish(writer, now=now, kind="segment", command=command)


def keep_groups(
    con: duckdb.DuckDBPyConnection, name: str, source: str, *, taken_on: dt.date, now: dt.datetime, command: str
) -> Step:
    """Save numbered groups as segments NAME 1, NAME 2 … and keep who is in each, as one step. Call inside a transaction.

    `source` names a temp table of ours with customer_id and cluster, counted from 1.

    Raises:
        UsageError: A name that could not be typed in a rule.
        ConflictError: Groups of that name were kept that day already.
    """
    writer = begin(con)
    for (number,) in rows(con, f"SELECT DISTINCT cluster FROM {source} ORDER BY 1"):
        group = Segment(f"{name} {number}", f'kept = "{name} {number}"')
        _write(writer, group)
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE cluster_members AS SELECT customer_id FROM {source} WHERE cluster = $1",
            [number],
        )
        _keep(writer, group, "cluster_members", taken_on)
    return finish(writer, now=now, kind="segment", command=command)


def _keep(writer: Writer, segment: Segment, source: str, taken_on: dt.date) -> None:
    con = writer.con
    kept = "SELECT count(*) FROM segment_members WHERE segment = $1 AND taken_on = $2"
    if scalar(con, kept, [segment.name, taken_on]):
        raise ConflictError(
            _("%(name)s was kept as of %(day)s already") % {"name": segment.name, "day": taken_on},
            _("To keep it anew, take that step back first: crmcli log"),
        )
    count = max(1, int(scalar(con, f"SELECT count(*) FROM {source}")))
    first = writer.reserve("segment_members", count)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE members_new AS SELECT ($1 - 1 + row_number() OVER (ORDER BY member.customer_id))::INTEGER AS id, "
        "$2::VARCHAR AS segment, $3::DATE AS taken_on, member.customer_id, $4::VARCHAR AS rule "
        f"FROM (SELECT 1) AS one LEFT JOIN {source} AS member ON true",
        [first, segment.name, taken_on, segment.rule],
    )
    writer.insert("segment_members", ("segment", "taken_on", "customer_id", "rule"), "members_new")


def kept_days(con: duckdb.DuckDBPyConnection, name: str) -> list[dt.date]:
    """Days on which members of a segment were kept, oldest first."""
    sql = "SELECT DISTINCT taken_on FROM segment_members WHERE lower(segment) = lower($1) ORDER BY 1"
    return [day for (day,) in rows(con, sql, [name])]
