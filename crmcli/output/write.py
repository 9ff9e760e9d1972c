"""The one door for answers: chooses the format and the place, and writes."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from crmcli.errors import UsageError
from crmcli.language import current
from crmcli.language import gettext as _
from crmcli.output.destination import blaming, replacing, speaking
from crmcli.output.manner import Manner, Writer, WriterTogether
from crmcli.output.screen import Screen, look

if TYPE_CHECKING:
    from crmcli.table import Table

# Format → where its writer is; loaded when asked for, so that a CSV report never loads a spreadsheet writer.
WRITERS = {
    "table": "crmcli.output.terminal:write_table",
    "csv": "crmcli.output.separated:write_csv",
    "tsv": "crmcli.output.separated:write_tsv",
    "json": "crmcli.output.json_text:write_json",
    "jsonl": "crmcli.output.json_text:write_jsonl",
    "md": "crmcli.output.markdown:write_markdown",
    "html": "crmcli.output.page.write:write_page",
    "xlsx": "crmcli.output.workbook:write_workbook",
    "parquet": "crmcli.output.parquet:write_parquet",
}

# The formats that hold several tables → where their writer is.
TOGETHER = {
    "table": "crmcli.output.terminal:write_tables",
    "md": "crmcli.output.markdown:write_tables",
    "json": "crmcli.output.json_text:write_tables",
    "html": "crmcli.output.page.write:write_pages",
    "xlsx": "crmcli.output.workbook:write_workbooks",
}

_ENDINGS = {
    **{f".{name}": name for name in WRITERS if name != "table"},
    ".txt": "table",
    ".ndjson": "jsonl",
    ".htm": "html",
}
_BINARY = frozenset({"xlsx", "parquet"})
FOR_PEOPLE = frozenset({"table", "md", "xlsx", "html"})  # these show the tables beside the answer, too
ROWS_ALONE = frozenset({"csv", "tsv", "jsonl", "parquet"})  # these show neither headline nor notes nor totals
_DIRECT = frozenset({"csv", "tsv", "jsonl", "parquet"})  # the database may write these itself
STANDARD_OUTPUT = "-"


def write(  # each is an option of every report
    table: Table,
    *,
    format: str | None,  # the option's name
    output: str | None,
    stdout: BinaryIO | None,
    excel_safe: bool = False,
    language: str | None = None,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Write an answer.

    Args:
        table: The answer.
        format: A key of WRITERS; None: by the ending of `output`, else "table".
        output: A file to make or replace; None or "-": standard output.
        stdout: Standard output as bytes; None when it is closed.
        excel_safe: Guard the texts of CSV and TSV that a spreadsheet would run.
        language: Of formats for people; None: the settled one.
        environment: Variables that decide on width and colour, instead of the process's own.

    Raises:
        UsageError: No such format, none known for the ending, or bytes for a terminal.
        CrmError: The place cannot be written to.
    """
    chosen = chosen_format(format, output)
    manner = Manner(language=language or current(), excel_safe=excel_safe)
    if output is not None and output != STANDARD_OUTPUT:
        with replacing(output) as path:
            _write_file(table, chosen, path, manner)
        return
    _refuse_terminal(chosen, stdout)
    _write_stdout(table, chosen, stdout, manner, environment)


def write_tables(
    tables: Sequence[Table],
    *,
    title: str | None,
    format: str | None,
    output: str | None,
    stdout: BinaryIO | None,
    language: str | None = None,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Write several tables as one answer: one page, one workbook, one text, one JSON object by table name.

    Args:
        tables: In order.
        title: Heading of the whole, in the owner's language; None: the first table's own will do.
        format: A key of TOGETHER; None: by the ending of `output`, else "table".
        output: A file to make or replace; None or "-": standard output.
        stdout: Standard output as bytes; None when it is closed.
        language: Of formats for people; None: the settled one.
        environment: Variables that decide on width and colour, instead of the process's own.

    Raises:
        UsageError: The format holds one table only, there is no such format, or bytes for a terminal.
        CrmError: The place cannot be written to.
    """
    chosen = chosen_format(format, output)
    if chosen not in TOGETHER:
        sentence = _("Several tables cannot be one %(format)s file") % {"format": chosen}
        raise UsageError(sentence, _("Formats: %(formats)s") % {"formats": ", ".join(TOGETHER)})
    manner = Manner(language=language or current())
    if output is not None and output != STANDARD_OUTPUT:
        with replacing(output) as path, path.open("wb") as sink:
            _writer_together(chosen)(tables, sink, manner, title)
        return
    _refuse_terminal(chosen, stdout)
    with speaking(stdout) as sink:
        screen = look(sink, environment) if chosen == "table" else Screen()
        _writer_together(chosen)(tables, sink, Manner(manner.language, screen=screen), title)


def chosen_format(name: str | None, output: str | None) -> str:
    """The format asked for, else the one the file's ending tells, else the table for people."""
    if name is not None:
        if name in WRITERS:
            return name
        sentence = _("there is no format %(format)s") % {"format": repr(name)}
        raise UsageError(sentence, _("choose one of: %(choices)s") % {"choices": ", ".join(WRITERS)})
    if output is None or output == STANDARD_OUTPUT:
        return "table"
    ending = Path(output).suffix.lower()
    if ending not in _ENDINGS:
        sentence = _("the ending of %(file)s names no format") % {"file": output}
        raise UsageError(sentence, _("say --format, one of: %(choices)s") % {"choices": ", ".join(WRITERS)})
    return _ENDINGS[ending]


def _write_stdout(
    table: Table, chosen: str, stdout: BinaryIO | None, manner: Manner, environment: Mapping[str, str] | None
) -> None:
    """Text goes out at once; what must lie in a file first, or already does, is copied."""
    if chosen not in _DIRECT and chosen not in _BINARY:
        with speaking(stdout) as sink:
            screen = look(sink, environment) if chosen == "table" else Screen()
            _writer(chosen)(table, sink, Manner(manner.language, manner.excel_safe, screen))
        return
    with tempfile.TemporaryDirectory(prefix="crmcli-") as room:
        path = Path(room) / "file"
        with blaming(room):
            direct = _write_direct(table, chosen, path, manner)
            if not direct and chosen in _BINARY:
                _write_file(table, chosen, path, manner)
        with speaking(stdout) as sink:
            if path.exists():
                with path.open("rb") as file:
                    shutil.copyfileobj(file, sink)
            else:
                _writer(chosen)(table, sink, manner)


def _write_file(table: Table, chosen: str, path: Path, manner: Manner) -> None:
    if _write_direct(table, chosen, path, manner):
        return
    with path.open("wb") as sink:
        _writer(chosen)(table, sink, manner)


def _write_direct(table: Table, chosen: str, path: Path, manner: Manner) -> bool:
    """Let the rows write themselves, where they and the format can."""
    return chosen in _DIRECT and not manner.excel_safe and table.rows.write(path, chosen)


def _refuse_terminal(chosen: str, stdout: BinaryIO | None) -> None:
    if chosen in _BINARY and stdout is not None and stdout.isatty():
        raise UsageError(_("%(format)s is not for a terminal") % {"format": chosen}, _("name a file with --output"))


def _writer(chosen: str) -> Writer:
    return cast("Writer", _found(WRITERS[chosen]))


def _writer_together(chosen: str) -> WriterTogether:
    return cast("WriterTogether", _found(TOGETHER[chosen]))


def _found(place: str) -> object:
    """The function that "module:name" means."""
    module, name = place.split(":")
    return getattr(import_module(module), name)
