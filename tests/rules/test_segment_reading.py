"""Rules of segments: what they say, and where they cannot be read."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.errors import UsageError
from crmcli.rules.segments.reading import read_rule
from crmcli.rules.segments.tokens import LONGEST
from crmcli.rules.segments.tree import (
    Age,
    Comparison,
    Emptiness,
    Field,
    FieldKind,
    Joined,
    Member,
    Negation,
    Part,
    fields_of,
    segments_of,
)

K = FieldKind
FIELDS = {
    field.name: field
    for field in (
        Field("revenue", K.NUMBER, ""),
        Field("region", K.TEXT, ""),
        Field("rfm", K.WORD, "", ("champion", "loyal", "at_risk")),
        Field("last_purchase", K.DATE, ""),
        Field("change", K.SHARE, ""),
        Field("departed", K.FLAG, ""),
        Field("tags", K.TAGS, ""),
    )
}


def read(text: str) -> Part:
    return read_rule(text, FIELDS.get, FIELDS)


def said(part: Part) -> str:
    """A rule in one spelling."""
    if isinstance(part, Joined):
        return "(" + f" {part.word} ".join(map(said, part.parts)) + ")"
    if isinstance(part, Negation):
        return f"not {said(part.part)}"
    if isinstance(part, Member):
        return f"member {part.segment}"
    if isinstance(part, Emptiness):
        return f"{part.field.name} {'empty' if part.is_empty else 'filled'}"
    return f"{part.field.name} {part.operator} {'|'.join(str(value) for value in part.values)}"


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("revenue > 100000", "revenue > 100000"),
        ("revenue>1_000_000.50", "revenue > 1000000.50"),
        ("region = Север", "region = Север"),
        ("region = Нижний Новгород and revenue > 1", "(region = Нижний Новгород and revenue > 1)"),
        ('region = "a and b"', "region = a and b"),
        ("region = «Дальний Восток»", "region = Дальний Восток"),
        ("rfm in (champion, at risk)", "rfm = champion|at_risk"),
        ("rfm not in (Loyal)", "rfm != loyal"),
        ("not departed", "not departed = True"),
        ("departed = no", "departed = False"),
        ("region is empty", "region empty"),
        ("region is not empty", "region filled"),
        ("change < -10%", "change < -0.1"),
        ("change between -5% and 5%", "(change >= -0.05 and change <= 0.05)"),
        ("last_purchase >= 31.12.2025", "last_purchase >= 2025-12-31"),
        ("last_purchase = 2026-1-5", "last_purchase = 2026-01-05"),
        ("tags = vip", "tags = vip"),
        ('in segment "Big ones"', "member Big ones"),
        ("not in segment north", "not member north"),
        ("revenue > 1 or revenue < 0 and departed", "(revenue > 1 or (revenue < 0 and departed = True))"),
        ("(revenue > 1 or revenue < 0) and departed", "((revenue > 1 or revenue < 0) and departed = True)"),
        ("revenue == 1 and region <> x", "(revenue = 1 and region != x)"),
        ("revenue > 1 и не departed или region не в (a, b)",
         "((revenue > 1 and not departed = True) or region != a|b)"),
    ],
)  # fmt: skip
def test_what_a_rule_says(text: str, meaning: str) -> None:
    assert said(read(text)) == meaning


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("60d", dt.date(2026, 1, 30)),
        ("8w", dt.date(2026, 2, 3)),
        ("1m", dt.date(2026, 2, 28)),
        ("13m", dt.date(2025, 2, 28)),
        ("1y", dt.date(2025, 3, 31)),
        ("2г", dt.date(2024, 3, 31)),
        ("3 м", dt.date(2025, 12, 31)),
    ],
)
def test_so_long_ago(text: str, day: dt.date) -> None:
    found = read(f"last_purchase < {text}")
    assert isinstance(found, Comparison)
    (age,) = found.values
    assert isinstance(age, Age)
    assert age.before(dt.date(2026, 3, 31)) == day


def test_a_leap_day_back_a_year_is_the_end_of_february() -> None:
    assert Age(1, "y").before(dt.date(2024, 2, 29)) == dt.date(2023, 2, 28)
    assert Age(4, "y").before(dt.date(2024, 2, 29)) == dt.date(2020, 2, 29)


@pytest.mark.parametrize(
    ("text", "place", "words", "hint"),
    [
        ("", 0, "empty rule", "everyone"),
        ("regoin = x", 1, "no field regoin", "region"),
        ("revenue > 1 and revenu < 2", 17, "no field revenu", "revenue"),
        ("revenue ~ 5", 9, "cannot be compared by ~", ""),
        ("revenue > many", 11, "is a number", ""),
        ("revenue > 5%", 11, "is a number", ""),
        ("last_purchase < soon", 17, "is a date", "60d"),
        ("last_purchase < 31.02.2026", 17, "is a date", ""),
        ("last_purchase < 99999999d", 17, "too long ago", ""),
        ("last_purchase between 5d and 2026-01-01", 30, "two dates, or two lengths", ""),
        ("rfm = champoin", 7, "no rfm", "champion"),
        ("rfm < loyal", 5, "cannot be compared", ""),
        ("departed = perhaps", 12, "yes or no", ""),
        ("region", 7, "expected a comparison", ""),
        ("region =", 9, "expected a value", ""),
        ("region in (a, )", 15, "expected a value", ""),
        ("region in a", 11, "expected (", ""),
        ("region in (a", 13, "expected )", ""),
        ("(revenue > 1", 13, "expected )", ""),
        ("revenue > 1)", 12, "expected and, or", ""),
        ("revenue > 1 revenue < 2", 13, "expected and, or", ""),
        ('region = "x', 10, "quote is not closed", ""),
        ("region = x; drop table contacts", 11, "no meaning", ""),
        ("in vip", 4, "word segment", ""),
        ("region not = x", 12, "expected in", ""),
        ("not " * 40 + "departed", 121, "too many", ""),
    ],
)
def test_a_fault_names_its_place(text: str, place: int, words: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(text)
    assert words in caught.value.message
    assert hint in (caught.value.hint or "")
    assert f"character {place}:" in caught.value.message or not place


def test_a_rule_far_too_long_is_refused() -> None:
    with pytest.raises(UsageError, match="too long"):
        read("revenue > 1 or " * LONGEST)


def test_fields_and_segments_of_a_rule() -> None:
    part = read("not (revenue > 1 and in segment a) or region = x and (in segment b or in segment a or revenue < 0)")
    assert list(fields_of(part)) == ["revenue", "region"]
    assert segments_of(part) == ("a", "b")


WORDS = st.sampled_from(
    [*FIELDS, "and", "or", "not", "in", "is", "empty", "between", "segment", "(", ")", ",", "=", "<", ">=", "~", "!=", "5",
     "-3.5", "20%", "60d", "2026-02-30", "2026-01-01", '"x y"', "'", "«б»", "champion", "yes", ";", "--", "\x1b[31m", "[red]", "%"]
)  # fmt: skip


@given(st.lists(WORDS, max_size=14).map(" ".join) | st.text(max_size=40))
def test_any_text_is_a_rule_or_a_sentence(text: str) -> None:
    try:
        part: Part | None = read(text)
        sentence = ""
    except UsageError as error:
        part, sentence = None, error.message
    if part is None:
        assert sentence
        assert "\n" not in sentence
    else:
        assert set(fields_of(part)) <= set(FIELDS)
        assert all(isinstance(value, Decimal | dt.date | Age | str | bool) for value in values_of(part))


def values_of(part: Part) -> list[object]:
    if isinstance(part, Joined):
        return [value for one in part.parts for value in values_of(one)]
    if isinstance(part, Negation):
        return values_of(part.part)
    return list(part.values) if isinstance(part, Comparison) else []
