"""Words as typed turned into what they mean: numbers, days, moments, whom they name, texts of files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.cli import options
from crmcli.language import gettext as _

if TYPE_CHECKING:
    import datetime as dt
    from decimal import Decimal

    import duckdb

    from crmcli.cli.session import Session


def parse_amount(text: str, name: str) -> Decimal:
    """A number as typed, to at most four decimals.

    Raises:
        UsageError: No number, one with more decimals, or one too large to keep.
    """
    from crmcli.errors import UsageError
    from crmcli.reports.values import parse_number

    number = parse_number(text, name)
    if abs(number) >= 10**14 or number != round(number, 4):
        raise UsageError(_("%(name)s: at most four decimals and fourteen digits before them") % {"name": name})
    return number


def amount(text: str | None, name: str) -> Decimal | None:
    """A number as `parse_amount`, a percent sign behind it left out; None where nothing was typed or the text is empty.

    Raises:
        UsageError: As `parse_amount`.
    """
    return round(parse_amount(text.strip().removesuffix("%"), name), 4) if text else None


def day(text: str | None) -> dt.date | None:
    """A day as typed; None where nothing was typed or the text is empty.

    Raises:
        UsageError: It is no date.
    """
    return options.parse_day(text) if text else None


def moment(text: str, state: Session) -> dt.datetime:
    """A moment as typed.

    Raises:
        UsageError: It is none, or still to come.
    """
    from crmcli.rules.contacts.touching import moment_of

    return moment_of(text, state.now)


def tidy(text: str | None) -> str | None:
    """A text without spaces too many; None where nothing is left."""
    return " ".join(text.split()) or None if text else None


def customer_of(con: duckdb.DuckDBPyConnection, word: str | None) -> int | None:
    """The customer a word means; None where nothing was said.

    Raises:
        UsageError, NotFoundError, ConflictError: The word is blank, or means nobody, or several.
    """
    from crmcli.reports.lookup import find_party

    return find_party(con, word).id if word is not None else None


def manager_named(con: duckdb.DuckDBPyConnection, word: str | None) -> int | None:
    """The manager a word means; None where nothing was said.

    Raises:
        NotFoundError, ConflictError: The word means nobody, or several.
    """
    from crmcli.store.managers.managers import find_manager

    return find_manager(con, word)[0] if word is not None else None


def manager_of(con: duckdb.DuckDBPyConnection, word: str | None) -> int | None:
    """The manager a word means, else you (setting me), else nobody.

    Raises:
        NotFoundError, ConflictError: The word means nobody, or several.
    """
    from crmcli.settings import chosen

    return manager_named(con, word or chosen("me") or None)


def read_text(file: str) -> str:
    """The text of a file in UTF-8 (or the old Russian encoding), or for "-" of standard input.

    Raises:
        NotFoundError: There is none.
        UsageError: It cannot be read, or is no text.
    """
    import sys
    from pathlib import Path

    from crmcli.errors import NotFoundError, UsageError

    try:
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except (OSError, ValueError) as error:
        refusal = NotFoundError if isinstance(error, FileNotFoundError) else UsageError
        reason = getattr(error, "strerror", None) or str(error)
        raise refusal(_("%(file)s cannot be read: %(reason)s") % {"file": file, "reason": reason}) from None
    for encoding in ("utf-8-sig", "cp1251"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UsageError(_("%(file)s is no text file") % {"file": file})
