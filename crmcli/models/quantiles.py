"""How many occasions a customer will have at least, at most: exact quantiles of the predicted count, without simulation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from crmcli.models.fit import Fit
from crmcli.models.futures import Future, future
from crmcli.models.histories import Floats, Histories


def count_quantiles(
    fitted: Fit, histories: Histories, horizon: float, *, shares: Sequence[float] = (0.1, 0.9)
) -> Floats:
    """Quantiles of the number of occasions in (T, T + horizon], whole numbers, (n, len(shares)).

    The smallest k with P(X <= k) >= share. The count is the smaller of a negative binomial (occasions had he stayed) and
    a beta-geometric (occasions until he leaves), which are independent given his history: both tails are closed forms.

    Args:
        fitted: The fit.
        histories: n rows.
        horizon: In the unit of the fit.
        shares: In (0, 1).
    """
    known = future(fitted, histories)
    alive = known.p_alive()
    return np.stack([_quantile(known, alive, horizon, 1 - share) for share in shares], axis=1)


def _quantile(known: Future, alive: Floats, horizon: float, tail: float) -> Floats:
    """The smallest k with P(X >= k + 1) <= tail: doubling, then halving, on the rows that still need it."""
    low, high = np.full(len(alive), -1.0), np.zeros(len(alive))
    open_rows = np.flatnonzero(_more(known, alive, high, horizon) > tail)
    while len(open_rows):
        low[open_rows] = high[open_rows]
        high[open_rows] = 2 * high[open_rows] + 1
        few = known.take(open_rows)
        open_rows = open_rows[_more(few, alive[open_rows], high[open_rows], horizon) > tail]
    open_rows = np.flatnonzero(high - low > 1)
    while len(open_rows):
        middle = np.floor((low[open_rows] + high[open_rows]) / 2)
        above = _more(known.take(open_rows), alive[open_rows], middle, horizon) > tail
        low[open_rows[above]] = middle[above]
        high[open_rows[~above]] = middle[~above]
        open_rows = open_rows[high[open_rows] - low[open_rows] > 1]
    return high


def _more(known: Future, alive: Floats, count: Floats, horizon: float) -> Floats:
    return alive * known.at_least(count + 1, horizon)
