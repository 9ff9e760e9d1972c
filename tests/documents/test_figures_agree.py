"""The same figures in every format, read back out of the files."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest

from crmcli.documents.facts import Offer, PriceSheet, Statement
from crmcli.documents.page import Page, Shape
from crmcli.documents.render import page_of, render
from crmcli.documents.stored import from_json
from tests.documents.made import offer, prices, statement

CASES: dict[str, Offer | Statement | PriceSheet] = {
    "quote": offer("quote", revision=3),
    "quote_en": offer("quote", "en", currency="EUR"),
    "order_net": offer("order", included=False, rates=("20", "10", "0")),
    "invoice_line": offer("invoice", included=False, mode="line", rates=("20", "10")),
    "invoice_untaxed": offer("invoice", rates=None, discounts=False, beside=False),
    "invoice_yen": offer("invoice", "en", currency="JPY", digits=0, beside=False),
    "invoice_dinar": offer("invoice", "en", currency="KWD", digits=3),
    "credit": offer("credit_note", beside=False),
    "statement": statement(),
    "statement_en": statement("en", opening="-9000"),
    "prices": prices(),
    "long_prices": prices("en", products=240, breaks=7),
    "empty": offer(lines=0, beside=False),
}


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.is_style = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.is_style = tag == "style"

    def handle_data(self, data: str) -> None:
        if not self.is_style:
            self.texts.append(data)


def squeezed(text: str) -> str:
    """Without any blanks, so that line breaks and unbroken spaces make no difference."""
    return re.sub(r"[\s\u200b]+", "", text)


def pdf_text(content: bytes, tmp_path: Path) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext on this machine")
    file = tmp_path / "a.pdf"
    file.write_bytes(content)
    done = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, check=True)
    return done.stdout.decode()


def html_text(content: bytes) -> str:
    parser = _Texts()
    parser.feed(content.decode())
    return "".join(parser.texts)


def figures(page: Page) -> list[str]:
    """All figures printed: amounts, prices, quantities, totals."""
    grids = [grid for grid in (page.grid, page.offered, page.instalments) if grid]
    cells = [
        cell.text
        for grid in grids
        for row in grid.rows
        for column, cell in zip(grid.columns, row.cells, strict=True)
        if column.is_number and cell.text
    ]
    return cells + [total.text for total in page.totals]


@pytest.mark.parametrize("name", CASES)
def test_every_figure_stands_in_pdf_html_and_markdown(name: str, tmp_path: Path) -> None:
    facts = CASES[name]
    page = page_of(facts)
    texts = {
        "html": html_text(render(facts, "html")),
        "md": re.sub(r"\\(.)", r"\1", render(facts, "md").decode()),
        "pdf": pdf_text(render(facts, "pdf"), tmp_path),
    }
    for kind, text in texts.items():
        bare = squeezed(text)
        for figure in figures(page):
            assert squeezed(figure) in bare, (kind, figure)
        for sentence in page.sentences:
            assert squeezed(sentence) in bare, (kind, sentence)
        if kind != "pdf":  # a column of a PDF reads between the others
            for row in page.grid.rows:
                assert all(squeezed(cell.text) in bare for cell in row.cells)


@pytest.mark.parametrize("name", CASES)
def test_the_workbook_holds_the_same_numbers(name: str) -> None:
    facts = CASES[name]
    page = page_of(facts)
    sheet = openpyxl.load_workbook(io.BytesIO(render(facts, "xlsx"))).active
    assert sheet is not None
    numbers = [
        Decimal(repr(cell.value)) for row in sheet.iter_rows() for cell in row if isinstance(cell.value, int | float)
    ]
    wanted = [
        Decimal(cell.value)
        for grid in (page.grid, page.offered, page.instalments)
        if grid
        for row in grid.rows
        for column, cell in zip(grid.columns, row.cells, strict=True)
        if column.shape is not Shape.TEXT and isinstance(cell.value, Decimal | int)
    ]
    wanted += [total.value for total in page.totals if total.value is not None]
    assert sorted(numbers) == sorted(wanted)
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize("name", CASES)
def test_json_holds_the_facts(name: str) -> None:
    assert from_json(render(CASES[name], "json").decode()) == CASES[name]


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("format", ["pdf", "html", "xlsx", "md", "json", "csv"])
def test_the_same_bytes_every_time(name: str, format: str) -> None:
    assert render(CASES[name], format) == render(CASES[name], format)


def test_cyrillic_and_the_rouble_sign_are_text(tmp_path: Path) -> None:
    text = pdf_text(render(CASES["quote"], "pdf"), tmp_path)
    assert "Коммерческое предложение № Q-2026-0001 от 12" in text.replace("\u00a0", " ")
    assert "₽" in text
    assert "Страница 1 из" in text


def test_what_stands_in_the_totals_is_the_sum_of_the_lines() -> None:
    for facts in CASES.values():
        if isinstance(facts, Offer):
            grid = page_of(facts).grid
            (place,) = [place for place, column in enumerate(grid.columns) if column.key == "amount"]
            column = [row.cells[place].value for row in grid.rows]
            total = page_of(facts).totals[0].value
            assert sum(value for value in column if isinstance(value, Decimal)) == (
                facts.gross if total is None else total
            )


@pytest.mark.parametrize(
    ("facts", "wanted"), [(offer(lines=60), 2), (statement(entries=120), 3), (prices(products=200), 3)]
)
def test_long_documents_repeat_the_heading_and_number_the_pages(facts: Offer, wanted: int, tmp_path: Path) -> None:
    pages = pdf_text(render(facts, "pdf"), tmp_path).split("\f")[:-1]
    assert len(pages) >= wanted
    columns = page_of(facts).grid.columns
    for at, text in enumerate(pages):
        assert f"Страница {at + 1} из {len(pages)}" in text
        if at < len(pages) - 1:
            assert columns[0].title in text


def test_totals_are_never_alone_on_a_page(tmp_path: Path) -> None:
    for lines in range(24, 40):
        facts = offer(lines=lines, beside=False)
        pages = pdf_text(render(facts, "pdf"), tmp_path).split("\f")
        page = next(text for text in pages if "Сумма прописью" in text)
        assert f"AB-{100 + lines - 1}" in page
        assert "Итого" in page
