"""Taking a step back: what it added goes, what it changed gets its old values, what was touched since stays.

An undo is a step like any other, so it can be taken back too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from crmcli.errors import ConflictError, NotFoundError
from crmcli.language import gettext as _
from crmcli.store.connection import rows, scalar
from crmcli.store.journal import Changes, Step, Writer, begin, finish, steps
from crmcli.store.schema import OWNER, REFERENCES, ROW_NAME, TABLES

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class Kept:
    """A row an undo left alone, and why."""

    table: str
    name: str
    reason: str


@dataclass(slots=True)
class Undone:
    """What an undo did."""

    target: Step
    step: Step
    changes: dict[str, Changes]
    kept: list[Kept] = field(default_factory=list)


def undo(con: duckdb.DuckDBPyConnection, number: int | None, *, now: datetime) -> Undone:
    """Take back step `number`, or the newest that still stands. Call inside a transaction.

    Raises:
        NotFoundError: there is no such step, or nothing to undo.
        ConflictError: the step has been undone already.
    """
    target = _target(steps(con), number)
    writer = begin(con)
    kept: list[Kept] = []
    for table in TABLES:
        kept += _take_back(writer, table, target.number)
    step = finish(writer, now=now, kind="undo", command=f"undo {target.number}", undoes=target.number)
    con.execute("UPDATE meta.steps SET undone_by = $1 WHERE step = $2", [step.number, target.number])
    if target.undoes is not None:
        con.execute("UPDATE meta.steps SET undone_by = NULL WHERE step = $1", [target.undoes])
    return Undone(target, step, writer.changes, kept)


def _target(journal: list[Step], number: int | None) -> Step:
    if number is None:
        standing = [s for s in journal if s.kind != "undo" and s.undone_by is None]
        if not standing:
            raise NotFoundError(_("There is nothing to undo"))
        return standing[0]
    for step in journal:
        if step.number == number:
            if step.undone_by is not None:
                raise ConflictError(
                    _("Step %(step)s has been undone already, by step %(by)s")
                    % {"step": number, "by": step.undone_by},
                    _("To have it again: crmcli undo %(by)s") % {"by": step.undone_by},
                )
            return step
    raise NotFoundError(_("There is no step %(step)s") % {"step": number}, _("All steps: crmcli log"))


def _take_back(writer: Writer, table: str, target: int) -> list[Kept]:
    """One table of one step. `touched` rows were written again by a later step that still stands."""
    con = writer.con
    con.execute(
        # the rows this step added: still bearing its number, or put back by it when it was itself an undo
        f"CREATE OR REPLACE TEMP TABLE undo_added AS SELECT id, changed_in > {target} AS touched FROM {table} "  # noqa: S608
        f"WHERE added_in = {target} OR id IN (SELECT id FROM history.{table} WHERE in_step = {target} AND op = 'insert')"
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE undo_changed AS SELECT h.id, t.changed_in > {target} AS touched "  # noqa: S608
        f"FROM history.{table} AS h JOIN {table} AS t USING (id) WHERE h.in_step = {target} AND h.op = 'update'"
    )
    _keep_needed(con, table)
    kept = _name_kept(con, table)
    _remove_added(writer, table)
    _restore_changed(writer, table, target)
    _put_back_removed(writer, table, target)
    return kept


def _keep_needed(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """Rows that rows staying behind refer to stay too; so do the lines of an order that stays."""
    con.execute("ALTER TABLE undo_added ADD COLUMN needed BOOLEAN DEFAULT false")
    if not scalar(con, "SELECT count(*) FROM undo_added"):
        return
    for child, column in REFERENCES.get(table, ()):
        con.execute(
            f"UPDATE undo_added SET needed = true WHERE NOT touched "  # noqa: S608
            f'AND id IN (SELECT "{column}" FROM {child} WHERE "{column}" IS NOT NULL)'
        )
    if table in OWNER:
        owner, column = OWNER[table]
        con.execute(
            f"UPDATE undo_added SET needed = true WHERE id IN (SELECT t.id FROM {table} AS t "  # noqa: S608
            f'JOIN {owner} AS o ON o.id = t."{column}" WHERE o.added_in = t.added_in AND o.changed_in > t.added_in)'
        )


def _name_kept(con: duckdb.DuckDBPyConnection, table: str) -> list[Kept]:
    found = rows(
        con,
        f"SELECT {ROW_NAME[table]}, u.touched FROM {table} AS t JOIN ("  # noqa: S608
        "SELECT id, touched FROM undo_added WHERE touched OR needed UNION ALL "
        "SELECT id, touched FROM undo_changed WHERE touched) AS u USING (id) ORDER BY 1",
    )
    touched, needed = _("changed by a later step"), _("later rows refer to it")
    return [Kept(table, name, touched if is_touched else needed) for name, is_touched in found]


def _remove_added(writer: Writer, table: str) -> None:
    ids = "SELECT id FROM undo_added WHERE NOT touched AND NOT needed"
    count = scalar(writer.con, f"SELECT count(*) FROM ({ids})")  # noqa: S608
    if count:
        writer.remove(table, ids)


def _restore_changed(writer: Writer, table: str, target: int) -> None:
    """Old values come back with their old bookkeeping, so that earlier steps can still be undone after this one."""
    con = writer.con
    ids = "SELECT id FROM undo_changed WHERE NOT touched"
    if not scalar(con, f"SELECT count(*) FROM ({ids})"):  # noqa: S608
        return
    con.execute(
        f"INSERT INTO history.{table} SELECT {writer.step}, 'update', t.* FROM {table} AS t WHERE t.id IN ({ids})"  # noqa: S608
    )
    columns = columns_of(con, table)
    assignments = ", ".join(f'"{c}" = h."{c}"' for c in columns if c != "id")
    count = scalar(
        con,
        f"UPDATE {table} AS t SET {assignments} FROM history.{table} AS h "  # noqa: S608
        f"WHERE h.id = t.id AND h.in_step = {target} AND h.op = 'update' AND t.id IN ({ids})",
    )
    writer.changes.setdefault(table, Changes()).updated += count


def _put_back_removed(writer: Writer, table: str, target: int) -> None:
    con = writer.con
    names = ", ".join(f'"{c}"' for c in columns_of(con, table))
    gone = (
        f"FROM history.{table} AS h WHERE h.in_step = {target} AND h.op = 'delete' "
        f"AND NOT EXISTS (FROM {table} AS t WHERE t.id = h.id)"
    )
    if not scalar(con, f"SELECT count(*) {gone}"):
        return
    con.execute(f"INSERT INTO history.{table} SELECT {writer.step}, 'insert', {names} {gone}")  # noqa: S608
    count = scalar(con, f"INSERT INTO {table} ({names}) SELECT {names} {gone}")  # noqa: S608
    writer.changes.setdefault(table, Changes()).created += count


def columns_of(con: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    """All columns of a business table, in order."""
    return [
        name
        for (name,) in rows(
            con,
            "SELECT column_name FROM duckdb_columns() WHERE schema_name = 'main' AND table_name = $1 "
            "AND NOT internal ORDER BY column_index",
            [table],
        )
    ]
