"""Kept forecasts against what happened: under the report, and for `forecast score`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmcli import numbers
from crmcli.language import N_, current, ngettext
from crmcli.language import gettext as _
from crmcli.reports.deals.pipeline_target import PARTS, load_target, part_of
from crmcli.reports.sections import named, sections
from crmcli.table import Column, Kind, ListRows, Table

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from duckdb import DuckDBPyConnection

_MEASURES = (
    Column("mape", N_("MAPE"), Kind.SHARE),
    Column("mase", N_("MASE"), Kind.RATIO),
    Column("coverage", N_("Coverage"), Kind.SHARE),
    Column("bias", N_("Bias"), Kind.SHARE),
)
_KINDS = ("total", "category", "region", "manager")
_BY = Column(
    "by", N_("By"), Kind.LEVEL, words=(*_KINDS, *(f"{part}_{kind}" for part in PARTS for kind in _KINDS)), toned=False
)
_MADE = Column("made_on", N_("Made on"), Kind.DATE)
_KEPT = Column("kept_on", N_("Kept on"), Kind.DATE)
_SCORES = (
    _MADE,
    _KEPT,
    _BY,
    Column("series", N_("Series"), Kind.COUNT),
    Column("horizon", N_("Months ahead"), Kind.COUNT),
    Column("scored", N_("Months scored"), Kind.COUNT),
    *_MEASURES,
)
_BY_HORIZON = (
    _BY,
    Column("horizon", N_("Months ahead"), Kind.COUNT),
    Column("scored", N_("Months scored"), Kind.COUNT),
    *_MEASURES,
)
_LIST = (
    _MADE,
    _KEPT,
    _BY,
    Column("series", N_("Series"), Kind.COUNT),
    Column("first_month", N_("First month"), Kind.MONTH),
    Column("months", N_("Months"), Kind.COUNT),
    Column("expected", N_("Expected"), Kind.MONEY),
    Column("step", N_("Step"), Kind.COUNT),
)


def score(con: DuckDBPyConnection, *, by: str, as_of: dt.date, until: dt.date, whole: bool = True) -> None:
    """Leave forecast_outcomes, months of kept forecasts that are complete, and forecast_scores, a row a kept forecast.

    Args:
        con: A store in which forecast_months holds what the series of `by` brought.
        by: Kind of series.
        as_of: Forecasts made later do not count.
        until: First month that is not complete.
        whole: False scores nothing: the series are cut down to one category.
    """
    values = {"by": by, "as_of": as_of, "until": until, "whole": whole}
    statements = sections("sales", "forecast")
    for table in ("outcomes", "scored"):
        sql = statements[f"kept_{table}"]
        name = {"outcomes": "forecast_outcomes", "scored": "forecast_scores"}[table]
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}", named(sql, values))


def scores(con: DuckDBPyConnection, kinds: Sequence[str], *, as_of: dt.date) -> Table:
    """Every kept forecast with its errors, and the errors by months ahead beside.

    Args:
        con: A store; a read-only one will do.
        kinds: Kinds of series of which forecasts are kept.
        as_of: Forecasts made, and months complete, by that day.
    """
    found: list[tuple[Any, ...]] = []
    ahead: list[tuple[Any, ...]] = []
    names = ", ".join(f'"{column.name}"' for column in _SCORES)
    for by in kinds:
        given, _has_orders = load_target(con, by=part_of(by)[1], as_of=as_of)
        score(con, by=by, as_of=as_of, until=given["forecast_from"])
        found += con.execute(f"SELECT {names} FROM forecast_scores").fetchall()
        sql = sections("sales", "forecast")["kept_ahead"]
        ahead += con.execute(sql, named(sql, {"by": by})).fetchall()
    found.sort(key=lambda row: (-row[0].toordinal(), row[2]))
    beside = (Table("forecast_score_ahead", _("By months ahead"), _BY_HORIZON, ListRows(ahead)),) if ahead else ()
    return Table(
        "forecast_score",
        _("Kept forecasts against what happened"),
        _SCORES,
        ListRows(found),
        headline=_verdict(found) if found else None,
        notes=_notes(as_of),
        empty=_("No forecast is kept yet; to keep one: crmcli forecast keep"),
        beside=beside,
    )


def listing(con: DuckDBPyConnection, *, currency: str) -> Table:
    """All kept forecasts, newest first."""
    found = con.execute(sections("sales", "forecast")["kept_list"]).fetchall()
    return Table(
        "forecasts",
        _("Kept forecasts"),
        _LIST,
        ListRows(found),
        empty=_("No forecast is kept yet; to keep one: crmcli forecast keep"),
        currency=currency,
    )


def _notes(as_of: dt.date) -> tuple[str, ...]:
    return (
        _("As of %(as_of)s: only months complete by then are scored; sales are counted as the store knows them now.")
        % {"as_of": numbers.cell(as_of, Kind.DATE, language=current())},
        _(
            "MAPE: mean of error ÷ sales, months without sales left out. MASE: mean error ÷ error of the naive forecast known "
            "then. Coverage: share of months between low and high, 80 % if all is well. Bias: forecast too high is positive."
        ),
        _(
            "A forecast kept on a later day than it was made for was not ahead of its time in the owner's eyes: see both dates."
        ),
    )


def _verdict(found: Sequence[tuple[Any, ...]]) -> str:
    """How many months fell where they should, and whether forecasts run high or low."""
    scored = [(row[5], row[8], row[9]) for row in found if row[5]]
    if not scored:
        return _("No month of a kept forecast is complete yet.")
    months = sum(count for count, _coverage, _bias in scored)
    inside = sum(count * coverage for count, coverage, _bias in scored) / months
    words = {"count": months, "coverage": numbers.cell(inside, Kind.SHARE, language=current())}
    first = ngettext(
        "%(count)s month forecast has come: %(coverage)s fell within the interval, which should hold four in five.",
        "%(count)s months forecast have come: %(coverage)s fell within the interval, which should hold four in five.",
        months,
    )
    known = [(count, bias) for count, _coverage, bias in scored if bias is not None]
    if not known:
        return first % words
    bias = sum(count * bias for count, bias in known) / sum(count for count, _bias in known)
    size = {"share": numbers.cell(abs(bias), Kind.SHARE, language=current())}
    lean = _("Forecasts ran %(share)s too high.") if bias > 0 else _("Forecasts ran %(share)s too low.")
    return f"{first % words} {lean % size}"
