"""Every writing command is one step: what it changed is kept, shown by `log`, and taken back by `undo`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from crmcli.store.connection import rows, scalar
from crmcli.store.filling import fill_like

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb

_GIVEN = "rows_given"  # the temp table of rows on their way from Python


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the journal."""

    number: int
    done_at: datetime
    kind: str
    command: str
    created: int
    updated: int
    removed: int
    undoes: int | None
    undone_by: int | None


@dataclass(slots=True)
class Changes:
    """How many rows of one table a step created, updated and removed."""

    created: int = 0
    updated: int = 0
    removed: int = 0


@dataclass(slots=True)
class Writer:
    """Writes rows of one step inside the caller's transaction, keeping every row it overwrites or removes.

    `add`, `change` and `drop` take rows as Python has them; `insert`, `update` and `remove` take what a query made: their
    sources are names of temp tables or views made by this program. Names are never the user's.
    """

    con: duckdb.DuckDBPyConnection
    step: int
    changes: dict[str, Changes] = field(default_factory=dict)

    def reserve(self, table: str, count: int) -> int:
        """Take `count` ids that were never used before; returns the first."""
        first = scalar(self.con, "SELECT next FROM meta.counters WHERE name = $1", [table])
        if first is None:
            self.con.execute("INSERT INTO meta.counters VALUES ($1, $2)", [table, count + 1])
            return 1
        self.con.execute("UPDATE meta.counters SET next = $2 WHERE name = $1", [table, first + count])
        return int(first)

    def add(
        self, table: str, columns: Sequence[str], given: Sequence[Sequence[object]], *, first: int | None = None
    ) -> range:
        """Add rows, values in the order of `columns`; returns their ids.

        Args:
            table: Where to.
            columns: What of it to fill, besides `id` and the marks of the step.
            given: The rows, in order; none: nothing is done.
            first: Id of the first row, where ids were reserved before.
        """
        if not given:
            return range(0)
        begun = self.reserve(table, len(given)) if first is None else first
        ids = range(begun, begun + len(given))
        fill_like(self.con, _GIVEN, table, columns, [(number, *row) for number, row in zip(ids, given, strict=True)])
        self.insert(table, columns, _GIVEN, order="id")
        return ids

    def change(self, table: str, columns: Sequence[str], given: Sequence[Sequence[object]]) -> None:
        """Set `columns` of rows, each given as its id and the values in their order; none: nothing is done."""
        if given:
            fill_like(self.con, _GIVEN, table, columns, given)
            self.update(table, columns, _GIVEN)

    def drop(self, table: str, ids: Sequence[int]) -> int:
        """Remove the rows of these ids; returns how many. None: nothing is done."""
        if not ids:
            return 0
        fill_like(self.con, _GIVEN, table, (), [(number,) for number in ids])
        return self.remove(table, f"SELECT id FROM {_GIVEN}")

    def ids(self, table: str, **facts: object) -> list[int]:
        """Ids of the rows in which all facts hold, in order: column → value, None where there is none."""
        same = " AND ".join(f'"{column}" IS NOT DISTINCT FROM ${place}' for place, column in enumerate(facts, 1))
        found = rows(self.con, f"SELECT id FROM {table} WHERE {same} ORDER BY id", list(facts.values()))
        return [int(number) for (number,) in found]

    def insert(
        self,
        table: str,
        columns: Sequence[str],
        source: str,
        *,
        order: str = "",
        computed: Mapping[str, str] = MappingProxyType({}),
    ) -> int:
        """Add rows; returns how many.

        Args:
            table: Where to.
            columns: What of it to fill, besides `id` and the marks of the step.
            source: Has `id` and all of `columns` but those computed.
            order: By what to sort, such as "customer_id, id".
            computed: Column → SQL of it over the others: worked out after the sort, which then carries less along.
        """
        given = ", ".join(f'"{c}"' for c in columns if c not in computed)
        names = ", ".join(f'"{c}"' for c in columns)
        selected = ", ".join(f'{computed[c]} AS "{c}"' if c in computed else f'"{c}"' for c in columns)
        suffix = f" ORDER BY {order}" if order else ""
        count = scalar(
            self.con,
            f"INSERT INTO {table} (id, {names}, added_in, changed_in) "
            f"SELECT id, {selected}, {self.step}, {self.step} FROM (SELECT id, {given} FROM {source}{suffix})",
        )
        self._changes(table).created += count
        return int(count)

    def update(self, table: str, columns: Sequence[str], source: str) -> int:
        """Set `columns` of the rows named by `source.id`; the rows as they were go to history, once a step."""
        self._keep(table, "update", f"SELECT id FROM {source}")
        assignments = ", ".join(f'"{c}" = s."{c}"' for c in columns)
        count = scalar(
            self.con,
            f"UPDATE {table} AS t SET {assignments}, changed_in = {self.step} FROM {source} AS s WHERE t.id = s.id",
        )
        self._changes(table).updated += count
        return int(count)

    def remove(self, table: str, ids: str) -> int:
        """Remove the rows whose id the query `ids` names; they go to history."""
        # a row this very step changed before: its first values are kept already, now for its return
        self.con.execute(
            f"UPDATE history.{table} SET op = 'delete' WHERE in_step = {self.step} AND op <> 'delete' AND id IN ({ids})"
        )
        self._keep(table, "delete", ids)
        count = scalar(self.con, f"DELETE FROM {table} WHERE id IN ({ids})")
        self._changes(table).removed += count
        return int(count)

    def _keep(self, table: str, op: str, ids: str) -> None:
        # A row this very step has written before needs no second copy: undo goes back to the first.
        self.con.execute(
            f"INSERT INTO history.{table} SELECT {self.step}, '{op}', t.* FROM {table} AS t "
            f"WHERE t.id IN ({ids}) AND t.changed_in <> {self.step}"
        )

    def _changes(self, table: str) -> Changes:
        return self.changes.setdefault(table, Changes())


def begin(con: duckdb.DuckDBPyConnection) -> Writer:
    """The writer of the next step; nothing is in the journal until `finish`."""
    return Writer(con, 1 + int(scalar(con, "SELECT coalesce(max(step), 0) FROM meta.steps")))


def finish(writer: Writer, *, now: datetime, kind: str, command: str, undoes: int | None = None) -> Step:
    """Write the step into the journal; call last in its transaction."""
    created = sum(c.created for c in writer.changes.values())
    updated = sum(c.updated for c in writer.changes.values())
    removed = sum(c.removed for c in writer.changes.values())
    writer.con.execute(
        "INSERT INTO meta.steps VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL)",
        [writer.step, now, kind, command, created, updated, removed, undoes],
    )
    return Step(writer.step, now, kind, command, created, updated, removed, undoes, None)


def steps(con: duckdb.DuckDBPyConnection) -> list[Step]:
    """The whole journal, newest first."""
    return [Step(*row) for row in rows(con, "SELECT * FROM meta.steps ORDER BY step DESC")]
