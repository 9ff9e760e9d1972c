"""Reading every value of a store: what is damaged in a corner nobody asks about shows here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmcli.store.database import rows

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class Held:
    """What one table holds: how many rows, and a hash over every value, whatever the order of rows."""

    rows: int
    digest: str


def held(con: duckdb.DuckDBPyConnection) -> dict[str, Held]:
    """What every table holds, but the list a backup keeps of just this.

    Raises:
        duckdb.Error: a block cannot be read, or is not what was written: DuckDB keeps a checksum of each.
    """
    tables = rows(
        con,
        "SELECT schema_name, table_name FROM duckdb_tables() WHERE NOT internal AND NOT temporary "
        "AND database_name = current_database() AND (schema_name, table_name) <> ('meta', 'backup') ORDER BY ALL",
    )
    found = {}
    for schema, table in tables:
        count, digest = rows(con, f'SELECT count(*), sum(hash(t)::HUGEINT)::VARCHAR FROM "{schema}"."{table}" AS t')[0]
        found[f"{schema}.{table}"] = Held(int(count), str(digest))
    return found
