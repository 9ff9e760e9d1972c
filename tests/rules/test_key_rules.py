"""The rule that chooses key accounts: how it is read, how it scores, and whom it lets in, against slow readings of the same."""

from __future__ import annotations

from contextlib import suppress
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.errors import UsageError
from crmcli.rules.keys.deciding import Decision, Standing, Verdict, Why, decide
from crmcli.rules.keys.reading import LONGEST, read_key_rule
from crmcli.rules.keys.rule import Condition, KeyRule
from crmcli.rules.keys.scoring import scores
from crmcli.rules.segments.reading import read_rule
from crmcli.rules.segments.tree import Field, FieldKind

K = FieldKind
FIELDS = {
    field.name: field
    for field in (
        Field("revenue_365", K.NUMBER, ""), Field("change", K.SHARE, ""), Field("region", K.TEXT, ""), Field("departed", K.FLAG, ""),
    )
}  # fmt: skip
WHERE = 'where = "revenue_365 > 1"\n'


def read(text: str) -> KeyRule:
    return read_key_rule(text, FIELDS.get, FIELDS)


def test_everything_a_rule_may_say_is_read() -> None:
    rule = read(
        """# ours
        where = 'revenue_365  >=
                 100'""".replace("\n                 ", " ")
        + """
        stay = "not departed"
        score = 62.5
        limit = 3
        border = 0
        [weights]
        Value = 50
        change = -2.5
        potential = 0
        class = 10
        """
    )
    assert (rule.where.text, rule.stay.text if rule.stay else None) == ("revenue_365 >= 100", "not departed")
    assert (rule.score, rule.limit, rule.border) == (Decimal("62.5"), 3, 0)
    assert rule.weights == (("value", Decimal(50)), ("change", Decimal("-2.5")), ("class", Decimal(10)))
    assert rule.weighed == Decimal("62.5")


def test_a_rule_may_be_a_condition_alone() -> None:
    rule = read(WHERE)
    assert (rule.stay, rule.score, rule.limit, rule.border, rule.weights) == (None, None, None, 10, ())


@pytest.mark.parametrize(
    ("text", "line", "told", "hint"),
    [
        (WHERE + "wieghts = 1", 2, "no wieghts", "weights"),
        ('\nwhere = "revnue_365 > 1"', 2, "where: cannot read the rule: at character 1", "revenue_365"),
        (WHERE + 'stay = "revenue_365 >"', 2, "stay: cannot read the rule: at character 14", ""),
        (WHERE + "stay = 5", 2, "condition in quotes", ""),
        (WHERE + "score = 101\n[weights]\nvalue=1", 2, "score lies between 0 and 100", ""),
        (WHERE + "score = 'high'", 2, "score is a number", ""),
        (WHERE + "score = nan", 2, "score is a number", ""),
        (WHERE + "limit = true", 2, "limit is a number", ""),
        (WHERE + "limit = 0", 2, "whole number from 1", ""),
        (WHERE + "limit = 2.5", 2, "whole number", ""),
        (WHERE + "limit = 2", 2, "limit needs weights", "[weights]"),
        (WHERE + "score = 2", 2, "score needs weights", "[weights]"),
        (WHERE + "border = -1", 2, "border is a whole number", ""),
        (WHERE + "[weights]\nvalue = 1\ngrwoth = 2", 4, "no weight grwoth", "growth"),
        (WHERE + "[weights]\nregion = 1", 3, "region is no field of numbers", "field"),
        (WHERE + "[weights]\nvalue = 'much'", 3, "value is a number", ""),
        (WHERE + "[weights]\nvalue = 1e99", 3, "weighs too much", ""),
        (WHERE + "[weights]\nvalue = 1\nVALUE = 2", 4, "weighed twice", ""),
        (WHERE + "[weights]\nvalue = 0", 2, "above nothing", ""),
        (WHERE + "weights = 3", 2, "weights are written below", ""),
        (WHERE + "weights = {value = 1, nothing = 2}", 2, "no weight nothing", ""),
    ],
)
def test_a_fault_is_told_with_its_line_and_word(text: str, line: int, told: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(text)
    assert caught.value.message.startswith(f"line {line} of the rule: ")
    assert told in caught.value.message
    assert hint in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("where = revenue_365 > 1", "no TOML: line 1, column 9"), ("[[[[" * 2000, "no TOML"), ("limit = " + "9" * 5000, "no TOML"),
        ("border = 3", "where is missing"), ("x" * (LONGEST + 1), "too long"), (WHERE + WHERE, "said twice"),
    ],
)  # fmt: skip
def test_what_is_no_rule_is_refused(text: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        read(text)


@given(st.text(max_size=60) | st.builds((WHERE + "{} = {}").format, st.text(max_size=8), st.text(max_size=8)))
def test_any_text_is_a_rule_or_a_refusal(text: str) -> None:
    with suppress(UsageError):
        assert isinstance(read(text), KeyRule)


NUMBERS = st.none() | st.sampled_from([Decimal(0), Decimal(1), Decimal(1), Decimal(-2), Decimal("7.5"), Decimal(100)])
FIGURES = st.lists(
    st.fixed_dictionaries({"value": NUMBERS, "revenue_365": NUMBERS, "class": st.sampled_from([None, "A", "B", "C"])}),
    min_size=1, max_size=8,
).map(lambda rows: {f"C{place}": row for place, row in enumerate(rows)})  # fmt: skip
WEIGHTS = st.lists(st.tuples(st.sampled_from(["value", "revenue_365", "class"]), st.integers(-5, 9).filter(bool).map(Decimal)),
                   min_size=1, max_size=3, unique_by=lambda pair: pair[0])  # fmt: skip


def slow_share(name: str, weight: Decimal, own: Any, all_figures: list[Any]) -> Fraction:
    """Rank by rank: the mean of the ranks that equal figures take together, over how many are known."""
    if own is None:
        return Fraction(0)
    if name == "class":
        return {"A": Fraction(1), "B": Fraction(1, 2), "C": Fraction(0)}[own]
    line = sorted((f for f in all_figures if f is not None), reverse=weight < 0)
    ranks = [rank for rank, figure in enumerate(line, 1) if figure == own]
    return Fraction(sum(ranks), len(ranks)) / len(line)


@given(weights=WEIGHTS, figures=FIGURES)
def test_scores_are_those_of_a_slow_reckoning(weights: list[tuple[str, Decimal]], figures: dict[str, Any]) -> None:
    found = scores(weights, figures)
    whole = sum(abs(Fraction(weight)) for _name, weight in weights)
    for code, own in figures.items():
        exact = sum(
            100 * abs(Fraction(weight)) / whole
            * slow_share(name, weight, own[name], [one[name] for one in figures.values()])
            for name, weight in weights
        )  # fmt: skip
        rounded = (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal("0.0001"), ROUND_HALF_UP)
        assert found[code].total == rounded
        assert 0 <= found[code].total <= 100
        assert abs(sum(part.points for part in found[code].parts) - rounded) <= Decimal("0.0002")


def test_the_best_alone_has_all_points_and_a_place() -> None:
    found = scores([("value", Decimal(3)), ("class", Decimal(1))], {
        "A": {"value": Decimal(9), "class": "A"}, "B": {"value": Decimal(5), "class": "B"}, "C": {"value": Decimal(5), "class": None},
        "D": {"value": None, "class": "C"},
    })  # fmt: skip
    assert [str(found[code].total) for code in "ABCD"] == ["100.0000", "50.0000", "37.5000", "0.0000"]
    assert [found[code].parts[0].place for code in "ABCD"] == [1, 2, 2, None]
    assert found["A"].parts[0].of == 3


def slow_decide(standings: list[Standing], rule: KeyRule) -> dict[str, bool]:
    """Who is in: places handed out one at a time, each to the best of those still waiting."""
    result = {one.code: one.pick == "in" for one in standings}
    waiting = [one for one in standings if one.pick is None]
    places = rule.limit if rule.limit is not None else len(waiting)

    def would_enter(one: Standing) -> bool:
        return one.meets and (rule.score is None or (one.score or Decimal(0)) >= rule.score)

    def is_first(one: Standing) -> bool:
        return rule.stay is not None and one.was_in and (one.stays or would_enter(one))

    for _place in range(places):
        able = [one for one in waiting if is_first(one) or would_enter(one)]
        if not able:
            break
        best = min(able, key=lambda one: (not is_first(one), -(one.score or Decimal(0)), one.code))
        result[best.code] = True
        waiting.remove(best)
    return result


PART = read_rule("departed", FIELDS.get, FIELDS)
CONDITION = Condition("departed", PART)
RULES = st.builds(
    KeyRule, st.just(CONDITION), st.sampled_from([None, CONDITION]), st.sampled_from([None, Decimal(50)]),
    st.none() | st.integers(1, 4), st.integers(0, 3), st.just((("value", Decimal(1)),)),
)  # fmt: skip
STANDINGS = st.lists(
    st.tuples(st.booleans(), st.booleans(), st.booleans(), st.sampled_from([None, None, None, "in", "out"]),
              st.sampled_from([Decimal(score) for score in (10, 49, 50, 50, 80)])),
    max_size=9,
)  # fmt: skip


def standings_of(rows: list[tuple[bool, bool, bool, str | None, Decimal]], rule: KeyRule) -> list[Standing]:
    found = []
    for place, (meets, stays, was_in, pick, score) in enumerate(rows):
        holds = stays and rule.stay is not None
        found.append(Standing(f"C{place}", meets, holds, was_in, pick, score if meets or holds else None))
    return found


@given(rows=STANDINGS, rule=RULES)
def test_those_come_in_whom_a_slow_reading_lets_in(rows: list[Any], rule: KeyRule) -> None:
    standings = standings_of(rows, rule)
    decided = {one.code: one for one in decide(standings, rule)}
    wanted = slow_decide(standings, rule)
    assert {code for code, one in decided.items() if one.is_in} == {code for code, is_in in wanted.items() if is_in}
    for one in standings:
        found = decided.get(one.code)
        if one.was_in or one.pick:
            assert found is not None, "nobody who was in or is picked goes untold"
        if one.was_in and not wanted[one.code] and one.pick is None:
            assert found is not None
            assert found.verdict is Verdict.LEAVES
    by_rule = [one for one in decided.values() if one.is_in and one.why is not Why.PICK]
    assert rule.limit is None or len(by_rule) <= rule.limit
    assert sum(one.verdict is Verdict.BORDER for one in decided.values()) <= rule.border


@given(rows=STANDINGS, rule=RULES, shuffled=st.randoms())
def test_the_order_of_customers_changes_nothing(rows: list[Any], rule: KeyRule, shuffled: Any) -> None:
    standings = standings_of(rows, rule)
    mixed = list(standings)
    shuffled.shuffle(mixed)
    assert decide(mixed, rule) == decide(standings, rule)


def verdicts(rule: KeyRule, *standings: Standing) -> dict[str, tuple[Verdict, Why]]:
    found: list[Decision] = decide(standings, rule)
    return {one.code: (one.verdict, one.why) for one in found}


def test_equal_scores_at_the_limit_go_by_code() -> None:
    rule = KeyRule(CONDITION, None, None, 2, 1, (("value", Decimal(1)),))
    same = [Standing(code, True, False, False, None, Decimal(50)) for code in "DBCA"]
    assert verdicts(rule, *same) == {
        "A": (Verdict.ENTERS, Why.RULE), "B": (Verdict.ENTERS, Why.RULE), "C": (Verdict.BORDER, Why.LIMIT),
    }  # fmt: skip


def test_who_is_in_stays_below_the_line_only_where_stay_says_so() -> None:
    low = Standing("A", True, True, True, None, Decimal(40))
    rule = KeyRule(CONDITION, CONDITION, Decimal(50), None, 0, (("value", Decimal(1)),))
    assert verdicts(rule, low) == {"A": (Verdict.STAYS, Why.STAY)}
    strict = KeyRule(CONDITION, None, Decimal(50), None, 0, (("value", Decimal(1)),))
    assert verdicts(strict, Standing("A", True, False, True, None, Decimal(40))) == {"A": (Verdict.LEAVES, Why.SCORE)}


def test_with_stay_nobody_loses_a_place_to_somebody_new() -> None:
    old = Standing("B", False, True, True, None, Decimal(10))
    new = Standing("A", True, True, False, None, Decimal(90))
    rule = KeyRule(CONDITION, CONDITION, None, 1, 5, (("value", Decimal(1)),))
    assert verdicts(rule, old, new) == {"B": (Verdict.STAYS, Why.STAY), "A": (Verdict.BORDER, Why.LIMIT)}


def test_the_hand_picked_take_no_place_of_the_limit() -> None:
    rule = KeyRule(CONDITION, None, None, 1, 0, (("value", Decimal(1)),))
    picked = Standing("A", True, False, False, "in", Decimal(90))
    out = Standing("B", True, False, True, "out", Decimal(80))
    free = Standing("C", True, False, False, None, Decimal(70))
    assert verdicts(rule, picked, out, free) == {
        "A": (Verdict.PICKED_IN, Why.PICK), "B": (Verdict.PICKED_OUT, Why.PICK), "C": (Verdict.ENTERS, Why.RULE),
    }  # fmt: skip
