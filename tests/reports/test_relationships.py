"""Relationship levels: against the slow twin on firms made by chance, the matrix cell by cell, the next step in words."""

from __future__ import annotations

import datetime as dt
import functools
from random import Random
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmcli.errors import NotFoundError
from crmcli.metrics import catalogue
from crmcli.reports import registry
from crmcli.reports.relationships.relating import recommended_level
from crmcli.reports.run import run
from tests import oracle_relationships as oracle
from tests.reports.related_store import AS_OF, made, store_of_firm
from tests.reports.small_store import answer, empty_store, insert, line, store_of

shared = functools.cache(empty_store)
SLOW = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FEW = settings(SLOW, max_examples=4)
TODAY = dt.date(2025, 6, 30)


@SLOW
@given(
    st.integers(0, 10**9),
    st.sampled_from(["group", "industry", "region", "rfm"]),
    st.sampled_from(["margin", "revenue"]),
)
def test_levels_equal_the_oracle(seed: int, by: str, measure: str) -> None:
    firm = made(Random(seed))
    expected = oracle.levels(firm, AS_OF, by=by, measure=measure)
    rows = answer(store_of_firm(firm, shared()), "relationships", AS_OF, by=by, measure=measure)
    found = {row["customer"]: {name: row[name] for name in expected[row["customer"]]} for row in rows}
    assert found == expected
    for row in rows:
        assert (row["next_step"] is not None) == (row["gap"] is not None and row["gap"] > 0)
    order = [
        (row["gap"] is None, -(row["gap"] or 0), row[measure] is None, -(row[measure] or 0), row["customer"])
        for row in rows
    ]
    assert order == sorted(order)


def test_chance_reaches_every_level_and_an_unknown_margin() -> None:
    """What the comparison with the oracle is worth."""
    seen = {
        value
        for seed in range(150)
        for row in oracle.levels(made(Random(seed)), AS_OF).values()
        for value in (row["actual"], row["recommended"])
    }
    assert {*oracle.LEVELS[:4], None} <= seen


@FEW
@given(st.integers(0, 10**9))
def test_facts_after_the_day_change_nothing(seed: int) -> None:
    firm = made(Random(seed))
    con = store_of_firm(firm, shared())
    before = answer(con, "relationships", AS_OF)
    for statement in (
        "DELETE FROM order_lines WHERE ordered_on > $day", "DELETE FROM orders WHERE ordered_on > $day",
        'DELETE FROM interactions WHERE "at" >= $day + 1', "DELETE FROM tickets WHERE opened_at >= $day + 1",
        "UPDATE tickets SET first_response_at = NULL WHERE first_response_at >= $day + 1",
        "UPDATE tickets SET closed_at = NULL, status = 'open' WHERE closed_at >= $day + 1",
        "DELETE FROM quotes WHERE sent_on > $day", "UPDATE plan_steps SET done_on = NULL WHERE done_on > $day",
        "DELETE FROM account_plans WHERE from_on > $day", "UPDATE account_plans SET closed_on = NULL WHERE closed_on > $day",
    ):  # fmt: skip
        con.execute(statement, {"day": AS_OF})
    assert answer(con, "relationships", AS_OF) == before


def test_the_grid_is_that_of_the_definition() -> None:
    con = empty_store()
    sql = "SELECT size, band, level FROM level_grid() INNER JOIN level_names() USING (place)"
    catalogue.install(con, sql)
    found = {(size, band): level for size, band, level in con.execute(sql).fetchall()}
    assert found == {(size, band): level for band, row in oracle.MATRIX.items() for size, level in row.items()}


@pytest.mark.parametrize(("customers", "size"), [(19, "few"), (20, "medium"), (199, "medium"), (200, "many")])
def test_the_size_of_a_group_by_its_customers(customers: int, size: str) -> None:
    con = store_of([line(f"C{n:03}", "2025-05-01") for n in range(customers)])
    con.execute("UPDATE contacts SET \"group\" = 'trade'")
    insert(con, "contacts", {"id": 999, "code": "X", "name": "Never bought", "group": "trade"})
    rows = answer(con, "relationships", TODAY, measure="revenue")
    assert {(row["group_customers"], row["group_size"]) for row in rows} == {(customers, size)}
    assert {row["revenue_band"] for row in rows} == {"low"}, "all alike: nobody stands out"


def firm_of(**more: Any) -> duckdb.DuckDBPyConnection:
    """Three customers, of whom A brings most; what is told of A besides."""
    con = store_of(
        [
            line("A", "2025-06-10", 900, unit_cost=1),
            line("B", "2025-01-01", 50, unit_cost=1),
            line("C", "2025-01-01", 20, unit_cost=1),
        ]
    )
    for table, rows in more.items():
        party = con.execute("SELECT id FROM contacts WHERE code = 'A'").fetchall()[0][0]
        insert(con, table, *({"customer_id": party, **row} for row in rows))
    return con


ASKED = {"id": 1, "at": "2025-06-03 10:00", "direction": "in", "kind": "mail", "channel": "mail"}
CALL_IN = {"id": 2, "at": "2025-03-03 10:00", "direction": "in", "kind": "call", "channel": "phone"}
CALL_OUT = {"id": 3, "at": "2025-06-12 10:00", "direction": "out", "kind": "call", "channel": "phone"}
OFFER = {"id": 4, "at": "2025-06-13 10:00", "direction": "out", "kind": "offer", "channel": "mail"}
TICKET = {"id": 1, "ticket_no": "T1", "opened_at": "2025-06-01 10:00", "status": "open"}
PLAN = {"id": 1, "plan_no": "P-7", "level": "partnership", "from_on": "2025-01-01", "to_on": "2025-12-31"}


@pytest.mark.parametrize(
    ("facts", "actual", "step"),
    [
        ({}, "basic", "ask how things go, and answer what comes back"),
        ({"interactions": [ASKED]}, "basic", "answer the message of 2025-06-03"),
        ({"interactions": [ASKED], "tickets": [TICKET]}, "basic", "answer ticket T1 of 2025-06-01"),
        ({"interactions": [CALL_IN]}, "reactive", "get in touch by 2025-07-10: they bought on 2025-06-10"),
        ({"interactions": [CALL_IN, CALL_OUT]}, "accountable", "make 2 offers"),
        ({"interactions": [CALL_IN, OFFER]}, "accountable", "make 1 more offer"),
        ({"interactions": [CALL_IN, OFFER, {**OFFER, "id": 5}]}, "proactive", "agree a plan: crmcli keyaccount plan A"),
        (
            {"interactions": [CALL_IN, OFFER, {**OFFER, "id": 5}], "account_plans": [PLAN]},
            "proactive",
            "steps of plan P-7 still to be done: 4",
        ),
    ],
)
def test_the_next_step_is_what_is_missing(facts: dict[str, Any], actual: str, step: str) -> None:
    row = answer(firm_of(**facts), "relationships", TODAY, where=("customer = A",))[0]
    assert (row["customer"], row["recommended"], row["actual"], row["next_step"]) == ("A", "partnership", actual, step)


def test_after_a_month_it_waits_for_the_next_purchase() -> None:
    rows = answer(firm_of(interactions=[CALL_IN]), "relationships", "2025-07-20", where=("customer = A",))
    assert rows[0]["next_step"] == "get in touch within 30 days of their next purchase"


def test_a_code_of_any_kind_can_be_pasted() -> None:
    con = firm_of(interactions=[CALL_IN, OFFER, {**OFFER, "id": 5}])
    con.execute("UPDATE contacts SET code = 'A; rm ''x''' WHERE code = 'A'")
    assert (
        answer(con, "relationships", TODAY, where=("actual = proactive",))[0]["next_step"]
        == "agree a plan: crmcli keyaccount plan 'A; rm '\\''x'\\'''"
    )


def test_an_explanation_names_every_term() -> None:
    rows = answer(firm_of(interactions=[CALL_IN, CALL_OUT]), "relationships", TODAY, explain="A")
    found = {row["measure"]: row["value"] for row in rows}
    assert (found["group_size"], found["brought"], found["band"], found["recommended"]) == (
        "few",
        "899.0000",
        "high",
        "partnership",
    )
    assert (found["answered"], found["after_purchases"], found["offers"], found["actual"], found["gap"]) == (
        "1",
        "1",
        "0",
        "accountable",
        "2",
    )
    with pytest.raises(NotFoundError):
        answer(firm_of(), "relationships", TODAY, explain="nobody")


def test_the_matrix_counts_every_customer_once() -> None:
    con = store_of_firm(made(Random(12)))
    table = run(registry.find("relationships"), con, as_of=AS_OF, parameters={}, currency="EUR", beside=True)
    matrix = table.beside[0]
    assert matrix.totals["customers"] == len(table.rows) > 0
    assert sum(sum(row[2:]) for row in matrix.rows.fetch()) == len(table.rows)


def test_unknown_margins_recommend_nothing_and_say_what_to_do() -> None:
    con = store_of([line("A", "2025-05-01"), line("B", "2025-05-01")])
    table = run(registry.find("relationships"), con, as_of=TODAY, parameters={}, currency="EUR", told=True)
    assert {row[2] for row in table.rows.fetch()} == {None}
    assert "--measure revenue" in (table.headline or "")
    assert {row["recommended"] for row in answer(con, "relationships", TODAY, measure="revenue")} == {"accountable"}


def test_the_level_of_one_customer() -> None:
    con = firm_of()
    parties = dict(con.execute("SELECT code, id FROM contacts").fetchall())
    assert [recommended_level(con, parties[code], TODAY) for code in "ABC"] == [
        "partnership",
        "proactive",
        "accountable",
    ]
    assert recommended_level(con, 999, TODAY) is None


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [line(None, "2025-05-01")],
        [line("A", "2025-05-01", -5)],
        [line("A", "2026-05-01")],
        [line("A", "2025-05-01", 0)],
    ],
)
def test_without_customers_there_is_no_row(lines: list[dict[str, Any]]) -> None:
    assert answer(store_of(lines), "relationships", TODAY) == []
