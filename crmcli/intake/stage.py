"""From texts to typed columns: the stage, and the problems of the rows that do not fit."""

from __future__ import annotations

import json
import mmap
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli.errors import UsageError
from crmcli.intake import formats, values
from crmcli.intake.entities import Entity, Field, levels, normal_word
from crmcli.intake.landing import TABLE as LANDING
from crmcli.intake.mapping import ColumnMap, Source
from crmcli.intake.reading import Reading
from crmcli.intake.values import Format
from crmcli.language import gettext as _
from crmcli.language import ngettext
from crmcli.store.connection import rows, scalar

if TYPE_CHECKING:
    import duckdb

TABLE = "stage"
PROBLEMS = "problems"
KEYS = frozenset({"key", "customer", "product", "manager"})
EARLIEST = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Choices:
    """What the owner said about the values of a file."""

    decimal: str | None = None
    dates: str | None = None
    missing: tuple[str, ...] = ()
    rounded: bool = False
    today: date = EARLIEST


@dataclass(slots=True)
class Stage:
    """What is on the stage.

    Args:
        columns: Our columns that are there, with the type of each.
        formats: How each typed column was read, with the evidence.
        has_custom: Whether the column `custom` is there.
        notes: What the owner should know, in the owner's language.
    """

    columns: dict[str, str]
    formats: dict[str, Format]
    has_custom: bool
    notes: list[str] = field(default_factory=list)


class _Texts:
    """SQL of the trimmed text of each mapped column, NULL where there is nothing."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, reading: Reading, mapping: ColumnMap, choices: Choices
    ) -> None:
        self._choices = choices
        self.exponents: set[str] = set()
        self.looks = _plain_columns(con, mapping)
        plain = {mapping.columns[name].positions[0] for name in self.looks}
        self._untidy = _untidy(con, reading, mapping, choices, plain)
        self.sql = {name: self._text(source, mapping.entity.fields[name]) for name, source in mapping.columns.items()}
        self.custom = {heading: self._cell(position, values.MISSING) for heading, position in mapping.custom.items()}

    def _text(self, source: Source, spec: Field) -> str:
        typed = spec.type not in ("text", *KEYS)
        tokens = (*values.MISSING, *(values.MISSING_TYPED if typed else ()), *self._choices.missing)
        cells = [self._cell(position, tokens) for position in source.positions]
        return cells[0] if len(cells) == 1 else f"concat_ws('/', {', '.join(cells)})"

    def _cell(self, position: int, tokens: tuple[str, ...]) -> str:
        blank, missing = self._untidy[position]
        text = f"nullif(trim(c{position}, ' \t\r\n\u00a0'), '')" if blank else f"c{position}"
        return f"CASE WHEN {text} NOT IN ({_literals(tokens)}) THEN {text} END" if missing else text


def _untidy(
    con: duckdb.DuckDBPyConnection, reading: Reading, mapping: ColumnMap, choices: Choices, plain: Collection[int]
) -> dict[int, tuple[int, int]]:
    """Position → cells with blanks around or nothing in them, and cells with a word for "missing"; in one pass.

    Trimming every cell of a million rows costs more than reading the file, and hardly any file needs it.
    """
    positions = sorted({p for s in mapping.columns.values() for p in s.positions} | set(mapping.custom.values()))
    positions = [p for p in positions if p not in plain]
    if not positions:
        return dict.fromkeys(plain, (0, 0))
    tokens = _literals((*values.MISSING, *values.MISSING_TYPED, *choices.missing))
    blanks = ["< '!'", "LIKE '% '"]
    for blank in _rare_blanks(reading):
        blanks += [f"LIKE '%{blank}'", f"LIKE '{blank}%'"]
    tests = ", ".join(
        f"{' + '.join(f'count(*) FILTER (c{p} {blank})' for blank in blanks)}, count(*) FILTER (c{p} IN ({tokens}))"
        for p in positions
    )
    counts = rows(con, f"SELECT {tests} FROM {LANDING}")[0]  # noqa: S608
    found = {p: (counts[2 * i], counts[2 * i + 1]) for i, p in enumerate(positions)}
    return {**dict.fromkeys(plain, (0, 0)), **found}


def _rare_blanks(reading: Reading) -> tuple[str, ...]:
    """Blanks other than spaces that the file has anywhere: looking for them in every cell costs as much as reading it."""
    rare = ("\u00a0", "\t", "\n", "\r")
    plain = reading.plain
    if plain is None or plain.path.suffix != ".csv" or plain.path.stat().st_size == 0:
        return rare
    with plain.path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        there = {blank for blank in ("\u00a0", "\t") if blank != plain.delimiter and data.find(blank.encode()) >= 0}
        if data.find(b'"') >= 0:  # line ends within cells need quotes
            there |= {"\n", "\r"}
    return tuple(blank for blank in rare if blank in there)


def _plain_columns(con: duckdb.DuckDBPyConnection, mapping: ColumnMap) -> dict[str, values.Looks]:
    """Typed columns of one source whose every value is plain: they need no second look, and hold no blanks."""
    fields = mapping.entity.fields
    found = {}
    for name, source in mapping.columns.items():
        if len(source.positions) == 1 and fields[name].type in values.NUMERIC | values.TEMPORAL:
            seen = values.look_plain(con, LANDING, f"c{source.positions[0]}", fields[name].type)
            if seen is not None:
                found[name] = seen
    return found


def _literals(words: Iterable[str]) -> str:
    return ", ".join("'" + word.replace("'", "''") + "'" for word in words)


def stage(con: duckdb.DuckDBPyConnection, reading: Reading, mapping: ColumnMap, choices: Choices) -> Stage:
    """Make the temp tables `stage` (row_no from 1, our columns typed, custom) and `problems`.

    `mapping` loses columns whose values are not what their heading promised; they become the owner's own fields.

    Raises:
        UsageError: a column can be read in two ways and nothing says which.
    """
    notes: list[str] = []
    texts = _Texts(con, reading, mapping, choices)
    _heed_excel(con, mapping, texts, notes)
    words = _settle_words(con, reading, mapping, texts, notes)
    formats_ = _settle_formats(con, reading, mapping, texts, choices, notes)
    expressions = {name: _value(name, mapping, texts, formats_, words, reading, choices) for name in mapping.columns}
    _create(con, mapping, texts, expressions)
    found = Stage({n: mapping.entity.fields[n].type for n in mapping.columns}, formats_, bool(mapping.custom), notes)
    for name in mapping.constants:
        found.columns.setdefault(name, mapping.entity.fields[name].type)
    _find_problems(con, reading, mapping, texts, choices)
    return found


def _heed_excel(con: duckdb.DuckDBPyConnection, mapping: ColumnMap, texts: _Texts, notes: list[str]) -> None:
    """What a spreadsheet does to codes: a ".0" behind every one (dropped), or dates among them (told)."""
    for name in mapping.columns:
        if mapping.entity.fields[name].type not in KEYS:
            continue
        digits, pointed, dates, exponents, filled = rows(
            con,  # what a spreadsheet makes begins with a digit; most codes of a clean file do not get past that
            "SELECT count(*), count(*) FILTER (ends_with(v, '.0')), count(*) FILTER (length(v) <= 19 AND regexp_full_match("  # noqa: S608
            "v, '\\d{4}-\\d{2}-\\d{2}( 00:00:00)?|\\d{1,2}[.-][a-zа-я]{3}')), count(*) FILTER (contains(upper(v), 'E+')), "
            f"(SELECT count({texts.sql[name]}) FROM {LANDING}) FROM (SELECT {texts.sql[name]} AS v FROM {LANDING}) WHERE v < ':'",
        )[0]
        if not digits:
            continue
        if exponents:
            texts.exponents.add(name)
        if filled and pointed == filled:
            texts.sql[name] = f"regexp_replace({texts.sql[name]}, '\\.0$', '')"
            notes.append(_("%(column)s: every value ended in .0; it was dropped") % {"column": name})
        if dates and dates < filled:
            notes.append(
                ngettext(
                    "%(column)s: %(count)s value is a date among codes, as when Excel turns 5-20 into 20 May; look at it",
                    "%(column)s: %(count)s values are dates among codes, as when Excel turns 5-20 into 20 May; look at them",
                    dates,
                )
                % {"column": name, "count": dates}
            )


def _settle_words(
    con: duckdb.DuckDBPyConnection, reading: Reading, mapping: ColumnMap, texts: _Texts, notes: list[str]
) -> dict[str, str]:
    """Our column → temp table of (given, level) for closed words; columns that hold other words are demoted."""
    tables = {}
    for name in list(mapping.columns):
        spec = mapping.entity.fields[name]
        if spec.type not in ("level", "flag"):
            continue
        known = levels(mapping.entity.name, spec)
        given = rows(
            con,
            f"SELECT v, count(*) FROM (SELECT {texts.sql[name]} AS v FROM {LANDING}) "  # noqa: S608
            "WHERE v IS NOT NULL GROUP BY v ORDER BY 2 DESC, 1 LIMIT 10000",
        )
        pairs = [(word, level) for word, _n in given if (level := _level(known, word, name))]
        recognised = {word for word, _level_ in pairs}
        good = sum(n for word, n in given if word in recognised)
        if not mapping.columns[name].told and good * 2 < sum(n for _w, n in given):
            _demote(mapping, texts, name, reading, notes)
            continue
        table = f"words_{name}"
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT unnest($given) AS given, unnest($level) AS level",
            {"given": [w for w, _l in pairs] or [""], "level": [level for _w, level in pairs] or [""]},
        )
        tables[name] = table
    return tables


def _level(known: Mapping[str, str], word: str, name: str) -> str | None:
    found = known.get(normal_word(word))
    if found is None and name == "currency" and len(word.strip()) == 3 and word.strip().isascii() and word.strip().isalpha():
        return word.strip().upper()
    return found


def _demote(mapping: ColumnMap, texts: _Texts, name: str, reading: Reading, notes: list[str]) -> None:
    sql = texts.sql.pop(name)
    heading = mapping.demote(name, reading.headings)
    texts.custom[heading] = sql
    notes.append(
        _("%(heading)s reads like %(column)s, but its values do not; kept as a field of your own")
        % {"heading": heading, "column": name}
    )


def _settle_formats(
    con: duckdb.DuckDBPyConnection,
    reading: Reading,
    mapping: ColumnMap,
    texts: _Texts,
    choices: Choices,
    notes: list[str],
) -> dict[str, Format]:
    fields = mapping.entity.fields
    kinds = {n: fields[n].type for n in mapping.columns if fields[n].type in values.NUMERIC | values.TEMPORAL}
    looks = {name: texts.looks.get(name) or values.look(con, LANDING, texts.sql[name], kind) for name, kind in kinds.items()}
    for name, seen in list(looks.items()):
        optional = not fields[name].required and not mapping.columns[name].told
        if optional and seen.filled and seen.bad * 2 > seen.filled:
            del looks[name], kinds[name]
            _demote(mapping, texts, name, reading, notes)
    native = {
        name: reading.native[mapping.columns[name].positions[0]] for name in looks if reading.native is not None
    }
    headings = {name: reading.headings[mapping.columns[name].positions[0]] for name in looks}
    return formats.decide(looks, kinds, decimal=choices.decimal, dates=choices.dates, native=native, names=headings)


def _value(
    name: str,
    mapping: ColumnMap,
    texts: _Texts,
    formats_: Mapping[str, Format],
    words: Mapping[str, str],
    reading: Reading,
    choices: Choices,
) -> str:
    """SQL of the typed value of a column, NULL where the text does not fit."""
    spec, source, text = mapping.entity.fields[name], mapping.columns[name], texts.sql[name]
    if spec.type in values.NUMERIC:
        native = reading.native is not None and reading.native[source.positions[0]] in ("mixed", "number")
        number = values.number_sql(text, formats_[name], spec.type, rounded=choices.rounded, native=native)
        return number if source.factor is None else f"try_cast({number} * {source.factor} AS DECIMAL(18, 4))"
    if spec.type in values.TEMPORAL:
        return values.date_sql(text, formats_[name], spec.type)
    if name in words:
        level = f"(SELECT w.level FROM {words[name]} AS w WHERE w.given = {text})"  # noqa: S608
        return f"CAST({level} AS BOOLEAN)" if spec.type == "flag" else level
    return text


_SQL_TYPES = {
    "number": "DECIMAL(18, 4)", "percent": "DECIMAL(18, 4)", "int": "INTEGER", "date": "DATE",
    "moment": "TIMESTAMP", "flag": "BOOLEAN",
}  # fmt: skip


def _create(
    con: duckdb.DuckDBPyConnection, mapping: ColumnMap, texts: _Texts, expressions: Mapping[str, str]
) -> None:
    parts = ["row_no", *(f'{sql} AS "{name}"' for name, sql in expressions.items())]
    parameters: dict[str, str] = {}
    for name, constant in mapping.constants.items():
        parameters[f"set_{name}"] = constant
        kind = _SQL_TYPES.get(mapping.entity.fields[name].type, "VARCHAR")
        parts.append(f'CAST($set_{name} AS {kind}) AS "{name}"')
    if texts.custom:
        pieces = []
        for i, (heading, sql) in enumerate(texts.custom.items()):
            parameters[f"custom_{i}"] = json.dumps(heading, ensure_ascii=False) + ":"
            pieces.append(f"CASE WHEN {sql} IS NOT NULL THEN $custom_{i} || to_json({sql})::VARCHAR END")
        parts.append(f"nullif('{{' || concat_ws(',', {', '.join(pieces)}) || '}}', '{{}}') AS custom")
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE staged AS SELECT {', '.join(parts)} FROM {LANDING}",  # noqa: S608
        parameters or None,
    )
    con.execute(f"CREATE OR REPLACE TEMP VIEW {TABLE} AS SELECT * FROM staged")


def _find_problems(
    con: duckdb.DuckDBPyConnection, reading: Reading, mapping: ColumnMap, texts: _Texts, choices: Choices
) -> None:
    """One row for every cell that keeps its row out."""
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {PROBLEMS} (row_no BIGINT, heading VARCHAR, value VARCHAR, reason VARCHAR)"
    )
    for name, source in mapping.columns.items():
        spec = mapping.entity.fields[name]
        heading = " + ".join(reading.headings[p] for p in source.positions)
        _unreadable(con, name, spec, heading, texts.sql[name], mapping)
        if spec.type in values.TEMPORAL:
            _out_of_time(con, name, heading, texts.sql[name], choices.today)
        if spec.required:
            add_problems(con, f'"{name}" IS NULL', heading, "NULL", _("%(column)s is missing") % {"column": name},
                         unless_known=True)  # fmt: skip
        if name in texts.exponents:
            _scientific(con, name, heading)


def _unreadable(
    con: duckdb.DuckDBPyConnection, name: str, spec: Field, heading: str, text: str, mapping: ColumnMap
) -> None:
    errors = ", ".join(f"'{e}'" for e in values.ERRORS)
    typed = spec.type not in ("text", *KEYS)
    bad = f'(l.v IN ({errors}) OR s."{name}" IS NULL)' if typed else f"l.v IN ({errors})"
    allowed = ""
    if spec.type in ("level", "flag"):
        allowed = ", ".join(dict.fromkeys(levels(mapping.entity.name, spec).values()))
    reasons = {
        "number": _("is no number"), "percent": _("is no number"), "int": _("is no whole number"),
        "date": _("is no date"), "moment": _("is no date and time"),
        "level": _("is none of: %(words)s") % {"words": allowed}, "flag": _("is neither yes nor no"),
    }  # fmt: skip
    con.execute(
        f"INSERT INTO {PROBLEMS} SELECT s.row_no, $heading, l.v, CASE WHEN l.v IN ({errors}) THEN $error "  # noqa: S608
        r"WHEN $decimals <> '' AND regexp_full_match(l.v, '[^\d]*[\d\s]*[.,]\d{5,}[^\d]*') THEN $decimals ELSE $reason END "
        f"FROM (SELECT row_no, {text} AS v FROM {LANDING} WHERE ({text}) IS NOT NULL) AS l "
        f"JOIN {TABLE} AS s USING (row_no) WHERE {bad}",
        {
            "heading": heading,
            "error": _("is an error cell of the spreadsheet"),
            "decimals": _("has more than four decimals (--round allows it)") if spec.type in values.NUMERIC else "",
            "reason": reasons.get(spec.type, ""),
        },
    ) if _has_bad(con, name, text, typed=typed, errors=errors) else None


def _has_bad(con: duckdb.DuckDBPyConnection, name: str, text: str, *, typed: bool, errors: str) -> bool:
    """A cheap look first: nearly every column is clean."""
    if typed:
        filled = scalar(con, f"SELECT count({text}) FROM {LANDING}")  # noqa: S608
        return bool(filled != scalar(con, f'SELECT count("{name}") FROM {TABLE}'))  # noqa: S608
    return bool(scalar(con, f"SELECT count(*) FROM {LANDING} WHERE {text} IN ({errors})"))  # noqa: S608


def _out_of_time(con: duckdb.DuckDBPyConnection, name: str, heading: str, text: str, today: date) -> None:
    latest = today.replace(year=today.year + 10, day=min(today.day, 28))
    add_problems(
        con,
        f"\"{name}\" < DATE '{EARLIEST}' OR \"{name}\" > DATE '{latest}'",
        heading,
        f'CAST("{name}" AS VARCHAR)',
        _("lies before 1970 or more than ten years ahead"),
    )
    del text


def _scientific(con: duckdb.DuckDBPyConnection, name: str, heading: str) -> None:
    add_problems(
        con,
        f"regexp_full_match(\"{name}\", '-?\\d([.,]\\d+)?[eE]\\+\\d{{2,}}')",
        heading,
        f'"{name}"',
        _("has lost its digits to a spreadsheet (scientific notation); take it from the source again"),
    )


def add_problems(  # noqa: PLR0913  one row's worth of words
    con: duckdb.DuckDBPyConnection,
    condition: str,
    heading: str,
    value: str,
    reason: str,
    *,
    unless_known: bool = False,
) -> None:
    """Refuse the staged rows for which `condition` (SQL of this program over stage columns) holds."""
    known = f" AND row_no NOT IN (SELECT row_no FROM {PROBLEMS})" if unless_known else ""  # noqa: S608
    con.execute(
        f"INSERT INTO {PROBLEMS} SELECT row_no, $heading, {value}, $reason FROM {TABLE} WHERE ({condition}){known}",  # noqa: S608
        {"heading": heading, "reason": reason},
    )


def check_constants(entity: Entity, constants: Mapping[str, str]) -> dict[str, str]:
    """`--set` values as canonical texts of their type.

    Raises:
        UsageError: a value does not fit its column.
    """
    checked = {}
    for column, value in constants.items():
        spec = entity.fields[column]
        try:
            checked[column] = _constant(entity, spec, value)
        except (ValueError, ArithmeticError):
            raise UsageError(
                _("--set %(column)s=%(value)s: the value does not fit the column") % {"column": column, "value": value}
            ) from None
    return checked


def _constant(entity: Entity, spec: Field, value: str) -> str:
    if spec.type in ("level", "flag"):
        found = _level(levels(entity.name, spec), value, spec.name)
        if found is None:
            raise ValueError(value)
        return found
    if spec.type in values.NUMERIC:
        return str(Decimal(value.replace(",", ".").replace("\u00a0", "").replace(" ", "")))
    if spec.type == "date":
        return date.fromisoformat(value).isoformat()
    return datetime.fromisoformat(value).isoformat(" ") if spec.type == "moment" else value
