"""The table for people, on terminals of any width and off them."""

from __future__ import annotations

import datetime as dt
import io
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from crmcli import language
from crmcli.output.manner import Manner
from crmcli.output.screen import ASCII, UNICODE, Screen, look
from crmcli.output.terminal import bar, write_table
from crmcli.output.words import width
from crmcli.table import Chart, ChartKind, Column, Figure, Kind, ListRows, Table

REASON = "47 days since the last purchase, 3.2 times the own rhythm of 15 days; spend −42 %; 2 of 5 categories left"


def shown(table: Table, screen: Screen, name: str = "en") -> str:
    sink = io.BytesIO()
    write_table(table, sink, Manner(language=name, screen=screen))
    return sink.getvalue().decode(screen.encoding)


@pytest.fixture
def churn() -> Table:
    """Eleven columns with long names and longer reasons."""
    kinds = {
        "customer": Kind.CODE, "name": Kind.TEXT, "last_on": Kind.DATE, "days": Kind.DAYS, "gap": Kind.DAYS,
        "overdue": Kind.RATIO, "alive": Kind.SHARE, "risk": Kind.SHARE, "band": Kind.LEVEL, "money": Kind.MONEY,
        "reasons": Kind.TEXT,
    }  # fmt: skip
    columns = tuple(Column(name, name.capitalize(), kind, bar=name == "money") for name, kind in kinds.items())
    day = dt.date(2025, 12, 31)
    rows = [
        ("C-00001", "Уральский завод электротехники", day, 47, 15.0, 3.2, 0.1, 0.9, "high", Decimal(1234567), REASON),
        ("C-00002", "日本電線株式会社", day, 4, 15.0, 0.2, None, 0.6, "medium", Decimal("-12.5"), None),
    ]
    return Table("churn", "Leaving", columns, ListRows(rows), "Call one.", {"money": Decimal(1234554)}, currency="RUB")


def test_off_a_terminal_nothing_is_cut_and_nothing_trails(churn: Table) -> None:
    text = shown(churn, Screen())
    assert REASON in text
    assert "1,234,567.00" in text
    assert "\x1b" not in text
    assert all(line == line.rstrip() for line in text.split("\n"))


@pytest.mark.parametrize("cells", [40, 60, 80, 100, 140, 200, 300])
def test_on_a_terminal_lines_fit_and_keys_dates_and_money_are_whole(churn: Table, cells: int) -> None:
    text = shown(churn, Screen(width=cells))
    assert max(map(width, text.split("\n"))) <= cells
    assert "C-00001" in text
    assert re.search(r"1,234,567(?!\d)", text)
    if cells >= 60:
        assert "2025-12-31" in text
    assert re.sub(r"\s+", " ", REASON) in re.sub(r"\s+", " ", text)


def test_columns_without_room_are_named(churn: Table) -> None:
    text = shown(churn, Screen(width=60))
    assert re.search(r"No room for: .*Overdue.*--format csv", text.replace("\n", " "))
    assert "No room" not in shown(churn, Screen(width=80))


@pytest.mark.parametrize("cells", [1, 5, 20])
def test_the_narrowest_screens_keep_the_key(churn: Table, cells: int) -> None:
    assert "C-00001" in shown(churn, Screen(width=cells))


def test_rounding_for_want_of_room_is_said(churn: Table) -> None:
    narrow, wide = shown(churn, Screen(width=80)), shown(churn, Screen(width=200))
    assert "rounded" in narrow
    assert "rounded" not in wide
    assert "1,234,567.00" in wide


def test_a_matrix_loses_its_far_end_first() -> None:
    months = tuple(Column(f"m{k}", f"+{k}", Kind.SHARE) for k in range(1, 25))
    columns = (Column("cohort", "Cohort", Kind.CODE), Column("n", "Customers", Kind.COUNT), *months)
    rows = [(f"2024-{k:02}", 10 * k, *[1 / (month + k) for month in range(24)]) for k in range(1, 13)]
    text = shown(Table("cohorts", "Cohorts", columns, ListRows(rows)), Screen(width=80))
    heading = next(line for line in text.split("\n") if line.startswith("Cohort "))
    assert heading.split()[-1] == "+13"
    assert "No room for: +14; +15; …; +24." in text
    assert "Customers" not in text.split("No room")[1]


def test_totals_remarks_and_notes_follow_the_rows(table: Table) -> None:
    lines = shown(table, Screen()).split("\n")
    total = next(line for line in lines if line.startswith("Total"))
    assert total.split() == ["Total", "1,234", "1,234.49"]
    assert lines[-4:] == ["", "Shown 3 of 20 rows.", "Counted by hand.", ""]


def test_russian_headings_numbers_and_rows(table: Table) -> None:
    language.settle("ru")
    text = shown(table, Screen(), "ru")
    assert "1\u00a0234,50" in text
    assert "97,0\u00a0%" in text
    assert "Показано 3 из 20 строк." in text


def test_an_empty_answer_says_so() -> None:
    table = Table("t", "Nobody", (Column("a", "A", Kind.TEXT),), ListRows([]), empty="No customers yet.")
    assert shown(table, Screen()) == "Nobody\n\nNo customers yet.\n"
    assert "nothing to show" in shown(replace(table, empty=None), Screen(width=80))


@pytest.mark.parametrize("hostile", ["[red]x[/red]", "[/nosuch]", ":smile:", "[link=http://a]b[/link]", "\\[x]"])
@pytest.mark.parametrize("styled", [False, True])
def test_markup_is_text(texts: Callable[[list[str]], Table], hostile: str, styled: bool) -> None:
    assert hostile in shown(texts([hostile]), Screen(width=80 if styled else None, styled=styled))


def test_escapes_in_any_text_are_visible(texts: Callable[[list[str]], Table]) -> None:
    evil = "\x1b]8;;http://a\x07b\u202e"
    table = replace(texts([evil]), title=evil, headline=evil, notes=(evil,))
    text = shown(table, Screen(width=100))
    assert text.count("\\u001b]8;;http://a\\u0007b\\u202e") == 4
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text)


def test_escapes_among_figures_are_visible() -> None:
    evil = Figure("\x1b[2J", "\x1b[2J", Kind.TEXT)
    table = Table(
        "t", "Facts", (Column("value", "Value", Kind.FIGURE),), ListRows([(evil,), (Figure("5", 5, Kind.COUNT),)])
    )
    text = shown(table, Screen(width=80))
    assert "\\u001b[2J" in text
    assert "\x1b" not in text


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1251", "cp866", "koi8-r"])
def test_poor_encodings_never_fail(churn: Table, encoding: str) -> None:
    text = shown(churn, Screen(width=200, encoding=encoding))
    assert "1,234,567.00" in text.replace("\u00a0", " ")
    if encoding == "ascii":
        assert "Money, RUB" in text
        assert "---" in text
        assert "####" in text


def test_colours_only_where_they_mean_something(churn: Table) -> None:
    text = shown(churn, Screen(width=200, styled=True))
    assert "\x1b[31mhigh" in text
    assert "\x1b[33mmedium" in text
    assert re.search(r"\x1b\[31m\s*-12\.50", text)
    assert "\x1b[1mCall one." in text
    assert not re.search(r"[ ]+(?:\x1b\[[0-9;]*m)*\n", text)


@pytest.mark.parametrize(
    ("fraction", "expected"), [(0.0, ""), (1.0, "████"), (0.5, "██"), (0.001, "▏"), (0.28, "█▏"), (0.999, "████")]
)
def test_bars_measure_in_eighths(fraction: float, expected: str) -> None:
    assert bar(fraction, 4, UNICODE) == expected


def test_bars_in_ascii() -> None:
    assert [bar(fraction, 4, ASCII) for fraction in (0.0, 0.01, 0.5, 1.0)] == ["", "#", "##", "####"]


def test_infinite_and_enormous_values_do_no_harm(churn: Table) -> None:
    worst = (
        "C-3",
        "x" * 3_000_000,
        None,
        None,
        None,
        float("inf"),
        float("nan"),
        0.0,
        None,
        Decimal("NaN"),
        "y" * 10**6,
    )
    text = shown(replace(churn, rows=ListRows([worst, *churn.rows.fetch()])), Screen(width=100))
    assert "inf" not in text
    assert "nan" not in text.lower()
    assert len(text) < 10_000


def test_a_terminal_is_looked_at(terminal: object) -> None:
    stdout = terminal.stdout  # type: ignore[attr-defined]
    assert look(stdout, {"COLUMNS": "123"}) == Screen(width=123, styled=True)
    assert look(stdout, {"NO_COLOR": "1", "COLUMNS": "90"}) == Screen(width=90)
    assert look(stdout, {"TERM": "dumb", "COLUMNS": "x"}).styled is False
    assert look(io.BytesIO(), {"COLUMNS": "20"}) == Screen()


def test_a_plain_table_does_not_load_rich() -> None:
    code = (
        "import io, sys; from crmcli.output.write import write; from crmcli.table import *;"
        "t = Table('t', 'T', (Column('a', 'A', Kind.TEXT),), ListRows([('Ёж',)]));"
        "[write(t, format=f, output=None, stdout=io.BytesIO()) for f in ('table', 'csv', 'json', 'md')];"
        "print({'rich', 'polars', 'xlsxwriter', 'babel'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_the_columns_of_a_heat_map_are_coloured_on_a_terminal_and_plain_elsewhere() -> None:
    states = (Column("state", "State", Kind.CODE), Column("a", "A", Kind.COUNT), Column("b", "B", Kind.COUNT))
    heat = Chart(ChartKind.HEAT, "Heat", "state", ("a", "b"))
    answer = Table("moves", "Moves", states, ListRows([("a", 10, 2), ("b", None, 0)]), charts=(heat,))
    styled, plain = io.BytesIO(), io.BytesIO()
    write_table(answer, styled, Manner(screen=Screen(width=60, styled=True)))
    write_table(answer, plain, Manner())
    assert len(re.findall(rb"\x1b\[30;\d+m", styled.getvalue())) == 2
    assert b"\x1b" not in plain.getvalue()
