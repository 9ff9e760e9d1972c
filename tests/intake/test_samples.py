"""The sample firm, file by file: what anyone who takes the files in must find."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.intake.admit.shop import Shop, money

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data"
FILES = ("book.xlsx", "sales_1c_2023_2026.csv", "webshop_2025.csv", "invoices.csv", "tickets.csv", "visits.csv",
         "competitor_prices.csv", "costs.csv")  # fmt: skip
ENTITIES = ("contacts", "people", "managers", "products", "orders", "invoices", "payments", "tickets", "interactions",
            "competitor_prices", "cost_activities")  # fmt: skip


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SAMPLE / "expected.json").read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    shop = Shop(tmp_path_factory.mktemp("firm"))
    for file in FILES:
        shop.take(SAMPLE / file)
    return shop


def test_counts_and_sums(firm: Shop, expected: dict[str, Any]) -> None:
    sales, shop = expected["sales_1c_2023_2026.csv"], expected["webshop_2025.csv"]
    assert money(firm) == Decimal(sales["revenue"]) + Decimal(shop["revenue"])
    assert firm.one("SELECT count(*) FROM order_lines") == sales["lines"] + shop["lines"]
    assert firm.one("SELECT count(*) FROM orders") == sales["orders"] + sales["returns"] + shop["orders"]
    assert firm.one("SELECT count(*) FROM invoices") == expected["invoices.csv"]["rows"]
    assert firm.one("SELECT sum(amount) FROM invoices") == Decimal(expected["invoices.csv"]["amount"])
    assert firm.one("SELECT sum(amount) FROM payments") == Decimal(expected["invoices.csv"]["paid_amount"])
    for table, file in (
        ("tickets", "tickets.csv"),
        ("interactions", "visits.csv"),
        ("competitor_prices", "competitor_prices.csv"),
        ("cost_activities", "costs.csv"),
    ):
        assert firm.one(f"SELECT count(*) FROM {table}") == expected[file]["rows"], table


def test_words_of_the_visits(firm: Shop) -> None:
    kinds = {kind for (kind,) in firm.rows("SELECT DISTINCT kind FROM interactions")}
    assert kinds <= {"call", "visit", "mail", "message", "offer", "follow_up", "meeting"}
    assert {c for (c,) in firm.rows("SELECT DISTINCT channel FROM interactions")} <= {
        "phone",
        "visit",
        "mail",
        "messenger",
    }
    assert firm.one("SELECT count(*) FROM interactions WHERE direction IS NULL") == 0


def test_managers_and_webshop_customers_are_met(firm: Shop, expected: dict[str, Any]) -> None:
    assert firm.one("SELECT count(*) FROM managers") == expected["book.xlsx"]["managers"]
    assert firm.one("SELECT count(*) FROM contacts WHERE code LIKE 'client%@%'") == 0


def test_again_changes_nothing(firm: Shop) -> None:
    before = {entity: firm.exported(entity) for entity in ENTITIES}
    counts = firm.take(*[SAMPLE / file for file in FILES])
    assert counts["unchanged"] == counts["rows_read"]
    assert {entity: firm.exported(entity) for entity in ENTITIES} == before
    firm.expect(0, "check")


def test_exports_make_the_same_store(firm: Shop, tmp_path: Path) -> None:
    other = Shop(tmp_path)
    order = ("managers", "contacts", "people", "products", *ENTITIES[4:])
    for entity in order:
        (tmp_path / f"{entity}.csv").write_text(firm.exported(entity), "utf-8")
        other.take(f"{entity}.csv", "--as", entity)
    for entity in ENTITIES:
        assert other.exported(entity) == firm.exported(entity), entity


def test_exports_change_nothing_in_their_own_store(firm: Shop) -> None:
    for entity in ENTITIES:
        (firm.folder / f"{entity}.csv").write_text(firm.exported(entity), "utf-8")
        counts = firm.take(f"{entity}.csv", "--as", entity)
        assert counts["unchanged"] == counts["rows_read"], entity


def test_dirty_file(tmp_path: Path, expected: dict[str, Any]) -> None:
    shop = Shop(tmp_path)
    shop.take(SAMPLE / "dirty.csv", code=5)
    with (tmp_path / "dirty.rejects.csv").open(encoding="utf-8-sig", newline="") as file:
        refused = {int(row["crmcli_line"]): row["crmcli_reason"] for row in csv.DictReader(file)}
    verdicts = expected["dirty.csv"]
    bad = {int(line["line"]) if isinstance(line, dict) else int(line) for line in verdicts["bad"]}
    assert bad <= set(refused)
    assert not set(refused) & set(verdicts["good"])
    assert "more than 100 percent" in refused[22]
    names = {name for (name,) in shop.rows("SELECT name FROM contacts")}
    assert any(name.startswith("=") for name in names)
    assert any("\n" in name for name in names)
