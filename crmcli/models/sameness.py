"""Are groups treated alike? Whether they differ by more than chance gives, and by how much, from counts and ranks alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from crmcli.models.histories import Floats, Whole

DRAWS = 20_000  # tables drawn at most where a share rests on too few for the approximation
_CELLS = 4_000_000  # of all tables drawn, at most; so that a thousand groups fit into memory
_SEED = 20_160
_EXPECTED = 5  # tickets expected in a cell, below which chi-square is not to be trusted (Cochran 1954)
# Effects are between the two ends, not of the whole: a rare group badly treated explains little of all, and is badly treated still.
_SHARES = (0.2, 0.5, 0.8)  # of Cohen's h: small, medium, large (Cohen 1988)
_RANKS = (0.147, 0.33, 0.474)  # of Cliff's delta (Romano, Kromrey, Coraggio & Skowronek 2006)


@dataclass(frozen=True, slots=True)
class Difference:
    """How far groups lie apart.

    Args:
        statistic: Kruskal and Wallis's H, or Pearson's chi-square.
        freedom: Groups less one.
        chance: Probability of a statistic as large or larger if all groups were alike, 0–1.
        effect: Between the two ends: Cliff's delta of ranks, 0–1, or Cohen's h of shares, 0–π.
        size: The effect as "negligible", "small", "medium" or "large".
    """

    statistic: float
    freedom: int
    chance: float
    effect: float
    size: str


def by_ranks(counts: Whole, rank_sums: Floats, ties: float) -> Difference:
    """Do the values of k groups lie equally high? The rank test of Kruskal & Wallis (1952, JASA 47), corrected for ties.

    H = 12 / (N (N + 1)) · Σ n (R̄ - (N + 1) / 2)² ÷ (1 - ties / (N³ - N)); chi-square with k - 1 degrees of freedom, good from
    about five values a group. Effect: 2 / N · (highest - lowest mean rank), which for two groups is Cliff's delta (1993), the
    share of pairs in which one is higher less that in which the other is; near it for more groups, and at most 1. All values
    equal: nothing differs.

    Args:
        counts: Values of each group, (k,), all above 0.
        rank_sums: Sum of the ranks of each group among all N values, tied ones at their middle rank, (k,).
        ties: Σ (t³ - t) over sets of t equal values.

    Raises:
        ValueError: Fewer than two groups, or an empty one.
    """
    _checked(counts)
    sizes, total = counts.astype(np.float64), float(counts.sum())
    correction = 1 - ties / (total**3 - total)
    freedom = len(counts) - 1
    if correction <= 1e-12:  # rounding of N³
        return Difference(0.0, freedom, 1.0, 0.0, _size(0.0, _RANKS))
    off = rank_sums / sizes - (total + 1) / 2
    statistic = 12 / (total * (total + 1)) * float(sizes @ off**2) / correction
    effect = min(1.0, 2 / total * float(off.max() - off.min()))
    return Difference(statistic, freedom, float(chdtrc(freedom, statistic)), effect, _size(effect, _RANKS))


def by_shares(kept: Whole, counts: Whole) -> Difference:
    """Is the share kept equal in k groups? Pearson's chi-square of the table of kept and not kept.

    Where fewer than five are expected in a cell, the chance is that among `DRAWS` tables (fewer with more than 200 groups) drawn
    at random with the same margins (Hope 1968, JRSS B 30: (1 + as large) / (1 + draws)), always the same ones; else that of chi-square with k - 1 degrees of
    freedom. Effect: Cohen's h of the highest and the lowest share, 2 arcsin √p apart. All kept, or none: nothing differs.

    Args:
        kept: Of each group, (k,), 0 to its count.
        counts: Of each group, (k,), all above 0.

    Raises:
        ValueError: Fewer than two groups, an empty one, or more kept than counted.
    """
    _checked(counts)
    if np.any(kept < 0) or np.any(kept > counts):
        raise ValueError("kept must lie between 0 and the count")
    total, freedom = int(counts.sum()), len(counts) - 1
    share = float(kept.sum()) / total
    if share in {0.0, 1.0}:
        return Difference(0.0, freedom, 1.0, 0.0, _size(0.0, _SHARES))
    statistic = float(_pearson(kept[None, :], counts, share)[0])
    if float(counts.min()) * min(share, 1 - share) < _EXPECTED:
        draws = min(DRAWS, max(199, _CELLS // len(counts)))
        drawn = np.random.default_rng(_SEED).multivariate_hypergeometric(counts, int(kept.sum()), size=draws)
        larger = int(np.sum(_pearson(drawn, counts, share) >= statistic * (1 - 1e-9)))
        chance = (1 + larger) / (1 + draws)
    else:
        chance = float(chdtrc(freedom, statistic))
    effect = 2 * float(np.ptp(np.arcsin(np.sqrt(kept / counts))))
    return Difference(statistic, freedom, chance, effect, _size(effect, _SHARES))


def holm(chances: Floats) -> Floats:
    """Chances corrected for having asked m questions at once (Holm 1979, Scand. J. Statist. 6), in the order given.

    The i-th smallest times m - i + 1, never below one before it, at most 1: the risk that any "no chance" is wrong stays 5 %.

    Args:
        chances: (m,), 0–1.
    """
    order = np.argsort(chances, kind="stable")
    steps = np.maximum.accumulate(chances[order] * (len(chances) - np.arange(len(chances))))
    corrected = np.empty_like(chances)
    corrected[order] = np.minimum(1.0, steps)
    return corrected


def _pearson(kept: Whole, counts: Whole, share: float) -> Floats:
    """Chi-square of each row of `kept`, (m, k), against one share; kept and not kept taken together."""
    off = kept - counts * share
    return np.asarray((off**2 / counts).sum(axis=1) / (share * (1 - share)))


def _checked(counts: Whole) -> None:
    if len(counts) < 2 or np.any(counts < 1):
        raise ValueError("a comparison needs two groups, and none of them empty")


def _size(effect: float, bounds: tuple[float, float, float]) -> str:
    """The effect in one word."""
    small, medium, large = bounds
    return (
        "large" if effect >= large else "medium" if effect >= medium else "small" if effect >= small else "negligible"
    )
