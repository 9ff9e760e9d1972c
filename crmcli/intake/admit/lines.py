"""Admission of the lines of orders: which rows are lines, which stored lines they are, what is written.

A file that knows of each order only its amount gives the order one line that stands for all: line number 0, no product.
When a later file brings the lines themselves they take its place; a total that comes after the lines adds nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from crmcli.intake.admit.admission import Admission
from crmcli.intake.admit.custom import merged_custom
from crmcli.intake.admit.pairs import pair_lines
from crmcli.intake.problems import TABLE
from crmcli.language import ngettext
from crmcli.store.connection import scalar

# The line's columns as staged, with their SQL types.
LINE = {
    "line_no": "INTEGER",
    "description": "VARCHAR",
    "category": "VARCHAR",
    "qty": "DECIMAL(18, 4)",
    "unit_price": "DECIMAL(18, 4)",
    "discount_pct": "DECIMAL(18, 4)",
    "discount_amount": "DECIMAL(18, 4)",
    "amount": "DECIMAL(18, 4)",
    "unit_cost": "DECIMAL(18, 4)",
    "tax_rate": "DECIMAL(18, 4)",
}
# What makes a row a line of goods or money; without any of it the row is the order alone.
SUBSTANCE = ("sku", "description", "qty", "unit_price", "amount")
NOT_COUNTED = "('draft', 'cancelled')"
DEFAULT_STATUS = "confirmed"
# Half away from zero to four decimals, which is what a cast between decimals does.
NET = (
    "coalesce(amount, CAST(CAST(CAST(coalesce(qty, 1) AS DECIMAL(38, 4)) * unit_price AS DECIMAL(38, 8))"
    " * (100 - coalesce(discount_pct, 0)) * 0.01 - coalesce(discount_amount, 0) AS DECIMAL(18, 4)), 0)"
)
_STORED = ("order_id", "customer_id", "ordered_on", "counted", "product_id", *LINE, "net", "custom")


@dataclass(frozen=True, slots=True)
class Written:
    """Rows of the file by what became of them."""

    created: int
    updated: int
    unchanged: int


def admit_lines(admission: Admission) -> Written:
    """Write the rows that are lines; `sold` and `orders_in` are there. Rows that are an order alone are not counted."""
    all_new = not scalar(admission.con, "SELECT count(*) FROM orders_in WHERE NOT is_new")
    _make_lines(admission, all_new=all_new)
    dropped = _drop_repeated(admission) if admission.policy.drop_repeated_lines else 0
    if all_new:
        return Written(_insert(admission, "lines_in"), 0, dropped)
    if _is_totals(admission):
        _leave_covered(admission)
    pair_lines(admission, _compared(admission))
    paired = int(scalar(admission.con, "SELECT count(*) FROM paired"))
    updated = _update(admission)
    created = 0
    if paired < scalar(admission.con, "SELECT count(*) FROM lines_in"):
        admission.con.execute(
            "CREATE OR REPLACE TEMP VIEW unpaired AS SELECT * FROM lines_in WHERE row_no NOT IN (SELECT row_no FROM paired)"
        )
        created = _insert(admission, "unpaired")
    return Written(created, updated, paired - updated + dropped)


def _is_totals(admission: Admission) -> bool:
    """Whether the file knows amounts of orders, and nothing of what was sold."""
    goods = ("sku", "description", "category", "qty", "unit_price", "line_no")
    return admission.has("amount") and not any(admission.has(column) for column in goods)


def _make_lines(admission: Admission, *, all_new: bool) -> None:
    """Make the view `lines_in`: rows that are lines, with net, and the id and standing of their order."""
    joins = ["JOIN orders_in AS o ON o.order_key = s.order_key"]
    product = "NULL::INTEGER"
    if admission.has("sku"):
        joins.append("LEFT JOIN ref_sku AS p ON p.given = s.sku")
        product = "p.id"
    parts = {name: admission.expression(name, kind) for name, kind in LINE.items()}
    if _is_totals(admission):
        parts["line_no"] = "0"
    columns = ", ".join(f'{sql} AS "{name}"' for name, sql in parts.items())
    custom = "s.custom" if admission.stage.has_custom else "NULL::VARCHAR"
    if all_new:
        customer, day = "o.customer_id", "o.ordered_on"
        status = f"coalesce(o.status, '{DEFAULT_STATUS}')" if admission.has("status") else f"'{DEFAULT_STATUS}'"
    else:
        joins.append("LEFT JOIN orders AS k ON k.id = o.id")
        customer, day, status = "k.customer_id", "k.ordered_on", "k.status"
    admission.con.execute(
        f"CREATE OR REPLACE TEMP VIEW lines_in AS SELECT * REPLACE (CAST(coalesce(qty, 1) AS DECIMAL(18, 4)) AS qty), "
        f"{NET} AS net FROM (SELECT s.row_no, o.id AS order_id, o.is_new, {customer} AS customer_id, {day} AS ordered_on, "
        f"{status} NOT IN {NOT_COUNTED} AS counted, {product} AS product_id, {columns}, {custom} AS custom "
        f"FROM sold AS s {' '.join(joins)} WHERE {substance(admission)})"
    )


def substance(admission: Admission) -> str:
    """SQL over a staged row `s`: whether it is a line."""
    return " OR ".join(f's."{c}" IS NOT NULL' for c in SUBSTANCE if admission.has(c)) or "false"


def _drop_repeated(admission: Admission) -> int:
    """Take identical rows of one order once; returns how many were left out."""
    con = admission.con
    before = scalar(con, "SELECT count(*) FROM lines_in")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE lines_once AS SELECT min(row_no) AS row_no, * EXCLUDE (row_no) FROM lines_in GROUP BY ALL"
    )
    con.execute("CREATE OR REPLACE TEMP VIEW lines_in AS SELECT * FROM lines_once")
    dropped = int(before - scalar(con, "SELECT count(*) FROM lines_once"))
    if dropped:
        admission.notes.append(
            ngettext("%(count)s repeated line dropped", "%(count)s repeated lines dropped", dropped)
            % {"count": dropped}
        )
    return dropped


def _leave_covered(admission: Admission) -> None:
    """Totals of orders whose lines are in the store already add nothing; one that differs is told."""
    con = admission.con
    con.execute(
        "CREATE OR REPLACE TEMP TABLE covered AS SELECT order_id, sum(net) AS net FROM order_lines "
        "WHERE line_no IS DISTINCT FROM 0 AND order_id IN (SELECT order_id FROM lines_in) GROUP BY order_id"
    )
    differing = int(
        scalar(
            con,
            "SELECT count(*) FROM (SELECT order_id, sum(net) AS net FROM lines_in GROUP BY order_id) AS t "
            "JOIN covered AS c USING (order_id) WHERE t.net <> c.net",
        )
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE uncovered AS FROM lines_in WHERE order_id NOT IN (SELECT order_id FROM covered)"
    )
    con.execute("CREATE OR REPLACE TEMP VIEW lines_in AS SELECT * FROM uncovered")
    if differing:
        admission.notes.append(
            ngettext(
                "%(count)s order has lines that do not add up to the total in this file; the lines stand",
                "%(count)s orders have lines that do not add up to the totals in this file; the lines stand",
                differing,
            )
            % {"count": differing}
        )


def _compared(admission: Admission) -> list[str]:
    """Stored columns the file says something about, the line number aside."""
    brought = [c for c in LINE if admission.has(c) and c != "line_no"]
    return brought + (["product_id"] if admission.has("sku") else [])


def _insert(admission: Admission, source: str) -> int:
    con, writer = admission.con, admission.writer
    # ids follow row numbers: in file order, with gaps where rows were left out
    first = writer.reserve("order_lines", int(scalar(con, f"SELECT coalesce(max(row_no), 0) FROM {TABLE}")))
    # the sort carries every column along: only those the file brought
    kept = {"qty", *(["line_no"] if _is_totals(admission) else [])}
    brought = [c for c in _STORED if c not in LINE or c in kept or admission.has(c)]
    stored = [c for c in brought if c != "custom" or admission.stage.has_custom]
    columns = ", ".join(f'"{c}"' for c in stored if c != "net")
    con.execute(f"CREATE OR REPLACE TEMP VIEW new_lines AS SELECT {first - 1} + row_no AS id, {columns} FROM {source}")
    # rows of a customer together, in file order: per-customer sums then read few blocks
    absent = {c: f"CAST(NULL AS {kind})" for c, kind in LINE.items() if c not in stored}
    net = re.sub(r"[a-z_]+", lambda word: absent.get(word[0], word[0]), NET)
    return writer.insert("order_lines", stored, "new_lines", order="customer_id, id", computed={"net": net})


def _update(admission: Admission) -> int:
    """Give paired lines what the file says otherwise; returns how many."""
    con = admission.con
    brought = [c for c in LINE if admission.has(c)] + (["product_id"] if admission.has("sku") else [])
    brought += ["custom"] if admission.stage.has_custom else []
    if not brought:
        return 0
    value = 'coalesce(i."{0}", l."{0}")' if admission.policy.empty == "skip" else 'i."{0}"'
    values = {c: ('i."{0}"' if c == "qty" else value).format(c) for c in brought}
    if "custom" in values:
        values["custom"] = merged_custom(admission, "l.custom", "i.custom")
    differs = " OR ".join(f'l."{c}" IS DISTINCT FROM {sql}' for c, sql in values.items())
    kept = ", ".join(f'{values.get(c, f"l.{c}")} AS "{c}"' for c in (*LINE, "product_id", "custom"))
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE changed_lines AS SELECT *, {NET} AS net FROM (SELECT l.id, {kept} "
        "FROM paired JOIN lines_met AS i USING (row_no) JOIN lines_there AS l ON l.id = paired.line_id "
        f"WHERE {differs})"
    )
    count = int(scalar(con, "SELECT count(*) FROM changed_lines"))
    if count:
        admission.writer.update("order_lines", [*brought, "net"], "changed_lines")
    return count
