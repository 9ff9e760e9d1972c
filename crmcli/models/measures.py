"""How good predictions were: pure functions of arrays, one element per customer; None where a measure is not defined."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from crmcli.models.histories import Floats

Truth = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Fifth:
    """One part of the customers in the order of their predicted probability.

    Args:
        customers: How many.
        predicted: Mean predicted probability.
        observed: Share for whom it came true.
    """

    customers: int
    predicted: float
    observed: float


def mean_ranks(score: Floats) -> Floats:
    """Ranks from 1 in ascending order, ties sharing their mean; whole numbers, as days are, without sorting."""
    if len(score) and score.min() >= 0 and score.max() < 4 * len(score):
        kind = score.astype(np.int64)
        if (kind == score).all():
            count = np.bincount(kind)
            return np.asarray((np.cumsum(count) - (count - 1) / 2)[kind])
    _, kind, count = np.unique(score, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(count) - (count - 1) / 2)[kind])


def auc(score: Floats, happened: Truth) -> float | None:
    """P(score of one to whom it happened > score of one to whom it did not), ties half; None when all are alike."""
    yes = int(np.count_nonzero(happened))
    no = len(happened) - yes
    if not yes or not no:
        return None
    return float((mean_ranks(score)[happened].sum() - yes * (yes + 1) / 2) / (yes * no))


def brier(probability: Floats, happened: Truth) -> float | None:
    """Mean of (probability - what happened)²; lower is better; None without customers."""
    return float(np.mean((probability - happened) ** 2)) if len(happened) else None


def brier_of_base_rate(happened: Truth) -> float | None:
    """Brier score of giving everybody the observed share."""
    return float(np.mean(happened) * (1 - np.mean(happened))) if len(happened) else None


def brier_skill(probability: Floats, happened: Truth) -> float | None:
    """1 - Brier ÷ Brier of the observed share: 1 is perfect, 0 no better than a constant; None when all are alike."""
    score, base = brier(probability, happened), brier_of_base_rate(happened)
    return 1 - score / base if score is not None and base else None


def fifths(probability: Floats, happened: Truth, *, parts: int = 5) -> tuple[Fifth, ...]:
    """Calibration: customers in order of probability in equal parts; equal probabilities stay in one part.

    A part may be missing when many probabilities are equal.
    """
    if not len(happened):
        return ()
    order = np.argsort(probability, kind="stable")
    ordered, came = probability[order], happened[order]
    cuts = np.searchsorted(ordered, ordered[np.arange(1, parts) * len(ordered) // parts])
    edges = np.unique(np.concatenate([[0], cuts, [len(ordered)]]))
    return tuple(
        Fifth(int(end - begin), float(ordered[begin:end].mean()), float(came[begin:end].mean()))
        for begin, end in itertools.pairwise(edges)
    )


def mean_absolute_error(predicted: Floats, actual: Floats) -> float | None:
    """Mean of |predicted - actual|; None without customers."""
    return float(np.mean(np.abs(predicted - actual))) if len(actual) else None


def capture(predicted: Floats, actual: Floats, *, share: float = 0.2) -> float | None:
    """Share of the actual total that the customers predicted highest brought; ties share what they bring together.

    Args:
        predicted: (n,).
        actual: (n,), not negative.
        share: Of the customers; at least one.

    Returns:
        None when the actual total is not above 0.
    """
    total = float(actual.sum())
    if total <= 0:
        return None
    top = max(1, round(share * len(actual)))
    edge = np.partition(predicted, len(predicted) - top)[len(predicted) - top]
    above, ties = predicted > edge, predicted == edge
    rest = (top - np.count_nonzero(above)) / np.count_nonzero(ties)
    return float((actual[above].sum() + rest * actual[ties].sum()) / total)


def normalised_gini(predicted: Floats, actual: Floats) -> float | None:
    """Gini of the actual figures in the predicted order ÷ in their own: 1 is the perfect order, 0 a random one.

    Ties in the prediction count by their mean, so the order of rows does not matter. None when all actual figures are equal.
    """
    reached, perfect = _gini(predicted, actual), _gini(actual, actual)
    return reached / perfect if reached is not None and perfect else None


def _gini(score: Floats, actual: Floats) -> float | None:
    total = float(actual.sum())
    if not len(actual) or total <= 0:
        return None
    n = len(actual)
    gini = float(2 * (mean_ranks(score) @ actual) / (n * total) - (n + 1) / n)
    return gini if abs(gini) > 1e-12 else 0.0
