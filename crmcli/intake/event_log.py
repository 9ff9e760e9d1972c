"""Event logs: several rows of one key, of which the one with the highest value of a column stands for all.

Folded on the stage, before anything meets the store: the rest of the road sees one row a key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crmcli.errors import UsageError
from crmcli.intake import formats, looks, values
from crmcli.intake.entities import Entity
from crmcli.intake.landing import TABLE as LANDING
from crmcli.intake.mapping import ColumnMap, find_heading
from crmcli.intake.problems import PROBLEMS, TABLE, refuse_whole
from crmcli.intake.reading import Reading
from crmcli.intake.stage import Choices, Stage
from crmcli.intake.texts import literals, trimmed, unless_missing
from crmcli.language import gettext as _
from crmcli.language import nearest, ngettext
from crmcli.store.connection import rows, scalar

if TYPE_CHECKING:
    import duckdb

_ORDERED = frozenset({"max", "min"})
_EVENTS = "events"


@dataclass(frozen=True, slots=True)
class Log:
    """How the rows of one key were made one.

    Args:
        keep: Our column → max, min, first or last.
        stored: SQL of what orders the rows, of a stored row `t`; NULL where it tells none.
    """

    keep: Mapping[str, str]
    stored: str


@dataclass(frozen=True, slots=True)
class Marker:
    """The column that orders the rows of a key.

    Args:
        column: As it was told.
        landed: SQL of its value over the landing; or, quoted, one of our columns.
        stored: SQL of the same of a stored row `t`, NULL where it tells none.
    """

    column: str
    landed: str
    stored: str


def require_log(entity: Entity, latest_by: str, keep: Mapping[str, str]) -> None:
    """Refuse what cannot be folded, before the file is read to its end.

    Raises:
        UsageError: rows without a key, an unknown column, or the highest or lowest of names.
    """
    if entity.name == "orders" or not entity.natural:
        raise UsageError(
            _("--latest-by does not fit %(entity)s: their rows have no key of their own") % {"entity": _(entity.title)},
            _("It folds the rows of an event log into one a key: tickets, opportunities, contacts and the like"),
        )
    if keep and not latest_by:
        raise UsageError(
            _("--keep is said without --latest-by"), _("--latest-by names the column that orders the rows")
        )
    for column, how in keep.items():
        if column not in entity.fields or column in entity.natural:
            names = [name for name in entity.fields if name not in entity.natural]
            raise UsageError(
                _("--keep: %(entity)s have no column %(column)s to keep") % {"entity": entity.name, "column": column},
                nearest(column, names) or ", ".join(names),
            )
        if how in _ORDERED and entity.fields[column].type in ("customer", "product", "manager"):
            raise UsageError(
                _("--keep %(column)s=%(how)s: of names there is no highest or lowest") % {"column": column, "how": how},
                f"{column}=first, {column}=last",
            )


def settle_marker(
    con: duckdb.DuckDBPyConnection, reading: Reading, mapping: ColumnMap, latest_by: str, choices: Choices
) -> Marker:
    """The ordering column of a landed file, which stays with its rows: a later file is compared with them.

    Raises:
        UsageError: there is no such heading, or it holds neither numbers nor dates.
    """
    if latest_by in mapping.columns:
        ours, position = latest_by, mapping.columns[latest_by].positions[0]
    else:
        position = find_heading(latest_by, reading.headings, option="--latest-by")
        ours = next((name for name, source in mapping.columns.items() if source.positions == (position,)), "")
    if ours and mapping.entity.fields[ours].type in values.NUMERIC | values.TEMPORAL:
        mapping.columns[ours] = replace(mapping.columns[ours], told=True)  # so it is not set aside for its values
        return Marker(latest_by, f'"{ours}"', f't."{ours}"')
    heading = reading.headings[position]
    kind, how = _kind_of(con, f"c{position}", heading, choices)

    def value(cell: str) -> str:
        text = _tidy(cell, choices)
        typed = values.number_sql(text, how, kind) if kind == "number" else values.date_sql(text, how, kind)
        return typed if kind == "number" else f"CAST({typed} AS TIMESTAMP)"

    if ours:
        return Marker(latest_by, value(f"c{position}"), value(f't."{ours}"'))
    mapping.custom.setdefault(heading, position)
    mapping.ignored = [one for one in mapping.ignored if one != heading]
    pointer = literals(["/" + heading.replace("~", "~0").replace("/", "~1")])
    return Marker(latest_by, value(f"c{position}"), value(f"json_extract_string(t.custom, {pointer})"))


def fold(
    con: duckdb.DuckDBPyConnection,
    entity: Entity,
    staged: Stage,
    marker: Marker,
    *,
    keep: Mapping[str, str],
    clear: bool,
) -> Log:
    """Make the stage one row a key; all rows of a key are refused when one of them is.

    Args:
        con: Where the stage is, with its column `latest`.
        entity: What its rows are.
        staged: Gets a note.
        marker: Whose values are in `latest`.
        keep: Our column → what stands instead of the latest value.
        clear: The latest row stands with its empty cells; otherwise empty cells change nothing.

    Raises:
        UsageError: the file lacks a part of the key.
    """
    natural = entity.natural
    if absent := [column for column in natural if column not in staged.columns]:
        raise UsageError(_("An event log needs the %(columns)s of every row") % {"columns": ", ".join(absent)})
    keys = ", ".join(f'"{column}"' for column in natural)
    # one number a row that says which comes later: the rank of its value, then its place in the file
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {_EVENTS} AS WITH ranks AS (SELECT latest, row_number() OVER (ORDER BY latest) AS nth "
        f"FROM (SELECT DISTINCT latest FROM {TABLE} WHERE latest IS NOT NULL)) "
        f"SELECT s.*, coalesce(nth, 0) * 4294967296 + row_no AS turn FROM {TABLE} AS s LEFT JOIN ranks USING (latest)"
    )
    if scalar(con, f"SELECT EXISTS (FROM {PROBLEMS})"):
        refuse_whole(con, natural, "NULL")
        con.execute(f"DELETE FROM {_EVENTS} WHERE row_no IN (SELECT row_no FROM {PROBLEMS})")
    kept = {column: how for column, how in keep.items() if column in staged.columns}
    columns = [*staged.columns, *(["custom"] if staged.has_custom else [])]
    parts = [_folded(column, kept.get(column, ""), clear=clear) for column in columns if column not in natural]
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE staged AS SELECT {', '.join(['arg_max(row_no, turn) AS row_no', keys, *parts])}, "
        f"max(latest) AS latest FROM {_EVENTS} GROUP BY {keys}"
    )
    con.execute(f"CREATE OR REPLACE TEMP VIEW {TABLE} AS SELECT * FROM staged")
    staged.notes.append(_note(con, entity, marker.column, kept, clear=clear))
    return Log(kept, marker.stored)


def spread(con: duckdb.DuckDBPyConnection, natural: Sequence[str]) -> None:
    """What refuses a folded row refuses all rows it was made of."""
    same = " AND ".join(f'e."{c}" IS NOT DISTINCT FROM f."{c}"' for c in natural)
    con.execute(
        f"INSERT INTO {PROBLEMS} SELECT e.row_no, p.heading, p.value, p.reason FROM {PROBLEMS} AS p "
        f"JOIN {_EVENTS} AS f USING (row_no) JOIN {_EVENTS} AS e ON {same} "
        f"WHERE e.row_no NOT IN (SELECT row_no FROM {PROBLEMS})"
    )


def _folded(column: str, how: str, *, clear: bool) -> str:
    """SQL of what stands for the rows of a key in one column."""
    name = f'"{column}"'
    if how in _ORDERED:
        return f"{how}({name}) AS {name}"
    pick = "arg_min" if how == "first" else "arg_max"
    if how or not clear:
        return f"{pick}({name}, turn) AS {name}"  # which passes over empty values
    return f"arg_max_null({name}, turn) AS {name}"


def _note(
    con: duckdb.DuckDBPyConnection, entity: Entity, latest_by: str, keep: Mapping[str, str], *, clear: bool
) -> str:
    read, made = rows(con, f"SELECT (SELECT count(*) FROM {_EVENTS}), (SELECT count(*) FROM {TABLE})")[0]
    note = ngettext(
        "an event log: %(read)s row is %(made)s %(entity)s (%(folded)s folded); the row with the highest %(column)s stands",
        "an event log: %(read)s rows are %(made)s %(entity)s (%(folded)s folded); the row with the highest %(column)s stands",
        read,
    ) % {"read": read, "made": made, "entity": _(entity.title), "folded": read - made, "column": latest_by}
    note += _(" with its empty cells") if clear else _(", its empty cells change nothing")
    words = {"max": _("the highest"), "min": _("the lowest"), "first": _("the first"), "last": _("the last")}
    for how, word in words.items():
        if columns := [column for column, kept in keep.items() if kept == how]:
            note += f"; {word}: {', '.join(columns)}"
    return note


def _tidy(cell: str, choices: Choices) -> str:
    """SQL of the trimmed text of a cell, NULL where it says that nothing is there."""
    return unless_missing(trimmed(cell), (*values.MISSING, *values.MISSING_TYPED, *choices.missing))


def _kind_of(con: duckdb.DuckDBPyConnection, cell: str, heading: str, choices: Choices) -> tuple[str, values.Format]:
    """Whether a column holds numbers or moments throughout, and how they are written."""
    for kind in ("number", "moment"):
        # most columns are plain, and looking at them as they are costs a tenth
        seen = looks.look_plain(con, LANDING, cell, kind) or looks.look(con, LANDING, _tidy(cell, choices), kind)
        if seen.filled and not seen.bad:
            found = formats.decide(
                {"latest": seen},
                {"latest": kind},
                decimal=choices.decimal,
                dates=choices.dates,
                native={},
                names={"latest": heading},
            )
            return kind, found["latest"]
    raise UsageError(
        _("--latest-by %(heading)s: its values are neither all numbers nor all dates") % {"heading": heading},
        _("Name the column that grows with every row of a key: a counter of changes, or when the row was written"),
    )
