"""ABC with cleaning, XYZ beside it."""

from __future__ import annotations

from tests.reports.small_store import answer
from tests.spec.tables import assert_answer, store

AS_OF = "2025-12-31"


def test_class_by_the_share_before_the_row() -> None:
    con = store("""
        customer | on         | net
        A        | 2025-01-10 | 80
        B        | 2025-01-10 | 15
        C        | 2025-01-10 | 5
    """)
    assert_answer(
        con,
        "abc",
        AS_OF,
        """
        customer | measure | share | cumulative_share | class | set_aside
        A        | 80      | 0.8   | 0.8              | A     | -
        B        | 15      | 0.15  | 0.95             | B     | -
        C        | 5       | 0.05  | 1                | C     | -
    """,
    )


def test_nothing_or_less_is_class_c() -> None:
    con = store("""
        order | customer | on         | net
        1     | A        | 2025-01-10 | 10
        2     | B        | 2025-01-10 | 0
        3     | C        | 2025-01-10 | -1
    """)
    assert_answer(
        con,
        "abc",
        AS_OF,
        """
        customer | measure | class
        A        | 10      | A
        B        | 0       | C
        C        | -1      | C
    """,
    )


HISTORY = """
    customer | on         | net
    gone     | 2025-01-01 | 50
    gone     | 2025-01-11 | 50
    gone     | 2025-01-21 | 50
    big      | 2025-09-01 | 9000
    fresh    | 2025-12-01 | 60
    steady   | 2025-09-30 | 70
    steady   | 2025-10-31 | 70
    steady   | 2025-12-01 | 70
    calm     | 2025-10-01 | 40
    calm     | 2025-11-01 | 40
    calm     | 2025-12-01 | 40
    mild     | 2025-10-01 | 30
    mild     | 2025-11-01 | 30
    mild     | 2025-12-01 | 30
"""


def test_departed_one_off_large_and_new_are_set_aside_in_this_order() -> None:
    # gaps 10, 10, 31, 31, 31, 30, 31, 30: base 30.5; gone expects (2*10 + 2*30.5)/4 days; big is 121 days silent
    assert_answer(
        store(HISTORY),
        "abc",
        AS_OF,
        """
        customer | measure | class | set_aside
        steady   | 210     | A     | -
        calm     | 120     | A     | -
        mild     | 90      | A     | -
        big      | 9000    | -     | departed
        gone     | 150     | -     | departed
        fresh    | 60      | -     | new
    """,
    )


def test_one_off_large_lies_beyond_the_fence_of_the_quartiles() -> None:
    later = HISTORY.replace("2025-09-01", "2025-11-20")  # 41 days silent against 30.5 expected: no departure
    assert_answer(
        store(later),
        "abc",
        AS_OF,
        """
        customer | class | set_aside
        steady   | A     | -
        calm     | A     | -
        mild     | A     | -
        big      | -     | one_off_large
        gone     | -     | departed
        fresh    | -     | new
    """,
    )


def test_without_cleaning_all_are_classified() -> None:
    rows = answer(store(HISTORY), "abc", AS_OF, clean=False)
    assert {row["customer"]: row["class"] for row in rows} == {
        "big": "A", "steady": "B", "gone": "C", "calm": "C", "mild": "C", "fresh": "C",
    }  # fmt: skip
    assert {row["set_aside"] for row in rows} == {None}


def test_the_window_opens_after_its_first_day() -> None:
    con = store("""
        customer | on         | net
        A        | 2024-12-31 | 10
        B        | 2025-01-01 | 10
    """)
    assert_answer(
        con,
        "abc",
        AS_OF,
        """
        customer | measure
        B        | 10
    """,
    )


def test_margin_leaves_lines_of_unknown_cost_out_and_says_whose_cost_is_unknown() -> None:
    con = store(
        """
        order | customer | on         | net | sku | qty | unit_cost
        1     | A        | 2025-05-01 | 100 | P   | 2   | -
        1     | A        | 2025-05-01 | 900 | Q   | 1   | -
        2     | B        | 2025-05-01 | 100 | P   | 2   | 45
        3     | C        | 2025-05-01 | 500 | Q   | 1   | -
        """,
        """
        sku | cost | category
        P   | 30   | cable
        Q   | -    | cable
        """,
    )
    assert_answer(
        con,
        "abc",
        AS_OF,
        """
        customer | measure | class | set_aside
        A        | 40      | A     | -
        B        | 10      | B     | -
        C        | -       | -     | unknown_cost
    """,
        measure="margin",
    )


def test_who_departed_or_is_new_is_so_with_an_unknown_margin_too() -> None:
    con = store(
        """
        order | customer | on         | net | sku | qty | unit_cost
        1     | A        | 2025-01-05 | 10  | P   | 1   | 6
        2     | A        | 2025-12-20 | 10  | P   | 1   | 6
        3     | G        | 2025-01-01 | 10  | P   | 1   | -
        4     | G        | 2025-01-11 | 10  | P   | 1   | -
        5     | G        | 2025-01-21 | 10  | P   | 1   | -
        6     | N        | 2025-12-20 | 10  | P   | 1   | -
        7     | U        | 2025-08-01 | 10  | P   | 1   | -
        8     | U        | 2025-12-10 | 10  | P   | 1   | -
        """,
        """
        sku | cost | category
        P   | -    | cable
        """,
    )
    assert_answer(
        con,
        "abc",
        AS_OF,
        """
        customer | measure | class | set_aside
        A        | 8       | A     | -
        G        | -       | -     | departed
        N        | -       | -     | new
        U        | -       | -     | unknown_cost
    """,
        measure="margin",
    )
    assert_answer(
        con,
        "abc",
        AS_OF,
        """
        customer | measure | class | set_aside
        A        | 8       | A     | -
        G        | -       | -     | unknown_cost
        N        | -       | -     | unknown_cost
        U        | -       | -     | unknown_cost
    """,
        measure="margin",
        clean=False,
    )


def test_products_are_classified_without_cleaning() -> None:
    con = store(
        """
        customer | on         | net | sku
        A        | 2025-05-01 | 90  | P
        -        | 2025-06-01 | 10  | Q
        """,
        """
        sku | cost | category
        P   | 1    | cable
        Q   | 1    | cable
        """,
    )
    assert_answer(
        con,
        "abc",
        AS_OF,
        """
        sku | name      | measure | share | class | set_aside
        P   | Product P | 90      | 0.9   | A     | -
        Q   | Product Q | 10      | 0.1   | B     | -
    """,
        by="product",
    )


def test_xyz_by_the_variation_over_twelve_calendar_months_at_the_end_of_a_month() -> None:
    monthly = [f"steady | 2025-{month:02}-28 | 10" for month in range(1, 13)]
    halves = [f"half | 2025-{month:02}-01 | 10" for month in range(1, 7)]  # deviation = mean: exactly 1
    con = store("\n".join(["customer | on | net", *monthly, *halves, "once | 2025-03-31 | 10"]))
    rows = {row["customer"]: (row["xyz"], row["variation"]) for row in answer(con, "abc", AS_OF, clean=False)}
    assert rows["steady"] == ("X", 0.0)
    assert rows["half"] == ("Y", 1.0)
    assert rows["once"][0] == "Z"


def test_a_single_purchase_on_the_fence_is_not_one_off_large() -> None:
    # measures 10, 10, 20, 20, x: quartiles 10 and 20, fence 20 + 1.5 * 10 = 35
    drawn = """
        customer | on         | net
        A        | 2025-08-01 | 5
        A        | 2025-09-30 | 5
        B        | 2025-08-01 | 5
        B        | 2025-09-30 | 5
        C        | 2025-08-01 | 10
        C        | 2025-09-30 | 10
        D        | 2025-08-01 | 10
        D        | 2025-09-30 | 10
        E        | 2025-09-01 | 35
        F        | 2025-08-01 | 5
        F        | 2025-09-30 | -5
        G        | 2025-08-01 | 5
        G        | 2025-09-30 | -5
    """  # F and G come to nothing and move no quartile
    reasons = {row["customer"]: row["set_aside"] for row in answer(store(drawn), "abc", AS_OF)}
    assert set(reasons.values()) == {None}
    above = drawn.replace("| 35", "| 35.0001")
    assert {row["customer"]: row["set_aside"] for row in answer(store(above), "abc", AS_OF)}["E"] == "one_off_large"


def test_xyz_counts_months_back_from_a_day_within_a_month() -> None:
    con = store("""
        customer | on         | net
        A        | 2025-06-16 | 10
        A        | 2025-06-15 | 10
        A        | 2025-05-16 | 10
    """)
    # as of 15 June the months run from the 16th: 16 May to 15 June holds two of the three, the third lies ahead
    row = answer(con, "abc", "2025-06-15", clean=False)[0]
    assert (row["measure"], row["xyz"], round(row["variation"], 6)) == (20, "Z", round(11**0.5, 6))


def test_xyz_takes_whole_calendar_months_as_of_the_last_day_of_a_short_one() -> None:
    con = store("""
        customer | on         | net
        A        | 2025-03-01 | 10
        A        | 2025-03-31 | 10
    """)
    row = answer(con, "abc", "2025-04-30", clean=False)[0]
    assert round(row["variation"], 6) == round(11**0.5, 6)  # both in one month
