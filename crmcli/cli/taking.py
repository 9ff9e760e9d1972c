"""Running an import and telling what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from crmcli.cli.session import Session, say, show, show_on_stderr
from crmcli.errors import ConflictError
from crmcli.intake import rejects as rejecting
from crmcli.intake.profile import Rules, to_toml
from crmcli.intake.rejects import unknown_word
from crmcli.intake.run import Imported, Taken, default_rejects, run
from crmcli.intake.sources import sources
from crmcli.language import gettext as _
from crmcli.language import ngettext
from crmcli.numbers import cell
from crmcli.output.destination import replacing
from crmcli.output.progress import Progress
from crmcli.store.connection import transaction
from crmcli.table import Column, Kind, ListRows, Table

EXIT_REJECTED = 5
SHOWN = 5  # refused rows of a file that are told; the file of rejects has all

_COLUMNS = (
    Column("file", "File", Kind.TEXT),
    Column("entity", "Entity", Kind.LEVEL),
    Column("rows_read", "Rows read", Kind.COUNT),
    Column("admitted", "Admitted", Kind.COUNT),
    Column("created", "Created", Kind.COUNT),
    Column("updated", "Updated", Kind.COUNT),
    Column("unchanged", "Unchanged", Kind.COUNT),
    Column("rejected", "Rejected", Kind.COUNT),
    Column("undo", "Undo number", Kind.COUNT),
)


class _NotKeptError(Exception):
    """Leaves the transaction of a dry or refused run."""


def take(
    state: Session,
    files: Sequence[str],
    rules: Rules,
    *,
    rejects: str | None,
    dry_run: bool,
    save_profile: str | None,
    format: str | None,
    output: str | None,
) -> int:
    """Take files in; returns the exit code.

    Raises:
        ConflictError: a row was refused and the rules are strict.
    """
    with sources(files) as found, state.writing() as con, Progress(_("taking in")) as progress:
        result: Imported | None = None
        with suppress(_NotKeptError), transaction(con):
            result = run(con, found, rules, now=state.now, command=state.command, advance=progress.advance)
            _require_kept(result, rules, dry_run=dry_run)
        assert result is not None
    path = _write_rejects(result, rejects, files, dry_run=dry_run)
    if save_profile:
        _save_profile(result, rules, Path(save_profile))
    refused = rules.strict and bool(result.rejected)
    _tell(result, path, dry_run=dry_run, refused=refused)
    if format or output:
        show(_summary(result), format=format, output=output)
    if refused:
        raise ConflictError(
            ngettext(
                "%(count)s row was refused and --strict was said: nothing was taken in",
                "%(count)s rows were refused and --strict was said: nothing was taken in",
                result.rejected,
            )
            % {"count": result.rejected},
            _("The rows and reasons: %(path)s") % {"path": path} if path else None,
        )
    return EXIT_REJECTED if result.rejected else 0


def _require_kept(result: Imported, rules: Rules, *, dry_run: bool) -> None:
    """Leave the transaction, and its step with it, when nothing is to be kept."""
    if dry_run or (rules.strict and result.rejected):
        result.step = None
        raise _NotKeptError


def _write_rejects(result: Imported, told: str | None, files: Sequence[str], *, dry_run: bool) -> Path | None:
    if not result.rejected or (dry_run and told is None):
        return None
    path = Path(told) if told else default_rejects(_first_refused(result))
    if not told and any(Path(f).exists() and path.exists() and path.samefile(f) for f in files if f != "-"):
        path = path.with_name(f"{path.stem}.2.csv")  # a mended rejects file must not be written over
    rejecting.write(path, result.rejects, result.step)
    return path


def _first_refused(result: Imported) -> str:
    return next((refused[0].origin for _reading, _rules, refused in result.rejects if refused), "stdin")


def _save_profile(result: Imported, rules: Rules, path: Path) -> None:
    """What was told and what was found out, sheet by sheet for a workbook; for several files what they agree in."""
    found = [(reading.origin.partition("!")[2], kept) for reading, kept, _refused in result.rejects]
    alike = {to_toml(kept) for _sheet, kept in found}
    if len(alike) == 1:
        kept = found[0][1]
    elif all(sheet for sheet, _kept in found) and len({sheet for sheet, _kept in found}) == len(found):
        kept = replace(rules, sheets=dict(found))
    else:
        kept = rules
    with replacing(str(path)) as place:
        place.write_text(to_toml(kept), "utf-8")
    say(_("Rules kept in %(path)s") % {"path": path})


def _summary(result: Imported) -> Table:
    number = result.step.number if result.step else None
    rows = [
        (t.origin, t.entity, t.rows_read, t.admitted, t.created, t.updated, t.unchanged, t.rejected, number)
        for t in result.taken
    ]
    counts = ("rows_read", "admitted", "created", "updated", "unchanged", "rejected")
    totals = {name: sum(getattr(t, name) for t in result.taken) for name in counts} if len(rows) > 1 else {}
    return Table("import", _("Taken in"), _COLUMNS, ListRows(rows), totals=totals)


def _tell(result: Imported, path: Path | None, *, dry_run: bool, refused: bool) -> None:
    for origin, done_at, step in result.seen_before:
        say(
            _("%(file)s was taken in already on %(day)s, as step %(step)s")
            % {"file": origin, "day": cell(done_at, Kind.MOMENT), "step": step}
        )
    show_on_stderr(_summary(result))
    for left in result.left_out:
        say(f"  {left.origin}: {left.reason}")
    for taken in result.taken:
        _tell_notes(taken)
    _tell_made(result)
    _tell_refusals(result)
    if path is not None:
        say(
            _("Refused rows with reasons: %(path)s; mend them there and run: crmcli import run %(path)s")
            % {"path": path}
        )
    if dry_run:
        say(_("Nothing was kept: this was a dry run"))
    elif result.step is not None:
        say(_("To take it back: crmcli undo %(step)s") % {"step": result.step.number})
    elif not refused:
        say(_("Nothing new: the store is as it was"))


def _tell_made(result: Imported) -> None:
    """Rows made because others named them."""
    own = {t.entity for t in result.taken}
    for table in ("contacts", "products", "managers", "orders", "payments"):
        change = result.changes.get(table)
        if change is not None and change.created and table not in own:
            say(_("  made along the way: %(table)s (%(count)s)") % {"table": _(table), "count": change.created})


def _tell_refusals(result: Imported) -> None:
    for _reading, rules, refusals in result.rejects:
        for refusal in refusals[:SHOWN]:
            say(
                _("  %(file)s, line %(line)s: %(reason)s")
                % {"file": refusal.origin, "line": refusal.line, "reason": refusal.reason}
            )
        if len(refusals) > SHOWN:
            say(_("  … and %(count)s more") % {"count": len(refusals) - SHOWN})
        if word := unknown_word(rules, refusals):
            say(_("  Say what it means and run again: --value '%(column)s:%(word)s=…'") % word)


def _tell_notes(taken: Taken) -> None:
    for line in [*taken.dropped, *taken.notes]:
        say(f"  {taken.origin}: {line}")
