"""Best first at the terminal: the queue and the levels as commands, and the class wherever work is listed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import crmcli
from tests.intake.admit.shop import Shop

DAY = "2026-06-30"
BOOK = "code,name,group\nC1,[red]First[/red],trade\nC2,Second,trade\n"
ORDERS = "order_no,ordered_on,customer,amount,promised_on,status\n" + "".join(
    f"{customer}{n},2026-0{n}-10,{customer},{amount},2026-0{n}-20,{'confirmed' if n == 6 else 'delivered'}\n"
    for customer, amount in (("C1", 9000), ("C2", 10))
    for n in (2, 3, 4, 5, 6)
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Two customers, the first of class A; each has one order late."""
    made = Shop(tmp_path_factory.mktemp("best") / "room")
    made.take(made.file("contacts.csv", BOOK))
    made.take(made.file("products.csv", "sku,name,price\nA,Cable,50\n"))
    made.take(made.file("orders.csv", ORDERS))
    return made


def told(*words: Any, store: Path) -> list[dict[str, Any]]:
    """The rows of a command that ends well, as JSON has them."""
    answer = crmcli(*words, "--format", "json", store=store)
    assert answer.code == 0, answer.err
    rows: list[dict[str, Any]] = json.loads(answer.out)["rows"]
    return rows


def test_the_queue_of_the_sample_firm_falls_by_priority(firm: Path) -> None:
    rows = told("report", "queue", "--as-of", DAY, store=firm)
    assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))
    assert all(row["priority"] == row["weight"] * row["urgency"] for row in rows)
    assert [row["priority"] for row in rows] == sorted((row["priority"] for row in rows), reverse=True)
    kept = told("report", "queue", "--as-of", DAY, "--manager", "m01", "--kind", "invoice", "--limit", "3", store=firm)
    assert [row["due_on"] for row in kept] == [
        row["due_on"] for row in rows if row["manager"] == "M01" and row["kind"] == "invoice"
    ][:3]


@pytest.mark.parametrize("width", ["80", "140"])
@pytest.mark.parametrize("report", ["queue", "relationships"])
def test_screens_and_pages_hold(firm: Path, tmp_path: Path, report: str, width: str) -> None:
    page = tmp_path / "page.html"
    said = crmcli("--lang", "ru", "report", report, "--as-of", DAY, "--limit", "5", store=firm, env={"COLUMNS": width})
    assert (said.code, "%(" in said.out) == (0, False)
    assert crmcli("report", report, "--as-of", DAY, "--output", page, store=firm).code == 0
    assert "<svg" in page.read_text("utf-8")


def test_a_level_is_explained(firm: Path) -> None:
    rows = told("report", "relationships", "--as-of", DAY, "--explain", "00116", store=firm)
    assert {row["measure"]: row["value"] for row in rows}["recommended"] == "proactive"
    assert crmcli("report", "relationships", "--as-of", DAY, "--explain", "00116", store=firm).code == 0
    assert crmcli("report", "relationships", "--explain", "nobody", store=firm).code == 3


def test_late_orders_say_the_class(shop: Shop) -> None:
    rows = told("order", "late", "--as-of", DAY, store=shop.store)
    assert [(row["order"], row["class"], row["key"], row["net"]) for row in rows] == [
        ("C16", "A", None, "9000.0000"), ("C26", "C", None, "10.0000"),
    ]  # fmt: skip


def test_segments_ask_for_levels(shop: Shop) -> None:
    answer = crmcli(
        "segment",
        "preview",
        "level = basic and level_gap is empty",
        "--as-of",
        DAY,
        "--format",
        "csv",
        store=shop.store,
    )
    assert answer.code == 0, answer.err
    assert "C1" in answer.out


def test_quotes_say_the_class(shop: Shop) -> None:
    for customer in ("C1", "C2"):
        shop.expect(0, "quote", "new", "--for", customer, "--item", "A:2")
    rows = told("quote", "list", store=shop.store)
    assert {(row["customer"], row["class"], row["key"]) for row in rows} == {("C1", "A", None), ("C2", "C", None)}
