"""Key accounts of real firms: northwind by its orders, maven_crm by its deals; skipped where the data is absent."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest

from tests.intake.admit.shop import Shop, shared
from tests.real.test_northwind import fill

BY_VALUE = """where = "abc in (A, B)"
stay = "revenue_365 > 0 and not departed"
limit = 15
border = 5
[weights]
value = 50
growth = 20
potential = 20
class = 10
"""
BY_DEALS = """where = "deals_won >= 40"
limit = 20
[weights]
won = 70
open_deals = 30
"""


def select(shop: Shop, rule: str, day: str) -> list[dict[str, str]]:
    """Write the rule, choose by it and keep that; the rows."""
    file = shop.file("keys.toml", rule)
    shop.expect(0, "keyaccount", "rule", "write", file, "--from", "1996-01-01")
    shop.expect(0, "keyaccount", "select", "--as-of", day, "--format", "csv")
    return list(csv.DictReader(io.StringIO(shop.out)))


@pytest.fixture(scope="module")
def northwind(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    shop = Shop(tmp_path_factory.mktemp("northwind"))
    fill(shop)
    return shop


def test_northwind_chooses_the_customers_its_revenue_comes_from(northwind: Shop) -> None:
    found = select(northwind, BY_VALUE, "1998-05-06")
    members = [row for row in found if row["verdict"] == "enters"]
    assert len(members) == 15
    largest = northwind.rows(
        "SELECT c.code FROM order_lines AS l JOIN contacts AS c ON c.id = l.customer_id WHERE l.counted "
        "AND l.ordered_on > DATE '1998-05-06' - 365 GROUP BY c.code ORDER BY sum(l.net) DESC, c.code LIMIT 5"
    )
    assert {code for (code,) in largest[:3]} <= {row["customer"] for row in members}
    revenue = sum(Decimal(row["revenue_365"]) for row in members)
    whole = northwind.one(
        "SELECT sum(net) FROM order_lines WHERE counted AND ordered_on > DATE '1998-05-06' - 365 AND ordered_on <= DATE '1998-05-06'"
    )
    assert revenue / whole > Decimal("0.4"), "fifteen of ninety are a large part of the firm"
    assert [float(row["score"]) for row in members] == sorted((float(row["score"]) for row in members), reverse=True)
    assert all("value" in row["reasons"] and "class" in row["reasons"] for row in members)
    assert sum(row["verdict"] == "border" for row in found) == 5
    northwind.expect(0, "report", "key-accounts", "--as-of", "1998-05-06", "--format", "csv")
    report = list(csv.DictReader(io.StringIO(northwind.out)))
    assert {row["customer"] for row in report} == {row["customer"] for row in members}
    assert sum(Decimal(row["revenue_365"]) for row in report) == revenue
    northwind.expect(0, "check")


def test_maven_chooses_accounts_by_deals_won_and_open(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.take(shared("maven_crm", "accounts.csv"))
    shop.take(shared("maven_crm", "products.csv"), "--as", "products")
    shop.take(shared("maven_crm", "sales_teams.csv"), "--as", "managers")
    shop.take(shared("maven_crm", "sales_pipeline.csv"))
    found = select(shop, BY_DEALS, "2017-12-31")
    members = [row["customer"] for row in found if row["verdict"] == "enters"]
    assert len(members) == 20
    # the same by the file itself
    won: dict[str, list[int]] = {}
    opened: dict[str, int] = {}
    with shared("maven_crm", "sales_pipeline.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row["deal_stage"] == "Won":
                won.setdefault(row["account"], []).append(int(row["close_value"]))
            elif row["deal_stage"] != "Lost":
                opened[row["account"]] = opened.get(row["account"], 0) + 1
    able = {name: (sum(deals), opened.get(name, 0)) for name, deals in won.items() if name and len(deals) >= 40}

    def share(name: str, place: int) -> float:
        values = [one[place] for one in able.values()]
        own = able[name][place]
        return (sum(value < own for value in values) + (values.count(own) + 1) / 2) / len(values)

    names = dict(shop.rows("SELECT code, name FROM contacts"))
    scores = {name: round(70 * share(name, 0) + 30 * share(name, 1), 4) for name in able}
    best = sorted(scores.values(), reverse=True)[:20]
    chosen = [scores[names[code]] for code in members]
    assert chosen == pytest.approx(best, abs=1e-3)
    headline = shop.expect(0, "keyaccount", "list", "--as-of", "2017-12-31")
    assert "20 key accounts" in headline
