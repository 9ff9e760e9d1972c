"""The page of the day: every figure against a slow count, every poor store in words, one screen."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmcli.reports.today.page import today
from crmcli.reports.today.spans import month_before, month_to_date, year_before
from crmcli.table import Figure, Table
from tests.cli.program import crmcli
from tests.reports.small_store import empty_store, insert, line, store_of

DAY = "2026-06-30"


def rows(table: Table) -> list[dict[str, Any]]:
    names = [column.name for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows.fetch()]


def page(con: duckdb.DuckDBPyConnection, day: str, limit: int | None = None) -> dict[str, Table]:
    tables = today(con, as_of=dt.date.fromisoformat(day), currency="EUR", limit=limit)
    return {table.name: table for table in tables}


def figures(table: Table) -> dict[str, Any]:
    found = {row["measure"]: row["value"] for row in rows(table)}
    return {name: value.value if isinstance(value, Figure) else value for name, value in found.items()}


def invoice(number: int, customer: int, due: str | None, amount: int, issued: str = "2025-01-01") -> dict[str, Any]:
    return {
        "id": number, "invoice_no": f"I{number}", "customer_id": customer, "issued_on": issued, "due_on": due,
        "amount": amount, "status": None,
    }  # fmt: skip


def ticket(number: int, opened: str, closed: str | None = None, **more: Any) -> dict[str, Any]:
    row = {"id": number, "ticket_no": f"T{number}", "customer_id": 1, "kind": "question", "priority": None}
    return {**row, "status": None, "opened_at": f"{opened} 10:00", "closed_at": closed, **more}


@pytest.fixture
def shop() -> duckdb.DuckDBPyConnection:
    """A small shop on 17 March 2026. Ids run against the codes: A is 3, B is 2, C is 1."""
    con = store_of(
        [
            line("A", "2025-03-10", 50), line("A", "2025-03-18", 500), line("A", "2026-02-10", 400),
            line("A", "2026-02-18", 9000), line("A", "2026-03-02", 100), line("A", "2026-03-18", 7000),
            line("B", "2026-02-01", 10), line("B", "2026-03-17", 310), line("B", "2026-03-05", -20),
            line("C", "2026-03-01", 5), line(None, "2026-03-03", 1000), line("C", "2026-03-04", 999, status="cancelled"),
            line("A", "2026-01-05", 1, order="L1", promised_on="2026-03-10", status="confirmed"),
            line("A", "2026-01-05", 1, order="L2", promised_on="2026-03-17"),
            line("A", "2026-01-05", 1, order="L3", promised_on="2026-03-10", delivered_on="2026-03-12"),
            line("A", "2026-01-05", 1, order="L4", promised_on="2026-03-16", delivered_on="2026-03-18", status="shipped"),
            line("A", "2026-01-05", 1, order="L5", promised_on="2026-03-01", status="confirmed"),
        ]
    )  # fmt: skip
    invoices = [
        invoice(1, 3, "2026-03-16", 100), invoice(2, 3, "2026-03-17", 200), invoice(3, 2, "2026-01-01", 300),
        invoice(4, 2, "2026-02-01", 400), invoice(5, 2, None, 500), invoice(6, 1, "2026-03-01", 50, "2026-03-20"),
    ]  # fmt: skip
    insert(con, "invoices", *invoices)
    payments = [(3, "2026-03-17", 300), (4, "2026-03-18", 400), (4, "2026-03-01", 150)]
    insert(con, "payments", *({"id": i, "invoice_id": n, "paid_on": on, "amount": a, "with_invoice": False}
                              for i, (n, on, a) in enumerate(payments)))  # fmt: skip
    insert(
        con, "tickets",
        ticket(1, "2026-01-01"), ticket(2, "2026-02-01", kind="complaint"), ticket(3, "2026-03-16", priority="urgent"),
        ticket(4, "2026-01-01", "2026-03-17 09:00"), ticket(5, "2026-03-18"), ticket(6, "2026-02-02", "2026-03-18 09:00"),
    )  # fmt: skip
    return con


def test_figures_of_the_day(shop: duckdb.DuckDBPyConnection) -> None:
    found = figures(page(shop, "2026-03-17")["today"])
    assert found["overdue_amount"] == Decimal(100 + 250)
    assert found["late_orders"] == 3  # L1, L4 (delivered a day later), L5
    assert found["open_tickets"] == 4
    assert found["month_revenue"] == Decimal(100 + 310 - 20 + 5 + 1000)
    assert found["new_customers"] == 1
    remarks = {row["measure"]: row["remark"] for row in rows(page(shop, "2026-03-17")["today"])}
    assert remarks["overdue_amount"] == "2 invoices, the oldest 44 days past due"
    assert remarks["open_tickets"] == "complaints and claims: 1; the oldest: 75 days"
    month = "+240.2 % on the month before; +2,690.0 % on a year ago; at this pace €2,544 by the end of the month"
    assert str(remarks["month_revenue"]).replace("\u00a0", " ") == month
    assert remarks["new_customers"] == "Firm C"


def test_what_waits_comes_as_the_queue_has_it(shop: duckdb.DuckDBPyConnection) -> None:
    found = rows(page(shop, "2026-03-17", limit=9)["waiting"])
    assert [(row["kind"], row["number"], row["customer"], row["class"], row["days"]) for row in found] == [
        ("open_complaint", "T2", "C", None, 44), ("late_order", "L5", "A", "A", 16), ("late_order", "L1", "A", "A", 7),
        ("open_ticket", "T1", "C", None, 75), ("overdue_invoice", "I4", "B", None, 44), ("open_ticket", "T6", "C", None, 43),
        ("overdue_invoice", "I1", "A", "A", 1), ("late_order", "L4", "A", "A", 1), ("open_ticket", "T3", "C", None, 1),
    ]  # fmt: skip
    assert [row["amount"] for row in found if row["kind"] == "overdue_invoice"] == [Decimal(250), Decimal(100)]
    assert len(page(shop, "2026-03-17")["waiting"].rows) == 5
    assert len(page(shop, "2026-03-17", limit=1)["waiting"].rows) == 1


def test_who_gained_and_lost(shop: duckdb.DuckDBPyConnection) -> None:
    found = rows(page(shop, "2026-03-17")["movers"])
    assert [(row["kind"], row["customer"], row["change"]) for row in found] == [
        ("gain", "B", Decimal(280)), ("gain", "C", Decimal(5)), ("loss", "A", Decimal(-300)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("day", "before", "year"),
    [
        ("2026-03-31", ("2026-02-01", "2026-02-28"), ("2025-03-01", "2025-03-31")),
        ("2024-02-29", ("2024-01-01", "2024-01-29"), ("2023-02-01", "2023-02-28")),
        ("2026-01-15", ("2025-12-01", "2025-12-15"), ("2025-01-01", "2025-01-15")),
    ],
)
def test_days_compared(day: str, before: tuple[str, str], year: tuple[str, str]) -> None:
    on = dt.date.fromisoformat(day)
    for span, wanted in ((month_before(on), before), (year_before(on), year)):
        assert (span.first.isoformat(), span.last.isoformat()) == wanted
    assert month_to_date(on).first == on.replace(day=1)


POOR = {
    "empty": [],
    "one order": [line("A", "2026-06-30", 10)],
    "one day": [line(c, "2026-06-30", 10) for c in "ABC"],
    "only returns": [line("A", "2026-06-01", -10), line("B", "2026-05-01", -5)],
    "only anonymous": [line(None, "2026-06-01", 10), line(None, "2026-05-01", 5)],
    "future": [line("A", "2027-01-01", 10)],
    "cancelled": [line("A", "2026-06-01", 10, status="cancelled")],
    "nothing": [line("A", "2026-06-01", 0)],
}


@pytest.mark.parametrize("day", ["2026-06-30", "2026-06-01", "1970-01-01", "2200-02-28"])
@pytest.mark.parametrize("name", POOR)
def test_poor_stores_are_told_in_words(name: str, day: str) -> None:
    tables = page(store_of(POOR[name]), day)
    assert list(tables) == ["today", "call", "waiting", "movers"]
    told = json.dumps([[t.headline, t.empty, [list(map(str, row)) for row in t.rows.fetch()]] for t in tables.values()])
    assert "nan" not in told.lower().replace("finan", "")
    assert "inf" not in told.lower()
    assert "no invoices yet" in told
    assert "no tickets yet" in told


def test_an_empty_store_says_what_to_import() -> None:
    found = page(empty_store(), DAY)
    assert found["today"].headline == "Nothing is sold yet; import orders: crmcli import run FILE --as orders"
    assert [row["value"] for row in rows(found["today"])] == [None] * 7
    assert found["call"].empty
    assert found["waiting"].empty


SALE = st.tuples(st.sampled_from("ABC"), st.integers(0, 120), st.integers(-50, 100))


@settings(max_examples=15, deadline=None)
@given(sales=st.lists(SALE, max_size=8), back=st.integers(0, 60))
def test_the_month_agrees_with_a_slow_count(sales: list[tuple[str, int, int]], back: int) -> None:
    on = dt.date(2026, 6, 30) - dt.timedelta(days=back)
    facts = [(customer, dt.date(2026, 6, 30) - dt.timedelta(days=ago), net) for customer, ago, net in sales]
    con = store_of([line(c, d, n, order=str(i)) for i, (c, d, n) in enumerate(facts)])
    found = page(con, on.isoformat(), limit=9)
    spans = month_to_date(on), month_before(on)
    sums = {c: [sum(n for who, d, n in facts if who == c and s.first <= d <= s.last) for s in spans] for c in "ABC"}
    change = {c: now - before for c, (now, before) in sums.items() if now != before}
    assert {row["customer"]: row["change"] for row in rows(found["movers"])} == change
    if any(d <= on for _c, d, _n in facts):
        assert figures(found["today"])["month_revenue"] == sum(now for now, _before in sums.values())


@pytest.mark.parametrize("width", ["80", "140"])
def test_one_screen(firm: Path, width: str) -> None:
    said = crmcli("today", "--as-of", DAY, store=firm, env={"COLUMNS": width})
    assert said.code == 0, said.err
    assert len(said.out.splitlines()) < 60


def test_every_format(firm: Path, tmp_path: Path) -> None:
    whole = json.loads(crmcli("today", "--as-of", DAY, "--format", "json", store=firm).out)
    assert set(whole) == {"today", "call", "waiting", "movers"}
    churn = json.loads(
        crmcli(
            "report",
            "churn",
            "--as-of",
            DAY,
            "--where",
            "band in (high, medium)",
            "--limit",
            "5",
            "--format",
            "json",
            store=firm,
        ).out
    )
    assert [row["customer"] for row in whole["call"]["rows"]] == [row["customer"] for row in churn["rows"]]
    for ending in ("html", "md", "xlsx", "txt"):
        path = tmp_path / f"today.{ending}"
        assert crmcli("--lang", "ru", "today", "--as-of", DAY, "--output", path, store=firm).code == 0
        assert path.stat().st_size > 1000
    said = crmcli("today", "--format", "csv", store=firm)
    assert said.code == 2
    assert (
        crmcli(
            "today", "--as-of", DAY, store=firm, env={"LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
        ).code
        == 0
    )


def test_a_past_day_is_as_it_was(shop: duckdb.DuckDBPyConnection) -> None:
    then = figures(page(shop, "2026-02-10")["today"])
    assert then["month_revenue"] == Decimal(410)
    assert then["overdue_amount"] == Decimal(300 + 400)
    assert then["late_orders"] == 0
    assert then["open_tickets"] == 4
