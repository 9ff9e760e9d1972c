"""Two forecasts of the same months made one: weights by how wrong each was, intervals from the errors of doing so.

At each origin the weights rest on the errors known by then, so that the back-test of the joined forecast is what an owner would
have seen. Weights are inverse to the mean squared errors over the same months, errors taken as independent, as Bates & Granger
(1969) found best for short histories. Arrays are (series, origins, months ahead); the last origin is today.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincinv

from crmcli.models.level import Z80
from crmcli.models.series.interval import PRIOR, known_by, student
from crmcli.models.series.plain import Bools, Floats

LEAST_ORIGINS = 4  # origins with an error of both, below which the first forecast stands alone
_TAIL = 0.1
_DRAWN = 8.0  # errors that those of all months ahead count for in each of them
_SMALL = 1e-12
_FLATTEST = 0.2  # shape below which the upper end of a gamma would fall again while its variance grows


@dataclass(frozen=True, slots=True)
class Joined:
    """The weight of the second forecast at each origin and month ahead, (O, H), and the errors of the mixture, (S, O, H)."""

    weight: Floats
    errors: Floats


def join(first: Floats, second: Floats, origins: tuple[int, ...], scale: Floats) -> Joined:
    """Weigh two forecasts by their errors (S, O, H); series count by errors ÷ scale (S,), weights are the same for all."""
    weight = np.stack([_weight(known_by(first, origins, n), known_by(second, origins, n), scale) for n in origins])
    return Joined(weight, weight * second + (1 - weight) * first)


def _weight(first: Floats, second: Floats, scale: Floats) -> Floats:
    """Weight of the second by months ahead, (H,); 0 where too few origins tell."""
    both = ~np.isnan(first) & ~np.isnan(second) & (scale > 0)[:, None, None]
    origins = both.any(axis=(0, 2)).sum()
    if origins < LEAST_ORIGINS:
        return np.zeros(first.shape[2])
    size = np.where(scale > 0, scale, 1)[:, None, None]
    one, other = (_mean_squares(np.where(both, part / size, 0), both) for part in (first, second))
    return np.asarray(one / np.maximum(one + other, _SMALL))


def _mean_squares(errors: Floats, both: Bools) -> Floats:
    """Mean square by months ahead, drawn to that of all months as if `_DRAWN` more errors of theirs had been seen, (H,)."""
    count, total = both.sum(axis=(0, 1)), (errors**2).sum(axis=(0, 1))
    return np.asarray((total + _DRAWN * total.sum() / max(1, count.sum())) / (count + _DRAWN))


def variances(model: Floats, errors: Floats, origins: tuple[int, ...]) -> Floats:
    """Variance at every origin, (S, O, H): the model's own times how much larger the squares of the errors known then were.

    The factor is the mean of error² ÷ variance over all months known at that origin, drawn to 1 as if two more origins had been
    as the model says (months of one origin err together and count once); widened as few origins ask for: times (Student's quantile of 90 % ÷ the normal one)².
    """
    made = []
    for place, now in enumerate(origins):
        past = known_by(errors, origins, now)
        known = ~np.isnan(past) & (model > 0)
        ratio = (np.where(known, past, 0) ** 2 / np.where(known, model, 1)).sum(axis=(1, 2))
        count, tried = known.sum(axis=(1, 2)), known.any(axis=2).sum(axis=1)
        factor = (ratio / np.maximum(count, 1) * tried + PRIOR) / (tried + PRIOR)
        wide = np.where(tried > 0, student(tried + PRIOR - 1) / Z80, 1.0)
        made.append(model[:, place] * (factor * wide**2)[:, None])
    return np.stack(made, axis=1)


def bounds(mean: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """80 % interval of amounts of that mean and variance: gamma where they cannot be below zero, else normal."""
    spread = np.sqrt(np.maximum(variance, 0))
    is_gamma = (mean > 0) & (variance > 0)
    shape = np.where(is_gamma, mean**2 / np.where(is_gamma, variance, 1), 1.0)
    shape = np.clip(shape, _FLATTEST, 1e8)
    unit = np.where(is_gamma, mean / shape, 0.0)
    low = np.where(is_gamma, unit * gammaincinv(shape, _TAIL), mean - Z80 * spread)
    high = np.where(is_gamma, unit * gammaincinv(shape, 1 - _TAIL), mean + Z80 * spread)
    return np.asarray(np.minimum(low, mean)), np.asarray(np.maximum(high, mean))
