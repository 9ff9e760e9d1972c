"""Tables of the store under intake's own column names: what is exported can be taken in again."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from crmcli.errors import UsageError
from crmcli.intake.admit.heads import HEAD
from crmcli.intake.admit.incoming import REFERENCES, STORED
from crmcli.intake.admit.references import CODES
from crmcli.intake.entities import Entity, entities, entity
from crmcli.language import gettext as _
from crmcli.language import nearest
from crmcli.store.connection import rows as rows_of
from crmcli.store.connection import scalar
from crmcli.store.stored import StoredRows
from crmcli.table import Column, Kind, Table

if TYPE_CHECKING:
    import duckdb

_KINDS: Mapping[str, Kind] = {
    "key": Kind.CODE, "text": Kind.TEXT, "number": Kind.QUANTITY, "percent": Kind.QUANTITY, "share": Kind.QUANTITY, "int": Kind.COUNT,
    "date": Kind.DATE, "moment": Kind.MOMENT, "flag": Kind.LEVEL, "level": Kind.LEVEL, "word": Kind.TEXT, "customer": Kind.CODE,
    "product": Kind.CODE, "manager": Kind.CODE,
}  # fmt: skip
_TYPES: Mapping[str, Kind] = {
    "DATE": Kind.DATE, "TIMESTAMP": Kind.MOMENT, "INTEGER": Kind.COUNT, "DECIMAL": Kind.QUANTITY, "BOOLEAN": Kind.LEVEL,
}  # fmt: skip


def export(con: duckdb.DuckDBPyConnection, name: str) -> Table:
    """All rows of an entity, or of another table there is a statement for, ordered so that equal stores give equal files.

    Raises:
        UsageError: there is nothing of that name.
    """
    if name in extracts():
        return _extract(con, name)
    chosen = _known(name)
    sql = {"orders": _orders, "payments": _payments}.get(name, _plain)(chosen)
    columns = tuple(Column(f.name, f.name, _KINDS[f.type]) for f in chosen.fields.values() if f.name in sql)
    columns = (*columns, Column("custom", "custom", Kind.TEXT)) if "custom" in sql else columns
    listed = ", ".join(f'{sql[c.name]} AS "{c.name}"' for c in columns)
    _take_out(con, f"SELECT {listed} {sql['FROM']}")
    return _table(con, name, columns)


@cache
def extracts() -> tuple[str, ...]:
    """Names of what can be taken out and is not taken in as files of rows: extracts/*.sql."""
    found = (file.name for file in files("crmcli.intake").joinpath("extracts").iterdir())
    return tuple(sorted(name.removesuffix(".sql") for name in found if name.endswith(".sql")))


def _extract(con: duckdb.DuckDBPyConnection, name: str) -> Table:
    sql = files("crmcli.intake").joinpath("extracts", f"{name}.sql").read_text("utf-8")
    _take_out(con, f"FROM ({sql})")
    described = rows_of(con, "DESCRIBE exported")
    columns = tuple(
        Column(column, column, Kind.CODE if column.endswith("_no") else _TYPES.get(kind.partition("(")[0], Kind.TEXT))
        for column, kind, *_rest in described
    )
    return _table(con, name, columns)


def _take_out(con: duckdb.DuckDBPyConnection, select: str) -> None:
    con.execute(f"CREATE OR REPLACE TEMP TABLE exported AS {select} ORDER BY ALL NULLS FIRST")


def _table(con: duckdb.DuckDBPyConnection, name: str, columns: tuple[Column, ...]) -> Table:
    count = int(scalar(con, "SELECT count(*) FROM exported"))
    return Table(name, name, columns, StoredRows(con, columns, "FROM exported", {}, count), empty=_("There are none"))


def _known(name: str) -> Entity:
    if name not in entities():
        names = [*entities(), *extracts()]
        raise UsageError(_("There is no entity %(name)s") % {"name": name}, nearest(name, names) or ", ".join(names))
    return entity(name)


def _plain(chosen: Entity) -> dict[str, str]:
    references = REFERENCES.get(chosen.name, {})
    sql, joins = {}, []
    for column in chosen.fields:
        if column in references:
            table, stored = references[column]
            joins.append(f'LEFT JOIN {table} AS r_{column} ON r_{column}.id = t."{stored}"')
            sql[column] = f"r_{column}.{CODES[table]}"
        elif not (chosen.name == "invoices" and column in ("paid_on", "paid_amount")):
            sql[column] = f't."{STORED.get(chosen.name, {}).get(column, column)}"'
    if chosen.name == "invoices":  # the payment that came with the invoice goes with it
        joins.append("LEFT JOIN payments AS p ON p.invoice_id = t.id AND p.with_invoice")
        sql |= {"paid_on": "p.paid_on", "paid_amount": "p.amount"}
    return {**sql, "custom": "t.custom", "FROM": f"FROM {chosen.table} AS t {' '.join(joins)}"}


def _payments(chosen: Entity) -> dict[str, str]:
    sql = {c: f't."{c}"' for c in chosen.fields if c not in ("invoice_no", "customer")}
    sql |= {"invoice_no": "i.invoice_no", "customer": "c.code", "custom": "t.custom"}
    sql["FROM"] = (
        "FROM payments AS t LEFT JOIN invoices AS i ON i.id = t.invoice_id "
        "LEFT JOIN contacts AS c ON c.id = t.customer_id WHERE NOT t.with_invoice"
    )
    return sql


def _orders(chosen: Entity) -> dict[str, str]:
    head = {"order_no": "o.order_no", "ordered_on": "o.ordered_on", **{n: f'o."{n}"' for n in HEAD}}
    sql = {c: head.get(c, f't."{c}"') for c in chosen.fields}
    sql |= {"customer": "c.code", "customer_name": "c.name", "manager": "m.code", "sku": "p.sku", "custom": "t.custom"}
    sql["FROM"] = (
        "FROM orders AS o LEFT JOIN order_lines AS t ON t.order_id = o.id LEFT JOIN contacts AS c ON c.id = o.customer_id "
        "LEFT JOIN managers AS m ON m.id = o.manager_id LEFT JOIN products AS p ON p.id = t.product_id"
    )
    return sql
