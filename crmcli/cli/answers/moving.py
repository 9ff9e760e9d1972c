"""`crmcli answer export|import`: the whole base as files that people edit, and back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.answers.options import (
    AnywayOption,
    ByOption,
    known_at,
    writing_of,
)
from crmcli.cli.keeping import DryRunOption, stepped, told
from crmcli.cli.program import program
from crmcli.cli.session import say, session, show
from crmcli.cli.typed import moment, read_text
from crmcli.errors import CrmError, NotFoundError, UsageError
from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.table import Column, Kind, ListRows, Table

if TYPE_CHECKING:
    from crmcli.rules.answers.exchange import Entry
    from crmcli.store.answers.importing import Taken
    from crmcli.store.journal import Writer

app = program()
_FORMATS = ("csv", "toml", "md")
_EXIT_REJECTED = 5
_TAKEN = (
    Column("place", N_("Place"), Kind.TEXT),
    Column("answer", N_("Answer"), Kind.CODE),
    Column("question", N_("Question"), Kind.TEXT),
    Column("result", N_("Result"), Kind.LEVEL,
           words=(N_("added"), N_("reworded"), N_("changed"), N_("approved"), N_("same"), N_("refused")), toned=False),
    Column("why", N_("Why"), Kind.TEXT),
)  # fmt: skip


@app.command("export", help=_("All answers as CSV, TOML, or a folder of Markdown files; answer import takes them back."),
             epilog="crmcli answer export --output answers.csv")  # fmt: skip
def export(
    context: typer.Context,
    format: Annotated[
        str | None, typer.Option("--format", "-f", metavar="csv|toml|md", help=_("md: a folder, one file an answer"))
    ] = None,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE|FOLDER", help=_("write there; its ending tells the format")),
    ] = None,
    as_of: options.AsOfOption = "today",
) -> None:
    """All answers as CSV, TOML, or a folder of Markdown files."""
    from crmcli.cli.selling import put_document, write_document
    from crmcli.reports.answers.exported import exported
    from crmcli.rules.answers.exchange import written_csv, written_markdown, written_toml

    state, chosen = session(context), _format(format, output)
    with state.reading() as con:
        entries, drafts = exported(con, known_at(as_of, con, state))
    if chosen == "md":
        folder = _folder(output)
        for place, one in enumerate(entries, 1):
            write_document(written_markdown(one).encode(), str(folder / _file_name(one, place)))
        say(_("Written: %(file)s") % {"file": output})
    else:
        put_document((written_csv if chosen == "csv" else written_toml)(entries).encode(), chosen, output)
    if drafts:
        words = {"count": drafts}
        say(ngettext("%(count)s newer draft is not in it", "%(count)s newer drafts are not in it", drafts) % words)


@app.command("import", help=_("Take answers in from CSV, TOML, a Markdown file or a folder of them; look with --dry-run first."),
             epilog="crmcli answer import answers.csv --approved")  # fmt: skip
def take_in(
    context: typer.Context,
    source: Annotated[str, typer.Argument(metavar="FILE|FOLDER", help=_("as answer export writes them"))],
    approved: Annotated[
        bool, typer.Option("--approved", help=_("in force at once, but those the file calls not approved"))
    ] = False,
    by: ByOption = None,
    at: options.AtOption = "now",
    anyway: AnywayOption = False,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Take answers in from files."""
    from crmcli.store.answers.importing import take_in as take

    state, entries = session(context), _entries(source)
    when = moment(at, state)

    def do(writer: Writer) -> list[Taken]:
        return take(writer, entries, writing_of(writer.con, when, by, approved=approved), anyway=anyway)

    taken, step = stepped(state, "answer", dry_run=dry_run, do=do)
    show(_taken_table(taken), format=format, output=output)
    if not approved and any(one.result in ("added", "reworded") for one in taken):
        say(_("New texts wait to be approved: crmcli answer approve NO…, or import with --approved"))
    told(step, dry_run=dry_run)
    if any(one.result == "refused" for one in taken):
        raise typer.Exit(_EXIT_REJECTED)


def _taken_table(taken: list[Taken]) -> Table:
    rows = [(one.place, one.answer_no, one.question, one.result, one.why) for one in taken]
    counts = [(word, sum(1 for one in taken if one.result == word)) for word in _TAKEN[3].words]
    headline = ", ".join(f"{_(word)}: {count}" for word, count in counts if count)
    return Table("answers_taken", _("Answers taken in"), _TAKEN, ListRows(rows), headline=f"{headline}." if headline else None,
                 empty=_("There is no answer in it."))  # fmt: skip


def _format(format: str | None, output: str | None) -> str:
    """As said, else by the ending of the file; a folder is Markdown, standard output CSV."""
    if format is not None:
        chosen = {"markdown": "md"}.get(format.lower(), format.lower())
    elif not output or output == "-":
        chosen = "csv"
    else:
        ending = Path(output).suffix.lower().removeprefix(".")
        chosen = "md" if not ending or output.endswith("/") or Path(output).is_dir() else ending
    if chosen not in _FORMATS:
        raise UsageError(_("answers cannot be written as %(format)s") % {"format": repr(chosen)}, ", ".join(_FORMATS))
    if chosen == "md" and (not output or output == "-"):
        raise UsageError(_("Markdown is one file an answer: say the folder"), "--output FOLDER")
    return chosen


def _folder(output: str | None) -> Path:
    """The folder, made where it is not there.

    Raises:
        CrmError: It cannot be.
    """
    folder = Path(output or "")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        words = {"file": output, "reason": getattr(error, "strerror", None) or str(error)}
        raise CrmError(_("%(file)s cannot be written: %(reason)s") % words) from None
    return folder


def _file_name(one: Entry, place: int) -> str:
    """By its number; one that was not given here could lead out of the folder."""
    from crmcli.rules.answers.numbering import normal_no

    number = one.answer_no or ""
    return f"{number}.md" if normal_no(number) == number else f"answer-{place}.md"


def _entries(source: str) -> list[Entry]:
    """The answers of a file or folder.

    Raises:
        NotFoundError: There is none.
        UsageError: It cannot be read, or is in none of the formats.
    """
    from crmcli.rules.answers.exchange import read_csv, read_markdown, read_toml

    path = Path(source)
    if source != "-" and path.is_dir():
        files = sorted(path.glob("*.md"))
        if not files:
            raise NotFoundError(_("there is no Markdown file in %(folder)s") % {"folder": source})
        return [read_markdown(read_text(str(file)), file.name) for file in files]
    text, ending = read_text(source), path.suffix.lower()
    if ending in (".md", ".markdown"):
        return [read_markdown(text, path.name)]
    if ending == ".toml" or (source == "-" and text.lstrip("\ufeff \n").startswith("[[")):
        return read_toml(text, path.name)
    return read_csv(text, path.name)
