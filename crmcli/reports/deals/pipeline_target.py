"""Which months a forecast is of: those of orders, or where there are none, those of deals won."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmcli.metrics import catalogue
from crmcli.reports.sales.forecast_months import load
from crmcli.reports.sections import named, sections

if TYPE_CHECKING:
    import datetime as dt

    from duckdb import DuckDBPyConnection

PARTS = ("pipeline", "joined")  # kept beside the statistical forecast, as pipeline_total, joined_region …


def load_target(con: DuckDBPyConnection, *, by: str, as_of: dt.date) -> tuple[dict[str, Any], bool]:
    """Leave forecast_months as `load` does; returns what bounds it, and whether the months are those of orders."""
    given = load(con, by=by, as_of=as_of)
    if con.execute("SELECT 1 FROM forecast_months LIMIT 1").fetchall():
        return given, True
    sql = sections("deals", "pipeline_forecast")["won_months"]
    catalogue.install(con, sql)
    values = {**given, "by": by, "as_of": as_of}
    con.execute(f"CREATE OR REPLACE TEMP TABLE forecast_months AS {sql}", named(sql, values))
    return given, False


def has_deals(con: DuckDBPyConnection, as_of: dt.date) -> bool:
    """Whether any deal is known by a day."""
    catalogue.install(con, "deals_on(")
    return bool(con.execute("SELECT 1 FROM deals_on($day) LIMIT 1", {"day": as_of}).fetchall())


def part_of(kind: str) -> tuple[str | None, str]:
    """The part and the kind of series of a kept forecast: ("pipeline", "total") of pipeline_total, (None, "total") of total."""
    for part in PARTS:
        if kind.startswith(f"{part}_"):
            return part, kind.removeprefix(f"{part}_")
    return None, kind


def offer_parts(con: DuckDBPyConnection, *, by: str) -> dict[str, str]:
    """Tables laid out to be kept, by kind, of the report of the pipeline's forecast made last; those without rows left out."""
    found = {}
    for part, columns in zip(PARTS, ("pipeline, pipeline_low, pipeline_high", "expected, low, high"), strict=True):
        table = f"forecast_offered_{part}"
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT series, month, horizon, expected, low, high, '{part}' AS method, scale, "
            f"months_known FROM (SELECT series, month, horizon, scale, months_known, pipeline IS NOT NULL AS told, {columns} "
            "FROM pipeline_rows) AS part (series, month, horizon, scale, months_known, told, expected, low, high) WHERE told"
        )
        if con.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchall():
            found[f"{part}_{by}"] = table
    return found
