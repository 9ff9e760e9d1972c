"""Options many commands share, and the only place that knows today."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crmcli.cli.session import Session, say
from crmcli.errors import UsageError
from crmcli.language import gettext as _
from crmcli.language import ngettext
from crmcli.numbers import cell
from crmcli.table import Kind

if TYPE_CHECKING:
    import duckdb

# Facts older than this are worth a word when a report looks at them from today.
STALE_DAYS = 45
FORMATS = "table, csv, tsv, json, jsonl, md, html, xlsx, parquet"

FormatOption = Annotated[
    str | None, typer.Option("--format", "-f", metavar="FORMAT", help=_("one of: %(formats)s") % {"formats": FORMATS})
]
PageFormatOption = Annotated[  # of what is a table, and a page besides
    str | None,
    typer.Option("--format", "-f", metavar="FORMAT", help=_("one of: %(formats)s") % {"formats": f"{FORMATS}, pdf"}),
]
OutputOption = Annotated[
    str | None, typer.Option("--output", "-o", metavar="FILE", help=_("write to FILE; its ending tells the format"))
]
AsOfOption = Annotated[
    str,
    typer.Option("--as-of", metavar="DATE", help=_("a past day, 'today', or 'latest' for the last fact in the store")),
]
LimitOption = Annotated[
    int | None,
    typer.Option("--limit", "-n", min=1, metavar="N", help=_("show the first N rows; totals still cover all")),
]
SortOption = Annotated[
    list[str] | None,
    typer.Option("--sort", metavar="COLUMN", help=_("order by COLUMN; -COLUMN for descending; can be repeated")),
]
WhereOption = Annotated[
    list[str] | None,
    typer.Option(
        "--where",
        metavar="CONDITION",
        help=_("only rows where, say, 'revenue>10000' or 'group in (champion, loyal)'; can be repeated"),
    ),
]
CustomerOption = Annotated[
    str | None,
    typer.Option("--customer", "-c", metavar="CUSTOMER", help=_("only this one's: code, name, tax id or e-mail")),
]
TagOption = Annotated[list[str] | None, typer.Option("--tag", metavar="WORD", help=_("a tag; can be repeated"))]
AtOption = Annotated[
    str, typer.Option("--at", metavar="MOMENT", help=_("'2026-11-20 14:30', 14:30, yesterday, -2h or now"))
]
MinutesOption = Annotated[str | None, typer.Option("--minutes", metavar="N", help=_("how long it took"))]
ExcelSafeOption = Annotated[
    bool, typer.Option("--excel-safe", help=_("guard texts in CSV and TSV that a spreadsheet would run"))
]


def parse_day(text: str) -> date:
    """A date as people write it: 2025-12-31 or 31.12.2025.

    Raises:
        UsageError: it is neither.
    """
    try:
        if found := re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text.strip()):
            return date(int(found[3]), int(found[2]), int(found[1]))
        return date.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(_("%(text)s is no date") % {"text": text}, _("Say it as 2025-12-31 or 31.12.2025")) from None


def settle_day(text: str, con: duckdb.DuckDBPyConnection, session: Session) -> date:
    """The day a report looks from.

    Raises:
        UsageError: no date, or 'latest' of an empty store.
    """
    if text not in ("today", "latest"):
        return parse_day(text)
    latest = _latest(con, session.today)
    if text == "latest":
        if latest is None:
            raise UsageError(_("The store holds no dated fact yet"), _("Take something in: crmcli import run FILE"))
        return latest
    if latest is not None and (gap := (session.today - latest).days) > STALE_DAYS:
        say(
            ngettext(
                "The last fact in the store is of %(latest)s, %(gap)s day ago; to look from there: --as-of latest",
                "The last fact in the store is of %(latest)s, %(gap)s days ago; to look from there: --as-of latest",
                gap,
            )
            % {"latest": cell(latest, Kind.DATE), "gap": gap}
        )
    return session.today


def settled_day(text: str, con: duckdb.DuckDBPyConnection, session: Session) -> date:
    """The day of the look as `settle_day`; for what lives on where no fact was taken in for long, so today is not remarked on.

    Raises:
        UsageError: as `settle_day`.
    """
    return session.today if text == "today" else settle_day(text, con, session)


def _latest(con: duckdb.DuckDBPyConnection, today: date) -> date | None:
    found: list[Any] = con.execute(
        "SELECT max(d) FROM (SELECT max(ordered_on) AS d FROM orders WHERE ordered_on <= $today "
        "UNION ALL SELECT max(issued_on) FROM invoices WHERE issued_on <= $today "
        "UNION ALL SELECT max(paid_on) FROM payments WHERE paid_on <= $today "
        "UNION ALL SELECT max(opened_at)::DATE FROM tickets WHERE opened_at::DATE <= $today "
        "UNION ALL SELECT max(opened_on) FROM opportunities WHERE opened_on <= $today "
        "UNION ALL SELECT max(closed_on) FROM opportunities WHERE closed_on <= $today "
        "UNION ALL SELECT max(moved_on) FROM deal_moves WHERE moved_on <= $today "
        'UNION ALL SELECT max("at")::DATE FROM interactions WHERE "at"::DATE <= $today)',
        {"today": today},
    ).fetchall()
    return found[0][0] if found else None


def currency(con: duckdb.DuckDBPyConnection) -> str:
    """The store's base currency."""
    found = con.execute("SELECT value FROM meta.settings WHERE key = 'base_currency'").fetchall()
    return str(found[0][0]) if found else ""
