"""What is promised to whom: policies by priority, class and kind; which one holds, and which contradict each other."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


_SIDES = ("priority", "customer_class", "kind")


@dataclass(frozen=True, slots=True)
class Policy:
    """A promise to tickets opened from `from_on`, before `to_on` (None: until changed).

    Args:
        policy_no: Its number; 0 before it has one.
        priority: Of the ticket; None fits all.
        customer_class: key, A, B or C; None fits all.
        kind: Of the ticket; None fits all.
        response_minutes: Minutes of work to the first answer; None: nothing is promised.
        resolution_minutes: Minutes of work until it is settled; None: nothing is promised.
        calendar: Name of the calendar whose hours count.
        from_on: First day of the tickets it is for.
        to_on: First day it is for no more.
    """

    policy_no: int
    priority: str | None
    customer_class: str | None
    kind: str | None
    response_minutes: int | None
    resolution_minutes: int | None
    calendar: str
    from_on: dt.date
    to_on: dt.date | None = None

    @property
    def named(self) -> tuple[str | None, str | None, str | None]:
        """Priority, class and kind, in small letters."""
        priority, letter, kind = (None if side is None else side.casefold() for side in self._sides())
        return priority, letter, kind

    @property
    def special(self) -> int:
        """How many of the three it names."""
        return sum(side is not None for side in self._sides())

    def holds_on(self, day: dt.date) -> bool:
        """Whether it is for tickets opened that day."""
        return self.from_on <= day and (self.to_on is None or day < self.to_on)

    def _sides(self) -> tuple[str | None, str | None, str | None]:
        return self.priority, self.customer_class, self.kind


@dataclass(frozen=True, slots=True)
class Clash:
    """Two policies that would fit the same tickets equally well; `day` is the first such day."""

    first: Policy
    second: Policy
    day: dt.date

    @property
    def settled_by(self) -> Policy:
        """What a policy would have to name that decides between them."""
        sides = {side: getattr(self.first, side) or getattr(self.second, side) for side in _SIDES}
        return replace(self.first, policy_no=0, from_on=self.day, **sides)


def choose(
    policies: Iterable[Policy], *, day: dt.date, priority: str | None, customer_class: str | None, kind: str | None
) -> Policy | None:
    """The policy of a ticket opened on a day: of all that fit the one that names most; of equals the oldest number."""
    told = tuple(None if side is None else side.casefold() for side in (priority, customer_class, kind))
    fitting = [
        policy
        for policy in policies
        if policy.holds_on(day)
        and all(named is None or named == side for named, side in zip(policy.named, told, strict=True))
    ]
    return min(fitting, key=lambda policy: (-policy.special, policy.policy_no), default=None)


def clashes(policies: Sequence[Policy]) -> list[Clash]:
    """Pairs that would fit the same tickets equally well, unless a policy that names what both name decides between them."""
    found = []
    for first, second in combinations(policies, 2):
        day = _together(first, second)
        if day is None or first.special != second.special or not _meet(first, second):
            continue
        clash = Clash(first, second, day)
        if first.named == second.named or not _settled(clash, policies):
            found.append(clash)
    return found


def _meet(first: Policy, second: Policy) -> bool:
    return all(
        one is None or other is None or one == other for one, other in zip(first.named, second.named, strict=True)
    )


def _together(first: Policy, second: Policy) -> dt.date | None:
    """The first day both hold."""
    day = max(first.from_on, second.from_on)
    return day if first.holds_on(day) and second.holds_on(day) else None


def _settled(clash: Clash, policies: Sequence[Policy]) -> bool:
    """Whether on all days of the clash a policy holds that names what both name."""
    wanted = clash.settled_by.named
    ends = min(policy.to_on or dt.date.max for policy in (clash.first, clash.second))
    day = clash.day
    for policy in sorted((policy for policy in policies if policy.named == wanted), key=lambda policy: policy.from_on):
        if policy.holds_on(day):
            day = policy.to_on or dt.date.max
    return day >= ends
