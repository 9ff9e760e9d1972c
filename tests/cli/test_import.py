"""`crmcli import` through the command line: options, exit codes, what is said."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.cli.program import crmcli
from tests.intake.admit.shop import Shop, money

ORDERS = "order_no,ordered_on,customer,sku,qty,unit_price\n1,2026-01-05,K,A,2,1.50\n2,2026-01-06,L,B,x,2.50\n"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def test_exit_codes(shop: Shop) -> None:
    shop.file("good.csv", ORDERS.replace(",x,", ",1,"))
    shop.file("bad.csv", ORDERS)
    shop.expect(0, "import", "run", "good.csv")
    shop.expect(5, "import", "run", "bad.csv")
    shop.expect(2, "import", "run", "missing.csv")
    shop.expect(4, "import", "run", "bad.csv", "--strict")
    assert "nothing was taken in" in shop.err


def test_strict_keeps_nothing_and_still_tells_why(shop: Shop) -> None:
    shop.file("bad.csv", ORDERS)
    shop.expect(4, "import", "run", "bad.csv", "--strict")
    assert shop.one("SELECT count(*) FROM orders") + shop.one("SELECT count(*) FROM meta.steps") == 0
    assert "x is no number" in (shop.folder / "bad.rejects.csv").read_text("utf-8-sig")
    shop.mend("bad.rejects.csv", x="1")
    shop.expect(0, "import", "run", "bad.rejects.csv")
    assert shop.one("SELECT count(*) FROM orders") == 1


def test_dry_run_writes_nothing(shop: Shop) -> None:
    shop.file("bad.csv", ORDERS)
    shop.expect(5, "import", "run", "bad.csv", "--dry-run")
    assert shop.one("SELECT count(*) FROM orders") == 0
    assert not (shop.folder / "bad.rejects.csv").exists()


def test_undo_brings_every_old_value_back(shop: Shop) -> None:
    shop.take(shop.file("c.csv", "code,name,city,Shelf\nK,Old,Tver,1\n"))
    before = shop.exported("contacts")
    shop.take(shop.file("c2.csv", "code,name,city,Shelf\nK,New,Omsk,2\nL,More,,\n"))
    assert shop.exported("contacts") != before
    shop.expect(0, "import", "undo")
    assert shop.exported("contacts") == before


def test_contacts_create_update_clear(shop: Shop) -> None:
    head = "code,name,city,Fax\n"
    shop.take(shop.file("a.csv", head + "K,Kappa,Tver,1\n"))
    both = shop.file("b.csv", head + "K,Kappa,,\nL,Lambda,Omsk,2\n")
    assert shop.take(both, "--mode", "update", code=5)["rejected"] == 1
    assert shop.rows("SELECT city, custom FROM contacts") == [("Tver", '{"Fax":"1"}')]
    assert shop.take(both, "--mode", "update", "--empty", "clear", code=5)["updated"] == 1
    assert shop.rows("SELECT city, custom FROM contacts") == [(None, None)]
    counts = shop.take(both, "--mode", "create", code=5)
    assert (counts["created"], counts["rejected"]) == (1, 1)


def test_own_fields_of_several_files_add_up(shop: Shop) -> None:
    shop.take(shop.file("a.csv", "code,name,Fax,Shelf\nK,Kappa,1,top\n"), "--as", "contacts")
    shop.take(shop.file("b.csv", "code,name,Shelf,Colour\nK,Kappa,low,red\n"), "--as", "contacts")
    assert shop.one("SELECT custom FROM contacts") == '{"Fax":"1","Shelf":"low","Colour":"red"}'
    assert shop.take("b.csv", "--as", "contacts")["unchanged"] == 1


def test_repeated_keys_are_told(shop: Shop) -> None:
    shop.file("a.csv", "code,name,city,phone\nK,Kappa,Tver,\nK,Kappa,,+7 900\nK,Kappa GmbH,,\nL,Lambda,,\n")
    counts = shop.take("a.csv")
    assert (counts["admitted"], counts["created"]) == (4, 2)
    assert shop.rows("SELECT name, city, phone FROM contacts WHERE code = 'K'") == [("Kappa GmbH", "Tver", "+7 900")]
    assert "2 rows repeat the key of another" in shop.err
    assert "They differ in: name" in shop.err
    shop.take("a.csv", "--mode", "create", code=5)
    assert shop.taken[0]["rejected"] == "4"


def test_manager_by_code_or_name_is_one(shop: Shop) -> None:
    shop.take(shop.file("c.csv", "code,name,manager,email\nK,Kappa,Ann Sample,\nL,Lambda,M2,\n"))
    shop.take(shop.file("m.csv", "code,name,capacity_hours\nM1,Ann Sample,30\nM2,Bob Sample,20\n"))
    assert shop.rows("SELECT code, name FROM managers ORDER BY code") == [("M1", "Ann Sample"), ("M2", "Bob Sample")]
    assert [row["manager"] for row in shop.export("contacts")] == ["M1", "M2"]
    assert shop.take("c.csv")["unchanged"] == 2


def test_who_bought_by_name_or_mail_is_met_by_code(shop: Shop) -> None:
    shop.file(
        "o.csv",
        "order_no,ordered_on,customer,sku,amount\n1,2026-01-05,ООО Образец,A,5\n2,2026-01-05,k@example.com,A,6\n",
    )
    shop.take("o.csv")
    assert shop.one("SELECT email FROM contacts WHERE code LIKE 'k@%'") == "k@example.com"
    shop.take(shop.file("c.csv", "code,name,email\n00001,ООО Образец,\n00002,Kappa,k@example.com\n"))
    assert shop.rows("SELECT code, name FROM contacts ORDER BY code") == [("00001", "ООО Образец"), ("00002", "Kappa")]
    assert shop.take("o.csv")["unchanged"] == 2
    shop.expect(0, "undo", "2")
    assert shop.rows("SELECT code FROM contacts ORDER BY code") == [("k@example.com",), ("ООО Образец",)]


def test_profile_round_trip(shop: Shop) -> None:
    shop.file("a.csv", "Nr;Wann;Wer;Was;Menge;Preis\n1;03/25/2026;K;A;2;1,50\n")
    maps = [w for m in ("Nr=order_no", "Wann=date", "Wer=customer") for w in ("--map", m)]
    shop.expect(2, "import", "run", "a.csv", *maps)
    assert "Did you mean" in shop.err or "there is no column date" in shop.err
    maps = [
        w
        for m in ("Nr=order_no", "Wann=ordered_on", "Wer=customer", "Was=sku", "Menge=qty", "Preis=unit_price")
        for w in ("--map", m)
    ]
    shop.take("a.csv", *maps, "--missing", "?", "--set", "channel=shop", "--save-profile", "p.toml")
    kept = tomllib.loads((shop.folder / "p.toml").read_text("utf-8"))
    assert (kept["as"], kept["dates"], kept["decimal"], kept["missing"]) == ("orders", "mdy", ",", ["?"])
    # the next month is ambiguous by itself, and has a heading that would be recognised
    shop.file("b.csv", "Nr;Wann;Wer;Was;Menge;Preis;Сумма\n2;03/04/2026;K;A;2;1,500;99\n3;03/04/2026;?;A;2;1,500;99\n")
    shop.take("b.csv", "--profile", "p.toml")
    assert [str(d) for (d,) in shop.rows("SELECT ordered_on FROM orders ORDER BY order_no")] == [
        "2026-03-25",
        "2026-03-04",
        "2026-03-04",
    ]
    assert money(shop) == 9
    assert shop.one("SELECT count(*) FROM orders WHERE customer_id IS NULL AND channel = 'shop'") == 1
    shop.take("b.csv", "--profile", "p.toml", "--map", "Сумма=amount")  # a flag besides
    assert money(shop) == 3 + 99 + 99


def test_profile_of_a_workbook_keeps_each_sheet(shop: Shop) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(str(shop.folder / "b.xlsx")) as book:
        for name, rows in {
            "Kunden": [["code", "Firma"], ["K", "Kappa"]],
            "Waren": [["sku", "name", "price"], ["A", "Ware", 2.5]],
        }.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    shop.file(
        "p.toml",
        '[sheets.Kunden]\nas = "contacts"\n[sheets.Kunden.map]\nFirma = "name"\n[sheets.Waren]\nas = "products"\n',
    )
    shop.take("b.xlsx", "--profile", "p.toml", "--save-profile", "q.toml")
    assert [row["entity"] for row in shop.taken] == ["contacts", "products"]
    assert shop.take("b.xlsx", "--profile", "q.toml")["unchanged"] == 2


def test_header_row_sheet_encoding_delimiter_reach_the_readers(shop: Shop) -> None:
    shop.file("a.csv", "code|name|city\nK|Первый|\nL|Второй|\n", "koi8-r")
    shop.take("a.csv", "--encoding", "koi8-r", "--delimiter", "|")
    assert shop.rows("SELECT name FROM contacts ORDER BY code") == [("Первый",), ("Второй",)]
    shop.file("b.csv", "x,y,z\ncode,name,city\nM,Mu,\n")
    shop.take("b.csv", "--header-row", "2")
    assert shop.one("SELECT name FROM contacts WHERE code = 'M'") == "Mu"
    shop.file("c.csv", "N,Nu\nX,Xi\n")
    shop.take(
        "c.csv",
        "--header-row",
        "0",
        "--as",
        "contacts",
        "--map",
        "column_1=code",
        "--map",
        "column_2=name",
        "--save-profile",
        "h.toml",
    )
    assert shop.one("SELECT name FROM contacts WHERE code = 'N'") == "Nu"
    assert tomllib.loads((shop.folder / "h.toml").read_text("utf-8"))["header_row"] == 0
    assert shop.take("c.csv", "--profile", "h.toml")["unchanged"] == 2


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["--map", "Shelff=city"], "Did you mean Shelf?"),
        (["--map", "Shelf=citi"], "city"),
        (["--as", "contact"], "contacts"),
        (["--set", "rol=dealer"], "role"),
        (["--set", "role=dealr"], "dealer"),
        (["--set", "created_on=yesterday"], "2026-01-31"),
        (["--set", "credit_limit=NaN"], "12.50"),
        (["--map", "Shelf"], "their heading=our_column"),
        (["--map", "Shelf=city*x"], "x is no number"),
        (["--map", "Shelf=city", "--set", "city=Tver"], "city is given twice"),
        (["--mode", "upsrt"], "upsert"),
        (["--encoding", "cp12510"], "cp1251"),
    ],
)
def test_near_words(shop: Shop, arguments: list[str], hint: str) -> None:
    shop.file("c.csv", "code,name,Shelf,email\nK,Kappa,1,\n")
    shop.expect(2, "import", "run", "c.csv", *arguments)
    assert hint in shop.err


def test_ignore_unknown_and_leaving_out(shop: Shop) -> None:
    shop.file("c.csv", "code,name,city,Shelf\nK,Kappa,Tver,1\n")
    shop.take("c.csv", "--ignore-unknown", "--map", "city=-")
    assert shop.rows("SELECT city, custom FROM contacts") == [(None, None)]
    assert "left out: city, Shelf" in shop.err


def test_joined_and_multiplied(shop: Shop) -> None:
    shop.file(
        "o.csv", "till,no,date,sku,price,qty,discount\n1,7,2026-01-05,A,100.50,2,0.1\n2,7,2026-01-05,A,100.50,2,0.2\n"
    )
    shop.take("o.csv", "--map", "till + no=order_no", "--map", "discount=discount_pct*100")
    assert [row["order_no"] for row in shop.export("orders")] == ["1/7", "2/7"]
    assert float(money(shop)) == pytest.approx(201 * 1.7)


def test_shares_or_percents_is_asked(shop: Shop) -> None:
    shop.file("o.csv", "order_no,date,sku,price,qty,discount\n1,2026-01-05,A,100.50,2,0.1\n2,2026-01-05,A,100.50,2,0\n")
    shop.expect(2, "import", "run", "o.csv")
    assert "--map 'discount=discount_pct*100'" in shop.err
    assert "--map 'discount=discount_pct'" in shop.err
    shop.take("o.csv", "--map", "discount=discount_pct")
    assert float(money(shop)) == pytest.approx(201 * 0.999 + 201)


def test_words_are_said_our_way_and_strange_ones_kept(shop: Shop) -> None:
    shop.file(
        "v.csv",
        "Код клиента;Дата;Вид;Канал;Направление\nK;05.01.2026;Звонок;Телефон;вх.\nK;05.01.2026;предложение;почта;исх\nK;05.01.2026;Чаепитие;баня;исх\n",
    )
    shop.take("v.csv", "--as", "interactions")
    assert shop.rows("SELECT kind, channel, direction FROM interactions ORDER BY id") == [
        ("call", "phone", "in"), ("offer", "mail", "out"), ("Чаепитие", "баня", "out"),
    ]  # fmt: skip
    shop.file(
        "t.csv",
        "Номер обращения;Клиент;Тип;Приоритет;Дата\nT1;K;Жалоба;Срочный;05.01.2026\nT2;K;Spezial;3;13.01.2026\n",
    )
    shop.take("t.csv", "--as", "tickets")
    assert shop.rows("SELECT kind, priority FROM tickets ORDER BY id") == [("complaint", "urgent"), ("Spezial", "3")]


def test_several_files_a_pattern_and_stdin_are_one_step(shop: Shop) -> None:
    shop.file("a1.csv", "code,name,city\nK,Kappa,\n")
    shop.file("a2.csv", "code,name,city\nL,Lambda,\n")
    assert shop.take("a*.csv", "--as", "contacts")["created"] == 2
    assert shop.one("SELECT count(*) FROM meta.steps") == 1
    shop.expect(2, "import", "run", "b*.csv")
    assert "No file matches b*.csv" in shop.err


def test_rejects_are_named_after_the_file_that_had_them(shop: Shop) -> None:
    shop.file("fine.csv", "code,name,city\nK,Kappa,\n")
    shop.file("bad.csv", ORDERS)
    shop.take("fine.csv", "bad.csv", code=5)
    assert (shop.folder / "bad.rejects.csv").exists()
    assert not (shop.folder / "fine.rejects.csv").exists()


def test_invoices_with_payment(shop: Shop) -> None:
    head = "invoice_no,customer,issued_on,due_on,amount,paid_on,paid_amount\n"
    shop.take(shop.file("i.csv", head + "1,K,2026-01-05,2026-02-05,10,,\n2,K,2026-01-05,2026-02-05,10,2026-01-20,4\n"))
    assert shop.rows("SELECT amount::INTEGER FROM payments") == [(4,)]
    later = (
        head
        + "1,K,2026-01-05,2026-02-05,10,2026-01-30,\n2,K,2026-01-05,2026-02-05,10,2026-02-20,10\n3,K,2026-01-05,,10,,5\n"
    )
    assert shop.take(shop.file("i.csv", later), code=5)["rejected"] == 1
    assert "the day is missing" in shop.err
    assert shop.rows("SELECT amount::INTEGER, paid_on::VARCHAR FROM payments ORDER BY id") == [
        (10, "2026-02-20"),
        (10, "2026-01-30"),
    ]
    before = shop.exported("invoices")
    shop.take("i.csv", code=5)
    assert shop.exported("invoices") == before


def test_a_mail_box_of_a_customer_entered_twice(shop: Shop) -> None:
    shop.take(shop.file("c.csv", "code,name,email\nK2,Kappa,k@example.com\nK1,Kappa Ltd,K@example.com\n"))
    shop.take(shop.file("o.csv", "order_no,ordered_on,customer,sku,amount\n1,2026-01-05,k@example.com,A,5\n"))
    assert "belongs to several contacts" in shop.err
    assert [row["customer"] for row in shop.export("orders")] == ["K1"]
    assert shop.one("SELECT count(*) FROM contacts") == 2


def test_files_with_and_without_order_numbers_go_in_together(tmp_path: Path) -> None:
    store = tmp_path / "s.duckdb"
    crmcli("init", store=store)
    for name, numbers in (("a", ("N1", "N2")), ("b", ("", "N3")), ("c", ("N4", "N5"))):
        lines = [f"{number},2026-01-0{day},C1,{day}.50" for day, number in enumerate(numbers, 1)]
        (tmp_path / f"{name}.csv").write_text("\n".join(["order_no,ordered_on,customer,amount", *lines]) + "\n")
    answer = crmcli("import", "run", *(tmp_path / f"{n}.csv" for n in "abc"), "--as", "orders", store=store)
    assert answer.code == 0, answer.err
    assert "orders,6" in crmcli("report", "totals", "--as-of", "2026-02-01", "--format", "csv", store=store).out
