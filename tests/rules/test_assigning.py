"""What a manager must have, what speaks for a pair, and how many hours an account takes."""

from __future__ import annotations

from decimal import Decimal

import pytest

from crmcli.errors import UsageError
from crmcli.rules.assigning.duties import DUTIES
from crmcli.rules.assigning.fitting import ABLE, KNOWS, LANGUAGE, REGION, SKILL, Account, Manager, fit
from crmcli.rules.assigning.hours import parse_usual, takes, up_to_half
from crmcli.rules.assigning.lists import folded, joined, words_of

IDA = Manager("I", "Ida Invented", "key", "North; South", "Cable, lighting", "en; ru")


def test_words_are_parted_by_semicolons_and_commas_and_told_apart_without_case() -> None:
    assert words_of(" cable,  wall  lights; Cable ;; ") == ("cable", "wall lights")
    assert words_of(None) == ()
    assert folded("Straße; RU") == {"strasse", "ru"}
    assert joined(()) is None


@pytest.mark.parametrize(
    ("account", "points"),
    [
        (Account("a", "A"), ABLE),
        (Account("a", "A", "south"), ABLE + REGION),
        (Account("a", "A", "East"), ABLE),
        (Account("a", "A", skills=("CABLE",)), ABLE + SKILL),
        (Account("a", "A", skills=("cable", "Lighting"), languages=("EN",)), ABLE + 2 * SKILL + LANGUAGE),
        (Account("a", "A", languages=("de", "ru")), ABLE + LANGUAGE // 2),
        (Account("a", "A", known={"I": 1.0}), ABLE + KNOWS),
        (Account("a", "A", known={"I": 0.5}), ABLE + 15),
        (Account("a", "A", known={"I": 0.02, "J": 0.98}), ABLE),
    ],
)
def test_points_of_a_pair(account: Account, points: int) -> None:
    found = fit(account, IDA)
    assert found.points == points
    assert found.points % 5 == 0
    assert found.reasons


@pytest.mark.parametrize(
    ("account", "manager", "told"),
    [
        (Account("a", "A"), Manager("I", "Ida", active=False), "not active"),
        (Account("a", "A", skills=("roofs",)), IDA, "no skill roofs"),
        (Account("a", "A", languages=("de", "fr")), IDA, "does not speak de, fr"),
        (Account("a", "A", is_key=True), Manager("I", "Ida", "agent"), "is agent, not key, senior"),
        (Account("a", "A", is_key=True), Manager("I", "Ida"), "is agent, not key, senior"),
    ],
)
def test_what_makes_a_pair_impossible_is_said(account: Account, manager: Manager, told: str) -> None:
    found = fit(account, manager)
    assert found.points is None
    assert told in ", ".join(found.lacks)


def test_roles_may_be_named() -> None:
    agent, key_account = Manager("I", "Ida", "Agent"), Account("a", "A", is_key=True)
    assert fit(key_account, agent).points is None
    assert fit(key_account, agent, roles=("agent",)).points == ABLE
    assert fit(Account("a", "A"), agent).points == ABLE
    assert fit(Account("a", "A"), agent, roles=("senior",)).points is None


def test_hours_are_as_said_else_the_usual() -> None:
    assert takes(Decimal("3.2"), "said", "A").hours == Decimal("3.2")
    assert takes(None, None, "B").hours == 4
    assert takes(None, None, None).hours == 2
    assert takes(None, None, "A", usual=parse_usual("A=6")).hours == 6
    assert up_to_half(Decimal("3.2")) == Decimal("3.5")
    assert up_to_half(Decimal("3.5")) == Decimal("3.5")


@pytest.mark.parametrize("text", ["A", "D=3", "A=x", "A=-1", "A=inf", "A=nan"])
def test_hours_that_cannot_be_read_are_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_usual(text)


def test_every_role_has_duties_for_a_page() -> None:
    assert set(DUTIES) == {"agent", "key", "senior"}
    assert all(8 <= len(lines) <= 10 for lines in DUTIES.values())
    assert all(line.endswith(".") for lines in DUTIES.values() for line in lines)
