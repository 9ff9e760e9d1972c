"""`import run`: every file of one command into the store as one transaction and one undoable step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.errors import ConflictError, UsageError
from crmcli.intake import rejects as rejecting
from crmcli.intake.admit.admission import Admission
from crmcli.intake.admit.money import admit_invoices, admit_payments
from crmcli.intake.admit.orders import admit_orders
from crmcli.intake.admit.rows import admit_rows
from crmcli.intake.entities import Entity, entity
from crmcli.intake.landing import IrregularError, Landing, land
from crmcli.intake.mapping import ColumnMap, guess_entity, missing, parse_told, settle_mapping
from crmcli.intake.profile import Rules, from_data, to_toml
from crmcli.intake.reading import Reading
from crmcli.intake.rejects import Reject
from crmcli.intake.sources import Source, content_hash, read
from crmcli.intake.stage import Choices, Stage, check_constants, stage
from crmcli.language import gettext as _
from crmcli.store.connection import rows, scalar
from crmcli.store.journal import Changes, Step, begin, finish

if TYPE_CHECKING:
    import duckdb

_ADMIT: dict[str, Callable[[Admission], None]] = {
    "orders": admit_orders,
    "invoices": admit_invoices,
    "payments": admit_payments,
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

    @property
    def rejected(self) -> int:
        """Rows refused in all files."""
        return sum(taken.rejected for taken in self.taken)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A reading landed, mapped and staged, before it meets the store."""

    reading: Reading
    entity: Entity
    mapping: ColumnMap
    landing: Landing
    stage: Stage
    rules: Rules


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
    records = []
    for source in files:
        digest = content_hash(source.path)
        result.seen_before += _seen_before(con, source, digest)
        for prepared in prepare(con, source, rules, now=now):
            admission = Admission(con, writer, prepared.entity, prepared.stage, prepared.rules.policy, currency)
            _ADMIT.get(prepared.entity.name, admit_rows)(admission)
            refused = rejecting.collect(con, prepared.reading) if admission.rejected() else []
            taken = _taken(prepared, admission, len(refused))
            result.taken.append(taken)
            result.rejects.append((prepared.reading, decided(prepared), refused))
            records.append((source, digest, taken, decided(prepared)))
            advance(taken.rows_read)
    if rules.strict and result.rejected:
        return result
    _check(con)
    if any(c.created or c.updated or c.removed for c in writer.changes.values()):
        result.step = finish(writer, now=now, kind="import", command=command)
        _record(con, writer.step, records)
    return result


def prepare(con: duckdb.DuckDBPyConnection, source: Source, rules: Rules, *, now: datetime) -> Iterator[Prepared]:
    """Every table of a file: read, landed, mapped, staged. Writes temp tables only."""
    plain_allowed = True
    while True:
        try:
            for reading in read(source, rules.hints, plain_allowed=plain_allowed):
                yield _prepare_one(con, reading, rules, now=now)
        except IrregularError:
            if not plain_allowed:
                raise
            plain_allowed = False
            continue
        return


def _prepare_one(con: duckdb.DuckDBPyConnection, reading: Reading, rules: Rules, *, now: datetime) -> Prepared:
    carried = rejecting.rules_inside(reading)
    if carried is not None:  # a mended rejects file brings the rules it was made under
        rules = from_data(carried, origin=reading.origin)
    rules = rules.for_sheet(reading.origin.partition("!")[2])
    found = settle_entity(reading, rules)
    told = [parse_told(text, reading.headings) for text in rules.maps]
    mapping = settle_mapping(reading.headings, found, told, rules.constants, ignore_unknown=rules.ignore_unknown)
    if absent := missing(mapping):
        raise UsageError(
            _("%(file)s: nothing in it is the %(columns)s of %(entity)s")
            % {"file": reading.origin, "columns": ", ".join(absent), "entity": found.name},
            _("Its headings: %(headings)s. Name one with --map 'heading=%(column)s', or a value for all with --set")
            % {"headings": ", ".join(reading.headings)[:300], "column": absent[0]},
        )
    mapping.constants = check_constants(found, mapping.constants)
    landing = land(con, reading)
    choices = Choices(rules.decimal, rules.dates, rules.missing, rules.rounded, now.date())
    return Prepared(reading, found, mapping, landing, stage(con, reading, mapping, choices), rules)


def settle_entity(reading: Reading, rules: Rules) -> Entity:
    """The entity told, or the only one the headings fit.

    Raises:
        UsageError: none fits, or several do.
    """
    if rules.entity:
        return entity(rules.entity)
    named = [part for text in rules.maps for part in [text.rpartition("=")[2].partition("*")[0].strip()]]
    found, rivals = guess_entity([*reading.headings, *named])
    if found is not None:
        return found
    if rivals:
        raise UsageError(
            _("%(file)s could be %(entities)s")
            % {"file": reading.origin, "entities": _(" or ").join(r.name for r in rivals)},
            _("Say which with --as ENTITY"),
        )
    raise UsageError(
        _("%(file)s: its headings fit nothing that can be taken in") % {"file": reading.origin},
        _("Say what it is with --as ENTITY and name headings with --map; they are: %(headings)s")
        % {"headings": ", ".join(reading.headings)[:300]},
    )


def decided(prepared: Prepared) -> Rules:
    """The rules with everything that was found out about the file, so that a part of it is read the same way."""
    formats = prepared.stage.formats.values()
    orders = [f.order for f in formats if f.order and not f.plain] or [f.order for f in formats if f.order]
    decimals = [f.decimal for f in formats if f.decimal and not f.plain] or [f.decimal for f in formats if f.decimal]
    return replace(
        prepared.rules,
        entity=prepared.entity.name,
        dates=prepared.rules.dates or (orders[0] if orders else None),
        decimal=prepared.rules.decimal or (decimals[0] if decimals else None),
        hints=replace(prepared.rules.hints, encoding=None, delimiter=None, header_row=None, sheet=None),
        sheets={},
    )


def profile_of(prepared: Prepared) -> str:
    """A profile that reads such a file again without a question."""
    rules = decided(prepared)
    mapping = prepared.mapping
    maps = list(rules.maps)
    named = {text.rpartition("=")[2].partition("*")[0].strip() for text in maps}
    maps += [
        f"{prepared.reading.headings[source.positions[0]]}={column}"
        for column, source in mapping.columns.items()
        if column not in named
    ]
    return to_toml(replace(rules, maps=tuple(maps), hints=prepared.rules.hints))


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


def _record(
    con: duckdb.DuckDBPyConnection, step: int, records: Sequence[tuple[Source, str, Taken, Rules]]
) -> None:
    for _source, digest, taken, rules in records:
        con.execute(
            "INSERT INTO meta.imports VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, NULL)",
            [
                step, taken.origin, digest, taken.entity, taken.rows_read, taken.admitted, taken.created,
                taken.updated, taken.unchanged, taken.rejected, to_toml(rules),
            ],  # fmt: skip
        )


def _check(con: duckdb.DuckDBPyConnection) -> None:
    """The store's own checks, inside the transaction: an import that would break the store does not happen."""
    from crmcli.store.check import check

    if found := check(con, inside_import=True):
        first = found[0]
        raise ConflictError(
            _("This import would leave the store unsound (%(check)s: %(what)s); nothing was taken in")
            % {"check": first.check, "what": first.what}
        )


def default_rejects(origin: str) -> Path:
    """Where the rejects of a file go unless told: beside the owner, named after the file."""
    stem = Path(origin).name.partition("!")[0].split(".")[0] or "stdin"
    return Path(f"{stem}.rejects.csv")
