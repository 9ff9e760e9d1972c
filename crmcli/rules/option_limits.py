"""An option of a product: what it allows, in words, and the refusals that name it."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli.errors import ConflictError
from crmcli.language import N_, nearest
from crmcli.language import gettext as _
from crmcli.numbers import cell
from crmcli.table import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# What each charge means.
CHARGES = {
    "fixed": N_("once a line, however many are ordered"),
    "per_unit": N_("for each unit ordered; where a number is measured, for each one of it, too"),
    "percent": N_("so many percent of the unit price"),
}
_SHOWN = 12  # values named in a refusal


@dataclass(frozen=True, slots=True)
class ProductOption:
    """One allowed value of an option, or with value None the measured numbers it may be.

    Args:
        name: Of the option, such as "colour"; several rows of one name are its values.
        value: The word allowed; None: a number between minimum and maximum in steps.
        charge: A key of CHARGES.
        amount: Money, or percent; below zero takes off.
        minimum, maximum: Both allowed; None: no bound (never below zero).
        step: Counted from the minimum, or from zero; None: any number.
        category: The category whose products it holds for; None: one product's own.
        sku: The product whose own it is; None: a category's.
    """

    name: str
    value: str | None = None
    charge: str = "fixed"
    amount: Decimal = Decimal(0)
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    step: Decimal | None = None
    category: str | None = None
    sku: str | None = None


def allowed(options: Iterable[ProductOption]) -> str:
    """What may be chosen of one option, in words: "red, blue, or a number from 1 to 50 in steps of 0.5"."""
    rows = list(options)
    words = [row.value for row in rows if row.value is not None]
    told = words[:_SHOWN] + (["…"] if len(words) > _SHOWN else []) + [_range(row) for row in rows if row.value is None]
    return _(" or ").join([", ".join(told[:-1]), told[-1]]) if len(told) > 1 else "".join(told)


def fits(option: ProductOption, number: Decimal) -> bool:
    """Tell whether a number is one that a measured option may be: within its bounds, on its steps, above zero."""
    low = option.minimum or Decimal(0)
    if number < low or number <= 0 or (option.maximum is not None and number > option.maximum):
        return False
    return option.step is None or (number - low) % option.step == 0


def no_option(options: Sequence[ProductOption], name: str) -> ConflictError:
    """Refuse an option that the product has not."""
    names = list(dict.fromkeys(option.name for option in options))
    if not names:
        return ConflictError(_("there is no option %(name)s: this product has none") % {"name": name})
    hint = nearest(name, names) or _("Its options: %(options)s") % {"options": ", ".join(names[:_SHOWN])}
    return ConflictError(_("this product has no option %(name)s") % {"name": name}, hint)


def not_allowed(rows: Sequence[ProductOption], text: str) -> ConflictError:
    """Refuse a value that no row of the option allows."""
    message = _("%(name)s cannot be %(value)s") % {"name": rows[0].name, "value": text}
    words = {row.value.casefold(): row.value for row in rows if row.value is not None}
    near = difflib.get_close_matches(text.strip().casefold(), list(words), n=1)
    told = _("Allowed: %(values)s") % {"values": allowed(rows)}
    meant = _("Did you mean %(words)s?") % {"words": words[near[0]]} + " " if near else ""
    return ConflictError(message, meant + told)


def out_of_bounds(option: ProductOption, number: Decimal) -> ConflictError:
    """Refuse a number too small, too large, or between the steps."""
    words = {"name": option.name, "value": _words(number), "minimum": _words(option.minimum)}
    words["maximum"] = _words(option.maximum)
    told = _("Allowed: %(values)s") % {"values": _range(option)}
    low = option.minimum or Decimal(0)
    if number <= 0 or number < low:
        if option.minimum is None:
            return ConflictError(_("%(name)s must be more than zero") % words, told)
        return ConflictError(_("%(name)s %(value)s is below the minimum of %(minimum)s") % words, told)
    if option.maximum is not None and number > option.maximum:
        return ConflictError(_("%(name)s %(value)s is above the maximum of %(maximum)s") % words, told)
    step = option.step or Decimal(1)
    below = low + (number - low) // step * step
    beside = [_words(near) for near in (below, below + step) if fits(option, near)]
    meant = _("Nearest: %(values)s.") % {"values": _(" or ").join(beside)} + " " if beside else ""
    return ConflictError(_("%(name)s %(value)s is between the steps") % words, meant + told)


def _range(option: ProductOption) -> str:
    words = {"minimum": _words(option.minimum), "maximum": _words(option.maximum), "step": _words(option.step)}
    if option.minimum is not None and option.maximum is not None:
        told = _("a number from %(minimum)s to %(maximum)s") % words
    elif option.minimum is not None:
        told = _("a number from %(minimum)s") % words
    elif option.maximum is not None:
        told = _("a number up to %(maximum)s") % words
    else:
        told = _("any number above zero")
    return told + _(" in steps of %(step)s") % words if option.step is not None else told


def _words(number: Decimal | None) -> str:
    return cell(number, Kind.QUANTITY)
