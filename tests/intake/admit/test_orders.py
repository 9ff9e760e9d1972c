"""Orders: lines, totals, corrections, modes."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.intake.admit.shop import Shop, money

LINES = "order_no,ordered_on,customer,sku,qty,unit_price\n"


def test_corrected_quantity_of_a_whole_order_corrects_its_line(shop: Shop) -> None:
    shop.take(shop.file("a.csv", LINES + "1,2026-01-05,K,A,2,10.00\n1,2026-01-05,K,B,1,5.00\n"))
    counts = shop.take(shop.file("a.csv", LINES + "1,2026-01-05,K,A,3,10.00\n1,2026-01-05,K,B,1,5.00\n"))
    assert (counts["created"], counts["updated"], counts["unchanged"]) == (0, 1, 1)
    assert money(shop) == 35


def test_part_of_an_order_adds_to_it(shop: Shop) -> None:
    """One product twice in an order that two files share: nothing is taken for a correction."""
    shop.take(shop.file("a.csv", LINES + "1,2026-01-05,K,A,2,10.00\n1,2026-01-05,K,B,1,5.00\n"))
    shop.take(shop.file("b.csv", LINES + "1,2026-01-05,K,A,7,10.00\n"))
    assert money(shop) == 95


def test_identical_lines_are_lines_of_their_own_unless_told(shop: Shop) -> None:
    shop.file("a.csv", LINES + "1,2026-01-05,K,A,2,10.00\n" * 2)
    counts = shop.take("a.csv", "--drop-repeated-lines", "--dry-run")
    assert (counts["created"], counts["unchanged"]) == (1, 1)
    shop.take("a.csv")
    assert money(shop) == 40
    assert shop.take("a.csv")["unchanged"] == 2


def test_total_gives_way_to_lines_and_never_comes_back(shop: Shop) -> None:
    shop.file("totals.csv", "order_no,ordered_on,customer,amount\n1,2026-01-05,K,70\n2,2026-01-05,K,9\n")
    shop.file("lines.csv", "order_no,sku,qty,unit_price\n1,A,2,30\n1,B,1,10\n")
    shop.take("totals.csv", "--as", "orders")
    shop.take("lines.csv")
    assert money(shop) == 79
    assert "1 order was known by its total only" in shop.err
    for file in ("totals.csv", "lines.csv", "totals.csv"):
        counts = shop.take(file, "--as", "orders")
        assert counts["unchanged"] == counts["rows_read"]
    assert money(shop) == 79
    shop.expect(0, "undo", "2")
    assert [row["amount"] for row in shop.export("orders")] == ["70.0000", "9.0000"]


def test_total_that_differs_from_the_lines_is_told(shop: Shop) -> None:
    shop.take(shop.file("lines.csv", LINES + "1,2026-01-05,K,A,2,30\n"))
    shop.take(shop.file("totals.csv", "order_no,ordered_on,customer,amount\n1,2026-01-05,K,70\n"), "--as", "orders")
    assert money(shop) == 60
    assert "do not add up" in shop.err


def test_rows_of_an_order_must_agree(shop: Shop) -> None:
    rows = "1,2026-01-05,K,A,1,1.50\n1,2026-01-05,L,A,1,1.50\n1,2026-01-06,K,B,1,1.50\n"
    counts = shop.take(shop.file("a.csv", LINES + rows), code=5)
    assert (counts["created"], counts["rejected"]) == (1, 2)
    assert "the order began with customer K" in shop.err
    assert "the order began on 2026-01-05" in shop.err
    assert shop.one("SELECT count(*) FROM contacts") == 1


@pytest.mark.parametrize(
    ("cells", "net"),
    [
        ("3,10,10,1,", "26"),
        ("3,10,,,29.5", "29.5"),
        (",10,,,", "10"),
        ("3,0.3333,33.3333,,", "0.6666"),
        ("-2,1.5,,,", "-3"),
    ],
)
def test_net(shop: Shop, cells: str, net: str) -> None:
    shop.file(
        "a.csv",
        "order_no,ordered_on,sku,qty,unit_price,discount_pct,discount_amount,amount\n1,2026-01-05,A," + cells + "\n",
    )
    shop.take("a.csv")
    assert money(shop) == Decimal(net)


def test_a_third_of_a_pack_keeps_its_worth(shop: Shop) -> None:
    shop.file("a.csv", "order_no,ordered_on,sku,qty,unit_price\n1,2026-01-05,A,0.33333333,3000.00\n")
    shop.take("a.csv", "--round")
    assert money(shop) == Decimal("1000.0000")
    assert "1 value was rounded to four decimals" in shop.err


def test_giants_are_refused_and_stop_nobody(shop: Shop) -> None:
    rows = "1,2026-01-05,K,A,99999999999999,99999999999999\n2,2026-01-05,K,A,1,7\n"
    assert shop.take(shop.file("a.csv", LINES + rows), code=5)["rejected"] == 1
    assert money(shop) == 7


def test_modes(shop: Shop) -> None:
    shop.take(shop.file("a.csv", LINES + "1,2026-01-05,K,A,1,1.50\n"))
    both = shop.file("b.csv", LINES + "1,2026-01-05,K,A,1,2.50\n2,2026-01-05,K2,A2,1,2.50\n")
    assert shop.take(both, "--mode", "create", "--dry-run", code=5)["rejected"] == 1
    counts = shop.take(both, "--mode", "update", code=5)
    assert (counts["updated"], counts["rejected"]) == (1, 1)
    assert money(shop) == Decimal("2.5")
    assert shop.one("SELECT count(*) FROM contacts") == 1  # none made for the refused row


def test_unknown_customers_refused(shop: Shop) -> None:
    shop.take(shop.file("c.csv", "code,name,email\nK,Known,K@Example.com\n"))
    shop.file(
        "a.csv", LINES + "1,2026-01-05,k@example.COM,A,1,1.50\n2,2026-01-05,Nobody,A,1,1.50\n3,2026-01-05,,A,1,1.50\n"
    )
    counts = shop.take("a.csv", "--unknown-customer", "reject", code=5)
    assert (counts["created"], counts["rejected"]) == (2, 1)
    assert shop.one("SELECT count(*) FROM contacts") == 1


def test_foreign_money_is_refused(shop: Shop) -> None:
    shop.file("a.csv", "order_no,ordered_on,sku,amount,currency\n1,2026-01-05,A,5,руб.\n2,2026-01-05,A,5,EUR\n")
    assert shop.take("a.csv", code=5)["rejected"] == 1
    assert "no rate" in shop.err


def test_whose_rows_these_are(shop: Shop) -> None:
    """Two tills write the same line on one day: told apart by --source only."""
    shop.file("a.csv", "ordered_on,customer,sku,amount\n2026-01-05,K,A,5\n")
    shop.take("a.csv", "--source", "till 1")
    assert shop.take("a.csv", "--source", "till 1")["unchanged"] == 1
    assert shop.take("a.csv", "--source", "till 2")["created"] == 1
    assert money(shop) == 10


def test_a_column_that_is_empty_throughout_changes_no_fingerprint(shop: Shop) -> None:
    shop.take(shop.file("a.csv", "ordered_on,customer,sku,amount\n2026-01-05,K,A,5\n"))
    shop.file("b.csv", "ordered_on,customer,sku,amount,campaign,shelf\n2026-01-05,K,A,5,,\n")
    assert shop.take("b.csv")["unchanged"] == 1


def test_orders_without_lines_count_by_order(shop: Shop) -> None:
    shop.file("a.csv", "order_no,ordered_on,customer,shipped_on\n1,2026-01-05,K,\n2,2026-01-05,K,\n")
    assert shop.take("a.csv", "--as", "orders")["created"] == 2
    shop.file("a.csv", "order_no,ordered_on,customer,shipped_on\n1,2026-01-05,K,\n2,2026-01-05,K,2026-01-09\n")
    counts = shop.take("a.csv", "--as", "orders")
    assert (counts["updated"], counts["unchanged"]) == (1, 1)


def test_export_taken_in_elsewhere_is_the_same(shop: Shop) -> None:
    shop.file("a.csv", LINES.strip() + ",Полка\n1,2026-01-05,K,A,1,1.50,x\n,2026-01-06,,B,2,1.50,\n")
    shop.take("a.csv")
    (shop.folder / "out.csv").write_text(shop.exported("orders"), "utf-8")
    other = Shop(shop.folder / "other")
    other.take(shop.folder / "out.csv")
    assert other.exported("orders") == shop.exported("orders")


def test_orders_we_numbered_keep_their_numbers(shop: Shop) -> None:
    rows = [f"2026-01-0{day},K,A,{day}.50\n" for day in range(1, 7)]
    head = "ordered_on,customer,sku,amount\n"
    whole = Shop(shop.folder / "whole")
    whole.take(whole.file("a.csv", head + "".join(rows)))
    shop.take(shop.file("half.csv", head + "".join(rows[:3])))
    shop.take(shop.file("a.csv", head + "".join(rows)))
    assert shop.exported("orders") == whole.exported("orders")
    (shop.folder / "out.csv").write_text(shop.exported("orders"), "utf-8")
    assert shop.take("out.csv")["unchanged"] == 6
    assert shop.take(shop.file("own.csv", "order_no," + head + "#000001,2026-02-01,L,A,9\n"))["created"] == 1
