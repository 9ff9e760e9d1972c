"""P(won) of deals that are open, learned from those that have ended: shares by age, effects of words, effects of stages.

A deal of age t with words x is won within the horizon with P = D(t) · σ(a + s(t) + Σ effects), where D(t) is the chance that
it is decided at all and s(t) how the share won among the decided changes with age, both from competing hazards in which deals
still open count as long as they were watched (`deal_ages`); the effects come from closed deals, drawn to nothing field by
field (`shrunk_logit`). What of this is used is a `Method`; `win_origins` chooses it by how it did on past days.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from crmcli.models.deal_ages import AgeCurve, age_curve
from crmcli.models.histories import Floats, Whole
from crmcli.models.measures import Truth
from crmcli.models.past_deals import Deals, Method, ended_by, enough, logit, sigmoid
from crmcli.models.shrunk_logit import ShrunkLogit, fit_shrunk

LEAST_OF_WORD = 5  # closed deals with a word before it gets an effect
MOST_WORDS = 30  # of one field: the most frequent
STAGE_DRAWN = 10.0  # closed deals that the base rate counts for in each stage


@dataclass(frozen=True, slots=True)
class Lesson:
    """What closed and open deals taught by a day.

    Args:
        won, lost: Closed deals by then.
        curve: By age.
        words: Original number of each field → place among the words with an effect, one array a field.
        logits: Effects of words by how hard they are drawn.
        stages: Log-odds of each stage against the base rate, and how many closed deals had been in it.
    """

    won: int
    lost: int
    curve: AgeCurve
    words: tuple[Whole, ...]
    logits: dict[float, ShrunkLogit]
    stages: tuple[Floats, Floats]

    @property
    def base_rate(self) -> float:
        """(won + 1) ÷ (closed + 2)."""
        return (self.won + 1) / (self.won + self.lost + 2)

    @property
    def variances(self) -> Floats | None:
        """Of the effects of each field, (f,); None where none were fitted."""
        return next((fitted.variances for fitted in self.logits.values()), None)

    def known_words(self, codes: Whole) -> Whole:
        """Codes of words with an effect, (n, f)."""
        return _known_words(self.words, codes)


@dataclass(frozen=True, slots=True)
class Said:
    """What a lesson says of deals, (k,) each.

    Args:
        probability: P(won within the horizon).
        spread: Standard error of its log-odds.
        terms: Change of the log-odds by field, (k, f).
        stage: Change of the log-odds by stage.
        decided: P(decided within the horizon); 1 where age does not count.
        by_age: Change of the log-odds of winning, among the decided, by age.
        new: The probability if the deal had been opened today.
        unheard: Whether age counts and no deal was ever won at that age.
    """

    probability: Floats
    spread: Floats
    terms: Floats
    stage: Floats
    decided: Floats
    by_age: Floats
    new: Floats
    unheard: Truth

    def without(self, change: Floats) -> Floats:
        """The probability if the log-odds lacked this term."""
        share = np.clip(self.probability / self.decided, 1e-9, 1 - 1e-9)
        return np.asarray(self.decided * sigmoid(logit(share) - change))


def learn(
    deals: Deals, day: float, *, horizon: int, strengths: tuple[float, ...] = (1.0, 4.0), start: Floats | None = None
) -> Lesson | None:
    """What was to be learned by a day; None where that is too little.

    Args:
        deals: All of them; what came after the day is not looked at.
        day: The last day known.
        horizon: Days ahead.
        strengths: How hard to draw effects, see Method.
        start: Variances found on a day before, (f,), to begin from.
    """
    ended = ended_by(deals, day)
    won, lost = ended & deals.won, ended & deals.lost
    counts = int(won.sum()), int(lost.sum())
    if not enough(*counts):
        return None
    dated = deals.opened <= day
    days = np.where(ended, deals.closed, day)[dated] - deals.opened[dated]
    curve = age_curve(days, won[dated], lost[dated], horizon=horizon)
    words = tuple(_frequent(deals.codes[ended, number], deals.codes[:, number]) for number in range(len(deals.fields)))
    sizes = np.array([int(place.max(initial=-1)) + 1 for place in words], np.int64)
    known = _known_words(words, deals.codes[ended])
    logits = (
        fit_shrunk(known, sizes, won[ended].astype(np.float64), strengths=strengths, start=start) if strengths else {}
    )
    return Lesson(*counts, curve, words, logits, _stages(deals, day, won, lost))


def tell(lesson: Lesson, method: Method, codes: Whole, ages: Floats, stages: Whole) -> Said:
    """Chances of k deals.

    Args:
        lesson: What was learned.
        method: What of it to use.
        codes: Words, (k, f).
        ages: Days open, (k,); NaN counts as none.
        stages: Stage numbers, (k,); −1 unknown.
    """
    count = len(ages)
    terms, base = np.zeros((count, len(lesson.words))), float(logit(lesson.base_rate))
    variance = np.full(count, 1 / ((lesson.won + lesson.lost + 2) * lesson.base_rate * (1 - lesson.base_rate)))
    if method.fields:
        fitted, known = lesson.logits[method.fields], lesson.known_words(codes)
        terms, base = fitted.terms(known), fitted.base
        variance = fitted.variance(known)
    stage = np.zeros(count)
    if method.stage and len(lesson.stages[0]):
        effects, seen = (np.append(column, 0.0) for column in lesson.stages)
        place = np.where(stages < len(effects) - 1, stages, -1)
        stage = effects[place]
        variance = variance + np.where(place >= 0, 4 / (seen[place] + STAGE_DRAWN), 0.0)
    decided, by_age, unheard = np.ones(count), np.zeros(count), np.zeros(count, bool)
    at_first = 1.0
    if method.age:
        won, lost, wins = lesson.curve.at(ages)
        start, end, _all = lesson.curve.at(np.zeros(1))
        decided, at_first = np.minimum(won + lost, 1.0), float(min((start + end)[0], 1.0))
        unheard = wins == 0
        by_age = logit(won / (won + lost)) - logit(start / (start + end))
        variance = variance + 1 / ((wins + 0.5) * (1 - np.minimum(won, 0.99)))
    log_odds = base + terms.sum(axis=1) + stage + by_age
    new = at_first * sigmoid(log_odds - by_age)
    return Said(decided * sigmoid(log_odds), np.sqrt(variance), terms, stage, decided, by_age, new, unheard)


def _known_words(words: tuple[Whole, ...], codes: Whole) -> Whole:
    columns = [np.append(place, -1)[codes[:, number]] for number, place in enumerate(words)]
    return np.column_stack(columns) if columns else codes[:, :0]


def _frequent(seen: Whole, every: Whole) -> Whole:
    """Number of a word → its place among the words with enough closed deals, the most frequent first; −1 for the others."""
    size = int(every.max(initial=-1)) + 1
    count = np.bincount(seen[seen >= 0], minlength=size)
    order = np.argsort(-count, kind="stable")[:MOST_WORDS]
    kept = order[count[order] >= LEAST_OF_WORD]
    place = np.full(size, -1, np.int64)
    if len(kept) > 1:  # one word for all tells nothing
        place[kept] = np.arange(len(kept))
    return place


def _stages(deals: Deals, day: float, won: Truth, lost: Truth) -> tuple[Floats, Floats]:
    """Log-odds of closed deals by the stages they were in, drawn to the base rate; and how many deals they rest on.

    Each counts by its days in the stage, as a look at any moment meets long stays more often; so many equal ones as have the
    same variance (Kish 1965).
    """
    size = int(deals.moved_to.max(initial=-1)) + 1
    past = deals.moved_on <= day
    deal, since, stage = deals.moved_deal[past], deals.moved_on[past], deals.moved_to[past]
    following = np.append(deal[1:] == deal[:-1], np.zeros(min(len(deal), 1), bool))
    until = np.where(following, np.append(since[1:], since[:1]), deals.closed[deal])
    stay = np.where((won | lost)[deal], np.clip(np.nan_to_num(until - since), 0, None), 0.0)
    total, squares = (np.bincount(stage, weights, size) for weights in (stay, stay**2))
    count = np.divide(total**2, squares, out=np.zeros(size), where=squares > 0)
    wins = np.bincount(stage, stay * won[deal], size)
    part = np.divide(wins, total, out=np.zeros(size), where=total > 0)
    share = (won.sum() + 1) / (won.sum() + lost.sum() + 2)
    odds = (part * count + STAGE_DRAWN * share) / ((1 - part) * count + STAGE_DRAWN * (1 - share))
    return np.log(odds) - logit(share), count
