"""Key accounts in the store: versions of the rule, picks by hand, and stays that never overlap."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmcli.errors import ConflictError, NotFoundError
from crmcli.store.check import checks
from crmcli.store.connection import open_to_write, rows, transaction
from crmcli.store.journal import begin, finish
from crmcli.store.keys.picks import Pick, end_pick, picks_of, write_pick
from crmcli.store.keys.rules import rule_in_force, rule_versions, write_rule
from crmcli.store.keys.stays import Entry, Stay, changes, keep_selection, last_change
from crmcli.store.migrate import migrate
from crmcli.store.undo import undo
from tests.store.made import NOW, contents

if TYPE_CHECKING:
    from crmcli.store.journal import Writer

FIRST = dt.date(2026, 1, 1)
_FAR = 40


@cache
def migrated() -> duckdb.DuckDBPyConnection:
    """A store in memory with all its tables, those of history too."""
    con = duckdb.connect(":memory:")
    migrate(con, now=NOW)
    return con


@contextmanager
def taken_back() -> Iterator[duckdb.DuckDBPyConnection]:
    """The store in a transaction that is not kept."""
    con = migrated()
    con.execute("BEGIN")
    try:
        yield con
    finally:
        con.execute("ROLLBACK")


def day(number: int) -> dt.date:
    return FIRST + dt.timedelta(days=number)


def test_every_text_is_a_version_and_the_same_text_is_none() -> None:
    with taken_back() as con:
        writer = begin(con)
        assert write_rule(writer, "a", written_on=day(0), note="first")[1]
        assert not write_rule(writer, "a", written_on=day(3), note="again")[1]
        assert write_rule(writer, "b", written_on=day(5), note=None)[1]
        assert write_rule(writer, "a", written_on=day(5), note=None)[1]
        assert [(one.version, one.rule) for one in rule_versions(con)] == [(1, "a"), (2, "b"), (3, "a")]
        assert [rule_in_force(con, day(number)).version for number in (0, 4, 5, 9)] == [1, 1, 3, 3]
        with pytest.raises(NotFoundError, match="the first is of 2026-01-01"):
            rule_in_force(con, day(-1))
        with pytest.raises(ConflictError, match="version 3 is in force from 2026-01-06"):
            write_rule(writer, "c", written_on=day(4), note=None)


def test_without_a_rule_it_is_said_how_to_begin() -> None:
    with taken_back() as con, pytest.raises(NotFoundError, match="no rule for key accounts yet") as caught:
        rule_in_force(con, FIRST)
    assert "rule example" in (caught.value.hint or "")


PICKS = st.lists(
    st.tuples(st.sampled_from(["in", "out", "rule"]), st.integers(0, 9), st.none() | st.integers(0, 5)), max_size=6
)


@settings(max_examples=25, deadline=None)
@given(typed=PICKS)
def test_picks_of_a_customer_never_overlap_and_the_last_typed_counts(typed: list[tuple[str, int, int | None]]) -> None:
    with taken_back() as con:
        writer = begin(con)
        wanted: dict[int, tuple[int, str]] = {}  # day → which pick, and its side
        for serial, (side, start, length) in enumerate(typed):
            last = _FAR if length is None else start + length
            if side == "rule":
                if picks_of(con, 7):
                    end_pick(writer, 7, day(start))
                wanted = {number: one for number, one in wanted.items() if number < start}
                continue
            begun = {one for number, (one, _side) in wanted.items() if number == start}
            rest = {number: one for number, one in wanted.items() if number < start or one[0] not in begun}
            pick = Pick(7, side, day(start), None if length is None else day(last), "why")
            if any(start < number <= last for number in rest):
                with pytest.raises(ConflictError, match="picked"):
                    write_pick(writer, pick)
                continue
            write_pick(writer, pick)
            wanted = rest | dict.fromkeys(range(start, last + 1), (serial, side))
        held = [(number, one.side) for one in picks_of(con, 7).values() for number in _days(one.from_on, one.to_on)]
        assert sorted(held) == sorted((number, side) for number, (_serial, side) in wanted.items())


def _days(start: dt.date, last: dt.date | None) -> range:
    return range((start - FIRST).days, (_FAR if last is None else (last - FIRST).days) + 1)


def test_nobody_is_left_to_the_rule_who_was_not_picked() -> None:
    with taken_back() as con, pytest.raises(NotFoundError, match="not picked by hand"):
        end_pick(begin(con), 7, FIRST)


SELECTIONS = st.lists(st.tuples(st.integers(0, 6), st.sets(st.integers(1, 4))), max_size=8)


def entries(members: set[int], version: int = 1) -> dict[int, Entry]:
    return {customer: Entry(version, Decimal(customer), "enough") for customer in members}


def members_on(stays: dict[int, Stay], number: int) -> set[int]:
    on = day(number)
    found = [
        one.customer_id for one in stays.values() if one.entered_on <= on and (one.left_on is None or one.left_on > on)
    ]
    assert len(found) == len(set(found)), "in twice at once"
    return set(found)


def selected(stays: dict[int, Stay], members: set[int], leaving: dict[int, str], number: int) -> bool:
    """A selection kept in a dictionary, as the writer keeps it in the store; whether anything changed."""
    on = day(number)
    around = {
        key: one for key, one in stays.items() if one.entered_on <= on and (one.left_on is None or one.left_on >= on)
    }
    found = changes(around, entries(members), leaving, as_of=on)
    for key in found.gone:
        del stays[key]
    stays |= found.changed
    stays |= dict(enumerate(found.new, max(stays, default=0) + 1))
    return bool(found)


@given(made=SELECTIONS.map(lambda made: sorted(made, key=lambda one: one[0])))
def test_every_day_has_the_members_of_the_last_selection_by_then(made: list[tuple[int, set[int]]]) -> None:
    stays: dict[int, Stay] = {}
    kept: dict[int, set[int]] = {}
    for number, members in made:
        leaving = dict.fromkeys(members_on(stays, number - 1) - members, "too little")
        selected(stays, members, leaving, number)
        kept[number] = members
        assert not selected(stays, members, leaving, number), "the same again changes nothing"
    for number in range(8):
        assert members_on(stays, number) == next((kept[d] for d in range(number, -1, -1) if d in kept), set())
    assert all(one.left_on is None or one.entered_on < one.left_on for one in stays.values()), "in for no day at all"
    assert all((one.left_on is None) == (one.left_reason is None) for one in stays.values())


def test_a_selection_before_the_last_change_is_refused_unless_it_changes_nothing() -> None:
    with taken_back() as con:
        writer = begin(con)
        assert keep_selection(writer, entries({1}), {}, as_of=day(2))
        assert keep_selection(writer, entries({1, 2}), {}, as_of=day(5))
        assert last_change(con) == day(5)
        assert not keep_selection(writer, entries({1}), {}, as_of=day(3))
        for members, leaving in (({1, 2}, {}), (set(), {1: "too little"})):
            with pytest.raises(ConflictError, match="would contradict"):
                keep_selection(writer, entries(members), leaving, as_of=day(3))
        assert keep_selection(writer, entries({2}), {1: "too little"}, as_of=day(6))
        stays = rows(con, "SELECT customer_id, entered_on, left_on FROM key_accounts ORDER BY 1")
        assert stays == [(1, day(2), day(6)), (2, day(5), None)]


def test_a_second_selection_of_a_day_takes_the_first_over() -> None:
    old = Stay(1, day(0), day(3), 1, Decimal(50), "enough", "too little")
    new = Stay(2, day(3), None, 1, Decimal(60), "enough")
    found = changes({11: old, 12: new}, entries({1, 2}, version=2), {}, as_of=day(3))
    assert (found.new, found.gone) == ([], [])
    assert found.changed[11] == Stay(1, day(0), None, 1, Decimal(50), "enough"), "never left"
    assert found.changed[12] == Stay(2, day(3), None, 2, Decimal(2), "enough"), "came in by the newer rule"
    assert changes({12: new}, {}, {}, as_of=day(3)).gone == [12], "was never in"


def test_everything_is_one_step_that_can_be_taken_back(empty: Path) -> None:
    def write(writer: Writer, number: int) -> Any:
        return (
            lambda: write_rule(writer, "a", written_on=day(0), note=None),
            lambda: write_pick(writer, Pick(1, "in", day(0), None, "why")),
            lambda: keep_selection(writer, entries({1, 2}), {}, as_of=day(1)),
            lambda: end_pick(writer, 1, day(2)),
            lambda: keep_selection(writer, entries({2, 3}), {1: "too little"}, as_of=day(3)),
            lambda: keep_selection(writer, entries({1}), {2: "less"}, as_of=day(3)),
            lambda: end_pick(writer, 1, day(0)),
        )[number]()

    with open_to_write(empty, wait=0) as con:
        con.execute(
            "INSERT INTO contacts (id, code, name, added_in, changed_in) SELECT n, 'C' || n, 'Firm', 0, 0 "
            "FROM generate_series(1, 3) AS s (n)"
        )
        before = [contents(con)]
        for number in range(7):
            with transaction(con):
                writer = begin(con)
                write(writer, number)
                finish(writer, now=NOW, kind="keyaccount", command="c")
            before.append(contents(con))
            assert before[-1] != before[-2], number
        for wanted in reversed(before[:-1]):
            with transaction(con):
                undo(con, None, now=NOW)
            assert contents(con) == wanted


@pytest.mark.parametrize(
    "break_it",
    [
        "UPDATE key_accounts SET entered_on = DATE '2026-01-04' WHERE entered_on = DATE '2026-01-06'",
        "UPDATE key_accounts SET left_on = entered_on WHERE left_on IS NOT NULL",
        "UPDATE key_picks SET to_on = NULL",
    ],
)
def test_what_overlaps_is_found(break_it: str) -> None:
    with taken_back() as con:
        con.execute("INSERT INTO contacts (id, code, name, added_in, changed_in) VALUES (1, 'C1', 'Firm', 0, 0)")
        writer = begin(con)
        for number, members in ((0, {1}), (4, set[int]()), (5, {1})):
            keep_selection(writer, entries(members), {} if members else {1: "too little"}, as_of=day(number))
        write_pick(writer, Pick(1, "in", day(0), day(2), "why"))
        write_pick(writer, Pick(1, "out", day(3), None, "why"))
        (sql,) = [one.sql for one in checks() if one.name == "key_account_stays"]
        assert rows(con, sql) == []
        con.execute(break_it)
        assert [what for (what,) in rows(con, sql) if "C1" in what]
