"""Touches as typed: what kind the first letters mean, by which channel, and when."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

from crmcli.errors import UsageError
from crmcli.language import N_, nearest
from crmcli.language import gettext as _

# Kind → channel it comes by unless said.
CHANNELS = {
    "call": "phone", "visit": "visit", "mail": "mail", "message": "messenger", "meeting": "visit", "offer": "mail",
    "follow_up": "phone", "complaint": "phone",
}  # fmt: skip
_QUICK = tuple(kind for kind in CHANNELS if kind != "complaint")  # first letters mean these; a complaint is typed out
_EARLIEST = dt.datetime(1970, 1, 1)  # noqa: DTZ001  the owner's clock
_AGO = re.compile(r"-\s*(\d{1,5})\s*(m|min|h|d|w|м|мин|ч|д|н)", re.IGNORECASE)
_UNITS = {
    "m": "minutes", "min": "minutes", "м": "minutes", "мин": "minutes", "h": "hours", "ч": "hours", "d": "days", "д": "days",
    "w": "weeks", "н": "weeks",
}  # fmt: skip
_DAYS = {"today": 0, "сегодня": 0, "yesterday": 1, "вчера": 1}
_NOW = ("now", "сейчас")
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})")
_RU_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_HINT = N_("Say it as '2026-11-20 14:30', 14:30, yesterday, 'yesterday 14:30', -2h or now")


def kind_of(word: str, known: Mapping[str, str]) -> str:
    """The kind of touch that a word or its first letters mean.

    Args:
        word: As typed.
        known: Every word for a kind, lower case → kind.

    Raises:
        UsageError: None, or several.
    """
    wanted = " ".join(word.casefold().replace("ё", "е").replace("_", " ").replace("-", " ").split())
    if found := known.get(wanted):
        return found
    for words in ({kind.replace("_", " "): kind for kind in _QUICK}, known):
        kinds = sorted({kind for text, kind in words.items() if wanted and text.startswith(wanted) and kind in _QUICK})
        if len(kinds) == 1:
            return kinds[0]
        if kinds:
            raise UsageError(
                _("%(word)s could be several kinds of touch: %(kinds)s")
                % {"word": repr(word), "kinds": ", ".join(kinds)}
            )
    raise UsageError(
        _("%(word)s is no kind of touch") % {"word": repr(word)}, nearest(wanted, list(CHANNELS)) or ", ".join(CHANNELS)
    )


def moment_of(text: str, now: dt.datetime) -> dt.datetime:
    """A moment as typed: now, 14:30, yesterday, yesterday 14:30, 2026-11-20 14:30, 20.11.2026, -30m, -2h, -3d.

    A day without an hour is the same hour that day for today and yesterday, midnight for others.

    Raises:
        UsageError: None of these, a moment to come, or one before 1970.
    """
    moment = _moment(" ".join(text.casefold().split()), now)
    if moment is None:
        raise UsageError(_("%(text)s is no moment") % {"text": repr(text)}, _(_HINT))
    if moment > now:
        raise UsageError(_("%(moment)s is still to come") % {"moment": moment.isoformat(" ", "minutes")}, _(_HINT))
    if moment < _EARLIEST:
        raise UsageError(_("%(moment)s is before 1970") % {"moment": moment.isoformat(" ", "minutes")}, _(_HINT))
    return moment


def _moment(text: str, now: dt.datetime) -> dt.datetime | None:
    if text in _NOW:
        return now
    try:
        if found := _AGO.fullmatch(text):
            return now - dt.timedelta(**{_UNITS[found[2].casefold()]: int(found[1])})
        day, _space, clock = text.replace("t", " ", 1).partition(" ") if text[:4].isdigit() else text.partition(" ")
        if not clock and _CLOCK.fullmatch(day):
            day, clock = "today", day
        date = _day(day, now)
        if not clock:
            return now - dt.timedelta(days=_DAYS[day]) if day in _DAYS else dt.datetime.combine(date, dt.time())
        hours = _CLOCK.fullmatch(clock.removesuffix(":00") if clock.count(":") == 2 else clock)
        return dt.datetime.combine(date, dt.time(int(hours[1]), int(hours[2]))) if hours else None
    except (ValueError, OverflowError):
        return None


def _day(text: str, now: dt.datetime) -> dt.date:
    if text in _DAYS:
        return now.date() - dt.timedelta(days=_DAYS[text])
    if found := _RU_DAY.fullmatch(text):
        return dt.date(int(found[3]), int(found[2]), int(found[1]))
    return dt.date.fromisoformat(text)
