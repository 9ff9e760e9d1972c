"""What the card expects of a customer: the very figures of churn and value, and where they are when a card would take too long."""

from __future__ import annotations

import datetime as dt
from typing import Any

import duckdb
import pytest

from crmcli.reports import card_outlook
from crmcli.reports.card import card
from tests.reports.living_store import living_store
from tests.reports.small_store import answer, line, store_of

AS_OF = dt.date(2025, 6, 1)
CHURN = ("p_alive", "churn_risk", "band", "money_at_risk")
VALUE = ("expected_purchases", "expected_npv", "expected_low", "expected_high", "lifetime_npv")


@pytest.fixture(scope="module")
def firm() -> duckdb.DuckDBPyConnection:
    """Ninety customers over thirty months, one of them with a code full of marks."""
    con = living_store(seed=7, customers=90)
    con.execute("""UPDATE contacts SET code = '"; DROP--''x' WHERE code = 'C007'""")
    return con


def outlook(con: Any, code: str, day: dt.date = AS_OF) -> dict[str, Any] | None:
    """The row of the card, or None."""
    tables = [table for table in card(con, code, as_of=day, currency="EUR") if table.name == "outlook"]
    return dict(zip((c.name for c in tables[0].columns), tables[0].rows.fetch()[0], strict=True)) if tables else None


@pytest.mark.parametrize("code", ["C001", "C050", "\"; DROP--'x"])
def test_the_card_says_what_the_reports_say(firm: duckdb.DuckDBPyConnection, code: str) -> None:
    churn = next(row for row in answer(firm, "churn", AS_OF) if row["customer"] == code)
    value = next(row for row in answer(firm, "value", AS_OF) if row["customer"] == code)
    found = outlook(firm, code)
    assert found is not None
    assert found == {**{name: churn[name] for name in CHURN}, **{name: value[name] for name in VALUE}}
    assert found["churn_risk"] is not None


def test_on_thin_data_the_band_stands_alone() -> None:
    con = store_of([line("A", "2025-01-01"), line("A", "2025-02-01"), line("B", "2025-02-01", -1)])
    found = outlook(con, "A")
    assert found is not None
    assert (found["churn_risk"], found["band"], found["expected_npv"]) == (None, "high", None)
    assert outlook(con, "B") is None


def test_a_large_store_names_the_commands_instead(
    firm: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(card_outlook, "MOST_LINES", 5)
    assert outlook(firm, "C001") is None
    notes = card(firm, "C001", as_of=AS_OF, currency="EUR")[0].notes
    assert any("crmcli report churn --explain C001" in note for note in notes)
