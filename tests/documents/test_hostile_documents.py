"""Hostile texts in every field of every document, in every format."""

from __future__ import annotations

import csv
import io
import re

import openpyxl
import pytest

from crmcli.documents.facts import Offer, PriceSheet, Statement
from crmcli.documents.plain import breakable, one_line, paragraph
from crmcli.documents.render import render
from tests.documents.made import HOSTILE, hostile_offer, hostile_prices, hostile_statement
from tests.documents.test_figures_agree import html_text, squeezed


def documents(text: str) -> list[Offer | Statement | PriceSheet]:
    return [hostile_offer(text), hostile_offer(text, "quote", "en"), hostile_prices(text), hostile_statement(text)]


@pytest.mark.parametrize("text", HOSTILE)
def test_html_shows_the_text_and_nothing_acts(text: str) -> None:
    for facts in documents(text):
        made = render(facts, "html").decode()
        assert squeezed(one_line(text)) in squeezed(html_text(made.encode()))
        assert "<script" not in made
        assert "49" not in re.sub(r"\s", "", made.split("</style>")[1]) or "7 * 7" not in text
        assert not re.search(r"<[^>]+\son\w+=", made.split("</style>")[1].replace("onerror=&#34;", ""))
        assert "http" not in made.replace("http-equiv", "")


@pytest.mark.parametrize("text", HOSTILE)
def test_pdf_is_made_of_it(text: str) -> None:
    for facts in documents(text[:600]):
        assert render(facts, "pdf").startswith(b"%PDF")


@pytest.mark.parametrize("text", HOSTILE)
def test_workbooks_hold_texts_not_formulas(text: str) -> None:
    for facts in documents(text):
        sheet = openpyxl.load_workbook(io.BytesIO(render(facts, "xlsx"))).active
        assert sheet is not None
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert not any(cell.data_type == "f" or cell.hyperlink for cell in cells)
        assert any(one_line(text)[:300] in str(cell.value) for cell in cells)


@pytest.mark.parametrize("text", HOSTILE)
def test_csv_reads_back_and_runs_nothing(text: str) -> None:
    for facts in documents(text):
        rows = list(csv.reader(io.StringIO(render(facts, "csv").decode())))
        assert len({len(row) for row in rows}) == 1
        assert not any(field.startswith(("=", "+", "@", "\t")) for row in rows for field in row)


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_keeps_its_tables(text: str) -> None:
    for facts in documents(text):
        made = render(facts, "md").decode()
        assert "<script" not in made.replace("\\<", "")
        tables = [block for block in made.split("\n\n") if block.startswith("|")]
        for table in tables:
            assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table.split("\n")}) == 1


def test_what_moves_or_hides_is_gone() -> None:
    assert one_line("a\x1b[31m\u202eb\u200b\n c\r\nd\t e ") == "a[31mb c d e"
    assert paragraph("a\r\nb\u2028c\x00") == "a\nb\nc"
    assert one_line("👩‍👩‍👧 e\u0301") == "👩‍👩‍👧 e\u0301"


def test_long_words_may_be_broken_and_short_ones_not() -> None:
    assert breakable("short words") == "short words"
    assert breakable("x" * 30).replace("\u200b", "") == "x" * 30
    assert max(map(len, breakable("x" * 5000).split("\u200b"))) <= 12
