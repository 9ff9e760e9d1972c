"""How far an order is, by the quantities of its lines and never by a percentage.

Each line says how much of it was ordered, shipped, delivered, brought back, invoiced and paid; an order is as far as its
slowest line. Everything an owner is told about an order follows from these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from crmcli.errors import ConflictError
from crmcli.language import N_
from crmcli.language import gettext as _

_ZERO = Decimal(0)
DRAFT, CONFIRMED, SHIPPED, DELIVERED, COMPLETED, CANCELLED = (
    "draft",
    "confirmed",
    "shipped",
    "delivered",
    "completed",
    "cancelled",
)
# Words of the three sides of an order, as reports and screens show them.
GOODS = (N_("to ship"), N_("partly shipped"), N_("shipped"), N_("partly delivered"), N_("delivered"))
BILLS = (N_("not invoiced"), N_("partly invoiced"), N_("invoiced"))
MONEY = (N_("unpaid"), N_("partly paid"), N_("paid"))
BACK = ("", N_("partly returned"), N_("returned"))


class Reach(StrEnum):
    """How many of the lines something was done for."""

    NONE = "none"
    SOME = "some"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class LineStanding:
    """One line in its unit; all but `ordered` are zero or more on a line that sells.

    Args:
        ordered: What the order asks for; below zero on a line that takes something back.
        shipped, delivered: What left the house, and what arrived.
        returned: What came back.
        invoiced: On invoices, less credit notes.
        paid: On invoices that are paid in full, less what was credited of these.
    """

    ordered: Decimal
    shipped: Decimal = _ZERO
    delivered: Decimal = _ZERO
    returned: Decimal = _ZERO
    invoiced: Decimal = _ZERO
    paid: Decimal = _ZERO

    @property
    def to_ship(self) -> Decimal:
        """What is still to leave."""
        return max(self.ordered - self.shipped, _ZERO)

    @property
    def returnable(self) -> Decimal:
        """What can come back."""
        return max(self.shipped - self.returned, _ZERO)

    @property
    def billable(self) -> Decimal:
        """What may be on invoices at most: what was ordered, or more where more left the house, less what came back."""
        if self.ordered < 0:
            return self.ordered
        return max(max(self.ordered, self.shipped) - self.returned, _ZERO)

    @property
    def to_invoice(self) -> Decimal:
        """What of the order is not on an invoice yet; below zero for a line that takes something back."""
        if self.ordered < 0:
            return min(self.ordered - self.invoiced, _ZERO)
        return max(min(self.ordered - self.returned, self.billable) - self.invoiced, _ZERO)

    @property
    def shipped_to_invoice(self) -> Decimal:
        """What left the house, stayed with the customer, and is not on an invoice yet."""
        return max(self.shipped - self.returned - self.invoiced, _ZERO)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an order is, side by side."""

    shipped: Reach
    delivered: Reach
    returned: Reach
    invoiced: Reach
    paid: Reach

    @property
    def goods(self) -> str:
        """A word of GOODS."""
        if self.delivered is Reach.ALL:
            return GOODS[4]
        if self.shipped is Reach.ALL:
            return GOODS[3] if self.delivered is Reach.SOME else GOODS[2]
        return GOODS[0] if self.shipped is Reach.NONE else GOODS[1]

    @property
    def bills(self) -> str:
        """A word of BILLS."""
        return _word(BILLS, self.invoiced)

    @property
    def money(self) -> str:
        """A word of MONEY."""
        return _word(MONEY, self.paid)

    @property
    def back(self) -> str:
        """A word of BACK."""
        return _word(BACK, self.returned)


def standing(lines: Sequence[LineStanding]) -> Standing:
    """How far an order is: a side is whole when it is for every line that sells."""
    selling = [line for line in lines if line.ordered > 0 or line.shipped > 0]
    return Standing(
        shipped=_reach([(line.shipped, line.ordered) for line in selling]),
        delivered=_reach([(line.delivered, max(line.ordered, line.shipped)) for line in selling]),
        returned=_reach([(line.returned, line.shipped) for line in selling if line.shipped > 0]),
        invoiced=_reach([(line.invoiced, min(line.billable, line.ordered)) for line in selling]),
        paid=_reach([(line.paid, min(line.billable, line.ordered)) for line in selling]),
    )


def stored_status(lines: Sequence[LineStanding], before: str) -> str:
    """The word of orders.status that follows from the quantities.

    Args:
        lines: All lines.
        before: The status so far; what was cancelled stays so, and so does an order without anything to ship.
    """
    if before == CANCELLED or not any(line.ordered > 0 or line.shipped > 0 for line in lines):
        return before
    now = standing(lines)
    if now.delivered is Reach.ALL:
        return COMPLETED if now.invoiced is Reach.ALL and now.paid is Reach.ALL else DELIVERED
    if now.shipped is Reach.ALL:
        return SHIPPED
    return DRAFT if before == DRAFT and now.shipped is Reach.NONE else CONFIRMED


def require_shippable(line: LineStanding, qty: Decimal, *, name: str, over: bool) -> None:
    """Refuse a shipment of nothing, or of more than was ordered unless that is meant.

    Raises:
        ConflictError: As said; `name` says which line.
    """
    if qty <= 0:
        raise ConflictError(_("%(line)s: nothing of it can be shipped in that quantity") % {"line": name})
    if line.shipped + qty > max(line.ordered, _ZERO) and not over:
        raise ConflictError(
            _("%(line)s: %(qty)s is more than the %(left)s still to ship")
            % {"line": name, "qty": plain(qty), "left": plain(line.to_ship)},
            _("If more is meant to leave: --over"),
        )


def require_returnable(line: LineStanding, qty: Decimal, *, name: str) -> None:
    """Refuse to take back nothing, or more than is with the customer.

    Raises:
        ConflictError: As said.
    """
    if qty <= 0 or qty > line.returnable:
        raise ConflictError(
            _("%(line)s: %(qty)s cannot come back; with the customer are %(left)s")
            % {"line": name, "qty": plain(qty), "left": plain(line.returnable)}
        )


def require_billable(line: LineStanding, qty: Decimal, *, name: str) -> None:
    """Refuse to invoice nothing, or more than was ordered (or shipped, where that is more) and not brought back.

    Raises:
        ConflictError: As said.
    """
    left = line.billable - line.invoiced
    if (
        qty == 0
        or (qty > 0) != (line.ordered > 0 or line.shipped > 0)
        or abs(qty) > max(abs(left), _ZERO)
        or left * qty < 0
    ):
        raise ConflictError(
            _("%(line)s: %(qty)s cannot be invoiced; not invoiced yet are %(left)s")
            % {"line": name, "qty": plain(qty), "left": plain(left)}
        )


def plain(number: Decimal) -> str:
    """A quantity without the zeros behind its decimals."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _reach(pairs: Sequence[tuple[Decimal, Decimal]]) -> Reach:
    """All lines as far as wanted (and something done, or something wanted), some of it, or nothing."""
    if pairs and all(done >= wanted for done, wanted in pairs):
        return Reach.ALL
    return Reach.SOME if any(done > 0 for done, _wanted in pairs) else Reach.NONE


def _word(words: tuple[str, str, str], reach: Reach) -> str:
    return words[{Reach.NONE: 0, Reach.SOME: 1, Reach.ALL: 2}[reach]]
