"""What the values of one column look like, over all rows, before anything is decided about them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crmcli.intake.values import CURRENCY, NUMERIC
from crmcli.store.connection import rows, scalar

if TYPE_CHECKING:
    import duckdb

_PLAIN_NUMBER = r"-?\d{1,14}(\.\d{1,4})?"
_PLAIN_DATE = r"\d{4}-\d{2}-\d{2}"
_PLAIN_MOMENT = r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?"
_PLAIN_MARKS = {"date": f"({_PLAIN_DATE}|{_PLAIN_MOMENT})", "moment": f"({_PLAIN_MOMENT}|{_PLAIN_DATE})"}
SHAPES = 5000  # more different shapes than this are no numbers or dates at all


@dataclass(slots=True)
class Looks:
    """What was seen in the values of one column before anything is decided."""

    filled: int = 0
    plain: int = 0
    longest: int | None = None  # characters of the longest plain value
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
        con: Where it landed.
        table: The landing table.
        text: SQL expression of the trimmed text, NULL where empty.
        kind: The type of the field.
    """
    if (plain := look_plain(con, table, text, kind)) is not None:
        return plain
    seen = Looks(filled=int(scalar(con, f"SELECT count({text}) FROM {table}")))
    shapes = rows(
        con,
        # values first: dates and prices repeat, and shaping a text costs ten times as much as grouping it
        "SELECT regexp_replace(v, '[0-9]', '9', 'g') AS shape, sum(n)::BIGINT, min(v), "
        "coalesce(sum(n) FILTER (regexp_matches(v, '^[^0-9]*0[.,]')), 0)::BIGINT "
        f"FROM (SELECT v, count(*) AS n FROM (SELECT {text} AS v FROM {table}) WHERE v IS NOT NULL GROUP BY v) "
        f"GROUP BY shape ORDER BY 2 DESC, shape LIMIT {SHAPES}",
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
    plain = _PLAIN_MARKS.get(kind, _PLAIN_NUMBER)
    pointed = f"contains({text}, '.') AND NOT ({text}) LIKE '%.___'" if kind in NUMERIC else "false"
    filled, matching, longest, sure = rows(
        con,
        "SELECT count(v), count(*) FILTER (regexp_full_match(v, $plain)), max(strlen(v)), "
        f"(SELECT {text} FROM {table} WHERE {pointed} LIMIT 1) FROM (SELECT {text} AS v FROM {table})",
        {"plain": plain},
    )[0]
    if matching < filled:
        return None
    seen = Looks(filled=filled, plain=matching, longest=longest)
    if kind in NUMERIC and sure is None and scalar(con, f"SELECT EXISTS (FROM {table} WHERE contains({text}, '.'))"):
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
    bare = re.sub(CURRENCY, "", bare)
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
        "SELECT count(*) FILTER (a > 12 AND b <= 12), count(*) FILTER (b > 12 AND a <= 12), "
        "count(*) FILTER (a <= 12 AND b <= 12 AND a <> b) FROM (SELECT "
        r"try_cast(regexp_extract(v, '^(\d{1,2})[-./ ]\d', 1) AS INTEGER) AS a, "
        r"try_cast(regexp_extract(v, '^\d{1,2}[-./ ](\d{1,2})[-./ ]\d', 1) AS INTEGER) AS b "
        f"FROM (SELECT {text} AS v FROM {table}))",
    )
    seen.day_first, seen.month_first, seen.undecided = found[0]
