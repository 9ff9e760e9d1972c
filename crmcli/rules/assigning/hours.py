"""How many hours a month an account takes: as said, else by its plan, else by its class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from crmcli.errors import UsageError
from crmcli.language import N_
from crmcli.language import gettext as _

HOURS = {"A": Decimal(8), "B": Decimal(4), "C": Decimal(2)}  # a month, where nothing better is known
CAPACITY = Decimal(120)  # hours a month a manager has for accounts, where nobody has said
HALF = Decimal("0.5")  # hours are counted in halves, rounded up
SAID, PLANNED, USUAL = N_("said"), N_("plan"), N_("usual")  # where the hours of an account come from
_MOST = Decimal(10_000)


@dataclass(frozen=True, slots=True)
class Takes:
    """Hours a month and where they come from, one of SAID, PLANNED and USUAL."""

    hours: Decimal
    origin: str


def takes(
    hours: Decimal | None, origin: str | None, value_class: str | None, *, usual: Mapping[str, Decimal] = HOURS
) -> Takes:
    """Hours an account takes a month.

    Args:
        hours: Said by the owner or worked out from its plan; None: neither.
        origin: Which of the two.
        value_class: None counts as C.
        usual: By class.
    """
    if hours is not None and origin is not None:
        return Takes(hours, origin)
    return Takes(usual[value_class or "C"], USUAL)


def up_to_half(hours: Decimal) -> Decimal:
    """Hours rounded up to halves: counted coarsely, the best plan can be proven."""
    return (hours / HALF).quantize(Decimal(1), rounding=ROUND_CEILING) * HALF


def parse_usual(text: str | None) -> dict[str, Decimal]:
    """Hours by class as typed, "A=8,B=4,C=2"; classes that are not named keep theirs.

    Raises:
        UsageError: It cannot be read.
    """
    found = dict(HOURS)
    for piece in (text or "").split(","):
        if not piece.strip():
            continue
        name, _equals, number = piece.partition("=")
        try:
            hours = Decimal(number.strip())
        except ArithmeticError:
            hours = Decimal(-1)
        if name.strip().upper() not in HOURS or not hours.is_finite() or not 0 <= hours <= _MOST:
            raise UsageError(_("%(text)s does not say hours by class") % {"text": repr(piece.strip())}, "A=8,B=4,C=2")
        found[name.strip().upper()] = hours
    return found
