"""Templates of plans as TOML, the words of plans, and goals judged."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli import language
from crmcli.errors import UsageError
from crmcli.rules.plans.channels import WAYS, way_of
from crmcli.rules.plans.goals import Goal, progress, require_goal
from crmcli.rules.plans.template import SUBJECTS, level_of, read_template, ready_template, written_template
from crmcli.rules.relationship_levels import LEVELS

FROM, BY = dt.date(2026, 1, 1), dt.date(2026, 12, 31)


@pytest.mark.parametrize("level", LEVELS)
def test_every_level_has_a_template_that_is_marked_for_translation(level: str) -> None:
    template = ready_template(level)
    assert template.level == level
    subjects = [one.subject for one in (*template.touches, *template.steps)]
    assert subjects
    assert set(subjects) <= set(SUBJECTS)


def test_no_subject_is_translated_for_nothing() -> None:
    templates = [ready_template(level) for level in LEVELS]
    used = {one.subject for template in templates for one in (*template.touches, *template.steps)}
    assert set(SUBJECTS) == used


@pytest.mark.parametrize("level", LEVELS)
def test_a_printed_template_reads_back(level: str) -> None:
    assert read_template(written_template(ready_template(level)), "own.toml") == ready_template(level)


def test_levels_ask_for_more_and_more() -> None:
    minutes = [
        sum((365 // touch.every_days) * (touch.minutes or 0) for touch in ready_template(level).touches)
        for level in LEVELS
    ]
    assert minutes == sorted(minutes)
    assert len(set(minutes)) == len(LEVELS)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("level = ", "no TOML"),
        ("a = [" * 3000, "no TOML"),
        ('level = "great"', "no level"),
        ("level = 3", "level"),
        ("color = 1", "'color'"),
        ('goals = "revenue"', "[[goals]]"),
        ('[[goals]]\nmeasure = "revenues"\ntarget = 1', "no goal"),
        ('[[goals]]\nmeasure = "revenue"', "target or growth"),
        ('[[goals]]\nmeasure = "revenue"\ntarget = 1\ngrowth = 1', "target or growth"),
        ('[[goals]]\nmeasure = "revenue"\ntarget = nan', "no number"),
        ('[[goals]]\nmeasure = "revenue"\ntarget = true', "no number"),
        ('[[touches]]\nchannel = "cal"\nevery_days = 3', "no way"),
        ('[[touches]]\nchannel = "call"\nevery_days = 0', "every_days"),
        ('[[touches]]\nchannel = "call"\nevery_days = 1.5', "every_days"),
        ('[[touches]]\nchannel = "call"', "every_days"),
        ('[[touches]]\nchannel = "call"\nevery_days = 9\nminutes = -1', "minutes"),
        ("[[touches]]\nevery_days = 9", "channel"),
        ('[[steps]]\nchannel = "call"\nafter_days = 9\nsubject = 7', "subject"),
        ('[[steps]]\nchannel = "call"\nevery_days = 9', "every_days"),
    ],
)  # fmt: skip
def test_a_wrong_template_is_refused_in_words(text: str, told: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_template(text, "own.toml")
    assert told in refused.value.message


@given(st.text(max_size=60))
def test_any_text_is_a_template_or_refused(text: str) -> None:
    with suppress(UsageError):
        assert read_template(text, "own.toml").level in LEVELS


def test_words_of_ways_in_both_languages() -> None:
    assert [way_of(word).word for word in ("call", "PHONE", "follow-up", "follow up", "e-mail")] == [
        "call", "call", "follow_up", "follow_up", "mail",
    ]  # fmt: skip
    with pytest.raises(UsageError) as refused:
        way_of("cal")
    assert "call" in (refused.value.hint or "")
    assert all(way_of(way).word == way for way in WAYS)


def test_subjects_are_told_in_the_owners_language() -> None:
    told = language.spoken_in("ru", lambda: written_template(ready_template("basic")))
    assert read_template(told, "own.toml").touches[0].every_days == ready_template("basic").touches[0].every_days


def test_levels_are_found_whatever_their_letters() -> None:
    assert level_of(" Partnership ") == "partnership"
    with pytest.raises(UsageError):
        level_of("best")


@pytest.mark.parametrize(
    ("measure", "fact", "day", "verdict"),
    [
        ("revenue", None, 180, "unknown"),
        ("revenue", "50", 182, "on_track"),
        ("revenue", "49", 182, "behind"),
        ("revenue", "0", 0, "on_track"),
        ("revenue", "0", 1, "behind"),
        ("revenue", "100", 3, "reached"),
        ("revenue", "-5", 182, "behind"),
        ("purchases", "0", 3, "on_track"),
        ("purchases", "99", 364, "behind"),
        ("on_time_share", "0.9", 10, "behind"),
        ("on_time_share", "1", 10, "on_track"),
        ("on_time_share", "1", 364, "reached"),
        ("revenue", "5", -1, "unknown"),
    ],
)
def test_goals_are_judged_by_a_straight_line(measure: str, fact: str | None, day: int, verdict: str) -> None:
    target = Decimal(1) if measure == "on_time_share" else Decimal(100)
    known = None if fact is None else Decimal(fact)
    found = progress(Goal(measure, target), known, from_on=FROM, by_on=BY, as_of=FROM + dt.timedelta(day))
    assert found.verdict == verdict


def test_a_goal_for_one_day_is_expected_at_once() -> None:
    assert progress(Goal("revenue", Decimal(5)), Decimal(1), from_on=FROM, by_on=FROM, as_of=FROM).expected == 5


@pytest.mark.parametrize(
    ("measure", "target"), [("revenu", "1"), ("revenue", "0"), ("margin", "-1"), ("on_time_share", "95")]
)
def test_goals_that_make_no_sense_are_refused(measure: str, target: str) -> None:
    with pytest.raises(UsageError):
        require_goal(Goal(measure, Decimal(target)))
