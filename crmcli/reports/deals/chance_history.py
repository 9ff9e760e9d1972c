"""Chances learned from closed deals: fitted, tried on past days, and told of each open deal with its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crmcli.models.level import Z80
from crmcli.reports.deals.chance_data import FIELDS, read_facts
from crmcli.reports.outlook import days_of
from crmcli.reports.sections import records, sections

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    import numpy as np
    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

    from crmcli.models.past_deals import Method
    from crmcli.models.platt import Platt
    from crmcli.models.win_origins import Looked
    from crmcli.models.win_scores import Score
    from crmcli.models.winning import Said
    from crmcli.reports.deals.chance_data import Facts

_LEAST_POINTS = 0.005  # what is no reason


@dataclass(frozen=True, slots=True)
class Reason:
    """What moved a chance, and how far.

    Args:
        field: "manager", "product", …, "age", "stage", "calibration".
        word: Its value for this deal, as the owner writes it, "" where there is none.
        points: By how much the chance is higher (+) or lower for it, as a share: 0.06 is six percentage points.
    """

    field: str
    word: str
    points: float


@dataclass(frozen=True, slots=True)
class Told:
    """What history says of one deal: P(won within the horizon), its 80 % interval, and what moved it."""

    probability: float
    low: float
    high: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned by a day.

    Args:
        by_deal: opportunity_id → what history says.
        ids: opportunity_id of the deals that past days name by place.
        horizon: Days within which a deal is to be won.
        looked: Past days and what was chosen.
        score: Of what would have been said on those days, each time with the method that had done best until then.
        today: Of the method used today, on all of them.
        stage, beside_stage: Of the owner's defaults by stage, where the stage then is known; of the method on the same deals.
        fields: Used to tell deals apart, where the method uses any.
        left_out: Filled in when deals end, so of no use beforehand.
        base_rate: Where nothing is known of a deal but that it is one.
    """

    by_deal: Mapping[int, Told]
    ids: NDArray[np.generic]
    horizon: int
    looked: Looked
    score: Score
    today: Score
    stage: Score
    beside_stage: Score
    fields: tuple[str, ...]
    left_out: tuple[str, ...]
    base_rate: float

    @property
    def method(self) -> Method:
        """What chances are made of today."""
        return self.looked.method

    @property
    def is_used(self) -> bool:
        """Whether it has beaten the base rate: by the method used today, and by what would have been said each time."""
        from crmcli.models.past_deals import BASE

        return self.method != BASE and (self.today.skill or 0) > 0 and (self.score.skill or 0) >= 0

    @property
    def stage_is_better(self) -> bool:
        """Whether what is believed of stages did better where it is known."""
        return (self.stage.skill or 0) > (self.beside_stage.skill or 0)


def learn_chances(con: DuckDBPyConnection, as_of: dt.date) -> Learned:
    """Learn from all deals known by a day; there are enough closed ones."""
    import numpy as np

    from crmcli.models.deal_ages import usual_life
    from crmcli.models.win_origins import look_back
    from crmcli.models.win_scores import score
    from crmcli.models.winning import learn, tell

    facts, day = read_facts(con, as_of), days_of(as_of)
    deals = facts.deals
    days = deals.closed - deals.opened
    horizon = usual_life(np.maximum(days[np.isfinite(days)], 0.0))
    looked = look_back(deals, day, horizon=horizon, stage_chance=facts.stage_chance)
    lesson = learn(deals, day, horizon=horizon, strengths=(looked.method.fields,) if looked.method.fields else ())
    assert lesson is not None
    ages = day - deals.opened[facts.open]
    said = tell(lesson, looked.method, deals.codes[facts.open], ages, facts.stages[facts.open])
    told, origins = looked.method, looked.origins
    staged = [np.isfinite(origin.by_stage) for origin in origins]
    return Learned(
        _told(con, as_of, facts, said, looked),
        facts.ids,
        horizon,
        looked,
        score(origins, [origin.said for origin in origins]),
        score(origins, [origin.told[told] for origin in origins]),
        score(origins, [origin.by_stage for origin in origins], staged),
        score(origins, [origin.told[told] for origin in origins], staged),
        deals.fields if told.fields else (),
        facts.left_out,
        lesson.base_rate,
    )


def _told(con: DuckDBPyConnection, as_of: dt.date, facts: Facts, said: Said, looked: Looked) -> dict[int, Told]:
    """Chance, interval and reasons of each open deal."""
    import numpy as np

    from crmcli.models.past_deals import logit, sigmoid

    chance = looked.platt.apply(said.probability) if looked.method.calibrated else said.probability
    spread = np.hypot(looked.platt.spread(said.probability, said.spread), looked.shift) * Z80
    low = np.where(said.unheard, 0.0, sigmoid(logit(chance) - spread))
    high = sigmoid(logit(chance) + spread)
    moves = _points(facts, said, looked.platt if looked.method.calibrated else None)
    words = _words(con, as_of) if looked.method.fields or looked.method.stage else {}
    ages = days_of(as_of) - facts.deals.opened[facts.open]
    points = {name: moved.tolist() for name, moved in moves.items()}
    found = {}
    for row, place in enumerate(facts.open):
        deal = int(facts.ids[place])
        named = words.get(deal, {})
        age = "" if np.isnan(ages[row]) else str(int(ages[row]))
        reasons = [
            Reason(name, age if name == "age" else str(named.get(name) or ""), moved[row])
            for name, moved in points.items()
            if abs(moved[row]) >= _LEAST_POINTS
        ]
        reasons.sort(key=lambda reason: -abs(reason.points))
        found[deal] = Told(float(chance[row]), float(low[row]), float(high[row]), tuple(reasons))
    return found


def _points(facts: Facts, said: Said, platt: Platt | None) -> dict[str, NDArray[np.float64]]:
    """By how much each chance is higher for each thing known of the deal."""

    def told(raw: NDArray[np.float64]) -> NDArray[np.float64]:
        return platt.apply(raw) if platt is not None else raw

    whole = told(said.probability)
    moved = {name: whole - told(said.without(said.terms[:, n])) for n, name in enumerate(facts.deals.fields)}
    moved |= {"stage": whole - told(said.without(said.stage)), "age": whole - told(said.new)}
    return {name: points for name, points in moved.items() if points.any()}


def _words(con: DuckDBPyConnection, as_of: dt.date) -> dict[int, dict[str, Any]]:
    """What the owner calls the manager, the product … of each open deal."""
    found = records(con, sections("deals", "chance_facts")["words"], {"as_of": as_of})
    return {row["opportunity_id"]: {**row, "earlier wins": row["earlier"]} for row in found}


__all__ = ["FIELDS", "Learned", "Told", "learn_chances"]
