"""Briefings in every format: harmless, agreeing, on one page, with the owner's logo and templates."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from crmcli.documents.briefings.duties import Appointed, duties_briefing
from crmcli.documents.briefings.facts import Bar, BarChart, Briefing, KeyFigure, Section
from crmcli.documents.briefings.layout import chart_ends, harmless, laid_out
from crmcli.documents.briefings.render import FORMATS, render_briefing
from crmcli.documents.briefings.tables import section_of
from crmcli.documents.briefings.trial import trial_briefing
from crmcli.documents.page import Cell, Column, Grid, Group, Row, Shape, Signing
from crmcli.documents.plain import one_line
from crmcli.documents.words import own_template
from crmcli.errors import CrmError, UsageError
from crmcli.table import Column as TableColumn
from crmcli.table import Figure, Kind, ListRows, Table
from tests.documents.made import DAY, HOSTILE
from tests.documents.test_figures_agree import html_text, pdf_text, squeezed

PICTURE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20" fill="#036"/></svg>'
)


def everywhere(text: str) -> Briefing:
    """A briefing with one text in every place where there can be one."""
    columns = (Column("name", text, Shape.TEXT), Column("amount", text, Shape.MONEY))
    rows = (Row((Cell(text, text), Cell(text, Decimal(1))), note=text, mark=text),)
    chart = BarChart((Bar(text, text, Decimal(3)), Bar(text, text, Decimal(-1), is_faint=True)), text, text)
    grid = Grid(columns, (Group(text, rows),), note=text)
    whole = Section(text, points=(text,), chart=chart, sentences=(text,), grid=grid, free="name", is_strong=True)
    return Briefing(
        "review", "en", text, text, DAY, text, (text,), text, (KeyFigure(text, text, text, text),),
        (whole, replace(whole, is_half=True), replace(whole, grid=Grid(columns, ()), empty=text)), (text,), text,
        (Signing(text, ((text, text),)),),
    )  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_html_shows_the_text_and_nothing_acts(text: str) -> None:
    made = render_briefing(everywhere(text), "html").decode()
    body = made.split("</style>")[1]
    assert squeezed(one_line(text)) in squeezed(html_text(made.encode()))
    assert "<script" not in made
    assert "49" not in re.sub(r"\s", "", body) or "7 * 7" not in text
    assert not re.search(r"<[^>]+\son\w+=", body.replace("onerror=&#34;", ""))
    assert "http" not in made.replace("http-equiv", "")


@pytest.mark.parametrize("text", HOSTILE)
def test_pdf_and_markdown_are_made_of_it(text: str, tmp_path: Path) -> None:
    briefing = everywhere(text[:300])
    made = render_briefing(briefing, "pdf")
    assert made.startswith(b"%PDF")
    if text.isascii() and text.isprintable():
        assert squeezed(one_line(text[:300])) in squeezed(pdf_text(made, tmp_path))
    plain = render_briefing(briefing, "md").decode()
    assert "<script" not in plain.replace("\\<", "")
    for table in (block for block in plain.split("\n\n") if block.startswith("|")):
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table.split("\n")}) == 1


def test_same_facts_same_bytes_and_formats_are_refused() -> None:
    briefing = trial_briefing("ru")
    for name in FORMATS:
        assert render_briefing(briefing, name) == render_briefing(briefing, name)
    with pytest.raises(UsageError):
        render_briefing(briefing, "docx")


def test_every_figure_stands_in_every_format(tmp_path: Path) -> None:
    briefing = trial_briefing("en")
    figures = tuple(KeyFigure(f"Figure {n}", f"1{n},00{n}", Decimal(n), f"remark {n}") for n in range(8))
    briefing = replace(briefing, figures=figures)
    texts = {
        "html": html_text(render_briefing(briefing, "html")),
        "pdf": pdf_text(render_briefing(briefing, "pdf"), tmp_path),
        "md": render_briefing(briefing, "md").decode(),
    }
    for name, text in texts.items():
        for one in figures:
            assert squeezed(one.label) + squeezed(one.text) in re.sub(r"\|", "", squeezed(text)) or name == "pdf"
            assert one.text in text
            assert one.remark in text


def test_halves_stand_side_by_side_the_shorter_column_first() -> None:
    def half(title: str, sentences: int) -> Section:
        return Section(title, sentences=("words",) * sentences, is_half=True)

    sections = (Section("A"), half("b", 9), half("c", 1), half("d", 1), Section("E"), half("f", 1))
    bands = laid_out(harmless(replace(trial_briefing("en"), sections=sections)), {})["bands"]
    shapes = [
        [band["whole"]["title"]]
        if "whole" in band
        else [[one["title"] for one in band["left"]], [one["title"] for one in band["right"]]]
        for band in bands
    ]
    assert shapes == [["A"], [["b"], ["c", "d"]], ["E"], [["f"], []]]


def test_bars_rise_and_fall_from_the_line_of_nothing() -> None:
    def ends(*values: int) -> list[tuple[float, float]]:
        return chart_ends(BarChart(tuple(Bar("", "", Decimal(value)) for value in values)))

    assert ends(0, 5, 10) == [(0.0, 0.0), (0.0, 0.5), (0.0, 1.0)]
    assert ends(-5, 15) == [(0.0, 0.25), (0.25, 1.0)]
    assert ends(0, 0) == [(0.0, 0.0), (0.0, 0.0)]
    assert ends(-2) == [(0.0, 1.0)]


def test_a_table_becomes_a_section_without_empty_columns() -> None:
    columns = (
        TableColumn("code", "Code", Kind.CODE), TableColumn("amount", "Amount", Kind.MONEY), TableColumn("none", "Due", Kind.DATE),
        TableColumn("any", "Value", Kind.FIGURE), TableColumn("state", "State", Kind.LEVEL),
    )  # fmt: skip
    rows = [
        ("A", Decimal("1234.56"), None, Figure("0.5", 0.5, Kind.SHARE), "late"),
        ("B", None, None, Figure("7", 7, Kind.COUNT), "due"),
    ]
    table = Table("t", "Title", columns, ListRows(rows), total_rows=5)
    section = section_of(table, language="en", columns=("code", "amount", "none", "any"), marks={"state": "late"})
    assert section.grid is not None
    assert [column.key for column in section.grid.columns] == ["code", "amount", "any"]
    assert [[cell.text for cell in row.cells] for row in section.grid.rows] == [
        ["A", "1,235", "50\u00a0%"],
        ["B", "", "7"],
    ]
    assert [row.cells[1].value for row in section.grid.rows] == [Decimal("1234.56"), None]
    assert [row.mark for row in section.grid.rows] == ["late", ""]
    assert section.grid.note == "and 3 more"


def pages(content: bytes, tmp_path: Path) -> int:
    if shutil.which("pdfinfo") is None:
        pytest.skip("no pdfinfo on this machine")
    file = tmp_path / "made.pdf"
    file.write_bytes(content)
    told = subprocess.run(["pdfinfo", str(file)], capture_output=True, check=True, text=True).stdout
    found = re.search(r"Pages:\s+(\d+)", told)
    assert found
    return int(found[1])


@pytest.mark.parametrize(("rows", "expected"), [(40, 1), (62, 1), (85, 2)])
def test_a_little_more_than_a_page_is_set_smaller(rows: int, expected: int, tmp_path: Path) -> None:
    columns = (Column("name", "Name", Shape.TEXT), Column("amount", "Amount", Shape.MONEY))
    lines = tuple(Row((Cell(f"line {n}"), Cell(str(n), Decimal(n)))) for n in range(rows))
    sections = (Section("Rows", grid=Grid(columns, (Group("", lines),)), free="name"),)
    briefing = Briefing("plan", "en", "Plan", "Title", DAY, sections=sections)
    made = render_briefing(briefing, "pdf")
    assert pages(made, tmp_path) == expected
    assert f"line {rows - 1}" in pdf_text(made, tmp_path)


def test_the_logo_and_templates_of_the_owner_are_used() -> None:
    briefing = trial_briefing("en")
    assert b"data:image/svg+xml" in render_briefing(briefing, "html", parts={"logo": PICTURE})
    assert render_briefing(briefing, "pdf", parts={"logo": PICTURE}) != render_briefing(briefing, "pdf")
    own = {"briefing.html": b"<p>{{ page.title }}|{{ words.page_word }}</p>"}
    assert render_briefing(briefing, "html", parts=own) == b"<p>Sample|Page</p>"
    with pytest.raises(CrmError):
        render_briefing(briefing, "html", parts={"briefing.html": b"{{ page.nothing.at_all }}"})
    with pytest.raises(CrmError):
        render_briefing(briefing, "pdf", parts={"briefing.typ": b"#panic()"})


def test_templates_fetch_nothing_and_can_be_dark() -> None:
    html = own_template("briefing.html").decode()
    assert "default-src 'none'" in html
    assert "prefers-color-scheme: dark" in html
    assert "@media print" in html
    assert not re.search(r"https?:|url\(|@import", html)


def test_duties_are_signed_by_the_manager_and_the_senior(tmp_path: Path) -> None:
    accounts = Table("a", "Looks after", (TableColumn("name", "Name", Kind.TEXT),), ListRows([("Acme",)]))
    whom = Appointed("Ann Sample (M1)", "Bob Sample (M2)", (("Region", "North"), ("Skills", "")), accounts)
    briefing = duties_briefing([("key", ("Knows.", "Writes."))], language="en", as_of=DAY, whom=whom)
    text = " ".join(pdf_text(render_briefing(briefing, "pdf"), tmp_path).split())
    for part in ("Ann Sample (M1)", "reports to Bob Sample (M2)", "Region: North", "1 Knows.", "2 Writes.", "Acme"):
        assert part in text
    assert text.count("Bob Sample (M2)") == 2
    assert "Skills" not in text
    several = duties_briefing([("key", ("Knows.",)), ("own", ())], language="en", as_of=DAY)
    assert several.signings == ()
    assert [section.title for section in several.sections] == ["Key manager", "own"]
