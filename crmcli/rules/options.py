"""Made-to-order options: which hold for a product, which values may be chosen, and what a choice adds to the price."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from crmcli.errors import ConflictError, UsageError
from crmcli.language import gettext as _
from crmcli.language import nearest
from crmcli.numbers import rounded
from crmcli.rules.option_limits import CHARGES, ProductOption, fits, no_option, not_allowed, out_of_bounds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_HUNDRED = Decimal(100)
_LARGEST = Decimal(10) ** 14


@dataclass(frozen=True, slots=True)
class Chosen:
    """One choice made: the option's row, what was chosen, and what it adds (fixed: once; else to each unit)."""

    option: ProductOption
    value: str
    adds: Decimal


@dataclass(frozen=True, slots=True)
class Charged:
    """A price with its choices.

    Args:
        unit_price: Of one unit, surcharges included, to four decimals.
        fixed: What is charged once for the line.
        note: The choices in words, "length: 2.5, colour: red"; "" when nothing was chosen.
        parts: One a choice, in the order chosen.
        total: Quantity × unit price + fixed, not rounded.
    """

    unit_price: Decimal
    fixed: Decimal
    note: str
    parts: tuple[Chosen, ...]
    total: Decimal


def effective(
    options: Iterable[ProductOption], sku: str, category_path: Sequence[str] = ()
) -> tuple[ProductOption, ...]:
    """The options that hold for a product: of each name those of the nearest level alone.

    Args:
        options: Of any products and categories.
        sku: The product.
        category_path: Its category, the parent of that, and so on up to the root.
    """
    levels = {category: place for place, category in enumerate(category_path, 1)}
    found: dict[str, tuple[int, list[ProductOption]]] = {}
    for option in options:
        level = 0 if option.sku == sku else None if option.sku else levels.get(option.category or "")
        if level is None:
            continue
        name = option.name.casefold()
        best, rows = found.get(name, (level, []))
        if level < best:
            best, rows = level, []
        if level == best:
            found[name] = (best, [*rows, option])
    return tuple(option for _level, rows in found.values() for option in rows)


def charge(
    options: Sequence[ProductOption], chosen: Mapping[str, str], unit_price: Decimal, qty: Decimal = Decimal(1)
) -> Charged:
    """What a product costs as chosen.

    Args:
        options: Those that hold for it: `effective`.
        chosen: Option → value, as typed; letter case does not matter.
        unit_price: Without options.
        qty: Units ordered.

    Raises:
        ConflictError: An option there is none of, a value that is not allowed, too small, too large, or off the step.
    """
    parts: list[Chosen] = []
    for name, text in chosen.items():
        part = _choice(options, name, text, unit_price)
        if any(other.option.name.casefold() == part.option.name.casefold() for other in parts):
            raise ConflictError(_("option %(name)s is chosen twice") % {"name": part.option.name})
        parts.append(part)
    each = rounded(unit_price + sum((p.adds for p in parts if p.option.charge != "fixed"), Decimal(0)), 4)
    once = sum((p.adds for p in parts if p.option.charge == "fixed"), Decimal(0))
    if each < 0:
        raise ConflictError(_("the options chosen would bring the price below zero"))
    note = ", ".join(f"{part.option.name}: {part.value}" for part in parts)
    return Charged(each, once, note, tuple(parts), qty * each + once)


def require_sound(option: ProductOption) -> None:
    """Refuse an option nobody could choose, or that belongs to nothing.

    Raises:
        UsageError: No name, an unknown charge, neither or both of product and category, bounds beside a word, a
            minimum above the maximum, a step of nothing, or an amount too large or below −100 percent.
    """
    if not option.name.strip():
        raise UsageError(_("an option needs a name"))
    if option.charge not in CHARGES:
        hint = nearest(option.charge, list(CHARGES)) or ", ".join(CHARGES)
        raise UsageError(_("there is no charge %(charge)s") % {"charge": option.charge}, hint)
    if (option.sku is None) == (option.category is None):
        raise UsageError(_("an option belongs to one product, or to one category"))
    if option.charge == "percent" and option.amount <= -_HUNDRED:
        raise UsageError(_("a percentage must be above −100"))
    _require_bounds(option)


def _require_bounds(option: ProductOption) -> None:
    bounds = (option.minimum, option.maximum, option.step)
    if option.value is not None and any(bound is not None for bound in bounds):
        raise UsageError(_("minimum, maximum and step go with a number that is measured, not with a value"))
    if option.value is not None and not option.value.strip():
        raise UsageError(_("a value cannot be empty"))
    if any(bound is not None and not 0 <= bound < _LARGEST for bound in bounds) or abs(option.amount) >= _LARGEST:
        raise UsageError(_("minimum, maximum and step cannot be below zero, nor anything have more than 14 digits"))
    if option.step is not None and option.step <= 0:
        raise UsageError(_("a step must be more than zero"))
    if option.minimum is not None and option.maximum is not None and option.minimum > option.maximum:
        raise UsageError(_("the minimum is above the maximum"))


def _choice(options: Sequence[ProductOption], name: str, text: str, unit_price: Decimal) -> Chosen:
    rows = [option for option in options if option.name.casefold() == name.strip().casefold()]
    if not rows:
        raise no_option(options, name)
    wanted = text.strip().casefold()
    word = next((row for row in rows if row.value is not None and row.value.strip().casefold() == wanted), None)
    if word is not None:
        return Chosen(word, str(word.value), _adds(word, Decimal(1), unit_price))
    number, measured = _number(text), [row for row in rows if row.value is None]
    if number is None or not measured:
        raise not_allowed(rows, text)
    fitting = next((row for row in measured if fits(row, number)), None)
    if fitting is None:
        raise out_of_bounds(measured[0], number)
    return Chosen(fitting, format(number.normalize(), "f"), _adds(fitting, number, unit_price))


def _adds(option: ProductOption, number: Decimal, unit_price: Decimal) -> Decimal:
    if option.charge == "percent":
        return unit_price * option.amount / _HUNDRED
    return option.amount * number if option.charge == "per_unit" else option.amount


def _number(text: str) -> Decimal | None:
    """A number with "." or ",", to four decimals; None where it is none."""
    try:
        number = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < _LARGEST and number == rounded(number, 4) else None
