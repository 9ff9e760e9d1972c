"""How a page lies: sizes by columns, what is never broken, where more is to be seen."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from crmcli.output.page.wording import tied, whole
from crmcli.table import Column, Kind, ListRows, Table
from tests.output.page.reading import Page, written
from tests.output.page.test_browser import BROWSER, shown


def broad(columns: int, rows: int = 3) -> Table:
    made = (Column("customer", "Customer", Kind.CODE), Column("name", "Name", Kind.TEXT))
    money = tuple(Column(f"sum_{n}", f"Sum {n}", Kind.MONEY, bar=n == 0) for n in range(columns - 2))
    row = ("00001", "Sample Works of the Long Name 22 Ltd", *[1234567] * (columns - 2))
    return Table("t", "T", (*made, *money), ListRows([row] * rows), currency="EUR")


def classes(text: str, tag: str, word: str) -> list[str]:
    return [e["class"] for e in Page(text).all(tag) if word in (e.get("class") or "").split()]


@pytest.mark.parametrize(
    ("columns", "size"), [(7, ""), (8, "dense"), (10, "broad"), (13, "vast"), (17, "vast crowded")]
)
def test_the_more_columns_the_closer(columns: int, size: str) -> None:
    (rows,) = classes(written(broad(columns)), "div", "rows")
    assert rows == f"scroll rows {size} held".replace("  ", " ")


@pytest.mark.parametrize(("text", "style"), [("short", ""), ("Sample Fittings 22 Ltd", "t"), ("reason " * 9, "t long")])
def test_texts_have_room_by_their_length(text: str, style: str) -> None:
    table = Table("t", "T", (Column("a", "A", Kind.TEXT),), ListRows([(text,)]))
    (head,) = Page(written(table)).all("th")
    assert (head.get("class") or "") == style


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("down 20 % in 180 days", "down 20~% in 180~days"), ("1 000 ₽ за 30 дней", "1 000~₽ за 30~дней"),
        ("2 of 4, 7 daysies", "2 of 4, 7 daysies"), ("50 hourglasses", "50 hourglasses"), ("no %", "no %"), ("", ""),
    ],
)  # fmt: skip
def test_numbers_stay_with_their_units(text: str, wanted: str) -> None:
    assert tied(text) == wanted.replace("~", "\u00a0")


def test_dates_and_ranges_are_never_broken_and_markup_stays_text() -> None:
    assert str(whole("31–60 days <b> on 2026-06-30")) == (
        '<span class="c">31–60</span>\u00a0days &lt;b&gt; on <span class="c">2026-06-30</span>'
    )


def test_cells_and_headings_keep_numbers_and_units_together() -> None:
    table = Table("t", "T", (Column("why", "From (80 %)", Kind.TEXT),), ListRows([("spend down 20 % in 180 days",)]))
    ((head,), (cell,)) = Page(written(table)).tables[0]
    assert (head, cell) == ("From (80\u00a0%)", "spend down 20\u00a0% in 180\u00a0days")


def test_an_address_as_a_code_may_be_broken_behind_its_at() -> None:
    table = Table("t", "T", (Column("c", "C", Kind.CODE),), ListRows([("shop@sample.test",), ("a<b@c",)]))
    text = written(table)
    assert '<span class="c">shop@</span><wbr><span class="c">sample.test</span>' in text
    assert [row[0] for row in Page(text).tables[0][1:]] == ["shop@sample.test", "a<b@c"]


def test_a_box_with_more_to_the_right_says_so(tmp_path: Path) -> None:
    assert "more" in " ".join(classes(shown(written(broad(19)), tmp_path, []), "div", "frame"))
    assert "more" not in " ".join(classes(shown(written(broad(3)), tmp_path, []), "div", "frame"))


def test_headings_stand_on_every_printed_page_and_no_column_is_cut(tmp_path: Path) -> None:
    reader = shutil.which("pdftotext")
    if BROWSER is None or reader is None:
        pytest.skip("no Chromium or pdftotext here: the page is not printed")
    page, paper = tmp_path / "page.html", tmp_path / "page.pdf"
    page.write_text(written(broad(14, rows=90)), "utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
    subprocess.run(
        [BROWSER, *options, f"--print-to-pdf={paper}", page.as_uri()], capture_output=True, check=True, timeout=90
    )
    pages = subprocess.run([reader, "-layout", paper, "-"], capture_output=True, text=True, check=True).stdout
    for one in [text for text in pages.split("\f") if "00001" in text]:
        assert re.search(r"Customer\s+Name", one)
        assert "Sum 11" in one
