"""Rules of one ticket: its priority, what may be done in which state, and the warranty of the goods."""

from __future__ import annotations

import datetime as dt
import re
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.errors import ConflictError
from crmcli.rules.tickets import priority, states
from crmcli.rules.tickets.priority import CLASSES, KINDS, PRIORITIES, by_hand, explained, rank
from crmcli.rules.tickets.states import Act, Event, Standing, stand, steps_of
from crmcli.rules.tickets.warranty import months_after, warranty

NOW = dt.datetime(2026, 7, 1, 9)
DAY = dt.timedelta(1)


def standing(status: str, settled: dt.datetime = NOW) -> Standing:
    return Standing(
        status, None, None, settled if status in ("resolved", "closed") else None, settled if status == "closed" else None, 0,
        settled if status == "waiting" else None, settled,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "letter", "expected"),
    [("complaint", "A", "urgent"), ("complaint", "C", "high"), ("question", None, "normal"), ("question", "C", "low"),
     ("question", "key", "high"), ("suggestion", "A", "normal"), ("suggestion", None, "low"), ("warranty", "key", "urgent"),
     ("replacement", "C", "normal"), ("claim", "B", "high"), ("strange", "B", "normal")],
)  # fmt: skip
def test_the_priority_is_the_sum_of_what_and_who(kind: str, letter: str | None, expected: str) -> None:
    assert rank(kind, letter).priority == expected


def test_the_table_in_the_words_of_the_module_is_the_one_reckoned_by() -> None:
    told = dict(re.findall(r"\| (\w+(?:, \w+)*) \| ([+−]?\d)", priority.__doc__ or ""))
    points = {kind: int(sign.replace("−", "-")) for kinds, sign in told.items() for kind in kinds.split(", ")}
    assert points == priority.KIND_POINTS


def test_a_better_customer_never_has_to_wait_longer() -> None:
    for kind in KINDS:
        order = [PRIORITIES.index(rank(kind, letter).priority) for letter in CLASSES]
        assert order == sorted(order, reverse=True)


def test_reasons_are_told_in_words() -> None:
    one = rank("complaint", "A")
    assert explained(one.priority, one.reason) == "urgent: complaint (+2) of a class A customer (+1)"
    one = rank("suggestion", None)
    assert explained(one.priority, one.reason) == "low: suggestion (−1) of a customer not classed yet (0)"
    one = rank("question", "key")
    assert explained(one.priority, one.reason) == "high: question (0) of a key account (+2)"
    assert explained("low", by_hand("low", "can wait").reason) == "low: set by hand (can wait)"
    assert explained("low", by_hand("low").reason) == "low: set by hand"
    assert explained("urgent", None) is None
    assert explained("urgent", "a, b, c") == "urgent: a, b, c"


# act → what it is in the states open, waiting, resolved, closed; None: refused
TABLE = {
    "message": ("message", "message resumed", "message reopened", "message reopened"),
    "reply": ("reply", "reply resumed", "reply", None),
    "note": ("note", "note", "note", "note"),
    "link": ("linked", "linked", "linked", "linked"),
    "rate": ("rated", "rated", "rated", "rated"),
    "assign": ("assigned", "assigned", None, None),
    "priority": ("priority", "priority", None, None),
    "wait": ("waiting", None, None, None),
    "resolve": ("resolved", "resolved", None, None),
    "close": (None, None, "closed", None),
    "reopen": (None, "resumed", "reopened", "reopened"),
}


@pytest.mark.parametrize(("word", "status"), list(product(TABLE, states.STATES)))
def test_every_act_in_every_state(word: str, status: str) -> None:
    expected = TABLE[word][states.STATES.index(status)]
    act = Act("T-1", word, NOW)
    if expected is not None:
        assert " ".join(steps_of(standing(status), act)) == expected
        return
    with pytest.raises(ConflictError) as refused:
        steps_of(standing(status), act)
    assert "T-1" in refused.value.message
    assert word == "reopen" or "crmcli ticket" in (refused.value.hint or "")


def test_a_ticket_is_closed_unresolved_only_when_that_is_said() -> None:
    assert steps_of(standing("open"), Act("T-1", "close", NOW, unresolved=True)) == ("closed",)


def test_a_word_after_thirty_days_needs_a_new_ticket() -> None:
    now = standing("closed")
    assert steps_of(now, Act("T-1", "message", NOW + 30 * DAY)) == ("message", "reopened")
    with pytest.raises(ConflictError, match="more than 30 days") as refused:
        steps_of(now, Act("T-1", "message", NOW + 30 * DAY + dt.timedelta(minutes=1)))
    assert "--about T-1" in (refused.value.hint or "")


def test_moments_do_not_go_backwards() -> None:
    with pytest.raises(ConflictError, match="2026-07-01 08:59 lies before the last event of T-1"):
        steps_of(standing("waiting"), Act("T-1", "note", NOW - dt.timedelta(minutes=1)))


def test_a_thread_is_told_from_its_events() -> None:
    kinds = ("opened", "waiting", "message", "resumed", "reply", "resolved", "closed", "reopened")
    events = [Event(NOW + place * DAY, kind, 7, "2" if kind == "opened" else None) for place, kind in enumerate(kinds)]
    found = [stand(events[: place + 1]) for place in range(len(events))]
    assert [one.status for one in found] == ["open", "waiting", "open", "open", "open", "resolved", "closed", "open"]
    assert found[1].waiting_since == NOW + DAY
    assert found[6].resolved_at == NOW + 5 * DAY
    assert (found[7].resolved_at, found[7].closed_at, found[7].reopened) == (None, None, 3)
    assert found[7].first_response_at == NOW + 4 * DAY


def test_warranty_counts_from_the_best_day_known() -> None:
    sold, left, arrived = dt.date(2026, 1, 31), dt.date(2026, 2, 1), dt.date(2026, 2, 5)
    days = {"ordered_on": sold, "shipped_on": left, "delivered_on": arrived}
    one = warranty(12, **days, on=dt.date(2027, 2, 5))
    assert (one.counted_from, one.until_on, one.left_days, one.is_within) == ("delivery", dt.date(2027, 2, 5), 0, True)
    assert warranty(12, **days, on=dt.date(2027, 2, 6)).is_within is False
    early = warranty(1, **days, on=dt.date(2026, 2, 3))
    assert (early.counted_from, early.until_on) == ("shipment", dt.date(2026, 3, 1))
    bare = warranty(1, ordered_on=sold, shipped_on=None, delivered_on=None, on=sold)
    assert (bare.counted_from, bare.until_on) == ("order", dt.date(2026, 2, 28))
    unknown = warranty(None, **days, on=arrived)
    assert (unknown.until_on, unknown.is_within) == (None, None)
    assert warranty(0, **days, on=arrived).is_within


@given(st.dates(max_value=dt.date(9999, 1, 1)), st.integers(0, 600))
def test_months_after_keep_the_day_or_the_end_of_the_month(day: dt.date, months: int) -> None:
    later = months_after(day, months)
    if later != dt.date.max:
        assert (later.year - day.year) * 12 + later.month - day.month == months
        assert later.day == day.day or (later.day < day.day and (later + DAY).day == 1)
