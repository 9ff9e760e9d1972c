"""The sales cycle against its slow twin, by hand on a chain that is known, and where things are missing."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmcli.errors import UsageError
from crmcli.reports import registry
from crmcli.reports.deals.cycle import BY
from crmcli.reports.run import run
from crmcli.table import Table
from tests import oracle_cycle
from tests.reports.small_store import answer, empty_store, insert

DAY = dt.date(2025, 6, 30)
TABLES = ("contacts", "interactions", "opportunities", "quotes", "quote_lines", "orders", "order_lines", "shipments",
          "invoices", "payments")  # fmt: skip
Facts = dict[str, list[dict[str, Any]]]


def day(text: str) -> dt.date:
    """A date."""
    return dt.date.fromisoformat(text)


def contact(number: int, created: dt.date | None = None, **more: Any) -> dict[str, Any]:
    return {"id": number, "code": f"C{number}", "name": f"Firm {number}", "created_on": created, "role": None,
            "group": None, "region": None, **more}  # fmt: skip


def deal(number: int, customer: int | None, opened: dt.date, **more: Any) -> dict[str, Any]:
    return {"id": number, "opportunity_no": f"D{number}", "customer_id": customer, "opened_on": opened, "closed_on": None,
            "status": "open", "amount": None, "manager_id": None, "product_id": None, **more}  # fmt: skip


def quote(number: int, customer: int, sent: dt.date | None, **more: Any) -> dict[str, Any]:
    return {"id": number, "quote_no": f"Q{number}", "revision": 1, "customer_id": customer, "quoted_on": sent or DAY, "sent_on": sent,
            "valid_until": None, "status": "sent", "currency": "EUR", "language": "en", "tax_mode": "line", "tax_included": False,
            "opportunity_no": None, "decided_on": None, "order_no": None, **more}  # fmt: skip


def order(number: int, customer: int | None, on: dt.date, **more: Any) -> dict[str, Any]:
    return {"id": number, "order_no": f"O{number}", "numbered_here": False, "ordered_on": on, "customer_id": customer,
            "status": "confirmed", "shipped_on": None, "quote_no": None, "channel": None, **more}  # fmt: skip


def line(number: int, of: dict[str, Any], net: str | int) -> dict[str, Any]:
    counted = of["status"] not in {"draft", "cancelled"}
    return {"id": number, "order_id": of["id"], "customer_id": of["customer_id"], "ordered_on": of["ordered_on"],
            "counted": counted, "qty": 1, "net": Decimal(net), "product_id": None}  # fmt: skip


def invoice(number: int, customer: int, on: dt.date, amount: str | int = 100, **more: Any) -> dict[str, Any]:
    return {"id": number, "invoice_no": f"I{number}", "customer_id": customer, "order_no": None, "issued_on": on,
            "amount": Decimal(amount), "status": None, "credits": None, **more}  # fmt: skip


def payment(number: int, of: int, on: dt.date, amount: str | int = 100) -> dict[str, Any]:
    return {
        "id": number,
        "invoice_id": of,
        "paid_on": on,
        "amount": Decimal(amount),
        "method": None,
        "with_invoice": False,
    }


def store(facts: Facts) -> duckdb.DuckDBPyConnection:
    """A store of these rows, in euros."""
    con = empty_store()
    con.execute("INSERT INTO meta.settings VALUES ('base_currency', 'EUR')")
    for table, rows in facts.items():
        insert(con, table, *rows)
    return con


def whole_road() -> Facts:
    """One deal all the way: made 1 Jan, opened 11 Jan, quoted 16 Jan, ordered 26 Jan, billed 25 Jan, shipped 30 Jan, paid 24 Feb."""
    sold = order(1, 1, day("2025-01-26"), quote_no="Q1", shipped_on=day("2025-01-30"))
    return {
        "contacts": [contact(1, day("2025-01-01")), contact(2, day("2024-07-20")), contact(3, day("2025-06-01"))],
        "opportunities": [
            deal(1, 1, day("2025-01-11"), closed_on=day("2025-01-26"), status="won", amount=Decimal(500)),
            deal(2, 1, day("2025-02-01"), closed_on=day("2025-02-11"), status="lost", amount=Decimal(70)),
            deal(3, 1, day("2025-06-01")),
        ],
        "quotes": [
            quote(1, 1, day("2025-01-16"), opportunity_no="D1", status="accepted", decided_on=day("2025-01-26"))
        ],
        "orders": [sold],
        "order_lines": [line(1, sold, 480)],
        "invoices": [invoice(1, 1, day("2025-01-25"), 480, order_no="O1")],
        "payments": [payment(1, 1, day("2025-02-10"), 200), payment(2, 1, day("2025-02-24"), 280)],
    }


def told(con: duckdb.DuckDBPyConnection, **options: Any) -> Table:
    return run(registry.find("cycle"), con, as_of=DAY, parameters=options, currency="EUR", beside=True)


def test_one_chain_is_followed_from_the_first_word_to_the_money() -> None:
    rows = {row["step"]: row for row in answer(store(whole_road()), "cycle", DAY)}
    shown = {step: (row["entered"], row["went_on"], row["died"], row["on_the_way"], row["days_median"], row["negative"])
             for step, row in rows.items()}  # fmt: skip
    assert shown == {
        "lead": (3, 1, 1, 1, 10.0, 0),
        "opportunity": (3, 1, 1, 1, 5.0, 0),
        "quote": (1, 1, 0, 0, 10.0, 0),
        "order": (1, 1, 0, 0, 4.0, 0),
        "shipment": (1, 1, 0, 0, -5.0, 1),
        "invoice": (1, 1, 0, 0, 30.0, 0),
        "payment": (1, None, None, None, None, None),
    }
    assert rows["opportunity"]["died_amount"] == 70
    table = told(store(whole_road()))
    assert "1 of 3 deals ended before a quote, worth €70" in (table.headline or "")
    roads = {row[0]: row[1:5] for row in table.beside[-1].rows.fetch()}
    assert roads["lead_to_payment"] == (1, 54.0, 54.0, 54.0)
    assert roads["deal_to_won"] == (1, 15.0, 15.0, 15.0)
    assert roads["deal_to_lost"] == (1, 10.0, 10.0, 10.0)


def test_a_past_day_shows_the_chain_where_it_was() -> None:
    con = store(whole_road())
    rows = {row["step"]: row for row in answer(con, "cycle", "2025-01-20")}
    assert list(rows) == ["lead", "opportunity", "quote"]
    assert rows["quote"]["on_the_way"] == rows["quote"]["waiting_now"] == 1
    assert answer(con, "cycle", "2024-07-19") == []


def test_the_period_before_is_seen_as_it_stood_at_its_end() -> None:
    facts = whole_road()
    facts["opportunities"] = [
        deal(1, 1, day("2025-01-11"), closed_on=day("2025-06-20"), status="lost"),
        deal(2, 1, day("2025-05-01"), closed_on=day("2025-06-20"), status="lost"),
    ]
    rows = {row["step"]: row for row in answer(store(facts), "cycle", DAY, window=100)}
    row = rows["opportunity"]
    assert (row["entered"], row["died"]) == (1, 1)
    assert (row["entered_before"], row["share_before"]) == (1, 1.0)  # it had its quote; the loss came later


def test_a_clear_change_is_called_one_and_a_small_one_chance() -> None:
    def deals(first: int, opened: str, days: int, spread: int) -> list[dict[str, Any]]:
        return [
            deal(first + n, None, day(opened), closed_on=day(opened) + dt.timedelta(days + n % spread), status="won")
            for n in range(30)
        ]

    slow = store({"opportunities": [*deals(1, "2024-09-01", 5, 10), *deals(101, "2025-03-01", 25, 10)]})
    same = store({"opportunities": [*deals(1, "2024-09-01", 5, 10), *deals(101, "2025-03-01", 6, 9)]})
    few = store({"opportunities": [*deals(1, "2024-09-01", 5, 10)[:19], *deals(101, "2025-03-01", 25, 10)]})
    verdicts = [answer(con, "cycle", DAY, window=180)[0]["days_verdict"] for con in (slow, same, few)]
    assert verdicts == ["longer", "by_chance", None]


def test_credited_invoices_die_and_offsets_are_no_money() -> None:
    facts: Facts = {
        "contacts": [contact(1)],
        "invoices": [
            invoice(1, 1, day("2025-03-01")),
            {**invoice(2, 1, day("2025-03-05"), -100), "credits": "I1"},
        ],
        "payments": [{**payment(1, 1, day("2025-03-06")), "method": "offset"}],
    }
    row, *others = answer(store(facts), "cycle", DAY)
    assert (row["step"], row["entered"], row["died"], others) == ("invoice", 1, 1, [])


@pytest.mark.parametrize("by", BY)
def test_every_division_adds_up_to_the_whole(by: str) -> None:
    rows = answer(store(whole_road()), "cycle", DAY, by=by)
    entered = {step: sum(row["entered"] for row in rows if row["step"] == step) for step in oracle_cycle.STEPS}
    assert entered == {"lead": 3, "opportunity": 3, "quote": 1, "order": 1, "shipment": 1, "invoice": 1, "payment": 1}


def test_segments_are_asked_by_name_and_strangers_refused() -> None:
    con = store(whole_road())
    con.execute("INSERT INTO segments (id, name, rule, added_in, changed_in) VALUES (1, 'buyers', 'revenue > 0', 1, 1)")
    names = {row["series"] for row in answer(con, "cycle", DAY, by="segment")}
    assert names == {"buyers", None}
    ready = {row["series"] for row in answer(con, "cycle", DAY, by="segment", segment="Stage-Attract, buyers")}
    assert "stage-attract" in ready
    with pytest.raises(UsageError, match="nobody"):
        answer(con, "cycle", DAY, by="segment", segment="nobody")
    with pytest.raises(UsageError, match="--by segment"):
        answer(con, "cycle", DAY, segment="buyers")


STORES: dict[str, Facts] = {
    "nothing": {},
    "only orders": {"contacts": [contact(1)], "orders": [order(1, 1, DAY)], "order_lines": [line(1, order(1, 1, DAY), 5)]},
    "only deals": {"opportunities": [deal(1, None, DAY), deal(2, None, DAY, status="lost", closed_on=DAY, amount=Decimal(0))]},
    "only returns": {"orders": [order(1, None, DAY)], "order_lines": [line(1, order(1, None, DAY), -5)]},
    "only anonymous": {"orders": [order(1, None, DAY)], "order_lines": [line(1, order(1, None, DAY), 5)]},
    "only invoices": {"contacts": [contact(1)], "invoices": [invoice(1, 1, DAY)]},
    "only contacts": {"contacts": [contact(1, DAY), contact(2, role="supplier")]},
    "only the future": {"opportunities": [deal(1, None, DAY + dt.timedelta(9))]},
    "undated deal": {"contacts": [contact(1, DAY)], "opportunities": [{**deal(1, 1, DAY), "opened_on": None}]},
}  # fmt: skip


@pytest.mark.parametrize("name", STORES)
@pytest.mark.parametrize(
    "options", [{}, {"by": "product"}, {"by": "segment"}, {"window": 36_500}, {"window": 1}], ids=str
)
def test_troubled_stores_show_no_number_that_is_none(name: str, options: dict[str, Any]) -> None:
    table = told(store(STORES[name]), **options)
    cells = [cell for part in (table, *table.beside) for row in part.rows.fetch() for cell in row]
    assert all(math.isfinite(cell) for cell in cells if isinstance(cell, float | Decimal))
    assert (table.headline is None) == (len(table.rows) == 0)
    assert "%(" not in " ".join([table.headline or "", *table.notes])


def test_where_nothing_later_is_written_down_nothing_waits_for_it() -> None:
    (row,) = answer(store(STORES["only orders"]), "cycle", DAY)
    assert (row["step"], row["entered"], row["on_the_way"], row["share_on"], row["waiting_now"]) == (
        "order",
        1,
        None,
        None,
        None,
    )


DAYS = st.integers(0, 500).map(lambda n: dt.date(2024, 3, 1) + dt.timedelta(n))
MAYBE = st.none() | DAYS
WHO = st.integers(1, 4)


@st.composite
def shops(draw: st.DrawFn) -> Facts:
    """Up to some dozen facts of every table, linked by chance."""
    parties = [contact(n, draw(MAYBE), role=draw(st.sampled_from([None, "supplier"]))) for n in range(1, 5)]
    touches = [
        {"id": n, "customer_id": draw(WHO), "at": dt.datetime.combine(draw(DAYS), dt.time(9))}
        for n in range(draw(st.integers(0, 4)))
    ]
    deals = []
    for n in range(1, 1 + draw(st.integers(0, 4))):
        opened, status = draw(DAYS), draw(st.sampled_from(["open", "won", "lost"]))
        closed = None if status == "open" else opened + dt.timedelta(draw(st.integers(0, 200)))
        deals.append(
            deal(
                n,
                draw(st.none() | WHO),
                opened,
                status=status,
                closed_on=closed,
                amount=draw(st.sampled_from([None, Decimal(0), Decimal(9)])),
            )
        )
    quotes, parts = [], []
    for n in range(1, 1 + draw(st.integers(0, 4))):
        sent, status = draw(DAYS), draw(st.sampled_from(["sent", "accepted", "rejected"]))
        decided = None if status == "sent" else sent + dt.timedelta(draw(st.integers(0, 60)))
        valid = None if decided else draw(st.none() | st.just(sent + dt.timedelta(30)))
        of = draw(st.sampled_from([None, *(d["opportunity_no"] for d in deals)]))
        quotes.append(
            quote(n, draw(WHO), sent, status=status, decided_on=decided, valid_until=valid, opportunity_no=of)
        )
        parts += [
            {
                "id": n,
                "quote_id": n,
                "line_no": 1,
                "description": "x",
                "qty": 1,
                "unit_price": 7 * n,
                "net": Decimal(7 * n),
                "tax": 0,
            }
        ]
    orders, lines, shipped = [], [], []
    for n in range(1, 1 + draw(st.integers(0, 5))):
        on = draw(DAYS)
        sold = order(n, draw(st.none() | WHO), on, status=draw(st.sampled_from(["confirmed", "cancelled", "completed", "draft"])),
                     shipped_on=draw(st.none() | st.just(on + dt.timedelta(3))), quote_no=draw(st.sampled_from([None, *(q["quote_no"] for q in quotes)])))  # fmt: skip
        orders.append(sold)
        lines.append(line(n, sold, draw(st.sampled_from([10, 20, -5]))))
        if draw(st.booleans()):
            shipped.append({"id": n, "shipment_no": f"S{n}", "order_id": n, "shipped_on": draw(DAYS)})
    invoices = [invoice(n, draw(WHO), draw(DAYS), draw(st.sampled_from([100, 50])), order_no=draw(st.sampled_from([None, "O1", "O2", "O3"])))
                for n in range(1, 1 + draw(st.integers(0, 5)))]  # fmt: skip
    paid = [
        payment(n, draw(st.integers(1, 5)), draw(DAYS), draw(st.sampled_from([100, 50])))
        for n in range(draw(st.integers(0, 6)))
    ]
    values = (parties, touches, deals, quotes, parts, orders, lines, shipped, invoices, paid)
    return dict(zip(TABLES, values, strict=True))


@settings(max_examples=25, deadline=None)
@given(shops(), st.sampled_from([60, 200, 365]), st.sampled_from([dt.date(2024, 12, 31), DAY, dt.date(2025, 9, 1)]))
def test_the_report_agrees_with_its_slow_twin(facts: Facts, window: int, as_of: dt.date) -> None:
    expected = oracle_cycle.cycle(facts, as_of, window)
    rows = {row["step"]: row for row in answer(store(facts), "cycle", as_of, window=window)}
    assert list(rows) == list(expected)
    for step, row in rows.items():
        slow = expected[step]
        for name in ("entered", "went_on", "died", "on_the_way", "negative", "waiting_now", "entered_before"):
            assert row[name] == slow.get(name), (step, name)
        for name, other in (("share_on", "share_on"), ("share_before", "share_on_before"), ("days_median", "days_median"),
                            ("days_median_before", "days_median_before")):  # fmt: skip
            assert row[name] == (None if slow.get(other) is None else pytest.approx(slow[other], abs=1e-8)), (
                step,
                name,
            )
        assert (row["died_amount"] or 0) == slow["died_amount"]
        assert (row["waiting_amount"] or 0) == (slow["waiting_amount"] or 0)


def test_of_two_orders_of_a_deal_the_one_not_cancelled_goes_on_with_it() -> None:
    first = order(1, 1, day("2025-02-01"), quote_no="Q1", status="cancelled")
    second, third = (order(n, 1, day(f"2025-03-0{n}"), quote_no="Q1") for n in (2, 3))
    facts: Facts = {
        "contacts": [contact(1)],
        "opportunities": [deal(1, 1, day("2025-01-01"))],
        "quotes": [
            quote(1, 1, day("2025-01-11"), opportunity_no="D1", status="replaced"),
            quote(2, 1, day("2025-01-21"), quote_no="Q1", revision=2, opportunity_no="D1"),
        ],
        "orders": [first, second, third],
        "order_lines": [line(n, of, 10) for n, of in enumerate((first, second, third), 1)],
    }
    rows = {row["step"]: row for row in answer(store(facts), "cycle", DAY)}
    assert rows["opportunity"]["days_median"] == 10  # to the first sending, not to that of the later revision
    assert rows["quote"]["days_median"] == 50  # 11 January to 2 March
    assert (rows["order"]["entered"], rows["order"]["died"]) == (3, 1)


def test_a_quote_dies_the_day_after_it_expired_and_not_where_it_was_taken_or_belongs_to_a_deal() -> None:
    sent, last = day("2025-05-01"), {"valid_until": DAY - dt.timedelta(1)}
    facts: Facts = {
        "contacts": [contact(n) for n in range(1, 6)],
        "opportunities": [deal(1, 4, sent)],
        "quotes": [
            quote(1, 1, sent, **last),
            quote(2, 2, sent, valid_until=DAY),
            quote(3, 3, sent),
            quote(4, 4, sent, opportunity_no="D1", **last),
            quote(5, 5, sent, status="accepted", decided_on=sent, order_no="O1", **last),
        ],
        "orders": [order(1, 5, sent, quote_no="Q5")],
        "order_lines": [line(1, order(1, 5, sent), 10)],
    }
    rows = {row["step"]: row for row in answer(store(facts), "cycle", DAY)}
    assert (rows["quote"]["entered"], rows["quote"]["died"], rows["quote"]["went_on"]) == (5, 1, 1)
    assert rows["quote"]["on_the_way"] == 3
    rows = {row["step"]: row for row in answer(store(facts), "cycle", DAY - dt.timedelta(1))}
    assert rows["quote"]["died"] == 0


def test_a_touch_on_the_day_of_the_first_order_makes_a_lead_and_a_later_one_does_not() -> None:
    sold = order(1, 1, day("2025-02-01"))
    facts: Facts = {"contacts": [contact(1)], "orders": [sold], "order_lines": [line(1, sold, 10)]}
    for touched, leads in (("2025-02-01", 1), ("2025-02-02", 0)):
        touch = {"id": 1, "customer_id": 1, "at": dt.datetime.combine(day(touched), dt.time(9))}
        found = [
            row for row in answer(store({**facts, "interactions": [touch]}), "cycle", DAY) if row["step"] == "lead"
        ]
        assert len(found) == leads
