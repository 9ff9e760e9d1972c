"""Alerts: what is read, what is refused and where, and that they agree with a slow reading of the same rows."""

from __future__ import annotations

import datetime as dt
import operator
from decimal import Decimal
from functools import cache
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmcli.errors import UsageError
from crmcli.reports.alerts.judging import Verdict, check, judge
from crmcli.reports.alerts.reading import read_alert
from crmcli.store.stored import StoredRows
from crmcli.table import Column, Kind, ListRows, Table

COLUMNS = (
    Column("customer", "Customer", Kind.CODE),
    Column("name", "Name", Kind.TEXT),
    Column("band", "Band", Kind.LEVEL, words=("high", "medium", "low")),
    Column("risk", "Risk", Kind.SHARE),
    Column("money", "Money", Kind.MONEY),
    Column("last_on", "Last", Kind.DATE),
)
ROWS = [
    ("A", "Alpha and Sons", "high", 0.9, "1000.50", "2026-06-01"),
    ("B", 'Bolt "B" or C', "high", None, None, "2026-05-01"),
    ("C", "Ceta)", "low", 0.1, "-10.00", None),
]


@cache
def _database() -> duckdb.DuckDBPyConnection:
    """A database; each connection to it has temporary tables of its own."""
    return duckdb.connect(":memory:")


def table(rows: list[tuple[Any, ...]], condition: str = "true", limit: str = "") -> Table:
    """An answer of these rows, as a report leaves it."""
    con = _database().cursor()
    con.execute(
        "CREATE TEMP TABLE a (customer VARCHAR, name VARCHAR, band VARCHAR, risk DOUBLE, money DECIMAL(38, 4), last_on DATE)"
    )
    if rows:
        con.executemany("INSERT INTO a VALUES (?, ?, ?, ?, ?, ?)", rows)
    every = f"FROM a WHERE {condition}"
    stored = StoredRows(con, COLUMNS, f"{every} ORDER BY rowid {limit}", {}, len(rows), every)
    return Table("churn", "Churn", COLUMNS, stored, currency="EUR")


def verdict(text: str, rows: list[tuple[Any, ...]] | None = None) -> Verdict:
    return judge([text], table(ROWS if rows is None else rows))[0]


@pytest.mark.parametrize(
    ("text", "fired"),
    [
        ("rows > 0", True),
        ("rows > 3", False),
        ("count >= 3", True),
        ("ROWS == 3", True),
        ("rows <> 3", False),
        ("sum(money) > 990", True),
        ("sum(money) > 990.50", False),
        ("sum(money) > 990,4", True),
        ("sum(money) >= '990.50'", True),
        ("min(money) < 0", True),
        ("max(risk) >= 90 %", True),
        ("max(risk) > 90%", False),
        ("avg(risk) = 0.5", True),
        ("max(last_on) < 2026-07-01", True),
        ("max(last_on) < 01.06.2026", False),
        ("any(risk >= 0.8 and band = 'high')", True),
        ("any(risk >= 0.8 and band = low)", False),
        ("any(risk is empty)", True),
        ("any(band in (low, medium) and money < 0)", True),
        ("any(name ~ 'and Sons' or name ~ 'x')", True),
        ("any(name = 'Ceta)')", True),
        ("any(name = 'Bolt \"B\" or C')", True),
        ("all(band in (high, low))", True),
        ("all(band = high)", False),
        ("all(risk >= 0)", None),
        ("count(band = high) > 1", True),
        ("count(band = high) > 2 or rows = 3", True),
        ("rows > 3 or rows = 3 and sum(money) < 0", False),
        ("(rows > 3 or rows = 3) and sum(money) > 0", True),
        ("rows=3", True),
        ("any((band = high or band = low) and money is not empty)", True),
    ],
)
def test_what_holds(text: str, fired: bool | None) -> None:
    assert verdict(text).fired is fired


def test_the_figure_stands_beside_the_alert() -> None:
    assert str(verdict("sum(money) > 990")) == "Alert: sum(money) > 990: sum(money) = €990.50 (1 of 3 rows unknown)"
    assert str(verdict("any(band = high)")) == "Alert: any(band = high): 2 rows: A, B"
    assert str(verdict("rows > 3 or rows = 3")) == "Alert: rows > 3 or rows = 3: rows = 3"
    many = [(f"C{i:02}", "x", "high", 0.5, "1", None) for i in range(9)]
    assert verdict("any(band = high)", many).figures == "9 rows: C00, C01, C02, …"


@pytest.mark.parametrize(
    "text", ["any(risk > 0.8)", "max(money) > 0", "sum(money) < 5", "sum(risk) != 1", "all(risk < 2)"]
)
def test_unknown_never_fires_and_says_so(text: str) -> None:
    found = verdict(text, [("A", "a", "high", None, None, None)])
    assert found.fired is None
    assert str(found).startswith(f"Alert unknown: {text}: ")


@pytest.mark.parametrize(
    "text", ["max(money) > 0", "max(money) < 0", "avg(risk) < 1", "any(risk < 2)", "all(risk < 2)"]
)
def test_nothing_holds_of_no_rows(text: str) -> None:
    assert verdict(text, []).fired is False


def test_no_rows_sum_to_nothing() -> None:
    assert verdict("sum(money) < 1", []).fired is True
    assert verdict("rows = 0", []).fired is True


def test_known_parts_decide_over_unknown_ones() -> None:
    rows = [("A", "a", "high", None, None, None)]
    assert verdict("max(money) > 0 or rows = 1", rows).fired is True
    assert verdict("max(money) > 0 and rows = 5", rows).fired is False
    assert verdict("max(money) > 0 and rows = 1", rows).fired is None


def test_all_rows_that_meet_the_conditions_count_whatever_the_limit() -> None:
    limited = table(ROWS, condition="band = 'high'", limit="LIMIT 1")
    assert judge(["rows = 2"], limited)[0].fired is True


@pytest.mark.parametrize(
    ("text", "place", "hint"),
    [
        ("", 1, "reads like"),
        ("rows >", 7, "reads like"),
        ("rows > 0)", 9, "reads like"),
        ("(rows > 0", 10, "reads like"),
        ("smu(money) > 5", 1, "Did you mean sum?"),
        ("money > 5", 1, "any(money …)"),
        ("rows > 0 and", 13, "reads like"),
        ("any(name = 'x)", 12, "reads like"),
        ("sum money > 5", 5, "reads like"),
        ("sum() > 5", 5, "reads like"),
        ("rows ~ 5", 6, "reads like"),
        ("any()", 5, "reads like"),
        ("any(band = high) > 5", 18, "reads like"),
        ("(" * 30 + "rows > 0", 21, "reads like"),
    ],
)
def test_a_refusal_points_at_the_character(text: str, place: int, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_alert(text)
    assert f"at character {place}:" in caught.value.message
    assert hint in str(caught.value.hint)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("sum(mony) > 5", "did you mean money?"),
        ("any(mony > 5)", "did you mean money?"),
        ("sum(name) > 5", "columns that do: risk, money"),
        ("sum(last_on) > 5", "columns that do: risk, money"),
        ("sum(money) > much", "no number"),
        ("max(last_on) > 5", "no date"),
        ("any(band = hihg)", "Did you mean high?"),
        ("any(risk)", "cannot read the condition"),
        ("rows > 1; DROP TABLE a", "no number"),
    ],
)
def test_columns_and_values_are_checked_without_an_answer(text: str, told: str) -> None:
    with pytest.raises(UsageError) as caught:
        check([text], COLUMNS)
    assert told in f"{caught.value.message} {caught.value.hint}"


@pytest.mark.parametrize("text", ["x" * 3000, "rows > 0\x00", "rows > \u200b0"])
def test_accidents_are_refused_in_words(text: str) -> None:
    with pytest.raises(UsageError):
        check([text], COLUMNS)


def test_an_injection_is_a_value() -> None:
    assert verdict('any(name = "\'; DROP TABLE a; --")').fired is False
    assert verdict("any(name ~ '$alert_a')").fired is False
    assert verdict("any(name = 'a'||(SELECT 1)||'')").fired is False


def test_only_answers_of_reports_can_be_judged() -> None:
    with pytest.raises(UsageError, match="no report"):
        judge(["rows > 0"], Table("card", "Card", COLUMNS, ListRows([])))


NUMBERS = st.one_of(st.none(), st.integers(-3, 3))
SIGNS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "!=": operator.ne}


def kleene(word: str, states: list[bool | None]) -> bool | None:
    """Three-valued and / or."""
    if word == "or":
        return True if True in states else None if None in states else False
    return False if False in states else None if None in states else True


def slow(function: str, sign: str, bound: int, values: list[int | None]) -> bool | None:
    """An alert over one column, read slowly."""
    known = [value for value in values if value is not None]
    if function == "any":
        met = [SIGNS[sign](value, bound) for value in known]
        return any(met) if known or not values else None
    if function == "all":
        met = [SIGNS[sign](value, bound) for value in known]
        return False if not values or not all(met) else None if len(known) < len(values) else True
    if not values:
        return bool(function == "sum" and SIGNS[sign](0, bound))
    if not known:
        return None
    figure = {"sum": sum, "min": min, "max": max}[function](known)
    return bool(SIGNS[sign](figure, bound))


PART = st.tuples(
    st.sampled_from(["any", "all", "sum", "min", "max"]), st.sampled_from(sorted(SIGNS)), st.integers(-3, 3)
)


@settings(max_examples=60, deadline=None)
@given(
    values=st.lists(NUMBERS, max_size=4),
    parts=st.lists(PART, min_size=1, max_size=3),
    word=st.sampled_from(["and", "or"]),
)
def test_alerts_agree_with_a_slow_reading(
    values: list[int | None], parts: list[tuple[str, str, int]], word: str
) -> None:
    texts = [f"{f}(money {s} {b})" if f in ("any", "all") else f"{f}(money) {s} {b}" for f, s, b in parts]
    day = dt.date(2026, 1, 1)
    rows = [("C", "c", "low", None, None if v is None else Decimal(v), day) for v in values]
    wanted = kleene(word, [slow(*part, values) for part in parts])
    assert verdict(f" {word} ".join(texts), rows).fired is wanted
