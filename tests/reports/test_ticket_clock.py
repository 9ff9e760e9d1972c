"""The clock of promises in SQL: against a walk minute by minute over random calendars, and case by case."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Any
from unittest.mock import patch

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from crmcli.errors import ConflictError
from crmcli.metrics import catalogue
from crmcli.reports.service import clock
from crmcli.reports.service.clock import prepare_clock
from crmcli.rules.sla.calendars import Calendar
from tests.reports.small_store import empty_store, insert
from tests.rules.clock_cases import SPAN, Case, cases, moments, worked_windows
from tests.rules.walked_clock import Walk

ALWAYS = dt.date(2000, 1, 1)
COLUMNS = (
    "ticket_no", "response_minutes", "resolution_minutes", "response_due_at", "resolution_due_at", "response_left_minutes",
    "resolution_left_minutes", "response_kept", "resolution_kept", "paused_minutes",
)  # fmt: skip


@cache
def shared() -> duckdb.DuckDBPyConnection:
    """One store for all random cases: the macros are made once."""
    return empty_store()


def emptied() -> duckdb.DuckDBPyConnection:
    """That store with nothing in it."""
    for table in ("tickets", "ticket_events", "calendars", "calendar_hours", "calendar_days", "sla_policies"):
        shared().execute(f"DELETE FROM {table}")
    return shared()


def ask(
    con: duckdb.DuckDBPyConnection, at: dt.datetime, macro: str = "ticket_clock", *, is_ready: bool = False
) -> dict[str, dict[str, Any]]:
    """The clock of every ticket at a moment, by ticket."""
    if not is_ready:
        prepare_clock(con, at, only_open=macro == "open_ticket_clock")
    catalogue.install(con, f"{macro}(")
    cursor = con.execute(f"FROM {macro}($1::TIMESTAMP)", [at])
    names = [column[0] for column in cursor.description or ()]
    return {row[names.index("ticket_no")]: dict(zip(names, row, strict=True)) for row in cursor.fetchall()}


def keep(con: duckdb.DuckDBPyConnection, calendar: Calendar, number: int = 1) -> None:
    """A calendar into the store."""
    insert(con, "calendars", {"id": number, "name": calendar.name, "zone": calendar.zone, "country": calendar.country})
    hours = [
        {"id": 0, "calendar_id": number, "from_on": week.from_on, "weekday": day, "from_minute": a, "to_minute": b}
        for week in calendar.weeks
        for day, windows in week.hours.items()
        for a, b in windows
    ]
    days = [
        {"id": 0, "calendar_id": number, "day": day, "from_minute": a, "to_minute": b, "note": None}
        for day, own in calendar.days.items()
        for a, b in (own.windows or ((None, None),))
    ]
    insert(con, "calendar_hours", *hours)
    insert(con, "calendar_days", *days)


@dataclass(frozen=True)
class Thread:
    """A ticket: when it was opened, first answered, settled, and when it waited for the customer."""

    opened: dt.datetime
    replied: dt.datetime | None
    pauses: list[tuple[dt.datetime, dt.datetime]]
    goes_on: bool
    resolved: dt.datetime | None


@st.composite
def threads(draw: st.DrawFn, first: dt.date, at: dt.datetime) -> Thread:
    marks = sorted(draw(st.lists(moments(first).filter(lambda m: m < at), min_size=1, max_size=7, unique=True)))
    opened, *rest = marks
    resolved = rest.pop() if rest and draw(st.booleans()) else None
    replied = rest.pop(2 * draw(st.integers(0, (len(rest) - 1) // 2))) if rest and draw(st.booleans()) else None
    goes_on = len(rest) % 2 == 1
    ends = [*rest, resolved or at] if goes_on else rest
    if goes_on and replied is not None and replied > rest[-1]:
        return Thread(opened, None, list(zip(ends[::2], ends[1::2], strict=True)), goes_on, resolved)
    return Thread(opened, replied, list(zip(ends[::2], ends[1::2], strict=True)), goes_on, resolved)


def write(con: duckdb.DuckDBPyConnection, number: int, thread: Thread) -> None:
    """A ticket with its thread into the store."""
    insert(con, "tickets", {"id": number, "ticket_no": f"T{number}", "opened_at": thread.opened, "first_response_at": thread.replied,
                            "resolved_at": thread.resolved})  # fmt: skip
    happened = [(thread.opened, "opened")] + ([(thread.replied, "reply")] if thread.replied else [])
    for start, end in thread.pauses:
        happened += [(start, "waiting"), (end, "message")]
    if thread.goes_on:
        happened.pop()
    happened += [(thread.resolved, "resolved")] if thread.resolved else []
    rows = [
        {"id": 100 * number + place, "ticket_id": number, "event_no": place, "at": at, "kind": kind}
        for place, (at, kind) in enumerate(sorted(happened, key=lambda one: one[0]), 1)
    ]
    insert(con, "ticket_events", *rows)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(cases(), st.data())
def test_the_clock_in_sql_is_that_of_a_walk_minute_by_minute(case: Case, data: st.DataObject) -> None:
    at = dt.datetime.combine(case.first, dt.time(data.draw(st.integers(0, 23)), 30)) + dt.timedelta(days=SPAN - 2)
    made = data.draw(st.lists(threads(case.first, at), min_size=1, max_size=4))
    walk = Walk(case.calendar.zone, worked_windows(case, SPAN + 1), case.first, case.first + dt.timedelta(days=SPAN))
    end = dt.datetime.combine(case.first, dt.time()) + dt.timedelta(days=SPAN)
    reach = min(walk.worked(one.opened, end, one.pauses) for one in made)
    assume(reach > 0)
    response, resolution = (data.draw(st.integers(1, reach)) for _side in range(2))
    con = emptied()
    keep(con, case.calendar)
    insert(con, "sla_policies", {"id": 1, "policy_no": 1, "response_minutes": response, "resolution_minutes": resolution,
                                 "calendar_id": 1, "from_on": ALWAYS})  # fmt: skip
    for number, thread in enumerate(made, 1):
        write(con, number, thread)
    with patch.object(clock, "holidays_of", lambda *_args: case.holidays):
        told, still = ask(con, at), ask(con, at, "open_ticket_clock", is_ready=True)
    for number, one in enumerate(made, 1):
        answered = None if one.replied is None else walk.worked(one.opened, one.replied, one.pauses)
        used = walk.worked(one.opened, one.resolved or at, one.pauses)
        is_open = one.resolved is None
        wanted = (
            f"T{number}",
            answered,
            None if is_open else used,
            walk.deadline(
                one.opened, response, [pause for pause in one.pauses if not one.replied or pause[0] < one.replied]
            ),
            walk.deadline(one.opened, resolution, one.pauses),
            response - used if is_open and answered is None else None,
            resolution - used if is_open else None,
            answered <= response if answered is not None else False if is_open and used > response else None,
            used <= resolution if not is_open else False if used > resolution else None,
            walk.worked(one.opened, one.resolved or at, []) - used,
        )
        assert tuple(told[f"T{number}"][name] for name in COLUMNS) == wanted
        if is_open:
            left = ("response_left_minutes", "resolution_left_minutes", "response_due_at", "resolution_due_at")
            assert [still[f"T{number}"][name] for name in left] == [told[f"T{number}"][name] for name in left]
        assert (f"T{number}" in still) is is_open


def ordinary(**policy: Any) -> duckdb.DuckDBPyConnection:
    """A store with Monday to Friday, 9 to 18, and one policy for all: an hour, and two days of nine hours."""
    con = empty_store()
    week = dict.fromkeys(range(1, 6), ((540, 1080),))
    keep(con, Calendar("main", (clock.Week(ALWAYS, week),)))
    insert(con, "sla_policies", {"id": 1, "policy_no": 1, "response_minutes": 60, "resolution_minutes": 1080, "calendar_id": 1,
                                 "from_on": ALWAYS, "priority": None, "customer_class": None, "kind": None, "to_on": None, **policy})  # fmt: skip
    return con


def ticket(con: duckdb.DuckDBPyConnection, number: int, opened: str, **more: Any) -> None:
    moment = dt.datetime.fromisoformat(opened)
    insert(con, "tickets", {"id": number, "ticket_no": f"T{number}", "opened_at": moment, **more})


AT = dt.datetime(2026, 6, 10, 12)  # a Wednesday


def test_a_holiday_set_by_hand_and_other_hours_date_open_tickets_anew() -> None:
    con = ordinary()
    ticket(con, 1, "2026-06-10 11:00")
    assert ask(con, AT)["T1"]["resolution_due_at"] == dt.datetime(2026, 6, 12, 11)
    insert(
        con,
        "calendar_days",
        {"id": 1, "calendar_id": 1, "day": dt.date(2026, 6, 11), "from_minute": None, "to_minute": None},
    )
    assert ask(con, AT)["T1"]["resolution_due_at"] == dt.datetime(2026, 6, 15, 11)
    con.execute("UPDATE calendar_hours SET to_minute = 720")
    assert ask(con, AT)["T1"]["resolution_due_at"] == dt.datetime(2026, 6, 19, 11)
    con.execute("UPDATE calendars SET country = 'RU'")  # Friday 12 June is Russia Day
    assert ask(con, AT)["T1"]["resolution_due_at"] == dt.datetime(2026, 6, 22, 11)


def test_the_time_between_settled_and_opened_again_is_not_ours() -> None:
    con = ordinary()
    ticket(con, 1, "2026-06-01 09:00")
    day = dt.datetime(2026, 6, 1, 9)
    happened = [(0, "opened"), (1, "reply"), (2, "resolved"), (26, "message"), (26, "reopened")]
    insert(con, "ticket_events", *[
        {"id": n, "ticket_id": 1, "event_no": n, "at": day + dt.timedelta(hours=hour), "kind": kind}
        for n, (hour, kind) in enumerate(happened, 1)
    ])  # fmt: skip
    one = ask(con, dt.datetime(2026, 6, 2, 14))["T1"]
    assert (one["paused_minutes"], one["resolution_left_minutes"]) == (540, 1080 - 120 - 180)
    assert one["resolution_due_at"] == dt.datetime(2026, 6, 3, 18)


def test_as_of_a_moment_nothing_later_is_known() -> None:
    con = ordinary()
    ticket(
        con, 1, "2026-06-10 11:00", first_response_at=dt.datetime(2026, 6, 10, 13), resolved_at=dt.datetime(2026, 6, 11)
    )
    ticket(con, 2, "2026-06-10 12:30", first_response_at=None, resolved_at=None)
    told = ask(con, AT)
    assert list(told) == ["T1"]
    assert (told["T1"]["is_open"], told["T1"]["response_minutes"], told["T1"]["response_left_minutes"]) == (
        True,
        None,
        0,
    )
    assert ask(con, dt.datetime(2026, 6, 12))["T1"]["response_kept"] is False


def test_of_policies_the_one_that_names_most_holds_and_only_for_tickets_of_its_days() -> None:
    con = ordinary()
    more = {"response_minutes": 30, "resolution_minutes": None, "calendar_id": 1}
    insert(con, "sla_policies",
           {"id": 2, "policy_no": 2, "priority": "high", "kind": None, "customer_class": None, "from_on": ALWAYS, "to_on": None, **more},
           {"id": 3, "policy_no": 3, "priority": "high", "kind": "claim", "customer_class": "KEY", "from_on": dt.date(2026, 6, 9),
            "to_on": dt.date(2026, 6, 10), **more})  # fmt: skip
    sides = {"priority": "High", "kind": "claim", "customer_class": "key"}
    ticket(con, 1, "2026-06-09 10:00", **sides)
    ticket(con, 2, "2026-06-10 10:00", **sides)
    ticket(con, 3, "2026-06-09 10:00", priority=None, kind="claim", customer_class="key")
    ticket(con, 4, "2026-06-09 10:00", priority="high", kind="claim", customer_class=None)
    told = ask(con, AT)
    assert [told[f"T{number}"]["policy_no"] for number in range(1, 5)] == [3, 2, 1, 2]


def test_a_ticket_without_a_class_of_its_own_takes_that_of_its_customer_on_the_day() -> None:
    con = ordinary(customer_class="key")
    insert(con, "contacts", {"id": 1, "code": "C1", "name": "First"}, {"id": 2, "code": "C2", "name": "Second"})
    insert(
        con, "key_accounts", {"id": 1, "customer_id": 1, "entered_on": dt.date(2026, 6, 1), "entry_reason": "by hand"}
    )
    ticket(con, 1, "2026-06-09 10:00", customer_id=1)
    ticket(con, 2, "2026-06-09 10:00", customer_id=2)
    told = ask(con, AT)
    assert [(told[name]["customer_class"], told[name]["policy_no"]) for name in ("T1", "T2")] == [
        ("key", 1),
        (None, None),
    ]


def test_without_any_calendar_minutes_go_by_the_hours_of_the_setting_and_nothing_is_promised(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CRMCLI_SCORECARD_HOURS", "8-12")
    con = empty_store()
    ticket(con, 1, "2026-06-05 11:00", first_response_at=dt.datetime(2026, 6, 8, 9))
    one = ask(con, AT)["T1"]
    assert (one["response_minutes"], one["policy_no"], one["response_due_at"], one["resolution_left_minutes"]) == (
        120,
        None,
        None,
        None,
    )


def test_a_calendar_without_hours_is_refused() -> None:
    con = ordinary()
    con.execute("DELETE FROM calendar_hours")
    ticket(con, 1, "2026-06-05 11:00")
    with pytest.raises(ConflictError, match="no working hours"):
        ask(con, AT)


@pytest.mark.parametrize("at", [dt.datetime(1, 1, 1), dt.datetime(9999, 12, 31, 23, 59), AT])
def test_odd_moments_and_dates_are_survived(at: dt.datetime) -> None:
    con = ordinary()
    ticket(con, 1, "0001-01-01 00:00")
    ticket(con, 2, "9999-12-31 23:59")
    assert len(ask(con, at)) >= 1


def thread_of(con: duckdb.DuckDBPyConnection, *happened: tuple[str, str]) -> None:
    """The events of the first ticket: moment and kind."""
    rows = [
        {"id": n, "ticket_id": 1, "event_no": n, "at": dt.datetime.fromisoformat(at), "kind": kind}
        for n, (at, kind) in enumerate(happened, 1)
    ]
    insert(con, "ticket_events", *rows)


def test_a_wait_after_the_answer_moves_the_solution_and_leaves_the_answer_where_it_was_due() -> None:
    con = ordinary(response_minutes=240)
    ticket(con, 1, "2026-06-08 10:00")
    thread_of(con, ("2026-06-08 10:00", "opened"), ("2026-06-08 11:00", "reply"), ("2026-06-08 12:00", "waiting"))
    one = ask(con, AT)["T1"]
    assert (one["response_due_at"], one["response_kept"]) == (dt.datetime(2026, 6, 8, 14), True)
    assert one["resolution_due_at"] == dt.datetime(2026, 6, 12, 10)  # 16 of 18 hours are left on Wednesday at noon


def test_what_is_dated_before_it_was_opened_took_nobody_knows_how_long() -> None:
    con = ordinary()
    early = {"first_response_at": dt.datetime(2026, 6, 5, 9), "resolved_at": dt.datetime(2026, 6, 5, 10)}
    ticket(con, 1, "2026-06-08 10:00", **early)
    ticket(con, 2, "2026-06-08 10:00", first_response_at=early["first_response_at"], resolved_at=None)
    told = ask(con, AT)
    names = ("response_minutes", "resolution_minutes", "response_kept", "resolution_kept")
    assert [told["T1"][name] for name in names] == [None] * 4
    assert [told["T2"][name] for name in names] == [None, None, None, False]


def test_a_thread_that_was_settled_before_it_began_never_counts_below_nothing() -> None:
    con = ordinary()
    ticket(con, 1, "2026-06-08 10:00", first_response_at=dt.datetime(2026, 6, 8, 12))
    thread_of(
        con, ("2026-06-08 10:00", "opened"), ("2026-06-05 10:00", "closed"), ("2026-06-08 12:00", "reply"),
        ("2026-06-09 10:00", "reopened"),
    )  # fmt: skip
    one = ask(con, AT)["T1"]
    assert (one["response_minutes"], one["paused_minutes"]) == (0, 540)
