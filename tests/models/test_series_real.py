"""Forecasts of a real firm, four years by category and region: coverage and error over many origins."""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from crmcli.models.series.forecast import forecast

FILE = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "superstore" / "Sample - Superstore.csv"
HORIZON = 6


def day_of(text: str) -> dt.date:
    """Days are written two ways in the file: 03/01/19 and 10/21/2020."""
    form = "%d/%m/%y" if len(text.rpartition("/")[2]) == 2 else "%m/%d/%Y"
    return dt.datetime.strptime(text, form).date()


def sales(*keys: str) -> np.ndarray:
    """Monthly sales from January 2019, a row for each combination of the columns."""
    if not FILE.exists():
        pytest.skip("the superstore data are not beside the project")
    sums: dict[tuple[str, ...], np.ndarray] = defaultdict(lambda: np.zeros(48))
    with FILE.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            day = day_of(row["Order Date"])
            sums[tuple(row[key] for key in keys)][(day.year - 2019) * 12 + day.month - 1] += float(row["Sales"])
    return np.array([sums[name] for name in sorted(sums)])


@pytest.mark.parametrize("keys", [(), ("Category",), ("Region",), ("Category", "Region"), ("Sub-Category",)])
def test_what_came_lay_within_the_interval_and_nearer_than_last_year(keys: tuple[str, ...]) -> None:
    y = sales(*keys)
    inside, own, naive = [], [], []
    for known in range(18, 43, 3):
        made = forecast(y[:, :known], HORIZON)
        assert made is not None
        came = y[:, known : known + HORIZON]
        inside.append(((came >= made.low) & (came <= made.high)).mean())
        own.append(np.abs(came - made.expected).mean())
        naive.append(np.abs(came - y[:, known - 12 : known - 12 + HORIZON]).mean())
    print(keys, f"coverage {np.mean(inside):.2f}, error against last year's months {np.sum(own) / np.sum(naive):.2f}")
    assert np.mean(inside) >= 0.7
    assert np.sum(own) <= 1.15 * np.sum(naive)
