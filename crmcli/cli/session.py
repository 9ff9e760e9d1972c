"""What every command of one run shares: settings, the store, the day, and where to speak."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, BinaryIO

from crmcli.errors import UsageError
from crmcli.language import gettext as _
from crmcli.settings import Settings

if TYPE_CHECKING:
    import duckdb
    import typer

    from crmcli.table import Table


@dataclass(frozen=True, slots=True)
class Session:
    """One run of the program.

    Args:
        settings: Settled settings.
        now: The moment the run began, naive local time.
        command: The command line as typed, for the journal.
    """

    settings: Settings
    now: datetime
    command: str

    @property
    def today(self) -> date:
        """The day of the run."""
        return self.now.date()

    @contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The store, to read."""
        from crmcli.store.connection import open_to_read

        with open_to_read(self.settings.db, wait=self.settings.wait) as con:
            yield con

    @contextmanager
    def writing(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The store, to write; the only writer."""
        from crmcli.store.connection import open_to_write

        with open_to_write(self.settings.db, wait=self.settings.wait) as con:
            yield con


def session(context: typer.Context) -> Session:
    """The session a command runs in."""
    found = context.find_object(Session)
    assert found is not None
    return found


def moment(environ: dict[str, str] | os._Environ[str] = os.environ) -> datetime:
    """Now; or the day CRMCLI_TODAY names, so that a run can be repeated to the letter.

    Raises:
        UsageError: CRMCLI_TODAY is no date.
    """
    told = environ.get("CRMCLI_TODAY")
    if not told:
        return datetime.now().replace(microsecond=0)  # noqa: DTZ005  the owner's clock
    try:
        return datetime.fromisoformat(told)
    except ValueError:
        raise UsageError(_("CRMCLI_TODAY: %(value)s is no date") % {"value": told}, "2026-01-31") from None


def say(message: str) -> None:
    """One line on stderr; control characters made visible, a closed or narrow stderr survived."""
    from crmcli.output.visible import safe

    if sys.stderr is None or sys.stderr.closed:
        return
    encoding = sys.stderr.encoding or "utf-8"
    line = safe(message).encode(encoding, "replace").decode(encoding)
    try:
        sys.stderr.write(line + "\n")
    except OSError:
        return


def show(table: Table, *, format: str | None = None, output: str | None = None, excel_safe: bool = False) -> None:
    """An answer to standard output or into a file."""
    from crmcli.output.write import write

    write(table, format=format, output=output, stdout=standard_output(), excel_safe=excel_safe)


def put_text(text: str) -> None:
    """Lines of a text on standard output; what would act on a terminal, but for tabs, is spelled out."""
    from crmcli.output.destination import speaking
    from crmcli.output.visible import safe

    lines = "\n".join("\t".join(safe(piece) for piece in line.split("\t")) for line in text.split("\n"))
    with speaking(standard_output()) as stream:
        stream.write((lines + "\n").encode("utf-8", "replace"))


def show_on_stderr(table: Table) -> None:
    """A table that belongs to the talk, not to the data."""
    from crmcli.output.write import write

    stream = _bytes(sys.stderr)
    if stream is not None:
        write(table, format="table", output=None, stdout=stream)


def standard_output() -> BinaryIO | None:
    """Standard output as bytes; None when it is closed."""
    return _bytes(sys.stdout)


def _bytes(stream: object) -> BinaryIO | None:
    if stream is None or getattr(stream, "closed", False):
        return None
    buffer: BinaryIO | None = getattr(stream, "buffer", None)
    return buffer
