"""What published tables do to a reader: years, withheld figures, pages, groups of columns, old code pages."""

from __future__ import annotations

from pathlib import Path

import pytest

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
        ("cp1250", ["Plzeň", "Třebíč", "Žďár", "Hřiště"]),
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
