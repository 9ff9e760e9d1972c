"""Plans in the store: made, done, moved, closed, and all of it taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from crmcli.errors import ConflictError, NotFoundError, UsageError
from crmcli.metrics.catalogue import install
from crmcli.rules.plans.cadence import Cadence, Touch, lay_out
from crmcli.rules.plans.goals import Goal
from crmcli.store.connection import open_to_write, transaction
from crmcli.store.journal import Writer, begin, finish
from crmcli.store.plans.identity import store_identity
from crmcli.store.plans.making import Made, NewPlan, add_steps, close_plan, make_plan
from crmcli.store.plans.rows import find_plan, find_steps, live_plan, plans_of
from crmcli.store.plans.steps import Doing, do_steps, move_step, skip_steps
from crmcli.store.undo import undo
from tests.store.made import contents, make

if TYPE_CHECKING:
    import duckdb

TODAY = dt.date(2026, 7, 1)
NOW = dt.datetime(2026, 7, 1, 9, 0)
END = dt.date(2026, 12, 31)
CADENCE = Cadence("call", 30, Decimal(15), "needs")


@pytest.fixture
def con(store: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_to_write(store, wait=5) as opened:
        yield opened


def step(con: duckdb.DuckDBPyConnection, do: Callable[[Writer], Any]) -> Any:
    with transaction(con):
        writer = begin(con)
        done = do(writer)
        finish(writer, now=NOW, kind="plan", command="plan")
    return done


def new(customer_id: int = 1, from_on: dt.date = TODAY, to_on: dt.date = END, **more: Any) -> NewPlan:
    touches = lay_out([CADENCE], (), from_on=from_on, to_on=to_on)
    goals = (Goal("revenue", Decimal(500)), Goal("revenue", Decimal(200), from_on))
    return NewPlan(customer_id, "proactive", from_on, to_on, goals, (CADENCE,), touches, **more)


def made(con: duckdb.DuckDBPyConnection, plan: NewPlan | None = None, **more: Any) -> Made:
    found = step(con, lambda writer: make_plan(writer, plan or new(), today=TODAY, **more))
    assert isinstance(found, Made)
    return found


def states(con: duckdb.DuckDBPyConnection, as_of: dt.date) -> list[tuple[Any, ...]]:
    sql = 'SELECT step_no, due_on, "state", done_on FROM plan_steps_on($day) ORDER BY plan_id, step_no'
    install(con, sql)
    return con.execute(sql, {"day": as_of}).fetchall()


def done(con: duckdb.DuckDBPyConnection, *names: str, on: dt.date = TODAY, **more: Any) -> None:
    doing = Doing(on, dt.datetime.combine(on, dt.time()), **more)
    step(con, lambda writer: do_steps(writer, find_steps(con, names), doing))


def moved(
    con: duckdb.DuckDBPyConnection, name: str, due_on: dt.date, *, on: dt.date = TODAY, follow: bool = False
) -> Any:
    (one,) = find_steps(con, [name])
    return step(con, lambda writer: move_step(writer, one, due_on, on=on, until=END, follow=follow))


def test_everything_that_is_done_can_be_taken_back(con: duckdb.DuckDBPyConnection) -> None:
    seen = [contents(con)]

    def noted() -> None:
        seen.append(contents(con))

    plan = made(con)
    noted()
    done(con, f"{plan.plan_no}/1", f"{plan.plan_no}/2", outcome="asked for price", minutes=Decimal(7))
    noted()
    step(con, lambda writer: skip_steps(writer, find_steps(con, [f"{plan.plan_no}/3"]), on=TODAY, reason="holiday"))
    noted()
    moved(con, f"{plan.plan_no}/4", dt.date(2026, 11, 2), follow=True)
    noted()
    later = [Touch(dt.date(2026, 12, 10), "visit", "catalogue")]
    step(con, lambda writer: add_steps(writer, find_plan(con, plan.plan_no), later, today=TODAY))
    noted()
    step(con, lambda writer: close_plan(writer, find_plan(con, plan.plan_no), on=TODAY, reason="sold"))
    seen.reverse()
    assert all(before != after for before, after in pairwise(seen))
    for before in seen:
        with transaction(con):
            assert undo(con, None, now=NOW).kept == []
        assert contents(con) == before
    assert contents(con)["account_plans"] == []


def test_what_does_it_is_a_contact_of_the_same_moment(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("UPDATE contacts SET manager_id = 7 WHERE id = 1")
    plan = made(con)
    done(con, f"{plan.plan_no}/1", outcome="yes")
    done(con, f"{plan.plan_no}/2", minutes=Decimal(0), manager_id=9)
    done(con, f"{plan.plan_no}/3", contact=False)
    found = con.execute(
        'SELECT s.step_no, s.manager_id, i.customer_id, i."at", i.channel, i.direction, i.kind, i.subject, i.minutes, i.outcome, '
        "i.manager_id FROM plan_steps AS s LEFT JOIN interactions AS i ON i.id = s.interaction_id "
        "WHERE s.done_on IS NOT NULL ORDER BY 1"
    ).fetchall()
    at = dt.datetime.combine(TODAY, dt.time())
    assert found == [
        (1, 7, 1, at, "phone", "out", "call", "needs", Decimal(15), "yes", 7),
        (2, 9, 1, at, "phone", "out", "call", "needs", Decimal(0), None, 9),
        (3, 7, *[None] * 9),
    ]


def test_nothing_is_done_twice_or_behind_a_closed_door(con: duckdb.DuckDBPyConnection) -> None:
    plan = made(con)
    one = f"{plan.plan_no}/1"
    done(con, one)
    before = contents(con)
    for again in (
        lambda: done(con, f"{plan.plan_no}/2", one),
        lambda: moved(con, one, END),
        lambda: step(con, lambda writer: skip_steps(writer, find_steps(con, [one]), on=TODAY, reason="x")),
    ):
        with pytest.raises(ConflictError):
            again()
    with pytest.raises(ConflictError):
        moved(con, f"{plan.plan_no}/2", find_steps(con, [f"{plan.plan_no}/2"])[0].due_on)
    with pytest.raises(UsageError):
        step(con, lambda writer: skip_steps(writer, find_steps(con, [f"{plan.plan_no}/2"]), on=TODAY, reason="  "))
    assert contents(con) == before
    step(con, lambda writer: close_plan(writer, find_plan(con, plan.plan_no), on=TODAY))
    for late in (
        lambda: done(con, f"{plan.plan_no}/2"),
        lambda: step(con, lambda writer: close_plan(writer, find_plan(con, plan.plan_no), on=TODAY)),
        lambda: step(
            con, lambda writer: add_steps(writer, find_plan(con, plan.plan_no), [Touch(END, "call")], today=TODAY)
        ),
    ):
        with pytest.raises(ConflictError):
            late()


def test_one_plan_a_day(con: duckdb.DuckDBPyConnection) -> None:
    first = made(con)
    with pytest.raises(ConflictError) as refused:
        made(con, new(from_on=END))
    assert first.plan_no in refused.value.message
    assert "--replace" in (refused.value.hint or "")
    made(con, new(customer_id=2))
    following = made(con, new(from_on=END + dt.timedelta(1), to_on=END + dt.timedelta(90)))
    middle = dt.date(2026, 9, 1)
    second = made(con, new(from_on=middle), replace=True)
    assert second.replaced == first.plan_no
    assert find_plan(con, first.plan_no).closed_on == middle
    found = [live_plan(con, 1, day) for day in (TODAY, middle - dt.timedelta(1), middle, END, END + dt.timedelta(1))]
    assert [one.plan_no if one else None for one in found] == [
        first.plan_no, first.plan_no, second.plan_no, second.plan_no, following.plan_no,
    ]  # fmt: skip
    days = [TODAY + dt.timedelta(n) for n in range(0, 300, 7)]
    assert all(sum(plan.lives_on(day) for plan in plans_of(con, 1)) <= 1 for day in days)


def test_numbers_are_never_used_again(con: duckdb.DuckDBPyConnection) -> None:
    assert made(con).plan_no == "P-2026-0001"
    with transaction(con):
        undo(con, None, now=NOW)
    assert made(con).plan_no == "P-2026-0002"
    assert made(con, new(customer_id=2)).plan_no == "P-2026-0003"
    assert find_plan(con, " p-2026-0003 ").customer_id == 2


@pytest.mark.parametrize("word", ["P-2026-0001", "P-2026-0001/", "P-2026-0001/x", "/1", "", "P-2026-0001/1/2", "П/1"])
def test_words_that_are_no_step(con: duckdb.DuckDBPyConnection, word: str) -> None:
    made(con)
    with pytest.raises((UsageError, NotFoundError)):
        find_steps(con, [word])


def test_a_goal_twice_or_a_step_outside_is_refused(con: duckdb.DuckDBPyConnection) -> None:
    goal = Goal("revenue", Decimal(5))
    for plan in (
        NewPlan(1, "basic", TODAY, END, (goal, goal)),
        NewPlan(1, "basic", TODAY, END, (Goal("revenue", Decimal(5), END + dt.timedelta(1)),)),
        NewPlan(1, "basic", END, TODAY),
    ):
        with pytest.raises(UsageError):
            made(con, plan)
    found = find_plan(con, made(con).plan_no)
    with pytest.raises(UsageError):
        step(con, lambda writer: add_steps(writer, found, [Touch(END + dt.timedelta(1), "call")], today=TODAY))


def test_later_steps_of_the_channel_follow(con: duckdb.DuckDBPyConnection) -> None:
    plan = made(con)
    visit = Touch(dt.date(2026, 9, 9), "visit")
    step(con, lambda writer: add_steps(writer, find_plan(con, plan.plan_no), [visit], today=TODAY))
    before = {number: day for number, day, *_rest in states(con, TODAY)}
    done(con, f"{plan.plan_no}/3")
    moved(con, f"{plan.plan_no}/2", before[2] + dt.timedelta(14), follow=True)
    after = {number: (day, state) for number, day, state, _done in states(con, TODAY)}
    assert after[1] == (before[1], "due")
    assert after[3] == (before[3], "done")
    assert after[max(before)] == (visit.due_on, "due")
    for number in (4, 5):
        assert 14 <= (after[number][0] - before[number]).days <= 16
        assert after[number][0].weekday() < 5
    # what has no room left is skipped, and says why
    assert after[6] == (before[6], "skipped")
    (outcome,) = con.execute("SELECT outcome FROM plan_steps WHERE step_no = 6").fetchall()[0]
    assert f"{plan.plan_no}/2" in outcome


def test_the_past_stays_as_it_was_known(con: duckdb.DuckDBPyConnection) -> None:
    plan = made(con)
    (first, *_more) = [day for _number, day, *_rest in states(con, TODAY)]
    moved(con, f"{plan.plan_no}/1", dt.date(2026, 9, 1), on=dt.date(2026, 8, 10))
    moved(con, f"{plan.plan_no}/1", dt.date(2026, 10, 1), on=dt.date(2026, 8, 20))
    done(con, f"{plan.plan_no}/1", on=dt.date(2026, 10, 5))
    step(
        con,
        lambda writer: skip_steps(writer, find_steps(con, [f"{plan.plan_no}/2"]), on=dt.date(2026, 10, 7), reason="x"),
    )
    step(con, lambda writer: close_plan(writer, find_plan(con, plan.plan_no), on=dt.date(2026, 11, 1)))

    def told(day: dt.date) -> list[tuple[Any, ...]]:
        return [(due, state, done_on) for _number, due, state, done_on in states(con, day)[:2]]

    assert states(con, TODAY - dt.timedelta(1)) == []
    assert told(TODAY)[0] == (first, "due", None)
    assert told(first)[0] == (first, "due", None)
    assert told(dt.date(2026, 8, 9))[0] == (first, "late", None)
    assert told(dt.date(2026, 8, 10))[0] == (dt.date(2026, 9, 1), "due", None)
    assert told(dt.date(2026, 8, 20))[0] == (dt.date(2026, 10, 1), "due", None)
    assert told(dt.date(2026, 10, 4))[0] == (dt.date(2026, 10, 1), "late", None)
    assert told(dt.date(2026, 10, 5))[0] == (dt.date(2026, 10, 1), "done", dt.date(2026, 10, 5))
    assert [state for _due, state, _done in told(dt.date(2026, 10, 6))] == ["done", "late"]
    assert [state for _due, state, _done in told(dt.date(2026, 10, 7))] == ["done", "skipped"]
    assert {state for _n, _due, state, _done in states(con, dt.date(2026, 11, 1))} == {"done", "skipped", "dropped"}
    live = "SELECT count(*) FROM live_plans_on($day)"
    install(con, live)
    days = (TODAY - dt.timedelta(1), TODAY, dt.date(2026, 10, 31), dt.date(2026, 11, 1), END)
    assert [con.execute(live, {"day": day}).fetchall()[0][0] for day in days] == [0, 1, 1, 0, 0]


def test_a_plan_typed_in_late_lived_all_the_same(con: duckdb.DuckDBPyConnection) -> None:
    begin_on = dt.date(2026, 1, 1)
    made(con, new(from_on=begin_on))
    assert len(states(con, begin_on)) == len(states(con, END)) > 8
    made(con, new(customer_id=2, from_on=dt.date(2026, 9, 1)))
    assert len(states(con, TODAY)) > len(states(con, TODAY - dt.timedelta(1)))


def test_stores_differ_and_stay_themselves(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    own = store_identity(con)
    made(con)
    assert store_identity(con) == own
    with open_to_write(make(tmp_path / "other.duckdb"), wait=5) as other:
        assert store_identity(other) != own


def test_a_plan_in_use_is_not_undone_in_part(con: duckdb.DuckDBPyConnection) -> None:
    made(con)
    (number,) = con.execute("SELECT max(step) FROM meta.steps").fetchall()[0]
    done(con, "P-2026-0001/2")
    before = contents(con)
    with transaction(con):
        undone = undo(con, number, now=NOW)
    assert {one.table for one in undone.kept} == {"account_plans", "plan_goals", "plan_cadences", "plan_steps"}
    assert contents(con) == before


def test_a_move_taken_back_behind_another_change_is_gone(con: duckdb.DuckDBPyConnection) -> None:
    made(con)
    (first, *_more) = [due_on for _number, due_on, *_rest in states(con, TODAY)]
    moved(con, "P-2026-0001/1", dt.date(2026, 9, 1))
    (number,) = con.execute("SELECT max(step) FROM meta.steps").fetchall()[0]
    moved(con, "P-2026-0001/1", dt.date(2026, 10, 1))
    with transaction(con):
        undo(con, number, now=NOW)
    assert states(con, TODAY)[0][1] == find_steps(con, ["P-2026-0001/1"])[0].due_on == dt.date(2026, 10, 1)
    with transaction(con):
        undo(con, None, now=NOW)
    assert states(con, TODAY)[0][1] == find_steps(con, ["P-2026-0001/1"])[0].due_on == first


def test_a_plan_that_ends_later_is_still_worked_on(con: duckdb.DuckDBPyConnection) -> None:
    made(con)
    made(con, new(from_on=dt.date(2026, 11, 1), to_on=dt.date(2027, 3, 1)), replace=True)
    done(con, "P-2026-0001/1")
    plan = find_plan(con, "P-2026-0001")
    assert plan.last_on == dt.date(2026, 10, 31)
    step(con, lambda writer: add_steps(writer, plan, [Touch(plan.last_on, "visit")], today=TODAY))
    with pytest.raises(UsageError):
        step(con, lambda writer: add_steps(writer, plan, [Touch(dt.date(2026, 11, 1), "visit")], today=TODAY))
    step(con, lambda writer: close_plan(writer, plan, on=dt.date(2026, 8, 1)))
    with pytest.raises(ConflictError):
        done(con, "P-2026-0001/2", on=dt.date(2026, 8, 1))
    done(con, "P-2026-0001/2", on=dt.date(2026, 7, 31))
