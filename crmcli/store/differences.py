"""What a step changed in rows that were there before: column by column, before and after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmcli.errors import NotFoundError
from crmcli.language import gettext as _
from crmcli.store.connection import rows, scalar
from crmcli.store.schema import BOOKKEEPING, ROW_NAME, TABLES
from crmcli.store.undo import columns_of

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class Difference:
    """One value of one row; None where there is none (a removed row has no column)."""

    table: str
    row: str
    column: str
    before: str | None
    after: str | None


def differences(con: duckdb.DuckDBPyConnection, step: int, *, limit: int) -> list[Difference]:
    """Values before a step and as they are now, at most `limit`.

    Raises:
        NotFoundError: there is no such step.
    """
    if not scalar(con, "SELECT count(*) FROM meta.steps WHERE step = $1", [step]):
        raise NotFoundError(_("There is no step %(step)s") % {"step": step}, _("All steps: crmcli log"))
    found: list[Difference] = []
    for table in TABLES:
        found += _changed(con, table, step, limit - len(found))
        found += _removed(con, table, step, limit - len(found))
        if len(found) >= limit:
            break
    return found


def _changed(con: duckdb.DuckDBPyConnection, table: str, step: int, limit: int) -> list[Difference]:
    names = [c for c in columns_of(con, table) if c not in BOOKKEEPING]
    each = " UNION ALL ".join(
        f"SELECT t.id, {ROW_NAME[table]} AS name, '{c}' AS col, h.\"{c}\"::VARCHAR AS before, t.\"{c}\"::VARCHAR AS after "  # noqa: S608
        f"FROM history.{table} AS h JOIN {table} AS t ON t.id = h.id "
        f"WHERE h.in_step = $step AND h.op = 'update' AND h.\"{c}\" IS DISTINCT FROM t.\"{c}\""
        for c in names
    )
    found = rows(con, f"SELECT name, col, before, after FROM ({each}) ORDER BY id, col LIMIT {max(0, limit)}", {"step": step})  # noqa: S608
    return [Difference(table, *row) for row in found]


def _removed(con: duckdb.DuckDBPyConnection, table: str, step: int, limit: int) -> list[Difference]:
    found = rows(
        con,
        f"SELECT {ROW_NAME[table]} FROM history.{table} AS t WHERE t.in_step = $step AND t.op = 'delete' "  # noqa: S608
        f"ORDER BY t.id LIMIT {max(0, limit)}",
        {"step": step},
    )
    return [Difference(table, str(name), _("whole row"), _("was there"), None) for (name,) in found]
