"""How the texts of one column become values: decimal mark, date order and the like, decided over all rows.

What is decided is shown with its evidence; what cannot be decided is asked for, never guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crmcli.store.connection import rows, scalar

if TYPE_CHECKING:
    import duckdb

NUMERIC = frozenset({"number", "percent", "int"})
TEMPORAL = frozenset({"date", "moment"})
# Texts that mean "nothing here": in any column, and besides in columns of numbers, dates and closed words.
MISSING = ("NULL", "\\N", "(null)", "<null>")
MISSING_TYPED = ("null", "None", "none", "NaN", "nan", "N/A", "n/a", "NA", "-", "–", "—", "?", "нет", "н/д")
ERRORS = ("#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#N/A", "#NULL!", "#ДЕЛ/0!", "#ССЫЛКА!", "#ЗНАЧ!", "#ИМЯ?", "#Н/Д")

_PLAIN_NUMBER = r"-?\d{1,14}(\.\d{1,4})?"
_PLAIN_DATE = r"\d{4}-\d{2}-\d{2}"
_PLAIN_MOMENT = r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?"
_SPACES = r"[\s\x{00A0}\x{2009}\x{202F}'’]"
_CURRENCY = r"(?i)(₽|\$|€|£|¥|₸|₴|руб(лей|ля|ль)?\.?|р\.|rub|eur|usd|gbp|тг|грн)"


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


@dataclass(slots=True)
class Looks:
    """What was seen in the values of one column before anything is decided."""

    filled: int = 0
    plain: int = 0
    decimal: dict[str, int] = field(default_factory=dict)  # "." / "," / "." or "," with three digits: "?." / "?,"
    samples: dict[str, str] = field(default_factory=dict)
    day_first: int = 0
    month_first: int = 0
    undecided: int = 0
    year_first: int = 0
    short_years: bool = False
    formats: dict[str, set[str]] = field(default_factory=dict)  # order ("dmy", "" where it does not matter) → formats
    serials: int = 0
    bad: int = 0


def look(con: duckdb.DuckDBPyConnection, table: str, text: str, kind: str) -> Looks:
    """Look at all values of a column.

    Args:
        table: The landing table.
        text: SQL expression of the trimmed text, NULL where empty.
        kind: The type of the field.
    """
    if (plain := look_plain(con, table, text, kind)) is not None:
        return plain
    seen = Looks(filled=int(scalar(con, f"SELECT count({text}) FROM {table}")))  # noqa: S608
    shapes = rows(
        con,
        "SELECT regexp_replace(v, '[0-9]', '9', 'g') AS shape, count(*), min(v), "  # noqa: S608
        f"count(*) FILTER (regexp_matches(v, '^[^0-9]*0[.,]')) FROM (SELECT {text} AS v FROM {table}) "
        "WHERE v IS NOT NULL GROUP BY shape ORDER BY count(*) DESC, shape LIMIT 5000",
    )
    if kind in NUMERIC:
        for shape, count, sample, zero_led in shapes:
            _note_number(seen, shape, count, sample, zero_led=bool(zero_led))
    else:
        for shape, count, sample, _zero in shapes:
            _note_date(seen, shape, count, sample)
        if seen.formats:
            _count_day_first(con, table, text, seen)
    return seen


def look_plain(con: duckdb.DuckDBPyConnection, table: str, text: str, kind: str) -> Looks | None:
    """The look at a column whose every value casts as it stands; None for any other column."""
    patterns = {"date": f"{_PLAIN_DATE}( 00:00(:00(\\.0+)?)?)?", "moment": f"({_PLAIN_MOMENT}|{_PLAIN_DATE})"}
    plain = patterns.get(kind, _PLAIN_NUMBER)
    pointed = f"contains({text}, '.') AND NOT ({text}) LIKE '%.___'" if kind in NUMERIC else "false"
    filled, matching, sure = rows(
        con,
        "SELECT count(v), count(*) FILTER (regexp_full_match(v, $plain)), "  # noqa: S608
        f"(SELECT {text} FROM {table} WHERE {pointed} LIMIT 1) FROM (SELECT {text} AS v FROM {table})",
        {"plain": plain},
    )[0]
    if matching < filled:
        return None
    seen = Looks(filled=filled, plain=matching)
    if kind in NUMERIC and sure is None and scalar(con, f"SELECT EXISTS (FROM {table} WHERE contains({text}, '.'))"):  # noqa: S608
        return None  # "1.234" throughout casts well, but may be a thousand: that needs the closer look
    if kind in NUMERIC and sure is not None:
        seen.decimal["."] = 1
        seen.samples["."] = sure
    return seen


def _note_number(seen: Looks, shape: str, count: int, sample: str, *, zero_led: bool) -> None:
    bare = bare_number(shape)
    if re.fullmatch(r"9+", bare):
        return
    grouped = re.fullmatch(r"9{1,3}([.,])9{3}", bare)
    if grouped and not zero_led:
        mark = "?" + grouped[1]
    elif found := re.fullmatch(r"9*([.,])9+|9{1,2}(?:,9{2,3})+(\.)9+|9{1,3}(?:\.9{3})+(,)9+", bare):
        mark = found[1] or found[2] or found[3]
    elif found := re.fullmatch(r"9{1,3}([.,])9{3}(?:(?:\1)9{3})+|9{1,3}(?:(,)9{2,3}){2,}", bare):
        mark = "." if (found[1] or found[2]) == "," else ","
    else:
        seen.bad += count
        return
    seen.decimal[mark] = seen.decimal.get(mark, 0) + count
    seen.samples.setdefault(mark, sample)


def bare_number(text: str) -> str:
    """A number without sign, spaces, currency, percent and brackets."""
    bare = re.sub(r"[\s\u00a0\u2009\u202f'’%]", "", text)
    bare = re.sub(_CURRENCY, "", bare)
    return re.sub(r"^[-+−(]|[-)]$", "", re.sub(r"^\((.*)\)$", r"\1", bare))


_TIME = re.compile(r"[T ]\s?(9{1,2})([:.])99(?:[:.]99(?:[.,]9{1,9})?)?\s?([AaPp]\.?[Mm]\.?)?(?:Z|\s?[+-]99:?99)?$")


def _note_date(seen: Looks, shape: str, count: int, sample: str) -> None:
    time = _TIME.search(shape)
    day = (shape[: time.start()] if time else shape).strip()
    clock = "" if not time else _clock(time)
    if re.fullmatch(r"9{5}([.,]9+)?", day) and not time and 20000 <= float(sample.replace(",", ".")) < 80000:
        seen.serials += count
    elif found := re.fullmatch(r"9999([-./])9{1,2}(?:\1)9{1,2}", day):
        seen.year_first += count
        seen.formats.setdefault("", set()).add(f"%Y{found[1]}%m{found[1]}%d{clock}")
    elif day == "99999999":
        seen.formats.setdefault("", set()).add(f"%Y%m%d{clock}")
    elif found := re.fullmatch(r"9{1,2}([-./ ])9{1,2}(?:\1)(9999|99)", day):
        seen.samples.setdefault("date", sample)
        year = "%Y" if len(found[2]) == 4 else "%y"
        seen.short_years |= year == "%y"
        mark = found[1]
        seen.formats.setdefault("dmy", set()).add(f"%d{mark}%m{mark}{year}{clock}")
        seen.formats.setdefault("mdy", set()).add(f"%m{mark}%d{mark}{year}{clock}")
        if year == "%y":
            seen.formats.setdefault("ymd", set()).add(f"%y{mark}%m{mark}%d{clock}")
    elif re.search(r"[^\W\d_]{3,}", day) and (named := _named_month(day)):
        seen.formats.setdefault("", set()).add(named + clock)
    else:
        seen.bad += count


def _clock(time: re.Match[str]) -> str:
    text = time.group(0)
    seconds = len(re.findall(r"[:.]99", text))
    hour = "%I" if time[3] else "%H"
    mark = time[2]
    clock = f" {hour}{mark}%M" + (f"{mark}%S" if seconds > 1 else "")
    if re.search(r"99[.,]9{3,9}", text) or re.search(r":99[.,]9{1,2}(?!9)", text):
        clock = f" {hour}:%M:%S.%f" if seconds > 1 else clock
    return clock + (" %p" if time[3] else "")


def _named_month(day: str) -> str | None:
    if re.fullmatch(r"9{1,2}(?:st|nd|rd|th)?[ .\-/]*[^\W\d_]{3,}\.?[ .\-/,]*(9999|99)( ?г\.?)?", day):
        return "%d %m %Y" if "9999" in day else "%d %m %y"
    if re.fullmatch(r"[^\W\d_]{3,}\.?[ .\-/]*9{1,2}(?:st|nd|rd|th)?[ ,.\-/]+(9999|99)", day):
        return "%m %d %Y" if "9999" in day else "%m %d %y"
    return None


def _count_day_first(con: duckdb.DuckDBPyConnection, table: str, text: str, seen: Looks) -> None:
    """How many dates can only have the day first, only the month first, or either."""
    found = rows(
        con,
        "SELECT count(*) FILTER (a > 12 AND b <= 12), count(*) FILTER (b > 12 AND a <= 12), "  # noqa: S608
        "count(*) FILTER (a <= 12 AND b <= 12 AND a <> b) FROM (SELECT "
        r"try_cast(regexp_extract(v, '^(\d{1,2})[-./ ]\d', 1) AS INTEGER) AS a, "
        r"try_cast(regexp_extract(v, '^\d{1,2}[-./ ](\d{1,2})[-./ ]\d', 1) AS INTEGER) AS b "
        f"FROM (SELECT {text} AS v FROM {table}))",
    )
    seen.day_first, seen.month_first, seen.undecided = found[0]


def number_sql(text: str, how: Format, kind: str, *, rounded: bool = False, native: bool = False) -> str:
    """SQL of the number in `text`, NULL where it is none; four decimals exactly unless `rounded`."""
    target = "INTEGER" if kind == "int" else "DECIMAL(18, 4)"
    if how.plain:
        return f"try_cast({text} AS DECIMAL(18, 4))" if kind != "int" else _whole(f"try_cast({text} AS DECIMAL(18, 4))")
    bare = f"regexp_replace(regexp_replace({text}, '{_quoted(_SPACES)}|%', '', 'g'), '{_quoted(_CURRENCY)}', '', 'g')"
    signed = (
        f"regexp_replace(regexp_replace(regexp_replace({bare}, '^−', '-'), '^\\((.+)\\)$', '-\\1'), '^([^-].*)-$', '-\\1')"
    )
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
    value = f"try_cast({exact} AS DECIMAL(18, 4))"
    return _whole(value) if target == "INTEGER" else value


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
            f"SELECT coalesce(bool_and(v BETWEEN 0 AND 1) AND bool_or(v > 0 AND v < 1), false) "  # noqa: S608
            f"FROM (SELECT {value} AS v FROM {table})",
        )
    )
