"""What a quote is to be made of, as typed on the command line or written in a file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli.cli.typed import parse_amount
from crmcli.errors import UsageError
from crmcli.language import gettext as _
from crmcli.rules.quotes.quoting import Wanted

if TYPE_CHECKING:
    from crmcli.intake.reading import Reading

# SKU:QTY[:option=value,...]; a colon may stand in an sku, as only what follows it decides where it ends.
_ITEM = re.compile(r"(?P<sku>.+?):(?P<qty>[^:=]+)(?::(?P<options>[^=]+=.*))?", re.DOTALL)
_OPTION_HEADINGS = frozenset({"options", "option", "опции", "опция", "исполнение", "параметры"})
_SHOWN = 5


def parse_item(word: str) -> Wanted:
    """One thing wanted: SKU:QTY, or SKU:QTY:option=value,option=value. A quantity of 0 takes it out of a revision.

    Raises:
        UsageError: It is written otherwise.
    """
    found = _ITEM.fullmatch(word.strip())
    if not found or not found["sku"].strip():
        raise UsageError(
            _("%(word)s is no item") % {"word": repr(word)},
            _("Say it as --item SKU:QTY or --item SKU:QTY:length=2.5,colour=red"),
        )
    qty = parse_amount(found["qty"], "--item")
    return Wanted(found["sku"].strip(), qty, parse_options(found["options"] or ""))


def parse_options(text: str) -> tuple[tuple[str, str], ...]:
    """Options as typed: "length=2,5,colour=red"; a comma inside a value stays where no name follows it.

    Raises:
        UsageError: A value without a name, or a name twice.
    """
    found: list[tuple[str, str]] = []
    for part in re.split(r"[,;]", text):
        name, equals, value = part.partition("=")
        if equals and name.strip() and value.strip():
            found.append((name.strip(), value.strip()))
        elif found and part.strip() and not equals:
            found[-1] = (found[-1][0], f"{found[-1][1]},{part.strip()}")
        elif part.strip():
            raise UsageError(_("%(part)s is no option") % {"part": repr(part)}, _("Say it as length=2.5,colour=red"))
    if len({name.casefold() for name, _value in found}) < len(found):
        raise UsageError(_("an option is named twice in %(text)s") % {"text": repr(text)})
    return tuple(found)


def parse_prices(words: Sequence[str]) -> dict[str, Decimal]:
    """Prices as typed, SKU=AMOUNT.

    Raises:
        UsageError: Written otherwise, below zero, or one sku twice.
    """
    found: dict[str, Decimal] = {}
    for word in words:
        sku, equals, amount = word.rpartition("=")
        if not equals or not sku.strip():
            raise UsageError(_("%(word)s is no price") % {"word": repr(word)}, _("Say it as --price SKU=AMOUNT"))
        if sku.strip() in found:
            raise UsageError(_("%(sku)s has two prices") % {"sku": sku.strip()})
        found[sku.strip()] = parse_amount(amount, "--price")
    return found


def parse_percent(text: str | None, name: str) -> Decimal | None:
    """A percentage as typed, "5" or "5 %", from 0 to 100.

    Raises:
        UsageError: No such number.
    """
    if text is None:
        return None
    percent = parse_amount(text.strip().removesuffix("%"), name)
    if not 0 <= percent <= 100:
        raise UsageError(_("%(name)s must be from 0 to 100") % {"name": name})
    return percent


def items_of_file(name: str) -> tuple[tuple[Wanted, ...], int]:
    """Things wanted by a file with columns sku, qty and options (CSV, XLSX, "-"), and how many rows had no quantity.

    Raises:
        UsageError: No such columns, nothing wanted, or a row that makes no sense.
    """
    from crmcli.intake.reading import Hints
    from crmcli.intake.sources import read, sources

    with sources([name]) as found:
        readings = [one for source in found for one in read(source, Hints(), plain_allowed=False)]
    items: list[Wanted] = []
    empty = 0
    for reading in readings:
        own, without = _items(reading)
        items += own
        empty += without
    if not items:
        raise UsageError(_("%(file)s asks for nothing") % {"file": name}, _("Its columns: sku, qty, options"))
    return tuple(items), empty


def _items(reading: Reading) -> tuple[list[Wanted], int]:
    sku, qty, options = _places(reading)
    items, empty, wrong = [], 0, []
    for line, row in zip(reading.lines, reading.rows, strict=True):
        if not row[qty].strip() or not row[sku].strip():
            empty += 1
            continue
        try:
            made = parse_options(row[options] if options is not None else "")
            items.append(Wanted(row[sku].strip(), parse_amount(row[qty], "qty"), made))
        except UsageError as error:
            wrong.append(_("line %(line)s: %(reason)s") % {"line": line, "reason": error.message})
    if wrong:
        more = ["…"] if len(wrong) > _SHOWN else []
        raise UsageError(f"{reading.origin}: " + "; ".join([*wrong[:_SHOWN], *more]))
    return items, empty


def _places(reading: Reading) -> tuple[int, int, int | None]:
    """Where sku, quantity and options stand, by the headings that intake knows them by."""
    from crmcli.intake.entities import bare_heading, entities

    fields = entities()["orders"].fields
    headings = [bare_heading(heading) for heading in reading.headings]

    def place(names: Sequence[str]) -> int | None:
        return next((headings.index(name) for name in names if name in headings), None)

    sku, qty = place(fields["sku"].synonyms), place(fields["qty"].synonyms)
    if sku is None or qty is None:
        raise UsageError(
            _("%(file)s has no column for the product and the quantity") % {"file": reading.origin},
            _("Its columns: sku, qty, options"),
        )
    return sku, qty, place(sorted(_OPTION_HEADINGS))
