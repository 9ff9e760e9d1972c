"""Columns that may not say what they seem to: codes a spreadsheet has changed, shares for percents, rounded numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from crmcli.errors import UsageError
from crmcli.intake import values
from crmcli.intake.landing import TABLE as LANDING
from crmcli.intake.mapping import ColumnMap
from crmcli.intake.problems import TABLE
from crmcli.intake.reading import Reading
from crmcli.intake.texts import KEYS, Texts
from crmcli.intake.values import Format
from crmcli.language import gettext as _
from crmcli.language import ngettext
from crmcli.store.connection import rows, scalar

if TYPE_CHECKING:
    import duckdb


def heed_excel(con: duckdb.DuckDBPyConnection, mapping: ColumnMap, texts: Texts, notes: list[str]) -> None:
    """What a spreadsheet does to codes: a ".0" behind every one (dropped), or dates among them (told)."""
    for name in mapping.columns:
        if mapping.entity.fields[name].type not in KEYS:
            continue
        digits, pointed, dates, exponents, filled = rows(
            con,  # what a spreadsheet makes begins with a digit; most codes of a clean file do not get past that
            "SELECT count(*), count(*) FILTER (ends_with(v, '.0')), count(*) FILTER (length(v) <= 19 AND regexp_full_match("
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


def require_percents(con: duckdb.DuckDBPyConnection, reading: Reading, mapping: ColumnMap, texts: Texts) -> None:
    """A recognised column of percents that holds 0.2 and the like throughout may hold shares: that is asked.

    Raises:
        UsageError: nothing but the owner can tell.
    """
    for name, source in mapping.columns.items():
        if (
            mapping.entity.fields[name].type != "percent"
            or source.told
            or not values.share_like(con, TABLE, f'"{name}"')
        ):
            continue
        if scalar(con, f"SELECT EXISTS (FROM {LANDING} WHERE contains({texts.sql[name]}, '%'))"):
            continue
        heading = reading.headings[source.positions[0]]
        raise UsageError(
            _("Column %(name)s: all values lie between 0 and 1. Is 0.2 a fifth, or a fifth of one percent?")
            % {"name": heading},
            _("A fifth: --map '%(name)s=%(column)s*100'; percents: --map '%(name)s=%(column)s'")
            % {"name": heading, "column": name},
        )


def settle_shares(
    con: duckdb.DuckDBPyConnection, reading: Reading, mapping: ColumnMap, texts: Texts, expressions: dict[str, str]
) -> None:
    """A column of shares that holds figures above 1, or signs of percent, is in percents throughout.

    Raises:
        UsageError: some figures lie strictly between 0 and 1 and some above 1: nothing but the owner can tell.
    """
    for name, source in mapping.columns.items():
        if mapping.entity.fields[name].type != "share" or source.factor is not None:
            continue
        text, sql = texts.sql[name], expressions[name]
        above, between, signed = rows(
            con,
            f"SELECT count(*) FILTER (v > 1), count(*) FILTER (v > 0 AND v < 1), count(*) FILTER (contains(t, '%')) "
            f"FROM (SELECT {sql} AS v, {text} AS t FROM {LANDING})",
        )[0]
        if above and between and not signed:
            heading = reading.headings[source.positions[0]]
            raise UsageError(
                _("Column %(name)s: some values lie between 0 and 1, some above. Are they shares or percents?")
                % {"name": heading},
                _("Percents: --map '%(name)s=%(column)s*0.01'; shares: --map '%(name)s=%(column)s*1'")
                % {"name": heading, "column": name},
            )
        if above or signed:
            expressions[name] = f"CAST(CAST({sql} AS DECIMAL(38, 6)) / 100 AS DECIMAL(18, 4))"


def note_rounded(
    con: duckdb.DuckDBPyConnection,
    mapping: ColumnMap,
    texts: Texts,
    formats_: Mapping[str, Format],
    notes: list[str],
) -> None:
    """Tell how many values of each column --round has changed."""
    for name, how in formats_.items():
        if mapping.entity.fields[name].type not in values.NUMERIC or how.plain:
            continue
        count = scalar(
            con, f"SELECT count(*) FROM {LANDING} WHERE regexp_matches({texts.sql[name]}, '[.,]\\d{{4}}\\d*[1-9]')"
        )
        if count:
            notes.append(
                ngettext(
                    "%(column)s: %(count)s value was rounded to four decimals",
                    "%(column)s: %(count)s values were rounded to four decimals",
                    count,
                )
                % {"column": name, "count": count}
            )
