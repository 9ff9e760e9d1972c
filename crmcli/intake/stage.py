"""From texts to typed columns: the stage, and the problems of the rows that do not fit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from crmcli.intake import formats, looks, values
from crmcli.intake.doubts import heed_excel, note_rounded, require_percents, settle_shares
from crmcli.intake.landing import TABLE as LANDING
from crmcli.intake.mapping import ColumnMap
from crmcli.intake.problems import EARLIEST, TABLE, find_problems, is_typed
from crmcli.intake.reading import Reading
from crmcli.intake.texts import Texts
from crmcli.intake.values import Format
from crmcli.intake.words import demote, settle_words, word_sql
from crmcli.store.connection import scalar

if TYPE_CHECKING:
    import duckdb

# What money is made of: a column of these that cannot be read refuses its rows, it is never quietly set aside.
WEIGHTY = frozenset({"qty", "unit_price", "amount", "discount_pct", "discount_amount", "price", "paid_amount"})


@dataclass(frozen=True, slots=True)
class Choices:
    """What the owner said about the values of a file.

    Args:
        said: Our column → text of the file → what it means.
        latest: SQL over the landing, or a column of ours, quoted: the stage gets its value as `latest`.
    """

    decimal: str | None = None
    dates: str | None = None
    missing: tuple[str, ...] = ()
    said: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    rounded: bool = False
    today: date = EARLIEST
    latest: str = ""


@dataclass(slots=True)
class Stage:
    """What is on the stage.

    Args:
        columns: Our columns that are there, with the type of each.
        formats: How each typed column was read, with the evidence.
        custom: Headings kept as fields of the owner's own, in the column `custom`.
        notes: What the owner should know, in the owner's language.
        longest: Characters of the longest number of each column whose texts are cast as they stand.
    """

    columns: dict[str, str]
    formats: dict[str, Format]
    custom: tuple[str, ...]
    notes: list[str] = field(default_factory=list)
    longest: dict[str, int] = field(default_factory=dict)

    @property
    def has_custom(self) -> bool:
        """Whether the column `custom` is there."""
        return bool(self.custom)


def stage(con: duckdb.DuckDBPyConnection, reading: Reading, mapping: ColumnMap, choices: Choices) -> Stage:
    """Make the temp tables `stage` (row_no from 1, our columns typed, custom) and `problems`.

    `mapping` loses columns whose values are not what their heading promised; they become the owner's own fields.

    Raises:
        UsageError: a column can be read in two ways and nothing says which.
    """
    notes: list[str] = []
    texts = Texts(con, reading, mapping, choices.missing, choices.said)
    heed_excel(con, mapping, texts, notes)
    words = settle_words(con, reading, mapping, texts, notes)
    formats_ = _settle_formats(con, reading, mapping, texts, choices, notes)
    expressions = {name: _value(name, mapping, texts, formats_, words, reading, choices) for name in mapping.columns}
    settle_shares(con, reading, mapping, texts, expressions)
    if choices.rounded and mapping.entity.name == "orders":
        _keep_net(mapping, texts, formats_, reading, expressions)
    _create(con, mapping, texts, expressions | ({"latest": choices.latest} if choices.latest else {}))
    found = Stage({n: mapping.entity.fields[n].type for n in mapping.columns}, formats_, tuple(mapping.custom), notes)
    if choices.rounded:
        note_rounded(con, mapping, texts, formats_, notes)
    if "amount" in expressions:
        found.columns["amount"] = "number"
    for name in mapping.constants:
        found.columns.setdefault(name, mapping.entity.fields[name].type)
    require_percents(con, reading, mapping, texts)
    # a text is what it is, and a plain number always casts: they need no second look
    free = {n for n, text in texts.sql.items() if expressions[n] == text and not is_typed(mapping.entity.fields[n])}
    numbers = {n for n in texts.looks if n in texts.sql and expressions[n] == values.plain_number(texts.sql[n])}
    found.longest = {name: texts.looks[name].longest or 0 for name in numbers}
    find_problems(con, reading, mapping, texts, today=choices.today, sure=free | numbers)
    return found


def _settle_formats(
    con: duckdb.DuckDBPyConnection,
    reading: Reading,
    mapping: ColumnMap,
    texts: Texts,
    choices: Choices,
    notes: list[str],
) -> dict[str, Format]:
    fields = mapping.entity.fields
    kinds = {n: fields[n].type for n in mapping.columns if fields[n].type in values.NUMERIC | values.TEMPORAL}
    seen_in = {
        name: texts.looks.get(name) or looks.look(con, LANDING, texts.sql[name], kind) for name, kind in kinds.items()
    }
    for name, seen in list(seen_in.items()):
        optional = not fields[name].required and not mapping.columns[name].told and name not in WEIGHTY
        if optional and seen.filled and seen.bad * 2 > seen.filled:
            del seen_in[name], kinds[name]
            demote(mapping, texts, name, reading, notes)
    native = {
        name: reading.native[mapping.columns[name].positions[0]] for name in seen_in if reading.native is not None
    }
    headings = {name: reading.headings[mapping.columns[name].positions[0]] for name in seen_in}
    return formats.decide(seen_in, kinds, decimal=choices.decimal, dates=choices.dates, native=native, names=headings)


def _value(
    name: str,
    mapping: ColumnMap,
    texts: Texts,
    formats_: Mapping[str, Format],
    words: Mapping[str, str],
    reading: Reading,
    choices: Choices,
) -> str:
    """SQL of the typed value of a column, NULL where the text does not fit."""
    spec, source, text = mapping.entity.fields[name], mapping.columns[name], texts.sql[name]
    if spec.type in values.NUMERIC:
        number = _number(name, mapping, texts, formats_, reading, rounded=choices.rounded)
        return (
            number
            if source.factor is None
            else f"try_cast(CAST({number} AS DECIMAL(38, 4)) * {source.factor:f} AS DECIMAL(18, 4))"
        )
    if spec.type in values.TEMPORAL:
        return values.date_sql(text, formats_[name], spec.type)
    return word_sql(spec.type, words[name], text) if name in words else text


def _number(
    name: str,
    mapping: ColumnMap,
    texts: Texts,
    formats_: Mapping[str, Format],
    reading: Reading,
    *,
    rounded: bool,
    wide: bool = False,
) -> str:
    spec, position = mapping.entity.fields[name], mapping.columns[name].positions[0]
    native = reading.native is not None and reading.native[position] in ("mixed", "number")
    return values.number_sql(texts.sql[name], formats_[name], spec.type, rounded=rounded, native=native, wide=wide)


def _keep_net(
    mapping: ColumnMap, texts: Texts, formats_: Mapping[str, Format], reading: Reading, expressions: dict[str, str]
) -> None:
    """A third of a pack is worth a third of its price: where a factor of a line is rounded, its amount is not."""
    factors = ("qty", "unit_price")
    if any(name not in mapping.columns for name in factors) or all(formats_[name].plain for name in factors):
        return
    wide = {}
    for name in factors:
        wide[name] = _number(name, mapping, texts, formats_, reading, rounded=True, wide=True)
        if (factor := mapping.columns[name].factor) is not None:
            wide[name] = f"try_cast(CAST({wide[name]} AS DECIMAL(38, 8)) * {factor:f} AS DECIMAL(18, 8))"
    percent, off = expressions.get("discount_pct", "0"), expressions.get("discount_amount", "0")
    net = (
        f"CAST(CAST(CAST({wide['qty']} AS DECIMAL(38, 8)) * {wide['unit_price']} AS DECIMAL(38, 8)) * (100 - coalesce({percent}, 0)) * 0.01"
        f" - coalesce({off}, 0) AS DECIMAL(18, 4))"
    )
    changed = " OR ".join(f"{wide[name]} <> {expressions[name]}" for name in factors)
    expressions["amount"] = f"coalesce({expressions.get('amount', 'NULL')}, CASE WHEN {changed} THEN {net} END)"


SQL_TYPES = {
    "number": "DECIMAL(18, 4)", "percent": "DECIMAL(18, 4)", "share": "DECIMAL(18, 4)", "int": "INTEGER", "date": "DATE",
    "moment": "TIMESTAMP", "flag": "BOOLEAN",
}  # fmt: skip


_DEAR = ("regexp", "strptime", "SELECT", "json")  # what is computed once, not at every use


def _create(con: duckdb.DuckDBPyConnection, mapping: ColumnMap, texts: Texts, expressions: Mapping[str, str]) -> None:
    parts = ["row_no", *(f'{sql} AS "{name}"' for name, sql in expressions.items())]
    parameters: dict[str, str] = {}
    for name, constant in mapping.constants.items():
        parameters[f"set_{name}"] = constant
        kind = SQL_TYPES.get(mapping.entity.fields[name].type, "VARCHAR")
        parts.append(f'CAST($set_{name} AS {kind}) AS "{name}"')
    if texts.custom:
        pieces = []
        for i, (heading, sql) in enumerate(texts.custom.items()):
            if heading == "custom" and _all_objects(con, sql):  # our own export
                pieces.append(f"CASE WHEN {sql} <> '{{}}' THEN substr({sql}, 2, length({sql}) - 2) END")
                continue
            parameters[f"custom_{i}"] = json.dumps(heading, ensure_ascii=False) + ":"
            pieces.append(f"CASE WHEN {sql} IS NOT NULL THEN $custom_{i} || to_json({sql})::VARCHAR END")
        parts.append(f"nullif('{{' || concat_ws(',', {', '.join(pieces)}) || '}}', '{{}}') AS custom")
    if not parameters and not any(word in sql for sql in expressions.values() for word in _DEAR):
        # casting again where a value is used costs less than a second copy of a million rows
        con.execute(f"CREATE OR REPLACE TEMP VIEW {TABLE} AS SELECT {', '.join(parts)} FROM {LANDING}")
        return
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE staged AS SELECT {', '.join(parts)} FROM {LANDING}",
        parameters or None,
    )
    con.execute(f"CREATE OR REPLACE TEMP VIEW {TABLE} AS SELECT * FROM staged")


def _all_objects(con: duckdb.DuckDBPyConnection, text: str) -> bool:
    """Whether every text of a column is a JSON object, as `export` writes the owner's own fields."""
    objects = "count(*) FILTER (json_valid(v) AND left(v, 1) = '{' AND right(v, 1) = '}')"
    return bool(
        scalar(con, f"SELECT count(v) = {objects} FROM (SELECT {text} AS v FROM {LANDING}) WHERE v IS NOT NULL")
    )
