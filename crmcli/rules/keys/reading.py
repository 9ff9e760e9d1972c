"""From the text of a rule for key accounts (TOML) to what it says; every fault is told with its line and word.

where = CONDITION     who may become a key account, in the grammar of segments
stay = CONDITION      who is one stays while this holds (optional)
score = 0 … 100       least score to come in (optional)
limit = N             at most so many (optional)
border = N            how many just outside are shown (optional, 10)
[weights]             name = number, any of value, growth, potential, class and fields of numbers (optional)
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from crmcli.errors import UsageError
from crmcli.language import gettext as _
from crmcli.language import nearest
from crmcli.rules.keys.rule import OWN_WEIGHTS, Condition, KeyRule
from crmcli.rules.segments.reading import FindField, read_rule
from crmcli.rules.segments.tree import Field, FieldKind
from crmcli.settings import why_no_toml

LONGEST: Final = 20_000  # characters; more is no rule but an accident
_KEYS = ("where", "stay", "score", "limit", "border", "weights")
_USUAL_BORDER, _MOST = 10, 100_000
_HEAVIEST = Decimal(1_000_000)
_TABLE = re.compile(r"\s*\[\s*([^\]]*?)\s*\]")
_KEY = re.compile(r"\s*[\"']?([\w-]+)[\"']?\s*[=.]")


def read_key_rule(text: str, find: FindField, names: Mapping[str, Field]) -> KeyRule:
    """What a rule for key accounts says.

    Args:
        text: The rule as written.
        find: The field of a name in small letters, or None.
        names: Fields to suggest from.

    Raises:
        UsageError: It is no TOML, or a key, condition or weight cannot be understood; the message names the line.
    """
    if len(text) > LONGEST:
        raise UsageError(_("a rule of %(length)s characters is too long") % {"length": len(text)})
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except (ValueError, ArithmeticError) as error:  # a number too long to be one is a ValueError, too
        hint = _("a rule that can be read: crmcli keyaccount rule example")
        raise UsageError(_("the rule is no TOML: %(reason)s") % {"reason": why_no_toml(error)}, hint) from None
    except RecursionError:
        raise UsageError(_("the rule is no TOML: %(reason)s") % {"reason": "[[[[…"}) from None
    return _Reading(text, data, find, names).rule()


@dataclass(frozen=True, slots=True)
class _Reading:
    """A rule being read: its text, for the lines of faults, and what TOML made of it."""

    text: str
    data: Mapping[str, Any]
    find: FindField
    names: Mapping[str, Field]

    def rule(self) -> KeyRule:
        """The rule."""
        for key in self.data:
            if key not in _KEYS:
                hint = nearest(key, list(_KEYS)) or _("a rule has: %(keys)s") % {"keys": ", ".join(_KEYS)}
                raise self.fault(key, _("there is no %(name)s in a rule") % {"name": key}, hint)
        where, stay, weights = self._condition("where"), self._condition("stay"), self._weights()
        if where is None:
            hint = _('for example: where = "revenue_365 >= 100000"')
            raise UsageError(_("the rule does not say who may become a key account: where is missing"), hint)
        score, limit = self._score(), self._whole("limit", least=1)
        border = self._whole("border", least=0)
        for name, given in (("score", score), ("limit", limit)):
            if given is not None and not weights:
                hint = _("for example: [weights] and below it value = 1")
                raise self.fault(name, _("%(name)s needs weights to rank by") % {"name": name}, hint)
        return KeyRule(where, stay, score, limit, _USUAL_BORDER if border is None else border, weights)

    def fault(self, key: str, message: str, hint: str | None = None, *, table: str = "") -> UsageError:
        """A refusal that names the line of a key."""
        told = {"line": _line_of(self.text, key, table), "message": message}
        return UsageError(_("line %(line)s of the rule: %(message)s") % told, hint)

    def _condition(self, key: str) -> Condition | None:
        given = self.data.get(key)
        if given is None:
            return None
        if not isinstance(given, str):
            raise self.fault(key, _("%(name)s is a condition in quotes") % {"name": key})
        text = " ".join(given.split())
        try:
            return Condition(text, read_rule(text, self.find, self.names))
        except UsageError as error:
            raise self.fault(key, f"{key}: {error.message}", error.hint) from None

    def _score(self) -> Decimal | None:
        given = self._number(self.data, "score", "")
        if given is not None and not 0 <= given <= 100:
            raise self.fault("score", _("%(name)s lies between 0 and 100") % {"name": "score"})
        return given

    def _whole(self, key: str, *, least: int) -> int | None:
        given = self._number(self.data, key, "")
        if given is None:
            return None
        if given != int(given) or not least <= given <= _MOST:
            told = {"name": key, "least": least, "most": _MOST}
            raise self.fault(key, _("%(name)s is a whole number from %(least)s to %(most)s") % told)
        return int(given)

    def _number(self, data: Mapping[str, Any], key: str, table: str) -> Decimal | None:
        given = data.get(key)
        if given is None:
            return None
        if isinstance(given, bool) or not isinstance(given, int | Decimal) or not Decimal(given).is_finite():
            raise self.fault(key, _("%(name)s is a number") % {"name": key}, table=table)
        return Decimal(given)

    def _weights(self) -> tuple[tuple[str, Decimal], ...]:
        given = self.data.get("weights", {})
        if not isinstance(given, dict):
            raise self.fault("weights", _("weights are written below a line that says [weights]"))
        found: dict[str, Decimal] = {}
        for name in given:
            self._check_weight(name)
            weight = self._number(given, name, "weights")
            assert weight is not None
            if abs(weight) > _HEAVIEST:
                raise self.fault(name, _("%(name)s weighs too much") % {"name": name}, table="weights")
            if name.lower() in found:
                raise self.fault(name, _("%(name)s is weighed twice") % {"name": name}, table="weights")
            found[name.lower()] = weight
        if given and not any(found.values()):
            raise self.fault("weights", _("no weight is above nothing"))
        return tuple((name, weight) for name, weight in found.items() if weight)

    def _check_weight(self, name: str) -> None:
        """Refuse what is neither a weight of its own nor a field of numbers."""
        if name.lower() in OWN_WEIGHTS:
            return
        field = self.find(name.lower())
        if field is not None and field.kind in (FieldKind.NUMBER, FieldKind.SHARE):
            return
        numbers = [one.name for one in self.names.values() if one.kind in (FieldKind.NUMBER, FieldKind.SHARE)]
        known = [*OWN_WEIGHTS, *numbers]
        hint = nearest(name.lower(), known) or _("value, growth, potential, class, or a field: crmcli segment fields")
        message = _("%(name)s is no field of numbers") if field else _("there is no weight %(name)s")
        raise self.fault(name, message % {"name": name}, hint, table="weights")


def _line_of(text: str, key: str, table: str) -> int:
    """The line a key stands on, counted from 1; that of its table where the key itself is not found."""
    here, fallback = "", 1
    for number, line in enumerate(text.splitlines(), 1):
        if opened := _TABLE.match(line):
            here = opened[1].strip("\"' ")
            fallback = number if here in (table, key) else fallback
        elif here == table and (found := _KEY.match(line)) and found[1] == key:
            return number
        elif not here and (found := _KEY.match(line)) and found[1] in (table, key):
            fallback = number  # weights = {…} on one line
    return fallback
