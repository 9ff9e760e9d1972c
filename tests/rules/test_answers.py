"""Answers: ranked by words, told apart, filled in, marked, compared and written to files."""

from __future__ import annotations

import math
import random
import string
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmcli.errors import UsageError
from crmcli.rules.answers.differences import word_changes
from crmcli.rules.answers.exchange import (
    Entry,
    read_csv,
    read_markdown,
    read_toml,
    written_csv,
    written_markdown,
    written_toml,
)
from crmcli.rules.answers.filling import fill_in, unknown_names
from crmcli.rules.answers.likeness import Questions
from crmcli.rules.answers.numbering import next_no, normal_no
from crmcli.rules.answers.ranking import FIELD_WEIGHTS, Index
from crmcli.rules.answers.snippets import marked, snippet
from crmcli.rules.answers.texts import kept_language, kept_question, kept_tags, kept_text, likely_language
from crmcli.rules.answers.words import akin, stemmer, units
from tests.rules.answer_base import BASE

INDEX = Index([answer[:3] for answer in BASE])
HOSTILE = st.text(
    st.one_of(st.characters(), st.sampled_from("\"'*()-+^:{}[]<>=@|;, \n\t\x00\x1b\u202eёЁй№%_")), max_size=60
)


def first(text: str) -> str | None:
    hits = INDEX.search(text)
    return BASE[hits[0].place][0] if hits else None


def test_the_right_answer_comes_first_for_other_forms_of_the_words() -> None:
    asked = [(query, question) for question, _tags, _text, queries in BASE for query in queries]
    right = sum(first(query) == question for query, question in asked)
    among = sum(question in [BASE[hit.place][0] for hit in INDEX.search(query)[:3]] for query, question in asked)
    assert len(asked) >= 100
    assert right / len(asked) >= 0.95, "98 % when this was written; 88 % with the same stem alone"
    assert among / len(asked) >= 0.97


@pytest.mark.parametrize(
    ("query", "question"),
    [
        ("ГАРАНТИЯ НА ИНСТРУМЕНТ", "Какая гарантия на инструмент?"),
        ("счёт", "Как оплатить счёт?"),
        ("счет", "Как оплатить счёт?"),
        ("ufhfynbz yf bycnhevtyn", "Какая гарантия на инструмент?"),
        ("цфккфтен", "How long is the warranty?"),
        ("pasword", "How do I reset my password?"),
        ("зарантия инструмента", "Какая гарантия на инструмент?"),
        ("ab12-5 запчасть spare", "Do you have spare parts for AB-12/5?"),
        ("AB125", "Do you have spare parts for AB-12/5?"),
        ("pump насос НП-40 установить", "Как установить насос НП-40?"),
    ],
)
def test_case_letters_layouts_slips_and_numbers(query: str, question: str) -> None:
    assert first(query) == question


def test_a_word_in_the_question_weighs_more_than_in_tags_and_those_more_than_in_the_text() -> None:
    index = Index([("x one", "y two", "z cable"), ("x one", "y cable", "z two"), ("x cable", "y one", "z two")])
    assert [hit.place for hit in index.search("cables")] == [2, 1, 0]


def test_scores_are_those_of_the_formula() -> None:
    documents = [("red lamp", "light", "a lamp and a lamp"), ("red cable", "wire", "of copper"), ("rope", "", "strong")]
    hits = {hit.place: hit for hit in Index(documents).search("lamps red")}
    expected = dict.fromkeys(range(3), 0.0)
    for word in ("lamp", "red"):
        have = [place for place, fields in enumerate(documents) if word in " ".join(fields).split()]
        rare = math.log(1 + (3 - len(have) + 0.5) / (len(have) + 0.5))
        for place in have:
            frequency = 0.0
            for number, weight in enumerate(FIELD_WEIGHTS):
                mean = sum(len(fields[number].split()) for fields in documents) / 3
                length = len(documents[place][number].split())
                times = Counter(documents[place][number].split())[word]
                frequency += weight * times / (1 - 0.6 + 0.6 * length / mean)
            expected[place] += rare * frequency / (1.2 + frequency)
    assert {place: pytest.approx(score * hits[place].match) for place, score in expected.items() if score} == {
        place: hit.score for place, hit in hits.items()
    }
    assert hits[0].match == pytest.approx(1.0)
    assert hits[1].match < 0.5, "the rarer word is missing"


def test_words_that_tell_nothing_count_only_alone() -> None:
    assert first("как вы это") is not None
    assert {hit.place for hit in INDEX.search("the password")} == {hit.place for hit in INDEX.search("password")}


@settings(max_examples=150, deadline=None)
@given(HOSTILE)
def test_any_query_is_only_words(text: str) -> None:
    hits = INDEX.search(text)
    assert all(0 < hit.match <= 1 and 0 <= hit.covered <= 1 and hit.score > 0 for hit in hits)
    assert hits == sorted(hits, key=lambda hit: (-hit.score, hit.place))
    for hit in hits[:2]:
        assert marked(text, hit.words).replace("*", "") == " ".join(text.split()).replace("*", "")


def test_nothing_is_found_in_nothing() -> None:
    assert Index([]).search("warranty") == []
    assert INDEX.search("") == INDEX.search("%%% ***") == INDEX.search("xyzzyplugh") == []


def test_sets_of_akin_words_are_found_by_any_of_them() -> None:
    stem = stemmer()
    kin = akin(stem)
    assert stem("paid") in kin[stem("payment")]
    assert stem("вернули") in kin[stem("возвраты")]
    assert all(one in group for one, group in kin.items())


def test_words_have_parts() -> None:
    (unit,) = units("АБ-12/5")
    assert (unit.parts, unit.joined) == (("аб", "12", "5"), "аб125")
    assert [unit.joined for unit in units("the customer's Ёлка, e-mail_x")] == ["the", "customer", "елка", "email", "x"]
    assert units("и\u0306")[0].joined == "й"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("How do I return an item?", "how can i return items", True),
        ("How long is the warranty?", "How long is the warrenty", True),
        ("Как вернуть товар?", "Можно ли вернуть товары", True),
        ("Как оплатить счёт?", "Как оплатить счет", True),
        ("Сколько стоит доставка?", "Когда доставка?", False),
        ("When is delivery to Moscow?", "When is delivery to Tver?", False),
        ("When do you deliver?", "Where do you deliver?", False),
        ("How to import orders?", "How to export orders?", False),
        ("Как включить прибор?", "Как выключить прибор?", False),
        ("How to install it?", "How to uninstall it?", False),
        ("Warranty on A12?", "Warranty on A13?", False),
        ("Can I return goods with a receipt?", "Can I return goods without a receipt?", False),
    ],
)
def test_questions_that_are_one(one: str, other: str, same: bool) -> None:
    known = Questions(["Something else", one])
    assert (known.same(other) == 1) is same


def test_the_base_has_every_question_once() -> None:
    known = Questions([])
    for question, *_rest in BASE:
        assert known.same(question) is None, question
        known.add(question)
    assert [known.same(question) for question, *_rest in BASE] == list(range(len(BASE)))


def test_only_known_names_are_filled_in_and_once() -> None:
    values = {"customer": "{ticket} {0.__class__} %s\n\x1b", "ticket": "T-1", "order": None, "agent": "Ann"}
    filled = fill_in(
        "{customer}, {Ticket} {order} {agent.name} {agent!r} {0} {} {{agent}} {price} {клиент} {agent", values
    )
    assert filled.text.startswith(
        "{ticket} {0.__class__} %s \x1b, T-1 {order} {agent.name} {agent!r} {0} {} {Ann} {price} {ticket}"
    )
    assert filled.missing == ("order",)
    assert filled.unknown == ("price",)
    assert unknown_names("{a} {customer} {a} {заказ}") == ("a",)


@given(HOSTILE, HOSTILE)
def test_filling_in_leaves_everything_else(text: str, value: str) -> None:
    assert fill_in(text, {}).text == text
    plain = text.replace("{", "")
    assert fill_in(plain + "{agent}", {"agent": "Ann"}).text == plain + "Ann"
    told = " ".join(value.split())
    assert fill_in("{agent}", {"agent": value}).text == (told or "{agent}")


def test_the_best_place_is_shown_and_marked() -> None:
    text = "Long beginning without it. " * 10 + "The lamp glows; a lamp never lies. " + "End of it all. " * 20
    shown = snippet(text, {"lamp", "glows"})
    assert "*lamp* *glows*; a *lamp*" in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown) < 130
    assert snippet("short\n text", {"lamp"}) == "short text"
    assert snippet("x" * 500, {"lamp"}).startswith("x" * 100)


def test_changes_are_told_word_by_word() -> None:
    (one,) = word_changes("Bring it back within 14 days please, with the receipt", "Bring it back within 30 days please, with the receipt")  # fmt: skip
    assert (one.before, one.after) == (
        "… it back within *14* days please, with …",
        "… it back within *30* days please, with …",
    )
    assert word_changes("same", "same") == []
    (end,) = word_changes("a", "a\nb")
    assert (end.before, end.after) == ("a", "a *¶ b*")


@pytest.mark.parametrize("word", ["12", "a12", "A-12", "а-0012", " A-0012 ", "A 12"])
def test_numbers_as_typed(word: str) -> None:
    assert normal_no(word) == "A-0012"


def test_numbers_are_never_given_twice() -> None:
    assert next_no([]) == "A-0001"
    assert next_no(["A-0003", "A-10000", "X-5", "A-7"]) == "A-10001"
    assert [normal_no(word) for word in ("", "B-1", "1.5", "A-", "١٢", "9" * 12)] == [None] * 6


def test_texts_are_kept_plain() -> None:
    assert kept_question("  How\r\n long?\t") == "How long?"
    assert kept_text("\n\n a \r\nb  \n\n") == " a\nb"
    assert kept_tags(["B, a;b", "и\u0306"]) == "b, a, й"
    assert (kept_language(" RU "), kept_language("")) == ("ru", None)
    assert (likely_language("Как вернуть товар и чек?"), likely_language("How is it?"), likely_language("X12")) == ("ru", "en", None)  # fmt: skip
    for wrong in ("", "  ", "\x1b[31m", "x" * 301, "\ud800"):
        with pytest.raises(UsageError):
            kept_question(wrong)
    for wrong in ("", "\n \n", "a\x00b"):
        with pytest.raises(UsageError):
            kept_text(wrong)
    with pytest.raises(UsageError):
        kept_language("english")


def _entries() -> list[Entry]:
    tricky = ["=1+1", "'=1", "+7 495", "-5", "@x", "\t=1", '"', '""" \\', 'x"', "\\", "# heading\n\n---\nanswer: A-9\n---\n# x", "a,b;c",
              "<script>", "[red]", "{customer} {x}", "line\n\n\n  indented\n* list", "'quoted'", "''=", '"""', "#", "'''"]  # fmt: skip
    chance = random.Random(7)
    for _n in range(60):
        text = "".join(
            chance.choices(string.printable.replace("\x0b", "").replace("\x0c", "") + "ёйЯ№«»", k=30)
        ).strip()
        tricky += [text or "x"]
    return [
        Entry("", f"A-{place:04d}", kept_question(text), kept_text(text), ("ru", None)[place % 2], ("a", "b c")[: place % 3], place % 4 > 0)
        for place, text in enumerate(tricky, 1)
        if text.strip()
    ]  # fmt: skip


def _plain(entries: list[Entry]) -> list[tuple[object, ...]]:
    return [(one.answer_no, one.question, kept_text(one.text), one.language, one.tags, one.approved) for one in entries]


def test_files_are_read_back_as_they_were_written() -> None:
    entries = _entries()
    assert _plain(read_csv(written_csv(entries), "x")) == _plain(entries)
    assert _plain(read_toml(written_toml(entries), "x")) == _plain(entries)
    assert _plain([read_markdown(written_markdown(one), "x") for one in entries]) == _plain(entries)


def test_no_cell_of_a_csv_is_a_formula() -> None:
    import csv
    import io

    for row in csv.reader(io.StringIO(written_csv(_entries()))):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in row)


def test_files_of_people() -> None:
    (one,) = read_csv("\ufeffВопрос;Теги;Текст\r\nКак?;а, б;Так\r\n;;\r\n", "x")
    assert (one.question, one.tags, one.text, one.answer_no, one.approved) == ("Как?", ("а", "б"), "Так", None, True)
    bare = read_markdown("# How?\r\n\r\nSo.\r\n", "x.md")
    assert (bare.question, bare.text.strip(), bare.tags) == ("How?", "So.", ())
    assert read_markdown("no heading", "x.md").question == ""
    assert read_csv("question,text\n", "x") == []


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", 'question,text\n"x,1\n', "question\nx\n"])
def test_a_csv_that_cannot_be_read(text: str) -> None:
    with pytest.raises(UsageError):
        read_csv(text, "x.csv")


@pytest.mark.parametrize("text", ["x", "answer = 1", "[answer]\nquestion='a'", "[[answer]]\nquestion = 1", "[[answer]]\nqestion = 'a'",
                                  "[[answer]]\ntags = [1]", "[[other]]\na=1", "[" * 5000])  # fmt: skip
def test_a_toml_that_cannot_be_read(text: str) -> None:
    with pytest.raises(UsageError):
        read_toml(text, "x.toml")


@settings(max_examples=100, deadline=None)
@given(HOSTILE)
def test_any_file_is_read_or_refused(text: str) -> None:
    read_markdown(text, "x")
    for read in (read_csv, read_toml):
        try:
            read(text, "x")
        except UsageError:
            continue
