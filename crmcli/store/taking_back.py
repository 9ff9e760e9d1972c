"""The rows of one step, taken back: put back, restored, removed, in an order that leaves no reference hanging.

Three kinds of rows stay as they are and are named: rows that a later step wrote (`touched`), rows that rows staying
behind refer to, and rows whose return would contradict what is there now. So an undo never fails, and right after its
step it is exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmcli.language import gettext as _
from crmcli.store.connection import rows, scalar
from crmcli.store.journal import Changes, Writer
from crmcli.store.schema import KEYS, NAMED, OWNER, REFERENCES, ROW_NAME, TABLES

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class Kept:
    """A row an undo left alone, and why."""

    table: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Back:
    """One undo at work.

    Args:
        writer: Of the step that the undo is.
        target: The step to take back.
        reached_back: Undos since that took back something older.
    """

    writer: Writer
    target: int
    reached_back: Sequence[int]

    @property
    def con(self) -> duckdb.DuckDBPyConnection:
        """The connection, inside its transaction."""
        return self.writer.con

    def touched(self, table: str, alias: str) -> str:
        """SQL: whether a row was written again since the target, by a step that still stands."""
        standing = f"SELECT step FROM meta.steps WHERE step > {self.target} AND undone_by IS NULL"
        test = f"({alias}.changed_in > {self.target} AND {alias}.changed_in IN ({standing}))"
        if not self.reached_back:
            return test
        later = ", ".join(map(str, self.reached_back))
        return (
            f"({test} OR {alias}.id IN (SELECT id FROM history.{table} WHERE in_step IN ({later}) AND op <> 'follow'))"
        )

    def added(self, table: str, alias: str) -> str:
        """SQL: whether the target added a row, or put it back when it was itself an undo."""
        put_back = f"SELECT id FROM history.{table} WHERE in_step = {self.target} AND op = 'insert'"
        return f"({alias}.added_in = {self.target} OR {alias}.id IN ({put_back}))"

    def removed(self) -> str:
        """SQL: the rows of history (h) that the target removed."""
        return f"h.in_step = {self.target} AND h.op = 'delete'"

    def changed(self) -> str:
        """SQL: the rows of history (h) that the target changed."""
        return f"h.in_step = {self.target} AND h.op IN ('update', 'follow')"


def take_back(writer: Writer, target: int, reached_back: Sequence[int]) -> list[Kept]:
    """Take the rows of step `target` back; returns those that stay. Call inside a transaction."""
    back = _Back(writer, target, reached_back)
    kept: list[Kept] = []
    for table in reversed(TABLES):  # what is referred to comes first
        kept += _put_back(back, table)
    for table in TABLES:
        kept += _restore(back, table)
    for table in TABLES:  # what refers goes first
        kept += _remove(back, table)
    for table in TABLES:
        kept += _take_out_doubles(back, table)
    if {"orders", "order_lines"} & writer.changes.keys():
        _follow_orders(back)
    return kept


def _put_back(back: _Back, table: str) -> list[Kept]:
    """Rows the target removed."""
    con = back.con
    gone = f"FROM history.{table} AS h WHERE {back.removed()} AND h.id NOT IN (SELECT id FROM {table})"
    if not scalar(con, f"SELECT count(*) {gone}"):
        return []
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE undo_gone AS SELECT h.*, CASE WHEN {_hanging(table)} THEN $hanging "
        f"WHEN {_there_again(back, table)} THEN $again WHEN {_owner_touched(back, table)} THEN $touched END AS undo_reason {gone}",
        {
            "hanging": _("what it refers to is gone"),
            "again": _("there is one again"),
            "touched": _("changed by a later step"),
        },
    )
    names = ", ".join(f'"{c}"' for c in columns_of(con, table))
    source = f"SELECT {names} FROM undo_gone WHERE undo_reason IS NULL"
    con.execute(f"INSERT INTO history.{table} SELECT {back.writer.step}, 'insert', {names} FROM ({source})")
    count = scalar(con, f"INSERT INTO {table} ({names}) {source}")
    if count:
        _changes(back, table).created += count
    return _named(
        con,
        table,
        f"SELECT {ROW_NAME[table]}, undo_reason FROM undo_gone AS t WHERE undo_reason IS NOT NULL ORDER BY 1",
    )


def _restore(back: _Back, table: str) -> list[Kept]:
    """Rows the target changed: old values with their old bookkeeping, so that earlier steps can still be undone."""
    con = back.con
    old = f"FROM history.{table} AS h JOIN {table} AS t USING (id) WHERE {back.changed()}"
    if not scalar(con, f"SELECT count(*) {old}"):
        return []
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE undo_changed AS SELECT id, CASE WHEN {back.touched(table, 't')} THEN $touched "
        f"WHEN {_hanging(table)} THEN $hanging END AS undo_reason {old}",
        {"touched": _("changed by a later step"), "hanging": _("what its old values refer to is gone")},
    )
    ids = "SELECT id FROM undo_changed WHERE undo_reason IS NULL"
    con.execute(
        f"INSERT INTO history.{table} SELECT {back.writer.step}, 'update', t.* FROM {table} AS t WHERE t.id IN ({ids})"
    )
    assignments = ", ".join(f'"{c}" = h."{c}"' for c in columns_of(con, table) if c != "id")
    count = scalar(
        con,
        f"UPDATE {table} AS t SET {assignments} FROM history.{table} AS h "
        f"WHERE h.id = t.id AND {back.changed()} AND t.id IN ({ids})",
    )
    if count:
        _changes(back, table).updated += count
    return _named(
        con, table, f"SELECT {ROW_NAME[table]}, u.undo_reason FROM {table} AS t JOIN undo_changed AS u USING (id) "
        "WHERE u.undo_reason IS NOT NULL ORDER BY 1",
    )  # fmt: skip


def _remove(back: _Back, table: str) -> list[Kept]:
    """Rows the target added, but those that others need."""
    con = back.con
    if not scalar(con, f"SELECT count(*) FROM {table} AS t WHERE {back.added(table, 't')}"):
        return []
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE undo_added AS SELECT id, CASE WHEN {back.touched(table, 't')} THEN $touched "
        f"WHEN {_needed(back, table)} THEN $needed END AS undo_reason FROM {table} AS t WHERE {back.added(table, 't')}",
        {"touched": _("changed by a later step"), "needed": _("rows that stay refer to it")},
    )
    if scalar(con, "SELECT count(*) FROM undo_added WHERE undo_reason IS NULL"):
        back.writer.remove(table, "SELECT id FROM undo_added WHERE undo_reason IS NULL")
    return _named(
        con, table, f"SELECT {ROW_NAME[table]}, u.undo_reason FROM {table} AS t JOIN undo_added AS u USING (id) "
        "WHERE u.undo_reason IS NOT NULL ORDER BY 1",
    )  # fmt: skip


def _hanging(table: str) -> str:
    """SQL: whether a row of history (h) refers to a row that is not there."""
    tests = [
        f'(h."{column}" IS NOT NULL AND h."{column}" NOT IN (SELECT id FROM {parent}))'
        for parent, children in REFERENCES.items()
        for child, column in children
        if child == table
    ]
    return " OR ".join(tests) or "false"


def _there_again(back: _Back, table: str) -> str:
    """SQL: whether a row with the key of a row of history (h) has come since, which this undo will not remove."""
    stays = f"(NOT {back.added(table, 'k')} OR {back.touched(table, 'k')})"
    return " OR ".join(_alike(table, "h", stays)) or "false"


def _alike(table: str, alias: str, which: str = "true") -> list[str]:
    """SQL: whether another row (k) of the table, of those meant, bears a key of the row under an alias."""
    return [
        f"EXISTS (FROM {table} AS k WHERE k.id <> {alias}.id AND {which} AND {extra.format('k')} AND {extra.format(alias)} AND "
        + " AND ".join(f'k."{c}" = {alias}."{c}"' for c in columns)
        + ")"
        for columns, extra in KEYS.get(table, ())
    ]


def _take_out_doubles(back: _Back, table: str) -> list[Kept]:
    """Rows put back in the place of one that then had to stay."""
    con, step = back.con, back.writer.step
    put_back = f"SELECT id FROM history.{table} WHERE in_step = {step} AND op = 'insert'"
    doubles = " OR ".join(_alike(table, "t"))
    if not doubles or not scalar(con, f"SELECT count(*) FROM ({put_back})"):
        return []
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE undo_doubles AS SELECT id, {ROW_NAME[table]} AS name FROM {table} AS t "
        f"WHERE id IN ({put_back}) AND ({doubles}) AND NOT ({_needed(back, table)})"
    )
    ids = "SELECT id FROM undo_doubles"
    con.execute(f"DELETE FROM history.{table} WHERE in_step = {step} AND op = 'insert' AND id IN ({ids})")
    count = scalar(con, f"DELETE FROM {table} WHERE id IN ({ids})")
    if count:
        _changes(back, table).created -= count
    again = _("there is one again")
    return [Kept(table, str(name), again) for (name,) in rows(con, "SELECT name FROM undo_doubles ORDER BY 1")]


def _owner_touched(back: _Back, table: str) -> str:
    """SQL: whether the document that a row of history (h) was part of has been written since."""
    if table not in OWNER:
        return "false"
    owner, column = OWNER[table]
    return (
        f'h."{column}" IN (SELECT o.id FROM {owner} AS o WHERE {back.touched(owner, "o")} '
        f'UNION ALL SELECT l."{column}" FROM {table} AS l WHERE {back.touched(table, "l")})'
    )


def _needed(back: _Back, table: str) -> str:
    """SQL: whether rows that stay refer to a row (t), or the document it is part of stays."""
    tests = [
        f't.id IN (SELECT "{column}" FROM {child} WHERE "{column}" IS NOT NULL)'
        for child, column in REFERENCES.get(table, ())
    ]
    if table in NAMED:
        tests.append(NAMED[table])
    if table in OWNER:
        owner, column = OWNER[table]
        staying = " UNION ALL ".join(
            f'SELECT l."{own}" FROM {part} AS l WHERE NOT {back.added(part, "l")} OR {back.touched(part, "l")}'
            for part, (whose, own) in OWNER.items()
            if whose == owner
        )
        tests.append(
            f't."{column}" IN (SELECT o.id FROM {owner} AS o WHERE {back.added(owner, "o")} AND ({back.touched(owner, "o")} '
            f"OR o.id IN ({staying})))"
        )
    return " OR ".join(tests) or "false"


def _follow_orders(back: _Back) -> None:
    """Lines that stayed repeat what their order says now; it is the order's change, so they do not count as touched."""
    con = back.con
    con.execute(
        "CREATE OR REPLACE TEMP TABLE undo_following AS SELECT l.id, o.customer_id, o.ordered_on, "
        "o.status NOT IN ('draft', 'cancelled') AS counted FROM order_lines AS l JOIN orders AS o ON o.id = l.order_id "
        "WHERE l.customer_id IS DISTINCT FROM o.customer_id OR l.ordered_on <> o.ordered_on "
        "OR l.counted <> (o.status NOT IN ('draft', 'cancelled'))"
    )
    step = back.writer.step
    con.execute(
        f"INSERT INTO history.order_lines SELECT {step}, 'follow', l.* FROM order_lines AS l WHERE l.id IN "
        f"(SELECT id FROM undo_following) AND l.id NOT IN (SELECT id FROM history.order_lines WHERE in_step = {step})"
    )
    con.execute(
        "UPDATE order_lines AS l SET customer_id = f.customer_id, ordered_on = f.ordered_on, counted = f.counted "
        "FROM undo_following AS f WHERE f.id = l.id"
    )


def _named(con: duckdb.DuckDBPyConnection, table: str, sql: str) -> list[Kept]:
    return [Kept(table, str(name), reason) for name, reason in rows(con, sql)]


def _changes(back: _Back, table: str) -> Changes:
    return back.writer.changes.setdefault(table, Changes())


def columns_of(con: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    """All columns of a business table, in order."""
    return [
        name
        for (name,) in rows(
            con,
            "SELECT column_name FROM duckdb_columns() WHERE schema_name = 'main' AND table_name = $1 "
            "AND NOT internal AND database_name = current_database() ORDER BY column_index",
            [table],
        )
    ]
