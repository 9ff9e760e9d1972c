"""Growth: two windows side by side, labels at their bounds, the bridge that adds up, against the oracle."""

from __future__ import annotations

import functools
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmcli.reports import registry
from crmcli.reports.run import run
from tests import oracle_stages
from tests.metrics.test_against_oracle import AS_OF, PRODUCTS, fact_lists
from tests.oracle import ZERO, windowed
from tests.reports.small_store import answer, empty_store, line, store_of
from tests.spec.tables import assert_answer, store

SLOW = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
shared = functools.cache(empty_store)


def close(found: Any, expected: Any) -> bool:
    """Equal, floats as far as they are rounded."""
    if isinstance(expected, Fraction) and found is not None:
        return abs(Fraction(found) - expected) < Fraction(1, 10**9)
    return bool(found == expected)


@SLOW
@given(fact_lists(), st.sampled_from([365, 90, 30, 1]))
def test_growth_equals_the_oracle_and_the_bridge_adds_up(facts: list[dict[str, Any]], window: int) -> None:
    con = store_of(facts, PRODUCTS, shared())
    expected = oracle_stages.growth(facts, PRODUCTS, AS_OF, window)
    table = run(registry.find("growth"), con, as_of=AS_OF, parameters={"window": window}, currency="EUR", beside=True)
    names = [column.name for column in table.columns]
    rows = [dict(zip(names, row, strict=True)) for row in table.rows.fetch()]
    assert {row["customer"] for row in rows} == set(expected)
    wrong = {
        (row["customer"], name, row[name], wanted)
        for row in rows
        for name, wanted in expected[row["customer"]].items()
        if not close(row[name], wanted)
    }
    assert wrong == set()
    assert [row["customer"] for row in rows] == sorted(expected, key=lambda who: (-abs(expected[who]["change"]), who))
    total = sum((fact["net"] for fact in windowed(facts, AS_OF, window)), ZERO)
    bridges = [part.totals for part in table.beside if len(part.rows)]
    assert not bridges or bridges[0]["revenue"] == total
    assert not bridges or bridges[0]["change"] == bridges[0]["revenue"] - bridges[0]["revenue_before"]


@pytest.mark.parametrize(
    ("before", "now", "label", "pct"),
    [("100", "110", "stable", 0.1), ("100", "110.01", "growing", 0.1001), ("100", "90", "stable", -0.1), ("100", "89.99", "declining", -0.1001),
     ("0", "5", "new", None), ("5", "0", "lost", -1), ("-10", "5", "growing", None), ("-10", "-30", "declining", None), ("100", "-1", "declining", -1.01)],
)  # fmt: skip
def test_labels_at_their_bounds(before: str, now: str, label: str, pct: float | None) -> None:
    con = store_of([line("A", "2024-06-15", before, order="1"), line("A", "2024-06-16", now, order="2")])
    [row] = answer(con, "growth", AS_OF)
    assert (row["label"], row["change_pct"]) == (label, pct)


def test_windows_touch_and_do_not_overlap() -> None:
    con = store("""
        customer | on         | net
        A        | 2025-06-06 | 1
        A        | 2025-06-05 | 10
        A        | 2025-05-27 | 100
        A        | 2025-05-26 | 1000
    """)
    assert_answer(
        con,
        "growth",
        "2025-06-15",
        """
        customer | revenue | revenue_before | occasions | occasions_before
        A        | 1       | 110            | 1         | 2
    """,
        window=10,
    )


def test_depth_counts_categories_bought_of_all_that_were_sold_also_to_nobody_known() -> None:
    con = store(
        """
        order | customer | on         | net | sku
        1     | A        | 2025-05-01 | 10  | P
        2     | A        | 2025-05-02 | -10 | Q
        3     | -        | 2025-05-03 | 10  | R
        4     | B        | 2025-05-03 | 10  | S
        """,
        """
        sku | cost | category
        P   | 1    | cable
        Q   | 1    | tools
        R   | 1    | lamps
        S   | 1    | -
        """,
    )
    rows = {
        row["customer"]: (row["categories"], row["depth"], row["depth_before"]) for row in answer(con, "growth", AS_OF)
    }
    assert rows == {"A": (1, 0.5, None), "B": (0, 0, None)}


def test_margin_is_nothing_without_lines_and_unknown_without_costs() -> None:
    con = store("""
        order | customer | on         | net | unit_cost
        1     | A        | 2025-05-01 | 10  | 4
        2     | B        | 2025-05-01 | 10  | -
    """)
    rows = {
        row["customer"]: (row["margin"], row["margin_before"], row["margin_change"])
        for row in answer(con, "growth", AS_OF)
    }
    assert rows == {"A": (6, 0, 6), "B": (None, 0, None)}
    [row] = answer(store_of([line("A", "2025-05-01")]), "growth", AS_OF)
    assert (row["margin"], row["margin_before"]) == (None, None)


def test_stable_and_important_is_stable_and_class_a() -> None:
    con = store("""
        customer | on         | net
        A        | 2024-01-15 | 100
        A        | 2025-01-15 | 100
        A        | 2025-06-01 | 0.5
        B        | 2024-01-15 | 10
        B        | 2025-01-15 | 10
        B        | 2025-06-01 | 0.5
    """)
    rows = {row["customer"]: (row["label"], row["stable_important"]) for row in answer(con, "growth", AS_OF)}
    assert rows == {"A": ("stable", True), "B": ("stable", False)}
    assert [row["customer"] for row in answer(con, "growth", AS_OF, where=["stable_important=yes"])] == ["A"]


def test_a_short_history_is_said() -> None:
    table = run(
        registry.find("growth"), store_of([line("A", "2025-05-01")]), as_of=AS_OF, parameters={}, currency="EUR"
    )
    assert "nothing to compare with" in str(table.headline)
    assert any("2025-05-01" in note for note in table.notes)
