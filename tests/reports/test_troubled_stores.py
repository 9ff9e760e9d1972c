"""Life cycle, growth, payments and receivables on stores where something is missing, and on past days."""

from __future__ import annotations

import datetime as dt
import math
import random
from decimal import Decimal
from typing import Any

import pytest

from crmcli.reports import registry
from crmcli.reports.run import run
from crmcli.table import ListRows
from tests.reports.bills import bill, books, payment
from tests.reports.small_store import answer, line

AS_OF = dt.date(2025, 6, 30)
CASES: list[tuple[str, dict[str, Any]]] = [
    ("lifecycle", {}), ("lifecycle", {"from": "2025-01-31"}), ("lifecycle", {"from": "0001-01-03", "window": 36500}), ("growth", {}),
    ("growth", {"window": 36500}), ("growth", {"window": 1}), ("payments", {}), ("receivables", {}),
]  # fmt: skip
ONE_DAY = [
    line("A", "2025-06-01", 10, order="1"),
    line("B", "2025-06-01", 10, order="2"),
    line("C", "2025-06-01", 10, order="3"),
]
STORES: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]] = {
    "nothing": ([], [], []),
    "one order": ([line("A", "2025-06-01")], [bill("A", "2025-06-01")], []),
    "all on one day": (
        ONE_DAY,
        [bill("A", "2025-06-01"), bill("B", "2025-06-01")],
        [payment("A/2025-06-01", "2025-06-01")],
    ),
    "only returns": ([line("A", "2025-06-01", -10), line("A", "2025-01-01", -10)], [bill("A", "2025-06-01", -10)], []),
    "only anonymous": ([line(None, "2025-06-01"), line(None, "2024-03-01")], [], []),
    "sums of nothing": ([line("A", "2025-06-01", 0), line("A", "2024-06-01", 0)], [bill("A", "2025-06-01", 0)], []),
    "only drafts": ([line("A", "2025-06-01", status="draft")], [bill("A", "2025-06-01", status="draft")], []),
    "only the future": ([line("A", "2026-06-01")], [bill("A", "2026-06-01")], [payment("A/2026-06-01", "2026-06-01")]),
    "only payments": ([], [], [payment(None, "2025-06-01", customer="A"), payment(None, "2025-06-01")]),
    "very large": ([line("A", "2025-06-01", "99999999999999")] * 3, [bill("A", "2025-06-01", "99999999999999")], []),
}


def values(table: Any) -> list[Any]:
    """Every cell, total and figure of a table and of those beside it."""
    own = [cell for row in table.rows.fetch() for cell in row] + list(table.totals.values())
    return own + [cell for part in table.beside for cell in values(part)]


@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize(("name", "options"), CASES, ids=[f"{name}-{options}" for name, options in CASES])
def test_no_report_fails_or_shows_what_is_no_number(name: str, options: dict[str, Any], store: str) -> None:
    lines, bills, paid = STORES[store]
    table = run(
        registry.find(name), books(bills, paid, lines), as_of=AS_OF, parameters=options, currency="EUR", beside=True
    )
    wrong = [cell for cell in values(table) if isinstance(cell, float | Decimal) and not math.isfinite(cell)]
    assert wrong == []
    told = " ".join([table.headline or "", *table.notes])
    assert "nan" not in told.split()
    assert "%(" not in told
    assert (table.headline is None) == (len(table.rows) == 0)


@pytest.mark.parametrize("name", ["lifecycle", "growth", "payments", "receivables"])
def test_nothing_is_there_before_the_first_fact(name: str) -> None:
    con = books([bill("A", "2025-06-01")], [payment("A/2025-06-01", "2025-06-02")], [line("A", "2025-06-01")])
    assert answer(con, name, "2025-05-31") == []


def shop(seed: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    """Three years of a small firm: orders, their invoices, and payments in time, late, in part or in advance."""
    chance, lines, bills, paid = random.Random(seed), [], [], []
    for who in "ABCDEFGHIJ":
        day = dt.date(2022, 7, 1) + dt.timedelta(days=chance.randrange(700))
        while day < dt.date(2025, 9, 1):
            amount = chance.choice([50, 100, 100, 400, -20])
            lines.append(
                line(
                    who,
                    day,
                    amount,
                    category=chance.choice(["cable", "tools", None]),
                    unit_cost=chance.choice([None, 30]),
                )
            )
            bills.append(bill(who, day, amount, due_on=day + dt.timedelta(days=14)))
            parts = chance.choice([[1], [1], [0.5], [0.5, 0.5], []])
            late = [dt.timedelta(days=chance.randrange(-5, 60)) for _ in parts]
            paid += [
                payment(f"{who}/{day}", day + wait, str(amount * part)) for part, wait in zip(parts, late, strict=True)
            ]
            day += dt.timedelta(days=chance.choice([10, 20, 40, 200]))
    return lines, bills, paid


MONTH_ENDS = [dt.date(2023 + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1) for month in range(6, 30)]


def whole(table: Any) -> Any:
    """All that a report says: rows, totals, sentences, and the same of the tables beside it."""
    beside = [whole(part) for part in table.beside]
    return (
        table.rows.fetch()
        if isinstance(table.rows, ListRows)
        else (table.rows.fetch(), table.totals, table.headline, table.notes, beside)
    )


FORGET = (
    "DELETE FROM order_lines WHERE ordered_on > $day", "DELETE FROM orders WHERE ordered_on > $day",
    "DELETE FROM invoices WHERE issued_on > $day", "DELETE FROM payments WHERE paid_on > $day",
)  # fmt: skip
STRANGERS = """DELETE FROM contacts WHERE id NOT IN (
    SELECT customer_id FROM orders UNION ALL SELECT customer_id FROM invoices UNION ALL SELECT customer_id FROM payments)"""


@pytest.mark.parametrize("name", ["lifecycle", "growth", "payments", "receivables"])
def test_a_past_month_end_tells_and_totals_what_it_did_then(name: str) -> None:
    # test_past_days walks the rows of every report over all month ends
    lines, bills, paid = shop(7)
    full, then = books(bills, paid, lines), books(bills, paid, lines)
    for day in reversed(MONTH_ENDS[::3]):  # the second store forgets three months more each time
        for statement in FORGET:
            then.execute(statement, {"day": day})
        then.execute(STRANGERS)
        given = {"from": day - dt.timedelta(days=180)} if name == "lifecycle" else {}
        full_run, then_run = (
            run(registry.find(name), con, as_of=day, parameters=given, currency="EUR", beside=day.month % 6 == 0)
            for con in (full, then)
        )
        assert whole(full_run) == whole(then_run), day
