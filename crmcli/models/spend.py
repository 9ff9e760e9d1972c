"""Spend per occasion: each customer's mean, drawn to the base's the more the less is known of him (Bühlmann & Straub 1970)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from crmcli.models.histories import Floats

_FEWEST_REPEATERS = 30
_MOST = 1_000.0  # n0 when customers do not differ at all: whoever has fewer occasions than this is the base


@dataclass(frozen=True, slots=True)
class Credibility:
    """Spend per occasion by credibility.

    Args:
        mean: (n0·mu + n·own mean) ÷ (n0 + n) of each customer, (n,), in the currency of the input.
        mu: Mean of the base, each customer weighed by his credibility n ÷ (n0 + n).
        n0: How many occasions the base's mean is worth: variance within customers ÷ variance between them.
        estimated: Whether n0 comes from the data; else it is 1, because fewer than 30 customers came back.
        within: Variance of spend within customers; None when nobody came back.
        between: Variance of true means between customers; None when not estimated.
    """

    mean: Floats
    mu: float
    n0: float
    estimated: bool
    within: float | None
    between: float | None


def shrink(occasions: Floats, mean: Floats, within: Floats) -> Credibility:
    """Credible spend per occasion.

    Args:
        occasions: Occasions of each customer, the first included, (n,), at least 1.
        mean: Their mean spend, (n,).
        within: Sum over his occasions of (spend - mean)², (n,); 0 for one occasion.

    A single occasion above the third quartile of all means + 1.5 × their interquartile range counts as that much: one
    large project says little of the next order (the rule by which ABC sets the one-off large aside). The variance between
    customers is taken over those who came back, for the same reason.
    """
    n = np.asarray(occasions, dtype=np.float64)
    own = _tamed(n, np.asarray(mean, dtype=np.float64))
    squares = np.asarray(within, dtype=np.float64)
    if not len(n):
        return Credibility(own, 0.0, 1.0, False, None, None)
    spare = (n - 1).sum()
    inside = float(np.maximum(squares, 0).sum() / spare) if spare > 0 else None
    between, n0 = None, 1.0
    estimated = bool((n > 1).sum() >= _FEWEST_REPEATERS)
    if estimated and inside is not None:
        back, theirs = n[n > 1], own[n > 1]
        grand = float(back @ theirs / back.sum())
        evenness = float(back.sum() - back @ back / back.sum())
        between = max(0.0, float(back @ (theirs - grand) ** 2 - (len(back) - 1) * inside) / evenness)
        n0 = min(_MOST, inside / between) if between > 0 else _MOST if inside > 0 else 1.0
    trust = n / (n + n0) if n0 > 0 else np.ones_like(n)
    mu = float(trust @ own / trust.sum())
    return Credibility(mu + trust * (own - mu), mu, n0, estimated, inside, between)


def _tamed(n: Floats, own: Floats) -> Floats:
    """Means, those of one occasion not above the fence."""
    if not len(own):
        return own
    first, third = np.quantile(own, (0.25, 0.75))
    return np.where(n > 1, own, np.minimum(own, third + 1.5 * (third - first)))


def spend_frequency_correlation(occasions: Floats, mean: Floats) -> float | None:
    """Pearson's correlation of repeat occasions and mean spend over customers who came back; None when it is not defined.

    The models of spend assume none.
    """
    back = np.asarray(occasions) > 1
    n, own = np.asarray(occasions, dtype=np.float64)[back], np.asarray(mean, dtype=np.float64)[back]
    if len(n) < 3 or np.ptp(n) == 0 or np.ptp(own) == 0:
        return None
    return float(np.clip(np.corrcoef(n, own)[0, 1], -1, 1))
