"""Which road the probabilities come by: the model of buying, or what customers as late as this one did before.

The model is taken unless its own back-test says that it does no better than one figure for everybody and the fallback does
better on the same past days. Bases of more than 40,000 customers are tested on every second, third … of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmcli.language import gettext as _
from crmcli.reports.outlook import examined, look_back

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.models.backtest import Backtest
    from crmcli.models.by_rhythm import ByRhythm
    from crmcli.reports.outlook import Outlook

DECIDING = 4  # the last past days


@dataclass(frozen=True, slots=True)
class Road:
    """The road taken.

    Args:
        tests: Back-tests of it, oldest first.
        model_skill: Brier skill of the model over the last past days; None without a back-test.
        rhythm: What the fallback says, per customer; None where the model is taken or nothing was fitted.
        every: One customer in so many was tested.
    """

    tests: tuple[Backtest, ...]
    model_skill: float | None
    rhythm: ByRhythm | None
    every: int


def choose_road(outlook: Outlook, *, horizon: int, most: int = DECIDING) -> Road:
    """Test the model on past days, and the fallback where the model fails.

    Args:
        outlook: The store with its model.
        horizon: Days ahead.
        most: Past days wanted; the last four decide, so that one who asks for more gets the same figures.
    """
    from crmcli.models.by_rhythm import PastDays, backtest_by_rhythm, by_rhythm

    known, every = examined(outlook)
    tests = look_back(outlook, horizon=horizon, most=max(most, DECIDING))
    skill = _skill(tests)
    if outlook.fitted is None or skill is None or skill > 0:
        return Road(tests, skill, None, every)
    past = PastDays(known, horizon)
    instead = backtest_by_rhythm(tests, past)
    other = _skill(instead)
    if other is None or other <= skill:
        return Road(tests, skill, None, every)
    said = by_rhythm(past, outlook.standing, outlook.as_of, fitted=outlook.fitted)
    return Road(instead, skill, said, every) if said is not None else Road(tests, skill, None, every)


def _skill(tests: Sequence[Backtest]) -> float | None:
    """Mean Brier skill of the past days that decide."""
    known = [test.brier_skill for test in tests[-DECIDING:] if test.brier_skill is not None]
    return sum(known) / len(known) if known else None


def road_sentence(road: Road, horizon: int) -> str:
    """How the probabilities were made where the model was left aside; "" where it was not."""
    if road.rhythm is None or road.model_skill is None:
        return ""
    return _(
        "The model of buying did no better on past days than one figure for everybody (Brier skill %(skill)s), so churn risk falls "
        "back on the rhythm: the share of customers as late as this one who bought nothing in the %(horizon)s days after past days, "
        "small groups drawn to all, and no less than the chance of having left. The back-test is that of the fallback."
    ) % {"skill": f"{100 * road.model_skill:.0f} %", "horizon": horizon}
