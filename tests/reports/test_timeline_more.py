"""The timeline tells of quotes, credit notes, parcels, preferences, plan steps and key accounts, each on its day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import duckdb
import pytest

from crmcli.reports.timeline import timeline
from tests.reports.small_store import empty_store, insert

LAST = dt.date(2026, 12, 31)


@pytest.fixture(scope="module")
def store() -> Iterator[duckdb.DuckDBPyConnection]:
    con = empty_store()
    insert(con, "contacts", {"id": 1, "code": "K", "name": "Kay"}, {"id": 2, "code": "L", "name": "Elle"})
    quote = {"customer_id": 1, "quoted_on": dt.date(2026, 1, 1), "currency": "RUB", "language": "en", "tax_mode": "line",
             "tax_included": False}  # fmt: skip
    insert(
        con, "quotes",
        {**quote, "id": 1, "quote_no": "Q-1", "revision": 1, "status": "replaced", "sent_on": dt.date(2026, 1, 2), "decided_on": None, "order_no": None},
        {**quote, "id": 2, "quote_no": "Q-1", "revision": 2, "status": "accepted", "sent_on": dt.date(2026, 1, 3), "decided_on": dt.date(2026, 1, 4), "order_no": "S-1"},
        {**quote, "id": 3, "quote_no": "Q-2", "revision": 1, "status": "draft", "sent_on": None, "decided_on": None, "order_no": None},
    )  # fmt: skip
    line = {"quote_id": 2, "description": "x", "qty": 1, "unit_price": 100, "tax": Decimal(20), "net": Decimal(100)}
    insert(
        con,
        "quote_lines",
        {**line, "id": 1, "line_no": 1, "mark": None},
        {**line, "id": 2, "line_no": 2, "mark": "suggested"},
    )
    insert(con, "orders", {"id": 1, "order_no": "S-1", "numbered_here": True, "ordered_on": dt.date(2026, 1, 4), "customer_id": 1,
                           "status": "shipped", "shipped_on": dt.date(2026, 1, 6)})  # fmt: skip
    insert(con, "shipments", {"id": 1, "shipment_no": "D-1", "order_id": 1, "shipped_on": dt.date(2026, 1, 5)},
           {"id": 2, "shipment_no": "D-2", "order_id": 1, "shipped_on": dt.date(2026, 1, 6)})  # fmt: skip
    insert(con, "invoices", {"id": 1, "invoice_no": "INV-1", "customer_id": 1, "issued_on": dt.date(2026, 1, 7), "amount": 120, "credits": None},
           {"id": 2, "invoice_no": "CN-1", "customer_id": 1, "issued_on": dt.date(2026, 1, 8), "amount": -120, "credits": "INV-1"})  # fmt: skip
    insert(con, "preferences", {"id": 1, "customer_id": 1, "kind": "need", "text": "tea", "noted_on": dt.date(2026, 1, 9),
                                "ended_on": dt.date(2026, 1, 10)})  # fmt: skip
    insert(
        con,
        "account_plans",
        {
            "id": 1,
            "plan_no": "P-1",
            "customer_id": 1,
            "level": "proactive",
            "from_on": dt.date(2026, 1, 1),
            "to_on": LAST,
        },
    )
    step = {"plan_id": 1, "made_on": dt.date(2026, 1, 1), "first_due_on": LAST, "due_on": LAST, "channel": "call"}
    insert(
        con, "plan_steps",
        {**step, "id": 1, "step_no": 1, "done_on": dt.date(2026, 1, 11), "skipped_on": None, "interaction_id": None},
        {**step, "id": 2, "step_no": 2, "done_on": None, "skipped_on": dt.date(2026, 1, 12), "interaction_id": None},
        {**step, "id": 3, "step_no": 3, "done_on": dt.date(2026, 1, 13), "skipped_on": None, "interaction_id": 9},
        {**step, "id": 4, "step_no": 4, "done_on": None, "skipped_on": None, "interaction_id": None},
    )  # fmt: skip
    insert(con, "key_accounts", {"id": 1, "customer_id": 1, "entered_on": dt.date(2026, 1, 14), "left_on": dt.date(2026, 1, 15),
                                 "entry_reason": "big"})  # fmt: skip
    yield con
    con.close()


def told(con: duckdb.DuckDBPyConnection, as_of: dt.date = LAST) -> list[tuple[int, str, str | None, str | None]]:
    """Day of January, event, reference and kind, oldest first."""
    rows = timeline(con, "K", as_of=as_of).rows.fetch()
    return [(row[0].day, row[1], row[4], row[5]) for row in reversed(rows)]


def test_every_road_of_a_sale_and_a_relationship_is_told_once(store: duckdb.DuckDBPyConnection) -> None:
    assert sorted(told(store)) == sorted([
        (2, "quote", "Q-1", None), (3, "quote", "Q-1-2", None), (4, "quote accepted", "Q-1-2", None), (4, "order", "S-1", "shipped"),
        (5, "shipment", "S-1", None), (6, "shipment", "S-1", None), (7, "invoice", "INV-1", None), (8, "credit note", "CN-1", None),
        (9, "need", None, "noted"), (10, "need", None, "ended"), (11, "plan step", "P-1/1", "done"), (12, "plan step", "P-1/2", "skipped"),
        (14, "key account", None, "entered"), (15, "key account", None, "left"),
    ])  # fmt: skip


def test_a_quote_is_told_with_what_it_came_to(store: duckdb.DuckDBPyConnection) -> None:
    amounts = {row[1]: row[7] for row in timeline(store, "K", as_of=LAST).rows.fetch()}
    assert amounts["quote accepted"] == 120  # net and tax, without what was only suggested


def test_what_came_later_is_not_known_yet(store: duckdb.DuckDBPyConnection) -> None:
    assert [event for _day, event, _reference, _kind in told(store, dt.date(2026, 1, 3))] == ["quote", "quote"]
    assert (9, "need", None, "noted") in told(store, dt.date(2026, 1, 9))
    assert (10, "need", None, "ended") not in told(store, dt.date(2026, 1, 9))


def test_nobody_elses_is_told(store: duckdb.DuckDBPyConnection) -> None:
    assert timeline(store, "L", as_of=LAST).rows.fetch() == []
