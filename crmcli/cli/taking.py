"""Running an import and telling what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from crmcli.cli.session import Session, say, show, show_on_stderr
from crmcli.errors import ConflictError
from crmcli.intake import rejects as rejecting
from crmcli.intake.profile import Rules, to_toml
from crmcli.intake.run import Imported, Taken, default_rejects, run
from crmcli.intake.sources import sources
from crmcli.language import gettext as _
from crmcli.language import ngettext
from crmcli.output.progress import Progress
from crmcli.store.connection import transaction
from crmcli.table import Column, Kind, ListRows, Table

EXIT_REJECTED = 5

_COLUMNS = (
    Column("file", "File", Kind.TEXT),
    Column("entity", "Entity", Kind.CODE),
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


def take(  # noqa: PLR0913  what the command was told
    state: Session,
    files: Sequence[str],
    rules: Rules,
    *,
    rejects: str | None,
    dry_run: bool,
    save_profile: str | None,
    format: str | None,  # noqa: A002
    output: str | None,
) -> int:
    """Take files in; returns the exit code.

    Raises:
        ConflictError: a row was refused and the rules are strict.
    """
    with sources(files) as found, Progress(_("taking in")) as progress, state.writing() as con:
        try:
            with transaction(con):
                result = run(con, found, rules, now=state.now, command=state.command, advance=progress.advance)
                if dry_run or (rules.strict and result.rejected):
                    raise _NotKeptError
        except _NotKeptError:
            result.step = None
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


def _write_rejects(result: Imported, told: str | None, files: Sequence[str], *, dry_run: bool) -> Path | None:
    if not result.rejected or (dry_run and told is None):
        return None
    path = Path(told) if told else default_rejects("stdin" if files[0] == "-" else files[0])
    if not told and path.exists() and any(Path(f).exists() and path.samefile(f) for f in files if f != "-"):
        path = path.with_name(f"{path.stem}.2.csv")  # a mended rejects file must not be written over
    rejecting.write(path, result.rejects)
    return path


def _save_profile(result: Imported, rules: Rules, path: Path) -> None:
    """What was told and, for a single table, what was found out."""
    from dataclasses import replace

    from crmcli.output.destination import replacing

    kept = rules
    if len(result.rejects) == 1:
        reading, found, _refused = result.rejects[0]
        kept = replace(found, hints=rules.hints)
        del reading
    with replacing(str(path)) as place:
        place.write_text(to_toml(kept), "utf-8")
    say(_("Rules kept in %(path)s") % {"path": path})


def _summary(result: Imported) -> Table:
    number = result.step.number if result.step else None
    rows = [
        (t.origin, t.entity, t.rows_read, t.admitted, t.created, t.updated, t.unchanged, t.rejected, number)
        for t in result.taken
    ]
    totals = (
        {c.name: sum(row[i] for row in rows) for i, c in enumerate(_COLUMNS) if 2 <= i <= 7} if len(rows) > 1 else {}
    )  # noqa: PLR2004
    return Table("import", _("Taken in"), _COLUMNS, ListRows(rows), totals=totals)


def _tell(result: Imported, path: Path | None, *, dry_run: bool, refused: bool) -> None:
    for origin, done_at, step in result.seen_before:
        say(
            _("%(file)s was taken in already on %(day)s, as step %(step)s")
            % {"file": origin, "day": f"{done_at:%Y-%m-%d %H:%M}", "step": step}
        )
    show_on_stderr(_summary(result))
    for taken in result.taken:
        _tell_notes(taken)
    own = {t.entity for t in result.taken} | {"order_lines"}
    for table, change in result.changes.items():
        if table not in own and change.created and table in ("contacts", "products", "managers", "orders", "payments"):
            say(_("  made along the way: %(count)s %(table)s") % {"count": change.created, "table": _(table)})
    for _reading, _rules, refusals in result.rejects:
        for refusal in refusals[:5]:
            say(
                _("  %(file)s, line %(line)s: %(reason)s")
                % {"file": refusal.origin, "line": refusal.line, "reason": refusal.reason}
            )
        if len(refusals) > 5:  # noqa: PLR2004  enough to see the pattern
            say(_("  … and %(count)s more") % {"count": len(refusals) - 5})
    if path is not None:
        say(
            _("Refused rows with reasons: %(path)s; mend them there and run: crmcli import run %(path)s")
            % {"path": path}
        )
    if dry_run:
        say(_("Nothing was kept: this was a dry run"))
    elif result.step is not None and not refused:
        say(_("To take it back: crmcli undo %(step)s") % {"step": result.step.number})
    elif not refused:
        say(_("Nothing new: the store is as it was"))


def _tell_notes(taken: Taken) -> None:
    for line in [*taken.dropped, *taken.notes]:
        say(f"  {taken.origin}: {line}")
