"""`--set`: one value for every row of a file, checked before anything is read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from crmcli.errors import UsageError
from crmcli.intake.entities import Entity, Field, levels
from crmcli.intake.values import NUMERIC
from crmcli.intake.words import CLOSED, WORDED, find_level
from crmcli.language import gettext as _
from crmcli.language import nearest

_EXAMPLES = {"date": "2026-01-31", "moment": "2026-01-31 14:30", "int": "30"}


def check_constants(entity: Entity, constants: Mapping[str, str]) -> dict[str, str]:
    """`--set` values as canonical texts of their type.

    Raises:
        UsageError: a value does not fit its column.
    """
    checked = {}
    for column, value in constants.items():
        spec = entity.fields[column]
        try:
            checked[column] = _constant(entity, spec, value)
        except (ValueError, ArithmeticError):
            raise UsageError(
                _("--set %(column)s=%(value)s: the value does not fit the column") % {"column": column, "value": value},
                _hint(entity, spec, value),
            ) from None
    return checked


def _hint(entity: Entity, spec: Field, value: str) -> str | None:
    """A near word of the list, all of them, or what a value of the type looks like."""
    if spec.type in CLOSED:
        known = levels(entity.name, spec)
        return nearest(value.lower(), list(known)) or ", ".join(dict.fromkeys(known.values()))
    return _EXAMPLES.get(spec.type, "12.50" if spec.type in NUMERIC else None)


def _constant(entity: Entity, spec: Field, value: str) -> str:
    if spec.type in WORDED:
        found = find_level(levels(entity.name, spec), value, spec.name)
        if found is None and spec.type in CLOSED:
            raise ValueError(value)
        return found or value
    if spec.type in NUMERIC:
        number = Decimal(value.replace(",", ".").replace("\u00a0", "").replace(" ", ""))
        if not number.is_finite() or number != round(number, 0 if spec.type == "int" else 4) or abs(number) >= 10**14:
            raise ValueError(value)
        if spec.type == "share":
            number = number / 100 if number > 1 else number
            if not 0 <= number <= 1:
                raise ValueError(value)
        return f"{number:f}"
    if spec.type == "date":
        return date.fromisoformat(value).isoformat()
    return datetime.fromisoformat(value).replace(tzinfo=None).isoformat(" ") if spec.type == "moment" else value
