"""CDNOW: the published parameters and likelihoods, from the plain purchases through the command line."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from tests.intake.admit.shop import Shop, shared

PUBLISHED = {  # Fader, Hardie & Lee (2005); Hoppe & Wagner (2007); weeks, the first 39
    "bg_nbd": ({"r": 0.2426, "alpha": 4.4136, "a": 0.7929, "b": 2.4259}, -9582.43),
    "mbg_nbd": ({"r": 0.5248, "alpha": 6.183, "a": 0.8914, "b": 1.614}, -9582.14),
    "pareto_nbd": ({"r": 0.5533, "alpha": 10.578, "s": 0.6062, "beta": 11.669}, -9594.98),
    "gamma_gamma": ({"p": 6.250, "q": 3.744, "v": 15.44}, -4055.92),
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """The sample's purchases, one order line each."""
    room = tmp_path_factory.mktemp("cdnow")
    rows = [line.split() for line in shared("cdnow", "CDNOW_sample.txt").read_text().splitlines() if line.strip()]
    path: Path = room / "orders.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["order_no", "ordered_on", "customer", "amount"])
        for number, (_master, customer, day, _cds, amount) in enumerate(rows):
            out.writerow([f"O{number}", f"{day[:4]}-{day[4:6]}-{day[6:]}", customer, amount])
    made = Shop(room)
    made.take(path, "--as", "orders")
    return made


def fitted(shop: Shop, model: str) -> dict[str, Any]:
    words = ("model", "fit", "--model", model, "--unit", "week", "--to", "1997-09-30", "--prior", "none")
    shop.expect(0, *words, "--format", "json")
    found: dict[str, Any] = json.loads(shop.out)
    return found


@pytest.mark.parametrize("model", PUBLISHED)
def test_published_parameters_and_likelihood(shop: Shop, model: str) -> None:
    found = fitted(shop, model)
    parameters, likelihood = PUBLISHED[model]
    assert found["converged"]
    assert found["n"] == (946 if model == "gamma_gamma" else 2357)
    assert found["parameters"] == pytest.approx(parameters, rel=2e-3)
    assert found["log_likelihood"] == pytest.approx(likelihood, abs=0.02)
    assert set(found["errors"]) == set(parameters)
