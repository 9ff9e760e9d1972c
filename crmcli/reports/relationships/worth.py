"""What a customer's matter is worth beside others': the class and the mark of a key account, for lists of any kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmcli.language import N_
from crmcli.metrics import catalogue
from crmcli.table import Column, Kind

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping

    from duckdb import DuckDBPyConnection

CLASS = Column("class", N_("Class"), Kind.LEVEL, words=("A", "B", "C"))
COLUMNS = (CLASS, Column("key", N_("Key"), Kind.LEVEL))
_WORTH = """
SELECT contact.code, worth.class, CASE WHEN worth.is_key THEN true END
FROM contacts AS contact
INNER JOIN value_weights(cast($as_of AS DATE)) AS worth ON worth.customer_id = contact.id
WHERE contact.code IN (SELECT unnest($codes))
"""


@dataclass(frozen=True, slots=True)
class Worth:
    """How a customer stands.

    Args:
        letter: Class of the cleaned ABC by revenue of the last 365 days: A, B, C; None for who is set aside or bought nothing.
        is_key: True for a key account; None for others, so that only the mark is seen.
    """

    letter: str | None = None
    is_key: bool | None = None


def worths(con: DuckDBPyConnection, codes: Collection[str], as_of: dt.date) -> Mapping[str, Worth]:
    """By code how each of these customers stands on a day; nothing is computed for nobody."""
    if not codes:
        return {}
    catalogue.install(con, _WORTH)
    rows = con.execute(_WORTH, {"as_of": as_of, "codes": sorted(set(codes))}).fetchall()
    return {code: Worth(letter, is_key) for code, letter, is_key in rows}
