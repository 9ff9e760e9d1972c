"""Rhythm: expected gap, overdue, departed, new; at the very edges of each."""

from __future__ import annotations

from typing import Any

import pytest

from crmcli.metrics import catalogue
from tests.spec.tables import store


def rhythm(text: str, as_of: str) -> dict[str, dict[str, Any]]:
    """Rows of the measure by customer code."""
    con = store(text)
    catalogue.install(con, "rhythm(")
    sql = "SELECT code, beat.* FROM rhythm($as_of::DATE) AS beat JOIN contacts ON contacts.id = beat.customer_id"
    cursor = con.execute(sql, {"as_of": as_of})
    names = [column[0] for column in cursor.description or ()]
    return {row[0]: dict(zip(names, row, strict=True)) for row in cursor.fetchall()}


EVERY_TEN_DAYS = """
    customer | on         | net
    A        | 2025-01-01 | 1
    A        | 2025-01-11 | 1
    A        | 2025-01-21 | 1
"""


@pytest.mark.parametrize(
    ("as_of", "ratio", "departed"),
    [("2025-02-19", 2.9, False), ("2025-02-20", 3.0, False), ("2025-02-21", 3.1, True)],
)
def test_departed_is_beyond_three_times_the_expected_gap(as_of: str, ratio: float, departed: bool) -> None:
    beat = rhythm(EVERY_TEN_DAYS, as_of)["A"]
    assert beat["expected_gap"] == 10
    assert (beat["overdue_ratio"], beat["departed"]) == (pytest.approx(ratio), departed)


@pytest.mark.parametrize(("as_of", "departed"), [("2025-02-01", False), ("2025-02-02", True)])
def test_nobody_departs_within_thirty_days(as_of: str, departed: bool) -> None:
    beat = rhythm(
        """
        customer | on         | net
        A        | 2025-01-01 | 1
        A        | 2025-01-02 | 1
        A        | 2025-01-03 | 1
    """,
        as_of,
    )["A"]
    assert beat["overdue_ratio"] > 3
    assert beat["departed"] is departed


@pytest.mark.parametrize(("as_of", "is_new"), [("2025-04-01", True), ("2025-04-02", False)])
def test_new_is_within_ninety_days_of_the_first_occasion(as_of: str, is_new: bool) -> None:
    assert rhythm(EVERY_TEN_DAYS, as_of)["A"]["is_new"] is is_new


def test_own_gap_is_a_median_and_weighs_as_many_intervals_as_there_are() -> None:
    # own gaps of A: 10, 10, 40 (median 10); of B: 30; base of 10, 10, 30, 40: 20
    beats = rhythm(
        """
        customer | on         | net
        A        | 2025-01-01 | 1
        A        | 2025-01-11 | 1
        A        | 2025-01-21 | 1
        A        | 2025-03-02 | 1
        B        | 2025-01-01 | 1
        B        | 2025-01-31 | 1
        C        | 2025-01-01 | 1
    """,
        "2025-03-02",
    )
    assert {who: beat["expected_gap"] for who, beat in beats.items()} == {
        "A": pytest.approx((3 * 10 + 2 * 20) / 5),
        "B": pytest.approx((1 * 30 + 2 * 20) / 3),
        "C": 20,
    }


def test_without_any_interval_nothing_is_expected_and_nobody_departs() -> None:
    beat = rhythm(
        """
        order | customer | on         | net
        1     | A        | 2020-01-01 | 1
        2     | A        | 2020-02-01 | -1
    """,
        "2025-01-01",
    )["A"]
    assert (beat["expected_gap"], beat["overdue_ratio"], beat["departed"]) == (None, None, False)
