"""A file before it meets the store: read, landed, mapped and staged, table by table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from crmcli.intake.entities import Entity
from crmcli.intake.event_log import Log, fold, require_log, settle_marker
from crmcli.intake.fit import SHOWN, UnfitError, choose, settle_entity
from crmcli.intake.landing import IrregularError, Landing, land
from crmcli.intake.mapping import ColumnMap, missing, parse_told, require_column, settle_mapping
from crmcli.intake.mending import Fed, find_parts, is_rejects
from crmcli.intake.profile import Rules, column_of
from crmcli.intake.reading import Reading
from crmcli.intake.sources import Source, read
from crmcli.intake.stage import Choices, Stage, stage
from crmcli.intake.told import check_constants
from crmcli.language import gettext as _
from crmcli.store.left_out import LeftOut

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class Prepared:
    """A reading landed, mapped and staged, before it meets the store.

    Args:
        fed: For rows of a mended rejects file: which import had refused them.
        log: How an event log was folded, None for a file that is none.
        named: The name that decided between entities that the headings fit alike, "" where none was asked.
    """

    reading: Reading
    entity: Entity
    mapping: ColumnMap
    landing: Landing
    stage: Stage
    rules: Rules
    fed: Fed | None = None
    named: str = ""
    log: Log | None = None


def prepare(
    con: duckdb.DuckDBPyConnection, source: Source, rules: Rules, *, now: datetime
) -> Iterator[Prepared | LeftOut]:
    """Every table of a file: read, landed, mapped, staged; and what of it is left out. Writes temp tables only.

    Raises:
        UsageError: the file cannot be read or mapped, or could be read in two ways.
    """
    try:
        yield from _prepare(con, source, rules, now=now, plain_allowed=True)
    except IrregularError:  # nothing was yielded yet: a plain file is one table
        yield from _prepare(con, source, rules, now=now, plain_allowed=False)


def _prepare(
    con: duckdb.DuckDBPyConnection, source: Source, rules: Rules, *, now: datetime, plain_allowed: bool
) -> Iterator[Prepared | LeftOut]:
    readings, left = choose(read(source, rules.hints, plain_allowed=plain_allowed), source.origin, rules)
    yield from left
    refusals: list[UnfitError] = []
    for reading in readings:
        try:
            yield from _prepare_parts(con, reading, rules, now=now)
        except UnfitError as error:
            if rules.strict or "!" not in reading.origin:
                raise
            refusals.append(error)
            if len(refusals) == len(readings):
                raise refusals[0] from None
            yield LeftOut(reading.origin, error.kind, error.about)


def _prepare_parts(
    con: duckdb.DuckDBPyConnection, reading: Reading, rules: Rules, *, now: datetime
) -> Iterator[Prepared]:
    """One table; or several where a mended file of rejects holds rows of several."""
    if not is_rejects(reading):
        yield _prepare_one(con, reading, rules, now=now)
        return
    if reading.plain is not None:
        raise IrregularError(reading.origin)
    for part in find_parts(reading, rules):
        yield _prepare_one(con, part.reading, part.rules, now=now, fed=part.fed)


def _prepare_one(
    con: duckdb.DuckDBPyConnection, reading: Reading, rules: Rules, *, now: datetime, fed: Fed | None = None
) -> Prepared:
    rules = rules.for_sheet(reading.origin.partition("!")[2])
    told = [parse_told(text, reading.headings) for text in rules.maps]
    found, named = settle_entity(reading, rules)
    policy = rules.policy
    if policy.latest_by or policy.keep:
        require_log(found, policy.latest_by, policy.keep)
    for column in rules.said:
        require_column(found, column)
    mapping = settle_mapping(
        reading.headings, found, told, rules.constants, ignore_unknown=rules.ignore_unknown, exact=rules.exact
    )
    if absent := missing(mapping):
        raise UnfitError(
            _("%(file)s: nothing in it is the %(columns)s of %(entity)s")
            % {"file": reading.origin, "columns": ", ".join(absent), "entity": found.name},
            _("Its headings: %(headings)s. Name one with --map 'heading=%(column)s', or a value for all with --set")
            % {"headings": ", ".join(reading.headings)[:SHOWN], "column": absent[0]},
            kind="lacking",
            about={"columns": ", ".join(absent), "entity": found.name},
        )
    mapping.columns |= {  # who says what its words mean says that it is the column
        column: replace(source, told=True) for column, source in mapping.columns.items() if column in rules.said
    }
    mapping.constants = check_constants(found, mapping.constants)
    landing = land(con, reading)
    choices = Choices(rules.decimal, rules.dates, rules.missing, rules.said, rules.rounded, now.date())
    if not policy.latest_by:
        return Prepared(reading, found, mapping, landing, stage(con, reading, mapping, choices), rules, fed, named)
    marker = settle_marker(con, reading, mapping, policy.latest_by, choices)
    staged = stage(con, reading, mapping, replace(choices, latest=marker.landed))
    log = fold(con, found, staged, marker, keep=policy.keep, clear=policy.empty == "clear")
    return Prepared(reading, found, mapping, landing, staged, rules, fed, named, log)


def decided(prepared: Prepared) -> Rules:
    """The rules with everything that was found out, so that a part of the file, or the next one, is read the same way."""
    formats = prepared.stage.formats.values()
    orders = [f.order for f in formats if f.order and not f.plain] or [f.order for f in formats if f.order]
    decimals = [f.decimal for f in formats if f.decimal and not f.plain] or [f.decimal for f in formats if f.decimal]
    return replace(
        prepared.rules,
        entity=prepared.entity.name,
        maps=_all_maps(prepared),
        exact=True,
        dates=prepared.rules.dates or (orders[0] if orders else None),
        decimal=prepared.rules.decimal or (decimals[0] if decimals else None),
        sheets={},
    )


def _all_maps(prepared: Prepared) -> tuple[str, ...]:
    """What was told and what was recognised, in the same words."""
    headings, maps = prepared.reading.headings, list(prepared.rules.maps)
    named = {column_of(text) for text in maps}
    maps += [
        f"{headings[source.positions[0]]}={column}"
        for column, source in prepared.mapping.columns.items()
        if column not in named
    ]
    return tuple(maps)
