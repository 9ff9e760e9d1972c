"""Life cycle: one stage each by the first rule that holds, moves with entries, against the oracle."""

from __future__ import annotations

import datetime as dt
import functools
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmcli.errors import UsageError
from crmcli.reports import registry
from crmcli.reports.run import run
from tests import oracle_stages
from tests.metrics.test_against_oracle import AS_OF, fact_lists
from tests.oracle import ZERO, windowed
from tests.reports.small_store import answer, empty_store, insert, line, store_of
from tests.spec.tables import assert_answer, store

SLOW = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
shared = functools.cache(empty_store)
EXTRA = {
    "P": {"role": None, "created_on": None},
    "Q": {"role": "prospect", "created_on": AS_OF - dt.timedelta(days=100)},
    "R": {"role": "prospect", "created_on": AS_OF + dt.timedelta(days=1)},
    "S": {"role": "supplier", "created_on": None},
}


def peopled(facts: list[dict[str, Any]]) -> tuple[Any, dict[str, dict[str, Any]]]:
    """A store with these lines and a few contacts without any; and who is in it."""
    con = store_of(facts, None, shared())
    first = con.execute("SELECT coalesce(max(id), 0) + 1 FROM contacts").fetchall()[0][0]
    rows = ({"id": first + place, "code": code, "name": code, **EXTRA[code]} for place, code in enumerate(EXTRA))
    insert(con, "contacts", *rows)
    bought = {fact["customer"] for fact in facts} - {None}
    return con, {**{code: {"role": None, "created_on": None} for code in bought}, **EXTRA}


def plain(facts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same lines without products: the life cycle asks for none."""
    return [{**fact, "sku": None} for fact in facts]


@SLOW
@given(fact_lists(), st.sampled_from([365, 90]))
def test_stages_equal_the_oracle(facts: list[dict[str, Any]], window: int) -> None:
    con, parties = peopled(plain(facts))
    expected = oracle_stages.stages(plain(facts), AS_OF, parties, window)
    rows = answer(con, "lifecycle", AS_OF, window=window)
    assert len(rows) == len(expected)
    assert {row["customer"]: {name: row[name] for name in expected[row["customer"]]} for row in rows} == expected
    known = sum((fact["net"] for fact in windowed(facts, AS_OF, window) if fact["customer"] is not None), ZERO)
    assert sum((row["revenue"] for row in rows), ZERO) == known


@SLOW
@given(fact_lists(), st.sampled_from([0, 30, 200, 365, 800]))
def test_moves_equal_the_oracle(facts: list[dict[str, Any]], back: int) -> None:
    con, parties = peopled(plain(facts))
    start = AS_OF - dt.timedelta(days=back)
    then, now = (oracle_stages.stages(plain(facts), day, parties) for day in (start, AS_OF))
    expected = oracle_stages.moves(then, now)
    rows = answer(con, "lifecycle", AS_OF, **{"from": start})
    found = {
        (row["from_stage"], row["to_stage"]): {name: row[name] for name in ("customers", "revenue_before", "revenue")}
        for row in rows
    }
    assert found == expected
    for stage in {row["from_stage"] for row in rows}:
        assert sum(row["share"] for row in rows if row["from_stage"] == stage) == pytest.approx(1)
    assert back or all(row["from_stage"] == row["to_stage"] for row in rows)


RULES = """
    customer | on         | net
    gone     | 2025-01-01 | 500
    gone     | 2025-01-11 | 500
    gone     | 2025-01-21 | 500
    twice    | 2025-06-01 | 100
    twice    | 2025-11-28 | 100
    fresh    | 2025-11-01 | 100
    fresh    | 2025-11-20 | 100
    fresh    | 2025-12-20 | 100
    best     | 2025-09-30 | 900
    best     | 2025-10-31 | 900
    best     | 2025-12-01 | 900
    calm     | 2025-10-01 | 10
    calm     | 2025-11-01 | 10
    calm     | 2025-12-01 | 10
    back     | 2025-12-01 | -10
"""


def test_the_first_rule_that_holds() -> None:
    assert_answer(
        store(RULES),
        "lifecycle",
        "2025-12-31",
        """
        customer | stage      | occasions | last_purchase_on | recency_days | revenue | class
        best     | cherish    | 3         | 2025-12-01       | 30           | 2700    | A
        calm     | grow       | 3         | 2025-12-01       | 30           | 30      | C
        fresh    | retain     | 3         | 2025-12-20       | 11           | 300     | -
        twice    | retain     | 2         | 2025-11-28       | 33           | 200     | B
        gone     | reactivate | 3         | 2025-01-21       | 344          | 1500    | -
        back     | attract    | 0         | -                | -            | -10     | C
    """,
    )


def test_a_supplier_who_never_bought_is_a_prospect_and_said_to_be_a_supplier() -> None:
    con = store_of([line("A", "2025-06-01"), line("B", "2025-06-01", -5), line("C", "2025-06-01", -5)])
    con.execute("UPDATE contacts SET role = 'Supplier' WHERE code <> 'C'")
    table = run(registry.find("lifecycle"), con, as_of=AS_OF, parameters={}, currency="EUR")
    assert [(row[0], row[2]) for row in table.rows.fetch()] == [("A", "retain"), ("B", "attract"), ("C", "attract")]
    assert any(note.startswith("Of the prospects 1 is kept as a supplier") for note in table.notes)
    totals = {row["measure"]: row["value"] for row in answer(con, "totals", AS_OF)}
    assert totals["prospects"] == "2"


def test_a_party_enters_by_its_first_fact_or_the_day_of_its_contact() -> None:
    con = store_of([line("A", "2025-06-10"), line("B", "2025-06-10"), line("C", "2025-06-10", status="draft")])
    con.execute("UPDATE contacts SET created_on = DATE '2025-01-01' WHERE code = 'B'")
    assert_answer(
        con,
        "lifecycle",
        str(AS_OF),
        """
        from_stage | to_stage | customers
        attract    | retain   | 1
        entry      | attract  | 1
        entry      | retain   | 1
    """,
        **{"from": "2025-06-01"},
    )


def test_the_matrix_beside_holds_the_same_customers() -> None:
    con = store(RULES)
    table = run(
        registry.find("lifecycle"),
        con,
        as_of=dt.date(2025, 12, 31),
        parameters={"from": "2025-06-30"},
        currency="EUR",
        beside=True,
    )
    matrix, stages = table.beside
    assert (
        sum(row[1] for row in matrix.rows.fetch())
        == sum(row[1] for row in stages.rows.fetch())
        == table.totals["customers"]
        == 6
    )
    assert [row[0] for row in stages.rows.fetch()] == ["attract", "retain", "grow", "cherish", "reactivate"]


def test_a_start_after_the_day_of_the_report_is_refused() -> None:
    with pytest.raises(UsageError, match="lies after"):
        answer(store_of([line("A", "2025-06-01")]), "lifecycle", AS_OF, **{"from": "2025-06-16"})
