"""Where the model of buying is of no use, churn falls back on the rhythm: said, tested, and the same in every format."""

from __future__ import annotations

import datetime as dt
from typing import Any

import duckdb
import pytest

from crmcli.reports import outlook, registry
from crmcli.reports.outlook import examined, look_ahead
from crmcli.reports.roads import choose_road, road_sentence
from crmcli.reports.run import run
from tests.models.test_by_rhythm import HORIZON, SHOP, slow, whim
from tests.reports.living_store import insert
from tests.reports.small_store import answer, empty_store

FIRST, AS_OF = dt.date(2023, 1, 1), dt.date(2023, 1, 1) + dt.timedelta(days=899)


def shop(customer: Any, day: Any) -> duckdb.DuckDBPyConnection:
    """A store of purchases of 100 each."""
    con = empty_store()
    insert(con, "contacts", *({"id": who, "code": f"C{who:04}", "name": f"Firm {who}"} for who in sorted(set(customer.tolist()))))  # fmt: skip
    facts = [(n, who, FIRST + dt.timedelta(days=on)) for n, (who, on) in enumerate(zip(customer.tolist(), day.tolist(), strict=True), 1)]  # fmt: skip
    insert(con, "orders", *({"id": n, "order_no": f"O{n}", "numbered_here": False, "ordered_on": on, "customer_id": who, "status": "completed"} for n, who, on in facts))  # fmt: skip
    insert(con, "order_lines", *({"id": n, "order_id": n, "customer_id": who, "ordered_on": on, "counted": True, "qty": 1, "net": 100} for n, who, on in facts))  # fmt: skip
    return con


@pytest.fixture(scope="module")
def by_whim() -> duckdb.DuckDBPyConnection:
    """A shop where nothing in the past tells who will buy."""
    return shop(*whim(1, customers=150))


@pytest.fixture(scope="module")
def by_model() -> duckdb.DuckDBPyConnection:
    """A shop as the model thinks of one."""
    return shop(SHOP.customer, SHOP.day)


def test_the_fallback_is_taken_said_and_reckoned_as_it_says(by_whim: duckdb.DuckDBPyConnection) -> None:
    customer, day = whim(1, customers=150)
    found = look_ahead(by_whim, AS_OF)
    assert found.fitted is not None
    wanted = slow(customer, day, 899, found.fitted)
    rows = {row["customer"]: row for row in answer(by_whim, "churn", AS_OF)}
    for who, (silent, _mean) in zip(sorted(set(customer.tolist())), wanted, strict=True):
        row = rows[f"C{who:04}"]
        assert row["churn_risk"] == pytest.approx(silent, abs=1e-9)
        assert row["churn_risk"] >= 1 - row["p_alive"] - 1e-9
        assert row["band"] == ("high" if silent >= 0.8 else "medium" if silent >= 0.5 else "low")
    table = run(registry.find("churn"), by_whim, as_of=AS_OF, parameters={}, currency="EUR", beside=True)
    assert any("falls back on the rhythm" in note for note in table.notes)
    assert any(note.startswith("Back-test at 4 past days") for note in table.notes)


def test_formats_without_sentences_and_longer_pages_give_the_same_figures(by_whim: duckdb.DuckDBPyConnection) -> None:
    told, bare = answer(by_whim, "churn", AS_OF), answer(by_whim, "churn", AS_OF, told=False)
    assert told == bare
    page = answer(by_whim, "churn", AS_OF, backtest=True)
    assert len(page) == 8
    found = look_ahead(by_whim, AS_OF)
    short, long = (choose_road(found, horizon=HORIZON, most=most) for most in (4, 8))
    assert short.model_skill == pytest.approx(long.model_skill)
    assert [test.brier_skill for test in short.tests] == pytest.approx([test.brier_skill for test in long.tests[-4:]])
    assert [row["brier_skill"] for row in page][-4:] == pytest.approx([test.brier_skill for test in short.tests])


def test_one_customer_explained_tells_of_the_fallback(by_whim: duckdb.DuckDBPyConnection) -> None:
    terms = {row["measure"]: row for row in answer(by_whim, "churn", AS_OF, explain="C0001")}
    risk = next(row["churn_risk"] for row in answer(by_whim, "churn", AS_OF) if row["customer"] == "C0001")
    assert float(terms["churn_risk"]["value"]) == pytest.approx(risk, abs=1e-6)
    assert "falls back" in terms["churn_risk"]["meaning"]


def test_a_model_that_is_of_use_is_kept(by_model: duckdb.DuckDBPyConnection) -> None:
    road = choose_road(look_ahead(by_model, AS_OF), horizon=HORIZON)
    assert road.rhythm is None
    assert road.model_skill is not None
    assert road.model_skill > 0
    assert road_sentence(road, HORIZON) == ""


def test_a_large_base_is_tested_on_some_customers_and_says_so(
    by_model: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outlook, "_TESTED", 50)
    found = look_ahead(by_model, AS_OF)
    known, every = examined(found)
    assert every == 3
    assert len(known.begins) == 50
    table = run(registry.find("churn"), by_model, as_of=AS_OF, parameters={}, currency="EUR")
    assert any("one customer in 3" in note for note in table.notes)
    assert len(table.rows) == 150
