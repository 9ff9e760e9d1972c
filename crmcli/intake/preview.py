"""`import preview`: how a file would be read, mapped and stored, with the evidence; nothing is written."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from crmcli.intake.prepare import Prepared, prepare
from crmcli.intake.problems import TABLE as STAGE
from crmcli.intake.profile import Rules
from crmcli.intake.rejects import collect
from crmcli.intake.run import dropped_in_words
from crmcli.intake.sources import Source
from crmcli.intake.stage import SQL_TYPES
from crmcli.language import gettext as _
from crmcli.language import ngettext
from crmcli.store.connection import rows
from crmcli.store.imports import left_out_tables
from crmcli.store.left_out import LeftOut
from crmcli.table import Column, Kind, ListRows, Table

if TYPE_CHECKING:
    import duckdb

_KINDS = {
    "number": Kind.QUANTITY,
    "percent": Kind.QUANTITY,
    "share": Kind.QUANTITY,
    "int": Kind.COUNT,
    "date": Kind.DATE,
    "level": Kind.LEVEL,
    "word": Kind.LEVEL,
    "moment": Kind.MOMENT,
}


def preview(con: duckdb.DuckDBPyConnection, source: Source, rules: Rules, *, now: datetime, limit: int) -> list[Table]:
    """For every table of a file: what was found, the mapping, the first rows as stored, the first problems.

    Raises:
        UsageError: the file cannot be read or mapped, or could be read in two ways.
    """
    tables: list[Table] = []
    left: list[LeftOut] = []
    for prepared in prepare(con, source, rules, now=now):
        if isinstance(prepared, LeftOut):
            left.append(prepared)
            continue
        tables += [_found(prepared), _mapped(prepared), _first_rows(con, prepared, limit)]
        tables += _problems(con, prepared, limit)
    return [*tables, *left_out_tables(left)]


def _found(prepared: Prepared) -> Table:
    reading = prepared.reading
    facts: list[tuple[str, object]] = [
        (_("taken as"), _taken_as(prepared)),
        (_("evidence"), _evidence(prepared)),
        (_("rows"), prepared.landing.count),
        (_("encoding"), reading.encoding),
        (_("delimiter"), {"\t": "tab", " ": "space"}.get(reading.delimiter or "", reading.delimiter)),
        (_("heading in line"), reading.header_line if not reading.headerless else _("none")),
    ]
    lines = [(fact, str(value)) for fact, value in facts if value is not None]
    lines += [(_("left out"), dropped_in_words(d.kind, d.line, d.count, d.sample)) for d in prepared.landing.dropped]
    lines += [(_("note"), note) for note in prepared.stage.notes]
    lines += [(_("note"), _(template) % arguments) for template, arguments in reading.warnings]
    columns = (Column("fact", "Fact", Kind.TEXT), Column("value", "Value", Kind.TEXT))
    return Table("file", reading.origin, columns, ListRows(lines))


def _taken_as(prepared: Prepared) -> str:
    """The entity in the owner's language, and the word --as knows it by."""
    name = prepared.entity.name
    words = _(name.replace("_", " "))
    return name if words.replace(" ", "_") == name else f"{words} ({name})"


def _evidence(prepared: Prepared) -> str | None:
    if not prepared.named:
        return None
    return _("its headings fit more than one thing alike; the name decides: %(name)s") % {"name": prepared.named}


def _mapped(prepared: Prepared) -> Table:
    reading, mapping, formats = prepared.reading, prepared.mapping, prepared.stage.formats
    placed: list[tuple[int, tuple[str, str | None, str, str]]] = []  # in the order of the file's own headings
    for name, source in mapping.columns.items():
        theirs = " + ".join(reading.headings[p] for p in source.positions)
        found = formats.get(name)
        how = "" if found is None else (found.order or found.decimal or "")
        factor = f" × {source.factor}" if source.factor else ""
        placed.append((source.positions[0], (theirs, name + factor, how, found.evidence if found else "")))
    own, out = _("kept as a field of your own"), _("left out")
    placed += [(position, (heading, None, "", own)) for heading, position in mapping.custom.items()]
    placed += [(reading.headings.index(heading), (heading, None, "", out)) for heading in mapping.ignored]
    lines = [line for _place, line in sorted(placed, key=lambda pair: pair[0])]
    lines += [("", f"{name} = {value}", "", _("as told")) for name, value in mapping.constants.items()]
    columns = (
        Column("heading", "Heading", Kind.TEXT),
        Column("column", "Column", Kind.CODE),
        Column("read_as", "Read as", Kind.TEXT),
        Column("evidence", "Evidence", Kind.TEXT),
    )
    return Table("mapping", _("Headings and columns"), columns, ListRows(lines))


def _first_rows(con: duckdb.DuckDBPyConnection, prepared: Prepared, limit: int) -> Table:
    fields = prepared.entity.fields
    names = [name for name in fields if name in prepared.stage.columns]
    columns = tuple(Column(n, n, _KINDS.get(fields[n].type, Kind.TEXT)) for n in names)
    listed = ", ".join(f'"{n}"' if fields[n].type in SQL_TYPES else f'"{n}"::VARCHAR' for n in names)
    found = rows(con, f"SELECT {listed} FROM {STAGE} ORDER BY row_no LIMIT {limit:d}")
    return Table("first_rows", _("First rows as they would be stored"), columns, ListRows(found))


def _problems(con: duckdb.DuckDBPyConnection, prepared: Prepared, limit: int) -> list[Table]:
    refused = collect(con, prepared.reading)
    if not refused:
        return []
    columns = (
        Column("line", "Line", Kind.COUNT),
        Column("column", "Column", Kind.TEXT),
        Column("value", "Value", Kind.TEXT),
        Column("reason", "Reason", Kind.TEXT),
    )
    lines = [(r.line, r.columns, r.values, r.reason) for r in refused[:limit]]
    headline = ngettext("%(count)s row would be refused", "%(count)s rows would be refused", len(refused)) % {
        "count": len(refused)
    }
    return [Table("problems", _("First problems"), columns, ListRows(lines), headline=headline)]
