"""Chances of open deals in stores: where they come from, what they rest on, and that nothing later is known."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from crmcli.errors import NotFoundError
from crmcli.reports.deals.chance_list import chances_table, explained_table
from crmcli.reports.deals.chance_past import past_table
from crmcli.reports.deals.chances import keep_chances, win_chances
from crmcli.store.schema import history_sql
from tests.models.sham_pipeline import Sham, World, sham
from tests.reports.small_store import empty_store, insert

if TYPE_CHECKING:
    import duckdb

    from crmcli.reports.deals.chances import Chances
    from crmcli.table import Table

START = dt.date(2024, 1, 1)
MANAGERS = ("Ada Sample", "Bo [red]Sample", "=1+1", "Cy", "Di", "Ed")


def on(day: float) -> dt.date | None:
    return None if np.isnan(day) else START + dt.timedelta(int(day))


def deal(number: int, **facts: Any) -> dict[str, Any]:
    row = {"id": number, "opportunity_no": f"D{number}", "stage": "Open", "manager_id": None, "product_id": None}
    row |= {"customer_id": None, "amount": None, "opened_on": START, "closed_on": None, "probability": None}
    return {**row, **facts}


def store_of_deals(*deals: dict[str, Any]) -> duckdb.DuckDBPyConnection:
    """A store with the history of deals: the page of past days reads how they were before they were changed."""
    con = empty_store()
    con.execute("CREATE SCHEMA history")
    con.execute(history_sql("opportunities"))
    insert(con, "opportunities", *deals)
    return con


def sham_store(case: Sham, **more: Any) -> duckdb.DuckDBPyConnection:
    """A sham pipeline as a store; the managers of deals have names."""
    deals = case.deals
    rows = [
        deal(
            number + 1,
            stage="Won" if deals.won[number] else "Lost" if deals.lost[number] else "Open",
            manager_id=int(deals.codes[number, 0]) + 1,
            product_id=int(deals.codes[number, 1]) + 1,
            opened_on=on(deals.opened[number]),
            closed_on=on(deals.closed[number]),
            **{name: values[number] for name, values in more.items()},
        )
        for number in range(len(deals.opened))
    ]
    con = store_of_deals(*rows)
    insert(con, "managers", *({"id": n, "code": f"M{n}", "name": name} for n, name in enumerate(MANAGERS, 1)))
    insert(con, "products", *({"id": n, "sku": f"P{n}", "name": f"Product {n}"} for n in range(1, 6)))
    return con


CASE = sham(500, 3, World(fields=1.2))
TODAY = START + dt.timedelta(CASE.day)


@pytest.fixture(scope="module")
def firm() -> duckdb.DuckDBPyConnection:
    return sham_store(CASE)


@pytest.fixture(scope="module")
def chances(firm: duckdb.DuckDBPyConnection) -> Chances:
    return win_chances(firm, TODAY)


def rows_of(table: Table) -> list[dict[str, Any]]:
    return [dict(zip([column.name for column in table.columns], row, strict=True)) for row in table.rows.fetch()]


def test_an_empty_store_has_no_chances() -> None:
    con = empty_store()
    found = win_chances(con, TODAY)
    assert (dict(found.by_deal), found.base_rate, found.learned, found.expected_wins()) == ({}, None, None, None)
    assert len(chances_table(con, TODAY).rows) == 0
    assert "Too little" in (past_table(con, TODAY).empty or "")


def test_the_hand_goes_before_the_stage_and_the_stage_before_the_base_rate() -> None:
    ends = [deal(n, stage="Won" if n < 4 else "Lost", closed_on=START + dt.timedelta(n)) for n in range(1, 6)]
    con = store_of_deals(
        *ends, deal(10, probability=0.9, stage="Offer"), deal(11, stage=" offer "), deal(12), deal(13, stage="Nowhere")
    )
    insert(con, "deal_stages", {"id": 1, "name": "Offer", "stage_no": 1, "outcome": "open", "probability": 0.4})
    found = win_chances(con, TODAY)
    told = {number: (one.source, one.probability) for number, one in found.by_deal.items()}
    assert told == {
        10: ("by hand", 0.9), 11: ("stage", 0.4), 12: ("base rate", 4 / 7), 13: ("base rate", 4 / 7)
    }  # fmt: skip
    assert (found.won, found.lost, found.base_rate) == (3, 2, 4 / 7)
    low, high = found.by_deal[12].low, found.by_deal[12].high
    assert low is not None
    assert high is not None
    assert 0 < low < 4 / 7 < high < 1
    keep_chances(con, found)
    assert con.execute("SELECT probability, source FROM deal_chances ORDER BY opportunity_id").fetchall()[:2] == [
        (0.9, "by hand"), (0.4, "stage")
    ]  # fmt: skip


def test_where_no_deal_has_ended_the_chance_is_unknown() -> None:
    found = win_chances(store_of_deals(deal(1), deal(2)), TODAY)
    assert {(one.probability, one.source) for one in found.by_deal.values()} == {(None, "unknown")}
    assert "no chance is known" in str(chances_table(store_of_deals(deal(1), deal(2)), TODAY).headline)


@pytest.mark.parametrize(
    ("won", "lost", "is_enough"), [(20, 9, False), (21, 9, False), (19, 10, False), (20, 10, True)]
)
def test_the_least_sample(*, won: int, lost: int, is_enough: bool) -> None:
    ends = [
        deal(n, stage="Won" if n <= won else "Lost", closed_on=START + dt.timedelta(n))
        for n in range(1, won + lost + 1)
    ]
    found = win_chances(store_of_deals(*ends, deal(100)), TODAY)
    assert (found.learned is not None) is is_enough
    assert found.by_deal[100].probability == pytest.approx((won + 1) / (won + lost + 2))


def test_deals_that_ended_on_no_known_day_teach_nothing_but_the_base_rate() -> None:
    found = win_chances(store_of_deals(*(deal(n, stage="Won" if n % 2 else "Lost") for n in range(1, 81))), TODAY)
    assert (found.won, found.lost, found.dated, found.learned) == (40, 40, (0, 0), None)


def test_chances_are_learned_where_they_beat_the_base_rate(chances: Chances) -> None:
    found = chances
    assert found.is_learned
    assert found.learned is not None
    assert (found.learned.today.skill or 0) > 0.2
    places = CASE.deals.open_on(CASE.day)
    truth = CASE.truth(places, found.learned.horizon)
    told = [found.by_deal[int(place) + 1] for place in places]
    assert {one.source for one in told} == {"learned"}
    said = np.array([one.probability for one in told])
    base = found.base_rate or 0
    assert np.sqrt(np.mean((said - truth) ** 2)) < 0.3 * np.sqrt(np.mean((base - truth) ** 2))
    assert all(0 <= one.low <= one.probability <= one.high <= 1 for one in told if one.low is not None)  # type: ignore[operator]
    wins = found.expected_wins()
    assert wins is not None
    assert wins[1] < truth.sum() < wins[2]


def test_reasons_say_what_moved_a_chance(firm: duckdb.DuckDBPyConnection, chances: Chances) -> None:
    oldest = next(one for number, one in sorted(chances.by_deal.items()) if one.source == "learned")
    assert oldest.reasons[0].field == "age"
    assert oldest.reasons[0].points < -0.1
    table = chances_table(firm, TODAY)
    assert any(row["reasons"] and row["reasons"].startswith("open ") for row in rows_of(table))
    assert "wins expected" in " ".join(table.notes)


def test_nothing_after_the_day_is_known() -> None:
    day = START + dt.timedelta(600)
    con = sham_store(CASE)
    before = win_chances(con, day)
    con.execute("DELETE FROM opportunities WHERE opened_on > $1", [day])
    con.execute("UPDATE opportunities SET stage = 'Open', closed_on = NULL WHERE closed_on > $1", [day])
    assert win_chances(con, day).by_deal == before.by_deal


def test_a_hand_keeps_what_history_says_beside_it(chances: Chances) -> None:
    con = sham_store(CASE)
    number = int(CASE.deals.open_on(CASE.day)[-1]) + 1
    before = chances.by_deal[number]
    con.execute("UPDATE opportunities SET probability = 0.77 WHERE id = $1", [number])
    after = win_chances(con, TODAY).by_deal[number]
    assert (after.source, after.probability, after.low) == ("by hand", 0.77, None)
    assert after.learned == pytest.approx(before.probability)
    row = rows_of(chances_table(con, TODAY, deal_id=number))
    assert [(one["probability"], one["learned"]) for one in row] == [(0.77, after.learned)]


def test_what_is_filled_in_at_the_end_is_left_out() -> None:
    """An amount known of deals won only, and customers of closed deals only, would tell everything afterwards."""
    deals = CASE.deals
    amounts = np.where(deals.won, 100.0, np.where(deals.lost, 0.0, np.nan))
    con = sham_store(
        CASE,
        amount=[None if np.isnan(one) else float(one) for one in amounts],
        customer_id=[1 if ended else None for ended in deals.won | deals.lost],
    )
    insert(con, "contacts", {"id": 1, "code": "C1", "name": "Firm", "industry": "trade", "region": "north"})
    found = win_chances(con, TODAY)
    assert found.learned is not None
    assert {"amount", "industry", "region", "earlier wins"} <= set(found.learned.left_out)
    assert "amount" not in found.learned.fields
    assert "filled in afterwards" in " ".join(chances_table(con, TODAY).notes)


def staged() -> duckdb.DuckDBPyConnection:
    """Half of the deals reach an offer, and those are won four times in five; the others once in five."""
    rng = np.random.default_rng(5)
    deals, moves = [], []
    for number in range(1, 801):
        opened = START + dt.timedelta(int(rng.integers(0, 730)))
        offered, days = rng.random() < 0.5, int(rng.exponential(30)) + 6
        closed = opened + dt.timedelta(days)
        over = closed <= TODAY
        won = rng.random() < (0.8 if offered else 0.2)
        ends = (
            {"stage": "Won" if won else "Lost", "closed_on": closed}
            if over
            else {"stage": "Offer" if offered else "Lead"}
        )
        deals.append(deal(number, opened_on=opened, **ends))
        steps = [("Lead", opened), *([("Offer", opened + dt.timedelta(3))] if offered else [])]
        steps = [*steps, *([(str(ends["stage"]), closed)] if over else [])]
        came = None
        for place, (name, day) in enumerate(step for step in steps if step[1] <= TODAY):
            moves.append(
                {"opportunity_id": number, "move_no": place + 1, "moved_on": day, "from_stage": came, "to_stage": name}
            )
            came = name
    con = store_of_deals(*deals)
    insert(con, "deal_moves", *({"id": number, **move} for number, move in enumerate(moves, 1)))
    for place, (name, chance) in enumerate((("Lead", 0.5), ("Offer", 0.5)), 1):
        insert(
            con, "deal_stages", {"id": place, "name": name, "stage_no": place, "outcome": "open", "probability": chance}
        )
    return con


def test_stages_tell_where_moves_are_known() -> None:
    con = staged()
    found = win_chances(con, TODAY)
    assert found.learned is not None
    assert found.learned.method.stage
    stages = dict(con.execute("SELECT id, stage FROM opportunities WHERE closed_on IS NULL").fetchall())
    mean = {
        name: float(np.mean([one.probability for number, one in found.by_deal.items() if stages[number] == name]))
        for name in ("Lead", "Offer")
    }
    assert mean["Offer"] - mean["Lead"] > 0.3
    assert not found.learned.stage_is_better
    assert found.learned.stage.deals > 50
    assert "Chances given to stages" in " ".join(past_table(con, TODAY).notes)


def test_the_page_of_past_days_adds_up(firm: duckdb.DuckDBPyConnection, chances: Chances) -> None:
    table = past_table(firm, TODAY)
    learned = chances.learned
    assert learned is not None
    rows = rows_of(table)
    assert sum(row["won"] for row in rows) == learned.today.actual
    assert sum(row["deals"] for row in rows) == learned.today.deals
    for row in rows:
        until = row["origin"] + dt.timedelta(learned.horizon)
        sql = (
            "SELECT count(*) FILTER (WHERE stage = 'Won' AND closed_on <= $2), count(*) FROM opportunities "
            "WHERE opened_on <= $1 AND coalesce(closed_on, DATE '9999-01-01') > $1"
        )
        assert firm.execute(sql, [row["origin"], until]).fetchone() == (row["won"], row["deals"])
    fifths, tried = (rows_of(one) for one in table.beside)
    assert sum(part["deals"] for part in fifths) == learned.today.deals
    assert [one["used"] for one in tried].count("yes") == 1
    assert next(one for one in tried if one["method"] == "base rate")["brier_skill"] == 0


def test_chances_given_by_hand_are_scored_as_they_were_then() -> None:
    """From the day they were given to before the day they were changed: those of the last version are not known earlier."""
    con = sham_store(CASE)
    con.execute("INSERT INTO meta.steps VALUES (2, '2025-01-01', 'x', 'x', 0, 0, 0, NULL, NULL)")
    con.execute("INSERT INTO meta.steps VALUES (3, '2025-12-25', 'x', 'x', 0, 0, 0, NULL, NULL)")
    con.execute("UPDATE opportunities SET changed_in = 2, probability = 0.9 WHERE opened_on < DATE '2025-01-01'")
    con.execute("INSERT INTO history.opportunities SELECT 3, 'update', * FROM opportunities WHERE changed_in = 2")
    con.execute("UPDATE opportunities SET changed_in = 3, probability = 0.0 WHERE changed_in = 2")
    table = past_table(con, TODAY)
    tried = rows_of(table.beside[1])
    hand = next(row for row in tried if str(row["method"]).startswith("chances given by hand"))
    days = [row["origin"] for row in rows_of(table) if row["origin"] >= dt.date(2025, 1, 1)]
    deals = sum(
        con.execute(
            "SELECT count(*) FROM opportunities WHERE opened_on < DATE '2025-01-01' AND coalesce(closed_on, DATE '9999-01-01') > $1",
            [day],
        ).fetchall()[0][0]
        for day in days
    )
    assert hand["expected"] == pytest.approx(0.9 * deals)
    assert "Chances given by hand" in " ".join(table.notes)


def test_a_chance_is_explained_term_by_term(firm: duckdb.DuckDBPyConnection, chances: Chances) -> None:
    number = int(CASE.deals.open_on(CASE.day)[0]) + 1
    rows = {row["measure"]: row["value"] for row in rows_of(explained_table(firm, TODAY, deal_id=number))}
    assert rows["chance"].value == chances.by_deal[number].probability
    assert rows["won"].value == chances.won
    closed = int(np.flatnonzero(CASE.deals.won)[0]) + 1
    with pytest.raises(NotFoundError):
        explained_table(firm, TODAY, deal_id=closed)


@pytest.mark.parametrize(
    "facts",
    [
        {"opened_on": None},
        {"opened_on": dt.date(9999, 12, 31), "closed_on": dt.date(9999, 12, 31)},
        {"closed_on": START},
        {"closed_on": START - dt.timedelta(400)},
        {"opened_on": dt.date(1, 1, 1), "closed_on": START},
    ],
    ids=["opened on no day", "in the far future", "all on one day", "closed before opened", "two thousand years"],
)
def test_odd_days_do_no_harm(facts: dict[str, Any]) -> None:
    deals = [deal(n, **{"stage": "Won" if n % 2 else "Lost", "closed_on": START, **facts}) for n in range(1, 61)]
    con = store_of_deals(*deals, deal(100), deal(101, opened_on=None))
    table = chances_table(con, TODAY)
    for row in rows_of(table):
        assert all(not isinstance(cell, float) or np.isfinite(cell) for cell in row.values())
        assert row["probability"] is None or 0 <= row["probability"] <= 1
    past_table(con, TODAY)


def test_few_deals_load_no_numbers_library() -> None:
    code = (
        "import sys, datetime as dt; from tests.reports.small_store import empty_store; "
        "from crmcli.reports.deals.chances import keep_chances, win_chances; con = empty_store(); "
        "keep_chances(con, win_chances(con, dt.date(2026, 1, 1))); "
        "print(sorted({'numpy', 'scipy', 'polars'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
