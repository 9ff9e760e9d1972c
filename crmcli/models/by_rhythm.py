"""What customers as late against their own rhythm did on past days: the fallback where a model of buying is of no use.

Shares seen, no model: customers of a past day are classed by their overdue ratio, and the share of a class without an occasion
in the horizon after it (and their mean number of occasions) is what is said of the class today. Small classes are drawn to all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from crmcli.models import predict
from crmcli.models.backtest import Backtest, totals_of
from crmcli.models.fit import Fit
from crmcli.models.histories import Floats, Whole, compress
from crmcli.models.measures import auc, brier, brier_skill, fifths
from crmcli.models.occasions import Occasions, Standing

BOUNDS = (0.5, 1.0, 1.5, 2.0, 3.0, 5.0)  # of the overdue ratio; each class ends before the next begins
_DRAWN = 20  # customers of a class that the share of all counts for
_DAYS_BACK = 4


@dataclass(frozen=True, slots=True)
class ByRhythm:
    """What is said of customers, (k,) each.

    Args:
        silent: P(no occasion in the horizon), at least the chance of having left.
        occasions: Expected in the horizon.
        variance: Of the number of occasions.
    """

    silent: Floats
    occasions: Floats
    variance: Floats


@dataclass(slots=True)
class PastDays:
    """What came after past days, each looked at once.

    Args:
        known: All occasions.
        horizon: Days ahead.
    """

    known: Occasions
    horizon: int
    seen: dict[int, tuple[Whole, Floats]] = field(default_factory=dict)

    def after(self, day: int) -> tuple[Whole, Floats]:
        """Classes of the customers of a day, and their occasions in the horizon after it."""
        if day not in self.seen:
            standing = self.known.by(day)
            later = self.known.after(day, day + self.horizon)[0][standing.customer]
            self.seen[day] = _kinds(standing), later.astype(np.float64)
        return self.seen[day]


def by_rhythm(past: PastDays, standing: Standing, day: int, *, fitted: Fit) -> ByRhythm | None:
    """What is said on a day of the customers who stand so then; None when no earlier horizon is over by the day.

    Args:
        past: Where the shares come from: of up to four days before, none of whose horizons ends after the day.
        standing: The customers of the day; they need not be those of `past`.
        day: The day.
        fitted: The model fitted on that day, in days: nobody is likelier to buy than to be a customer still.
    """
    first = int(past.known.day.min()) if len(past.known.day) else day
    days = [day - step * past.horizon for step in range(1, _DAYS_BACK + 1)]
    found = [past.after(earlier) for earlier in days if earlier >= first]
    if not found:
        return None
    kinds, counts = (np.concatenate(column) for column in zip(*found, strict=True))
    own = _kinds(standing)
    rows, inverse = compress(standing.histories)
    left = 1 - predict.p_alive(fitted, rows)[inverse]
    mean = _drawn(kinds, counts)
    spread = _drawn(kinds, counts**2) - mean**2
    return ByRhythm(np.maximum(_drawn(kinds, counts == 0)[own], left), mean[own], np.maximum(spread[own], 0))


def backtest_by_rhythm(tests: Sequence[Backtest], past: PastDays) -> tuple[Backtest, ...]:
    """The back-tests of a model with the figures of the fallback in place of the model's, from the same days."""
    return tuple(_tested(test, past) for test in tests)


def _tested(test: Backtest, past: PastDays) -> Backtest:
    standing = past.known.by(test.origin)
    said = None if test.fit is None else by_rhythm(past, standing, test.origin, fitted=test.fit)
    if said is None:
        return replace(test, auc=None, brier=None, brier_skill=None, fifths=(), occasions=None, value=None)
    _kind, actual = past.after(test.origin)
    silent = actual == 0
    return replace(
        test,
        auc=auc(said.silent, silent),
        brier=brier(said.silent, silent),
        brier_skill=brier_skill(said.silent, silent),
        fifths=fifths(said.silent, silent),
        occasions=totals_of(said.occasions, said.variance, actual, standing, test.horizon),
        value=None,
    )


def _kinds(standing: Standing) -> Whole:
    """Class of each customer by the overdue ratio; one of its own for all where nobody had an interval."""
    if standing.base_gap is None:
        return np.full(len(standing.customer), len(BOUNDS) + 1, dtype=np.int64)
    return np.digitize(standing.overdue_ratio, BOUNDS).astype(np.int64)


def _drawn(kinds: Whole, values: Floats | Whole) -> Floats:
    """Mean of each class, drawn to that of all."""
    count = np.bincount(kinds, minlength=len(BOUNDS) + 2)
    total = np.bincount(kinds, weights=values, minlength=len(BOUNDS) + 2)
    found: Floats = (total + _DRAWN * float(np.mean(values))) / (count + _DRAWN)
    return found
