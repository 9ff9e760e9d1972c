"""The fallback: shares of past days by overdue ratio, against a slow reckoning; and what it is good for."""

from __future__ import annotations

import bisect
import itertools
import statistics

import numpy as np
import pytest
from numpy.typing import NDArray

from crmcli.models import predict
from crmcli.models.backtest import backtest, origins
from crmcli.models.by_rhythm import BOUNDS, PastDays, backtest_by_rhythm, by_rhythm
from crmcli.models.fit import Fit, fit
from crmcli.models.histories import compress
from crmcli.models.occasions import Occasions
from crmcli.models.simulate import simulate_shop

HORIZON = 90
SHOP = simulate_shop("mbg_nbd", {"r": 0.6, "alpha": 60.0, "a": 0.8, "b": 2.5}, n=150, span=900, seed=3)


def whim(seed: int, customers: int = 300) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Customers who buy at any time, all alike and all the same often: nothing in their past tells of their future."""
    chance = np.random.default_rng(seed)
    pairs = sorted({(int(who), int(day)) for who in range(customers) for day in chance.integers(0, 900, 7)})
    customer, day = (np.array(column, np.int64) for column in zip(*pairs, strict=True))
    return customer, day


def slow(customer: NDArray[np.int64], day: NDArray[np.int64], on: int, fitted: Fit) -> list[tuple[float, float]]:
    """P(silent) and expected occasions of each customer, one by one."""
    visits: dict[int, list[int]] = {}
    for who, when in zip(customer.tolist(), day.tolist(), strict=True):
        visits.setdefault(who, []).append(when)

    def kinds(at: int) -> dict[int, int]:
        known = {who: [d for d in days if d <= at] for who, days in visits.items()}
        known = {who: days for who, days in known.items() if days}
        gaps = {who: [b - a for a, b in itertools.pairwise(days)] for who, days in known.items()}
        every = [gap for own in gaps.values() for gap in own]
        if not every:
            return dict.fromkeys(known, 7)
        base = statistics.median(every)
        expected = {
            who: (len(g) * (statistics.median(g) if g else 0) + 2 * base) / (len(g) + 2) for who, g in gaps.items()
        }
        return {who: bisect.bisect_right(BOUNDS, (at - days[-1]) / expected[who]) for who, days in known.items()}

    seen: list[tuple[int, int]] = []
    for step in range(1, 5):
        past = on - step * HORIZON
        if past >= int(day.min()):
            seen += [(kind, sum(past < d <= past + HORIZON for d in visits[who])) for who, kind in kinds(past).items()]
    counts = [count for _kind, count in seen]
    silent = statistics.fmean(count == 0 for count in counts)
    rows, inverse = compress(Occasions.of(customer, day).by(on).histories)
    alive = predict.p_alive(fitted, rows)[inverse]
    found = []
    for place, kind in enumerate(kinds(on).values()):
        own = [count for other, count in seen if other == kind]
        said = (sum(count == 0 for count in own) + 20 * silent) / (len(own) + 20)
        mean = (sum(own) + 20 * statistics.fmean(counts)) / (len(own) + 20)
        found.append((max(said, 1 - float(alive[place])), mean))
    return found


@pytest.mark.parametrize("on", [100, 200, 899])
def test_shares_equal_the_slow_reckoning(on: int) -> None:
    known = Occasions.of(SHOP.customer, SHOP.day)
    standing = known.by(on)
    fitted = fit(standing.histories)
    said = by_rhythm(PastDays(known, HORIZON), standing, on, fitted=fitted)
    assert said is not None
    wanted = np.array(slow(SHOP.customer, SHOP.day, on, fitted))
    np.testing.assert_allclose(said.silent, wanted[:, 0], atol=1e-12)
    np.testing.assert_allclose(said.occasions, wanted[:, 1], atol=1e-12)
    assert (said.variance >= 0).all()
    assert (said.silent >= 1 - predict.p_alive(fitted, standing.histories) - 1e-12).all()


def test_what_comes_after_the_day_is_never_looked_at() -> None:
    early = SHOP.day <= 500
    whole, cut = Occasions.of(SHOP.customer, SHOP.day), Occasions.of(SHOP.customer[early], SHOP.day[early])
    fitted = fit(cut.by(500).histories)
    one, two = (by_rhythm(PastDays(known, HORIZON), known.by(500), 500, fitted=fitted) for known in (whole, cut))
    assert one is not None
    assert two is not None
    assert one.silent.tolist() == two.silent.tolist()


def test_without_an_earlier_horizon_nothing_is_said() -> None:
    known = Occasions.of(SHOP.customer, SHOP.day)
    fitted = fit(known.by(899).histories)
    assert by_rhythm(PastDays(known, HORIZON), known.by(40), 40, fitted=fitted) is None


def test_where_nothing_can_be_told_the_fallback_is_calibrated_and_no_worse_than_the_model() -> None:
    for seed in range(4):
        customer, day = whim(seed)
        tests = backtest(customer, day, origins=origins(0, 899, HORIZON), horizon=HORIZON)
        fallen = backtest_by_rhythm(tests, PastDays(Occasions.of(customer, day), HORIZON))
        skill = [statistics.fmean(test.brier_skill or 0 for test in some) for some in (tests, fallen)]
        assert skill[0] < 0
        assert skill[1] > skill[0]
        assert skill[1] > -0.03
        for test in fallen:
            said = sum(part.predicted * part.customers for part in test.fifths) / test.customers
            assert test.silent_share is not None
            assert abs(said - test.silent_share) < 0.08


def test_a_model_in_its_own_world_is_better_than_its_fallback() -> None:
    tests = backtest(SHOP.customer, SHOP.day, origins=origins(0, 899, HORIZON), horizon=HORIZON)
    fallen = backtest_by_rhythm(tests, PastDays(Occasions.of(SHOP.customer, SHOP.day), HORIZON))
    assert statistics.fmean(test.brier_skill or 0 for test in tests) > statistics.fmean(
        test.brier_skill or 0 for test in fallen
    )
