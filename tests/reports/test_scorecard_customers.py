"""The scorecard by customer: each customer's figures from their own facts, graded alike, and both pyramids; against an oracle."""

from __future__ import annotations

import datetime as dt
from statistics import median
from typing import Any

import pytest

from crmcli.reports import registry
from crmcli.reports.run import run
from tests.oracle_costs import Facts, counted_lines, facts_of
from tests.reports.living_store import living_store
from tests.reports.small_store import answer, empty_store, insert, line, store_of
from tests.reports.test_scorecard import DAY, price_ratio, waits

SINCE = DAY - dt.timedelta(days=365)
BEFORE = SINCE - dt.timedelta(days=365)
RISING = {"response": (2, 4, 8, 24), "reopened": (0.02, 0.05, 0.1, 0.2), "quality": (0.01, 0.02, 0.05, 0.1), "price": (0.95, 1, 1.05, 1.15)}  # fmt: skip
FALLING = {"service": (4.5, 4, 3.5, 3), "time": (0.98, 0.95, 0.9, 0.8)}


def level(name: str, figure: float | None) -> int | None:
    """1 to 5 by the bounds of the settings."""
    if figure is None:
        return None
    bounds = RISING.get(name) or tuple(-bound for bound in FALLING[name])
    value = figure if name in RISING else -figure
    return next((5 - place for place, bound in enumerate(bounds) if value <= bound + 1e-12), 1)


def own(facts: Facts, party: int) -> Facts:
    """Facts of one customer; products and competitors' prices are everybody's."""
    whose = {"tickets", "interactions", "orders", "order_lines"}
    return {name: [row for row in rows if name not in whose or row["customer_id"] == party] for name, rows in facts.items()}  # fmt: skip


def expected(facts: Facts, party: int) -> dict[str, Any]:
    """Figures of one customer, computed one by one."""
    mine = own(facts, party)
    found: dict[str, float | None] = dict.fromkeys(("response", "service", "reopened", "quality", "time", "price"))
    hours = waits(mine, SINCE, DAY)
    found["response"] = median(hours) if hours else None
    closed = [x for x in mine["tickets"] if SINCE < x["opened_at"].date() <= DAY and (x["resolved_at"] is None or x["resolved_at"].date() <= DAY)]  # fmt: skip
    found["service"] = float(sum(x["csat"] for x in closed)) / len(closed) if closed else None
    followed = [x["reopened"] for x in closed if x["reopened"] is not None]
    found["reopened"] = sum(x > 0 for x in followed) / len(followed) if followed else None
    sold = [x["net"] for x in counted_lines(mine, SINCE, DAY)]
    found["quality"] = float(-sum(x for x in sold if x < 0) / sum(sold)) if sum(sold) > 0 else None
    orders = {x["id"]: x for x in mine["orders"]}
    due = [orders[x["order_id"]] for x in mine["order_lines"] if x["counted"] and x["qty"] > 0 and x["ordered_on"] <= DAY and SINCE < orders[x["order_id"]]["promised_on"] <= DAY]  # fmt: skip
    found["time"] = sum(x["delivered_on"] <= x["promised_on"] for x in due) / len(due) if due else None
    try:
        found["price"] = price_ratio(mine, SINCE)
    except ZeroDivisionError:
        found["price"] = None
    return found


def occasions(facts: Facts, party: int, since: dt.date, until: dt.date) -> set[dt.date]:
    """Days with an order above nothing."""
    sums: dict[int, Any] = {}
    days = {}
    for x in counted_lines(own(facts, party), since, until):
        sums[x["order_id"]] = sums.get(x["order_id"], 0) + x["net"]
        days[x["order_id"]] = x["ordered_on"]
    return {days[order] for order, net in sums.items() if net > 0}


def test_every_customer_equals_the_oracle() -> None:
    con = living_store(seed=7, customers=16)
    con.execute("UPDATE tickets SET csat = 1 + id % 5, reopened = CASE WHEN id % 5 > 0 THEN id % 2 END")
    facts = facts_of(con)
    codes = {x["id"]: x["code"] for x in facts["contacts"]}
    rows = {row["customer"]: row for row in answer(con, "scorecard", DAY, by="customer")}
    seen = 0
    for party, code in codes.items():
        wanted = expected(facts, party)
        if all(value is None for value in wanted.values()):
            assert code not in rows or rows[code]["basis"] is None
            continue
        row, levels = rows[code], {name: level(name, value) for name, value in wanted.items()}
        for name, value in wanted.items():
            assert row[name] == (None if value is None else pytest.approx(value, abs=1e-6)), (code, name)
        both = [levels[name] for name in ("service", "reopened") if levels[name] is not None]
        levels["service"] = sum(both) // len(both) if both else None  # type: ignore[arg-type]
        graded = ("response", "service", "quality", "time", "price")
        assert [row[f"{name}_level"] for name in graded] == [levels[name] for name in graded], code
        lowest = min(value for name in graded if (value := levels[name]) is not None)
        weak = next((name for name in graded if levels[name] == lowest), None) if lowest < 4 else None
        assert row["weakest"] == weak
        assert row["product_tier"] == tier(levels, ("time", "price", "response", "quality"), ("availability", "value", "convenience", "trust"))  # fmt: skip
        bought, touched = (
            occasions(facts, party, BEFORE, SINCE),
            [x for x in own(facts, party)["interactions"] if SINCE < x["at"].date() <= DAY],
        )
        steps = {
            "satisfaction": levels["service"],
            "constancy": (5 if occasions(facts, party, SINCE, DAY) else 1) if bought else None,
            "personalisation": (5 if any(x["direction"] == "out" for x in touched) else 1) if touched else None,
        }
        assert row["relationship_tier"] == tier(steps, tuple(steps), tuple(steps)), code
        seen += 1
    assert seen > 10


def tier(levels: dict[str, int | None], names: tuple[str, ...], words: tuple[str, ...]) -> str | None:
    """The highest that holds while none below fails."""
    if all(levels[name] is None for name in names):
        return None
    reached = "none"
    for name, word in zip(names, words, strict=True):
        grade = levels[name]
        if grade is not None and grade < 4:
            break
        reached = word if grade is not None else reached
    return reached


def test_the_pyramids_count_customers() -> None:
    con = living_store(seed=7, customers=16)
    table = run(
        registry.find("scorecard"), con, as_of=DAY, parameters={"by": "customer"}, currency="EUR", beside=True, where=()
    )
    tiers = {row[1]: row[2:] for row in table.beside[0].rows.fetch()}
    names = [column.name for column in table.columns]
    rows = [dict(zip(names, row, strict=True)) for row in table.rows.fetch()]
    assert tiers["trust"][3] == sum(row["product_tier"] == "trust" for row in rows)
    assert tiers["availability"][:2] == (
        sum(row["time"] is not None for row in rows),
        sum(row["time_level"] is not None and row["time_level"] >= 4 for row in rows),
    )
    assert tiers["fusion"] == (0, 0, None, 0)


def test_who_bought_before_and_not_again_is_there_without_a_level() -> None:
    con = store_of([line("A", "2023-05-01", 100), line("B", "2023-05-01", 100), line("B", "2024-05-02", 100)])
    rows = answer(con, "scorecard", DAY, by="customer")
    assert [(row["customer"], row["quality_level"], row["relationship_tier"]) for row in rows] == [
        ("B", 5, "constancy"),
        ("A", None, "none"),
    ]


def test_sales_and_tickets_of_nobody_are_nobodys() -> None:
    con = store_of([line(None, "2024-05-01", 100)])
    insert(con, "tickets", {"id": 1, "ticket_no": "1", "opened_at": "2024-06-03 17:30"})
    assert answer(con, "scorecard", DAY, by="customer") == []
    assert answer(empty_store(), "scorecard", DAY, by="customer") == []
    assert answer(store_of([line("A", "2024-05-01", -100)]), "scorecard", DAY, by="customer")[0]["quality"] is None
