"""How deals stood on a day: against a slow reading of the same facts, and against what walks through moves left behind."""

from __future__ import annotations

import datetime as dt
import itertools
from functools import cache
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmcli.metrics.catalogue import install
from crmcli.reports.deals.standing import standing
from crmcli.rules.deals.stages import HOLD, LOST, OPEN, WON, Stage
from crmcli.store.deals.moving import (
    Move,
    NewDeal,
    add_deal,
    hold_deal,
    lose_deal,
    move_deal,
    resume_deal,
    win_deal,
)
from crmcli.store.deals.rows import find_deal
from crmcli.store.deals.stages import set_stages
from crmcli.store.journal import begin, finish
from crmcli.store.migrate import migrate
from crmcli.store.undo import undo
from tests.reports.small_store import empty_store, insert

START = dt.date(2025, 1, 1)
STAGES = (
    Stage("New", 1), Stage("Offer", 2), Stage("Bargain", 3), Stage("Won", 4, WON), Stage("Lost", 5, LOST),
)  # fmt: skip


def day(number: int) -> dt.date:
    return START + dt.timedelta(number)


def deals(con: duckdb.DuckDBPyConnection, as_of: dt.date) -> dict[str, tuple[Any, ...]]:
    install(con, "deals_on(")
    sql = "SELECT opportunity_no, stage, outcome, closed_on, days_in_stage FROM deals_on($1) ORDER BY 1"
    return {row[0]: row[1:] for row in con.execute(sql, [as_of]).fetchall()}


def imported(**facts: Any) -> dict[str, Any]:
    row = {"stage": None, "status": None, "opened_on": START, "closed_on": None}
    return {**row, **facts}


@pytest.mark.parametrize(
    ("facts", "as_of", "outcome", "closed"),
    [
        ({"status": "won", "closed_on": day(9)}, 9, WON, 9),
        ({"status": "won", "closed_on": day(9)}, 8, OPEN, None),
        ({"status": "Выиграна", "closed_on": day(9)}, 9, WON, 9),
        ({"status": "On hold"}, 9, HOLD, None),
        ({"stage": "Closed-Lost", "closed_on": day(9)}, 9, LOST, 9),
        ({"stage": "closed won"}, 9, WON, None),
        ({"stage": "Проиграна", "closed_on": day(9)}, 8, OPEN, None),
        ({"stage": "Signed"}, 9, WON, None),
        ({"stage": "  sIGNED "}, 9, WON, None),
        ({"stage": "Signed", "status": "lost"}, 9, LOST, None),
        ({"stage": "Engaging"}, 9, OPEN, None),
        ({"stage": "Engaging", "closed_on": day(9)}, 9, None, 9),
        ({"closed_on": day(9)}, 20, None, 9),
        ({"closed_on": day(9)}, 8, OPEN, None),
        ({"status": "open", "closed_on": day(9)}, 20, OPEN, None),
        ({"status": "some word of theirs", "stage": "Lost", "closed_on": day(3)}, 20, LOST, 3),
        ({}, 0, OPEN, None),
    ],
)
def test_an_outcome_is_read_from_status_then_stage_then_the_words_own(
    facts: dict[str, Any], as_of: int, outcome: str | None, closed: int | None
) -> None:
    con = empty_store()
    insert(con, "deal_stages", {"id": 1, "name": "Signed", "stage_no": 1, "outcome": "won"})
    insert(con, "opportunities", {"id": 1, "opportunity_no": "D", **imported(**facts)})
    found = deals(con, day(as_of))["D"]
    assert found[1:3] == (outcome, None if closed is None else day(closed))


def test_a_deal_is_not_known_before_its_first_day_and_its_stage_not_before_it_was_closed() -> None:
    con = empty_store()
    row = imported(opened_on=day(3), closed_on=day(9), stage="Won")
    insert(con, "opportunities", {"id": 1, "opportunity_no": "D", **row})
    assert deals(con, day(2)) == {}
    assert deals(con, day(5))["D"] == (None, OPEN, None, 2)
    assert deals(con, day(9))["D"] == ("Won", WON, day(9), None)


STEPS = st.lists(
    st.tuples(st.integers(0, 4), st.sampled_from(["move", "win", "lose", "hold", "resume", "undo"]), st.integers(0, 2)),
    max_size=8,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS, has_entry=st.booleans())
def test_any_walk_is_told_day_by_day_as_a_slow_replay_tells_it(
    steps: list[tuple[int, str, int]], has_entry: bool
) -> None:
    con = staged_store()
    con.execute("BEGIN")
    try:
        walk(con, steps, has_entry=has_entry)
    finally:
        con.execute("ROLLBACK")


@cache
def staged_store() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(":memory:")
    migrate(con, now=dt.datetime(2025, 1, 1))
    insert(con, "contacts", {"id": 1, "code": "A", "name": "Firm A"})
    set_stages(begin(con), STAGES)
    install(con, "deals_on(")
    return con


def walk(con: duckdb.DuckDBPyConnection, steps: list[tuple[int, str, int]], *, has_entry: bool) -> None:
    writer = begin(con)
    if has_entry:
        _id, number = add_deal(writer, NewDeal(1, "x", "New", START))
    else:
        number = "D-1"
        insert(con, "opportunities", {"id": 1, "opportunity_no": number, **imported(opened_on=START, stage="New")})
    finish(writer, now=dt.datetime(2025, 1, 1), kind="deal", command="add")
    history: list[tuple[int, str, str]] = [(0, "New", OPEN)]  # day, stage, outcome from then on
    today, done = 0, 0
    for wait, what, place in steps:
        today += wait
        writer = begin(con)
        if what == "undo":
            if done:  # not twice: an undo of an undo would bring the step back
                undo(con, None, now=dt.datetime(2025, 1, 1))
                history.pop()
                done = 0
            continue
        deal, (_since, stage, outcome) = find_deal(con, number), history[-1]
        aim = STAGES[place]
        if what == "move" and outcome in (OPEN, HOLD) and aim.name != stage:
            move_deal(writer, deal, Move(aim.name, OPEN, day(today)))
            history.append((today, aim.name, OPEN))
        elif what == "win" and outcome in (OPEN, HOLD):
            win_deal(writer, deal, STAGES[3], day(today), amount=None)
            history.append((today, "Won", WON))
        elif what == "lose" and outcome in (OPEN, HOLD):
            lose_deal(writer, deal, STAGES[4], day(today), reason="price", competitor=None)
            history.append((today, "Lost", LOST))
        elif what == "hold" and outcome == OPEN:
            hold_deal(writer, deal, day(today))
            history.append((today, stage, HOLD))
        elif what == "resume" and outcome != OPEN:
            to = aim.name if outcome in (WON, LOST) else stage
            resume_deal(writer, deal, to, day(today), ended=outcome if outcome in (WON, LOST) else None)
            history.append((today, to, OPEN))
        else:
            continue
        finish(writer, now=dt.datetime(2025, 1, 1), kind="deal", command=what)
        done = 1
    compare(con, number, history, today)
    if has_entry:
        assert deals(con, START - dt.timedelta(1)) == {}


def compare(con: duckdb.DuckDBPyConnection, number: str, history: list[tuple[int, str, str]], today: int) -> None:
    """Every day on which something changed, the day before, and the day after all."""
    turns = {on + shift for on, _stage, _outcome in history for shift in (-1, 0)} | {today + 1}
    for number_of_day in sorted(turns - {-1}):
        _on, stage, outcome = [one for one in history if one[0] <= number_of_day][-1]
        entered = _entered([one for one in history if one[0] <= number_of_day])
        closed = max((on for on, _stage, told in history if on <= number_of_day and told == outcome), default=None)
        found = deals(con, day(number_of_day))[number]
        is_over = outcome in (WON, LOST)
        assert found[:2] == (stage, outcome), (history, number_of_day)
        assert found[2] == (day(closed) if is_over and closed is not None else None), (history, number_of_day)
        if not is_over:
            assert found[3] == number_of_day - entered, (history, number_of_day)


def _entered(history: list[tuple[int, str, str]]) -> int:
    """The day of the last change of stage."""
    entered = history[0][0]
    for before, after in itertools.pairwise(history):
        if before[1] != after[1]:
            entered = after[0]
    return entered


def test_a_deal_lost_before_moves_were_kept_stays_lost_then_when_it_is_opened_again() -> None:
    con = duckdb.connect(":memory:")
    migrate(con, now=dt.datetime(2025, 1, 1))
    row = imported(opened_on=START, closed_on=day(5), stage="Offer", status="lost")
    insert(con, "opportunities", {"id": 1, "opportunity_no": "D", "lost_reason": "price", **row})
    writer = begin(con)
    resume_deal(writer, find_deal(con, "d"), "Offer", day(9), ended=LOST)
    finish(writer, now=dt.datetime(2025, 1, 1), kind="deal", command="resume")
    install(con, "deals_on(")
    told = {
        number: con.execute("SELECT outcome, closed_on, lost_reason FROM deals_on($1)", [day(number)]).fetchall()[0]
        for number in (4, 5, 8, 9)
    }
    assert told == {
        4: (OPEN, None, None),
        5: (LOST, day(5), "price"),
        8: (LOST, day(5), "price"),
        9: (OPEN, None, None),
    }
    found = standing(con, 1, day(9))
    assert found is not None
    assert not found.is_over
