"""The oracle and published figures against a real shop's year: half a million lines, returns, anonymous sales."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests import oracle
from tests.reports.small_store import answer, empty_store

FOLDER = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "online_retail"
AS_OF = dt.date(2011, 12, 9)
READ = """
    CREATE TEMP TABLE raw AS
    SELECT
        InvoiceNo AS order_no,
        StockCode AS sku,
        nullif(regexp_replace(CustomerID, '\\.0$', ''), '') AS customer,
        CAST(CAST(InvoiceDate AS TIMESTAMP) AS DATE) AS ordered_on,
        CAST(Quantity AS DECIMAL(18, 4)) AS qty,
        CAST(CAST(Quantity AS DECIMAL(18, 4)) * CAST(UnitPrice AS DECIMAL(18, 4)) AS DECIMAL(18, 4)) AS net
    FROM read_csv($path, all_varchar = true, header = true, delim = ',', quote = '"', escape = '"');
"""
LOAD = """
    INSERT INTO contacts (id, code, name, added_in, changed_in)
    SELECT row_number() OVER (ORDER BY customer DESC), customer, customer, 1, 1
    FROM (SELECT DISTINCT customer FROM raw WHERE customer IS NOT NULL);
    INSERT INTO products (id, sku, name, added_in, changed_in)
    SELECT row_number() OVER (ORDER BY sku), sku, sku, 1, 1 FROM (SELECT DISTINCT sku FROM raw);
    CREATE TEMP TABLE placed AS
    SELECT order_no, row_number() OVER (ORDER BY order_no) AS id, min(ordered_on) AS ordered_on, min(customer) AS customer
    FROM raw GROUP BY order_no;
    INSERT INTO orders (id, order_no, numbered_here, ordered_on, customer_id, status, added_in, changed_in)
    SELECT placed.id, order_no, false, ordered_on, contacts.id, 'completed', 1, 1
    FROM placed LEFT JOIN contacts ON contacts.code = customer;
    INSERT INTO order_lines (id, order_id, customer_id, ordered_on, counted, product_id, qty, net, added_in, changed_in)
    SELECT row_number() OVER (), orders.id, orders.customer_id, orders.ordered_on, true, products.id, qty, net, 1, 1
    FROM raw JOIN orders USING (order_no) LEFT JOIN products USING (sku)
    ORDER BY orders.customer_id, orders.ordered_on;
"""
FACTS = """
    SELECT orders.order_no, contacts.code, line.ordered_on, sum(line.net)
    FROM order_lines AS line JOIN orders ON orders.id = line.order_id LEFT JOIN contacts ON contacts.id = line.customer_id
    GROUP BY ALL
"""

pytestmark = pytest.mark.skipif(not FOLDER.exists(), reason="the public data sets are not beside the project")


@pytest.fixture(scope="module")
def shop() -> Any:
    """The shop as a store."""
    con = empty_store()
    con.execute(READ, {"path": str(FOLDER / "online_retail.csv.gz")})
    con.execute(LOAD)
    return con


@pytest.fixture(scope="module")
def facts(shop: Any) -> list[dict[str, Any]]:
    """One fact an order: revenue adds up the same, and the oracle is slow."""
    blank = {"status": "completed", "sku": None, "unit_cost": None, "qty": Decimal(1)}
    names = ("order", "customer", "on", "net")
    return [{**dict(zip(names, row, strict=True)), **blank} for row in shop.execute(FACTS).fetchall()]


def published(name: str) -> Any:
    """A figure of the data set's publishers."""
    metrics = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))["metrics"]
    return next(metric["value"] for metric in metrics if metric["id"] == name)


def test_totals_are_the_published_ones(shop: Any) -> None:
    found = {row["measure"]: row["value"] for row in answer(shop, "totals", AS_OF)}
    assert int(found["lines"]) == published("lines_total")
    assert int(found["anonymous_lines"]) == published("lines_without_customer")
    assert int(found["orders"]) == published("invoices_total")
    assert float(found["revenue"]) == published("net_revenue_all")
    assert float(found["identified_revenue"]) == published("net_revenue_identified")
    assert int(found["customers"]) + int(found["prospects"]) == published("customers_total")


def per_customer(facts: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Facts by customer."""
    grouped = defaultdict(list)
    for fact in facts:
        if fact["customer"] is not None:
            grouped[fact["customer"]].append(fact)
    return grouped


def test_rfm_ranks_as_the_oracle_does(shop: Any, facts: list[dict[str, Any]]) -> None:
    days, own = oracle.occasions(facts, AS_OF), per_customer(facts)
    monetary = {who: oracle.revenue(own[who], who) for who in days}
    ordered = sorted(monetary.values())
    for row in answer(shop, "rfm", AS_OF):
        who = row["customer"]
        assert (row["frequency"], row["last_purchase_on"]) == (len(days[who]), days[who][-1])
        assert row["monetary"] == monetary[who]
        assert row["m"] == 1 + 5 * ordered.index(monetary[who]) // len(ordered)


@pytest.mark.parametrize("day", [AS_OF, dt.date(2011, 8, 31)])
def test_churn_has_the_oracle_s_rhythm(shop: Any, facts: list[dict[str, Any]], day: dt.date) -> None:
    expected = oracle.rhythm(facts, day)
    rows = answer(shop, "churn", day)
    assert len(rows) == len(expected)
    for row in rows:
        wanted = expected[row["customer"]]
        assert abs(row["overdue_ratio"] - wanted["overdue_ratio"]) < Fraction(1, 10**5)


def test_abc_sets_aside_and_classifies_as_the_oracle_does(shop: Any, facts: list[dict[str, Any]]) -> None:
    window = per_customer(oracle.windowed(facts, AS_OF))
    rows = answer(shop, "abc", AS_OF)
    assert {row["customer"] for row in rows} == set(window)
    beats = oracle.rhythm(facts, AS_OF)
    aside = [who for who in window if who in beats and beats[who]["departed"]]
    assert {row["customer"] for row in rows if row["set_aside"] == "departed"} == set(aside)
    total = sum((row["measure"] for row in rows if row["set_aside"] is None), Decimal(0))
    before = Decimal(0)
    for row in (row for row in rows if row["set_aside"] is None):
        assert row["measure"] == oracle.revenue(window[row["customer"]], row["customer"])
        share = before / total
        assert row["class"] == (
            "C" if row["measure"] <= 0 else "A" if share < Decimal("0.8") else "B" if share < Decimal("0.95") else "C"
        )
        before += row["measure"]


def test_cohorts_are_the_oracle_s(shop: Any, facts: list[dict[str, Any]]) -> None:
    expected = oracle.cohorts(facts, AS_OF)
    rows = answer(shop, "cohorts", AS_OF)
    assert len(rows) == len(expected) == 13
    for row in rows:
        cohort = expected[dt.date.fromisoformat(row["cohort"] + "-01")]
        assert row["size"] == cohort["size"]
        assert all(abs(row[f"m{k}"] * row["size"] - n) < 1e-6 for k, n in cohort["active"].items())
