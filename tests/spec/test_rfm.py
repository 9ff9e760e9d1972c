"""RFM: recency, frequency, monetary, their scores and groups."""

from __future__ import annotations

from tests.spec.tables import assert_answer, store

AS_OF = "2025-06-30"


def test_scores_rank_from_the_worst_and_five_customers_fill_five_scores() -> None:
    con = store("""
        customer | on         | net
        A        | 2025-06-30 | 500
        A        | 2025-06-01 | 500
        B        | 2025-06-20 | 400
        C        | 2025-06-10 | 300
        D        | 2025-05-30 | 200
        E        | 2025-04-30 | 100
    """)
    assert_answer(
        con,
        "rfm",
        AS_OF,
        """
        customer | last_purchase_on | recency_days | frequency | monetary | r | f | m | rfm | group
        A        | 2025-06-30       | 0            | 2         | 1000     | 5 | 5 | 5 | 555 | champion
        B        | 2025-06-20       | 10           | 1         | 400      | 4 | 1 | 4 | 414 | potential_loyal
        C        | 2025-06-10       | 20           | 1         | 300      | 3 | 1 | 3 | 313 | need_attention
        D        | 2025-05-30       | 31           | 1         | 200      | 2 | 1 | 2 | 212 | hibernating
        E        | 2025-04-30       | 61           | 1         | 100      | 1 | 1 | 1 | 111 | lost
    """,
    )


def test_ties_share_the_lowest_rank_and_stand_by_code() -> None:
    con = store("""
        customer | on         | net
        b        | 2025-06-01 | 100
        a        | 2025-06-01 | 100
        B        | 2025-06-01 | 100
        A        | 2025-06-02 | 50
    """)
    assert_answer(
        con,
        "rfm",
        AS_OF,
        """
        customer | monetary | r | f | m
        B        | 100      | 1 | 1 | 2
        a        | 100      | 1 | 1 | 2
        b        | 100      | 1 | 1 | 2
        A        | 50       | 4 | 1 | 1
    """,
    )


def test_returns_reduce_revenue_and_are_no_purchase() -> None:
    con = store("""
        order | customer | on         | net
        1     | A        | 2025-06-01 | 100
        2     | A        | 2025-06-05 | -30
        3     | B        | 2025-06-05 | -30
    """)
    assert_answer(
        con,
        "rfm",
        AS_OF,
        """
        customer | last_purchase_on | frequency | monetary
        A        | 2025-06-01       | 1         | 70
    """,
    )


def test_several_orders_of_a_day_are_one_occasion_and_a_return_beside_a_purchase_does_not_undo_it() -> None:
    con = store("""
        order | customer | on         | net
        1     | A        | 2025-06-01 | 100
        2     | A        | 2025-06-01 | 20
        3     | B        | 2025-06-01 | 10
        4     | B        | 2025-06-01 | -50
    """)
    assert_answer(
        con,
        "rfm",
        AS_OF,
        """
        customer | frequency | monetary
        A        | 1         | 120
        B        | 1         | -40
    """,
    )


def test_an_order_is_judged_by_its_total_not_by_its_lines() -> None:
    con = store("""
        order | customer | on         | net
        1     | A        | 2025-06-01 | 100
        1     | A        | 2025-06-01 | -100
        2     | A        | 2025-06-02 | 1
    """)
    assert_answer(
        con,
        "rfm",
        AS_OF,
        """
        customer | last_purchase_on | frequency | monetary
        A        | 2025-06-02       | 1         | 1
    """,
    )


def test_drafts_cancelled_anonymous_and_later_orders_do_not_count() -> None:
    con = store("""
        order | customer | on         | net | status
        1     | A        | 2025-06-01 | 100 | confirmed
        2     | A        | 2025-06-02 | 100 | draft
        3     | A        | 2025-06-03 | 100 | cancelled
        4     | A        | 2025-07-01 | 100 | completed
        5     | -        | 2025-06-04 | 100 | completed
    """)
    assert_answer(
        con,
        "rfm",
        AS_OF,
        """
        customer | last_purchase_on | recency_days | frequency | monetary
        A        | 2025-06-01       | 29           | 1         | 100
    """,
    )


def test_whoever_stands_above_ties_keeps_their_own_rank() -> None:
    con = store("""
        customer | on         | net
        A        | 2025-06-01 | 200
        B        | 2025-06-01 | 100
        C        | 2025-06-01 | 100
        D        | 2025-06-01 | 100
        E        | 2025-06-01 | 50
    """)
    assert_answer(
        con,
        "rfm",
        AS_OF,
        """
        customer | m
        A        | 5
        B        | 2
        C        | 2
        D        | 2
        E        | 1
    """,
    )
