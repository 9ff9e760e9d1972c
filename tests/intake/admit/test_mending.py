"""Refused rows, mended and fed back: nothing lost, nothing doubled, a second feed changes nothing."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

from tests.intake.admit.shop import Shop, money

HEAD = "Заказ;Дата;Код клиента;Артикул;Кол-во;Цена;Полка\n"


def feed_twice(shop: Shop, name: str, rows: int) -> None:
    shop.take(name)
    assert shop.taken[0]["rejected"] == "0"
    orders, cash = shop.exported("orders"), money(shop)
    again = shop.take(name)
    assert (again["created"], again["updated"]) == (0, 0)
    assert again["rows_read"] == rows
    assert (shop.exported("orders"), money(shop)) == (orders, cash)
    shop.expect(0, "check")


def test_line_of_an_order_whose_other_lines_were_good(shop: Shop) -> None:
    """The mended line is the same product, even the very same line, as one that was taken in."""
    shop.file(
        "a.csv", HEAD + "1;05.01.2026;K1;P;1;100,00;x\n1;05.01.2026;K1;P;1;1OO,00;x\n1;05.01.2026;K1;P;x;70,00;y\n"
    )
    assert shop.take("a.csv", code=5)["rejected"] == 2
    assert money(shop) == 100
    shop.mend("a.rejects.csv", **{"1OO,00": "100,00", "x": "3"})
    feed_twice(shop, "a.rejects.csv", 2)
    assert money(shop) == 100 + 100 + 210
    assert sorted(row["qty"] for row in shop.export("orders")) == ["1.0000", "1.0000", "3.0000"]


def test_the_mended_file_itself_then_adds_nothing(shop: Shop) -> None:
    shop.file("a.csv", HEAD + "1;05.01.2026;K1;P;1;100,00;x\n1;05.01.2026;K1;P;1;1OO,00;x\n")
    shop.take("a.csv", code=5)
    shop.mend("a.rejects.csv", **{"1OO,00": "100,00"})
    shop.take("a.rejects.csv")
    shop.file("a.csv", HEAD + "1;05.01.2026;K1;P;1;100,00;x\n1;05.01.2026;K1;P;1;100,00;x\n")
    assert shop.take("a.csv")["unchanged"] == 2
    assert money(shop) == 200


def test_without_order_numbers_twins_stay_two(shop: Shop) -> None:
    text = "Дата;Код клиента;Артикул;Кол-во;Цена\n05.01.2026;K1;P;1;100,00\n05.01.2026;K1;P;1;1OO,00\n"
    shop.take(shop.file("till.csv", text), code=5)
    shop.mend("till.rejects.csv", **{"1OO,00": "100,00"})
    feed_twice(shop, "till.rejects.csv", 1)
    assert money(shop) == 200
    shop.take(shop.file("till.csv", text.replace("1OO", "100")))
    assert money(shop) == 200


def test_interactions_without_a_key(shop: Shop) -> None:
    text = "customer,at,kind,minutes\nK1,2026-01-05 10:00,call,5\nK1,2026-01-05 10:00,call,5m\n"
    shop.take(shop.file("calls.csv", text), code=5)
    shop.mend("calls.rejects.csv", **{"5m": "5"})
    for _again in range(2):
        shop.take("calls.rejects.csv")
        assert shop.one("SELECT count(*) FROM interactions") == 2


def test_dates_stay_as_the_file_had_them(shop: Shop) -> None:
    """03.04 is ambiguous by itself; the whole file had said that the month comes first."""
    shop.file("m.csv", "order_no,date,amount,sku,qty\n1,03/25/2026,10.50,A,1\n2,03/04/2026,1O,A,1\n")
    shop.take("m.csv", code=5)
    shop.mend("m.rejects.csv", **{"1O": "10"})
    feed_twice(shop, "m.rejects.csv", 1)
    assert str(shop.one("SELECT ordered_on FROM orders WHERE order_no = '2'")) == "2026-03-04"


def test_a_share_that_was_told_stays_told(shop: Shop) -> None:
    shop.file(
        "s.csv", "order_no,date,sku,qty,price,discount\n1,2026-03-25,A,1,100.00,0.2\n2,2026-03-25,A,x,100.00,0.5\n"
    )
    shop.take("s.csv", "--map", "discount=discount_pct*100", code=5)
    shop.mend("s.rejects.csv", x="2")
    feed_twice(shop, "s.rejects.csv", 1)
    assert money(shop) == 80 + 100


def test_workbook(shop: Shop) -> None:
    """Numbers of a workbook come back with a point although its texts use commas."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(shop.folder / "b.xlsx")) as book:
        sheet = book.add_worksheet("Продажи")
        sheet.write_row(0, 0, ["order_no", "ordered_on", "sku", "qty", "unit_price"])
        sheet.write_row(1, 0, ["1", "05.01.2026", "A", 1.125, "1 000,50"])
        sheet.write_row(2, 0, ["2", "05.01.2026", "A", 2.125, "??,50"])
        sheet.write_row(3, 0, ["3", "13.01.2026", "A", "2,5", "10,50"])
    shop.take("b.xlsx", code=5)
    shop.mend("b.rejects.csv", **{"??,50": "10,00"})
    feed_twice(shop, "b.rejects.csv", 1)
    assert [str(q) for (q,) in shop.rows("SELECT qty FROM order_lines ORDER BY qty")] == ["1.1250", "2.1250", "2.5000"]


def test_several_files_and_entities_at_once(shop: Shop) -> None:
    shop.file("c.csv", "code,name,created_on,shelf\nK1,Eins,2026-13-01,top\nK2,Zwei,2026-01-01,\n")
    shop.file("t.csv", "ticket_no,customer,opened_at,shelf,colour\nT1,K1,yesterday,,red\n")
    shop.file("o.csv", "order_no;date;customer;sku;qty;price\n1;05.01.2026;K1;P;?;1,50\n")
    shop.take("c.csv", "t.csv", "o.csv", "--rejects", "all.csv", code=5)
    with (shop.folder / "all.csv").open(encoding="utf-8-sig", newline="") as file:
        files = [row["crmcli_file"] for row in csv.DictReader(file)]
    assert files == ["c.csv", "t.csv"]  # "?" is nothing in a column of numbers
    shop.mend("all.csv", **{"2026-13-01": "2026-01-13", "yesterday": "2026-01-05 08:00"})
    shop.take("all.csv")
    assert [row["entity"] for row in shop.taken] == ["contacts", "tickets"]
    assert shop.rows("SELECT code, name, created_on::VARCHAR, custom FROM contacts ORDER BY code")[0] == (
        "K1", "Eins", "2026-01-13", '{"shelf":"top"}',
    )  # fmt: skip
    assert shop.one("SELECT custom FROM tickets") == '{"colour":"red"}'
    assert shop.take("all.csv")["unchanged"] == 2


def test_flags_now_win_over_those_carried(shop: Shop) -> None:
    shop.file("r.csv", "order_no,date,sku,qty,price\n1,2026-01-05,A,0.33333,3.00\n2,2026-01-05,A,1.5,3.00\n")
    shop.take("r.csv", code=5)
    assert "--round allows it" in shop.err
    shop.take("r.rejects.csv", "--round")
    assert money(shop) == Decimal("5.5000")


def test_still_bad_rows_do_not_write_over_the_file_being_fed(shop: Shop) -> None:
    shop.file("a.csv", HEAD + "1;05.01.2026;K1;P;1;x;\n")
    shop.take("a.csv", code=5)
    before = (shop.folder / "a.rejects.csv").read_bytes()
    shop.take("a.rejects.csv", code=5)
    assert (shop.folder / "a.rejects.csv").read_bytes() == before
    assert (shop.folder / "a.rejects.2.csv").exists()


def test_damaged_rules_are_named(shop: Shop) -> None:
    shop.file("a.csv", HEAD + "1;05.01.2026;K1;P;1;x;\n")
    shop.take("a.csv", code=5)
    path = shop.folder / "a.rejects.csv"
    path.write_text(path.read_text("utf-8-sig").replace("{%22as", "{as"), "utf-8")
    shop.expect(2, "import", "run", "a.rejects.csv")
    assert "crmcli_rules is damaged" in shop.err


def test_rejects_are_private_and_tell_where_and_why(shop: Shop) -> None:
    shop.file("a.csv", HEAD + '1;05.01.2026;"K\n1";P;1;1,00;\n2;31.02.2026;K1;P;one;2,00;\n')
    shop.take("a.csv", code=5)
    path = shop.folder / "a.rejects.csv"
    assert path.stat().st_mode & 0o777 == 0o600
    with path.open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["crmcli_line"] == "4"
    assert row["crmcli_column"] == "Дата; Кол-во"
    assert row["crmcli_value"] == "31.02.2026; one"
    assert "Дата: 31.02.2026 is no date" in row["crmcli_reason"]


def test_large_rejects_file_is_known_as_one(shop: Shop, tmp_path: Path) -> None:
    """Past the size from which the database reads by itself, the rules still come along."""
    rows = "".join(f"{i};05.01.2026;K1;P;x;1,50;{'s' * 300}\n" for i in range(9000))
    shop.take(shop.file("big.csv", HEAD + rows), code=5)
    assert (shop.folder / "big.rejects.csv").stat().st_size > 4 << 20
    shop.mend("big.rejects.csv", x="2")
    assert shop.take("big.rejects.csv")["created"] == 9000
    assert money(shop) == 27_000
