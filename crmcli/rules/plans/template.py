"""Templates of plans: what a level of relationship takes, as TOML that an owner can copy and change."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from crmcli.errors import UsageError
from crmcli.language import N_, nearest
from crmcli.language import gettext as _
from crmcli.numbers import cell
from crmcli.rules.plans.cadence import Cadence
from crmcli.rules.plans.channels import way_of
from crmcli.rules.plans.goals import MEASURES
from crmcli.rules.relationship_levels import LEVELS
from crmcli.rules.toml_text import quoted, require_keys, tables
from crmcli.table import Kind

_MOST = 3_660
_KEYS = {"goals": {"measure", "target", "growth"}, "touches": {"channel", "every_days", "minutes", "subject"},
         "steps": {"channel", "after_days", "minutes", "subject"}}  # fmt: skip
# Subjects of the files in levels/, for the translators: a plan is made in the owner's language.
SUBJECTS = (
    N_("a few words and what is new"),
    N_("ask whether everything is as it should be"),
    N_("call after the last order: did it arrive, is it right"),
    N_("thanks, and what would make things easier"),
    N_("ask what will be needed next"),
    N_("offer what goes with what is bought"),
    N_("offer new products"),
    N_("visit: see how our goods are used"),
    N_("review of the half-year: orders, service, wishes"),
    N_("joint plan for the year: volumes, dates, people"),
    N_("check terms, prices and contact persons"),
    N_("introduce who looks after them"),
    N_("ask which goals our goods serve"),
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A goal of a template: a target, or growth in percent over as many days before the plan."""

    measure: str
    target: Decimal | None = None
    growth: Decimal | None = None


@dataclass(frozen=True, slots=True)
class OneOff:
    """A step of a template, so many days after the plan begins."""

    channel: str
    after_days: int
    minutes: Decimal | None = None
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Template:
    """What a plan is made from."""

    level: str
    goals: tuple[Suggestion, ...] = ()
    touches: tuple[Cadence, ...] = ()
    steps: tuple[OneOff, ...] = ()


def level_of(word: str) -> str:
    """A level of relationship as typed.

    Raises:
        UsageError: There is none such.
    """
    if (level := word.strip().lower()) in LEVELS:
        return level
    hint = nearest(level, [*LEVELS]) or _("one of: %(levels)s") % {"levels": ", ".join(LEVELS)}
    raise UsageError(_("there is no level %(level)s") % {"level": repr(word)}, hint)


def ready_template(level: str) -> Template:
    """The template that comes with crmcli for a level; subjects are English message ids."""
    return read_template((Path(__file__).parent / "levels" / f"{level_of(level)}.toml").read_text("utf-8"), level)


def read_template(text: str, name: str) -> Template:
    """A template as written.

    Args:
        text: TOML.
        name: Of the file, for refusals.

    Raises:
        UsageError: No TOML, a word nobody knows, or a number that makes no sense; says where.
    """
    try:
        found = tomllib.loads(text, parse_float=Decimal)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        words = {"file": name, "reason": str(error)}
        raise UsageError(_("%(file)s is no TOML: %(reason)s") % words, "crmcli plan template proactive") from None
    require_keys(found, {"level", *_KEYS}, name)
    level = found.get("level", "accountable")
    if not isinstance(level, str):
        raise UsageError(_("%(place)s: a text is needed") % {"place": f"{name}: level"})
    return Template(
        level_of(level),
        tuple(_suggestion(one, place) for one, place in tables(found, "goals", _KEYS["goals"], f"{name}: ")),
        tuple(
            Cadence(way_of(_word(one, "channel", place)).word, _days(one, "every_days", place, least=1),
                    _minutes(one, place), _subject(one, place))
            for one, place in tables(found, "touches", _KEYS["touches"], f"{name}: ")
        ),
        tuple(
            OneOff(way_of(_word(one, "channel", place)).word, _days(one, "after_days", place, least=0),
                   _minutes(one, place), _subject(one, place))
            for one, place in tables(found, "steps", _KEYS["steps"], f"{name}: ")
        ),
    )  # fmt: skip


def written_template(template: Template) -> str:
    """A template as TOML, subjects in the owner's language; reads back as the same plan."""
    lines = [
        f"# {_('A template of a relationship plan; change it, then: crmcli keyaccount plan CUSTOMER --template FILE')}"
    ]
    lines += [f"level = {quoted(template.level)}"]
    for goal in template.goals:
        lines += ["", "[[goals]]", f"measure = {quoted(goal.measure)}"]
        if goal.growth is not None:
            lines.append(f"growth = {goal.growth:f}  # {_('percent over as many days before the plan')}")
        if goal.target is not None:
            lines.append(f"target = {goal.target:f}")
    for touch in template.touches:
        lines += ["", "[[touches]]", f"channel = {quoted(touch.channel)}", f"every_days = {touch.every_days}"]
        lines += _tail(touch.minutes, touch.subject)
    for step in template.steps:
        lines += ["", "[[steps]]", f"channel = {quoted(step.channel)}", f"after_days = {step.after_days}"]
        lines += _tail(step.minutes, step.subject)
    return "\n".join(lines) + "\n"


def _tail(minutes: Decimal | None, subject: str | None) -> list[str]:
    told = [] if minutes is None else [f"minutes = {minutes:f}"]
    return told + ([] if subject is None else [f"subject = {quoted(_(subject))}"])


def _suggestion(one: Mapping[str, Any], place: str) -> Suggestion:
    measure = _word(one, "measure", place)
    if measure not in MEASURES:
        hint = nearest(measure, [*MEASURES]) or _("one of: %(measures)s") % {"measures": ", ".join(MEASURES)}
        raise UsageError(_("there is no goal %(measure)s") % {"measure": repr(measure)}, hint)
    target, growth = (_number(one, key, place) for key in ("target", "growth"))
    if (target is None) == (growth is None):
        raise UsageError(_("%(place)s: say either target or growth") % {"place": place})
    return Suggestion(measure, target, growth)


def _word(one: Mapping[str, Any], key: str, place: str) -> str:
    if not isinstance(one.get(key), str):
        raise UsageError(_("%(place)s: %(key)s is missing or no text") % {"place": place, "key": key})
    return str(one[key])


def _subject(one: Mapping[str, Any], place: str) -> str | None:
    return " ".join(_word(one, "subject", place).split()) or None if "subject" in one else None


def _days(one: Mapping[str, Any], key: str, place: str, *, least: int) -> int:
    number = _number(one, key, place)
    if number is None or number != int(number) or not least <= number <= _MOST:
        words = {"place": place, "key": key, "least": least, "most": cell(_MOST, Kind.COUNT)}
        raise UsageError(_("%(place)s: %(key)s must be a whole number from %(least)s to %(most)s") % words)
    return int(number)


def _minutes(one: Mapping[str, Any], place: str) -> Decimal | None:
    number = _number(one, "minutes", place)
    if number is not None and not 0 <= number <= _MOST:
        raise UsageError(_("%(place)s: minutes make no sense") % {"place": place})
    return number


def _number(one: Mapping[str, Any], key: str, place: str) -> Decimal | None:
    value = one.get(key)
    if value is None:
        return None
    number = Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None
    if number is None or not number.is_finite() or abs(number) >= 10**14 or number != round(number, 4):
        raise UsageError(_("%(place)s: %(key)s is no number") % {"place": place, "key": key})
    return number
