"""The work queue: its order equals the printed formula on firms made by chance; who is left out; what it says."""

from __future__ import annotations

import datetime as dt
import functools
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmcli.errors import NotFoundError
from crmcli.metrics import catalogue
from crmcli.reports import registry
from crmcli.reports.run import run
from crmcli.rules import urgency
from tests import oracle_relationships as oracle
from tests.reports.bills import bill, books
from tests.reports.related_store import AS_OF, made, store_of_firm
from tests.reports.small_store import answer, empty_store, insert, line, store_of

shared = functools.cache(empty_store)
SLOW = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FEW = settings(SLOW, max_examples=4)
SHOWN = ("kind", "customer", "due_on", "days_late", "amount", "weight", "urgency", "priority", "manager")
TODAY = dt.date(2025, 6, 30)


def shown(rows: list[dict[str, Any]], names: tuple[str, ...] = SHOWN) -> list[tuple[Any, ...]]:
    """Some columns of the rows, in their order."""
    return [tuple(row[name] for name in names) for row in rows]


@SLOW
@given(st.integers(0, 10**9))
def test_the_queue_equals_the_oracle_row_by_row(seed: int) -> None:
    firm = made(Random(seed))
    rows = answer(store_of_firm(firm, shared()), "queue", AS_OF)
    assert shown(rows) == shown(oracle.queue(firm, AS_OF))
    assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))


def test_chance_reaches_every_kind_and_every_weight() -> None:
    """What the comparison with the oracle is worth."""
    rows = [row for seed in range(40) for row in oracle.queue(made(Random(seed)), AS_OF)]
    assert {row["kind"] for row in rows} == {
        "complaint",
        "claim",
        "ticket",
        "message",
        "plan_step",
        "quote",
        "late_order",
        "invoice",
        "call",
    }
    assert {row["weight"] for row in rows} == {1, 2, 3, 4}
    assert {Fraction(1, 2), Fraction(1), Fraction(5), Fraction(10)} <= {row["urgency"] for row in rows}


@FEW
@given(st.integers(0, 10**9))
def test_weights_equal_the_oracle(seed: int) -> None:
    firm = made(Random(seed))
    con = store_of_firm(firm, shared())
    sql = "SELECT contact.code, worth.weight FROM value_weights($as_of) AS worth INNER JOIN contacts AS contact ON contact.id = worth.customer_id"
    catalogue.install(con, sql)
    classed = oracle.classes(firm, AS_OF)
    expected = {who: oracle.weight(firm, who, AS_OF, classed) for who in firm["contacts"]}
    assert dict(con.execute(sql, {"as_of": AS_OF}).fetchall()) == expected


@FEW
@given(
    st.integers(0, 10**9),
    st.sampled_from(["M1", "m2", "Manager M1"]),
    st.sampled_from(["all", "invoice", "call", "ticket"]),
)
def test_options_leave_the_order_of_what_stays(seed: int, manager: str, kind: str) -> None:
    firm, code = made(Random(seed)), manager[-2:].upper()
    rows = answer(store_of_firm(firm, shared()), "queue", AS_OF, manager=manager, kind=kind)
    kept = [row for row in oracle.queue(firm, AS_OF) if row["manager"] == code and kind in {"all", row["kind"]}]
    assert shown(rows) == shown(kept)
    assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))


@pytest.mark.parametrize(
    ("late", "priority", "urgent"),
    [
        (0, None, 1),
        (6, None, 1),
        (7, None, 2),
        (27, None, 4),
        (28, None, 5),
        (400, None, 5),
        (0, "high", 2),
        (400, "urgent", 10),
    ],
)
def test_urgency_by_weeks_late(late: int, priority: str | None, urgent: float) -> None:
    con = store_of([])
    opened = dt.datetime.combine(TODAY - dt.timedelta(days=late), dt.time(8))
    insert(con, "tickets", {"id": 1, "ticket_no": "T1", "opened_at": opened, "priority": priority, "status": "open"})
    row = answer(con, "queue", TODAY)[0]
    assert (row["kind"], row["urgency"], row["priority"], row["customer"]) == ("ticket", urgent, urgent, None)


def silent_store() -> Any:
    """A buys every ten days and then stops; by the end of June it is overdue and not departed."""
    return store_of([line("A", day) for day in ("2025-05-01", "2025-05-11", "2025-05-21", "2025-05-31", "2025-06-10")])


def test_a_call_is_due_from_the_day_the_pause_is_too_long() -> None:
    assert answer(silent_store(), "queue", "2025-06-25") == []
    row = answer(silent_store(), "queue", "2025-06-26")[0]
    assert (row["kind"], row["due_on"], row["what"]) == (
        "call", dt.date(2025, 6, 26), "16 days since the last purchase, usually every 10",
    )  # fmt: skip


@pytest.mark.parametrize("said", ["consent_call = false", "tags = 'vip; Do-not-contact'", "tags = 'не звонить'"])
def test_who_does_not_want_calls_gets_none_and_is_counted(said: str) -> None:
    con = silent_store()
    con.execute(f"UPDATE contacts SET {said}")
    insert(con, "tickets", {"id": 1, "ticket_no": "T1", "customer_id": 1, "opened_at": TODAY, "status": "open"})
    table = run(registry.find("queue"), con, as_of=TODAY, parameters={}, currency="EUR")
    assert [row[1] for row in table.rows.fetch()] == ["ticket"]
    assert any("does not want to be called" in note for note in table.notes)


def test_the_formula_is_printed_with_its_constants() -> None:
    table = run(registry.find("queue"), silent_store(), as_of=TODAY, parameters={}, currency="EUR")
    said = " ".join(table.notes)
    assert (
        f"{urgency.PER_WEEK} more for each whole week late, at most {urgency.MOST}; {urgency.SOON} before that day; × {urgency.GRAVE}"
        in said
    )
    assert "class A 3, B 2, everyone else 1" in said
    assert "1.5 times" in said
    assert "%(" not in said + (table.headline or "")


def test_the_headline_says_how_much_what_it_is_worth_and_whom_first() -> None:
    con = books(
        [
            bill("A", "2025-05-01", 100, no="I1", due_on="2025-06-01"),
            bill("A", "2025-05-02", 50, no="I2", due_on="2025-06-02"),
        ],
        [],
    )
    table = run(registry.find("queue"), con, as_of=TODAY, parameters={}, currency="EUR", beside=True)
    assert table.headline is not None
    assert "1 thing waits, 1 late" in table.headline
    assert "overdue invoices €150" in table.headline
    assert "First: Firm A, invoice: overdue invoices: 2, the oldest I1" in table.headline
    assert table.beside[0].rows.fetch() == [("invoice", 1, 1, Decimal(150), 5.0, 5.0)]


def test_an_unknown_manager_is_refused() -> None:
    with pytest.raises(NotFoundError):
        answer(silent_store(), "queue", TODAY, manager="nobody")


def test_hostile_words_stay_words() -> None:
    con = store_of([])
    subject = "[red]x[/red] <script>'; DROP TABLE tickets; --{day}"
    insert(con, "tickets", {"id": 1, "ticket_no": "=1+1", "opened_at": TODAY, "subject": subject, "status": "open"})
    assert answer(con, "queue", TODAY)[0]["what"] == f"=1+1: {subject}"


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [line("A", "2025-06-30")],
        [line(None, "2025-05-01")],
        [line("A", "2025-05-01", -5)],
        [line("A", "2026-05-01", promised_on=dt.date(2026, 6, 1))],
    ],
)
def test_nothing_waits_where_nothing_is_known(lines: list[dict[str, Any]]) -> None:
    table = run(registry.find("queue"), store_of(lines), as_of=TODAY, parameters={}, currency="EUR", beside=True)
    assert (len(table.rows), table.headline) == (0, None)
    assert "import" in (table.empty or "")


def test_late_orders_count_the_goods_that_have_not_arrived() -> None:
    con = store_of([line("A", "2025-05-01", 100, order="O1", qty=4, status="shipped", promised_on=dt.date(2025, 5, 9))])
    insert(
        con,
        "shipments",
        {"id": 1, "shipment_no": "S1", "order_id": 1, "shipped_on": "2025-05-05", "delivered_on": "2025-05-08"},
    )
    insert(con, "shipment_lines", {"id": 1, "shipment_id": 1, "order_line_id": 1, "qty": 3})
    row = answer(con, "queue", TODAY, kind="late_order")[0]
    assert (row["amount"], row["days_late"], row["what"]) == (25, 52, "O1 was promised for 2025-05-09")
