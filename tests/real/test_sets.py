"""Other real sets, each by one command line; figures against those computed independently."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.intake.admit.shop import Shop, money, shared


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def expected(folder: str, name: str) -> Any:
    found = shared(folder, "expected_dev.json" if folder != "maven_crm" else "expected.json")
    return next(m["value"] for m in json.loads(found.read_text("utf-8"))["metrics"] if m["id"] == name)


def test_accounts_receivable(shop: Shop) -> None:
    shop.take(shared("accounts_receivable", "dev_countries_391_406_770.csv"))
    figures = expected("accounts_receivable", "counts")
    found = shop.rows(
        "SELECT count(*), count(DISTINCT customer_id), sum(amount), min(issued_on), max(issued_on) FROM invoices"
    )[0]
    assert (found[0], found[1], float(found[2])) == (figures["n"], figures["customers"], figures["amount"])
    assert [str(day) for day in found[3:]] == [figures["first_invoice"], figures["last_invoice"]]
    assert str(shop.one("SELECT max(paid_on) FROM payments WHERE with_invoice")) == figures["last_payment"]
    assert shop.one("SELECT invoice_no FROM invoices ORDER BY invoice_no LIMIT 1").startswith("00")


SUPERSTORE = (
    "--map", "Order ID + Customer ID=order_no", "--map", "Customer ID=customer", "--map", "Discount=discount_pct*100",
)  # fmt: skip


def test_superstore_csv(shop: Shop) -> None:
    """Two order numbers belong to several customers each: with the customer in the number nothing is refused."""
    shop.take(shared("superstore", "Sample - Superstore.csv"), *SUPERSTORE)
    figures = expected("superstore", "s_totals")
    assert float(money(shop)) == pytest.approx(figures["sales"], abs=0.01)
    assert shop.one("SELECT sum(qty) FROM order_lines") == figures["qty"]
    assert shop.one("SELECT count(DISTINCT customer_id) FROM orders") == figures["customers"]
    assert [str(d) for d in shop.rows("SELECT min(ordered_on), max(ordered_on) FROM orders")[0]] == [
        figures["a"],
        figures["b"],
    ]


def test_superstore_by_its_own_numbers_refuses_the_contradictions(shop: Shop) -> None:
    counts = shop.take(shared("superstore", "Sample - Superstore.csv"), "--map", "Discount=discount_pct*100", code=5)
    assert counts["rejected"] == 6
    assert "the order began with customer" in shop.err


def test_superstore_xls(shop: Shop) -> None:
    shop.take(shared("superstore", "Sample - Superstore.xls"), "--sheet", "Orders", *SUPERSTORE, "--round")
    assert shop.one("SELECT count(*) FROM order_lines") in (9994, 10_194)
    assert float(money(shop)) == pytest.approx(expected("superstore", "s_totals")["sales"], rel=0.02)


PHARMACY = Path(__file__).resolve().parents[1] / "profiles" / "pharmacy.toml"


def test_pharmacy_workbooks_by_a_profile(shop: Shop) -> None:
    shared("ru_pharmacy", "by_shop", "2.xlsx")
    shop.take(*[shared("ru_pharmacy", "by_shop", f"{n}.xlsx") for n in (2, 6, 11, 13)], "--profile", PHARMACY)
    assert shop.one("SELECT count(*) FROM order_lines") == 2682
    assert abs(money(shop) - Decimal("775059.94")) < Decimal("0.02")
    profit = shop.one("SELECT sum(net - qty * unit_cost) FROM order_lines")
    assert abs(float(profit) - expected("ru_pharmacy", "total_profit")) < 1


def test_pharmacy_as_1c_writes_it(shop: Shop) -> None:
    counts = shop.take(
        shared("ru_pharmacy", "derived_1c_style_cp1251_dev.csv"),
        "--round",
        "--map",
        "Касса/Смена/Чек + Аптека + Карта клиента=order_no",
        "--map",
        "Аптека=channel",
        "--map",
        "Карта клиента=customer",
    )
    assert counts["rows_read"] == 2682
    assert money(shop) == Decimal("775059.94")
    assert shop.one("SELECT sum(discount_amount) FROM order_lines") == Decimal("37234.52")
    assert "Итого" in shop.err  # said, and no sale


def test_it_incidents_fold_events_into_tickets(shop: Shop) -> None:
    counts = shop.take(
        shared("it_incidents", "dev_opened_before_2016-04-01.csv.gz"), "--as", "tickets", "--missing", "?"
    )
    assert (counts["rows_read"], counts["created"], counts["rejected"]) == (59_354, 9202, 0)
    assert "50152 rows repeat the key of another" in shop.err
    assert shop.one("SELECT count(*) FROM tickets WHERE resolved_at < opened_at") == 0


def test_maven_crm(shop: Shop) -> None:
    shop.take(shared("maven_crm", "accounts.csv"))
    shop.take(shared("maven_crm", "products.csv"), "--as", "products")
    shop.take(shared("maven_crm", "sales_teams.csv"), "--as", "managers")
    shop.take(shared("maven_crm", "sales_pipeline.csv"))
    counts = [shop.one(f"SELECT count(*) FROM {t}") for t in ("contacts", "managers", "opportunities")]
    assert counts == [85, 35, 8800]
    statuses = dict(shop.rows("SELECT stage, count(*) FROM opportunities GROUP BY stage"))
    assert statuses["Won"] == 4238
    assert shop.one("SELECT sum(amount) FROM opportunities WHERE stage = 'Won'") == 10_005_534
    assert shop.one("SELECT count(*) FROM opportunities WHERE customer_id IS NULL") == 1425


def test_customers_of_an_insurer_and_a_telephone_company(shop: Shop) -> None:
    shop.take(shared("telco_churn", "WA_Fn-UseC_-Telco-Customer-Churn.csv"), "--as", "contacts")
    assert shop.one("SELECT count(*) FROM contacts") == 7043
    assert shop.one("SELECT count(*) FROM contacts WHERE custom->>'Churn' = 'Yes'") == 1869
    shop.take(shared("ibm_campaigns", "WA_Fn-UseC_-Marketing-Customer-Value-Analysis.csv"), "--as", "contacts")
    assert shop.one("SELECT count(*) FROM contacts") == 7043 + 9134


def test_telemarketing_without_a_customer_is_refused_with_reason(shop: Shop) -> None:
    shop.expect(2, "import", "run", shared("bank_marketing", "bank-full.csv.gz"), "--as", "interactions")
    assert "nothing in it is the customer" in shop.err
