"""The page: one sound file, no way out of it, every text as text."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from crmcli import language
from crmcli.output.page import sections
from crmcli.output.page.wording import tied
from crmcli.table import Chart, ChartKind, ListRows, Table
from tests.output.page.reading import Page, outward, written

SHARED = Path(__file__).resolve().parents[3] / ".." / "shared"
BARS = Chart(ChartKind.BARS, "Revenue by customer", "customer", ("revenue",))


def test_a_page_is_sound_and_whole_in_itself(table: Table) -> None:
    text = written(replace(table, charts=(BARS,), beside=(replace(table, name="small", title="Small"),)))
    page = Page(text)
    assert text.startswith("<!DOCTYPE html>")
    assert page.faults == []
    assert outward(text) == []
    identities = [e["id"] for _tag, e in page.elements if "id" in e]
    assert len(identities) == len(set(identities))
    referred = {name for _t, e in page.elements for name in (e.get("aria-labelledby") or "").split()}
    assert referred <= set(identities)


def test_the_policy_allows_its_own_style_and_script_only(table: Table) -> None:
    text = written(table)
    (policy,) = [e["content"] for e in Page(text).all("meta") if e.get("http-equiv") == "Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    for name in ("style", "script"):
        (inside,) = re.findall(rf"<{name}>(.*?)</{name}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy


def test_rows_totals_notes_and_what_is_left_out(table: Table) -> None:
    page = Page(written(table))
    (rows,) = page.tables
    assert rows[0][:6] == ["Customer", "Name", "Band", "Purchases", "Metres", "Revenue,\u00a0€"]
    assert rows[1][:6] == ["00501", 'Anna\'s "Wires", Ltd', "high", "1,234", "12.5", "1,234.50"]
    assert rows[3] == ["C-3", *["–"] * 10]
    assert rows[4][:6] == ["Total", "", "", "1,234", "", "1,234.49"]
    for sentence in ("One is leaving.", "Shown 3 of 20 rows.", "Counted by hand."):
        assert sentence in page.text


def test_a_russian_page(table: Table) -> None:
    language.settle("ru")
    text = written(table, language="ru")
    assert '<html lang="ru">' in text
    (rows,) = Page(text).tables
    assert rows[1][5] == "1\u00a0234,50"
    assert rows[1][9] == "31.12.2025"
    assert rows[4][0] == "Итого"


def test_cells_carry_what_they_are_sorted_by(table: Table) -> None:
    page = Page(written(table))
    assert page.keys[1] == [None, None, None, "1234", "12.5000", "1234.5000", "0.97", "3.25", "12", "2025-12-31", "2025-12-31T10:00:00"]  # fmt: skip


def test_words_are_tinted_and_numbers_stand_right(table: Table) -> None:
    text = written(table)
    assert '<span class="tag bad">high</span>' in text
    assert '<td class="n bar b100" data-v="1234.5000">1,234.50</td>' in text
    assert 'class="n minus-n bar b0" data-v="-0.0100"' in text


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>", "</title><script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}",
        "{% raw %}", "' onmouseover='x", "&lt;b&gt;", "javascript:alert(1)", "<!--", "]]>", "</style>", "a\x00b\x1b[31m",
        "\u202egnp.exe", "\ud800", "x" * 5_000,
    ],
)  # fmt: skip
def test_texts_show_as_they_are(texts: Callable[[list[str]], Table], hostile: str) -> None:
    harmless = written(texts(["a"]))
    chart = Chart(ChartKind.HEAT, hostile, "text", ())
    table = replace(texts([hostile]), title=hostile, headline=hostile, notes=(hostile,), charts=(chart,))
    text = written(replace(table, beside=(replace(table, charts=()),)))
    page = Page(text)
    assert page.faults == []
    assert outward(text) == []
    assert len(page.all("script")) == len(Page(harmless).all("script"))
    assert {tag for tag, _ in page.elements} <= {tag for tag, _ in Page(harmless).elements} | {
        "p",
        "div",
        "ul",
        "li",
        "h2",
        "h3",
    }
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e]", text)


def test_naughty_texts_come_back_as_cells(texts: Callable[[list[str]], Table]) -> None:
    folder = SHARED / "data" / "naughty_strings"
    if not folder.exists():
        pytest.skip("shared naughty strings are not there")
    from crmcli.output.visible import safe

    lines = [line for file in sorted(folder.glob("*.txt")) for line in file.read_text("utf-8").splitlines() if line]
    chart = Chart(ChartKind.BARS, "Bars", "text", ("text",))
    text = written(replace(texts(lines), charts=(chart,)))
    page = Page(text)
    assert page.faults == []
    assert outward(text) == []
    assert [row[0] for row in page.tables[0][1:]] == [tied(safe(line)) for line in lines]


def test_an_empty_answer_says_so(table: Table) -> None:
    page = Page(written(replace(table, rows=ListRows([]), empty="No customers yet.", charts=(BARS,))))
    assert "No customers yet." in page.text
    assert page.tables == []
    assert page.all("svg") == []


def test_a_long_answer_is_cut_and_says_how_to_get_all(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sections, "MOST_ROWS", 2)
    page = Page(written(replace(table, total_rows=None)))
    assert len(page.tables[0]) == 1 + 2 + 1
    assert "This page holds the first 2 of 3 rows; --format csv or xlsx gives all of them." in page.text


def test_several_tables_are_one_page_with_the_pictures_of_their_smaller_ones_on_top(table: Table) -> None:
    small = replace(table, name="small", title="Small", charts=(BARS,), headline=None, notes=())
    text = written(replace(table, beside=(small,)), replace(table, title="Second"), title="Today")
    page = Page(text)
    assert re.findall(r"<h(\d)[^>]*>([^<]*)<", text) == [
        ("1", "Today"), ("2", "A sample"), ("3", "Small"), ("2", "Second"),
    ]  # fmt: skip
    assert len(page.tables) == 3
    assert text.index("<svg") < text.index("<table")


def test_the_same_answer_is_the_same_bytes(table: Table) -> None:
    assert written(replace(table, charts=(BARS,))) == written(replace(table, charts=(BARS,)))
