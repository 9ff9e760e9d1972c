"""Options that the commands of `import` share: what the owner says about a file."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.language import gettext as _

FilesArgument = Annotated[
    list[str],
    typer.Argument(metavar="FILE...", help=_("files, patterns such as '2026-*.csv', or - for standard input")),
]
AsOption = Annotated[
    str | None,
    typer.Option(
        "--as",
        metavar="ENTITY",
        help=_(
            "contacts, people, managers, products, orders, invoices, payments, tickets, interactions, opportunities, competitor_prices, cost_activities, categories, product_costs, product_packs, product_options or price_rules"
        ),
    ),
]
MapOption = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="THEIRS=OURS",
        help=_("their heading=our column; 'A+B=column' joins, 'A=column*100' multiplies, 'A=-' leaves out"),
    ),
]
SetOption = Annotated[
    list[str] | None, typer.Option("--set", metavar="COLUMN=VALUE", help=_("the same value for every row"))
]
ValueOption = Annotated[
    list[str] | None,
    typer.Option(
        "--value", metavar="COLUMN:THEIRS=OURS", help=_("what a word of theirs means, as status:Resolved=completed")
    ),
]
ProfileOption = Annotated[
    str | None, typer.Option("--profile", metavar="FILE.toml", help=_("rules saved with --save-profile"))
]
EncodingOption = Annotated[
    str | None, typer.Option("--encoding", metavar="NAME", help=_("such as cp1251; found out unless told"))
]
DelimiterOption = Annotated[
    str | None, typer.Option("--delimiter", metavar="CHAR", help=_("such as ';' or tab; found out unless told"))
]
DecimalOption = Annotated[
    str | None, typer.Option("--decimal", metavar=".|,", help=_("the decimal mark; found out unless told"))
]
DatesOption = Annotated[
    str | None, typer.Option("--dates", metavar="dmy|mdy|ymd", help=_("the order of dates; found out unless told"))
]
SheetOption = Annotated[
    str | None, typer.Option("--sheet", metavar="NAME|N", help=_("one sheet of a workbook; '*' for all"))
]
HeaderOption = Annotated[
    int | None,
    typer.Option(
        "--header-row", metavar="N", min=0, help=_("the row of the headings, 0 for none; found out unless told")
    ),
]
LatestByOption = Annotated[
    str | None,
    typer.Option(
        "--latest-by",
        metavar="HEADING",
        help=_("an event log: of rows with one key the one with the highest value here stands"),
    ),
]
KeepOption = Annotated[
    list[str] | None,
    typer.Option(
        "--keep",
        metavar="COLUMN=max|min|first|last",
        help=_("of an event log: what stands in a column instead of the latest value"),
    ),
]
MissingOption = Annotated[
    list[str] | None,
    typer.Option("--missing", metavar="TEXT", help=_("a text that means nothing is there, such as '?'")),
]
