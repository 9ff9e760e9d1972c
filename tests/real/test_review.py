"""The review page of the largest account of Northwind: published figures, one page."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.documents.test_briefings import pages
from tests.documents.test_figures_agree import pdf_text
from tests.intake.admit.shop import Shop, shared
from tests.real.test_northwind import fill

DAY = "1998-05-06"  # the last order


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    shared("northwind", "orders_repaired.csv")
    shop = Shop(tmp_path_factory.mktemp("northwind"))
    fill(shop)
    return shop


def largest(firm: Shop) -> str:
    return str(
        firm.one(
            "SELECT c.code FROM order_lines AS l JOIN contacts AS c ON c.id = l.customer_id "
            "WHERE l.counted GROUP BY c.code ORDER BY sum(l.net) DESC, c.code LIMIT 1"
        )
    )


def test_the_largest_account_on_one_page(firm: Shop, tmp_path: Path) -> None:
    code = largest(firm)
    assert code == "QUICK"
    file = tmp_path / "quick.pdf"
    firm.expect(0, "keyaccount", "review", code, "--as-of", DAY, "--output", file)
    assert pages(file.read_bytes(), tmp_path) == 1
    assert "QUICK-Stop" in pdf_text(file.read_bytes(), tmp_path)


def test_its_figures_are_those_of_the_lines(firm: Shop) -> None:
    firm.expect(0, "keyaccount", "review", "QUICK", "--as-of", DAY, "--format", "json")
    found: dict[str, Any] = json.loads(firm.out)
    figures = {row["measure"]: row for row in found["figures"]["rows"]}
    lines = "FROM order_lines AS l JOIN contacts AS c ON c.id = l.customer_id WHERE l.counted AND c.code = 'QUICK'"
    year = firm.one(
        f"SELECT sum(net) {lines} AND ordered_on > DATE '1998-05-06' - 365 AND ordered_on <= DATE '1998-05-06'"
    )
    before = firm.one(
        f"SELECT sum(net) {lines} AND ordered_on > DATE '1998-05-06' - 730 AND ordered_on <= DATE '1998-05-06' - 365"
    )
    assert Decimal(figures["revenue_365"]["value"]) == year
    assert Decimal(figures["revenue_365"]["before"]) == before
    assert 1 <= len(found["next"]["rows"]) <= 5
