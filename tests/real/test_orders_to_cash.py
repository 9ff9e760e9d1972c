"""Real orders from shipment to money: northwind's and superstore's, for real customers; skipped where the data is absent."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest

from tests.intake.admit.shop import Shop, shared
from tests.real.test_northwind import fill


@pytest.fixture(scope="module")
def northwind(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    shop = Shop(tmp_path_factory.mktemp("northwind"))
    fill(shop)
    return shop


def test_a_northwind_order_is_invoiced_paid_and_accounted_for(northwind: Shop) -> None:
    number, code, net = northwind.rows(
        "SELECT o.order_no, c.code, round(sum(l.net), 2) FROM orders AS o JOIN order_lines AS l ON l.order_id = o.id "
        "JOIN contacts AS c ON c.id = o.customer_id WHERE o.order_no = '10248' GROUP BY ALL"
    )[0]
    northwind.expect(0, "invoice", "issue", number, "--on", "1996-08-01", "--terms", "30")
    billed = northwind.rows("SELECT amount, tax_amount, due_on::VARCHAR FROM invoices")[0]
    assert billed == (Decimal(str(net)), 0, "1996-08-31")
    northwind.expect(0, "payment", "add", "--from", code, "--amount", str(net), "--on", "1996-08-20")
    northwind.expect(0, "statement", code, "--from", "1996-01-01", "--to", "1996-12-31", "--format", "csv")
    last = list(csv.DictReader(io.StringIO(northwind.out)))[-1]
    assert (last["kind"], Decimal(last["balance"])) == ("payment", 0)  # type: ignore[comparison-overlap]
    northwind.expect(0, "order", "return", number, "--line", "1:1", "--on", "1996-09-01")
    northwind.expect(0, "invoice", "credit", "INV-1996-00001", "--line", "1:1", "--on", "1996-09-01")
    northwind.expect(0, "check")


def test_open_northwind_orders_ship_in_parts(northwind: Shop) -> None:
    number = northwind.one(
        "SELECT order_no FROM orders WHERE shipped_on IS NULL AND customer_id IS NOT NULL ORDER BY order_no LIMIT 1"
    )
    northwind.expect(
        0, "order", "ship", str(number), "--line", "1:1", "--on", "1998-06-01", "--carrier", "Sample Freight"
    )
    northwind.expect(0, "order", "ship", str(number), "--on", "1998-06-02")
    northwind.expect(0, "order", "deliver", str(number), "--on", "1998-06-05")
    assert northwind.rows(f"SELECT status, delivered_on::VARCHAR FROM orders WHERE order_no = '{number}'") == [
        ("delivered", "1998-06-05")
    ]
    northwind.expect(0, "report", "fulfilment", "--as-of", "1998-06-30", "--by", "carrier", "--format", "csv")
    assert "Sample Freight" in northwind.out
    northwind.expect(0, "check")


def test_superstore_orders_are_invoiced_to_the_cent(tmp_path: Path) -> None:
    files = sorted(shared("superstore").glob("*.csv"))
    if not files:
        pytest.skip("no superstore file beside the project")
    shop = Shop(tmp_path / "superstore")
    shop.expect(5, "import", "run", files[0], "--map", "Discount=discount_pct*100", "--round")
    orders = shop.rows(
        "SELECT o.order_no, round(sum(round(l.net, 2)), 2), max(o.ordered_on)::VARCHAR FROM orders AS o JOIN order_lines AS l "
        "ON l.order_id = o.id WHERE o.customer_id IS NOT NULL GROUP BY o.order_no HAVING sum(l.net) > 0 ORDER BY 3, 1 LIMIT 5"
    )
    assert orders
    for number, net, day in orders:
        shop.expect(0, "invoice", "issue", str(number), "--on", day)
        assert shop.one("SELECT sum(amount) FROM invoices WHERE order_no = '" + str(number) + "'") == Decimal(str(net))
    shop.expect(0, "check")
