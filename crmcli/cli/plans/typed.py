"""Goals, touches and steps as typed on the command line."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli.cli.options import parse_day
from crmcli.cli.typed import parse_amount
from crmcli.errors import UsageError
from crmcli.language import gettext as _
from crmcli.language import messages_read_as
from crmcli.rules.plans.cadence import MOST_DAYS, Cadence, Touch
from crmcli.rules.plans.channels import way_of
from crmcli.rules.plans.goals import MEASURES, Goal, require_goal
from crmcli.table import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

TOUCH, STEP, GOAL = (
    "call every 30d 20min: ask what is needed",
    "2026-12-10 visit 60min: new catalogue",
    "revenue=500000",
)
_AMOUNT = re.compile(r"(\d{1,6}(?:[.,]\d{1,4})?)\s*([^\W\d_]+)\.?")
_DAYS = {
    **dict.fromkeys(("d", "day", "days", "д", "дн", "день", "дня", "дней"), 1),
    **dict.fromkeys(("w", "week", "weeks", "н", "нед", "неделя", "недели", "недель"), 7),
    **dict.fromkeys(("m", "month", "months", "м", "мес", "месяц", "месяца", "месяцев"), 30),
    **dict.fromkeys(("y", "year", "years", "г", "год", "года", "лет"), 365),
}
_MINUTES = {
    **dict.fromkeys(("min", "mins", "minute", "minutes", "мин", "минута", "минуты", "минут"), 1),
    **dict.fromkeys(("h", "hour", "hours", "ч", "час", "часа", "часов"), 60),
}


def parse_goal(text: str) -> Goal:
    """A goal: MEASURE=N, with " by DATE" behind it where it is not the end of the plan.

    Raises:
        UsageError: It is none.
    """
    measure, equals, rest = text.partition("=")
    amount, _by, day = rest.strip().partition(" by ")
    if not equals or not amount.strip():
        raise UsageError(
            _("%(text)s is no goal") % {"text": repr(text)}, _("Say it as %(example)s") % {"example": GOAL}
        )
    name = _measure(measure)
    percent = amount.strip().endswith("%")
    target = parse_amount(amount.strip().removesuffix("%"), name)
    if MEASURES.get(name) is Kind.SHARE and percent:
        target = target / 100
    elif percent:
        raise UsageError(_("%(measure)s is no share: say it as a number") % {"measure": name})
    return require_goal(Goal(name, target, parse_day(day) if day.strip() else None))


def parse_touch(text: str) -> Cadence:
    """A cadence: CHANNEL every N d|w|m|y, minutes and a subject behind a colon where known.

    Raises:
        UsageError: It is none.
    """
    head, _colon, subject = text.partition(":")
    words = head.split(maxsplit=1)
    days, minutes = _spans(words[1] if len(words) > 1 else "", text, TOUCH)
    if days is None:
        raise UsageError(
            _("%(text)s does not say how often") % {"text": repr(text)}, _("Say it as %(example)s") % {"example": TOUCH}
        )
    if days != int(days) or not 1 <= days <= MOST_DAYS:
        raise UsageError(_("%(text)s: every so many whole days, from 1") % {"text": repr(text)})
    return Cadence(way_of(words[0]).word, int(days), minutes, " ".join(subject.split()) or None)


def parse_step(text: str) -> Touch:
    """One step: DATE CHANNEL, minutes and a subject behind a colon where known.

    Raises:
        UsageError: It is none.
    """
    head, _colon, subject = text.partition(":")
    words = head.split(maxsplit=2)
    if len(words) < 2:
        raise UsageError(
            _("%(text)s is no step") % {"text": repr(text)}, _("Say it as %(example)s") % {"example": STEP}
        )
    days, minutes = _spans(words[2] if len(words) > 2 else "", text, STEP)
    if days is not None:
        raise UsageError(_("%(text)s: a step is done once; say every with --touch") % {"text": repr(text)})
    return Touch(parse_day(words[0]), way_of(words[1]).word, " ".join(subject.split()) or None, minutes)


def parse_all(
    goals: Iterable[str], touches: Iterable[str], steps: Iterable[str]
) -> tuple[tuple[Goal, ...], tuple[Cadence, ...], tuple[Touch, ...]]:
    """All of them, as `parse_goal`, `parse_touch` and `parse_step`."""
    return tuple(map(parse_goal, goals)), tuple(map(parse_touch, touches)), tuple(map(parse_step, steps))


def _measure(text: str) -> str:
    word = "_".join(text.strip().lower().split())
    if word in MEASURES:
        return word
    for message in messages_read_as(text.strip()):
        if (known := message.replace(" ", "_")) in MEASURES:
            return known
    return word


def _spans(text: str, whole: str, example: str) -> tuple[Decimal | None, Decimal | None]:
    """Days and minutes named in a text of amounts with units; other words are left over by "every" only."""
    days = minutes = None
    for number, unit in _AMOUNT.findall(text):
        amount, word = Decimal(number.replace(",", ".")), unit.lower()
        if word in _DAYS and days is None:
            days = amount * _DAYS[word]
        elif word in _MINUTES and minutes is None:
            minutes = amount * _MINUTES[word]
        else:
            words = {"text": repr(whole), "part": repr(number + unit)}
            raise UsageError(
                _("%(text)s: %(part)s is not understood") % words, _("Say it as %(example)s") % {"example": example}
            )
    left = _AMOUNT.sub(" ", text).split()
    if len(left) > 1 or any(any(sign.isdigit() for sign in word) for word in left):
        words = {"text": repr(whole), "part": repr(" ".join(left))}
        raise UsageError(
            _("%(text)s: %(part)s is not understood") % words, _("Say it as %(example)s") % {"example": example}
        )
    return days, minutes
