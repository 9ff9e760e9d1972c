"""What commands on answers share: options, the day looked from, who writes, and texts from files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.typed import manager_of, read_text
from crmcli.errors import UsageError
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
ApprovedOption = Annotated[bool, typer.Option("--approved", help=_("in force at once"))]
AnywayOption = Annotated[bool, typer.Option("--anyway", help=_("also where nearly the same question is there"))]
LanguageOption = Annotated[
    str | None, typer.Option("--language", metavar="CODE", help=_("language of the answer, such as en or ru"))
]
TextOption = Annotated[str | None, typer.Option("--text", metavar="TEXT", help=_("the text itself"))]
FileOption = Annotated[
    str | None, typer.Option("--file", metavar="FILE", help=_("a file with the text; - for standard input"))
]


def known_at(text: str, con: duckdb.DuckDBPyConnection, state: Session) -> dt.datetime:
    """The end of the day that --as-of names."""
    import datetime as dt

    return dt.datetime.combine(options.settled_day(text, con, state), dt.time.max)


def writing_of(con: duckdb.DuckDBPyConnection, at: dt.datetime, by: str | None, *, approved: bool) -> Writing:
    """Who writes, when, and whether it is in force at once."""
    from crmcli.store.answers.writing import Writing

    return Writing(at, manager_of(con, by), approved)


def typed_text(text: str | None, file: str | None) -> str | None:
    """The text as typed, or of a file; None where neither is said.

    Raises:
        UsageError: Both are, or the file cannot be read.
        NotFoundError: There is no such file.
    """
    if text is not None and file is not None:
        raise UsageError(_("say either --text or --file"))
    return read_text(file) if file is not None else text
