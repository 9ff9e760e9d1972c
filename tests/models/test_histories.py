"""Unique rows and back; histories that cannot be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.models.histories import Histories, compress

DAYS = st.integers(0, 40)
TIMES = st.floats(0, 1e13, allow_subnormal=False)


def rows(times: st.SearchStrategy[float]) -> st.SearchStrategy[list[tuple[int, float, float]]]:
    row = st.tuples(st.integers(0, 3), times, times).map(lambda row: (row[0], min(row[1:]), max(row[1:])))
    return st.lists(row, max_size=30)


@given(rows(DAYS) | rows(TIMES))
def test_unique_rows_give_the_rows_back(given_rows: list[tuple[int, float, float]]) -> None:
    columns = np.array(given_rows, dtype=float).reshape(-1, 3).T
    unique, inverse = compress(Histories(*columns))
    for name, column in zip(("x", "t_x", "T"), columns, strict=True):
        np.testing.assert_array_equal(getattr(unique, name)[inverse], column)
    assert len(unique) == len(set(given_rows))
    assert unique.weights.sum() == len(given_rows)
    ordered = sorted(zip(unique.x, unique.t_x, unique.T, strict=True))
    assert ordered == list(zip(unique.x, unique.t_x, unique.T, strict=True))


def test_weights_are_added_up() -> None:
    unique, _ = compress(Histories(np.ones(3), np.ones(3), np.array([2.0, 3.0, 2.0]), np.array([1.0, 5.0, 2.0])))
    assert unique.weights.tolist() == [3.0, 5.0]


def test_many_distinct_times_do_not_run_over() -> None:
    random = np.random.default_rng(1)
    now = random.uniform(0, 1, 50_000)
    given_histories = Histories(random.integers(0, 2**39, 50_000), now / 2, now)
    unique, inverse = compress(given_histories)
    np.testing.assert_array_equal(unique.T[inverse], now)


@pytest.mark.parametrize(
    ("x", "t_x", "now"),
    [
        ([1], [5], [4]),
        ([-1], [0], [4]),
        ([1], [-1], [4]),
        ([np.nan], [0], [4]),
        ([1], [np.nan], [4]),
        ([1], [1], [np.inf]),
        ([1, 2], [1], [2]),
    ],
)
def test_what_cannot_be_is_refused(x: list[float], t_x: list[float], now: list[float]) -> None:
    with pytest.raises(ValueError):
        Histories(np.array(x), np.array(t_x), np.array(now))


def test_units_and_parts() -> None:
    weeks = Histories([0, 2], [0, 14], [7, 28]).in_unit(7)
    assert weeks.t_x.tolist() == [0, 2]
    assert weeks.take(np.array([False, True])).T.tolist() == [4]
    assert weeks.counts.tolist() == [1, 1]
