"""A segment's rule as one SELECT: fields are columns we name, everything the owner typed is a parameter.

A rule holds only where it is known to hold: a customer whose field is unknown is neither above nor below, and neither in
the rule nor in its opposite. What nobody could owe, buy or ask is zero and not unknown (`fields.NOTHING_IS_ZERO`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from crmcli.errors import ConflictError, NotFoundError
from crmcli.language import gettext as _
from crmcli.language import nearest
from crmcli.reports.segments.fields import CONTACTS, NOTHING_IS_ZERO, fields, find_field, origin_of
from crmcli.rules.segments.reading import read_rule
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
from crmcli.store.stored import quoted

# An age of 60 days is compared with the day 60 days ago: less time ago is a later day.
_OTHER_WAY = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
_JOINING = {"and": " AND ", "or": " OR "}


@dataclass(frozen=True, slots=True)
class Selection:
    """Who is meant, as SQL.

    Args:
        sql: A SELECT of customer_id, each once; it calls metrics (`metrics.catalogue.install`).
        values: Values of the parameters that it names.
    """

    sql: str
    values: dict[str, Any]


def read(text: str) -> Part:
    """What a rule says, about the fields of this store.

    Raises:
        UsageError: It cannot be read; the message names the word and its place.
    """
    return read_rule(text, find_field, fields())


def compiled(
    part: Part,
    rules: Mapping[str, str],
    *,
    as_of: dt.date,
    shown: Sequence[Field] = (),
    everyone: bool = False,
    besides: Mapping[str, Part] = MappingProxyType({}),
) -> Selection:
    """A rule as SQL.

    Args:
        part: The rule.
        rules: Rules of the saved segments by name, which the rule may speak of.
        as_of: The day it is asked on.
        shown: Fields to select besides, by their names.
        everyone: Select every contact known by the day, and in a column `meets` whether the rule holds (NULL: unknown).
        besides: Further conditions by the names (of ours) of columns that say whether they hold.

    Raises:
        NotFoundError: It speaks of a segment that is not there.
        ConflictError: Segments speak of each other in a ring.
        UsageError: The rule of a segment it speaks of cannot be read.
    """
    writing = _Writing(as_of, {}, {"as_of": as_of})
    condition = writing.condition(_spelled(part, rules, ()))
    columns = [f"{_shown(field, writing.column(field))} AS {quoted(field.name)}" for field in shown]
    columns += [f"{condition} AS meets"] if everyone else []
    columns += [f"{writing.condition(_spelled(one, rules, ()))} AS {quoted(name)}" for name, one in besides.items()]
    joins = "".join(
        f"LEFT JOIN (\n{origin_of(one).source.sql}\n) AS {alias} ON {alias}.customer_id = contact.id\n"
        for alias, one in writing.sources.items()
    )
    known = "SELECT customer_id FROM known_parties(cast($as_of AS DATE))"  # nobody who came later
    sql = (
        f"SELECT {', '.join(['contact.id AS customer_id', *columns])}\nFROM contacts AS contact\n{joins}"
        f"WHERE contact.id IN ({known})" + ("" if everyone else f" AND {condition}")
    )
    return Selection(sql, writing.values)


def _spelled(part: Part, rules: Mapping[str, str], path: tuple[str, ...]) -> Part:
    """The rule with the rules of the segments it speaks of in their places."""
    if isinstance(part, Negation):
        return Negation(_spelled(part.part, rules, path), part.start, part.end)
    if isinstance(part, Joined):
        return Joined(part.word, tuple(_spelled(one, rules, path) for one in part.parts), part.start, part.end)
    if not isinstance(part, Member):
        return part
    name = next((known for known in rules if known.casefold() == part.segment.casefold()), None)
    if name is None:
        hint = nearest(part.segment, list(rules)) or _("All segments: crmcli segment list")
        raise NotFoundError(_("there is no segment %(name)s") % {"name": part.segment}, hint)
    if name in path:
        raise ConflictError(_("segments speak of each other in a ring: %(ring)s") % {"ring": " → ".join([*path, name])})
    return _spelled(read(rules[name]), rules, (*path, name))


@dataclass(slots=True)
class _Writing:
    """A condition being written: the sources it has needed and the values it has named so far."""

    as_of: dt.date
    sources: dict[str, Field] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)

    def condition(self, part: Part) -> str:
        """SQL that is true where the part holds, and unknown where that is unknown."""
        if isinstance(part, Joined):
            return "(" + _JOINING[part.word].join(self.condition(one) for one in part.parts) + ")"
        if isinstance(part, Negation):
            return f"NOT {self.condition(part.part)}"
        if isinstance(part, Emptiness):
            return f"(coalesce(CAST({self.column(part.field)} AS VARCHAR), '') {'=' if part.is_empty else '<>'} '')"
        assert isinstance(part, Comparison)
        pieces = [self._compared(part.field, part.operator, value) for value in part.values]
        return "(" + (" AND " if part.operator in ("!=", "!~") else " OR ").join(pieces) + ")"

    def _compared(self, field: Field, operator: str, value: Value) -> str:
        column = self.column(field)
        if isinstance(value, Age):
            return f"{column} {_OTHER_WAY[operator]} {self._named(value.before(self.as_of))}"
        if field.kind is FieldKind.TAGS:
            held = f"contains({column}, '|' || lower({self._named(value)}) || '|')"
            return held if operator == "=" else f"NOT coalesce({held}, false)"
        if field.kind is FieldKind.TEXT:
            return self._compared_text(column, operator, value)
        if field.kind is FieldKind.WORD:
            return f"lower({column}) {operator} lower({self._named(value)})"
        return f"{column} {operator} {self._named(value)}"

    def _compared_text(self, column: str, operator: str, value: Value) -> str:
        named = self._named(value)
        if operator.endswith("~"):
            found = f"contains(lower({column}), lower({named}))"
            return found if operator == "~" else f"NOT coalesce({found}, false)"
        # a text that is not there is another text than any
        return f"lower(coalesce({column}, '')) {operator} lower({named})"

    def column(self, field: Field) -> str:
        """SQL of a field; its source is joined."""
        origin = origin_of(field)
        if origin.source.name == CONTACTS:
            return _of_contact(origin.column)
        self.sources.setdefault(origin.source.alias, field)
        column = f"{origin.source.alias}.{quoted(origin.column)}"
        return f"coalesce({column}, 0)" if origin.column in NOTHING_IS_ZERO else column

    def _named(self, value: Value) -> str:
        name = f"value_{''.join(chr(ord('a') + int(digit)) for digit in str(len(self.values)))}"
        self.values[name] = value
        return f"${name}"


def _shown(field: Field, column: str) -> str:
    """A field as people read it: several words with commas between."""
    return f"replace(trim({column}, '|'), '|', ', ')" if field.kind is FieldKind.TAGS else column


def _of_contact(column: str) -> str:
    if column == "manager":
        return "(SELECT manager.code FROM managers AS manager WHERE manager.id = contact.manager_id)"
    if column == "tags":  # between bars, however the owner parts them
        return "('|' || regexp_replace(lower(contact.tags), '\\s*[,;|]\\s*', '|', 'g') || '|')"
    return f"contact.{quoted(column)}"
