"""What the price commands read from the command line: amounts, days, and "none" to clear a field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from crmcli.cli import options
from crmcli.cli.typed import parse_amount
from crmcli.language import gettext as _
from crmcli.rules.prices.book import end_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

NONE = "none"
FromOption = Annotated[str | None, typer.Option("--from", metavar="DATE", help=_("first day it holds"))]
ToOption = Annotated[str | None, typer.Option("--to", metavar="DATE", help=_("last day it holds, that day included"))]
CustomerOption = Annotated[
    str | None, typer.Option("--customer", "-c", metavar="CODE", help=_("for this customer; without it for anyone"))
]
ListOption = Annotated[
    str | None, typer.Option("--price-list", metavar="NAME", help=_("ask this price list instead of the customer's"))
]
OnOption = Annotated[str, typer.Option("--on", metavar="DATE", help=_("on this day; 'today' without it"))]

_AMOUNTS = frozenset(
    {"price", "percent", "round_to", "surcharge", "floor_percent", "floor_price", "ceiling_price", "qty_from", "qty_to",
     "threshold", "delivery_fee", "free_delivery_from"}
)  # fmt: skip
_DAYS = frozenset({"valid_from", "valid_to"})


def amount(text: str, name: str) -> Decimal:
    """A number as typed, to at most four decimals; a percent sign behind it is left out.

    Raises:
        UsageError: No number, one with more decimals, or one too large to keep.
    """
    return parse_amount(text.strip().removesuffix("%").replace("−", "-"), name)


def day_of(text: str, context_today: Any) -> Any:
    """The day that --on names."""
    return context_today if text == "today" else options.parse_day(text)


def read_fields(given: Mapping[str, str | bool | int | None]) -> dict[str, Any]:
    """Fields as typed to values: what was not given is left out, and "none" clears a field.

    Raises:
        UsageError: A number or a date that is none.
    """
    return {name: _value(name, value) for name, value in given.items() if value is not None}


def _value(name: str, value: str | bool | int) -> Any:
    if not isinstance(value, str):
        return value
    if value.strip().lower() == NONE:
        return None
    if name in _AMOUNTS:
        return amount(value, "--" + name.replace("_", "-"))
    if name in _DAYS:
        day = options.parse_day(value)
        return end_of(day) if name == "valid_to" else day
    return value.strip()
