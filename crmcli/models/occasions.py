"""Flat occasions (customer, day) as they stood on any day: histories, gaps, and what came after. numpy only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from crmcli.models.histories import Floats, Histories, Whole


@dataclass(frozen=True, slots=True)
class Standing:
    """The customers who had an occasion by a day.

    Args:
        customer: Positions among the customers of the occasions, (n,).
        histories: Of these customers by the day, in days.
        expected_gap: (k·own median interval + 2·base median) ÷ (k + 2), k own intervals, (n,); NaN when nobody
            had an interval.
        base_gap: Median of all intervals; None when there is none.
        spend: Mean value of an occasion by the day, (n,), and the sum of squares about it; None without values.
        spend_within: See spend.
    """

    customer: Whole
    histories: Histories
    expected_gap: Floats
    base_gap: float | None
    spend: Floats | None = None
    spend_within: Floats | None = None

    @property
    def recency(self) -> Floats:
        """Days since the last occasion, (n,)."""
        return self.histories.T - self.histories.t_x

    @property
    def overdue_ratio(self) -> Floats:
        """Days since the last occasion ÷ expected gap, (n,); NaN when nobody had an interval."""
        return self.recency / self.expected_gap


@dataclass(frozen=True, slots=True)
class Occasions:
    """All occasions of all customers.

    Args:
        day: Whole days, (m,), sorted within customers, no day twice for a customer.
        value: What was spent, (m,), or None.
        begins: Where each customer begins, (c,).
        owner: Position of the customer of each occasion, (m,).
    """

    day: Whole
    value: Floats | None
    begins: Whole
    owner: Whole

    @classmethod
    def of(cls, customer: Whole, day: Whole, value: Floats | None = None) -> Occasions:
        """From flat arrays sorted by customer, then day; customers are whole numbers, at least 0.

        Raises:
            ValueError: When they are not sorted so, or a customer has a day twice.
        """
        who, when = np.asarray(customer, dtype=np.int64), np.asarray(day, dtype=np.int64)
        step = np.diff(who)
        if (step < 0).any() or ((step == 0) & (np.diff(when) <= 0)).any():
            raise ValueError("occasions must be sorted by customer and day, no day twice")
        new = np.concatenate([np.ones(min(1, len(who)), dtype=bool), step > 0])
        worth = None if value is None else np.asarray(value, dtype=np.float64)
        return cls(when, worth, np.flatnonzero(new), np.cumsum(new) - 1)

    def count_by(self, day: int) -> Whole:
        """Occasions of each customer up to a day, (c,)."""
        return np.bincount(self.owner[self.day <= day], minlength=len(self.begins))

    def after(self, since: int, until: int) -> tuple[Whole, Floats | None]:
        """Number and value of the occasions of each customer in (since, until], (c,) each."""
        inside = (self.day > since) & (self.day <= until)
        count = np.bincount(self.owner[inside], minlength=len(self.begins))
        if self.value is None:
            return count, None
        worth = np.bincount(self.owner[inside], weights=self.value[inside], minlength=len(self.begins))
        return count, worth.astype(np.float64)

    def by(self, as_of: int) -> Standing:
        """How the customers stood on a day; nothing later is looked at."""
        count = self.count_by(as_of)
        customer = np.flatnonzero(count)
        n = count[customer]
        first = self.day[self.begins[customer]]
        last = self.day[self.begins[customer] + n - 1]
        histories = Histories(
            (n - 1).astype(np.float64), (last - first).astype(np.float64), (as_of - first).astype(np.float64)
        )
        gaps, base = self._gaps(as_of, count)
        expected = np.full(len(n), np.nan)
        if base is not None:
            k = n - 1
            expected = (k * gaps[customer] + 2 * base) / (k + 2)
        spend, within = self._spend(as_of, count, customer)
        return Standing(customer, histories, expected, base, spend, within)

    def _gaps(self, as_of: int, count: Whole) -> tuple[Floats, float | None]:
        """Median interval of each customer by a day, 0 where there is none, (c,), and of all."""
        same = (self.owner[1:] == self.owner[:-1]) & (self.day[1:] <= as_of)
        gap, owner = np.diff(self.day)[same], self.owner[1:][same]
        own = np.zeros(len(self.begins))
        if not len(gap):
            return own, None
        width = int(gap.max()) + 1
        gap = np.sort(owner * width + gap) % width  # sorted within customers, in one key
        intervals = np.maximum(count - 1, 0)
        begins = np.cumsum(intervals) - intervals
        some = intervals > 0
        low = gap[(begins + (intervals - 1) // 2)[some]]
        high = gap[(begins + intervals // 2)[some]]
        own[some] = (low + high) / 2
        return own, float(np.median(gap))

    def _spend(self, as_of: int, count: Whole, customer: Whole) -> tuple[Floats | None, Floats | None]:
        if self.value is None:
            return None, None
        known = self.day <= as_of
        owner, value = self.owner[known], self.value[known]
        mean = np.bincount(owner, weights=value, minlength=len(count)) / np.maximum(count, 1)
        within = np.bincount(owner, weights=(value - mean[owner]) ** 2, minlength=len(count))
        return mean[customer], within[customer].astype(np.float64)
