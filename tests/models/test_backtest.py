"""Back-test measures and histories at an origin, against slow and obvious versions."""

from __future__ import annotations

import itertools
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.models import measures
from crmcli.models.backtest import backtest, origins
from crmcli.models.occasions import Occasions
from crmcli.models.simulate import simulate_shop

scored = st.lists(st.tuples(st.integers(0, 5) | st.floats(0, 1), st.booleans()), max_size=25)
counted = st.lists(st.tuples(st.integers(0, 4) | st.floats(0, 4), st.integers(0, 5)), min_size=1, max_size=25)


@given(scored)
def test_auc_counts_pairs(pairs: list[tuple[float, bool]]) -> None:
    yes = [score for score, happened in pairs if happened]
    no = [score for score, happened in pairs if not happened]
    wins = [1.0 if a > b else 0.5 if a == b else 0.0 for a, b in itertools.product(yes, no)]
    got = measures.auc(
        np.array([score for score, _ in pairs], dtype=float), np.array([h for _, h in pairs], dtype=bool)
    )
    assert got == (pytest.approx(sum(wins) / len(wins)) if wins else None)


@given(counted)
def test_gini_counts_inversions(pairs: list[tuple[float, int]]) -> None:
    score, actual = [pair[0] for pair in pairs], [pair[1] for pair in pairs]

    def agreement(order: list[float]) -> float:
        return sum(
            (order[i] > order[j]) * (actual[i] - actual[j]) for i, j in itertools.product(range(len(order)), repeat=2)
        )

    got = measures.normalised_gini(np.array(score, dtype=float), np.array(actual, dtype=float))
    perfect = agreement([float(a) for a in actual])
    assert got == (pytest.approx(agreement(score) / perfect, abs=1e-9) if perfect else None)


def test_capture_shares_ties() -> None:
    actual = np.array([5.0, 3.0, 1.0, 1.0, 0.0])
    assert measures.capture(np.array([9.0, 5, 4, 3, 2]), actual) == pytest.approx(0.5)
    assert measures.capture(np.ones(5), actual) == pytest.approx(0.2)
    assert measures.capture(np.array([9.0, 9, 4, 3, 2]), actual) == pytest.approx(0.4)
    assert measures.capture(np.ones(2), np.zeros(2)) is None


def test_brier_and_fifths() -> None:
    probability = np.repeat([0.1, 0.3, 0.5, 0.7, 0.9], 10)
    happened = np.tile(np.arange(10) < 5, 5)
    assert measures.brier(probability, happened) == pytest.approx(np.mean((probability - happened) ** 2))
    assert measures.brier_skill(np.full(50, 0.5), happened) == pytest.approx(0)
    assert [(part.customers, part.predicted) for part in measures.fifths(probability, happened)] == [
        (10, pytest.approx(p)) for p in (0.1, 0.3, 0.5, 0.7, 0.9)
    ]
    assert len(measures.fifths(np.full(50, 0.5), happened)) == 1
    assert measures.fifths(np.zeros(0), np.zeros(0, dtype=bool)) == ()
    assert measures.brier(np.zeros(0), np.zeros(0, dtype=bool)) is None
    assert measures.brier_skill(np.ones(3), np.ones(3, dtype=bool)) is None


def test_origins_are_apart_and_leave_history() -> None:
    assert origins(0, 1000, 90) == (640, 730, 820, 910)
    assert origins(700, 1000, 90) == (820, 910)
    assert origins(900, 1000, 90) == ()
    assert origins(0, 1000, 0) == ()
    assert origins(0, 1000, 90, most=2) == (820, 910)


days = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 60)), min_size=1, max_size=40, unique=True).map(sorted)


@given(days, st.integers(0, 70))
def test_standing_is_the_obvious_one(pairs: list[tuple[int, int]], as_of: int) -> None:
    customer, day = (np.array(column) for column in zip(*pairs, strict=True))
    value = 10.0 + day * (customer + 1)
    known = Occasions.of(customer, day, value)
    standing = known.by(as_of)
    visits = {c: [d for k, d in pairs if k == c and d <= as_of] for c in sorted({c for c, _ in pairs})}
    here = {c: found for c, found in visits.items() if found}
    gaps = {c: [b - a for a, b in itertools.pairwise(found)] for c, found in here.items()}
    every = [gap for found in gaps.values() for gap in found]
    assert standing.histories.x.tolist() == [len(found) - 1 for found in here.values()]
    assert standing.histories.t_x.tolist() == [found[-1] - found[0] for found in here.values()]
    assert standing.histories.T.tolist() == [as_of - found[0] for found in here.values()]
    assert standing.base_gap == (statistics.median(every) if every else None)
    if every:
        expected = [
            (len(g) * (statistics.median(g) if g else 0) + 2 * statistics.median(every)) / (len(g) + 2)
            for g in gaps.values()
        ]
        np.testing.assert_allclose(standing.expected_gap, expected)
    for i, (c, found) in enumerate(here.items()):
        spent = [10.0 + d * (c + 1) for d in found]
        assert standing.spend[i] == pytest.approx(statistics.fmean(spent))
        assert standing.spend_within[i] == pytest.approx(
            sum((s - statistics.fmean(spent)) ** 2 for s in spent), abs=1e-6
        )
    count, worth = known.after(as_of, as_of + 20)
    later = {c: [d for k, d in pairs if k == c and as_of < d <= as_of + 20] for c in visits}
    assert count.tolist() == [len(found) for found in later.values()]
    assert worth.tolist() == pytest.approx([sum(10.0 + d * (c + 1) for d in found) for c, found in later.items()])


SHOP = simulate_shop("mbg_nbd", {"r": 0.6, "alpha": 12.0, "a": 0.8, "b": 2.5}, n=1500, span=1000, seed=1, entry=900)


def test_a_model_in_its_own_world_is_calibrated_and_beats_the_naive_scores() -> None:
    found = backtest(
        SHOP.customer, SHOP.day, origins=origins(0, 1000, 90), horizon=90, value=np.full(len(SHOP.day), 50.0)
    )
    assert [one.origin for one in found] == [640, 730, 820, 910]
    for one in found:
        assert one.thin is None
        assert one.fit.converged
        assert one.auc > one.auc_recency
        assert one.better_than_recency
        assert one.auc > one.auc_overdue
        assert one.brier < one.brier_base
        assert one.brier_skill > 0.2
        assert 0.8 < one.occasions.ratio < 1.25
        assert one.occasions.error < one.occasions.error_of_rate
        assert one.value.predicted == pytest.approx(50 * one.occasions.predicted)
        assert one.value.actual == pytest.approx(50 * one.occasions.actual)
        assert sum(part.customers for part in one.fifths) == one.customers
        assert all(abs(part.predicted - part.observed) < 0.12 for part in one.fifths)
    assert found[1].fit.evaluations <= found[0].fit.evaluations


def test_what_comes_after_the_horizon_is_never_looked_at() -> None:
    early = SHOP.day <= 820
    whole = backtest(SHOP.customer, SHOP.day, origins=[730], horizon=90)[0]
    cut = backtest(SHOP.customer[early], SHOP.day[early], origins=[730], horizon=90)[0]
    assert (whole.auc, whole.occasions, whole.fit.parameters) == (cut.auc, cut.occasions, cut.fit.parameters)


@pytest.mark.parametrize(
    ("customer", "day"),
    [([], []), ([0], [0]), ([0, 0], [0, 5]), ([0, 1, 2], [3, 3, 3]), ([7, 7, 9], [0, 100, 100])],
)
def test_little_is_thin_and_nothing_fails(customer: list[int], day: list[int]) -> None:
    one = backtest(np.array(customer, dtype=int), np.array(day, dtype=int), origins=[50], horizon=30)[0]
    assert one.thin is not None
    assert (one.fit, one.auc, one.brier, one.occasions, one.fifths) == (None, None, None, None, ())


def test_unsorted_occasions_are_refused() -> None:
    for customer, day in (([1, 0], [0, 0]), ([0, 0], [5, 4]), ([0, 0], [5, 5])):
        with pytest.raises(ValueError):
            backtest(np.array(customer), np.array(day), origins=[9], horizon=1)
