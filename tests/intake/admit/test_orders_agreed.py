"""Orders whose rows agree are read a quicker way than those whose rows do not: both must say the same."""

from __future__ import annotations

import random

import pytest

from tests.intake.admit.shop import Shop

HEADINGS = "order_no,ordered_on,customer,country,status,sku,qty,unit_price\n"


def rows_of(seed: int, *, torn: bool) -> list[list[str]]:
    """Sixty rows of twenty orders in mixed order; where `torn`, country and status differ or are empty within orders."""
    chance = random.Random(seed)
    lines = []
    for number in range(60):
        order = number % 20
        country = ["Norland", "Sudland", ""][chance.randrange(3) if torn else order % 3]
        status = ["confirmed", "draft"][chance.randrange(2) if torn else order % 2]
        day = f"2026-01-{order + 1:02d}"
        lines.append([f"N-{order:03d}", day, f"C-{order % 7}", country, status, f"S-{number % 5}", "2", "1.50"])
    chance.shuffle(lines)
    return lines


@pytest.mark.parametrize("torn", [False, True])
def test_the_first_value_of_each_order_stands(shop: Shop, *, torn: bool) -> None:
    lines = rows_of(7, torn=torn)
    shop.take(shop.file("orders.csv", HEADINGS + "".join(",".join(line) + "\n" for line in lines)))
    told = shop.err
    first: dict[str, dict[str, str]] = {}
    homes: dict[str, str] = {}
    for order, _day, customer, country, status, *_rest in lines:
        kept = first.setdefault(order, {"country": "", "status": status})
        kept["country"] = kept["country"] or country
        homes[customer] = homes.get(customer) or country
    stored = {row["order_no"]: row for row in shop.export("orders")}
    assert {n: {c: row[c] for c in ("country", "status")} for n, row in stored.items()} == first
    assert {row["code"]: row["country"] for row in shop.export("contacts")} == homes
    assert ("differs within" in told) == torn


def test_rows_of_one_order_that_name_two_customers_are_refused(shop: Shop) -> None:
    text = HEADINGS + "N-1,2026-01-01,C-1,,,S-1,1,2\nN-1,2026-01-01,C-2,,,S-1,1,2\nN-2,2026-01-01,,,,S-1,1,2\n"
    assert shop.take(shop.file("orders.csv", text), code=5)["rejected"] == 1
    assert {row["code"] for row in shop.export("contacts")} == {"C-1"}


def test_error_cells_and_blanks_are_seen_among_codes_that_look_clean(shop: Shop) -> None:
    body = "".join(f"N-{n:07d},2026-01-01,Customer{n:03d},,,Product{n:03d},1,2\n" for n in range(50))
    odd = "N-9999999,2026-01-01,#N/A,,,Product001,1,2\nN-9999998,2026-01-01,Customer001 ,,,Product002,1,2\n"
    counts = shop.take(shop.file("orders.csv", HEADINGS + body + odd), code=5)
    assert (counts["admitted"], counts["rejected"]) == (51, 1)
    assert sorted(row["code"] for row in shop.export("contacts")) == [f"Customer{n:03d}" for n in range(50)]


@pytest.mark.parametrize(("qty", "price", "refused"), [("99999999", "999999.99", 1), ("9999999", "99999.99", 0)])
def test_money_that_no_line_can_hold_is_refused(shop: Shop, qty: str, price: str, refused: int) -> None:
    text = HEADINGS + f"N-1,2026-01-01,C-1,,,S-1,{qty},{price}\nN-2,2026-01-01,C-1,,,S-1,1,2\n"
    assert shop.take(shop.file("orders.csv", text), code=5 if refused else 0)["rejected"] == refused
