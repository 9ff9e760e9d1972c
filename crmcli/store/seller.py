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
    return dict(rows(con, 'SELECT "key", value FROM seller_details ORDER BY "key"'))


def prices_include_tax(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether the owner's catalogue prices include tax; no, unless a detail says yes."""
    return load_details(con).get("prices_include_tax") == "yes"


def set_details(writer: Writer, details: Mapping[str, str]) -> None:
    """Set details in the step of `writer`; what is the same already is left alone. Call inside its transaction."""
    con = writer.con
    _name(con, details)
    fresh = [key for key in details if key not in load_details(con)]
    if fresh:
        first = writer.reserve("seller_details", len(fresh))
        con.execute(
            'CREATE OR REPLACE TEMP TABLE seller_fresh AS SELECT ($1 + row_number() OVER (ORDER BY "key") - 1)::INTEGER AS id, '
            '"key", value FROM seller_named WHERE "key" NOT IN (SELECT "key" FROM seller_details)',
            [first],
        )
        writer.insert("seller_details", ("key", "value"), "seller_fresh", order="id")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE seller_changed AS SELECT d.id, n.value FROM seller_details AS d "
        'JOIN seller_named AS n USING ("key") WHERE d.value <> n.value'
    )
    writer.update("seller_details", ("value",), "seller_changed")


def unset_details(writer: Writer, keys: Sequence[str]) -> None:
    """Take details out in the step of `writer`. Call inside its transaction."""
    _name(writer.con, dict.fromkeys(keys, ""))
    writer.remove("seller_details", 'SELECT id FROM seller_details WHERE "key" IN (SELECT "key" FROM seller_named)')


def set_parts(writer: Writer, parts: Mapping[str, tuple[str, bytes]]) -> None:
    """Keep pictures or templates (detail → name and content) and name them in details. Call inside its transaction."""
    set_details(writer, {key: keep_part(writer, name, content) for key, (name, content) in parts.items()})


def _name(con: duckdb.DuckDBPyConnection, details: Mapping[str, str]) -> None:
    """The details given, as a temp table."""
    con.execute('CREATE OR REPLACE TEMP TABLE seller_named ("key" VARCHAR, value VARCHAR)')
    for key, value in details.items():
        con.execute("INSERT INTO seller_named VALUES ($1, $2)", [key, value])
