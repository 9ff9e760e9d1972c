"""Markdown tables."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from crmcli import language
from crmcli.output.manner import Manner
from crmcli.output.markdown import escaped, write_markdown
from crmcli.table import ListRows, Table


def written(table: Table, name: str = "en") -> str:
    sink = io.BytesIO()
    write_markdown(table, sink, Manner(language=name))
    return sink.getvalue().decode()


def test_a_table_as_github_reads_it(table: Table) -> None:
    lines = written(table).splitlines()
    assert lines[0] == "## A sample"
    assert lines[4].startswith("| Customer | Name | Band | Purchases | Metres | Revenue, € | Risk |")
    assert lines[5] == "| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- | --- |"
    assert lines[9].startswith("| **Total** |  |  | **1,234** |  | **1,234.49** |")
    assert lines[-3:] == ["Shown 3 of 20 rows.", "", "- Counted by hand."]


def test_russian_numbers_and_words(table: Table) -> None:
    language.settle("ru")
    text = written(table, "ru")
    assert "1\u00a0234,50" in text
    assert "31.12.2025" in text
    assert "**Итого**" in text


@pytest.mark.parametrize(
    "hostile",
    [
        "a|b",
        "**bold**",
        "[x](javascript:1)",
        "<script>alert(1)</script>",
        "`code`",
        "a\nb",
        "\\|",
        "~~x~~",
        "_x_",
        "&lt;",
    ],
)
def test_texts_show_as_they_are(texts: Callable[[list[str]], Table], hostile: str) -> None:
    html = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(written(texts([hostile])))
    expected = hostile.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", " ")
    assert f"<td>{expected}</td>" in html


def test_control_characters_are_visible() -> None:
    assert escaped("a\x1b[31m") == "a\\\\u001b\\[31m"


def test_an_empty_answer_says_so(table: Table) -> None:
    assert "No customers yet." in written(replace(table, rows=ListRows([]), empty="No customers yet.", total_rows=None))
