"""Numbers, dates and options as people type them on the command line, to typed values."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from crmcli.errors import UsageError
from crmcli.language import gettext as _
from crmcli.reports.definition import ParameterKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crmcli.reports.definition import Parameter

_SPACES = re.compile(r"[\s\u00a0\u202f']")
_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
_COMMA_DECIMAL = re.compile(r"[+-]?(\d+|\d{1,3}(\.\d{3})+),\d+", re.ASCII)
_COMMA_GROUPS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
_YES, _NO = frozenset({"true", "yes", "1", "on"}), frozenset({"false", "no", "0", "off"})


def parse_number(text: str, name: str, *, percent: bool = False) -> Decimal:
    """An exact number: "10000", "1 234,56", "1,234.56"; with percent also "80 %" for 0.8.

    Args:
        text: As typed.
        name: What it is for, said in refusals.
        percent: Whether a percentage makes sense.

    Raises:
        UsageError: No number, or one that can be read in two ways.
    """
    bare = _SPACES.sub("", text)
    is_percentage = percent and bare.endswith("%")
    bare = bare.removesuffix("%") if is_percentage else bare
    if _COMMA_GROUPS.fullmatch(bare) and _COMMA_DECIMAL.fullmatch(bare):
        message = _("%(text)s for %(name)s could be a thousand or a fraction") % {"text": repr(text), "name": name}
        raise UsageError(message, _("write 1234 or 1.234"))
    if _COMMA_GROUPS.fullmatch(bare):
        bare = bare.replace(",", "")
    elif _COMMA_DECIMAL.fullmatch(bare):
        bare = bare.replace(".", "").replace(",", ".")
    if not _PLAIN.fullmatch(bare):
        raise UsageError(_("%(text)s is no number, and %(name)s needs one") % {"text": repr(text), "name": name})
    return Decimal(bare) / 100 if is_percentage else Decimal(bare)


def parse_date(text: str, name: str) -> dt.date:
    """A calendar date: "2025-12-31" or "31.12.2025".

    Raises:
        UsageError: No such date.
    """
    iso, dotted = _ISO.fullmatch(text.strip()), _DOTTED.fullmatch(text.strip())
    try:
        if iso:
            return dt.date(int(iso[1]), int(iso[2]), int(iso[3]))
        if dotted:
            return dt.date(int(dotted[3]), int(dotted[2]), int(dotted[1]))
    except ValueError:
        pass
    message = _("%(text)s is no date, and %(name)s needs one") % {"text": repr(text), "name": name}
    raise UsageError(message, _("write 2025-12-31 or 31.12.2025"))


def settle_parameters(parameters: Sequence[Parameter], given: Mapping[str, Any]) -> dict[str, Any]:
    """Every option with its value: as given (text or typed) or by default.

    Raises:
        UsageError: An option that the report does not have, or a value out of its range.
    """
    known = {parameter.name for parameter in parameters}
    for name in given:
        if name not in known:
            message = _("this report has no option %(name)s") % {"name": name}
            options = ", ".join(sorted(known))
            raise UsageError(message, _("its options: %(options)s") % {"options": options} if options else None)
    return {parameter.name: _value(parameter, given.get(parameter.name)) for parameter in parameters}


def _value(parameter: Parameter, given: object) -> object:
    if given is None:
        return parameter.default
    readers = {
        ParameterKind.FLAG: _flag,
        ParameterKind.CHOICE: _choice,
        ParameterKind.DATE: _date,
        ParameterKind.TEXT: _text,
    }
    return readers.get(parameter.kind, _number)(parameter, given)


def _number(parameter: Parameter, given: object) -> Decimal | int:
    number = parse_number(str(given), parameter.name, percent=parameter.kind is ParameterKind.SHARE)
    if not parameter.least <= number <= parameter.most:
        bounds = {"name": parameter.name, "least": parameter.least, "most": parameter.most}
        raise UsageError(_("%(name)s must lie between %(least)s and %(most)s") % bounds)
    if parameter.kind is ParameterKind.SHARE:
        return number
    if number != int(number):
        raise UsageError(_("%(name)s must be a whole number") % {"name": parameter.name})
    return int(number)


def _date(parameter: Parameter, given: object) -> dt.date:
    return given if isinstance(given, dt.date) else parse_date(str(given), parameter.name)


def _text(parameter: Parameter, given: object) -> str:
    del parameter
    return str(given)


def _flag(parameter: Parameter, given: object) -> bool:
    word = str(given).lower()
    if word not in _YES | _NO:
        raise UsageError(_("%(name)s is yes or no") % {"name": parameter.name})
    return word in _YES


def _choice(parameter: Parameter, given: object) -> str:
    word = str(given)
    if word not in parameter.choices:
        message = _("%(name)s cannot be %(given)s") % {"name": parameter.name, "given": repr(word)}
        raise UsageError(message, _("choose one of: %(choices)s") % {"choices": ", ".join(parameter.choices)})
    return word
