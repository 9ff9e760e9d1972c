"""Value to date, cohorts, retention and control totals."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from crmcli.reports import registry
from crmcli.reports.run import run
from tests.reports.small_store import answer, insert
from tests.spec.tables import assert_answer, store

SALES = """
    order | customer | on         | net  | unit_cost | status
    1     | A        | 2024-03-05 | 100  | 60        | completed
    2     | A        | 2025-03-05 | 100  | -         | completed
    3     | A        | 2025-05-05 | -20  | -         | completed
    4     | B        | 2025-03-10 | 50   | 70        | completed
    5     | -        | 2025-04-01 | 250  | -         | completed
    6     | B        | 2025-05-10 | 1000 | -         | cancelled
    7     | B        | 2025-07-01 | 9    | 1         | completed
"""
AS_OF = "2025-06-30"


def values(name: str, **options: Any) -> dict[str, str]:
    """Measure → value of a report that is a list of them."""
    return {row["measure"]: row["value"] for row in answer(store(SALES), name, AS_OF, **options)}


def test_value_is_margin_over_the_lines_of_known_cost() -> None:
    assert_answer(
        store(SALES),
        "value",
        AS_OF,
        """
        customer | occasions | revenue | margin | cost_to_serve | realised
        A        | 2         | 180     | 40     | -             | 40
        B        | 1         | 50      | -20    | -             | -20
    """,
    )


def test_cohorts_are_shares_of_the_month_of_the_first_purchase() -> None:
    con = store("""
        customer | on         | net
        A        | 2025-01-05 | 1
        A        | 2025-03-05 | 1
        B        | 2025-01-31 | 1
        B        | 2025-02-01 | 1
        B        | 2025-02-28 | 1
        C        | 2025-03-01 | 1
    """)
    assert_answer(
        con,
        "cohorts",
        "2025-04-30",
        """
        cohort  | size | m0 | m1  | m2  | m3
        2025-01 | 2    | 1  | 0.5 | 0.5 | 0
        2025-03 | 1    | 1  | 0   | -   | -
    """,
    )


def test_cohorts_show_the_months_asked_for() -> None:
    rows = answer(store(SALES), "cohorts", AS_OF, months=2)
    assert list(rows[0]) == ["cohort", "size", "m0", "m1", "m2"]


def test_retention_counts_existing_customers_by_their_first_purchase() -> None:
    found = values("retention")
    assert found["customers"] == "2"
    assert float(found["repeat_rate"]) == 0.5
    assert float(found["window_revenue"]) == 380
    assert float(found["existing_revenue"]) == 80
    assert float(found["new_revenue"]) == 50
    assert float(found["anonymous_revenue"]) == 250
    assert float(found["existing_share"]) == pytest.approx(80 / 380)
    assert float(found["yearly_retention"]) == 1
    assert float(found["gain"]) == 0  # retention cannot rise above everybody


def test_what_if_adds_five_points_to_the_retention_of_the_year() -> None:
    con = store("""
        customer | on         | net
        A        | 2024-03-05 | 100
        B        | 2024-03-05 | 100
        A        | 2025-03-05 | 100
    """)
    found = {row["measure"]: row["value"] for row in answer(con, "retention", AS_OF)}
    assert float(found["yearly_retention"]) == 0.5
    assert float(found["raised_retention"]) == 0.55

    def worth(r: float) -> float:
        return float(sum(100 * r**year / 1.15 ** (year - 0.5) for year in (1, 2, 3)))

    assert float(found["expected_margin"]) == pytest.approx(worth(0.5), abs=1e-4)
    assert float(found["gain"]) == pytest.approx(worth(0.55) - worth(0.5), abs=1e-4)


def test_what_if_is_unknown_where_nobody_bought_a_year_ago() -> None:
    con = store("""
        customer | on         | net
        A        | 2025-03-05 | 100
        A        | 2025-04-05 | 100
    """)
    found = {row["measure"]: row["value"] for row in answer(con, "retention", AS_OF)}
    unknown = (
        "yearly_retention",
        "raised_retention",
        "expected_margin",
        "expected_margin_raised",
        "gain",
        "gain_share",
    )
    assert {name: found[name] for name in unknown} == dict.fromkeys(unknown)


def test_totals_reconcile_with_the_books() -> None:
    found = values("totals")
    assert {name: found[name] for name in ("lines", "orders", "returns", "anonymous_lines", "customers", "prospects")} == {
        "lines": "5", "orders": "5", "returns": "1", "anonymous_lines": "1", "customers": "2", "prospects": "0",
    }  # fmt: skip
    assert float(found["revenue"]) == 480
    assert float(found["identified_revenue"]) == 230
    assert float(found["returned_amount"]) == -20
    assert float(found["margin"]) == 20
    assert float(found["margin_coverage"]) == pytest.approx(150 / 480)
    assert (found["first_day"], found["last_day"]) == ("2024-03-05", "2025-05-05")
    assert (found["uncounted_orders"], found["uncounted_lines"]) == ("1", "1")


def test_a_contact_made_later_was_no_prospect() -> None:
    con = store(SALES)
    insert(con, "contacts", {"id": 90, "code": "N", "name": "Later", "created_on": "2025-07-01"})
    insert(con, "contacts", {"id": 91, "code": "O", "name": "Earlier", "created_on": "2025-06-30"})
    found = {row["measure"]: row["value"] for row in answer(con, "totals", AS_OF)}
    assert found["prospects"] == "1"


def test_who_is_first_named_by_a_sale_of_later_was_no_prospect() -> None:
    con = store("""
        customer | on         | net
        A        | 2025-03-05 | 100
        B        | 2025-03-05 | -20
        C        | 2025-07-01 | 100
    """)
    found = {row["measure"]: row["value"] for row in answer(con, "totals", AS_OF)}
    assert (found["customers"], found["prospects"]) == ("1", "1")


def test_cost_to_serve_by_rate_by_channel_and_by_pool() -> None:
    con = store("""
        order | customer | on         | net | unit_cost
        1     | A        | 2025-01-05 | 100 | 60
        1     | A        | 2025-01-05 | 50  | 10
        2     | A        | 2025-02-05 | -10 | 0
        3     | B        | 2025-03-05 | 100 | 90
        4     | -        | 2025-03-05 | 100 | 90
        5     | B        | 2025-07-05 | 100 | 90
    """)
    for number, (customer, channel, minutes) in enumerate([("A", "call", 10), ("A", "visit", 30), ("B", "call", None)]):
        row = {"customer_id": {"A": 2, "B": 1}[customer], "at": "2025-04-01 10:00:00", "channel": channel}
        insert(con, "interactions", {"id": number, **row, "minutes": minutes})
    activities: list[dict[str, Any]] = [
        {"driver": "order", "rate": 5},
        {"driver": "return", "rate": 7},
        {"driver": "interaction:call", "rate": 2},
        {"driver": "interaction_minute", "rate": "0.5"},
        {
            "driver": "order_line",
            "pool": 40,
            "period_from": "2025-01-01",
            "period_to": "2025-06-30",
        },  # five lines: 8 each
        {"driver": "order_line", "pool": 99, "period_from": "2025-01-01", "period_to": "2025-12-31"},  # not over yet
        {"driver": "ticket", "rate": 100},  # nobody asked
    ]
    blank = {"rate": None, "pool": None, "period_from": None, "period_to": None}
    for number, activity in enumerate(activities):
        insert(con, "cost_activities", {"id": number, "name": f"activity {number}", **blank, **activity})
    assert_answer(
        con,
        "value",
        AS_OF,
        """
        customer | margin | cost_to_serve | realised
        A        | 70     | 58            | 12
        B        | 10     | 15            | -5
    """,
    )
    table = run(registry.find("value"), con, as_of=dt.date(2025, 6, 30), parameters={}, currency="EUR")
    assert any(note.startswith("2 cost activities charge nobody") for note in table.notes)
    assert not any("No cost activities yet" in note for note in table.notes)


def _told(sales: str, **options: Any) -> str:
    """Headline and notes of retention."""
    con, day = store(sales), dt.date.fromisoformat(AS_OF)
    table = run(registry.find("retention"), con, as_of=day, parameters=options, currency="EUR")
    return " ".join([table.headline or "", *table.notes])


@pytest.mark.parametrize(("first", "thin"), [("2023-07-03", True), ("2023-07-02", False), ("2020-01-01", False)])
def test_retention_of_less_than_two_years_says_that_it_is_thin(first: str, thin: bool) -> None:
    told = _told(f"""
        customer | on         | net
        -        | 2019-01-01 | 5
        A        | {first}    | 100
        A        | 2025-03-05 | 100
    """)
    assert ("less than two whole years" in told) is thin
    assert "everybody in it counts as new" not in told


def test_retention_of_a_store_within_the_window_says_that_all_are_new() -> None:
    assert "everybody in it counts as new" in _told("""
        customer | on         | net
        A        | 2024-07-01 | 100
        A        | 2025-03-05 | 100
    """)


def test_the_what_if_speaks_of_revenue_where_no_cost_is_known() -> None:
    sales = """
        customer | on         | net | unit_cost
        A        | 2024-03-05 | 100 | -
        B        | 2024-03-05 | 100 | -
        A        | 2025-03-05 | 100 | {cost}
    """
    assert "of revenue over three years" in _told(sales.format(cost="-"))
    assert "of margin over three years" in _told(sales.format(cost="60"))


def test_whoever_first_bought_on_the_day_before_the_window_is_an_existing_customer() -> None:
    con = store("""
        customer | on         | net
        A        | 2024-06-30 | 7
        A        | 2025-06-30 | 7
        B        | 2024-07-01 | 5
    """)
    found = {row["measure"]: row["value"] for row in answer(con, "retention", AS_OF)}
    assert (found["window_revenue"], found["existing_revenue"], found["new_revenue"]) == ("12", "7", "5")
