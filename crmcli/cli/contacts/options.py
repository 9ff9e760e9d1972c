"""Options of commands on contacts: one for every column of the book."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crmcli.cli import options
from crmcli.cli.typed import amount
from crmcli.errors import NotFoundError, UsageError
from crmcli.language import gettext as _
from crmcli.language import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb

CustomerArgument = Annotated[
    str, typer.Argument(metavar="CUSTOMER", help=_("code, tax id, e-mail or name, or a part of it"))
]
CodeOption = Annotated[str | None, typer.Option("--code", metavar="CODE", help=_("the next free one unless said"))]
KindOption = Annotated[str | None, typer.Option("--kind", metavar="WORD", help=_("company or person"))]
RoleOption = Annotated[
    str | None,
    typer.Option("--role", metavar="WORD", help=_("customer, prospect, partner, dealer, supplier or competitor")),
]
TaxIdOption = Annotated[str | None, typer.Option("--tax-id", metavar="N", help=_("tax number"))]
EmailOption = Annotated[str | None, typer.Option("--email", metavar="ADDRESS", help=_("e-mail address"))]
PhoneOption = Annotated[str | None, typer.Option("--phone", metavar="N", help=_("phone, spelled as you like"))]
WebsiteOption = Annotated[str | None, typer.Option("--website", metavar="URL", help=_("page on the web"))]
AddressOption = Annotated[str | None, typer.Option("--address", metavar="TEXT", help=_("street and house"))]
CityOption = Annotated[str | None, typer.Option("--city", metavar="TEXT", help=_("town"))]
RegionOption = Annotated[str | None, typer.Option("--region", metavar="TEXT", help=_("region"))]
CountryOption = Annotated[str | None, typer.Option("--country", metavar="TEXT", help=_("country"))]
IndustryOption = Annotated[str | None, typer.Option("--industry", metavar="TEXT", help=_("line of business"))]
GroupOption = Annotated[str | None, typer.Option("--group", metavar="TEXT", help=_("group of customers"))]
SourceOption = Annotated[str | None, typer.Option("--source", metavar="TEXT", help=_("where the contact came from"))]
ChannelOption = Annotated[str | None, typer.Option("--channel", metavar="TEXT", help=_("channel it buys through"))]
ManagerOption = Annotated[str | None, typer.Option("--manager", metavar="CODE", help=_("who looks after it"))]
PriceListOption = Annotated[str | None, typer.Option("--price-list", metavar="NAME", help=_("price list it has"))]
TermsOption = Annotated[
    str | None, typer.Option("--payment-terms-days", metavar="N", help=_("days it may pay after the invoice"))
]
LimitOption = Annotated[str | None, typer.Option("--credit-limit", metavar="N", help=_("most it may owe"))]
MailOption = Annotated[
    str | None, typer.Option("--consent-mail", metavar="yes|no", help=_("whether it agreed to mail"))
]
CallOption = Annotated[
    str | None, typer.Option("--consent-call", metavar="yes|no", help=_("whether it agreed to calls"))
]
CreatedOption = Annotated[str | None, typer.Option("--created-on", metavar="DATE", help=_("known since"))]
NoteOption = Annotated[str | None, typer.Option("--note", metavar="TEXT", help=_("anything else"))]
FieldOption = Annotated[
    list[str] | None,
    typer.Option("--field", metavar="NAME=VALUE", help=_("a field of your own; can be repeated")),
]
PositionOption = Annotated[str | None, typer.Option("--position", metavar="TEXT", help=_("what they do there"))]
PrimaryOption = Annotated[bool | None, typer.Option("--primary/--not-primary", help=_("the one to turn to first"))]
NewNameOption = Annotated[str | None, typer.Option("--name", metavar="TEXT", help=_("another name"))]
ClearOption = Annotated[
    list[str] | None, typer.Option("--clear", metavar="FIELD", help=_("empty this field; can be repeated"))
]
# Columns that are texts as typed; tags and fields of the owner's own go their own ways.
_COLUMNS = (
    "code", "name", "kind", "role", "tax_id", "email", "phone", "website", "address", "city", "region", "country", "industry",
    "group", "source", "channel", "manager", "price_list", "payment_terms_days", "credit_limit", "consent_mail",
    "consent_call", "created_on", "note", "position",
)  # fmt: skip


def typed_cells(given: Mapping[str, Any]) -> dict[str, str]:
    """Options as typed → cells that intake reads: dates as ISO, numbers with a point.

    Args:
        given: By name; what is no column of a contact or person, or was not said, is left out.

    Raises:
        UsageError: No date, or no number.
    """
    cells = {column: given[column].strip() for column in _COLUMNS if given.get(column) is not None}
    if cells.get("created_on"):
        cells["created_on"] = options.parse_day(cells["created_on"]).isoformat()
    for column in ("credit_limit", "payment_terms_days"):
        if cells.get(column):
            number = amount(cells[column], f"--{column.replace('_', '-')}")
            if number is not None and number < 0:
                raise UsageError(_("%(name)s cannot be below zero") % {"name": f"--{column.replace('_', '-')}"})
            cells[column] = format(number.normalize(), "f") if number is not None else ""
    return cells


def own_fields(words: Sequence[str] | None) -> dict[str, str]:
    """Fields of the owner's own as typed, NAME=VALUE.

    Raises:
        UsageError: No "=" in it, or a field twice.
    """
    found: dict[str, str] = {}
    for word in words or ():
        name, equals, value = word.partition("=")
        if not equals or not name.strip():
            raise UsageError(_("%(word)s is no field") % {"word": repr(word)}, _("Say it as --field 'Season=summer'"))
        if name.strip() in found:
            raise UsageError(_("%(column)s is given twice") % {"column": name.strip()})
        found[name.strip()] = value.strip()
    return found


def split_tags(text: str | None) -> list[str]:
    """Tags as they are kept, one by one."""
    return [tag.strip() for tag in re.split(r"[,;|]", text or "") if tag.strip()]


def retagged(text: str | None, more: Sequence[str] | None, fewer: Sequence[str] | None) -> str:
    """Tags with some more and some fewer, each once in any letter case.

    Raises:
        NotFoundError: A tag to take off that is not there.
    """
    tags = split_tags(text)
    for gone in (one for word in fewer or () for one in split_tags(word)):
        kept = [tag for tag in tags if tag.casefold() != gone.casefold()]
        if len(kept) == len(tags):
            hint = nearest(gone, tags) or (", ".join(tags) or None)
            raise NotFoundError(_("there is no tag %(tag)s here") % {"tag": repr(gone)}, hint)
        tags = kept
    for tag in (one for word in more or () for one in split_tags(word)):
        if tag.casefold() not in {one.casefold() for one in tags}:
            tags.append(tag)
    return ", ".join(tags)


def manager_code(con: duckdb.DuckDBPyConnection, word: str) -> str:
    """The code of the manager whom a code or a name means.

    Raises:
        NotFoundError, ConflictError: There is none, or several.
    """
    from crmcli.store.managers.managers import find_manager

    return find_manager(con, word)[1].code
