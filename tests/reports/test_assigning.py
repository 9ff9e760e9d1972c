"""Assignments of accounts as the store has them: pairs, reasons, constraints, and brute force on the same facts."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import replace
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from crmcli.reports.managers.assigning import assignment_table
from crmcli.reports.managers.matching import NOBODY, Matching, Terms, match, problem_of
from tests.reports.small_store import insert, line, store_of

DAY = dt.date(2026, 6, 30)
TERMS = Terms(DAY)
MANAGERS = (
    ("M1", "Sara Senior", "senior", None, "cable", "en", 40, True),
    ("M2", "Ida Invented", "key", "North", "cable; lights", "en, de", 20, True),
    ("M3", "Otto Other", "key", "South", "lights", "en", 10, None),
    ("M4", "Ada Agent", "agent", "North", None, "en", 100, True),
    ("M5", "Gone Gustav", "key", None, None, None, 50, False),
)
_ACCOUNTS = {
    "C1": ("North", 5),
    "C2": ("South", 3),
    "C3": ("North", 2),
    "C4": (None, 2),
    "C5": ("South", None),
    "C6": ("North", 4),
}


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    """Five managers, six customers; the last order of each went through M2."""
    made = store_of([line(code, "2026-05-05", 1000 - 100 * place) for place, code in enumerate(_ACCOUNTS)])
    names = ("code", "name", "role", "region", "skills", "languages", "capacity_hours", "active")
    insert(
        made, "managers", *({"id": n, **dict(zip(names, facts, strict=True))} for n, facts in enumerate(MANAGERS, 1))
    )
    for code, (region, manager) in _ACCOUNTS.items():
        made.execute("UPDATE contacts SET region = ?, manager_id = ? WHERE code = ?", [region, manager, code])
    made.execute("UPDATE orders SET manager_id = 2")
    made.execute("CREATE TEMP TABLE assignment_scope AS SELECT id AS customer_id FROM contacts")
    return made


def need(con: duckdb.DuckDBPyConnection, code: str, **facts: Any) -> None:
    number = con.execute("SELECT id FROM contacts WHERE code = ?", [code]).fetchall()[0][0]
    insert(con, "account_needs", {"id": number, "customer_id": number, **facts})


def rows(matching: Matching) -> dict[str, dict[str, Any]]:
    table = assignment_table(matching)
    names = [column.name for column in table.columns]
    return {row[0]: dict(zip(names, row, strict=True)) for row in table.rows.fetch()}


def test_what_cannot_be_served_names_the_constraint(con: duckdb.DuckDBPyConnection) -> None:
    need(con, "C1", skills="roofs")
    need(con, "C2", languages="fr; it")
    need(con, "C4", hours=300)
    need(con, "C3", skills="lights", languages="DE")
    need(con, "C6", skills="lights; cable", languages="pl")
    found = rows(match(con, TERMS))
    assert {code for code, row in found.items() if row["status"] == "not_served"} == {"C1", "C2", "C4", "C6"}
    assert found["C1"]["reasons"] == "nobody who may has the skill roofs"
    assert found["C2"]["reasons"] == "nobody who may speaks fr, it"
    assert found["C4"]["reasons"] == "capacity: it takes 300 h, and nobody who may has more than 100 h in all"
    assert found["C6"]["reasons"] == "nobody who may speaks pl"
    assert (found["C3"]["manager"], found["C3"]["status"], found["C3"]["next_best"]) == (
        "M2",
        "kept",
        "nobody else may",
    )
    assert (found["C5"]["present"], found["C5"]["status"]) == (None, "new")


def test_what_nobody_has_together_is_told_apart(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("UPDATE managers SET skills = 'roofs', languages = 'fr' WHERE code IN ('M3')")
    need(con, "C1", skills="roofs; cable")
    need(con, "C2", skills="cable", languages="fr")
    found = rows(match(con, TERMS))
    assert found["C1"]["reasons"] == "nobody who may has all of these skills: roofs, cable"
    assert found["C2"]["reasons"] == "nobody who may has cable and speaks fr, too"


def test_who_comes_short_is_the_least_worth_and_told_what_is_left(con: duckdb.DuckDBPyConnection) -> None:
    terms = replace(TERMS, roles=("senior",), hours={name: Decimal(15) for name in "ABC"})
    found = match(con, terms)
    served = [account.weight for account, place in zip(found.accounts, found.chosen, strict=True) if place != NOBODY]
    assert len(served) == 2
    assert served == sorted((account.weight for account in found.accounts), reverse=True)[:2]
    told = {row["reasons"] for row in rows(found).values() if row["status"] == "not_served"}
    assert told == {"capacity: it takes 15 h, and the most anybody who may has left is 10 h"}


def test_hours_for_other_accounts_are_taken_off(con: duckdb.DuckDBPyConnection) -> None:
    need(con, "C6", hours=96)
    con.execute("DELETE FROM assignment_scope WHERE customer_id = (SELECT id FROM contacts WHERE code = 'C6')")
    found = match(con, TERMS)
    ada = [manager.code for manager in found.managers].index("M4")
    assert found.elsewhere[ada] == 96
    assert found.room(ada) == 4


def test_a_present_manager_stays_where_moving_costs_more_than_it_brings(con: duckdb.DuckDBPyConnection) -> None:
    dear = rows(match(con, replace(TERMS, move_penalty=1000, balance=0)))
    cheap = rows(match(con, replace(TERMS, move_penalty=0, balance=0)))
    assert dear["C2"]["status"] == "kept"
    assert dear["C6"]["status"] == "kept"
    assert dear["C1"]["status"] == "moved", "who is not active keeps nobody, and leaving them costs nothing"
    assert cheap["C6"]["manager"] == "M2" or cheap["C2"]["manager"] == "M2", "all orders went through M2"


def test_no_plan_of_these_accounts_is_better(con: duckdb.DuckDBPyConnection) -> None:
    found = match(con, replace(TERMS, hours={name: Decimal(9) for name in "ABC"}))
    assert found.bound == found.worth
    import numpy as np

    from crmcli.models.assigning.problem import loads_of, worth_of

    problem = problem_of(found)
    best = float("-inf")
    for choice in itertools.product(range(-1, 4), repeat=len(found.accounts)):
        plan = np.array(choice, dtype=np.int64)
        served = np.flatnonzero(plan >= 0)
        if np.isfinite(problem.fit[served, plan[served]]).all() and (loads_of(problem, plan) <= problem.capacity).all():
            best = max(best, worth_of(problem, plan))
    assert found.worth == best


def test_the_order_of_rows_in_the_store_changes_nothing(con: duckdb.DuckDBPyConnection) -> None:
    told = rows(match(con, TERMS))
    for name in ("contacts", "managers", "orders"):
        con.execute(f"CREATE TEMP TABLE turned AS SELECT * FROM {name} ORDER BY id DESC")
        con.execute(f"TRUNCATE {name}")
        con.execute(f"INSERT INTO {name} SELECT * FROM turned ORDER BY id DESC")
        con.execute("DROP TABLE turned")
    assert rows(match(con, TERMS)) == told


def test_facts_after_the_day_do_not_count(con: duckdb.DuckDBPyConnection) -> None:
    found = match(con, replace(TERMS, as_of=dt.date(2026, 1, 1)))
    assert all(not account.known for account in found.accounts)
    assert {account.value_class for account in found.accounts} == {None}


def test_key_accounts_are_for_key_managers(con: duckdb.DuckDBPyConnection) -> None:
    insert(
        con,
        "key_accounts",
        *({"id": n, "customer_id": n, "entered_on": dt.date(2026, 6, 1), "entry_reason": "-"} for n in range(1, 7)),
    )
    found = match(con, TERMS)
    assert {found.managers[place].code for place in found.chosen} <= {"M1", "M2", "M3"}


def test_nothing_in_question_and_nobody_to_ask(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("DELETE FROM managers")
    assert {row["reasons"] for row in rows(match(con, TERMS)).values()} == {"there is no active manager"}
    con.execute("DELETE FROM assignment_scope")
    assert rows(match(con, TERMS)) == {}
