"""BG/NBD and MBG/NBD: what is believed of customers who may leave after each occasion, their history known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, betaln, expit, hyp2f1

from crmcli.models.histories import Floats, Index, Time, Whole, part_of
from crmcli.models.nodes import beta_nodes

_NEAR_ONE = 1e-6  # |a - 1| below this: the mean of a ± 3e-6
_TERMS = 20_000  # of a series, at most
_NODES_OF_PAIRS = 14  # variances need no more than four digits
_CANCELS = 1e-4  # the closed form of expected occasions loses as many digits as |a - 1| · y is small


@dataclass(frozen=True, slots=True)
class ByChance:
    """BG/NBD and MBG/NBD: rate ~ Gamma(shape, now), chance of leaving after an occasion ~ Beta(a, stayed).

    Args:
        shape: r + x. now: alpha + T. a: Of the model. stayed: b + x + 1 (BG/NBD: b + x).
        log_odds: Logarithm of the odds of having left; -inf for a one-time buyer of BG/NBD.
    """

    shape: Floats
    now: Floats
    a: float
    stayed: Floats
    log_odds: Floats

    @property
    def pace(self) -> Floats:
        """Time alpha + T, over which what is known of him changes."""
        return self.now

    def take(self, index: Index) -> ByChance:
        """Some of the customers."""
        return ByChance(self.shape[index], self.now[index], self.a, self.stayed[index], self.log_odds[index])

    def p_alive(self) -> Floats:
        """Still a customer at the as-of day."""
        return np.asarray(expit(-self.log_odds))

    def p_gone(self) -> Floats:
        """1 - p_alive, without the loss of digits."""
        return np.asarray(expit(self.log_odds))

    def stays(self, after: Time) -> Floats:
        """2F1(r + x, a; a + stayed; -after / now) after Pfaff: the first argument no longer grows with x."""
        return self._stays(self.a, after)

    def _stays(self, a: float, after: Time) -> Floats:
        y = after / (self.now + after)
        power = np.exp(a * np.log1p(-y))
        return np.asarray(power * _hypergeometric(a + self.stayed - self.shape, a, a + self.stayed, y))

    def silent(self, horizon: Time) -> Floats:
        """No occasion within the horizon, given alive."""
        return np.exp(-self.shape * np.log1p(horizon / self.now))

    def occasions(self, horizon: Time) -> Floats:
        """Expected occasions within the horizon, given alive."""
        z = horizon / self.now
        y = z / (1 + z)
        if abs(self.a - 1) < _NEAR_ONE:
            found = (self._occasions(self.a + 3e-6, y) + self._occasions(self.a - 3e-6, y)) / 2
        else:
            found = self._occasions(self.a, y)
        poor = (abs(self.a - 1) * y < _CANCELS) & (z <= 1)
        if poor.any():
            found[poor] = self.take(poor).occasions_by_nodes(part_of(horizon, poor))
        low = ~poor & (self.a + self.stayed < 2)
        if (
            low.any()
        ):  # BG/NBD at x = 0 with a + b near or below 1: from the same with one stay more, where nothing is lost
            few = self.take(low)
            time = part_of(horizon, low)
            more = ByChance(few.shape, few.now, few.a, few.stayed + 1, few.log_odds)
            found[low] = few.stayed / (few.a + few.stayed) * more.occasions(time) + 1 - few.stays(time)
        return found

    def _occasions(self, a: float, y: Floats) -> Floats:
        total = a + self.stayed - 1
        with np.errstate(all="ignore"):  # rows at a pole are replaced by the caller
            kept = np.exp((a - 1) * np.log1p(-y)) * _hypergeometric(total - self.shape, a - 1, total, y)
            return np.asarray(total / (a - 1) * (1 - kept))

    def occasions_by_nodes(self, horizon: Time) -> Floats:
        """E over p of (1 - (1 + p z)^-(r + x)) / p, z = horizon / now: exact to rounding for z <= 1, any a."""
        p, weights, z = *beta_nodes(self.a, self.stayed), horizon / self.now
        bought = -np.expm1(-self.shape[:, None] * np.log1p(p * z[:, None])) / p
        return np.asarray(np.einsum("ij,ij->i", weights, bought))

    def pairs(self, horizon: Time) -> Floats:
        """Expected X·(X - 1) within the horizon, given alive."""
        p, weights = beta_nodes(self.a, self.stayed, _NODES_OF_PAIRS)
        z = (horizon / self.now)[:, None]
        shape = self.shape[:, None]
        logs = shape * np.log1p(p * z)
        twice = -np.expm1(-logs) - shape * p * z / (1 + p * z) * np.exp(-logs)
        small = shape * p * z < 1e-5
        per = np.where(small, 0.5 * shape * (shape + 1) * z**2, twice / p**2)
        return np.asarray(np.einsum("ij,ij->i", weights, 2 * (1 - p) * per))

    def at_least(self, count: Floats, horizon: float) -> Floats:
        """P(at least `count` occasions within the horizon), given alive."""
        stayed = np.exp(betaln(self.a, self.stayed + count - 1) - betaln(self.a, self.stayed))
        return np.asarray(stayed * betainc(count, self.shape, horizon / (self.now + horizon)))

    def draw(self, horizon: float, draws: int, random: np.random.Generator) -> Whole:
        """Counts within the horizon, (n, draws), given alive."""
        size = (len(self.shape), draws)
        rate = random.gamma(self.shape[:, None], 1 / self.now[:, None], size)
        leaves = np.clip(random.beta(self.a, self.stayed[:, None], size), 1e-12, 1)
        return np.minimum(random.poisson(rate * horizon), random.geometric(leaves))


def _hypergeometric(first: Floats, second: float, third: Floats, y: Floats) -> Floats:
    """Gauss's 2F1(first, second; third; y), 0 <= y < 1; scipy's overflows where third - first - second is a large whole number.

    There the power series itself is short, because `third` is large.
    """
    found = np.asarray(hyp2f1(first, second, third, y))
    lost = ~np.isfinite(found) & (third > 0)
    if lost.any():
        upper, lower, ratio = first[lost], third[lost], y[lost]
        term = total = np.ones_like(ratio)
        for k in range(_TERMS):
            term = term * ((upper + k) * (second + k) / ((lower + k) * (1 + k)) * ratio)
            total = total + term
            if np.all(np.abs(term) <= 1e-17 * np.abs(total)):
                break
        found[lost] = total
    return found
