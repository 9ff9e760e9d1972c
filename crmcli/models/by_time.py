"""Pareto/NBD: what is believed of customers who may leave at any time, their history known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, expit

from crmcli.models.histories import Floats, Histories, Index, Time, Whole, part_of
from crmcli.models.nodes import line
from crmcli.models.pareto_nbd import leaving


@dataclass(frozen=True, slots=True)
class ByTime:
    """Pareto/NBD: rate ~ Gamma(shape, now), rate of leaving ~ Gamma(s, staying).

    Args:
        shape: r + x. now: alpha + T. s: Of the model. staying: beta + T. log_odds: Of having left.
    """

    shape: Floats
    now: Floats
    s: float
    staying: Floats
    log_odds: Floats

    @classmethod
    def of(cls, shape: Floats, now: Floats, s: float, beta: float, alpha: float, rows: Histories) -> ByTime:
        """From histories, in chunks, because each row needs nodes."""
        log_odds = np.empty(len(rows))
        for begin in range(0, len(rows), 4_096):
            part = slice(begin, begin + 4_096)
            last, idle = rows.t_x[part], rows.T[part] - rows.t_x[part]
            total = leaving(shape[part], alpha + last, s, beta + last, idle).log_total
            grown = shape[part] * np.log1p(idle / (alpha + last)) + s * np.log1p(idle / (beta + last))
            log_odds[part] = total + grown
        return cls(shape, now, s, beta + rows.T, log_odds)

    @property
    def pace(self) -> Floats:
        """The shorter of alpha + T and beta + T: the time over which what is known of him changes."""
        return np.minimum(self.now, self.staying)

    def take(self, index: Index) -> ByTime:
        """Some of the customers."""
        return ByTime(self.shape[index], self.now[index], self.s, self.staying[index], self.log_odds[index])

    def p_alive(self) -> Floats:
        """Still a customer at the as-of day."""
        return np.asarray(expit(-self.log_odds))

    def p_gone(self) -> Floats:
        """1 - p_alive, without the loss of digits."""
        return np.asarray(expit(self.log_odds))

    def stays(self, after: Time) -> Floats:
        """Still a customer `after` later, given alive."""
        return np.exp(-self.s * np.log1p(after / self.staying))

    def silent(self, horizon: Time) -> Floats:
        """No occasion within the horizon, given alive."""
        through = np.exp(-self.shape * np.log1p(horizon / self.now)) * self.stays(horizon)
        for part in self._parts():
            few = self.take(part)
            end = np.broadcast_to(part_of(horizon, part), few.shape.shape)
            through[part] += np.exp(leaving(few.shape, few.now, few.s, few.staying, end).log_total)
        return np.minimum(through, 1)

    def occasions(self, horizon: Time) -> Floats:
        """(r + x) / now × the time he is expected to stay within the horizon; s = 1 is no exception here."""
        grown = np.log1p(horizon / self.staying)
        power = (self.s - 1) * grown
        with np.errstate(divide="ignore", invalid="ignore"):
            stays = np.where(np.abs(power) < 1e-12, 1.0, -np.expm1(-power) / power)
        return self.shape / self.now * self.staying * grown * stays

    def pairs(self, horizon: Time) -> Floats:
        """Expected X·(X - 1) within the horizon, given alive."""
        place, weight = line(24)
        grown = np.log1p(horizon / self.staying)[:, None]
        v = 0.5 * grown * (place + 1)
        squared = (weight * np.expm1(v) * np.exp((1 - self.s) * v)).sum(axis=1) * grown[:, 0] * self.staying**2
        return np.asarray(self.shape * (self.shape + 1) / self.now**2 * squared)

    def at_least(self, count: Floats, horizon: float) -> Floats:
        """P(at least `count` occasions within the horizon), given alive."""
        found = self.stays(horizon) * betainc(count, self.shape, horizon / (self.now + horizon))
        place, weight = line(32)
        for part in self._parts():
            few, k = self.take(part), count[part, None]
            grown = np.log1p(horizon / few.pace)[:, None]
            after = few.pace[:, None] * np.expm1(0.5 * grown * (place + 1))
            density = few.s / (few.staying[:, None] + after) * np.exp(-few.s * np.log1p(after / few.staying[:, None]))
            bought = betainc(k, few.shape[:, None], after / (few.now[:, None] + after))
            found[part] += (weight * density * bought * (few.pace[:, None] + after)).sum(axis=1) * 0.5 * grown[:, 0]
        return np.asarray(found)

    def draw(self, horizon: float, draws: int, random: np.random.Generator) -> Whole:
        """Counts within the horizon, (n, draws), given alive."""
        size = (len(self.shape), draws)
        rate = random.gamma(self.shape[:, None], 1 / self.now[:, None], size)
        leaves = np.maximum(random.gamma(self.s, 1 / self.staying[:, None], size), 1e-300)
        stays = np.minimum(random.exponential(1.0, size) / leaves, horizon)
        return random.poisson(rate * stays)

    def _parts(self) -> list[slice]:
        return [slice(begin, begin + 4_096) for begin in range(0, len(self.shape), 4_096)]
