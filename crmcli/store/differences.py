"""What a step changed in rows that were there before: column by column, before and after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmcli.errors import NotFoundError
from crmcli.language import gettext as _
from crmcli.store.connection import rows, scalar
from crmcli.store.schema import BOOKKEEPING, ROW_NAME, TABLES
from crmcli.store.taking_back import columns_of

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class Difference:
    """One value of one row; None where there was none."""

    table: str
    row: str
    column: str
    before: str | None
    after: str | None


def differences(con: duckdb.DuckDBPyConnection, step: int, *, limit: int) -> list[Difference]:
    """Values before a step and right after it, whatever came later; at most `limit`.

    Raises:
        NotFoundError: there is no such step.
    """
    if not scalar(con, "SELECT count(*) FROM meta.steps WHERE step = $1", [step]):
        raise NotFoundError(_("There is no step %(step)s") % {"step": step}, _("All steps: crmcli log"))
    found: list[Difference] = []
    for table in TABLES:
        found += _changed(con, table, step, limit - len(found))
        found += _whole_rows(con, table, step, limit - len(found))
        if len(found) >= limit:
            break
    return found


def _changed(con: duckdb.DuckDBPyConnection, table: str, step: int, limit: int) -> list[Difference]:
    if limit <= 0 or not scalar(
        con, f"SELECT count(*) FROM history.{table} WHERE in_step = $1 AND op IN ('update', 'follow')", [step]
    ):
        return []
    names = [c for c in columns_of(con, table) if c not in BOOKKEEPING]
    each = " UNION ALL ".join(
        f'SELECT t.id, {ROW_NAME[table]} AS name, \'{c}\' AS col, h."{c}"::VARCHAR AS before, t."{c}"::VARCHAR AS after '
        f'FROM earlier AS h JOIN later AS t ON t.id = h.id WHERE h."{c}" IS DISTINCT FROM t."{c}"'
        for c in names
    )
    found = rows(
        con,
        # a row right after the step is what the next step that wrote it found, or what it is now
        f"WITH earlier AS (SELECT * EXCLUDE (in_step, op) FROM history.{table} WHERE in_step = $step AND op IN ('update', 'follow')), "
        f"next AS (SELECT * EXCLUDE (in_step, op) FROM history.{table} WHERE in_step > $step AND op <> 'insert' "
        "AND id IN (SELECT id FROM earlier) QUALIFY row_number() OVER (PARTITION BY id ORDER BY in_step) = 1), "
        f"later AS (FROM next UNION ALL SELECT * FROM {table} WHERE id IN (SELECT id FROM earlier) "
        "AND id NOT IN (SELECT id FROM next)) "
        f"SELECT name, col, before, after FROM ({each}) ORDER BY id, col LIMIT {limit:d}",
        {"step": step},
    )
    return [Difference(table, str(name), *values) for name, *values in found]


def _whole_rows(con: duckdb.DuckDBPyConnection, table: str, step: int, limit: int) -> list[Difference]:
    """Rows the step removed, or brought back."""
    found = rows(
        con,
        f"SELECT {ROW_NAME[table]}, t.op FROM history.{table} AS t WHERE t.in_step = $step AND t.op NOT IN ('update', 'follow') "
        f"ORDER BY t.id LIMIT {max(0, limit):d}",
        {"step": step},
    )
    there = _("was there")
    return [
        Difference(
            table, str(name), _("whole row"), *((there, None) if op == "delete" else (None, _("is there again")))
        )
        for name, op in found
    ]
