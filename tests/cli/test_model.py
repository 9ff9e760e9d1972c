"""`crmcli model`: parameters for people and machines, models ranked, refusals in one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.intake.admit.shop import Shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Forty customers of different rhythms over two years; one order cost nothing."""
    room: Path = tmp_path_factory.mktemp("model")
    lines = ["order_no,ordered_on,customer,qty,amount"]
    for customer in range(40):
        for visit in range(1 + customer % 12):
            month = (customer + visit * (1 + customer % 3)) % 24
            day = f"{2024 + month // 12}-{month % 12 + 1:02}-{1 + (customer * 7 + visit) % 27:02}"
            lines.append(f"{customer}-{visit},{day},C{customer:02},1,{10 * (customer % 5 + visit)}")
    lines.append("free,2024-03-03,C99,1,0")
    made = Shop(room)
    made.take(made.file("orders.csv", "\n".join(lines)), "--as", "orders")
    return made


def test_json_holds_everything(shop: Shop) -> None:
    found = json.loads(shop.expect(0, "model", "fit", "--model", "bg_nbd", "--to", "2025-12-31", "--format", "json"))
    assert found["model"] == "bg_nbd"
    assert found["n"] == 39  # one of the forty paid nothing
    plain = ("model", "fit", "--model", "bg_nbd", "--to", "2025-12-31", "--prior", "none", "--format", "json")
    assert json.loads(shop.expect(0, *plain))["n"] == 41  # free orders count, as in the literature
    assert found["converged"] is True
    assert set(found["parameters"]) == set(found["errors"]) == {"r", "alpha", "a", "b"}
    assert found["log_likelihood"] < 0


def test_weeks_are_days_by_seven(shop: Shop) -> None:
    both = [
        json.loads(shop.expect(0, "model", "fit", "--unit", unit, "--to", "2025-12-31", "--format", "json"))[
            "parameters"
        ]
        for unit in ("day", "week")
    ]
    assert both[0]["alpha"] == pytest.approx(7 * both[1]["alpha"], rel=1e-4)
    assert both[0]["r"] == pytest.approx(both[1]["r"], rel=1e-4)


def test_spend_and_people(shop: Shop) -> None:
    said = shop.expect(0, "model", "fit", "--model", "gamma_gamma", "--to", "2025-12-31")
    assert "The fit converged." in said
    assert "Log-likelihood" in said


def test_models_are_ranked_by_their_back_test(shop: Shop) -> None:
    found = json.loads(
        shop.expect(0, "model", "compare", "--as-of", "2025-12-31", "--horizon", "90", "--format", "json")
    )
    skills = [row["brier_skill"] for row in found["rows"]]
    assert {row["model"] for row in found["rows"]} == {"mbg_nbd", "bg_nbd", "pareto_nbd"}
    assert skills == sorted(skills, reverse=True)


def test_nothing_to_fit_is_said(shop: Shop) -> None:
    shop.expect(1, "model", "fit", "--to", "2001-01-01")
    assert "nobody has bought anything by 2001-01-01" in shop.err
    shop.expect(2, "model", "fit", "--model", "arima")
    said = shop.expect(0, "model", "compare", "--as-of", "2024-03-01")
    assert "too short" in said
