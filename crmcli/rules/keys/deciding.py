"""Who is a key account on a day, given who was one the day before, and who was picked by hand.

Picked by hand counts first: in is in and out is out, whatever the rule says, and takes no place of the limit. Of the others
those are in line who meet `where` with the least score; who was one already, where `stay` is written, also while that holds.
With `stay` they keep their places before anybody new takes one; without it the best scores have them. The limit cuts the
line, which goes by score and, where that is equal, by code.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from crmcli.rules.keys.rule import KeyRule


class Verdict(StrEnum):
    """What becomes of a customer."""

    ENTERS = "enters"
    STAYS = "stays"
    LEAVES = "leaves"
    BORDER = "border"
    PICKED_IN = "picked_in"
    PICKED_OUT = "picked_out"


class Why(StrEnum):
    """What the verdict rests on."""

    RULE = "rule"  # meets where, the least score and the limit
    STAY = "stay"  # no longer above the line, but stay holds
    CONDITION = "condition"  # the conditions do not hold
    SCORE = "score"  # the score is too low
    LIMIT = "limit"  # beyond the limit
    PICK = "pick"  # by hand


@dataclass(frozen=True, slots=True)
class Standing:
    """A customer before the decision.

    Args:
        code: Of the customer.
        meets: Whether `where` is known to hold.
        stays: Whether `stay` is known to hold; False where it is not written.
        was_in: Whether a key account on the day before.
        pick: "in" or "out" where picked by hand on the day, else None.
        score: None without weights, and for those who are no candidate.
    """

    code: str
    meets: bool
    stays: bool
    was_in: bool
    pick: str | None
    score: Decimal | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a customer, and on what it rests; rank among all candidates, None for others."""

    code: str
    verdict: Verdict
    why: Why
    rank: int | None
    was_in: bool

    @property
    def is_in(self) -> bool:
        """Whether a key account from the day on."""
        return self.verdict in (Verdict.ENTERS, Verdict.STAYS, Verdict.PICKED_IN)


def decide(standings: Iterable[Standing], rule: KeyRule) -> list[Decision]:
    """Everybody who is in, leaves, is picked out, or stands at the border (at most rule.border of them).

    Those in come first, then the border, both by rank; then who leaves, then who is picked out, by code.
    """
    everybody = sorted(standings, key=lambda one: one.code)
    candidates = sorted((one for one in everybody if one.meets or one.stays), key=_place)
    ranks = {one.code: rank for rank, one in enumerate(candidates, 1)}
    free = [one for one in candidates if one.pick is None]
    chosen = _chosen(free, rule)
    found = [_decision(one, _judged(one, chosen, rule), ranks.get(one.code)) for one in everybody]
    kept = [one for one in found if one is not None]
    border = sorted((one for one in kept if one.verdict is Verdict.BORDER), key=_rank)
    members = sorted((one for one in kept if one.is_in), key=lambda one: (_rank(one), one.code))
    rest = [[one for one in kept if one.verdict is verdict] for verdict in (Verdict.LEAVES, Verdict.PICKED_OUT)]
    return [*members, *border[: rule.border], *rest[0], *rest[1]]


def _place(one: Standing) -> tuple[Decimal, str]:
    return (-(one.score or Decimal(0)), one.code)


def _rank(one: Decision) -> float:
    return float("inf") if one.rank is None else one.rank


def _chosen(line: Sequence[Standing], rule: KeyRule) -> set[str]:
    """Who has a place by the rule."""
    holding = [one for one in line if _holds(one, rule)] if rule.stay is not None else []
    held = {one.code for one in holding}
    ordered = [*holding, *(one for one in line if one.code not in held and _enters(one, rule))]
    return {one.code for one in ordered[: rule.limit]}


def _enters(one: Standing, rule: KeyRule) -> bool:
    return one.meets and (rule.score is None or (one.score is not None and one.score >= rule.score))


def _holds(one: Standing, rule: KeyRule) -> bool:
    return one.was_in and (one.stays or _enters(one, rule))


def _judged(one: Standing, chosen: set[str], rule: KeyRule) -> tuple[Verdict, Why] | None:
    if one.pick is not None:
        return (Verdict.PICKED_IN if one.pick == "in" else Verdict.PICKED_OUT), Why.PICK
    if one.code in chosen:
        why = Why.RULE if _enters(one, rule) else Why.STAY
        return (Verdict.STAYS if one.was_in else Verdict.ENTERS), why
    if not one.was_in and not one.meets:
        return None
    has_claim = _enters(one, rule) or (rule.stay is not None and _holds(one, rule))
    why = Why.LIMIT if has_claim else Why.SCORE if one.meets else Why.CONDITION
    return (Verdict.LEAVES if one.was_in else Verdict.BORDER), why


def _decision(one: Standing, judged: tuple[Verdict, Why] | None, rank: int | None) -> Decision | None:
    return None if judged is None else Decision(one.code, *judged, rank, one.was_in)
