"""Conditions and sort keys as owners type them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.errors import UsageError
from crmcli.reports.conditions import order_clause, where_clause
from crmcli.reports.values import parse_date, parse_number
from crmcli.table import Column, Kind
from tests.reports.small_store import answer, insert, line, store_of

COLUMNS = (
    Column("customer", "Customer", Kind.CODE),
    Column("name", "Name", Kind.TEXT),
    Column("group", "Group", Kind.LEVEL),
    Column("revenue", "Revenue", Kind.MONEY),
    Column("share", "Share", Kind.SHARE),
    Column("seen_on", "Seen", Kind.DATE),
)
AS_OF = "2025-06-30"


@pytest.fixture(scope="module")
def con() -> Any:
    """Three customers of different worth."""
    facts = [
        line("A", "2025-06-01", 1000),
        line("B", "2025-05-01", 500),
        line("C", "2025-04-01", "99.5"),
        line("c", "2025-04-01", "99.5"),
    ]
    store = store_of(facts)
    for code, name in (("A", "Кабель, ООО"), ("B", "O'Neill [bold] Ltd"), ("C", ""), ("c", "100% = all")):
        store.execute("UPDATE contacts SET name = $name WHERE code = $code", {"name": name, "code": code})
    insert(store, "contacts", {"id": 99, "code": "Z", "name": "Prospect"})
    return store


@pytest.mark.parametrize(
    ("where", "codes"),
    [
        (["monetary>500"], "A"),
        (["monetary >= 500"], "AB"),
        (["monetary>=1 000,00"], "A"),
        (["monetary=99,5"], "Cc"),
        (["monetary<>99.5"], "AB"),
        (["last_purchase_on<2025-05-01"], "Cc"),
        (["last_purchase_on>=01.05.2025"], "AB"),
        (["name~кабель"], "A"),
        (['name="o\'neill [bold] ltd"'], "B"),
        (["name~%"], "c"),
        (["name is empty"], "C"),
        (["name is not empty"], "ABc"),
        (["customer=c"], "c"),
        (["customer in (A, c)"], "Ac"),
        (["name in (\"Кабель, ООО\", '100% = all')"], "Ac"),
        (["group=Potential loyal"], "A"),
        (["monetary<1000", "recency_days<80"], "B"),
        (["rfm~41"], "A"),
        (["group=почти лояльный"], "A"),
        (["group = ПОЧТИ ЛОЯЛЬНЫЙ"], "A"),
        (["group in (почти лояльный, чемпион)"], "A"),
        (["group in (champion, 'potential loyal')"], "A"),
        (["group!=potential_loyal"], "BCc"),
        (["group!=почти лояльный"], "BCc"),
        (["group~лояль"], "A"),
        (["group~oyal"], "A"),
        (["group~такого нет"], ""),
        (["group is not empty", "group~potential_l"], "A"),
    ],
)
def test_conditions_choose_rows(con: Any, where: list[str], codes: str) -> None:
    assert {row["customer"] for row in answer(con, "rfm", AS_OF, where=where)} == set(codes)


@pytest.mark.parametrize(
    ("sort", "codes"),
    [
        ([], "ABCc"),
        (["monetary"], "CcBA"),
        (["-last_purchase_on"], "ABCc"),
        (["recency_days desc"], "CcBA"),
        (["f,-monetary", "customer desc"], "ABcC"),
        (["-customer"], "cCBA"),
    ],
)
def test_sort_keys_order_rows_and_ties_keep_the_report_s_order(con: Any, sort: list[str], codes: str) -> None:
    assert "".join(row["customer"] for row in answer(con, "rfm", AS_OF, sort=sort)) == codes


def test_limit_cuts_after_sorting(con: Any) -> None:
    assert [row["customer"] for row in answer(con, "rfm", AS_OF, sort=["monetary"], limit=2)] == ["C", "c"]


@pytest.mark.parametrize(
    "text",
    ["", "revenue", "revenue>", "revenue>abc", "revenue>>5", "revenue>1,234", "seen_on<31.02.2025", "customer in ()",
     "customer in (a", "revenue is empty now", "revenue > 1; DROP TABLE contacts", "seen_on=01/02/2025", "revenue>١٢"],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        where_clause([text], COLUMNS)


def test_an_unknown_column_is_refused_with_the_nearest_and_the_list() -> None:
    with pytest.raises(UsageError) as refusal:
        where_clause(["revenu>5"], COLUMNS)
    assert "customer, name, group, revenue, share, seen_on" in refusal.value.message
    assert refusal.value.hint == "did you mean revenue?"
    with pytest.raises(UsageError, match="there is no column nothing"):
        order_clause(["-nothing"], COLUMNS)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("group=champoin", "Did you mean champion?"),
        ("group in (loyal, чемпин)", "чемпион"),
        ("group!=qqqqq", "its words: champion, loyal, potential loyal"),
    ],
)
def test_a_word_out_of_a_closed_list_is_refused_with_the_nearest(con: Any, text: str, hint: str) -> None:
    with pytest.raises(UsageError) as refusal:
        answer(con, "rfm", AS_OF, where=[text])
    assert hint in (refusal.value.hint or "")
    assert "is no word of the column group" in refusal.value.message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("group=Gold Plus", {"gold_plus"}),  # an open list: any word may stand in it
        ("group=чемпион", {"чемпион", "champion"}),
        ("group=да", {"да", "yes", "true"}),
    ],
)
def test_words_of_an_open_list_are_the_typed_one_and_what_reads_so(text: str, words: set[str]) -> None:
    assert set(where_clause([text], COLUMNS).values.values()) == words


@pytest.mark.parametrize("key", ["", "revenue up", "revenue desc desc", "1", "revenue; DROP TABLE contacts", "-"])
def test_a_sort_key_that_cannot_be_read_is_refused(key: str) -> None:
    with pytest.raises(UsageError):
        order_clause([key], COLUMNS)


@given(st.text(min_size=1))
def test_a_value_never_becomes_sql(text: str) -> None:
    try:
        clause = where_clause([f"name={text}"], COLUMNS)
    except UsageError:
        return
    assert clause.sql == 'true AND lower("name") = lower($where_a)'
    assert set(clause.values) == {"where_a"}


def test_hostile_values_find_nothing_and_harm_nothing(con: Any) -> None:
    for value in ("' OR 1=1 --", "x'; DROP TABLE contacts; --", "$where_a", "\\", '"'):
        assert answer(con, "rfm", AS_OF, where=[f"name={value}"]) == []
    assert len(answer(con, "rfm", AS_OF)) == 4


@pytest.mark.parametrize(
    ("text", "number"),
    [("10000", "10000"), ("1 234,56", "1234.56"), ("1\u00a0234\u202f567,8", "1234567.8"), ("1,234.56", "1234.56"), ("1,234,567", "1234567"),
     ("1.234,56", "1234.56"), ("12,5", "12.5"), ("-3.50", "-3.5"), ("1.234", "1.234"), (".5", "0.5"), ("0,1234", "0.1234")],
)  # fmt: skip
def test_numbers_of_both_languages(text: str, number: str) -> None:
    assert parse_number(text, "x") == Decimal(number)


def test_a_percentage_is_a_share_where_one_is_asked_for() -> None:
    assert parse_number("80 %", "a", percent=True) == Decimal("0.8")
    with pytest.raises(UsageError):
        parse_number("80 %", "window")


@pytest.mark.parametrize("text", ["1,234", "-12,345", "1e3", "nan", "inf", "", "--1", "1.2.3", "0x10", "1,23,456"])
def test_doubtful_numbers_are_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_number(text, "x")


def test_dates_of_both_languages() -> None:
    assert parse_date("2025-12-31", "x") == parse_date("31.12.2025", "x") == dt.date(2025, 12, 31)
