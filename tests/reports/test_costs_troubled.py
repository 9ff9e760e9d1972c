"""Profit, costs, efficiency, scorecard, adoption and whitespace on stores where something is missing."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import Any

import pytest

from crmcli.language import settle
from crmcli.reports import registry
from crmcli.reports.run import run
from tests.reports.living_store import living_store
from tests.reports.small_store import empty_store, insert, line, store_of

AS_OF = dt.date(2025, 6, 30)
CASES: list[tuple[str, dict[str, Any]]] = [
    *(("profit", {"by": by}) for by in ("customer", "product", "region", "manager", "channel")),
    *(("profit", {"period": period, "window": 36_500}) for period in ("month", "quarter", "year")),
    ("profit", {"window": 1}), ("costs", {}), ("efficiency", {}), ("efficiency", {"window": 36_500}), ("scorecard", {}),
    ("scorecard", {"window": 1, "hours": "0-24"}), ("adoption", {"window": 36_500}), ("whitespace", {"least_share": "0"}),
]  # fmt: skip
STORES: dict[str, list[dict[str, Any]]] = {
    "nothing": [],
    "one order": [line("A", "2025-06-01", sku="P")],
    "all on one day": [line(who, "2025-06-01", sku="P", order=who) for who in "ABCDEFG"],
    "only returns": [line("A", "2025-06-01", -10, sku="P"), line("A", "2025-01-01", -10)],
    "only anonymous": [line(None, "2025-06-01", sku="P"), line(None, "2024-03-01")],
    "sums of nothing": [line("A", "2025-06-01", 0, sku="P"), line("B", "2025-06-01", 10), line("B", "2025-06-02", -10)],
    "only drafts": [line("A", "2025-06-01", status="draft")],
    "only cancelled": [line("A", "2025-06-01", status="cancelled")],
    "only the future": [line("A", "2026-06-01", sku="P")],
    "very large": [line("A", "2025-06-01", "99999999999999", sku="P", order=str(number)) for number in range(3)],
    "nothing sold at cost": [
        line("A", "2025-06-01", 0, unit_cost=Decimal(5)),
        line("B", "2025-06-01", 7, qty=0, sku="P"),
    ],
}
GOODS = {"P": {"cost": Decimal(50), "category": "pipes"}, "Q": {"cost": None, "category": None}}


def effort(con: Any) -> None:
    """Activities of every kind, and a contact who never bought."""
    blank = dict.fromkeys(("rate", "pool", "period_from", "period_to", "capacity"))
    year = {"period_from": "2025-01-01", "period_to": "2025-06-30"}
    for number, more in enumerate([{"driver": "order", "rate": 5}, {"driver": "order_line", "pool": 0, **year}, {"driver": "order", "pool": 7, **year},
                                   {"driver": "ticket", "pool": 9, "capacity": 0, **year}, {"driver": "credit_day", "rate": 1},
                                   {"driver": "interaction_minute", "pool": 5, "capacity": "0.0001", **year}]):  # fmt: skip
        insert(con, "cost_activities", {"id": number, "name": "[red]=1+1\x1b", **blank, **more})
    insert(con, "contacts", {"id": 90, "code": "Z", "name": "%(count)s"})
    insert(con, "interactions", {"id": 1, "customer_id": 90, "at": "2025-06-01 10:00", "minutes": 5})
    insert(con, "competitor_prices", {"id": 1, "competitor": "R", "product_id": 2, "price": 0, "seen_on": "2025-06-01"})
    con.execute("UPDATE products SET launched_on = DATE '2025-05-01', price = 0")
    con.execute("UPDATE order_lines SET discount_pct = 100 WHERE id = 1")


def values(table: Any) -> list[Any]:
    """Every cell, total and figure of a table and of those beside it."""
    own = [cell for row in table.rows.fetch() for cell in row] + list(table.totals.values())
    return own + [cell for part in table.beside for cell in values(part)]


def sound(table: Any) -> None:
    wrong = [cell for cell in values(table) if isinstance(cell, float | Decimal) and not math.isfinite(cell)]
    assert wrong == []
    told = " ".join([table.headline or "", *table.notes])
    assert not {"nan", "inf", "None"} & set(told.replace(".", " ").replace(",", " ").split())
    assert (table.headline is None) == (len(table.rows) == 0)


@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize("is_costed", [False, True])
def test_no_report_fails_or_shows_what_is_no_number(store: str, is_costed: bool) -> None:
    con = store_of(STORES[store], GOODS)
    if is_costed:
        effort(con)
    for name, options in CASES:
        sound(run(registry.find(name), con, as_of=AS_OF, parameters=options, currency="EUR", beside=True))


@pytest.mark.parametrize("name", ["profit", "costs", "efficiency", "scorecard", "adoption", "whitespace"])
def test_nothing_at_all_is_told_with_what_to_import(name: str) -> None:
    table = run(registry.find(name), empty_store(), as_of=AS_OF, parameters={}, currency="EUR", beside=True)
    assert (len(table.rows), table.headline) == (0, None)
    assert "crmcli import" in (table.empty or "")


def test_every_report_on_every_tenth_month_end_of_a_whole_firm() -> None:
    con = living_store(seed=11, customers=12)
    day = dt.date(2022, 12, 31)
    while day < dt.date(2025, 9, 1):
        for name, options in CASES:
            sound(run(registry.find(name), con, as_of=day, parameters=options, currency="EUR", beside=True))
        day += dt.timedelta(days=150)


@pytest.mark.parametrize("name", ["profit", "costs", "efficiency", "scorecard", "adoption", "whitespace"])
def test_sentences_are_whole_in_both_languages(name: str) -> None:
    con = living_store(seed=2, customers=10)
    try:
        settle("ru")
        table = run(registry.find(name), con, as_of=dt.date(2024, 12, 31), parameters={}, currency="EUR", beside=True)
    finally:
        settle("en")
    assert "31.12.2024" in table.notes[0]
    assert "%(" not in " ".join([table.headline or "", *table.notes])
