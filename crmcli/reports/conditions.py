"""The owner's conditions and sort keys on an answer: parsed here, columns checked, values only as parameters."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crmcli.errors import UsageError
from crmcli.language import current
from crmcli.language import gettext as _
from crmcli.reports.levels import close, meant
from crmcli.reports.values import parse_date, parse_number
from crmcli.store.stored import quoted
from crmcli.table import DATED, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from crmcli.table import Column

_CONDITION = re.compile(
    r"^\s*(?P<column>[A-Za-z_][A-Za-z0-9_]*)\s*"
    r"(?P<operator>is\s+not\s+empty\b|is\s+empty\b|in\b(?=\s*\()|!=|<>|<=|>=|==|=|<|>|~)"
    r"\s*(?P<value>.*?)\s*$",
    re.IGNORECASE | re.DOTALL,
)
_ITEM = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([^,]*?))\s*(?:,|$)""")
_SAME = {"==": "=", "<>": "!="}
_ORDERED = frozenset({"<", "<=", ">", ">="})
_STRINGS = frozenset({Kind.TEXT, Kind.CODE})
_FORMS = 'revenue>10000, name~"Ltd", group in (champion, loyal), last_purchase_on<2026-01-01, margin is not empty'


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of SQL made by us, and the values that it names."""

    sql: str
    values: dict[str, Any]


def where_clause(conditions: Sequence[str], columns: Sequence[Column]) -> Clause:
    """All conditions together, "true" when there is none.

    Raises:
        UsageError: A condition that cannot be read, an unknown column, or a value that is none of its kind.
    """
    pieces, values = ["true"], {}
    for number, text in enumerate(conditions):
        clause = _condition(text, columns, f"where_{_letters(number)}")
        pieces.append(clause.sql)
        values.update(clause.values)
    return Clause(" AND ".join(pieces), values)


def condition_clause(text: str, columns: Sequence[Column], prefix: str) -> Clause:
    """One condition; the parameters of its SQL begin with `prefix`.

    Raises:
        UsageError: As `where_clause`.
    """
    return _condition(text, columns, prefix)


def column_named(name: str, columns: Sequence[Column]) -> Column:
    """The column of that name.

    Raises:
        UsageError: There is none; the hint names the closest.
    """
    return _find(name, columns)


def order_clause(keys: Sequence[str], columns: Sequence[Column]) -> str:
    """ORDER BY terms: the keys, then the answer's own order; unknown values last.

    Raises:
        UsageError: A key that cannot be read, or an unknown column.
    """
    return ", ".join([*(_sort_key(key, columns) for text in keys for key in text.split(",")), "rowid"])


def _sort_key(key: str, columns: Sequence[Column]) -> str:
    words = key.strip().split()
    descending = bool(words) and words[0].startswith("-")
    name = words[0].removeprefix("-") if words else ""
    direction = words[1].lower() if len(words) > 1 else ""
    if not name or len(words) > 2 or direction not in {"", "asc", "desc"}:  # column and direction
        message = _("cannot sort by %(key)s") % {"key": repr(key)}
        raise UsageError(message, _("name a column, with - before it or desc after it for the largest first"))
    column = _find(name, columns)
    collation = f" COLLATE {current()}" if column.kind is Kind.TEXT else ""  # or Ё and capitals would stand apart
    return f"{quoted(column.name)}{collation} {'DESC' if descending or direction == 'desc' else 'ASC'} NULLS LAST"


def _condition(text: str, columns: Sequence[Column], prefix: str) -> Clause:
    match = _CONDITION.match(text)
    if match is None:
        raise UsageError(_("cannot read the condition %(text)s") % {"text": repr(text)}, _forms())
    column = _find(match["column"], columns)
    operator = " ".join(match["operator"].lower().split())
    operator = _SAME.get(operator, operator)
    name, value = quoted(column.name), match["value"]
    if operator.startswith("is "):
        if value:
            raise UsageError(_("cannot read the condition %(text)s") % {"text": repr(text)}, _forms())
        filled = f"coalesce(CAST({name} AS VARCHAR), '') <> ''"
        return Clause(filled if operator == "is not empty" else f"NOT ({filled})", {})
    if operator == "in":
        return _membership(column, _items(value, text), prefix)
    if not value:
        message = _("the condition %(text)s compares with nothing") % {"text": repr(text)}
        raise UsageError(message, _("for empty values say: %(column)s is empty") % {"column": column.name})
    return _comparison(column, operator, _unquoted(value), prefix)


def _comparison(column: Column, operator: str, value: str, prefix: str) -> Clause:
    name = quoted(column.name)
    if column.kind is Kind.LEVEL and operator not in _ORDERED:
        return _level(column, operator, value, prefix)
    if operator == "~":
        return Clause(f"contains(lower(CAST({name} AS VARCHAR)), lower(${prefix}))", {prefix: value})
    typed = _typed(column, value)
    if column.kind is Kind.TEXT and operator not in _ORDERED:  # compared without regard to case
        return Clause(f"lower({name}) {operator} lower(${prefix})", {prefix: typed})
    if column.kind is Kind.MOMENT and isinstance(typed, dt.date):
        name = f"CAST({name} AS DATE)"
    return Clause(f"{name} {operator} ${prefix}", {prefix: typed})


def _level(column: Column, operator: str, value: str, prefix: str) -> Clause:
    """One of the words that are meant: machine formats show other words than people see."""
    words = close(column, value) if operator == "~" else meant(column, value)
    values: dict[str, Any] = {f"{prefix}_{_letters(number)}": word for number, word in enumerate(words)}
    name = f"lower(CAST({quoted(column.name)} AS VARCHAR))"
    found = f"{name} {'NOT IN' if operator == '!=' else 'IN'} ({', '.join(f'${key}' for key in values)})"
    if operator != "~" or column.words:
        return Clause(found if words else "false", values)
    values[prefix] = value.replace(" ", "_")
    within = f"contains({name}, lower(${prefix}))"
    return Clause(f"({within} OR {found})" if words else within, values)


def _membership(column: Column, items: Sequence[str], prefix: str) -> Clause:
    pieces, values = [], {}
    for number, item in enumerate(items):
        clause = _comparison(column, "=", item, f"{prefix}_{_letters(number)}")
        pieces.append(clause.sql)
        values.update(clause.values)
    return Clause(f"({' OR '.join(pieces)})", values)


def _items(value: str, text: str) -> list[str]:
    """The values of "(a, "b, c", 'd')"."""
    if not (value.startswith("(") and value.endswith(")")) or not value[1:-1].strip():
        raise UsageError(_("cannot read the condition %(text)s") % {"text": repr(text)}, _forms())
    inner, items, position = value[1:-1], [], 0
    while position < len(inner):
        match = _ITEM.match(inner, position)
        if match is None or match.end() == position:
            raise UsageError(_("cannot read the condition %(text)s") % {"text": repr(text)}, _forms())
        items.append(next((group for group in match.groups() if group is not None), ""))
        position = match.end()
    return items


def _typed(column: Column, value: str) -> str | int | float | Decimal | dt.date:
    """A value as the column holds it.

    Raises:
        UsageError: It is none.
    """
    if column.kind in _STRINGS:
        return value
    if column.kind is Kind.LEVEL:
        return value.replace(" ", "_")
    if column.kind in DATED:
        return parse_date(value, column.name)
    return parse_number(value, column.name, percent=column.kind is Kind.SHARE)


def _find(name: str, columns: Sequence[Column]) -> Column:
    for column in columns:
        if column.name == name.lower():
            return column
    import difflib

    known = [column.name for column in columns]
    close = difflib.get_close_matches(name.lower(), known, n=1)
    message = _("there is no column %(name)s in this report; columns: %(known)s") % {
        "name": name,
        "known": ", ".join(known),
    }
    raise UsageError(message, _("did you mean %(name)s?") % {"name": close[0]} if close else None)


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def _letters(number: int) -> str:
    """A number as letters: parameter names in SQL take no digits here."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


def _forms() -> str:
    return _("write a column, an operator (= != < <= > >= ~ in, is empty, is not empty) and a value: %(forms)s") % {
        "forms": _FORMS
    }
