"""Money against invoices: which ones a receipt pays, what remains as credit, and which instalments are settled."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from crmcli.errors import ConflictError, NotFoundError, UsageError
from crmcli.language import gettext as _
from crmcli.language import nearest
from crmcli.numbers import rounded
from crmcli.rules.fulfilment import plain

_ZERO = Decimal(0)
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Asked:
    """An invoice and what of it can still be settled: above zero an amount to pay, below zero one to pay out."""

    number: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Settled:
    """A receipt divided: invoice and amount, and what is for none of them (credit)."""

    parts: tuple[tuple[str, Decimal], ...]
    rest: Decimal


@dataclass(frozen=True, slots=True)
class Instalment:
    """One agreed payment: its day, its amount, and how much of it has come."""

    due_on: dt.date
    amount: Decimal
    paid: Decimal = _ZERO

    @property
    def open(self) -> Decimal:
        """What is still to come."""
        return self.amount - self.paid


def settle(asked: Sequence[Asked], amount: Decimal, told: Mapping[str, Decimal] | None = None) -> Settled:
    """Divide a receipt (above zero) or a refund (below) over invoices.

    Args:
        asked: Invoices in the order in which they are to be settled, oldest first.
        amount: What came, or went out.
        told: Amounts by invoice as the owner says; None: as far as it reaches, in the order given.

    Returns:
        Parts that together with the rest are exactly the amount; no invoice gets more than it asks for.

    Raises:
        ConflictError: Told more than an invoice asks for, or more in all than came.
        NotFoundError: Told an invoice that is not among those asked.
        UsageError: An amount of nothing, or one of the other sign.
    """
    if amount == 0:
        raise UsageError(_("an amount of nothing pays nothing"))
    parts = tuple(_as_told(asked, amount, told)) if told else tuple(_in_order(asked, amount))
    rest = amount - sum((part for _number, part in parts), _ZERO)
    if rest * amount < 0:
        raise ConflictError(
            _("the invoices named take %(told)s of %(amount)s")
            % {"told": plain(amount - rest), "amount": plain(amount)}
        )
    return Settled(parts, rest)


def _in_order(asked: Sequence[Asked], amount: Decimal) -> list[tuple[str, Decimal]]:
    parts, left = [], amount
    for one in asked:
        if left == 0:
            break
        if one.amount * amount <= 0:
            continue
        part = min(left, one.amount) if amount > 0 else max(left, one.amount)
        parts.append((one.number, part))
        left -= part
    return parts


def _as_told(asked: Sequence[Asked], amount: Decimal, told: Mapping[str, Decimal]) -> list[tuple[str, Decimal]]:
    known = {one.number: one.amount for one in asked}
    for number, part in told.items():
        if number not in known:
            raise NotFoundError(
                _("%(number)s is no open invoice of this customer") % {"number": number}, nearest(number, list(known))
            )
        if part * amount <= 0:
            raise UsageError(_("%(number)s: the amount must have the sign of the whole") % {"number": number})
        if part * known[number] < 0 or abs(part) > abs(known[number]):
            raise ConflictError(
                _("%(number)s takes no more than %(open)s") % {"number": number, "open": plain(known[number])},
                _("What is paid above it stays as credit when it is named for no invoice"),
            )
    return list(told.items())


def instalments_paid(parts: Sequence[Instalment], paid: Decimal) -> tuple[Instalment, ...]:
    """Instalments by their days, settled one after the other by what was paid on the invoice."""
    left, settled = max(paid, _ZERO), []
    for part in sorted(parts, key=lambda one: one.due_on):
        share = min(left, part.amount)
        settled.append(Instalment(part.due_on, part.amount, share))
        left -= share
    return tuple(settled)


def equal_instalments(gross: Decimal, count: int, first_on: dt.date, *, digits: int) -> tuple[Instalment, ...]:
    """So many equal parts a month apart; what does not divide goes to the last.

    Raises:
        UsageError: Fewer than one, more than 120, or so many that a part would be nothing.
    """
    part = (gross / max(count, 1)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_DOWN)
    if not 1 <= count <= 120 or part <= 0:
        raise UsageError(_("%(amount)s cannot be paid in %(count)s parts") % {"amount": plain(gross), "count": count})
    amounts = [part] * (count - 1) + [gross - part * (count - 1)]
    return tuple(Instalment(months_later(first_on, place), amount) for place, amount in enumerate(amounts))


def told_instalments(
    gross: Decimal, told: Sequence[tuple[dt.date, Decimal, bool]], *, digits: int
) -> tuple[Instalment, ...]:
    """Parts as the owner says: day, number, and whether it is a percentage; they must make up the whole.

    Where all are percentages of 100 together, what rounding leaves goes to the last.

    Raises:
        UsageError: A part of nothing, a day twice, or parts that do not make up the whole.
    """
    days = [day for day, _number, _percent in told]
    if len(set(days)) != len(days):
        raise UsageError(_("two instalments cannot be due on one day"))
    parts = [rounded(gross * number / _HUNDRED, digits) if percent else number for _day, number, percent in told]
    if all(percent for _day, _number, percent in told) and sum(number for _day, number, _p in told) == _HUNDRED:
        parts[-1] = gross - sum(parts[:-1], _ZERO)
    if any(part <= 0 or part != rounded(part, digits) for part in parts) or sum(parts, _ZERO) != gross:
        raise UsageError(
            _("the instalments make %(sum)s, and the invoice is %(gross)s")
            % {"sum": plain(sum(parts, _ZERO)), "gross": plain(gross)}
        )
    return tuple(
        sorted((Instalment(day, part) for day, part in zip(days, parts, strict=True)), key=lambda one: one.due_on)
    )


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day so many months on; the last of the month where that has fewer days."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(years, month + 1, min(day.day, calendar.monthrange(years, month + 1)[1]))
