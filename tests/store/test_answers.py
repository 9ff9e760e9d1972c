"""Answers in the store: versions in force by moments, near questions refused, bases taken in and taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest

from crmcli.errors import ConflictError, NotFoundError, UsageError
from crmcli.rules.answers.exchange import Entry
from crmcli.store.answers.importing import take_in
from crmcli.store.answers.rows import (
    Question,
    answer_in_force,
    answers_in_force,
    find_question,
    latest_answers,
    versions_of,
)
from crmcli.store.answers.uses import note_use
from crmcli.store.answers.writing import Said, Writing, add_answer, approve, edit_answer, retire
from crmcli.store.check import check
from crmcli.store.connection import open_to_write, transaction
from crmcli.store.journal import Writer, begin, finish
from crmcli.store.undo import undo
from tests.store.made import contents

if TYPE_CHECKING:
    import duckdb

T = TypeVar("T")
JUNE, JULY, AUGUST = (dt.datetime(2026, month, 1, 9, 0) for month in (6, 7, 8))
NOW = dt.datetime(2026, 9, 1, 9, 0)


@pytest.fixture
def con(store: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_to_write(store, wait=5) as opened:
        yield opened


def step(con: duckdb.DuckDBPyConnection, do: Callable[[Writer], T]) -> T:
    with transaction(con):
        writer = begin(con)
        done = do(writer)
        finish(writer, now=NOW, kind="answer", command="answer")
    return done


def add(con: duckdb.DuckDBPyConnection, question: str, at: dt.datetime = JUNE, *, approved: bool = True, text: str = "Text",
        anyway: bool = False) -> Question:  # fmt: skip
    return step(
        con, lambda writer: add_answer(writer, Said(question, text), Writing(at, None, approved), anyway=anyway)
    )


def reword(
    con: duckdb.DuckDBPyConnection, old: Question, text: str, at: dt.datetime, *, approved: bool = False
) -> None:
    step(con, lambda writer: edit_answer(writer, old, Said(text=text), Writing(at, None, approved)))


def test_the_version_in_force_is_the_latest_approved_by_then(con: duckdb.DuckDBPyConnection) -> None:
    one = add(con, "How long is the warranty?", JUNE, text="two years")
    reword(con, one, "three years", JULY)
    assert answer_in_force(con, "a1", NOW).text == "two years", "a draft is not given"
    step(con, lambda writer: approve(writer, one, Writing(AUGUST)))
    assert [answer_in_force(con, "1", at).text for at in (JUNE, JULY, AUGUST)] == [
        "two years",
        "two years",
        "three years",
    ]
    assert [answer.version for answer in answers_in_force(con, NOW)] == [2]
    assert [version.text for version in versions_of(con, one.id, JUNE)] == ["two years"]
    with pytest.raises(NotFoundError):
        answer_in_force(con, "1", JUNE - dt.timedelta(days=1))


def test_what_is_not_approved_is_not_given(con: duckdb.DuckDBPyConnection) -> None:
    one = add(con, "How?", approved=False)
    assert answers_in_force(con, NOW) == []
    assert [answer.answer_no for answer in latest_answers(con, NOW)] == ["A-0001"]
    with pytest.raises(ConflictError, match="not approved"):
        answer_in_force(con, one.answer_no, NOW)
    with pytest.raises(ConflictError, match="later"):
        step(con, lambda writer: approve(writer, one, Writing(JUNE - dt.timedelta(1))))
    step(con, lambda writer: approve(writer, one, Writing(JULY)))
    with pytest.raises(ConflictError, match="was approved"):
        step(con, lambda writer: approve(writer, one, Writing(JULY)))
    with pytest.raises(NotFoundError):
        step(con, lambda writer: approve(writer, one, Writing(JULY), version=7))


def test_an_older_version_does_not_come_back_by_approval(con: duckdb.DuckDBPyConnection) -> None:
    one = add(con, "How?", text="a")
    reword(con, one, "b", JULY)
    reword(con, one, "c", AUGUST, approved=True)
    with pytest.raises(ConflictError, match="newer"):
        step(con, lambda writer: approve(writer, one, Writing(NOW), version=2))
    with pytest.raises(ConflictError, match="later"):
        reword(con, one, "d", JULY)
    assert [(version.version, version.approved_at) for version in versions_of(con, one.id)] == [
        (1, JUNE),
        (2, None),
        (3, AUGUST),
    ]


def test_the_same_text_is_no_new_version(con: duckdb.DuckDBPyConnection) -> None:
    one = add(con, "How?", approved=False, text="a\nb")
    reword(con, one, "\na \r\nb\n\n", JULY)
    assert len(versions_of(con, one.id)) == 1
    reword(con, one, "a\nb", JULY, approved=True)
    assert answer_in_force(con, "1", NOW).approved_at == JULY


def test_nearly_the_same_question_is_refused_unless_told(con: duckdb.DuckDBPyConnection) -> None:
    add(con, "How do I return an item?")
    with pytest.raises(ConflictError, match="A-0001") as refused:
        add(con, "how can I return items")
    assert "--anyway" in str(refused.value.hint)
    assert add(con, "how can I return items", anyway=True).answer_no == "A-0002"
    other = add(con, "Where is my invoice?")
    with pytest.raises(ConflictError, match="A-0001"):
        step(con, lambda writer: edit_answer(writer, other, Said("How do I return an item"), Writing(JULY)))
    step(con, lambda writer: edit_answer(writer, other, Said("WHERE is my invoice?", tags=["B, a"]), Writing(JULY)))
    found = find_question(con, "where is my  invoice?")
    assert (found.question, found.tags) == ("WHERE is my invoice?", "b, a")


def test_retired_answers_are_out_of_the_way(con: duckdb.DuckDBPyConnection) -> None:
    one = add(con, "How do I return an item?")
    with pytest.raises(UsageError):
        step(con, lambda writer: retire(writer, one, on=JULY.date(), reason=" "))
    with pytest.raises(ConflictError):
        step(con, lambda writer: retire(writer, one, on=dt.date(2026, 5, 1), reason="old"))
    step(con, lambda writer: retire(writer, one, on=AUGUST.date(), reason="no more sold"))
    assert answer_in_force(con, "1", JULY).version == 1
    with pytest.raises(ConflictError, match="no more sold"):
        answer_in_force(con, "1", AUGUST)
    assert answers_in_force(con, AUGUST) == []
    one = find_question(con, "1")
    for change in (
        lambda writer: edit_answer(writer, one, Said(text="x"), Writing(NOW)),
        lambda writer: approve(writer, one, Writing(NOW)),
        lambda writer: retire(writer, one, on=NOW.date(), reason="again"),
    ):
        with pytest.raises(ConflictError, match="retired"):
            step(con, change)
    assert add(con, "How do I return an item?", NOW).answer_no == "A-0002"
    assert find_question(con, "how do i return an item?").answer_no == "A-0002"


def test_uses_are_kept_and_each_step_is_taken_back(con: duckdb.DuckDBPyConnection, store: Path) -> None:
    before = contents(con)
    one = add(con, "How?")
    reword(con, one, "other", JULY, approved=True)
    step(con, lambda writer: note_use(writer, one.id, 2, AUGUST, None, None))
    step(con, lambda writer: retire(writer, one, on=NOW.date(), reason="old"))
    assert con.execute("SELECT answer_id, version, used_at FROM answer_uses").fetchall() == [(one.id, 2, AUGUST)]
    assert check(con) == []
    for _step in range(4):
        with transaction(con):
            undo(con, None, now=NOW)
    assert contents(con) == before
    assert add(con, "How?").answer_no == "A-0002", "a number taken back stays taken"


def entry(
    question: str, text: str, number: str | None = None, *, approved: bool = True, tags: tuple[str, ...] = ()
) -> Entry:
    return Entry("here", number, question, text, None, tags, approved)


def taken(
    con: duckdb.DuckDBPyConnection, *entries: Entry, at: dt.datetime = NOW, approved: bool = True
) -> list[tuple[str | None, str]]:
    found = step(con, lambda writer: take_in(writer, entries, Writing(at, None, approved)))
    return [(one.answer_no, one.result) for one in found]


def test_a_base_is_taken_in_by_question_and_number(con: duckdb.DuckDBPyConnection) -> None:
    add(con, "How long is the warranty?", text="two years")
    add(con, "Where is my invoice?", text="in the mail")
    assert taken(
        con,
        entry("How long is the warranty?", "two years"),
        entry("Where is your latest invoice?", "in the mail", "A-0002"),
        entry("Do you ship abroad?", "yes", "A-0002"),
        entry("Do you ship abroad?", "yes", "A-0009"),
        entry("Do you ship abroad?", "no"),
        entry("do you ship it abroad", "no"),
        entry("When are you open?", "always", approved=False),
        entry("", "nothing asked"),
        entry("Why?", ""),
    ) == [
        ("A-0001", "same"), ("A-0002", "changed"), ("A-0002", "refused"), ("A-0009", "added"), (None, "refused"),
        (None, "refused"), ("A-0003", "added"), (None, "refused"), (None, "refused"),
    ]  # fmt: skip
    assert [one.answer_no for one in answers_in_force(con, NOW)] == ["A-0001", "A-0002", "A-0009"]
    assert {one.answer_no: one.question for one in answers_in_force(con, NOW)}["A-0009"] == "Do you ship abroad?"


def test_a_base_taken_in_again_changes_nothing(con: duckdb.DuckDBPyConnection) -> None:
    files = [entry("How long is the warranty?", "two years", tags=("a",)), entry("Where is my invoice?", "in the mail")]
    assert taken(con, *files, at=JUNE, approved=False) == [("A-0001", "added"), ("A-0002", "added")]
    assert answers_in_force(con, NOW) == []
    assert taken(con, *files) == [("A-0001", "approved"), ("A-0002", "approved")]
    before = contents(con)
    assert taken(con, *files) == [("A-0001", "same"), ("A-0002", "same")]
    assert contents(con) == before
    assert taken(con, entry("How long is the warranty?", "three years", tags=("a",))) == [("A-0001", "reworded")]
    assert [answer_in_force(con, "1", at).text for at in (NOW,)] == ["three years"]
    with transaction(con):
        undo(con, None, now=NOW)
    assert answer_in_force(con, "1", NOW).text == "two years"
    before_all = JUNE - dt.timedelta(1)
    assert taken(con, entry("How long is the warranty?", "four years"), at=before_all) == [(None, "refused")]


def test_hundreds_of_answers_are_taken_in_at_once(con: duckdb.DuckDBPyConnection) -> None:
    files = [entry(f"Question about subject{number} word{number * 7}?", f"text {number}") for number in range(200)]
    assert {result for _number, result in taken(con, *files)} == {"added"}
    assert [one.answer_no for one in answers_in_force(con, NOW)][-1] == "A-0200"
    assert con.execute("SELECT count(*) FROM meta.steps WHERE kind = 'answer'").fetchall() == [(1,)]
