"""Plans on any day against a slow second computation; goals against facts; lists, also of many and of none."""

from __future__ import annotations

import datetime as dt
import random
import time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from crmcli.metrics.catalogue import install
from crmcli.reports.plans.goals import Span, figures, standings, suggested
from crmcli.reports.plans.listing import Whose, due_table, plans_table
from crmcli.reports.plans.sheet import known_plans, plan_sheet
from crmcli.rules.plans.template import Suggestion
from tests.oracle_plans import kept, state
from tests.reports.small_store import empty_store, insert, line, store_of

if TYPE_CHECKING:
    import duckdb

START = dt.date(2026, 1, 1)
Rows = list[dict[str, Any]]


def day(number: int) -> dt.date:
    return START + dt.timedelta(number)


def maybe(dice: random.Random, most: int, share: float) -> dt.date | None:
    return day(dice.randint(0, most)) if dice.random() < share else None


def invented(seed: int, plans: int = 12) -> tuple[Rows, Rows, Rows]:
    """Plans, steps and moves of all kinds, some of them odd."""
    dice = random.Random(seed)
    heads, steps, moves = [], [], []
    for number in range(1, plans + 1):
        begin = dice.randint(0, 60)
        heads.append({
            "id": number, "plan_no": f"P-2026-{number:04d}", "customer_id": 1 + number % 5, "level": "basic",
            "from_on": day(begin), "to_on": day(begin + dice.randint(0, 90)), "closed_on": maybe(dice, 150, 0.3),
        })  # fmt: skip
        for place in range(1, dice.randint(1, 9)):
            first = day(begin + dice.randint(0, 90))
            own = [
                {"id": len(moves) + n, "plan_id": number, "step_no": place, "move_no": len(moves) + n,
                 "moved_on": day(dice.randint(0, 150)), "due_on": day(dice.randint(0, 200))}
                for n in range(1, dice.choice((1, 1, 2, 3)))
            ]  # fmt: skip
            own = sorted(own, key=lambda one: one["moved_on"])
            for n, move in enumerate(own, 1):
                move["move_no"] = move["id"] = len(moves) + n
            moves += own
            settled = maybe(dice, 150, 0.6)
            skipped = dice.random() < 0.3
            steps.append({
                "id": len(steps) + 1, "plan_id": number, "step_no": place, "made_on": day(dice.randint(0, begin)),
                "first_due_on": first, "due_on": own[-1]["due_on"] if own else first, "channel": "call",
                "done_on": None if skipped else settled, "skipped_on": settled if skipped else None,
            })  # fmt: skip
    return heads, steps, moves


def filled(heads: Rows, steps: Rows, moves: Rows) -> duckdb.DuckDBPyConnection:
    con = empty_store()
    people = [{"id": n, "code": f"C{n}", "name": f"[red]Firm {n}", "manager_id": 1 + n % 2} for n in range(1, 6)]
    insert(con, "managers", *({"id": n, "code": f"M{n}", "name": f"Manager {n}"} for n in (1, 2)))
    insert(con, "contacts", *people)
    insert(con, "account_plans", *heads)
    insert(con, "plan_steps", *steps)
    insert(con, "plan_moves", *moves)
    return con


@pytest.mark.parametrize("seed", range(4))
def test_states_and_kept_share_on_every_day(seed: int) -> None:
    heads, steps, moves = invented(seed)
    con = filled(heads, steps, moves)
    of, keeping = (
        'SELECT plan_id, step_no, due_on, "state" FROM plan_steps_on($day)',
        ("SELECT plan_id, asked, done, kept_share, next_due_on FROM plans_kept_on($day)"),
    )
    install(con, of + keeping)
    plans = {head["id"]: head for head in heads}
    for number in range(-1, 220, 20):
        on = day(number)
        expected = {
            (one["plan_id"], one["step_no"], *found)
            for one in steps
            if (found := state(plans[one["plan_id"]], one, moves, on)) is not None
        }
        assert set(con.execute(of, {"day": on}).fetchall()) == expected
        told = {row[0]: row[1:] for row in con.execute(keeping, {"day": on}).fetchall()}
        asked = {head["id"]: found for head in heads if (found := kept(head, steps, moves, on)) is not None}
        assert told == asked


def test_lists_agree_with_the_slow_way() -> None:
    heads, steps, moves = invented(7, plans=30)
    con = filled(heads, steps, moves)
    plans = {head["id"]: head for head in heads}
    for number in (70,):
        on = day(number)
        found = [(one, state(plans[one["plan_id"]], one, moves, on)) for one in steps]
        late = {f"{plans[one['plan_id']]['plan_no']}/{one['step_no']}" for one, s in found if s and s[1] == "late"}
        soon = {
            f"{plans[one['plan_id']]['plan_no']}/{one['step_no']}"
            for one, s in found if s and s[1] == "due" and s[0] <= on + dt.timedelta(9)
        }  # fmt: skip
        table, count = due_table(con, Whose(), on, within=9, late_only=False)
        rows = [row[0] for row in table.rows.fetch()]
        assert (set(rows[:count]), set(rows[count:])) == (late, soon)
        only, again = due_table(con, Whose(), on, within=9, late_only=True)
        assert ({row[0] for row in only.rows.fetch()}, again) == (late, len(late))
        mine = [due_table(con, Whose(manager_id=n), on, within=9, late_only=False)[0].rows.fetch() for n in (1, 2)]
        assert sorted(row[0] for part in mine for row in part) == sorted(rows)
        listed = plans_table(con, Whose(), on, every=True).rows.fetch()
        assert {row[0] for row in listed} == {
            head["plan_no"] for head in heads
            if min([head["from_on"], *(one["made_on"] for one in steps if one["plan_id"] == head["id"])]) <= on
        }  # fmt: skip
        assert sum(row[10] for row in listed) == len(late)


def test_late_first_then_class_then_day() -> None:
    lines = [
        line("A", "2026-02-01", 9_000),
        line("B", "2026-02-01", 10),
        line("A", "2025-08-01"),
        line("B", "2025-08-01"),
    ]
    con = store_of(lines)
    ids = dict(con.execute("SELECT code, id FROM contacts").fetchall())
    heads = [
        {"id": n, "plan_no": f"P-{n}", "customer_id": ids[code], "level": "basic", "from_on": START, "to_on": day(300)}
        for n, code in enumerate("AB", 1)
    ]
    steps = [
        {"id": n, "plan_id": plan, "step_no": n, "made_on": START, "first_due_on": day(due), "due_on": day(due)}
        for n, (plan, due) in enumerate([(2, 10), (1, 20), (1, 70), (2, 62), (1, 61), (2, 5)], 1)
    ]
    insert(con, "account_plans", *heads)
    insert(con, "plan_steps", *steps)
    table, late = due_table(con, Whose(), day(60), within=30, late_only=False)
    rows = table.rows.fetch()
    assert late == 3
    assert [row[3] for row in rows][:1] == ["A"]
    assert [row[0] for row in rows] == ["P-1/2", "P-2/6", "P-2/1", "P-1/5", "P-1/3", "P-2/4"]
    assert [row[5] for row in rows] == [40, 55, 50, None, None, None]


def planned(con: duckdb.DuckDBPyConnection, code: str, **more: Any) -> int:
    """A plan of the year with a goal for each measure; returns the customer."""
    (customer,) = con.execute("SELECT id FROM contacts WHERE code = $1", [code]).fetchall()[0]
    head = {"id": 1, "plan_no": "P-1", "customer_id": customer, "level": "basic", "from_on": START, "to_on": day(364),
            "closed_on": None}  # fmt: skip
    insert(con, "account_plans", head | more)
    goals = {"revenue": 1000, "margin": 500, "purchases": 4, "categories": 2, "contacts": 3, "on_time_share": "0.9"}
    insert(con, "plan_goals", *(
        {"id": n, "plan_id": 1, "measure": name, "target": Decimal(target), "by_on": day(364)}
        for n, (name, target) in enumerate(goals.items(), 1)
    ))  # fmt: skip
    return int(customer)


def facts(con: duckdb.DuckDBPyConnection, on: dt.date) -> dict[str, Any]:
    return {one.goal.measure: one.fact for one in standings(con, on)}


def test_goals_count_the_days_of_the_plan_only() -> None:
    products = {"S1": {"category": "Nails", "cost": Decimal(60)}, "S2": {"category": "Glue", "cost": None}}
    con = store_of([
        line("A", "2025-12-31", 999, sku="S1"), line("A", "2026-01-01", 100, sku="S1"), line("A", "2026-03-01", 50, sku="S2"),
        line("A", "2026-03-01", 30, sku="S1", order="second"), line("A", "2026-05-01", -20, sku="S2"),
        line("A", "2026-06-01", 500, status="cancelled", sku="S1"), line("B", "2026-02-01", 777, sku="S1"),
        line("A", "2026-12-31", 1, sku="S1"), line("A", "2027-01-01", 888, sku="S1"),
    ], products)  # fmt: skip
    customer = planned(con, "A")
    insert(con, "interactions", *(
        {"id": n, "customer_id": customer, "at": dt.datetime.fromisoformat(at), "direction": way}
        for n, (at, way) in enumerate([("2025-12-31 23:59", "out"), ("2026-01-01 00:00", "out"), ("2026-03-05 09:00", "in"),
                                       ("2026-12-31 23:59", "out")], 1)
    ))  # fmt: skip
    assert facts(con, day(-1))["revenue"] is None
    assert facts(con, START) == {
        "revenue": 100, "margin": 40, "purchases": 1, "categories": 1, "contacts": 1, "on_time_share": None,
    }  # fmt: skip
    middle = facts(con, dt.date(2026, 3, 31))
    assert (middle["revenue"], middle["margin"], middle["purchases"], middle["categories"]) == (180, 10, 2, 2)
    end = facts(con, dt.date(2027, 6, 1))
    assert (end["revenue"], end["purchases"], end["contacts"]) == (161, 3, 2)


def test_unknown_is_not_nothing() -> None:
    con = store_of([line("A", "2026-02-01", 100)])
    planned(con, "A")
    found = {one.goal.measure: (one.fact, one.progress.verdict) for one in standings(con, dt.date(2026, 3, 1))}
    assert found["margin"] == (None, "unknown")
    assert found["categories"] == (None, "unknown")
    assert found["on_time_share"] == (None, "unknown")
    assert found["contacts"] == (0, "on_track")


def test_invoices_paid_in_time() -> None:
    con = store_of([line("A", "2026-01-05", 100)])
    customer = planned(con, "A")
    dues = ((31, 20), (40, 45), (50, None), (90, 90), (-1, -5))
    for n, (due, paid) in enumerate(dues, 1):
        insert(con, "invoices", {"id": n, "invoice_no": f"I{n}", "customer_id": customer, "issued_on": day(-20), "due_on": day(due),
                                 "amount": Decimal(10)})  # fmt: skip
        if paid is not None:
            insert(con, "payments", {"id": n, "invoice_id": n, "customer_id": customer, "paid_on": day(paid), "amount": Decimal(10),
                                     "with_invoice": False})  # fmt: skip
    assert [facts(con, day(n))["on_time_share"] for n in (30, 35, 40, 60)] == [
        None, 1, Decimal("0.5"), pytest.approx(Decimal(1) / 3, abs=Decimal("1e-10")),
    ]  # fmt: skip
    assert facts(con, day(90))["on_time_share"] == Decimal("0.5")


def test_a_closed_plan_counts_no_further() -> None:
    con = store_of([line("A", "2026-01-05", 100), line("A", "2026-06-05", 50)])
    planned(con, "A", closed_on=dt.date(2026, 6, 5))
    assert facts(con, dt.date(2026, 6, 4))["revenue"] == facts(con, dt.date(2026, 9, 1))["revenue"] == 100


def test_suggested_goals_grow_from_as_many_days_before() -> None:
    con = store_of(
        [
            line("A", "2025-01-01", 999),
            line("A", "2025-01-02", 100),
            line("A", "2025-12-31", 100),
            line("A", "2026-01-01", 7),
        ]
    )
    wanted = (
        Suggestion("revenue", growth=Decimal(10)), Suggestion("purchases", growth=Decimal(10)), Suggestion("margin", growth=Decimal(5)),
        Suggestion("contacts", Decimal(12)), Suggestion("categories", growth=Decimal(5)),
    )  # fmt: skip
    (customer,) = con.execute("SELECT id FROM contacts").fetchall()[0]
    found = suggested(
        con, customer, wanted, from_on=dt.date(2026, 1, 1), to_on=dt.date(2026, 12, 30), as_of=dt.date(2026, 5, 1)
    )
    assert [(goal.measure, goal.target) for goal in found] == [("revenue", 220), ("purchases", 3), ("contacts", 12)]


def test_an_empty_store_has_an_answer() -> None:
    con = empty_store()
    assert figures(con, []) == []
    assert standings(con, START) == []
    assert plan_sheet(con, 1, START) == ()
    assert known_plans(con, START) == []
    assert len(plans_table(con, Whose(), START, every=True).rows) == 0
    table, late = due_table(con, Whose(), START, within=14, late_only=False)
    assert (len(table.rows), late, table.headline) == (0, 0, None)
    assert figures(con, [Span(1, START, START)])[0]["revenue"] == 0


def test_the_sheet_shows_the_plan_of_the_day() -> None:
    con = store_of([line("A", "2026-01-05", 100)])
    customer = planned(con, "A", closed_on=day(100))
    insert(con, "account_plans", {"id": 2, "plan_no": "P-2", "customer_id": customer, "level": "basic", "from_on": day(100),
                                  "to_on": day(400), "closed_on": None})  # fmt: skip
    titles = {
        n: [table.title for table in plan_sheet(con, customer, day(n), currency="EUR")][:1]
        for n in (-1, 0, 99, 100, 500)
    }
    assert [(title or [""])[0].split(" with")[0] for title in titles.values()] == [
        "",
        "Plan P-1",
        "Plan P-1",
        "Plan P-2",
        "Plan P-2",
    ]
    assert [table.name for table in plan_sheet(con, customer, START)] == ["plan", "plan_goals", "plan_steps"]


def test_fifty_thousand_steps_are_sorted_at_once() -> None:
    con = empty_store()
    marks = "1 AS added_in, 1 AS changed_in"
    con.execute(
        f"INSERT INTO contacts (id, code, name, added_in, changed_in) SELECT i, 'C' || i, 'Firm', {marks} FROM range(1000) AS r (i)"
    )
    con.execute(
        'INSERT INTO account_plans (id, plan_no, customer_id, "level", from_on, to_on, added_in, changed_in) '
        f"SELECT i, 'P-' || i, i, 'basic', DATE '2026-01-01', DATE '2026-12-31', {marks} FROM range(1000) AS r (i)"
    )
    con.execute(
        "INSERT INTO plan_steps (id, plan_id, step_no, made_on, first_due_on, due_on, channel, minutes, added_in, changed_in) "
        "SELECT i, i % 1000, i // 1000 + 1, DATE '2026-01-01', DATE '2026-01-01' + (i // 1000)::INTEGER * 7, "
        f"DATE '2026-01-01' + (i // 1000)::INTEGER * 7, 'call', 20, {marks} FROM range(50000) AS r (i)"
    )
    began = time.perf_counter()
    table, late = due_table(con, Whose(), dt.date(2026, 7, 1), within=14, late_only=False)
    rows = table.rows.fetch()
    listed = plans_table(con, Whose(), dt.date(2026, 7, 1), every=False).rows.fetch()
    spent = time.perf_counter() - began
    assert late == 26_000
    assert len(rows) == 28_000
    assert len(listed) == 1000
    assert spent < 5
