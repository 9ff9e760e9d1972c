"""Codes, folded words, likeness, touches as typed, and what is carried on cards."""

from __future__ import annotations

import datetime as dt
import random
import string
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.errors import UsageError
from crmcli.rules.contacts.card_names import column_of, escaped, property_of, unescaped
from crmcli.rules.contacts.codes import next_code
from crmcli.rules.contacts.folding import fold, struck_otherwise, telling_words
from crmcli.rules.contacts.likeness import allowed_edits, edits, likeness, near_pattern
from crmcli.rules.contacts.plausible import doubts, phone_digits
from crmcli.rules.contacts.touching import kind_of, moment_of

NOW = dt.datetime(2026, 11, 20, 15, 0)
KNOWN = {"call": "call", "visit": "visit", "mail": "mail", "message": "message", "meeting": "meeting", "offer": "offer",
         "follow up": "follow_up", "complaint": "complaint", "звонок": "call", "визит": "visit", "встреча": "meeting"}  # fmt: skip
WORDS = st.text("abcdeS", min_size=1, max_size=10)


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ([], "C-0001"),
        (["00001", "00042"], "00043"),
        (["K-9", "K-17"], "K-18"),
        (["K-099"], "K-100"),
        (["99", "7"], "100"),
        (["Acme", "Beta", "Gamma", "C-0001"], "C-0002"),
        (["Acme", "b@c.example"], "C-0001"),
        (["770012345678", "770012345679"], "C-0001"),  # tax ids are no numbering
        (["00001", "00002", "K-5"], "00003"),
    ],
)
def test_the_next_code_keeps_the_habit(codes: list[str], expected: str) -> None:
    assert next_code(codes) == expected


@given(st.lists(st.text("AC-019", min_size=1, max_size=6), max_size=20))
def test_the_next_code_is_never_taken(codes: list[str]) -> None:
    assert next_code(codes) not in codes


@pytest.mark.parametrize(
    ("one", "other"),
    [("Ромашка", "Romashka"), ("Щётка", "Schetka"), ("Жуков", "ZHUKOV"), ("Юлия", "Yulia"), ("Müller", "Мюллер"),
     ("Северный", "Severnyy"), ("Цех", "Tsekh"), ("Wagner", "Вагнер"), ("Ёлка", "елка"), ("Хорошо", "Khorosho")],
)  # fmt: skip
def test_spellings_of_one_sound_fold_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@given(st.lists(st.text(string.ascii_letters + "абвщжёüß", max_size=8), max_size=8))
def test_words_fold_line_by_line_as_they_fold_alone(words: list[str]) -> None:
    assert fold("\n".join(words)).split("\n") == [fold(word) for word in (words or [""])]


def test_keys_struck_in_the_other_layout() -> None:
    assert struck_otherwise("hjvfirf") == "ромашка"
    assert struck_otherwise("кщьфырлф") == "romashka"
    assert struck_otherwise("a б") is None
    assert telling_words("ООО «Ромашка-Плюс»") == ["ромашка", "плюс"]
    assert telling_words("ООО") == ["ооо"]


def slow_edits(one: str, other: str) -> int:
    """Optimal string alignment by its recursive definition."""
    memo: dict[tuple[int, int], int] = {}

    def at(i: int, j: int) -> int:
        if min(i, j) == 0:
            return max(i, j)
        if (i, j) not in memo:
            costs = [at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (one[i - 1] != other[j - 1])]
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                costs.append(at(i - 2, j - 2) + 1)
            memo[i, j] = min(costs)
        return memo[i, j]

    return at(len(one), len(other))


@given(WORDS, WORDS, st.integers(0, 3))
def test_edits_are_counted_as_defined(one: str, other: str, most: int) -> None:
    assert edits(one, other, most) == min(slow_edits(one, other), most + 1)


@given(WORDS, WORDS)
def test_whatever_is_like_passes_the_cheap_look_first(wanted: str, word: str) -> None:
    if likeness(wanted, word):
        assert near_pattern(wanted).search(f"x\n{word}\ny")


def test_digits_have_no_slips() -> None:
    assert allowed_edits("q-2026-0001") == 0
    assert likeness("12345", "12346") == 0
    assert likeness("romaSka", "romSaka") > likeness("romaSka", "rmSaka1") == 0


@pytest.mark.parametrize(("word", "kind"), [("c", "call"), ("V", "visit"), ("ma", "mail"), ("mee", "meeting"), ("зв", "call"),
                                            ("follow-up", "follow_up"), ("f", "follow_up"), ("complaint", "complaint")])  # fmt: skip
def test_first_letters_are_enough(word: str, kind: str) -> None:
    assert kind_of(word, KNOWN) == kind


@pytest.mark.parametrize("word", ["m", "", "xyz", "в"])
def test_a_kind_that_could_be_two_or_none_is_refused(word: str) -> None:
    with pytest.raises(UsageError):
        kind_of(word, KNOWN)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("now", NOW),
        ("14:30", dt.datetime(2026, 11, 20, 14, 30)),
        ("yesterday", dt.datetime(2026, 11, 19, 15)),
        ("Вчера 9:05", dt.datetime(2026, 11, 19, 9, 5)),
        ("-2h", dt.datetime(2026, 11, 20, 13)),
        ("-90m", dt.datetime(2026, 11, 20, 13, 30)),
        ("-3d", dt.datetime(2026, 11, 17, 15)),
        ("2026-11-20 14:30", dt.datetime(2026, 11, 20, 14, 30)),
        ("2026-11-20T14:30:00", dt.datetime(2026, 11, 20, 14, 30)),
        ("19.11.2026 14:30", dt.datetime(2026, 11, 19, 14, 30)),
        ("2026-11-01", dt.datetime(2026, 11, 1)),
        ("today", NOW),
    ],
)
def test_moments_as_typed(text: str, moment: dt.datetime) -> None:
    assert moment_of(text, NOW) == moment


@pytest.mark.parametrize(
    "text",
    ["15:01", "tomorrow", "2026-11-21", "1969-12-31", "25:00", "-99999w", "31.02.2026", "", "2026-13-01 10:00", "-h"],
)
def test_moments_to_come_or_none_are_refused(text: str) -> None:
    with pytest.raises(UsageError):
        moment_of(text, NOW)


@given(st.text(max_size=20))
def test_any_text_is_a_moment_that_has_been_or_a_sentence(text: str) -> None:
    with suppress(UsageError):
        assert dt.datetime(1970, 1, 1) <= moment_of(text, NOW) <= NOW


def test_doubts_are_told_of_what_cannot_be_right() -> None:
    assert doubts(email="a@b.example", phone="+7 (495) 000-00-00", tax_id="7707083893") == []
    assert len(doubts(email="a@b", phone="123", tax_id="7707083894")) == 3
    assert doubts(tax_id="7707083893/770701001") == []
    assert phone_digits("8 (495) 123-45-67") == phone_digits("+7 495 1234567") == "4951234567"


@given(st.text())
def test_what_is_carried_on_a_card_comes_back(text: str) -> None:
    told = escaped(text)
    assert "\n" not in told
    assert unescaped(told) == text


def test_columns_and_properties_are_one_to_one() -> None:
    assert property_of("tax_id") == "X-CRMCLI-TAX-ID"
    assert column_of("x-crmcli-tax-id") == "tax_id"
    assert column_of("TEL") is None


def test_a_random_slip_is_within_reach() -> None:
    numbers = random.Random(5)
    for _round in range(200):
        word = "".join(numbers.choice("abcdefghik") for _letter in range(numbers.randint(6, 10)))
        place = numbers.randrange(len(word))
        slipped = numbers.choice(
            [
                word[:place] + word[place + 1 :],
                word[:place] + "z" + word[place:],
                word[:place] + "z" + word[place + 1 :],
            ]
        )
        assert likeness(slipped, word) > 0, (word, slipped)
