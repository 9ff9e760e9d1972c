"""Chances of a real sales team's open deals: how they did on past days, counted from the file itself."""

from __future__ import annotations

import csv
import datetime as dt
import json
from functools import cache
from typing import Any

import pytest

from tests.intake.admit.shop import Shop, shared
from tests.real.test_maven_crm import LAST, PROFILE

DAY = dt.date.fromisoformat(LAST)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The back-test and the list, as machines read them."""
    files = {
        name: shared("maven_crm", f"{name}.csv") for name in ("accounts", "products", "sales_teams", "sales_pipeline")
    }
    shop = Shop(tmp_path_factory.mktemp("chances"))
    shop.take(files["accounts"])
    shop.take(files["products"], "--as", "products")
    shop.take(files["sales_teams"], "--as", "managers")
    shop.take(files["sales_pipeline"], "--profile", PROFILE)
    past = json.loads(shop.expect(0, "deal", "chances", "--backtest", "--as-of", LAST, "--format", "json"))
    listed = json.loads(shop.expect(0, "deal", "chances", "--as-of", LAST, "--format", "json"))
    return {"past": past, "listed": listed}


@cache
def deals() -> list[dict[str, str]]:
    with shared("maven_crm", "sales_pipeline.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_past_days_agree_with_the_file(page: dict[str, Any]) -> None:
    """Deals open then, their base rate, and what was won within the horizon."""
    ended = sorted((dt.date.fromisoformat(d["close_date"]) - dt.date.fromisoformat(d["engage_date"])).days
                   for d in deals() if d["close_date"])  # fmt: skip
    horizon = dt.timedelta(ended[int(0.95 * (len(ended) - 1))])
    rows = page["past"]["rows"]
    assert len(rows) == 8
    for row in rows:
        day = dt.date.fromisoformat(row["origin"])
        open_then = [d for d in deals() if "" < d["engage_date"] <= str(day) and not "" < d["close_date"] <= str(day)]
        won = [d for d in open_then if d["deal_stage"] == "Won" and d["close_date"] <= str(day + horizon)]
        assert (row["deals"], row["won"]) == (len(open_then), len(won))
        closed = [d["deal_stage"] for d in deals() if "" < d["close_date"] <= str(day)]
        assert row["base_rate"] == pytest.approx((closed.count("Won") + 1) / (len(closed) + 2))


def test_age_beats_the_base_rate_and_the_gain_is_told_honestly(page: dict[str, Any]) -> None:
    rows = page["past"]["rows"]
    assert all(row["brier_skill"] > 0 for row in rows)
    assert all(row["brier_skill"] > 0.3 for row in rows[-3:])
    notes = " ".join(page["past"]["notes"])
    assert "told nothing here" in notes  # who sells what to whom
    assert "too high" in notes
    assert "how many are won more than in which" in notes


def test_old_deals_are_told_to_hang_and_late_facts_are_left_out(page: dict[str, Any]) -> None:
    rows = page["listed"]["rows"]
    assert len(rows) == 2_089
    assert {row["source"] for row in rows} == {"learned"}
    assert all(row["probability"] < 0.02 for row in rows if (row["days_open"] or 0) > 138)
    assert all(
        0.35 < row["probability"] < 0.6 for row in rows if row["days_open"] is not None and row["days_open"] < 60
    )
    left_out = next(note for note in page["listed"]["notes"] if note.startswith("Left out"))
    assert "industry" in left_out
    assert "amount" in left_out  # known of deals won only
