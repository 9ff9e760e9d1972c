"""What commands that print a briefing share: the owner's firm, logo and templates, and the place it goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from crmcli.language import current

if TYPE_CHECKING:
    import duckdb

    from crmcli.documents.briefings.facts import Briefing

PAPERS = ("pdf", "html", "md")  # formats that are the page


def put_briefing(
    con: duckdb.DuckDBPyConnection, briefing: Briefing, format: str, output: str | None, *, is_told: bool = True
) -> None:
    """A briefing into a file, or to standard output, with the owner's name, logo and templates.

    Args:
        con: An open store.
        briefing: What it says.
        format: One of PAPERS.
        output: A file; None or "-": standard output.
        is_told: Whether the file is named on stderr.

    Raises:
        UsageError: A PDF for a terminal.
    """
    from crmcli.cli.selling import put_document, write_document
    from crmcli.documents.briefings.render import render_briefing
    from crmcli.documents.seller import load_seller, own_parts

    firm = load_seller(con, current()).party.name
    content = render_briefing(replace(briefing, made_for=firm), format, parts=own_parts(con))
    if is_told or output is None:
        put_document(content, format, output)
    else:
        write_document(content, output)


def paper_of(format: str | None, output: str | None) -> str | None:
    """The format of a page that is asked for by name or by the ending of the file; None: none of them."""
    ending = output.rpartition(".")[2].lower() if output and "." in output else ""
    chosen = (format or ending).lower()
    chosen = {"htm": "html"}.get(chosen, chosen)
    return chosen if chosen in PAPERS else None


def file_names(codes: Sequence[str]) -> list[str]:
    """Names of files by codes, safe on every system and all different, without an ending."""
    taken: set[str] = set()
    names = []
    for code in codes:
        plain = "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in code).strip("._") or "_"
        name, place = plain[:80], 1
        while name.casefold() in taken:
            place += 1
            name = f"{plain[:80]}_{place}"
        taken.add(name.casefold())
        names.append(name)
    return names
