"""Who sells: the details of the owner's firm that documents carry, one a row, and the logo among the document parts.

`crmcli.documents.seller.load_seller` makes of them what a document needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.store.connection import rows
from crmcli.store.issued import keep_part

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb

    from crmcli.store.journal import Writer

LOGO = "logo"  # the detail that holds the hash of the logo


def load_details(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """All details that are set, by key."""
    return {key: value for _id, key, value in _stored(con)}


def prices_include_tax(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether the owner's catalogue prices include tax; no, unless a detail says yes."""
    return load_details(con).get("prices_include_tax") == "yes"


def set_details(writer: Writer, details: Mapping[str, str]) -> None:
    """Set details in the step of `writer`; what is the same already is left alone. Call inside its transaction."""
    stored = _stored(writer.con)
    known = {key for _id, key, _value in stored}
    writer.add("seller_details", ("key", "value"), sorted(one for one in details.items() if one[0] not in known))
    changed = [(number, details[key]) for number, key, value in stored if details.get(key, value) != value]
    writer.change("seller_details", ("value",), changed)


def unset_details(writer: Writer, keys: Sequence[str]) -> None:
    """Take details out in the step of `writer`. Call inside its transaction."""
    writer.drop("seller_details", [number for number, key, _value in _stored(writer.con) if key in keys])


def set_parts(writer: Writer, parts: Mapping[str, tuple[str, bytes]]) -> None:
    """Keep pictures or templates (detail → name and content) and name them in details. Call inside its transaction."""
    set_details(writer, {key: keep_part(writer, name, content) for key, (name, content) in parts.items()})


def _stored(con: duckdb.DuckDBPyConnection) -> list[tuple[int, str, str]]:
    return rows(con, 'SELECT id, "key", value FROM seller_details ORDER BY "key", id')
