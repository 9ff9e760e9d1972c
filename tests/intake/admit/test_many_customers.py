"""More new customers in one file than the database writes in one block: none may be lost inside the transaction."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.intake.admit.shop import Shop

MANY = 130_000  # a block of the database is 122,880 rows


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def test_every_new_customer_and_product_is_made(shop: Shop) -> None:
    rows = "\n".join(f"O{n},2025-01-{n % 28 + 1:02},C{n:06},S{n:06},1,10" for n in range(MANY))
    file = shop.file("orders.csv", f"order_no,ordered_on,customer,sku,qty,unit_price\n{rows}\n")
    counts = shop.take(file)
    assert counts["created"] == MANY
    assert shop.one("SELECT count(*) FROM contacts") == MANY
    assert shop.one("SELECT count(*) FROM products") == MANY
    assert shop.one("SELECT count(*) FROM order_lines WHERE customer_id IS NULL OR product_id IS NULL") == 0
    assert shop.one("SELECT count(DISTINCT customer_id) FROM orders") == MANY
    again = shop.take(file)
    assert again["unchanged"] == MANY
