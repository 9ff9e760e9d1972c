"""Series in, forecast out: every method back-tested, the best chosen series by series, its interval from its own errors."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from crmcli.models.series.backtest import LEAST_MONTHS, backtest, prospective, season_of
from crmcli.models.series.interval import covered, half_widths
from crmcli.models.series.methods import NAMES, YOUNG
from crmcli.models.series.plain import Floats

BLOCK = 64  # series at a time: bounds memory


@dataclass(frozen=True, slots=True)
class Forecast:
    """Forecasts of S series for H months.

    Args:
        expected, low, high: (S, H), in the unit of the series; low and high bound 80 %.
        method: S names of the methods chosen.
        mase: (S,) of the chosen method over all origins; NaN where the naive forecast was never wrong.
        coverage: (S,) share of months within the interval as it was known at each origin; NaN where too little is known.
        scale: (S,) what MASE divides by, in the unit of the series.
        names: The methods of `scores`.
        scores: (M, S) MASE of every method; NaN where not tried.
        origins: Number of origins in the back-test.
        season: Months behind which the naive forecast of the scale looks: 12 or 1.
        thin: Whether too little is known to test a season: fewer than 18 months.
    """

    expected: Floats
    low: Floats
    high: Floats
    method: tuple[str, ...]
    mase: Floats
    coverage: Floats
    scale: Floats
    names: tuple[str, ...]
    scores: Floats
    origins: int
    season: int
    thin: bool


def forecast(y: Floats, horizon: int) -> Forecast | None:
    """Forecast every row of y (S, T), months oldest first, all of one length; None with fewer than three months."""
    if y.shape[1] < LEAST_MONTHS or not len(y):
        return None
    parts = [_block(y[start : start + BLOCK], horizon) for start in range(0, len(y), BLOCK)]
    return parts[0] if len(parts) == 1 else _joined(parts)


def _block(y: Floats, horizon: int) -> Forecast:
    """A handful of series, each in units of its own size, so that no square overflows."""
    size = np.abs(y).mean(axis=1)
    size = np.where(size > 0, size, 1.0)
    y = y / size[:, None]
    tested = backtest(y, horizon)
    series = np.arange(len(y))
    errors = prospective(tested)
    widths = half_widths(y, errors, tested.origins)
    middle = tested.said[tested.chosen, series, -1]
    floor = np.where(y.min(axis=1) >= 0, 0.0, -np.inf)[:, None]
    expected, low, high = (
        np.maximum(part, floor) * size[:, None] for part in (middle, middle - widths[:, -1], middle + widths[:, -1])
    )
    return Forecast(
        expected=expected,
        low=low,
        high=high,
        method=tuple(NAMES[place] for place in tested.chosen),
        mase=tested.scores[tested.chosen, series],
        coverage=covered(errors, widths, tested.origins),
        scale=tested.scale * size,
        names=NAMES,
        scores=tested.scores,
        origins=len(tested.origins) - 1,
        season=season_of(y.shape[1]),
        thin=y.shape[1] < YOUNG,
    )


def _joined(parts: list[Forecast]) -> Forecast:
    """Blocks one below the other; what is the same for all is taken from the first."""
    return replace(
        parts[0],
        expected=np.concatenate([part.expected for part in parts]),
        low=np.concatenate([part.low for part in parts]),
        high=np.concatenate([part.high for part in parts]),
        method=tuple(name for part in parts for name in part.method),
        mase=np.concatenate([part.mase for part in parts]),
        coverage=np.concatenate([part.coverage for part in parts]),
        scale=np.concatenate([part.scale for part in parts]),
        scores=np.concatenate([part.scores for part in parts], axis=1),
    )
