"""Tests of sameness against scipy's own, published examples and counting."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from crmcli.models.sameness import by_ranks, by_shares, holm

GROUPS = st.lists(st.lists(st.integers(0, 6), min_size=1, max_size=12), min_size=2, max_size=5)


def ranked(groups: list[list[float]]) -> tuple[np.ndarray, np.ndarray, float]:
    """Counts, rank sums and the sum over ties, by scipy's ranks."""
    every = np.concatenate([np.asarray(group, float) for group in groups])
    ranks = np.split(stats.rankdata(every), np.cumsum([len(group) for group in groups])[:-1])
    tied = np.unique(every, return_counts=True)[1]
    return (
        np.array([len(group) for group in groups]),
        np.array([part.sum() for part in ranks]),
        float((tied**3 - tied).sum()),
    )


@given(GROUPS)
def test_ranks_as_scipy_has_them(groups: list[list[float]]) -> None:
    assume(len({value for group in groups for value in group}) > 1)
    wanted, found = stats.kruskal(*groups), by_ranks(*ranked(groups))
    assert found.statistic == pytest.approx(wanted.statistic, abs=1e-9)
    assert found.chance == pytest.approx(wanted.pvalue, abs=1e-9)
    assert 0 <= found.effect <= 1


def test_ranks_of_a_published_example() -> None:
    """Kruskal & Wallis (1952), bottle-cap machines, as by hand: H = 5.656 with 2 degrees of freedom."""
    found = by_ranks(*ranked([[340, 345, 330, 342, 338], [339, 333, 344], [347, 343, 349, 355]]))
    assert (round(found.statistic, 3), found.freedom) == (5.656, 2)


def test_equal_values_differ_in_nothing() -> None:
    assert by_ranks(*ranked([[3, 3, 3], [3, 3]])).chance == 1
    assert by_shares(np.array([4, 9]), np.array([4, 9])).chance == 1
    assert by_shares(np.array([0, 0]), np.array([4, 9])).size == "negligible"


@given(st.lists(st.tuples(st.integers(20, 300), st.floats(0.3, 0.7)), min_size=2, max_size=6))
def test_shares_as_scipy_has_them(groups: list[tuple[int, float]]) -> None:
    counts = np.array([count for count, _share in groups])
    kept = np.array([round(count * share) for count, share in groups])
    wanted, found = stats.chi2_contingency([kept, counts - kept], correction=False), by_shares(kept, counts)
    assert (found.statistic, found.chance) == pytest.approx((wanted.statistic, wanted.pvalue), abs=1e-9)


def test_shares_of_few_are_counted_out() -> None:
    """Fisher's tea: 3 of 4 against 1 of 4; all tables with these margins, by hand 34 of 70 as far off or further."""
    found = by_shares(np.array([3, 1]), np.array([4, 4]))
    assert found.chance == pytest.approx(34 / 70, abs=0.015)
    kept, counts = np.array([1, 4, 3]), np.array([6, 5, 4])
    share = kept.sum() / counts.sum()

    def off(table: tuple[int, ...]) -> float:
        return sum((k - n * share) ** 2 / n for k, n in zip(table, counts, strict=True))

    ways = np.array([1, 6, 15, 20, 15, 6, 1]), np.array([1, 5, 10, 10, 5, 1]), np.array([1, 4, 6, 4, 1])
    tables = [t for t in itertools.product(range(7), range(6), range(5)) if sum(t) == kept.sum()]
    weight = {t: int(np.prod([way[k] for way, k in zip(ways, t, strict=True)])) for t in tables}
    exact = sum(weight[t] for t in tables if off(t) >= off(tuple(kept)) - 1e-9) / sum(weight.values())
    assert by_shares(kept, counts).chance == pytest.approx(exact, abs=0.015)


def test_the_same_draws_every_time() -> None:
    found = {by_shares(np.array([1, 5]), np.array([7, 6])).chance for _turn in range(3)}
    assert len(found) == 1


def test_holm_as_published() -> None:
    """Holm (1979) by hand: 0.01, 0.04, 0.03, 0.005 of four."""
    assert holm(np.array([0.01, 0.04, 0.03, 0.005])) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm(np.array([0.9, 0.6])) == pytest.approx([1, 1])
    assert len(holm(np.array([]))) == 0


def test_the_size_of_an_effect_is_told_apart_from_its_chance() -> None:
    many = by_shares(np.array([51_000, 49_000]), np.array([100_000, 100_000]))
    assert many.chance < 1e-9
    assert many.size == "negligible"
    few = by_shares(np.array([9, 2]), np.array([10, 10]))
    assert few.size == "large"


@given(st.tuples(*[st.lists(st.integers(0, 6), min_size=1, max_size=12)] * 2))
def test_the_effect_of_two_is_counted_over_pairs(groups: tuple[list[float], list[float]]) -> None:
    first, second = groups
    assume(len({*first, *second}) > 1)
    pairs = [np.sign(one - other) for one in first for other in second]
    assert by_ranks(*ranked(list(groups))).effect == pytest.approx(abs(np.mean(pairs)), abs=1e-12)


def test_a_rare_group_badly_treated_is_no_small_matter() -> None:
    """Three of 36 against four in ten of nine thousand: nothing of the whole, much to those 36."""
    found = by_shares(np.array([3, 3_700]), np.array([36, 9_166]))
    assert (found.chance < 0.001, found.size) == (True, "medium")


@pytest.mark.parametrize(("kept", "counts"), [([1], [2]), ([1, 0], [2, 0]), ([3, 1], [2, 2]), ([-1, 1], [2, 2])])
def test_nothing_is_compared_with_nothing(kept: list[int], counts: list[int]) -> None:
    with pytest.raises(ValueError, match=r"two groups|kept must"):
        by_shares(np.array(kept), np.array(counts))


def test_chance_is_uniform_where_all_are_alike() -> None:
    """Of 400 comparisons of groups that are alike, about one in twenty comes out below 5 %."""
    chance = np.random.default_rng(5)
    found = []
    for _turn in range(400):
        groups = [list(chance.integers(0, 50, size)) for size in (12, 30, 18)]
        found.append(by_ranks(*ranked(groups)).chance)
    assert 0.02 <= np.mean(np.array(found) < 0.05) <= 0.085
