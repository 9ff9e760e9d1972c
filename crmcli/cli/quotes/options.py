"""Options that commands on quotes share, and their words turned into values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.errors import UsageError
from crmcli.language import gettext as _

if TYPE_CHECKING:
    from decimal import Decimal

    from crmcli.rules.quotes.quoting import Wanted

QuoteArgument = Annotated[str, typer.Argument(metavar="QUOTE", help=_("number of the quote"))]
RevisionOption = Annotated[
    int | None, typer.Option("--revision", min=1, metavar="N", help=_("an earlier revision; the latest unless said"))
]
ItemOption = Annotated[
    list[str] | None,
    typer.Option(
        "--item", metavar="SKU:QTY[:OPTION=VALUE,…]", help=_("what and how much, with options; can be repeated")
    ),
]
FileOption = Annotated[
    str | None,
    typer.Option("--from", metavar="FILE", help=_("CSV or XLSX with columns sku, qty, options; - for standard input")),
]
UsualOption = Annotated[
    bool, typer.Option("--usual", help=_("what the customer bought on at least a third of the last six occasions"))
]
ValidOption = Annotated[
    int | None, typer.Option("--valid", metavar="DAYS", min=0, max=3650, help=_("days it holds; 14 unless set"))
]
CurrencyOption = Annotated[
    str | None, typer.Option("--currency", metavar="CODE", help=_("that of the price list unless said"))
]
TaxModeOption = Annotated[
    str | None,
    typer.Option("--tax-mode", metavar="line|total", help=_("round tax line by line, or by rate on the total")),
]
TermsOption = Annotated[str | None, typer.Option("--terms", metavar="TEXT", help=_("what stands below the totals"))]
DiscountOption = Annotated[
    str | None,
    typer.Option("--discount", metavar="PERCENT", help=_("off every line, instead of the discount that is earned")),
]
PriceOption = Annotated[
    list[str] | None,
    typer.Option("--price", metavar="SKU=AMOUNT", help=_("another price for one unit; can be repeated")),
]
OverrideOption = Annotated[
    str | None,
    typer.Option("--override", metavar="REASON", help=_("let lines cost less than their floor; the reason is kept")),
]
SuggestionsOption = Annotated[
    bool,
    typer.Option("--with-suggestions/--no-suggestions", help=_("offer what goes with it and what is new, in no total")),
]
DeliveryOption = Annotated[
    bool, typer.Option("--delivery/--no-delivery", help=_("charge delivery as the price list says"))
]
MarginOption = Annotated[bool, typer.Option("--margin", help=_("show costs and margins here; they are on no document"))]
DocumentFormatOption = Annotated[
    str | None, typer.Option("--format", "-f", metavar="FORMAT", help=_("pdf, html, xlsx, md, json or csv"))
]


def items(words: list[str] | None, file: str | None) -> tuple[Wanted, ...]:
    """Everything wanted by name.

    Raises:
        UsageError: Something is written wrongly, or its quantity is not above zero.
    """
    from crmcli.cli.quotes.input import items_of_file, parse_item
    from crmcli.cli.session import say
    from crmcli.language import ngettext
    from crmcli.rules.quotes.quoting import require_sound

    found = tuple(parse_item(word) for word in words or ())
    if file is not None:
        read, empty = items_of_file(file)
        found += read
        if empty:
            say(
                ngettext(
                    "%(count)s row without a product or a quantity was left out",
                    "%(count)s rows without a product or a quantity were left out",
                    empty,
                )
                % {"count": empty}
            )
    for one in found:
        require_sound(one)
    return found


def prices(words: list[str] | None) -> dict[str, Decimal]:
    """Prices told, by sku."""
    from crmcli.cli.quotes.input import parse_prices

    return parse_prices(words or ())


def percent(text: str | None) -> Decimal | None:
    """A discount told."""
    from crmcli.cli.quotes.input import parse_percent

    return parse_percent(text, "--discount")


def language(word: str | None) -> str:
    """The language of a document."""
    from crmcli.cli.selling import settled_language

    return settled_language(word)


def currency(code: str | None) -> str | None:
    """A currency as typed.

    Raises:
        UsageError: No ISO code.
    """
    if code is None:
        return None
    if len(code.strip()) != 3 or not code.strip().isascii() or not code.strip().isalpha():
        raise UsageError(_("%(code)s is no currency") % {"code": repr(code)}, "RUB, EUR, USD")
    return code.strip().upper()


def tax_mode(word: str | None) -> str | None:
    """Where tax is rounded.

    Raises:
        UsageError: Neither line nor total.
    """
    from crmcli.rules.totals import TaxMode

    if word is not None and word not in set(TaxMode):
        raise UsageError(
            _("tax cannot be rounded by %(word)s") % {"word": repr(word)}, "--tax-mode line, --tax-mode total"
        )
    return word


def changes(words: list[str] | None) -> tuple[Wanted, ...]:
    """Items of a revision, where a quantity of 0 takes a product out.

    Raises:
        UsageError: Something is written wrongly.
    """
    from crmcli.cli.quotes.input import parse_item
    from crmcli.rules.quotes.quoting import require_sound

    found = tuple(parse_item(word) for word in words or ())
    for one in found:
        if one.qty != 0:
            require_sound(one)
    return found
