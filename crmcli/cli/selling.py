"""What commands on orders, invoices and payments share: one undoable step, numbers as typed, documents as files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from crmcli.cli import options
from crmcli.cli.session import Session, say, standard_output
from crmcli.cli.typed import parse_amount
from crmcli.errors import UsageError
from crmcli.language import gettext as _

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from decimal import Decimal

    from crmcli.documents.stored import Facts

T = TypeVar("T")
OnOption = Annotated[str | None, typer.Option("--on", metavar="DATE", help=_("its day; today unless said"))]
LinesOption = Annotated[
    list[str] | None,
    typer.Option("--line", metavar="N:QTY", help=_("so much of line N; N alone takes all of it; can be repeated")),
]
LanguageOption = Annotated[
    str | None, typer.Option("--language", metavar="en|ru", help=_("of the document; the program's unless said"))
]


def day_of(text: str | None, state: Session) -> dt.date:
    """A day as typed, today without one."""
    return options.parse_day(text) if text else state.today


def parse_lines(words: Sequence[str] | None) -> dict[int, Decimal | None]:
    """Lines as typed, N:QTY or N (None: all of it).

    Raises:
        UsageError: Neither, or a line twice.
    """
    found: dict[int, Decimal | None] = {}
    for word in words or ():
        head, colon, tail = word.partition(":")
        if not head.strip().isascii() or not head.strip().isdigit():
            raise UsageError(_("%(word)s is no line") % {"word": repr(word)}, _("Say it as --line 2:5, five of line 2"))
        number = int(head)
        if number in found:
            raise UsageError(_("line %(number)s is named twice") % {"number": number})
        found[number] = parse_amount(tail, "--line") if colon else None
    return found


def put_document(content: bytes, format: str, output: str | None) -> None:
    """A rendered document into a file, or to standard output.

    Raises:
        UsageError: A PDF or workbook for a terminal.
    """
    import sys

    from crmcli.output.destination import speaking

    if output and output != "-":
        write_document(content, output)
        say(_("Written: %(file)s") % {"file": output})
        return
    if format in ("pdf", "xlsx") and sys.stdout is not None and sys.stdout.isatty():
        raise UsageError(_("%(format)s is no text for a terminal") % {"format": format}, "--output FILE")
    with speaking(standard_output()) as stream:
        stream.write(content)


def tell_codeless(facts: Facts) -> None:
    """Say on stderr why a document that asks for money bears no payment code."""
    from crmcli.documents.facts import Offer
    from crmcli.documents.payment_code import missing_for

    if isinstance(facts, Offer) and (why := missing_for(facts)):
        say(why)


def write_document(content: bytes, output: str) -> None:
    """A rendered document into a file, without a word."""
    from crmcli.output.destination import replacing

    with replacing(output) as path:
        path.write_bytes(content)


def document_format(format: str | None, output: str | None, *, otherwise: str) -> str:
    """The format of a document: as said, else by the ending of the file, else `otherwise`.

    Raises:
        UsageError: None for documents.
    """
    from crmcli.documents.render import FORMATS

    ending = output.rpartition(".")[2].lower() if output and "." in output else ""
    ending = {"htm": "html"}.get(ending, ending)
    chosen = format or (ending if ending in FORMATS else None)
    if chosen is None and ending and output != "-":
        raise UsageError(
            _("no format is known for the ending of %(file)s") % {"file": output},
            _("one of: %(formats)s") % {"formats": ", ".join(FORMATS)},
        )
    chosen = (chosen or otherwise).lower()
    if chosen not in FORMATS:
        raise UsageError(
            _("there is no format %(name)s for documents") % {"name": chosen},
            _("one of: %(formats)s") % {"formats": ", ".join(FORMATS)},
        )
    return chosen


def settled_language(word: str | None) -> str:
    """The language of a document: as said, else the program's.

    Raises:
        UsageError: Neither English nor Russian.
    """
    from crmcli.language import LANGUAGES, current

    if word is not None and word not in LANGUAGES:
        raise UsageError(_("there is no language %(name)s") % {"name": repr(word)}, ", ".join(LANGUAGES))
    return word or current()
