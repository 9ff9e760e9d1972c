"""How the texts of one column become values: decimal mark, date order and the like, decided over all rows.

What is decided is shown with its evidence; what cannot be decided is asked for, never guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmcli.store.connection import scalar

if TYPE_CHECKING:
    import duckdb

NUMERIC = frozenset({"number", "percent", "share", "int"})
TEMPORAL = frozenset({"date", "moment"})
# Texts that mean "nothing here": in any column, and besides in columns of numbers, dates and closed words.
MISSING = ("NULL", "\\N", "(null)", "<null>")
MISSING_TYPED = ("null", "None", "none", "NaN", "nan", "N/A", "n/a", "NA", "-", "–", "—", "?", "нет", "н/д")
ERRORS = (
    "#DIV/0!",
    "#REF!",
    "#VALUE!",
    "#NAME?",
    "#NUM!",
    "#N/A",
    "#NULL!",
    "#ДЕЛ/0!",
    "#ССЫЛКА!",
    "#ЗНАЧ!",
    "#ИМЯ?",
    "#Н/Д",
)

_SPACES = r"[\s\x{00A0}\x{2009}\x{202F}'’]"
CURRENCY = r"(?i)(₽|\$|€|£|¥|₸|₴|руб(лей|ля|ль)?\.?|р\.|rub|eur|usd|gbp|тг|грн)"


@dataclass(frozen=True, slots=True)
class Format:
    """How a column is read.

    Args:
        decimal: "." or ",", None where the column shows neither.
        order: "dmy", "mdy" or "ymd", None for columns without dates.
        plain: Every value casts as it stands.
        formats: strptime formats that occur.
        serials: Some values are Excel's day numbers.
        evidence: Why, in the owner's language, for the preview.
    """

    decimal: str | None = None
    order: str | None = None
    plain: bool = False
    formats: tuple[str, ...] = ()
    serials: bool = False
    evidence: str = ""


def number_sql(
    text: str, how: Format, kind: str, *, rounded: bool = False, native: bool = False, wide: bool = False
) -> str:
    """SQL of the number in `text`, NULL where it is none; four decimals exactly unless `rounded`, eight when `wide`."""
    target = "DECIMAL(18, 8)" if wide else "DECIMAL(18, 4)"
    if how.plain:
        value = f"try_cast({text} AS {target})" if wide else plain_number(text)
        return value if kind != "int" else _whole(value)
    bare = f"regexp_replace(regexp_replace({text}, '{_quoted(_SPACES)}|%', '', 'g'), '{_quoted(CURRENCY)}', '', 'g')"
    signed = f"regexp_replace(regexp_replace(regexp_replace({bare}, '^−', '-'), '^\\((.+)\\)$', '-\\1'), '^([^-].*)-$', '-\\1')"
    decimal = how.decimal or "."
    group = "," if decimal == "." else "."
    d, g = re.escape(decimal), re.escape(group)
    shape = f"[-+]?(\\d+|\\d{{1,3}}({g}\\d{{3}})+|\\d{{1,2}}({g}\\d{{2}})*{g}\\d{{3}})?({d}\\d+)?"
    unified = f"replace(replace({signed}, '{group}', ''), '{decimal}', '.')"
    cases = f"WHEN regexp_full_match({signed}, '{shape}') THEN {unified}"
    if native:  # a workbook's own numbers are written with "." whatever its texts use
        cases = f"WHEN regexp_full_match({text}, '-?\\d+(\\.\\d+)?') THEN {text} {cases}"
    exact = f"CASE {cases} END"
    if not rounded:
        exact = f"nullif(regexp_replace({exact}, '(\\.\\d{{4}}\\d*[1-9]\\d*)$', 'x'), 'x')"
        exact = f"CASE WHEN NOT contains({exact}, 'x') THEN {exact} END"
    value = f"try_cast({exact} AS {target})"
    return _whole(value) if kind == "int" else value


def plain_number(text: str) -> str:
    """SQL of the number in a text of at most fourteen digits, a point and four digits: it casts as it stands."""
    return f"try_cast({text} AS DECIMAL(18, 4))"


def _whole(value: str) -> str:
    return f"CASE WHEN {value} = trunc({value}) THEN try_cast({value} AS INTEGER) END"


def date_sql(text: str, how: Format, kind: str) -> str:
    """SQL of the date or moment in `text`, NULL where it is none."""
    if how.plain:
        return f"try_cast({text} AS {'DATE' if kind == 'date' else 'TIMESTAMP'})"
    tidy = (
        f"regexp_replace(regexp_replace(regexp_replace({text}, '(\\d)[T](\\d)', '\\1 \\2'), "
        "'\\s*(Z|[+-]\\d{2}:?\\d{2})$', ''), '\\s+', ' ', 'g')"
        if kind == "moment" or any(" %H" in f or " %I" in f for f in how.formats)
        else text
    )
    if any("%m %d" in f or "%d %m " in f for f in how.formats):
        tidy = _months_as_numbers(tidy)
    formats = ", ".join(f"'{_quoted(f)}'" for f in how.formats)
    parsed = f"try_strptime({tidy}, [{formats}])" if how.formats else "NULL::TIMESTAMP"
    if how.serials:
        day = f"try_cast(replace({text}, ',', '.') AS DOUBLE)"
        serial = f"TIMESTAMP '1899-12-30' + to_seconds(round({day} * 86400))"
        parsed = f"coalesce({parsed}, CASE WHEN {day} BETWEEN 20000 AND 80000 THEN {serial} END)"
    return f"CAST({parsed} AS {'DATE' if kind == 'date' else 'TIMESTAMP'})"


_MONTHS = (
    "jan|янв", "feb|фев", "mar|мар", "apr|апр", "may|май|мая", "jun|июн",
    "jul|июл", "aug|авг", "sep|сен", "oct|окт", "nov|ноя", "dec|дек",
)  # fmt: skip


def _months_as_numbers(text: str) -> str:
    """Names of months as numbers, everything between the parts as single spaces."""
    sql = f"regexp_replace(lower({text}), '(\\d)(st|nd|rd|th)\\b', '\\1')"
    for number, names in enumerate(_MONTHS, 1):
        sql = f"regexp_replace({sql}, '({names})[a-zа-я]*', ' {number} ')"
    return f"trim(regexp_replace(regexp_replace({sql}, '\\s*г\\.?\\s*$', ''), '[\\s.,/-]+', ' ', 'g'))"


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def share_like(con: duckdb.DuckDBPyConnection, table: str, value: str) -> bool:
    """True when every value lies in 0–1 and some lie strictly between: shares rather than percents."""
    return bool(
        scalar(
            con,
            f"SELECT coalesce(bool_and(v BETWEEN 0 AND 1) AND bool_or(v > 0 AND v < 1), false) "
            f"FROM (SELECT {value} AS v FROM {table})",
        )
    )
