"""What published tables do to a reader: years, withheld figures, pages, groups of columns, old code pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.errors import UsageError
from crmcli.intake.reading import Hints, Reading
from crmcli.intake.text.doubts import RAGGED
from crmcli.intake.text.plain import SMALLEST
from crmcli.intake.text.read import read_text


def read(folder: Path, content: str | bytes, *, plain_allowed: bool = False) -> Reading:
    path = folder / "in.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_text(path, Hints(), origin="in.csv", plain_allowed=plain_allowed)[0]


FIGURES = "".join(f"{region},Town {region},{n},{n}.5\n" for n, region in enumerate("CDEFGHIJ", start=10))


@pytest.mark.parametrize("withheld", ["**", "N/D", "x", "..", "secret"])
def test_withheld_figures_in_the_first_rows_are_no_headings(tmp_path: Path, withheld: str) -> None:
    rows = "".join(f"{region},Town {region},{withheld},{withheld}\n" for region in "AB")
    reading = read(tmp_path, "region,town,staff,rate\n" + rows + FIGURES)
    assert (reading.headings, len(reading.rows)) == (("region", "town", "staff", "rate"), 10)


def test_second_row_of_headings_that_explains_the_first(tmp_path: Path) -> None:
    head = "region,town,staff,rate\nregion,Name of town,Staff at year end,Share of all\n"
    assert read(tmp_path, head + FIGURES).headings[2:] == ("staff Staff at year end", "rate Share of all")


def test_a_name_that_comes_again_as_a_value(tmp_path: Path) -> None:
    fields = "".join(
        f"{name};{name.title()};What {name} means to those who keep the register\n"
        for name in ("id", "name", "street", "zip", "town")
    )
    assert read(tmp_path, "name;label;description\n" + fields).headings == ("name", "label", "description")


def test_codes_over_words_are_headings(tmp_path: Path) -> None:
    reading = read(tmp_path, "id,100022,100025,10047\n" + "".join(f"s{n},yes,no,yes\n" for n in range(5)))
    assert reading.headings == ("id", "100022", "100025", "10047")


def test_one_year_over_decimals_is_a_heading_and_over_counts_is_not(tmp_path: Path) -> None:
    assert read(tmp_path, "region,2021\nNorth,-2.5\nSouth,13.25\nWest,1.75\n").headings == ("region", "2021")
    assert read(tmp_path, "North,2021\nSouth,1325\nWest,175\n").headerless


def test_years_again_under_each_group(tmp_path: Path) -> None:
    body = "North,1,2,3,4\nSouth,5,6,7,8\n"
    names = ("Area", "Men 2001", "Men 2002", "Women 2001", "Women 2002")
    assert read(tmp_path, ",Men,Men,Women,Women\nArea,2001,2002,2001,2002\n" + body).headings == names
    assert read(tmp_path, ",Men,,Women,\nArea,2001,2002,2001,2002\n" + body).headings == names


def test_years_over_all_columns_but_that_of_the_names(tmp_path: Path) -> None:
    reading = read(tmp_path, "2001,2002,2003\nup to 5,1.5,2.5,3.5\nover 5,2.1,2.2,2.3\nunknown,0.1,0.2,0.3\n")
    assert reading.headings == ("column_1", "2001", "2002", "2003")


def test_heading_of_every_page_is_seen_as_a_heading(tmp_path: Path) -> None:
    page = "name,town,kind\n" + "".join(f"Shop {n},Town {n},kiosk\n" for n in range(9))
    reading = read(tmp_path, page + page.replace("Shop", "Stall") + page.replace("Shop", "Stand"))
    assert (reading.headings, len(reading.rows)) == (("name", "town", "kind"), 27)


def test_large_file_with_a_heading_in_the_middle_is_not_left_to_the_database(tmp_path: Path) -> None:
    body = "".join(f"C-{n:06d},{n % 97}.50,{n % 12}\n" for n in range(SMALLEST // 14))
    head = "customer,amount,month\n"
    assert read(tmp_path, head + body, plain_allowed=True).plain is not None
    half = body.index("\n", len(body) // 2) + 1
    reading = read(tmp_path, b"\xef\xbb\xbf" + (head + body[:half] + head + body[half:]).encode(), plain_allowed=True)
    assert (reading.plain, len(reading.rows)) == (None, SMALLEST // 14)


def test_line_ends_within_cells_are_kept(tmp_path: Path) -> None:
    reading = read(tmp_path, 'id,address,n\r\n1,"Mill Lane\nLeeds",3\r\n2,"Low Road\r\nYork",4\r\n')
    assert [row[1] for row in reading.rows] == ["Mill Lane\nLeeds", "Low Road\r\nYork"]


def test_backslash_before_a_delimiter(tmp_path: Path) -> None:
    rows = "".join(f"{n},Title {n},19{n}\n" for n in range(10, 30))
    reading = read(tmp_path, "id,title,year\n" + rows + "30,How I\\, alone\\, learned,1964\n")
    assert list(reading.rows[-1]) == ["30", "How I, alone, learned", "1964"]


def test_columns_divided_by_spaces(tmp_path: Path) -> None:
    reading = read(tmp_path, "first last state phone\nAnn Lee WA 418-Y11\nBob Ray CA 319-Z19\nCat Fox IL 219-532\n")
    assert (reading.headings, len(reading.rows)) == (("first", "last", "state", "phone"), 3)


def test_ragged_table_is_warned_about(tmp_path: Path) -> None:
    lines = "".join(f"order {n}," + ",".join("abcdefg"[: n % 5 + 2]) + "\n" for n in range(20))
    assert RAGGED in [template for template, _ in read(tmp_path, lines).warnings]
    assert RAGGED not in [template for template, _ in read(tmp_path, "a,b\n1,2\n3,4\n").warnings]


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("cp1252", ["Straße", "Äußere", "Café", "Murphy’s", "a\u00a0b", "5 €"]),
        ("mac-roman", ["Mayagüez", "Bayamón", "García", "Muñoz", "café"]),
        ("cp850", ["Straße", "Äußere", "Größe", "Österreich"]),
        ("cp1250", ["Łódź", "łódzkie", "małopolskie", "Poznań"]),
        ("cp1250", ["Datum zaúčtování", "Číslo protiúčtu", "Částka", "Měna", "Důvod", "Název", "Příjemce"]),
        ("cp1250", ["Plzeň", "Třebíč", "Žďár", "Hřiště"]),
        ("iso8859-2", ["Łódź", "Święta", "Żółć", "Poznań", "Gęś"]),
        ("iso8859-2", ["Žďár", "Třebíč", "Šumperk", "Plzeň"]),
        ("cp1254", ["İstanbul", "Eskişehir", "Çağrı", "Muğla"]),
        ("cp1252", ["£5", "±3", "5 µg", "1º", "¿Qué?", "Brand®", "7 m²"]),
        ("cp1252", ["Åbo", "Málaga", "Køge", "München", "Þór", "Forlì"]),
        ("cp1251", ["КодЗаказа", "ДатаРазмещения"]),
        ("cp1251", ["Москва", "ООО Ромашка", "Тула", "улица"]),
    ],
)
def test_code_pages(tmp_path: Path, encoding: str, words: list[str]) -> None:
    content = "name;qty\n" + "".join(f"{word};{n}\n" for n, word in enumerate(words))
    assert [row[0] for row in read(tmp_path, content.encode(encoding)).rows] == words


@pytest.mark.parametrize("label", ["Total", "Grand total", "Итого"])
def test_totals_among_other_keys_are_data(tmp_path: Path, label: str) -> None:
    content = f"country,sex,value\nFrance,men,10\nFrance,women,11\n{label},men,10\n{label},{label},21\n"
    assert len(read(tmp_path, content).rows) == 4


def test_codes_that_end_in_digits_are_no_sums_of_money(tmp_path: Path) -> None:
    rows = "".join(f"0{n}/15/2025,{n}.5,1{n}.25,2{n}.75\n" for n in range(1, 9))
    assert read(tmp_path, "week,ABC101,ABC102,QRX14\n" + rows).headings == ("week", "ABC101", "ABC102", "QRX14")


def test_numbered_names_over_values_numbered_otherwise(tmp_path: Path) -> None:
    reading = read(tmp_path, "id,val1,val2\n01,v2,v3\n02,v2,v3\n03,v2,v3\n04,v2,v3\n")
    assert reading.headings == ("id", "val1", "val2")
    assert read(tmp_path, "01,v1,w1\n02,v2,w2\n03,v3,w3\n04,v4,w4\n").headerless


def test_years_that_a_spreadsheet_made_decimal(tmp_path: Path) -> None:
    body = "".join(f"Age {n}\t{n}031.0\t{n}199.0\n" for n in range(1, 9))
    reading = read(tmp_path, "2.1. PEOPLE BY AGE\t\t\n\t\t\n\t1989.0\t2002.0\n" + body)
    assert (reading.headings, len(reading.rows)) == (("column_1", "1989.0", "2002.0"), 8)


def test_letterhead_of_an_account_is_no_heading(tmp_path: Path) -> None:
    head = 'Bank code : 17,Branch : 4,From : 01/04/2031,To : 02/04/2031,,\n,,,,,\nOpening balance,,,,"+310,11",\n'
    names = "Date,Number,Label,Debit,Credit,Detail\n"
    body = "".join(f'0{n}/04/31,OP {n},Label {n},"-5{n},00",,Details {n}\n' for n in range(1, 7))
    reading = read(tmp_path, head + names + body)
    assert reading.headings == ("Date", "Number", "Label", "Debit", "Credit", "Detail")
    assert len(reading.rows) == 6


def test_groups_over_columns_stay_headings(tmp_path: Path) -> None:
    body = "".join(f"Town {n},{n},{n}5,{n}1,{n}2\n" for n in range(1, 7))
    reading = read(tmp_path, "Town,January,,February,\n,Qty,Sum,Qty,Sum\n" + body)
    assert reading.headings == ("Town", "January Qty", "January Sum", "February Qty", "February Sum")


def test_a_name_that_comes_once_more_where_all_values_differ(tmp_path: Path) -> None:
    fields = "".join(f"{name};{name.upper()} of it;about {name}\n" for name in ("id", "name", "street", "zip", "town"))
    assert read(tmp_path, "name;label;description\n" + fields).headings == ("name", "label", "description")


def test_subtotal_of_one_row(tmp_path: Path) -> None:
    content = "goods;qty;sum\nNail;1;2\nTotal by store;1;2\nBolt;3;4\nNut;5;6\nTotal by store;8;10\nTotal;9;12\n"
    assert [row[0] for row in read(tmp_path, content).rows] == ["Nail", "Bolt", "Nut"]
    alike = "goods;qty;price\nBright White;1;99\nBright Total;1;99\nBright Max;2;50\n"
    assert len(read(tmp_path, alike).rows) == 3


def test_byte_order_marks_of_files_put_together(tmp_path: Path) -> None:
    part = "\ufeffid,name\n{0},A\n{0}1,B\n"
    reading = read(tmp_path, "\ufeff" + part.format(1) + part.format(2))
    assert (reading.headings, len(reading.rows)) == (("id", "name"), 4)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ('[{"a": 1, "b": 2}, {"a": 3, "b": 4}]', "JSON"),
        ('{"a": 1,\n "b": [2]}\n', "JSON"),
        ('{"a": 1}\n{"a": 2}\n', "JSON"),
        ("1CClientBankExchange\nВерсияФормата=1.03\nКодировка=Windows\n", "1C"),
    ],
)
def test_texts_that_are_no_tables_are_refused(tmp_path: Path, content: str, word: str) -> None:
    with pytest.raises(UsageError, match=word):
        read(tmp_path, content)


def test_a_brace_alone_is_no_json(tmp_path: Path) -> None:
    reading = read(tmp_path, '{"unit": "m"};sum\n{"unit": "kg"};5\n{"unit": "pc"};7\n')
    assert len(reading.headings) == 2
