"""Price rules for segments: who is in them on the day gets the price, on every road that asks for one."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from crmcli.store.connection import open_to_write
from tests.cli.program import Answer, crmcli

# Big bought for more than 1000 in the year; Ann stopped in spring, Bob began in June; Cid has the tag Big and buys little.
FILES = {
    "products": "sku,name,unit,price,cost,tax_rate\nT1,Tea,kg,100,60,20\n",
    "contacts": "code,name,group,tags,consent_mail,created_on\nC1,Ann,,,yes,2025-01-01\nC2,Bob,,,yes,2025-01-01\n"
    "C3,Cid,,big;old,yes,2025-01-01\nC4,Dan,,,yes,2025-01-01\n",
    "orders": "order_no,ordered_on,customer,sku,qty,amount\nO1,2025-03-10,C1,T1,20,2000\nO2,2026-06-10,C2,T1,15,1500\n"
    "O3,2026-06-11,C3,T1,1,100\nO4,2026-06-12,C4,T1,2,200\n",
}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four customers, a segment Big, and rules: Big, the ready-made champions, and everyone."""
    room = tmp_path_factory.mktemp("priced")
    store = room / "crm.duckdb"
    assert crmcli("init", "--currency", "EUR", store=store).code == 0
    for name, text in FILES.items():
        (room / f"{name}.csv").write_text(text, "utf-8")
        assert crmcli("import", "run", room / f"{name}.csv", store=store).code == 0
    for words in (
        ("segment", "define", "Big", "revenue_365 > 1000", "--as-of", "2026-06-30"),
        ("pricelist", "add", "Own", "--default"),
        ("pricelist", "rule", "add", "Own", "--segment", "big", "--percent", "-10"),
        ("pricelist", "rule", "add", "Own", "--segment", "RFM-lost", "--percent", "-3", "--priority", "-1"),
    ):
        answer = crmcli(*words, store=store)
        assert answer.code == 0, answer.err
    return room


@pytest.fixture
def store(model: Path, tmp_path: Path) -> Path:
    for path in model.glob("crm.duckdb*"):
        shutil.copy(path, tmp_path / path.name)
    return tmp_path / "crm.duckdb"


def ok(answer: Answer) -> Answer:
    assert answer.code == 0, answer.err
    return answer


def explained(store: Path, customer: str, on: str) -> dict[str, Any]:
    words = ("price", "explain", "--customer", customer, "--sku", "T1", "--on", on, "--format", "json")
    found = json.loads(ok(crmcli(*words, store=store)).out)
    return {"price": found["price"]["rows"][0]["price"], "lost": found["lost_rules"]["rows"]}


def test_a_segment_holds_on_its_day_and_a_tag_always(store: Path) -> None:
    prices = {
        (customer, on): explained(store, customer, on)["price"]
        for customer in ("C1", "C2", "C3", "C4") for on in ("2025-06-30", "2026-06-30")
    }  # fmt: skip
    assert prices == {
        ("C1", "2025-06-30"): "90.0000", ("C1", "2026-06-30"): "100.0000",
        ("C2", "2025-06-30"): "100.0000", ("C2", "2026-06-30"): "90.0000",
        ("C3", "2025-06-30"): "90.0000", ("C3", "2026-06-30"): "90.0000",
        ("C4", "2025-06-30"): "100.0000", ("C4", "2026-06-30"): "100.0000",
    }  # fmt: skip


def test_the_reason_says_the_day(store: Path) -> None:
    why = {row["rule"]: row["why"] for row in explained(store, "C1", "2026-06-30")["lost"]}
    day = "2026-06-30"
    assert why["P1"] == f"is for segment big; the customer was not in it on {day}"
    assert why["P2"] == f"is for segment RFM-lost; the customer was not in it on {day}"
    crmcli("pricelist", "rule", "add", "Own", "--segment", "Nobody", "--percent", "-50", store=store)
    why = {row["rule"]: row["why"] for row in explained(store, "C1", "2026-06-30")["lost"]}
    assert why["P3"] == "is for segment Nobody; there is none, and the customer has no such tag"
    anyone = crmcli("price", "explain", "--sku", "T1", "--format", "json", store=store)
    assert "is for customers of segment big" in anyone.out


def test_lists_of_prices_and_sheets_know_segments(store: Path) -> None:
    words = ("price", "list", "--customer", "C2", "--format", "csv", "--on")
    assert [row["price"] for on in ("2025-06-30", "2026-06-30") for row in table(crmcli(*words, on, store=store))] == [
        "100.0000", "90.0000"]  # fmt: skip
    for whose, price in ((("--customer", "C2"), "90"), (("--customer", "C4"), "100"), (("--segment", "BIG"), "90"),
                         (("--segment", "rfm-lost"), "97"), (("--segment", "old"), "100")):  # fmt: skip
        sheet = json.loads(
            ok(crmcli("pricelist", "print", *whose, "--on", "2026-06-30", "--format", "json", store=store)).out
        )
        assert price in json.dumps(sheet), (whose, sheet)
        assert ("90" in json.dumps(sheet["groups"])) == (price == "90"), (whose, sheet["groups"])
    strange = crmcli("pricelist", "print", "--segment", "Bigg", "--format", "json", store=store)
    assert (strange.code, "no segment and no tag Bigg" in strange.err, "Big" in strange.err) == (3, True, True)


def table(answer: Answer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(ok(answer).out)))


def test_quotes_and_orders_are_priced_by_the_segments_of_their_day(store: Path, tmp_path: Path) -> None:
    made = crmcli("quote", "new", "--for", "C2", "--item", "T1:1", "--on", "2026-06-30", "--format", "csv", store=store)
    assert [row["net"] for row in table(made)] == ["90.00"]
    early = crmcli(
        "quote", "new", "--for", "C2", "--item", "T1:1", "--on", "2025-06-30", "--format", "csv", store=store
    )
    assert [row["net"] for row in table(early)] == ["100.00"]
    ok(crmcli("quote", "revise", "Q-2026-0001", "--item", "T1:2", "--on", "2026-06-30", store=store))
    shown = crmcli("quote", "show", "Q-2026-0001", "--format", "csv", store=store)
    assert [row["net"] for row in table(shown)] == ["180.00"]
    batch = crmcli(
        "quote", "batch", "--customers", "C1,C2,C3,C4", "--item", "T1:1", "--on", "2026-06-30", "--format", "json",
        "--out-dir", tmp_path / "quotes", "--output", tmp_path / "made.csv", store=store,
    )  # fmt: skip
    assert ok(batch)
    told = csv.DictReader(io.StringIO((tmp_path / "made.csv").read_text("utf-8-sig")))
    gross = {row["customer"]: row["gross"] for row in told}
    assert gross == {"C1": "120.00", "C2": "108.00", "C3": "108.00", "C4": "120.00"}
    for customer, net in (("C1", "100.0000"), ("C2", "90.0000"), ("C3", "90.0000")):
        words = ("order", "add", "--for", customer, "--item", "T1:1", "--on", "2026-06-30", "--format", "csv")
        assert [row["net"] for row in table(crmcli(*words, store=store))] == [net]


def test_a_simulation_asks_each_segment_once_for_everybody(store: Path) -> None:
    words = ("price", "simulate", "--set", "price_list=Own", "--set", "segment=Big", "--set", "percent=-20",
             "--set", "priority=5", "--as-of", "2026-06-30", "--format", "json")  # fmt: skip
    found = json.loads(ok(crmcli(*words, store=store)).out)
    touched = {row["customer"]: row["revenue_after"] for row in found["customers"]["rows"]}
    assert {code: round(float(after), 2) for code, after in touched.items()} == {"C2": 1333.33, "C3": 88.89}


def test_a_rule_for_nobody_is_told_and_is_a_fault(store: Path) -> None:
    assert crmcli("pricelist", "check", store=store).code == 0
    added = crmcli(
        "pricelist", "rule", "add", "Own", "--segment", "Bigg", "--percent", "-1", "--number", "X", store=store
    )
    assert (added.code, "no segment and no tag Bigg. Did you mean Big?" in added.err) == (0, True)
    checked = crmcli("pricelist", "check", "--format", "csv", store=store)
    faults = list(csv.DictReader(io.StringIO(checked.out)))
    assert (checked.code, [(row["fault"], row["rule"], row["other"]) for row in faults]) == (
        4,
        [("unknown", "X", "Bigg")],
    )
    assert "no such segment" in faults[0]["problem"]
    assert "Did you mean Big?" in faults[0]["problem"]


def test_a_segment_that_a_rule_is_for_cannot_be_dropped(store: Path) -> None:
    kept = crmcli("segment", "drop", "Big", store=store)
    assert (kept.code, "price rules are for the segment Big: P1" in kept.err) == (4, True)
    ok(crmcli("pricelist", "rule", "drop", "P1", store=store))
    ok(crmcli("segment", "drop", "Big", store=store))


def test_rules_of_segments_that_meet_in_a_customer_are_a_tie(store: Path) -> None:
    ok(crmcli("segment", "define", "Late", "last_purchase > 2026-06-01", "--as-of", "2026-06-30", store=store))
    ok(crmcli("pricelist", "rule", "add", "Own", "--segment", "Late", "--percent", "-5", store=store))
    checked = crmcli("pricelist", "check", "--format", "csv", store=store)
    assert [(row["fault"], row["rule"], row["other"]) for row in csv.DictReader(io.StringIO(checked.out))] == [
        ("tie", "P1", "P3")]  # fmt: skip
    tied = crmcli("price", "explain", "--customer", "C2", "--sku", "T1", "--on", "2026-06-30", store=store)
    assert (tied.code, "P1 and P3" in tied.err) == (4, True)


def test_a_segment_whose_rule_cannot_be_asked_stops_prices_and_says_so(store: Path) -> None:
    with open_to_write(store, wait=5) as con:
        con.execute("UPDATE segments SET rule = 'in segment \"Gone\"'")
    for words in (
        ("price", "list", "--customer", "C2"),
        ("pricelist", "check"),
        ("order", "add", "--for", "C2", "--item", "T1:1"),
    ):
        refused = crmcli(*words, store=store)
        assert (refused.code, "segment Big cannot be asked: there is no segment Gone" in refused.err) == (
            4,
            True,
        )
    assert crmcli("price", "list", store=store).code == 0  # anyone is in no segment
