"""Sentences about chances of deals: reasons, where chances come from, how they did on past days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli import numbers
from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.reports.deals.chances import LEAST_CLOSED, LEAST_EACH
from crmcli.table import Kind

if TYPE_CHECKING:
    from crmcli.reports.deals.chance_history import Learned, Reason
    from crmcli.reports.deals.chances import Chance, Chances

SOURCES = (N_("by hand"), N_("learned"), N_("stage"), N_("base rate"), N_("unknown"))
MOST_REASONS = 3
_NAMED = (N_("stage"), N_("age"), N_("earlier wins"), N_("amount"))  # fields, for the translators


def percent(share: float | None) -> str:
    """A share in whole per cent, or with a decimal below ten."""
    if share is None:
        return numbers.UNKNOWN
    digits = 0 if abs(share) >= 0.0995 or share == 0 else 1
    return f"{100 * share:.{digits}f}".replace(".", _mark()) + f"{numbers.SPACE}%"


def reasons_words(chance: Chance) -> str:
    """The largest reasons in words: "open 45 days −12, manager Sample +6"; "" where there are none."""
    return ", ".join(reason_words(reason) for reason in chance.reasons[:MOST_REASONS])


def reason_words(reason: Reason) -> str:
    """One reason with its percentage points: "manager Sample +6"."""
    points = f"{100 * reason.points:+.0f}".replace("-", "−")
    if reason.field == "age":
        days = int(reason.word or 0)
        return ngettext("open %(days)s day %(points)s", "open %(days)s days %(points)s", days) % {
            "days": numbers.cell(days, Kind.COUNT),
            "points": points,
        }
    return " ".join(part for part in (_(reason.field), reason.word, points) if part)


def source_notes(chances: Chances) -> tuple[str, ...]:
    """Where the chances come from, on how many deals they rest, and whether that was put to the test."""
    learned = chances.learned
    if learned is None:
        return (_too_little(chances),)
    if not learned.is_used:
        return (_not_better(chances, learned), *_unfair(learned))
    return (*_made_of(chances, learned), _did(learned), *_unfair(learned), *_stage_first(learned))


def base_rate_words(chances: Chances) -> str:
    """The base rate with its interval: "62 % (59–65 %)"."""
    if chances.base_rate is None:
        return numbers.UNKNOWN
    return _("%(rate)s (%(low)s to %(high)s)") % {
        "rate": percent(chances.base_rate),
        "low": percent(chances.base_low),
        "high": percent(chances.base_high),
    }


def _too_little(chances: Chances) -> str:
    words = {
        "won": numbers.cell(chances.dated[0], Kind.COUNT),
        "lost": numbers.cell(chances.dated[1], Kind.COUNT),
        "least": LEAST_CLOSED,
        "each": LEAST_EACH,
        "rate": base_rate_words(chances),
    }
    if chances.base_rate is None:
        return (
            _(
                "Too little to learn from: no deal has been won or lost yet; it takes %(least)s closed deals with a day, at least "
                "%(each)s won and %(each)s lost. Until then a deal has the chance given to its stage."
            )
            % words
        )
    return (
        _(
            "Too little to learn from: %(won)s deals won and %(lost)s lost on a known day; it takes %(least)s, at least %(each)s of "
            "each. Until then a deal has the chance given to its stage, else the base rate, the share won of closed deals: %(rate)s."
        )
        % words
    )


def _not_better(chances: Chances, learned: Learned) -> str:
    words = {
        "rate": base_rate_words(chances),
        "skill": percent(learned.today.skill),
        "days": len(learned.looked.origins),
        "horizon": numbers.cell(learned.horizon, Kind.COUNT),
    }
    if not learned.looked.origins:
        return (
            _(
                "Nothing could be tried on past days: the history is too short to wait %(horizon)s days for what came of open "
                "deals. Chances are those given to stages, else the base rate, the share won of closed deals: %(rate)s."
            )
            % words
        )
    return (
        _(
            "Nothing known of deals (who, what, where, how long open) told better than the base rate who would win, tried on "
            "%(days)s past days. Chances are those given to stages, else the base rate, the share won of closed deals: %(rate)s."
        )
        % words
    )


def _made_of(chances: Chances, learned: Learned) -> tuple[str, ...]:
    method = learned.method
    parts = [
        *([_("the days a deal has been open")] if method.age else []),
        *([_("the stage it is in")] if method.stage else []),
        *([", ".join(_(field) for field in learned.fields)] if method.fields else []),
        *([_("the share won of deals that were open on past days")] if method.plain else []),
    ]
    sentence = _(
        "Chance: of being won within %(horizon)s days (19 of 20 closed deals ended sooner), learned from %(won)s deals won and "
        "%(lost)s lost by: %(parts)s. From and to: 80 %% interval."
    ) % {
        "horizon": numbers.cell(learned.horizon, Kind.COUNT),
        "won": numbers.cell(chances.dated[0], Kind.COUNT),
        "lost": numbers.cell(chances.dated[1], Kind.COUNT),
        "parts": "; ".join(parts),
    }
    drawn = _("Effects with few deals are drawn to the rest, field by field.")
    corrected = _("Put right by what came of the chances told on past days.")
    return (" ".join([sentence, *([drawn] if method.fields else []), *([corrected] if method.calibrated else [])]),)


def _did(learned: Learned) -> str:
    return _(
        "On %(days)s past days, which it was chosen by, this beats the base rate by %(skill)s (Brier skill; %(told)s by what would "
        "have been chosen each time) and puts %(auc)s of pairs in the right order; %(expected)s wins expected, %(actual)s came: "
        "crmcli deal chances --backtest."
    ) % {
        "days": len(learned.looked.origins),
        "skill": percent(learned.today.skill),
        "told": percent(learned.score.skill),
        "auc": percent(learned.today.auc),
        "expected": numbers.cell(round(learned.today.expected), Kind.COUNT),
        "actual": numbers.cell(learned.today.actual, Kind.COUNT),
    }


def _unfair(learned: Learned) -> tuple[str, ...]:
    """Which fields tell the end only by being filled in."""
    if not learned.left_out:
        return ()
    names = ", ".join(_(field) for field in learned.left_out)
    return (
        _(
            "Left out, as they are known far more often of some ends than of others, so filled in afterwards: %(fields)s."
        )
        % {"fields": names},
    )


def _stage_first(learned: Learned) -> tuple[str, ...]:
    if not learned.stage_is_better:
        return ()
    return (_("The chances given to stages did better on past days: they go first where a stage has one."),)


def _mark() -> str:
    from crmcli.language import current

    return "," if current() == "ru" else "."
