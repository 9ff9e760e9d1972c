"""What a page of back-tests of chances says in words: where the learned ones are of use and where not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crmcli import numbers
from crmcli.language import gettext as _
from crmcli.reports.deals.chance_words import percent
from crmcli.table import Kind

if TYPE_CHECKING:
    from crmcli.models.win_scores import Score
    from crmcli.reports.deals.chance_history import Learned


def verdict(learned: Learned) -> str:
    """In one sentence: whether what was learned beats the base rate."""
    today, told = learned.today, learned.score
    words = {
        "days": len(learned.looked.origins),
        "tellings": numbers.cell(today.deals, Kind.COUNT),
        "horizon": numbers.cell(learned.horizon, Kind.COUNT),
        "skill": percent(today.skill),
        "error": percent(today.skill_error),
        "told": percent(told.skill),
    }
    if not learned.is_used:
        return (
            _(
                "Over %(days)s past days nothing learned told better than the base rate who would win: the base rate is used."
            )
            % words
        )
    return (
        _(
            "Over %(days)s past days and %(tellings)s chances the learned ones beat the base rate by %(skill)s (± %(error)s); as it "
            "would have been told each time, by %(told)s."
        )
        % words
    )


def how_tried(learned: Learned) -> tuple[str, ...]:
    """How the past days were looked from, and how a method is chosen."""
    return (
        _(
            "Each past day: what was known then is fitted anew, deals open then are told their chances, and what was won within "
            "%(horizon)s days is counted. Brier skill: 0 is no better than the base rate known then, 1 is perfect. As told "
            "then: by the method that had done best on days before whose outcome was known."
        )
        % {"horizon": numbers.cell(learned.horizon, Kind.COUNT)},
        _(
            "Used is the simplest method that the best one does not beat by more than one standard error, deals counted once. "
            "Values of deals are those of today: who changed them later is not known."
        ),
    )


def within_words(rows: list[tuple[Any, ...]]) -> tuple[str, ...]:
    """How often the wins lay in their interval."""
    within = sum(row[7] <= row[9] <= row[8] for row in rows)
    return (
        _("The wins of %(within)s of %(days)s days lay within their 80 %% interval, made of what was known then.")
        % {"within": within, "days": len(rows)},
    )


@dataclass(frozen=True, slots=True)
class Hands:
    """How chances given by hand did on past days, and the learned ones on the same deals."""

    own: Score
    learned: Score


def conclusions(learned: Learned, hands: Hands) -> list[str]:
    """Where it is of use and where it is not."""
    today, found = learned.today, []
    if learned.is_used and today.skill_hindsight is not None and today.skill_hindsight <= 0:
        found.append(
            _(
                "Against the share that was won in the end, which nobody knew beforehand, the skill is %(skill)s: the gain is in how many "
                "are won more than in which."
            )
            % {"skill": percent(today.skill_hindsight)}
        )
    if learned.is_used and not learned.method.fields:
        found.append(_("Who sells what to whom told nothing here that the rest did not: it is left out."))
    if learned.is_used and today.actual and not 0.87 <= today.expected / today.actual <= 1.15:
        found.append(
            _("In sum the chances were too %(direction)s: %(expected)s wins expected, %(actual)s came.")
            % {
                "direction": _("high") if today.expected > today.actual else _("low"),
                "expected": numbers.cell(round(today.expected), Kind.COUNT),
                "actual": numbers.cell(today.actual, Kind.COUNT),
            }
        )
    return [*found, *_stated(learned, hands)]


def _stated(learned: Learned, hands: Hands) -> list[str]:
    """How chances given to stages and by hand did beside the learned ones."""
    found = []
    if learned.stage.deals:
        found.append(
            _(
                "Chances given to stages, on the %(deals)s where one was known: Brier skill %(stage)s; the learned ones there %(learned)s."
            )
            % {
                "deals": numbers.cell(learned.stage.deals, Kind.COUNT),
                "stage": percent(learned.stage.skill),
                "learned": percent(learned.beside_stage.skill),
            }
        )
    if hands.own.deals:
        sentence = _(
            "Chances given by hand, on the %(deals)s where there was one: Brier skill %(hand)s; the learned ones there %(learned)s."
        )
        found.append(
            sentence
            % {
                "deals": numbers.cell(hands.own.deals, Kind.COUNT),
                "hand": percent(hands.own.skill),
                "learned": percent(hands.learned.skill),
            }
        )
    return found
