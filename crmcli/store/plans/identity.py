"""What tells one store from another, for names that leave it, such as those of calendar entries."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from crmcli.store.connection import rows

if TYPE_CHECKING:
    import duckdb

_DIGITS = 12


def store_identity(con: duckdb.DuckDBPyConnection) -> str:
    """Twelve hexadecimal digits that stay with a store and its copies: of when it was made and of its first step.

    Two firms differ unless they were made in the same second and began with the same command in the same second.
    """
    made = rows(con, "SELECT name, applied_at FROM meta.migrations ORDER BY name LIMIT 1")
    began = rows(con, "SELECT done_at, kind, command, created FROM meta.steps ORDER BY step LIMIT 1")
    return hashlib.sha256(repr((made, began)).encode()).hexdigest()[:_DIGITS]
