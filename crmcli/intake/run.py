"""`import run`: every file of one command into the store as one transaction and one undoable step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.errors import ConflictError
from crmcli.intake import rejects as rejecting
from crmcli.intake.admit.admission import Admission
from crmcli.intake.admit.money import admit_invoices, admit_payments
from crmcli.intake.admit.orders import admit_orders
from crmcli.intake.admit.price_rules import admit_price_rules
from crmcli.intake.admit.rows import admit_rows
from crmcli.intake.admit.selling import (
    admit_categories,
    admit_cost_activities,
    admit_costs,
    admit_options,
    admit_packs,
)
from crmcli.intake.admit.threads import admit_threads, admit_tickets
from crmcli.intake.event_log import spread
from crmcli.intake.prepare import Prepared, decided, prepare
from crmcli.intake.profile import Rules, to_toml
from crmcli.intake.reading import Reading
from crmcli.intake.rejects import Reject
from crmcli.intake.sources import Source, content_hash, in_background, stdin_name
from crmcli.language import gettext as _
from crmcli.store.connection import rows, scalar
from crmcli.store.deals.imported import note_moves
from crmcli.store.imports import record
from crmcli.store.journal import Changes, Step, begin, finish
from crmcli.store.left_out import LeftOut

if TYPE_CHECKING:
    import duckdb

_ADMIT: dict[str, Callable[[Admission], None]] = {
    "orders": admit_orders,
    "invoices": admit_invoices,
    "payments": admit_payments,
    "categories": admit_categories,
    "cost_activities": admit_cost_activities,
    "product_costs": admit_costs,
    "product_packs": admit_packs,
    "product_options": admit_options,
    "price_rules": admit_price_rules,
    "ticket_events": admit_threads,
    "tickets": admit_tickets,
}


@dataclass(slots=True)
class Taken:
    """What became of one table of one file."""

    origin: str
    entity: str
    rows_read: int
    rejected: int
    created: int
    updated: int
    unchanged: int
    notes: list[str]
    dropped: list[str] = field(default_factory=list)

    @property
    def admitted(self) -> int:
        """Rows taken in; with the rejected they are the rows read, always."""
        return self.rows_read - self.rejected


@dataclass(slots=True)
class Imported:
    """What one command did."""

    step: Step | None
    taken: list[Taken]
    changes: dict[str, Changes]
    rejects: list[tuple[Reading, Rules, list[Reject]]]
    seen_before: list[tuple[str, datetime, int]]
    left_out: list[LeftOut] = field(default_factory=list)

    @property
    def rejected(self) -> int:
        """Rows refused in all files."""
        return sum(taken.rejected for taken in self.taken)


def run(
    con: duckdb.DuckDBPyConnection,
    files: Sequence[Source],
    rules: Rules,
    *,
    now: datetime,
    command: str,
    advance: Callable[[int], None] = lambda _rows: None,
) -> Imported:
    """Take in all files. Call inside a transaction, which the caller commits or, for a dry run, rolls back.

    Raises:
        UsageError: a file cannot be read or mapped, or could be read in two ways.
        ConflictError: a row was refused and the rules are strict, or a check of the store failed.
    """
    writer = begin(con)
    result = Imported(None, [], writer.changes, [], [])
    currency = str(scalar(con, "SELECT value FROM meta.settings WHERE key = 'base_currency'"))
    records, left_out = [], []
    for source in files:
        hashed = in_background(content_hash, source.path)  # while the file is read
        for prepared in prepare(con, source, rules, now=now):
            if isinstance(prepared, LeftOut):
                result.left_out.append(prepared)
                left_out.append((prepared, hashed()))
                continue
            advance(prepared.landing.count)
            fed = _fed_step(con, prepared)
            admission = Admission(con, writer, prepared.entity, prepared.stage, prepared.rules.policy, currency, fed,
                                  by_name=prepared.reading.entity is not None, log=prepared.log)  # fmt: skip
            _ADMIT.get(prepared.entity.name, admit_rows)(admission)
            if prepared.log is not None:
                spread(con, prepared.entity.natural)
            refused = rejecting.collect(con, prepared.reading) if admission.rejected() else []
            taken = _taken(prepared, admission, len(refused))
            result.taken.append(taken)
            found = decided(prepared)
            result.rejects.append((prepared.reading, found, refused))
            records.append((source, hashed(), taken, found))
        result.seen_before += _seen_before(con, source, hashed())
    if rules.strict and result.rejected:
        return result
    _check(con)
    if any(c.created or c.updated or c.removed for c in writer.changes.values()):
        note_moves(writer, now.date())
        result.step = finish(writer, now=now, kind="import", command=command)
        _record(con, writer.step, records)
        for left, digest in left_out:
            record(con, writer.step, left, digest)
    return result


def _taken(prepared: Prepared, admission: Admission, rejected: int) -> Taken:
    notes = [*prepared.stage.notes, *admission.notes]
    notes += [_(template) % arguments for template, arguments in prepared.reading.warnings]
    if prepared.mapping.custom:
        notes.append(_("kept as fields of your own: %(headings)s") % {"headings": ", ".join(prepared.mapping.custom)})
    if prepared.mapping.ignored:
        notes.append(_("left out: %(headings)s") % {"headings": ", ".join(prepared.mapping.ignored)})
    return Taken(
        prepared.reading.origin,
        prepared.entity.name,
        prepared.landing.count,
        rejected,
        admission.created,
        admission.updated,
        admission.unchanged,
        notes,
        [dropped_in_words(d.kind, d.line, d.count, d.sample) for d in prepared.landing.dropped if d.kind != "blank"],
    )


def dropped_in_words(kind: str, line: int, count: int, sample: str) -> str:
    """One group of rows that are no data, as a sentence."""
    kinds = {
        "title": _("title"),
        "units": _("units"),
        "total": _("totals"),
        "footnote": _("footnote"),
        "repeated_heading": _("repeated heading"),
        "blank": _("blank"),
    }
    return _("line %(line)s: %(kind)s, %(count)s × “%(sample)s”") % {
        "line": line,
        "kind": kinds.get(kind, kind),
        "count": count,
        "sample": sample,
    }


def _fed_step(con: duckdb.DuckDBPyConnection, prepared: Prepared) -> int | None:
    """The step that refused these rows, if it was a step of this very store and still stands."""
    fed = prepared.fed
    if fed is None:
        return None
    known = rows(con, "SELECT done_at FROM meta.steps WHERE step = $1 AND undone_by IS NULL", [fed.step])
    return fed.step if known and known[0][0].isoformat() == fed.done_at else None


def _seen_before(con: duckdb.DuckDBPyConnection, source: Source, digest: str) -> list[tuple[str, datetime, int]]:
    return [
        (source.origin, done_at, step)
        for done_at, step in rows(
            con,
            "SELECT s.done_at, s.step FROM meta.imports AS i JOIN meta.steps AS s USING (step) "
            "WHERE i.content_hash = $1 AND s.undone_by IS NULL ORDER BY s.step DESC LIMIT 1",
            [digest],
        )
    ]


def _record(con: duckdb.DuckDBPyConnection, step: int, records: Sequence[tuple[Source, str, Taken, Rules]]) -> None:
    for _source, digest, taken, rules in records:
        con.execute(
            "INSERT INTO meta.imports VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, NULL)",
            [
                step,
                taken.origin,
                digest,
                taken.entity,
                taken.rows_read,
                taken.admitted,
                taken.created,
                taken.updated,
                taken.unchanged,
                taken.rejected,
                to_toml(rules),
            ],
        )


def _check(con: duckdb.DuckDBPyConnection) -> None:
    """The store's own checks, inside the transaction: an import that would break the store does not happen."""
    from crmcli.store.check import check
    from crmcli.store.findings import worded

    if found := check(con, inside_import=True):
        first = found[0]
        raise ConflictError(
            _("This import would leave the store unsound (%(check)s: %(what)s); nothing was taken in")
            % {"check": first.check, "what": worded(first.what)}
        )


def default_rejects(origin: str) -> Path:
    """Where the rejects of a file go unless told: where the command runs, named after the file."""
    file = origin.partition("!")[0].partition(":")[0]
    stem = "stdin" if file == stdin_name() else Path(file).name.split(".")[0] or "stdin"
    return Path(f"{stem}.rejects.csv")
