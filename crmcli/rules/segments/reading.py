"""From the text of a segment's rule to what it says; every word is looked up, every value typed, nothing guessed.

rule   := both ("or" both)*          both := one ("and" one)*          one := "not" one | "(" rule ")" | test
test   := field (< <= > >= = != ~ !~) value | field ["not"] "in" "(" value ("," value)* ")"
        | field "between" value "and" value | field "is" ["not"] "empty" | ["not"] "in" "segment" name | flag
value  := number | number% | date | age | word … | "text"
age    := a number and d, w, m or y: a date compared with it is so long ago (last_purchase < 60d: within 60 days)
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from crmcli.errors import UsageError
from crmcli.language import gettext as _
from crmcli.language import nearest, readings
from crmcli.rules.segments.tokens import Token, fault, tokens
from crmcli.rules.segments.tree import (
    Age,
    Comparison,
    Emptiness,
    Field,
    FieldKind,
    Joined,
    Member,
    Negation,
    Part,
    Value,
)

DEEPEST: Final = 30  # parentheses and nots
_WORDS = {"и": "and", "или": "or", "не": "not", "в": "in", "между": "between", "пусто": "empty", "сегменте": "segment"}
_WORDS |= {"есть": "is", "сегмент": "segment"}
_SAME = {"==": "=", "<>": "!="}
_UNITS = {"д": "d", "н": "w", "м": "m", "г": "y"}
_FLAGS = {"yes": True, "true": True, "да": True, "no": False, "false": False, "нет": False}
_ORDERED = frozenset({"<", "<=", ">", ">="})
_FITTING = {
    FieldKind.NUMBER: _ORDERED | {"=", "!="},
    FieldKind.SHARE: _ORDERED | {"=", "!="},
    FieldKind.DATE: _ORDERED | {"=", "!="},
    FieldKind.TEXT: frozenset({"=", "!=", "~", "!~"}),
    FieldKind.WORD: frozenset({"=", "!="}),
    FieldKind.TAGS: frozenset({"=", "!="}),
    FieldKind.FLAG: frozenset({"=", "!="}),
}

FindField = Callable[[str], Field | None]


def read_rule(text: str, find: FindField, names: Mapping[str, Field]) -> Part:
    """What a rule says.

    Args:
        text: The rule as typed.
        find: The field of a name in small letters, or None.
        names: Fields to suggest from.

    Raises:
        UsageError: It cannot be read; the message names the word and its place.
    """
    reader = _Reader(text, find, names)
    if reader.next.kind == "end":
        raise UsageError(_("an empty rule selects nobody"), _('for everyone say: code != ""'))
    found = reader.rule()
    if reader.next.kind != "end":
        raise reader.fault(_("expected and, or, or the end"))
    return found


class _Reader:
    """A place in the tokens that moves on as they are understood."""

    def __init__(self, text: str, find: FindField, names: Mapping[str, Field]) -> None:
        self._text, self._find, self._names = text, find, names
        self._tokens, self._at, self._depth = tokens(text), 0, 0

    @property
    def next(self) -> Token:
        """The token not yet understood."""
        return self._tokens[self._at]

    def rule(self, word: str = "or") -> Part:
        """Parts joined by "or"; "and" binds closer."""
        start = self.next.start
        one = self._one if word == "and" else lambda: self.rule("and")
        parts = [one()]
        while self._take(word):
            parts.append(one())
        return parts[0] if len(parts) == 1 else Joined(word, tuple(parts), start, self._last)

    def fault(self, message: str, token: Token | None = None, hint: str | None = None) -> UsageError:
        """A refusal that points at a token, the next one if none is named."""
        at = token or self.next
        return fault(self._text, at.start, at.end, message, hint)

    @property
    def _last(self) -> int:
        return self._tokens[self._at - 1].end

    def _one(self) -> Part:
        self._depth += 1
        if self._depth > DEEPEST:
            raise self.fault(_("too many parentheses and nots"))
        found = self._parted()
        self._depth -= 1
        return found

    def _parted(self) -> Part:
        start = self.next.start
        if self.next.kind == "open":
            self._move()
            found = self.rule()
            self._expect("close", ")")
            return found
        if self._take("not"):
            return Negation(self._one(), start, self._last)
        if self._take("in"):
            return self._member(start)
        return self._test()

    def _member(self, start: int) -> Member:
        if not self._take("segment"):
            raise self.fault(_("expected the word segment and its name"))
        if self.next.kind not in ("word", "quoted"):
            raise self.fault(_("expected the name of a segment"))
        name = _plain(self._move())
        return Member(name, start, self._last)

    def _test(self) -> Part:
        token = self.next
        field = self._field()
        if self._take("is"):
            return self._emptiness(field, token.start)
        negated = self._take("not")
        if self._take("in"):
            values = self._listed(field)
            return Comparison(field, "!=" if negated else "=", values, token.start, self._last)
        if negated:
            raise self.fault(_("expected in (…) after not"))
        if self._take("between"):
            return self._between(field, token.start)
        if self.next.kind != "operator":
            return self._flag(field, token)
        sign = self._move()
        operator = _SAME.get(sign.text, sign.text)
        if operator not in _FITTING[field.kind]:
            raise self._unfitting(field, sign)
        return Comparison(field, operator, (self._value(field),), token.start, self._last)

    def _flag(self, field: Field, token: Token) -> Comparison:
        if field.kind is not FieldKind.FLAG:
            raise self.fault(_("expected a comparison behind %(field)s, such as =") % {"field": field.name})
        return Comparison(field, "=", (True,), token.start, self._last)

    def _emptiness(self, field: Field, start: int) -> Emptiness:
        negated = self._take("not")
        if not self._take("empty"):
            raise self.fault(_("expected empty or not empty"))
        return Emptiness(field, not negated, start, self._last)

    def _between(self, field: Field, start: int) -> Joined:
        if "<" not in _FITTING[field.kind]:
            raise self._unfitting(field, self._tokens[self._at - 1])
        first = self._value(field)
        if not self._take("and"):
            raise self.fault(_("expected and, and the upper value"))
        second = self._value(field)
        if isinstance(first, Age) is not isinstance(second, Age):
            raise self.fault(_("two dates, or two lengths of time"), self._tokens[self._at - 1])
        parts = (
            Comparison(field, ">=", (first,), start, self._last),
            Comparison(field, "<=", (second,), start, self._last),
        )
        return Joined("and", parts, start, self._last)

    def _field(self) -> Field:
        token = self.next
        if token.kind != "word":
            raise self.fault(_("expected the name of a field"))
        found = self._find(token.text.lower())
        if found is None:
            hint = nearest(token.text.lower(), list(self._names)) or _("All fields: crmcli segment fields")
            raise self.fault(_("there is no field %(name)s") % {"name": token.text}, token, hint)
        self._move()
        return found

    def _listed(self, field: Field) -> tuple[Value, ...]:
        self._expect("open", "(")
        found = [self._value(field)]
        while self.next.kind == "comma":
            self._move()
            found.append(self._value(field))
        self._expect("close", ")")
        return tuple(found)

    def _value(self, field: Field) -> Value:
        token = self.next
        if token.kind in ("end", "close", "comma", "open", "operator"):
            raise self.fault(_("expected a value to compare %(field)s with") % {"field": field.name})
        self._move()
        if field.kind in (FieldKind.NUMBER, FieldKind.SHARE):
            return self._number(field, token)
        if field.kind is FieldKind.DATE:
            return self._date(field, token)
        if field.kind is FieldKind.FLAG:
            return self._yes_or_no(field, token)
        text = self._phrase(token)
        return self._known_word(field, token, text) if field.words else text

    def _phrase(self, token: Token) -> str:
        """A text in quotes, or bare words up to what cannot be one: region = Нижний Новгород."""
        if token.kind == "quoted":
            return _plain(token)
        end = token.end
        while self.next.kind in ("word", "number") and _word(self.next) not in ("and", "or", "not"):
            end = self._move().end
        return self._text[token.start : end]

    def _number(self, field: Field, token: Token) -> Decimal:
        text = token.text.replace("_", "")
        if token.kind != "number" or (text.endswith("%") and field.kind is not FieldKind.SHARE):
            raise self.fault(_("%(field)s is a number") % {"field": field.name}, token)
        return Decimal(text[:-1]) / 100 if text.endswith("%") else Decimal(text)

    def _date(self, field: Field, token: Token) -> dt.date | Age:
        if token.kind == "age":
            unit = token.text[-1].lower()
            count = int(token.text[:-1])
            if count > 36_500:  # a hundred years of days: older than any date here
                raise self.fault(_("that is too long ago"), token)
            return Age(count, _UNITS.get(unit, unit))
        text = _plain(token)
        if text.lower() in ("today", "сегодня"):
            return Age(0, "d")
        try:
            day, month, year = text.split(".") if "." in text else reversed(text.split("-"))
            return dt.date(int(year), int(month), int(day))
        except ValueError:
            hint = _("a date reads 2026-01-31 or 31.01.2026; so long ago reads 60d, 8w, 6m, 1y")
            raise self.fault(_("%(field)s is a date") % {"field": field.name}, token, hint) from None

    def _yes_or_no(self, field: Field, token: Token) -> bool:
        found = _FLAGS.get(_plain(token).lower())
        if found is None:
            raise self.fault(_("%(field)s is yes or no") % {"field": field.name}, token)
        return found

    def _known_word(self, field: Field, token: Token, text: str) -> str:
        """The word as stored, told in either language."""
        wanted = _bare(text)
        for word in field.words:
            if wanted in {_bare(word), *map(_bare, readings(word.replace("_", " ")))}:
                return word
        shown = [readings(word.replace("_", " "))[0] for word in field.words]
        hint = nearest(wanted, list(field.words)) or ", ".join(shown)
        raise self.fault(_("%(text)s is no %(field)s") % {"text": text, "field": field.name}, token, hint)

    def _unfitting(self, field: Field, token: Token) -> UsageError:
        fitting = " ".join(sorted(_FITTING[field.kind]))
        told = {"field": field.name, "sign": token.text, "fitting": fitting}
        return self.fault(_("%(field)s cannot be compared by %(sign)s; it takes %(fitting)s") % told, token)

    def _take(self, word: str) -> bool:
        if self.next.kind == "word" and _word(self.next) == word:
            self._move()
            return True
        return False

    def _expect(self, kind: str, sign: str) -> None:
        if self.next.kind != kind:
            raise self.fault(_("expected %(sign)s") % {"sign": sign})
        self._move()

    def _move(self) -> Token:
        token = self.next
        if token.kind != "end":
            self._at += 1
        return token


def _word(token: Token) -> str:
    """A word of the grammar in English, whichever language it was said in."""
    return _WORDS.get(token.text.lower(), token.text.lower())


def _plain(token: Token) -> str:
    return token.text[1:-1] if token.kind == "quoted" else token.text


def _bare(text: str) -> str:
    """A word as it is compared."""
    return " ".join(text.replace("_", " ").casefold().replace("ё", "е").split())
