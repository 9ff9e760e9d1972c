"""`crmcli keyaccount review`: one page about a customer, before a talk with them or about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.papers import PAPERS, file_names, put_briefing
from crmcli.cli.program import program
from crmcli.cli.session import say, session
from crmcli.errors import UsageError
from crmcli.language import gettext as _
from crmcli.language import ngettext

if TYPE_CHECKING:
    import datetime as dt

    import duckdb

    from crmcli.reports.keys.review import Around
    from crmcli.reports.lookup import Party

app = program()

_TABLES = ("table", "json", "xlsx")  # formats of its tables; the others are the page
_FORMATS = ", ".join((*_TABLES, *PAPERS))


@app.command(
    "review",
    help=_(
        "One page about a customer: value, trend, risk, orders, tickets, plan kept, what to offer, what to do next."
    ),
    epilog="crmcli keyaccount review 00056 --as-of 2026-06-30 --output review.pdf",
)
def review(
    context: typer.Context,
    customer: Annotated[
        str | None,
        typer.Argument(metavar="CUSTOMER", help=_("code, name, tax id or e-mail; need not be a key account")),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help=_("all key accounts, a file each into the folder of --output"))
    ] = False,
    as_of: options.AsOfOption = "today",
    format: Annotated[
        str | None,
        typer.Option("--format", "-f", metavar="FORMAT", help=_("one of: %(formats)s") % {"formats": _FORMATS}),
    ] = None,
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help=_("write to FILE; with --all, a folder"))
    ] = None,
) -> None:
    """One page about a customer."""
    from crmcli.reports.keys.review import look_around
    from crmcli.reports.lookup import find_party

    if (customer is None) == (not every):
        raise UsageError(_("say which customer, or --all for all key accounts"))
    chosen = _chosen(format, output, otherwise="pdf" if every else "table", is_folder=every)
    state = session(context)
    with state.reading() as con:
        day = options.settle_day(as_of, con, state)
        currency = options.currency(con)
        if customer is None:
            _review_all(con, day, currency, chosen, output)
            return
        party = find_party(con, customer)
        _put(con, party, look_around(con, as_of=day, currency=currency), chosen, output)


def _review_all(con: duckdb.DuckDBPyConnection, day: dt.date, currency: str, chosen: str, folder: str | None) -> None:
    """A file for every key account; nothing is written over one account by another."""
    from pathlib import Path

    from crmcli.reports.keys.review import key_parties, look_around

    if folder is None or folder == "-":
        raise UsageError(_("say the folder for the reviews"), "--all --output reviews")
    parties = key_parties(con, day)
    if not parties:
        say(_("There is no key account on %(day)s: nothing to write") % {"day": day.isoformat()})
        return
    target = Path(folder)
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(_("%(file)s cannot be written") % {"file": folder}, error.strerror or "") from error
    around = look_around(con, as_of=day, currency=currency)
    for party, name in zip(parties, file_names([party.code for party in parties]), strict=True):
        _put(con, party, around, chosen, str(target / f"review-{name}.{chosen}"), is_told=False)
    sentence = ngettext(
        "Written to %(folder)s: the review of %(count)s key account",
        "Written to %(folder)s: the reviews of %(count)s key accounts",
        len(parties),
    )
    say(sentence % {"folder": folder, "count": len(parties)})


def _put(
    con: duckdb.DuckDBPyConnection,
    party: Party,
    around: Around,
    chosen: str,
    output: str | None,
    *,
    is_told: bool = True,
) -> None:
    """The page about a customer, or its tables, where they are wanted."""
    from crmcli.cli.sheets import show_all
    from crmcli.reports.keys.review import review_of

    tables = review_of(con, party, around)
    if chosen in _TABLES:
        show_all(tables, format=chosen, output=output)
        return
    from crmcli.documents.briefings.review import review_briefing
    from crmcli.language import current

    briefing = review_briefing(tables, language=current(), as_of=around.as_of, currency=around.currency)
    put_briefing(con, briefing, chosen, output, is_told=is_told)


def _chosen(format: str | None, output: str | None, *, otherwise: str, is_folder: bool) -> str:
    """The format: as said, else by the ending of the file, else `otherwise`.

    Raises:
        UsageError: None of a review, or none that goes into files by itself.
    """
    ending = "" if is_folder or not output or "." not in output else output.rpartition(".")[2].lower()
    wanted = {"htm": "html", "txt": "table"}.get(ending, ending)
    chosen = (format or wanted or otherwise).lower()
    known = tuple(name for name in (*_TABLES, *PAPERS) if not (is_folder and name == "table"))
    if chosen not in known:
        raise UsageError(
            _("a review has no format %(name)s") % {"name": repr(chosen)},
            _("one of: %(formats)s") % {"formats": ", ".join(known)},
        )
    return chosen
