"""The cells that keep their rows out: one row of the temp table `problems` for each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from crmcli.intake import values
from crmcli.intake.entities import Field, levels
from crmcli.intake.landing import TABLE as LANDING
from crmcli.intake.mapping import ColumnMap
from crmcli.intake.reading import Reading
from crmcli.intake.texts import FREE, Texts, literals
from crmcli.language import gettext as _
from crmcli.store.connection import rows

if TYPE_CHECKING:
    import duckdb

TABLE = "stage"
PROBLEMS = "problems"
EARLIEST = date(1970, 1, 1)
YEARS_AHEAD = 10
ENDLESS = frozenset({"valid_to"})  # where 31.12.2099 and the like mean that the end never comes
MOST_PERCENT = 100  # a discount or a tax beyond it, either way, is a slip of the pen


def find_problems(
    con: duckdb.DuckDBPyConnection,
    reading: Reading,
    mapping: ColumnMap,
    texts: Texts,
    *,
    today: date,
    sure: Collection[str] = (),
) -> None:
    """Refuse staged rows with a cell that cannot be read, is missing or cannot be true.

    Args:
        con: Where the stage is.
        reading: What was staged.
        mapping: Which of its columns are which of ours.
        texts: The SQL of their texts.
        today: Dates lie around it.
        sure: Columns that are on the stage wherever their texts are.
    """
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {PROBLEMS} (row_no BIGINT, heading VARCHAR, value VARCHAR, reason VARCHAR)"
    )
    if reading.refused:
        con.execute(
            f"INSERT INTO {PROBLEMS} SELECT unnest($rows), $heading, NULL, unnest($reasons)",
            {
                "rows": [row_no for row_no, _reason in reading.refused],
                "heading": reading.headings[0],
                "reasons": [_(reason) for _row_no, reason in reading.refused],
            },
        )
    signs = _signs(con, mapping, texts, sure)
    for name, source in mapping.columns.items():
        spec = mapping.entity.fields[name]
        heading = " + ".join(reading.headings[p] for p in source.positions)
        sign = signs[name]
        if sign.unreadable:
            _unreadable(con, spec, heading, texts.sql[name], mapping)
        latest = date.max if name in ENDLESS else _latest(today)
        if sign.first is not None and (sign.first < EARLIEST or sign.last > latest):
            _out_of_time(con, name, heading, latest)
        if spec.type == "percent":
            add_problems(
                con, f'abs("{name}") > {MOST_PERCENT}', heading, f'"{name}"::VARCHAR', _("is more than 100 percent")
            )
        if spec.type == "share":
            add_problems(
                con, f'"{name}" NOT BETWEEN 0 AND 1', heading, f'"{name}"::VARCHAR', _("is no share of a whole")
            )
        if spec.required and sign.missing:
            add_problems(con, f'"{name}" IS NULL', heading, "NULL", _("%(column)s is missing") % {"column": name},
                         unless_known=True)  # fmt: skip
        if name in texts.exponents:
            _scientific(con, name, heading)


@dataclass(frozen=True, slots=True)
class _Sign:
    """What one pass over a column tells: whether a closer look for problems is worth it."""

    unreadable: bool
    missing: bool
    first: date | None
    last: date


def is_typed(spec: Field) -> bool:
    """Whether a text of the column can fail to be a value of it."""
    return spec.type not in FREE and spec.type != "word"


def _signs(con: duckdb.DuckDBPyConnection, mapping: ColumnMap, texts: Texts, sure: Collection[str]) -> dict[str, _Sign]:
    """A few passes for all columns together: nearly every column is clean, and looking at each alone costs most."""
    fields = {name: mapping.entity.fields[name] for name in mapping.columns}
    if not fields:
        return {}
    filled = _count_filled(con, mapping, texts)
    total, marked, tests = filled[""], [], []
    for name, spec in fields.items():
        if not is_typed(spec):  # error cells begin so; a range is looked up in the column's statistics first
            marked.append(f"EXISTS (FROM {TABLE} WHERE \"{name}\" >= '#' AND \"{name}\" < '$')")
        else:
            marked.append("false")
        read = str(filled[name]) if name in sure else f'count("{name}")'
        ends = f'min("{name}")::DATE, max("{name}")::DATE' if spec.type in values.TEMPORAL else "NULL, NULL"
        tests.append(f"{read}, {ends}")
    errors = rows(con, f"SELECT {', '.join(marked)}")[0]
    found = rows(con, f"SELECT {', '.join(tests)} FROM {TABLE}")[0]
    signs = {}
    for place, (name, spec) in enumerate(fields.items()):
        read, first, last = found[3 * place : 3 * place + 3]
        unreadable = bool(errors[place]) or (is_typed(spec) and read < filled[name])
        signs[name] = _Sign(unreadable, read < total, first, last)
    return signs


def _count_filled(con: duckdb.DuckDBPyConnection, mapping: ColumnMap, texts: Texts) -> dict[str, int]:
    """Column → cells with a text; "" → rows. What was counted before is not counted again."""
    known = {name: texts.looks[name].filled for name in mapping.columns if name in texts.looks}
    names = [name for name in mapping.columns if name not in known]
    counts = rows(con, f"SELECT {', '.join(['count(*)', *(f'count({texts.sql[n]})' for n in names)])} FROM {LANDING}")[
        0
    ]
    return {**known, **dict(zip(["", *names], counts, strict=True))}


def _unreadable(con: duckdb.DuckDBPyConnection, spec: Field, heading: str, text: str, mapping: ColumnMap) -> None:
    errors = literals(values.ERRORS)
    typed = is_typed(spec)
    bad = f'(l.v IN ({errors}) OR s."{spec.name}" IS NULL)' if typed else f"l.v IN ({errors})"
    con.execute(
        f"INSERT INTO {PROBLEMS} SELECT s.row_no, $heading, l.v, CASE WHEN l.v IN ({errors}) THEN $error "
        r"WHEN $decimals <> '' AND regexp_full_match(l.v, '[^\d]*[\d\s]*[.,]\d{5,}[^\d]*') THEN $decimals ELSE $reason END "
        f"FROM (SELECT row_no, {text} AS v FROM {LANDING} WHERE ({text}) IS NOT NULL) AS l "
        f"JOIN {TABLE} AS s USING (row_no) WHERE {bad}",
        {
            "heading": heading,
            "error": _("is an error cell of the spreadsheet"),
            "decimals": _("has more than four decimals (--round allows it)") if spec.type in values.NUMERIC else "",
            "reason": _reason(spec, mapping),
        },
    )


def _reason(spec: Field, mapping: ColumnMap) -> str:
    """Why a text is no value of its column."""
    allowed = ""
    if spec.type in ("level", "flag"):
        allowed = ", ".join(dict.fromkeys(levels(mapping.entity.name, spec).values()))
    reasons = {
        "number": _("is no number"), "percent": _("is no number"), "share": _("is no number"), "int": _("is no whole number"),
        "date": _("is no date"), "moment": _("is no date and time"),
        "level": _("is none of: %(words)s") % {"words": allowed}, "flag": _("is neither yes nor no"),
    }  # fmt: skip
    return reasons.get(spec.type, "")


def _latest(today: date) -> date:
    return today.replace(year=today.year + YEARS_AHEAD, day=min(today.day, 28))


def _out_of_time(con: duckdb.DuckDBPyConnection, name: str, heading: str, latest: date) -> None:
    add_problems(
        con,
        f"\"{name}\" < DATE '{EARLIEST}' OR \"{name}\" > DATE '{latest}'",
        heading,
        f'CAST("{name}" AS VARCHAR)',
        _("lies before 1970 or more than ten years ahead"),
    )


def _scientific(con: duckdb.DuckDBPyConnection, name: str, heading: str) -> None:
    add_problems(
        con,
        f"regexp_full_match(\"{name}\", '-?\\d([.,]\\d+)?[eE]\\+\\d{{2,}}')",
        heading,
        f'"{name}"',
        _("has lost its digits to a spreadsheet (scientific notation); take it from the source again"),
    )


def add_problems(
    con: duckdb.DuckDBPyConnection, condition: str, heading: str, value: str, reason: str, *, unless_known: bool = False
) -> None:
    """Refuse the staged rows for which `condition` (SQL of this program over stage columns) holds."""
    known = f" AND row_no NOT IN (SELECT row_no FROM {PROBLEMS})" if unless_known else ""
    con.execute(
        f"INSERT INTO {PROBLEMS} SELECT row_no, $heading, {value}, $reason FROM {TABLE} WHERE ({condition}){known}",
        {"heading": heading, "reason": reason},
    )


def refuse_whole(con: duckdb.DuckDBPyConnection, keys: Sequence[str], value: str) -> None:
    """Refuse all rows of a key of which one is refused: without it they tell another story, and mended it would come too late.

    Args:
        con: Where the stage is.
        keys: Our columns of the key; a row that lacks a part of it stands alone.
        value: SQL of what is shown of a row refused so.
    """
    same = " AND ".join(f'bad."{c}" = {TABLE}."{c}"' for c in keys)
    add_problems(
        con,
        f"EXISTS (FROM {TABLE} AS bad WHERE {same} AND bad.row_no IN (SELECT row_no FROM {PROBLEMS}))",
        keys[0],
        value,
        _("another row of the same key is refused"),
        unless_known=True,
    )
