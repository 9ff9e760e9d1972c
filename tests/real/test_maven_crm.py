"""A sales team's opportunities, taken in by a profile; figures of the product's own reports against the published ones."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.intake.admit.shop import Shop, shared

PROFILE = Path(__file__).resolve().parents[1] / "profiles" / "pipeline.toml"
LAST = "2017-12-31"
PERIOD = ("--as-of", LAST, "--window", "3650", "--format", "csv")


def expected(name: str) -> Any:
    metrics = json.loads(shared("maven_crm", "expected.json").read_text("utf-8"))["metrics"]
    return next(metric["value"] for metric in metrics if metric["id"] == name)


def listed(name: str) -> dict[str, dict[str, Any]]:
    """A table of the expected figures: its first column → the others by name."""
    value = expected(name)
    return {str(row[0]): dict(zip(value["columns"], row, strict=True)) for row in value["rows"]}


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    files = {
        name: shared("maven_crm", f"{name}.csv") for name in ("accounts", "products", "sales_teams", "sales_pipeline")
    }
    shop = Shop(tmp_path_factory.mktemp("maven"))
    shop.take(files["accounts"])
    shop.take(files["products"], "--as", "products")
    shop.take(files["sales_teams"], "--as", "managers")
    shop.take(files["sales_pipeline"], "--profile", PROFILE)
    return shop


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def winloss(team: Shop, by: str) -> dict[str, dict[str, str]]:
    """`report winloss --by …` over all: the first column → figures."""
    rows = read(team.expect(0, "report", "winloss", "--by", by, *PERIOD))
    return {next(iter(row.values())): row for row in rows}


def same(row: dict[str, str], want: dict[str, Any], names: dict[str, str]) -> None:
    """Figures of a row of ours against theirs, under their names."""
    for theirs, ours in names.items():
        assert float(row[ours]) == pytest.approx(float(want[theirs]), rel=1e-9), (theirs, row)


NAMES = {"won": "won", "lost": "lost", "win_rate": "win_rate", "value": "won_amount"}


def test_stages(team: Shop) -> None:
    found = {
        stage: (n, value)
        for stage, n, value in team.rows("SELECT stage, count(*), sum(amount) FROM opportunities GROUP BY 1")
    }
    assert found == {name: (row["n"], row["value"]) for name, row in listed("stages").items()}
    assert team.one("SELECT count(*) FROM products") == 7  # none was made for the other spelling


def test_all_won_and_lost(team: Shop) -> None:
    """Won ÷ (won + lost); days from engaged to closed."""
    rows = winloss(team, "manager").values()
    won, lost = (sum(int(row[name]) for row in rows) for name in ("won", "lost"))
    assert won / (won + lost) == pytest.approx(expected("win_rate"), abs=1e-9)
    assert round(won / (won + lost), 4) == 0.6315
    assert sum(Decimal(row["won_amount"]) for row in rows) == expected("won_value")["sum"]
    [whole] = winloss(team, "stage").values()  # no stage is known of deals that are over
    cycle = {row["stage"]: row for row in listed("cycle_days_closed").values()}
    same(whole, cycle["Won"], {"mean": "won_days_mean", "median": "won_days_median"})
    same(whole, cycle["Lost"], {"mean": "lost_days_mean", "median": "lost_days_median"})
    assert float(whole["won_days_median"]) == 57


def test_by_agent(team: Shop) -> None:
    found, want = winloss(team, "manager"), listed("by_agent")
    assert set(found) == set(want)
    for agent, row in want.items():
        same(found[agent], row, {**NAMES, "cycle": "won_days_median"})


@pytest.mark.parametrize(
    ("by", "metric", "names"),
    [
        ("senior", "by_manager", NAMES),
        ("region", "by_region", {name: NAMES[name] for name in ("won", "win_rate", "value")}),
        (
            "product",
            "by_product",
            {"won": "won", "win_rate": "win_rate", "value": "won_amount", "price_ratio": "price_ratio"},
        ),
        ("industry", "by_sector", {name: NAMES[name] for name in ("won", "win_rate", "value")}),
    ],
)
def test_by_what_else(team: Shop, by: str, metric: str, names: dict[str, str]) -> None:
    found, want = winloss(team, by), listed(metric)
    assert set(want) == {name for name in found if name}
    for name, row in want.items():
        same(found[name], row, names)


def test_by_quarter(team: Shop) -> None:
    found = winloss(team, "quarter")
    want = {f"{row[0]}-Q{row[1]}": row for row in expected("by_quarter")["rows"]}
    assert set(found) == set(want)
    for name, (_year, _quarter, *figures) in want.items():
        same(found[name], dict(zip(("won", "lost", "win_rate", "value"), figures, strict=True)), NAMES)


def test_best_customers(team: Shop) -> None:
    found = winloss(team, "customer")
    for name, row in listed("top10_accounts").items():
        same(found[name], row, {"n": "won", "value": "won_amount"})


def test_open_without_account(team: Shop) -> None:
    assert team.one("SELECT count(*) FROM opportunities WHERE customer_id IS NULL") == expected("open_without_account")


def test_agents_without_deals(team: Shop) -> None:
    idle = team.rows(
        "SELECT name FROM managers WHERE id NOT IN (SELECT manager_id FROM opportunities WHERE manager_id IS NOT NULL) "
        "AND name NOT IN (SELECT senior FROM managers WHERE senior IS NOT NULL) ORDER BY name"
    )
    assert [name for (name,) in idle] == list(listed("agents_without_deals"))


def test_open_forecast(team: Shop) -> None:
    """The publisher weighs open deals by one rate for all; the list price is what the pipeline shows, its chances are its own."""
    want = expected("open_forecast")
    rows = {row["stage"]: row for row in read(team.expect(0, "report", "pipeline", "--as-of", LAST, "--format", "csv"))}
    engaging = rows["Engaging"]
    assert int(engaging["deals"]) == want["n"]
    listed_value = Decimal(engaging["list_amount"])
    assert listed_value == want["list_value"]
    assert float(listed_value) * expected("win_rate") == pytest.approx(want["weighted"], rel=1e-9)
    assert 0 < Decimal(engaging["weighted"]) < listed_value
