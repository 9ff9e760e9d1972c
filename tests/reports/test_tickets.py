"""Report of tickets: against a slow count, on odd stores, over past days, and what it says of sameness."""

from __future__ import annotations

import datetime as dt
import io
import math
import re
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmcli.errors import UsageError
from crmcli.output.manner import Manner
from crmcli.output.page.write import write_page
from crmcli.output.screen import Screen
from crmcli.output.terminal import write_table
from crmcli.reports import registry
from crmcli.reports.run import run
from crmcli.table import Table
from tests.oracle_desk import tickets as by_hand
from tests.reports.small_store import answer, empty_store, insert

AS_OF = dt.date(2026, 6, 30)
FIRMS, AGENTS = ("A", "B"), ("M1", "M2")
SIDES = ("none", "customer", "agent", "channel", "kind", "priority", "month")
PROMISE = (240, 1_200)
STORE = empty_store()


def ticket(opened: dt.datetime, **more: Any) -> dict[str, Any]:
    """One ticket; answered, resolved and closed are minutes after it was opened."""
    at = {
        name: None if (minutes := more.pop(word, None)) is None else opened + dt.timedelta(minutes=minutes)
        for name, word in (("first_response_at", "answered"), ("resolved_at", "resolved"), ("closed_at", "closed"))
    }
    facts = dict.fromkeys(
        (
            "customer",
            "agent",
            "channel",
            "kind",
            "priority",
            "status",
            "reopened",
            "reassigned",
            "csat",
            "nps",
            "sla_kept",
        )
    )
    return {**facts, "opened_at": opened, **at, **more}


def store_with(
    rows: list[dict[str, Any]], promise: tuple[int, int] | None = None, con: duckdb.DuckDBPyConnection | None = None
) -> duckdb.DuckDBPyConnection:
    """A store of these tickets, in a new database or in one that is emptied first."""
    con = con or empty_store()
    for table in ("contacts", "managers", "tickets", "calendars", "calendar_hours", "sla_policies"):
        con.execute(f"TRUNCATE {table}")
    insert(con, "contacts", *({"id": n, "code": code, "name": f"Firm {code}"} for n, code in enumerate(FIRMS, 1)))
    insert(con, "managers", *({"id": n, "code": code, "name": f"Agent {code}"} for n, code in enumerate(AGENTS, 1)))
    stored = [
        {key: value for key, value in row.items() if key not in ("customer", "agent")}
        | {"id": number, "ticket_no": f"T{number}",
           "customer_id": 1 + FIRMS.index(row["customer"]) if row["customer"] else None,
           "agent_id": 1 + AGENTS.index(row["agent"]) if row["agent"] else None}
        for number, row in enumerate(rows, 1)
    ]  # fmt: skip
    insert(con, "tickets", *stored)
    if promise is not None:
        insert(con, "calendars", {"id": 1, "name": "Desk"})
        week = [{"id": day, "weekday": day, "calendar_id": 1, "from_on": dt.date(2000, 1, 1), "from_minute": 540, "to_minute": 1080}
                for day in range(1, 6)]  # fmt: skip
        insert(con, "calendar_hours", *week)
        insert(con, "sla_policies", {"id": 1, "policy_no": 1, "calendar_id": 1, "from_on": dt.date(2000, 1, 1),
               "response_minutes": promise[0], "resolution_minutes": promise[1]})  # fmt: skip
    return con


def table_of(con: duckdb.DuckDBPyConnection, as_of: dt.date = AS_OF, **options: Any) -> Table:
    return run(registry.find("tickets"), con, as_of=as_of, parameters=options, currency="EUR", beside=True)


def rows_of(table: Table, name: str) -> list[tuple[Any, ...]]:
    return next((small.rows.fetch() for small in table.beside if small.name == f"tickets_{name}"), [])


MINUTES = st.one_of(st.none(), st.integers(0, 30_000))
MOMENTS = st.datetimes(dt.datetime(2025, 5, 1), dt.datetime(2026, 7, 5)).map(
    lambda at: at.replace(second=0, microsecond=0)
)
TICKETS = st.lists(
    st.builds(
        ticket, MOMENTS, answered=MINUTES, resolved=MINUTES, closed=MINUTES, customer=st.sampled_from((*FIRMS, None)),
        agent=st.sampled_from((*AGENTS, None)), channel=st.sampled_from(("phone", " Mail", "mail", "", None)),
        kind=st.sampled_from(("question", None)), priority=st.sampled_from(("high", "low")),
        status=st.sampled_from(("open", "closed", None)), reopened=st.sampled_from((None, 0, 2)),
        reassigned=st.sampled_from((None, 0, 3)), csat=st.sampled_from((None, 1, 3, 4, 5)),
        nps=st.sampled_from((None, 0, 6, 7, 9, 10)), sla_kept=st.sampled_from((None, True, False)),
    ),
    max_size=25,
)  # fmt: skip


@given(TICKETS, st.sampled_from(SIDES), st.booleans(), st.integers(0, 200), st.sampled_from((1, 30, 365)))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_figure_is_the_slow_count(
    rows: list[dict[str, Any]], by: str, promised: bool, back: int, window: int
) -> None:
    promise, as_of = PROMISE if promised else None, AS_OF - dt.timedelta(days=back)
    wanted = by_hand(rows, as_of, by=by, window=window, promise=promise)
    found = answer(store_with(rows, promise, STORE), "tickets", as_of, by=by, window=window, told=False)
    assert {row["group"] for row in found} == set(wanted)
    assert len(found) == len(wanted)
    for row in found:
        own = wanted[row["group"]]
        for name, value in own.items():
            if name.startswith("csat_") and name != "csat_count" and value is not None:
                assert row[name] == pytest.approx(value, abs=1e-4), name  # t is read from a table
            else:
                assert row[name] == (value if value is None else pytest.approx(value, abs=1e-9)), name


def desk(count: int = 60) -> list[dict[str, Any]]:
    """Phone answered in an hour or two, mail five hours later; all rated alike."""
    monday = dt.datetime(2026, 3, 2, 9)
    return [
        ticket(monday + dt.timedelta(days=7 * (n % 12), minutes=n), answered=60 + n + 300 * (n % 2), resolved=480, closed=500,
               channel=("phone", "mail")[n % 2], agent=AGENTS[n // 2 % 2], csat=3 + n // 2 % 3, nps=(10, 7, 2)[n % 3],
               customer=FIRMS[n % 2])
        for n in range(count)
    ]  # fmt: skip


def test_a_difference_that_is_none_of_chance_is_said_and_the_other_direction_too() -> None:
    table = table_of(store_with(desk()))
    assert table.headline is not None
    assert "Mail waits 5.0 hours longer than phone for the first answer" in table.headline
    alike = "Mail and phone are resolved alike: a difference as large would come by chance in 100 of 100 cases."
    assert alike in table.notes
    verdicts = {row[0]: row[-1] for row in rows_of(table, "sameness")}
    assert verdicts == {"first_answer": "differ", "resolution": "alike", "satisfaction": "alike"}
    agents = table_of(store_with(desk()), by="agent")
    assert "M1 Agent M1 and M2 Agent M2 are answered alike" in " ".join(agents.notes)


def test_groups_too_small_are_not_compared() -> None:
    table = table_of(store_with(desk(18)))
    assert {row[-1] for row in rows_of(table, "sameness")} == {"too_few"}
    assert any("at least 10" in note for note in table.notes)
    assert not any("by chance in" in note for note in table.notes)


def test_totals_reconcile_and_are_left_out_where_rows_are() -> None:
    con = store_with([*desk(), ticket(dt.datetime(2026, 6, 29, 10))], PROMISE)
    table = table_of(con, by="channel")
    rows = answer(con, "tickets", AS_OF, by="channel")
    whole = answer(con, "tickets", AS_OF)[0]
    assert [row["group"] for row in rows] == ["mail", "phone", "unknown"]
    for name in ("tickets", "answered", "resolved", "open", "waiting", "csat_count", "response_promised"):
        assert table.totals[name] == sum(row[name] for row in rows) == whole[name]
    assert {name: table.totals[name] for name in ("response_median", "csat", "nps")} == {
        name: whole[name] for name in ("response_median", "csat", "nps")
    }
    some = run(
        registry.find("tickets"), con, as_of=AS_OF, parameters={"by": "channel"}, where=["group=mail"], currency="EUR"
    )
    assert some.totals["tickets"] == 30
    assert some.totals["response_median"] is None


def test_the_backlog_is_every_open_ticket_by_age() -> None:
    ages = (0, 1, 2, 7, 8, 30, 31, 400)
    end = dt.datetime.combine(AS_OF, dt.time(9))
    table = table_of(store_with([ticket(end - dt.timedelta(days=age)) for age in ages], PROMISE))
    assert [row[:3] for row in rows_of(table, "backlog")] == [
        ("up_to_1_day", 2, 0.25), ("2_to_7_days", 2, 0.25), ("8_to_30_days", 2, 0.25), ("over_30_days", 2, 0.25)
    ]  # fmt: skip
    (row,) = table.rows.fetch()
    named = dict(zip((column.name for column in table.columns), row, strict=True))
    assert (named["tickets"], named["open"], named["oldest_days"], named["overdue"]) == (7, 8, 400, 8)


def test_a_wait_for_the_customer_is_no_work_and_is_counted_as_waiting() -> None:
    con = store_with([ticket(dt.datetime(2026, 6, 29, 9), status="open")])
    events = (("opened", 9), ("reply", 10), ("waiting", 10))
    insert(con, "ticket_events", *(
        {"id": n, "ticket_id": 1, "event_no": n, "at": dt.datetime(2026, 6, 29, hour), "kind": kind}
        for n, (kind, hour) in enumerate(events, 1)
    ))  # fmt: skip
    (row,) = answer(con, "tickets", AS_OF)
    assert (row["open"], row["waiting"], row["response_median"]) == (1, 1, 1)
    insert(con, "ticket_events", *(
        {"id": n, "ticket_id": 1, "event_no": n, "at": dt.datetime(2026, 6, day, 12), "kind": kind}
        for n, (kind, day) in enumerate((("message", 30), ("resolved", 30)), 4)
    ))  # fmt: skip
    (row,) = answer(con, "tickets", AS_OF)
    assert (row["open"], row["waiting"], row["resolution_median"]) == (0, 0, 1)
    (before,) = answer(con, "tickets", AS_OF - dt.timedelta(days=1))
    assert (before["open"], before["waiting"], before["resolution_median"]) == (1, 1, None)


@pytest.mark.parametrize(
    ("scores", "scale"),
    [((1, 5), "from 1 to 5"), ((0, 1), "from 0 to 1"), ((2, 9), "from 1 to 10"), ((40, 90), "from 0 to 100")],
)
def test_the_scale_of_ratings_is_told(scores: tuple[int, int], scale: str) -> None:
    rows = [ticket(dt.datetime(2026, 6, 1, 9), resolved=60, csat=Decimal(score)) for score in scores]
    table = table_of(store_with(rows))
    assert any(scale in note for note in table.notes)
    assert any(note.startswith("Thin:") for note in table.notes)


ODD: dict[str, list[dict[str, Any]]] = {
    "nothing": [],
    "one open": [ticket(dt.datetime(2026, 6, 30, 23, 59))],
    "one settled without dates": [ticket(dt.datetime(2026, 6, 1), status="closed", csat=5, nps=10)],
    "all open": [ticket(dt.datetime(2026, 6, 1) + dt.timedelta(days=n)) for n in range(20)],
    "the future": [ticket(dt.datetime(2027, 6, 1))],
    "long ago": [ticket(dt.datetime(1999, 6, 1), resolved=5)],
    "only closed": [ticket(dt.datetime(2026, 6, 1, 9), closed=120) for _n in range(3)],
    "hostile words": [ticket(dt.datetime(2026, 6, 1, n), resolved=n, answered=n, channel=word, csat=n % 2)
                      for n in range(24) for word in ("[red]%(x)s%s", "=1+1<script>")],
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "by"), [*zip(ODD, [*SIDES, "none"], strict=True), *(("hostile words", by) for by in SIDES[2:5])]
)
def test_odd_desks_are_told_soundly(name: str, by: str) -> None:
    table, sink = table_of(store_with(ODD[name], con=STORE), by=by), io.BytesIO()
    write_page(table, sink, Manner())
    text = sink.getvalue().decode().split("</style>")[1].split("<script>")[0]
    assert not re.search(r"\b(nan|inf)\b|>None<", text)
    assert "<script>=" not in text
    assert bool(table.headline) == bool(table.rows.fetch())
    for row in table.rows.fetch():
        assert not any(isinstance(cell, float) and not math.isfinite(cell) for cell in row)


def test_where_no_resolution_is_dated_the_closing_stands_in() -> None:
    (row,) = answer(store_with(ODD["only closed"]), "tickets", AS_OF)
    assert (row["resolved"], row["resolution_clock_median"], row["close_days_mean"]) == (3, 2, pytest.approx(2 / 24))


def test_another_side_is_refused_with_the_choices() -> None:
    with pytest.raises(UsageError, match="region"):
        table_of(empty_store(), by="region")


def test_one_row_of_all_has_no_total_that_says_the_same() -> None:
    con = store_with(desk(), PROMISE)
    assert table_of(con).totals == {}
    assert table_of(con, by="channel").totals["tickets"] == 60


def test_a_narrow_screen_keeps_what_an_owner_asks_first() -> None:
    written = io.BytesIO()
    table = table_of(store_with([*desk(), ticket(dt.datetime(2026, 6, 25, 10), agent="M1")], PROMISE), by="agent")
    write_table(table, written, Manner(screen=Screen(width=80)))
    said = " ".join(written.getvalue().decode().split())
    assert "No room for:" in said
    assert re.search(r"No room for: (?!.*Overdue now)", said)
    assert "Over" in said.split("M1")[0]


def test_a_ticket_settled_before_it_was_opened_is_in_no_median() -> None:
    opened = dt.datetime(2026, 6, 8, 10)
    rows = [
        ticket(opened, answered=60, resolved=120, closed=120),
        ticket(opened, answered=60, resolved=-4_000, closed=-4_000),
    ]
    (row,) = answer(store_with(rows, PROMISE), "tickets", AS_OF, told=False)
    assert (row["tickets"], row["resolved"], row["resolution_promised"]) == (2, 2, 1)
    assert (row["resolution_median"], row["resolution_clock_median"], row["resolution_clock_mean"]) == (2, 2, 2)
