"""What commands on answers share: options, who acts, when, and texts from files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.errors import NotFoundError, UsageError
from crmcli.language import gettext as _

if TYPE_CHECKING:
    import datetime as dt

    import duckdb

    from crmcli.cli.session import Session
    from crmcli.store.answers.writing import Writing

AnswerArgument = Annotated[str, typer.Argument(metavar="NO", help=_("its number, such as A-0012 or 12"))]
ByOption = Annotated[
    str | None,
    typer.Option("--by", metavar="MANAGER", help=_("who does it, code or name; you (setting me) unless said")),
]
AtOption = Annotated[
    str, typer.Option("--at", metavar="MOMENT", help=_("'2026-11-20 14:30', 14:30, yesterday, -2h or now"))
]
ApprovedOption = Annotated[bool, typer.Option("--approved", help=_("in force at once"))]
AnywayOption = Annotated[bool, typer.Option("--anyway", help=_("also where nearly the same question is there"))]
LanguageOption = Annotated[
    str | None, typer.Option("--language", metavar="CODE", help=_("language of the answer, such as en or ru"))
]
TagOption = Annotated[list[str] | None, typer.Option("--tag", metavar="WORD", help=_("a tag; can be repeated"))]
TextOption = Annotated[str | None, typer.Option("--text", metavar="TEXT", help=_("the text itself"))]
FileOption = Annotated[
    str | None, typer.Option("--file", metavar="FILE", help=_("a file with the text; - for standard input"))
]


def moment_at(text: str, state: Session) -> dt.datetime:
    """When, as typed.

    Raises:
        UsageError: No moment, or one to come.
    """
    from crmcli.rules.contacts.touching import moment_of

    return moment_of(text, state.now)


def known_at(text: str, con: duckdb.DuckDBPyConnection, state: Session) -> dt.datetime:
    """The end of the day that --as-of names; answers live where no fact was taken in for long, so nothing is remarked on."""
    import datetime as dt

    from crmcli.cli import options

    day = state.today if text == "today" else options.settle_day(text, con, state)
    return dt.datetime.combine(day, dt.time.max)


def who(con: duckdb.DuckDBPyConnection, word: str | None) -> int | None:
    """The id of the manager a word names, else of the setting me; None where neither says.

    Raises:
        NotFoundError, ConflictError: A word that means nobody, or several.
    """
    from crmcli.settings import chosen
    from crmcli.store.managers.managers import find_manager

    named = word or chosen("me")
    return find_manager(con, named)[0] if named else None


def writing_of(con: duckdb.DuckDBPyConnection, at: dt.datetime, by: str | None, *, approved: bool) -> Writing:
    """Who writes, when, and whether it is in force at once."""
    from crmcli.store.answers.writing import Writing

    return Writing(at, who(con, by), approved)


def typed_text(text: str | None, file: str | None) -> str | None:
    """The text as typed, or of a file; None where neither is said.

    Raises:
        UsageError: Both are.
        NotFoundError: The file cannot be read.
    """
    if text is not None and file is not None:
        raise UsageError(_("say either --text or --file"))
    return read_text(file) if file is not None else text


def read_text(file: str) -> str:
    """The text of a file in UTF-8 (or the old Russian encoding), or of standard input.

    Raises:
        NotFoundError: It cannot be read.
        UsageError: It is no text.
    """
    import sys
    from pathlib import Path

    try:
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise NotFoundError(_("%(file)s cannot be read: %(reason)s") % {"file": file, "reason": reason}) from None
    for encoding in ("utf-8-sig", "cp1251"):
        try:
            decoded = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in decoded:
            return decoded
    raise UsageError(_("%(file)s is no text file") % {"file": file})
