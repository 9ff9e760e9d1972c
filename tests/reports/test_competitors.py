"""Prices among competitors: against the slow and obvious twin, for customers and lists, and where something is missing."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from decimal import Decimal
from statistics import median
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmcli.errors import NotFoundError, UsageError
from crmcli.reports import registry
from crmcli.reports.run import run
from tests.oracle import four_places
from tests.reports.small_store import answer, empty_store, insert, line, store_of

AS_OF = dt.date(2026, 6, 30)
GOODS: dict[str, dict[str, Any]] = {
    f"P{n}": {"cost": None, "category": "cable" if n % 2 else None} for n in range(1, 7)
}
PRICES = {"P1": Decimal(100), "P2": Decimal(50), "P3": None, "P4": Decimal(0), "P5": Decimal("9.99"), "P6": Decimal(7)}


def ago(days: int) -> dt.date:
    return AS_OF - dt.timedelta(days=days)


def market(*seen: tuple[str, str, str, int]) -> Any:
    """A store with products of known prices, a few sales, and (competitor, sku, price, days ago)."""
    con = store_of([line("A", ago(5), 300, sku="P1"), line("A", ago(6), 100, sku="P2")], GOODS)
    ids = dict(con.execute("SELECT sku, id FROM products").fetchall())
    for sku, price in PRICES.items():
        con.execute("UPDATE products SET price = $1 WHERE sku = $2", [price, sku])
    rows = [
        {"id": n, "competitor": who, "product_id": ids[sku], "price": price, "seen_on": ago(days)}
        for n, (who, sku, price, days) in enumerate(seen, 1)
    ]
    insert(con, "competitor_prices", *rows)
    return con


def expected(seen: list[tuple[str, str, str, int]], stale: int) -> dict[str, dict[str, Any]]:
    """The same, slow and obvious."""
    latest: dict[str, dict[str, tuple[int, Decimal]]] = defaultdict(dict)
    for who, sku, text, days in seen:
        if days >= 0 and Decimal(text) > 0:
            known = latest[sku].get(who)
            latest[sku][who] = min(known, (days, Decimal(text))) if known else (days, Decimal(text))
    found = {}
    for sku, prices in latest.items():
        fresh = [price for days, price in prices.values() if days <= stale]
        own = PRICES[sku]
        place = None
        if fresh and own is not None:
            place = "below" if own < min(fresh) else "above" if own > max(fresh) else "inside"
        found[sku] = {
            "price": own,
            "lowest": min(fresh) if fresh else None,
            "median": four_places(median(fresh)) if fresh else None,
            "highest": max(fresh) if fresh else None,
            "competitors": len(fresh),
            "stale": len(prices) - len(fresh),
            "newest_on": ago(min(days for days, _price in prices.values())),
            "position": place,
            "gap": float(own / min(fresh) - 1) if fresh and own is not None else None,
        }
    return found


sightings = st.lists(
    st.tuples(
        st.sampled_from(["R1", "R2", "R3", "R4"]),
        st.sampled_from(sorted(PRICES)),
        st.sampled_from(["0", "7", "9.99", "50", "50.0001", "99.5", "100", "100.0001", "200"]),
        st.sampled_from([-3, 0, 1, 29, 30, 31, 90, 91, 400]),
    ),
    max_size=25,
    unique_by=lambda one: (one[0], one[1], one[3]),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sightings, st.sampled_from([1, 30, 90]))
def test_the_report_equals_the_oracle(seen: list[tuple[str, str, str, int]], stale: int) -> None:
    wanted = expected(seen, stale)
    rows = {row["sku"]: row for row in answer(market(*seen), "competitors", AS_OF, stale=stale)}
    assert set(rows) == set(wanted)
    for sku, facts in wanted.items():
        gap = facts.pop("gap")
        assert {name: rows[sku][name] for name in facts} == facts
        assert (rows[sku]["gap"] is None) == (gap is None)
        assert gap is None or math.isclose(rows[sku]["gap"], gap, abs_tol=1e-9)


def told(con: Any, **options: Any) -> Any:
    """The whole answer."""
    return run(registry.find("competitors"), con, as_of=AS_OF, parameters=options, currency="EUR", beside=True)


def test_it_says_what_it_means_and_what_is_thin() -> None:
    con = market(("R1", "P1", "80", 10), ("R2", "P1", "90", 10), ("R1", "P2", "60", 1), ("R1", "P5", "1", 200))
    table = told(con)
    assert table.headline.replace("\u00a0", " ") == (
        "2 products compared: 1 above all competitors, 0 inside, 1 below all. "
        "By what was sold in 365 days our prices are 14.6 % above the lowest of competitors."
    )
    notes = " ".join(table.notes)
    assert "1 product has stale prices alone" in notes
    assert "1 position rests on a single competitor: thin" in notes
    assert "Of 3 products on sale no competitor's price is known" in notes
    assert table.totals == {"competitors": 3, "stale": 1, "revenue": 400}
    assert table.beside[0].rows.fetch() == [
        ("cable", 1, 0, 0, 1, 0.25, 300),
        (None, 1, 1, 0, 0, round(50 / 60 - 1, 12), 100),
    ]
    assert [row["sku"] for row in answer(con, "competitors", AS_OF)] == ["P1", "P2", "P5"]


def test_retired_products_are_left_out_and_nothing_to_compare_is_said() -> None:
    con = market(("R1", "P1", "80", 200))
    assert told(con).headline == "Nothing can be compared: every competitor's price is stale, or ours is unknown."
    con.execute("UPDATE products SET active = false")
    table = told(con)
    assert (len(table.rows), table.headline) == (0, None)
    assert "competitor price add" in table.empty
    assert len(told(empty_store()).rows) == 0


def rule(con: Any, number: int, **more: Any) -> None:
    """One rule of a price list."""
    usual = {"rule_no": f"P-{number:04}", "base": "fixed", "priority": 0, "active": True}
    insert(con, "price_rules", {"id": number, **usual, **more})


def test_prices_of_a_customer_and_of_a_list_are_those_the_rules_make() -> None:
    con = market(("R1", "P1", "80", 1), ("R1", "P2", "40", 1))
    con.execute("INSERT INTO meta.settings VALUES ('base_currency', 'EUR')")
    usual = {"is_default": False, "qty_mode": "volume"}
    insert(con, "price_lists", {"id": 1, "name": "Dealers", "tax_included": True, **usual})
    (product,) = con.execute("SELECT id FROM products WHERE sku = 'P1'").fetchone()
    rule(con, 1, price_list="Dealers", product_id=product, price=79)
    con.execute("UPDATE contacts SET price_list = 'Dealers' WHERE code = 'A'")
    for options in ({"for": "A"}, {"price_list": "dealers"}):
        rows = {row["sku"]: row for row in answer(con, "competitors", AS_OF, **options)}
        assert (rows["P1"]["price"], rows["P1"]["position"]) == (79, "below")
        assert rows["P2"]["price"] == 50
    notes = " ".join(told(con, **{"for": "A"}).notes)
    assert "what Firm A pays" in notes
    assert "include tax" in notes
    assert "price list Dealers" in " ".join(told(con, price_list="Dealers").notes)
    with pytest.raises(UsageError):
        told(con, **{"for": "A", "price_list": "Dealers"})
    with pytest.raises(NotFoundError) as refused:
        told(con, price_list="Dealer")
    assert "Dealers" in str(refused.value.hint)


def test_hostile_names_are_shown_as_they_are() -> None:
    name = "x'); DROP TABLE products; --[red]\x1b[31m=1+1"
    con = market((name, "P1", "80", 1))
    assert answer(con, "competitors", AS_OF)[0]["cheapest"] == name
    with pytest.raises(NotFoundError):
        told(con, price_list=name)
