"""What the joined forecast says and how it did before, written down for the SQL of the report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from crmcli.models.joining import bounds, variances
from crmcli.models.level import Z80
from crmcli.reports.outlook import make_rows
from crmcli.reports.sales.forecast_months import month_day

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

    from crmcli.models.histories import Floats
    from crmcli.reports.deals.pipeline_states import Estimate, Frame


@dataclass(frozen=True, slots=True)
class Statistics:
    """The statistical forecast of S series; NaN where a series has too few months.

    Args:
        expected, low, high: Today's, (S, H).
        errors, variance: At the origins of the back-test and today, (S, O, H).
        method: Name of the method, "" without one.
    """

    expected: Floats
    low: Floats
    high: Floats
    errors: Floats
    variance: Floats
    method: tuple[str, ...]


def mixed(first: Floats, second: Floats, weight: Floats) -> Floats:
    """What the variance of the mixture is taken for before any error of it is known."""
    return np.asarray(weight * second + (1 - weight) * np.where(np.isnan(first), second, first))


def write_rows(
    con: DuckDBPyConnection,
    frame: Frame,
    statistics: Statistics,
    today: Estimate,
    weight: Floats,
    past: tuple[Floats, Floats, Floats],
    origins: tuple[int, ...],
    scale: Floats,
) -> None:
    """pipeline_rows: one a series and month."""
    spread, errors, weights = past
    pipe_low, pipe_high = bounds(today.total, spread[:, -1])
    is_known = ~np.isnan(statistics.expected)
    share = np.where(is_known, np.where(today.with_deals[:, None], weight[None], 0.0), 1.0)
    said = np.nan_to_num(today.total)
    middle = np.where(is_known, share * said + (1 - share) * np.nan_to_num(statistics.expected), today.total)
    both = variances(mixed(statistics.variance, spread, weights), errors, origins)[:, -1]
    low, high = bounds(middle, np.where(is_known, both, spread[:, -1]))
    alone = is_known & (share == 0)
    low, high = np.where(alone, statistics.low, low), np.where(alone, statistics.high, high)
    if not frame.has_orders:  # what is won is won
        pipe_low, low = (np.maximum(part, today.won_so_far) for part in (pipe_low, low))
        middle, high = np.maximum(middle, today.won_so_far), np.maximum(high, today.won_so_far)
    _keep(
        con,
        frame,
        {
            "statistical": statistics.expected, "statistical_low": statistics.low, "statistical_high": statistics.high,
            "pipeline": today.total, "pipeline_low": pipe_low, "pipeline_high": pipe_high, "won_so_far": today.known(today.won_so_far),
            "open_deals": today.known(today.open_deals), "deals_to_come": today.known(today.to_come),
            "beside_deals": today.known(today.beside),
            "expected": middle, "low": low, "high": high,
        },
        share,
        (statistics.method, scale, len(origins) and origins[-1]),
    )  # fmt: skip


def _keep(
    con: DuckDBPyConnection,
    frame: Frame,
    amounts: dict[str, Floats],
    share: Floats,
    told: tuple[tuple[str, ...], Floats, int],
) -> None:
    """Arrays (S, H) as a table; amounts rounded to cents, what is no number unknown."""
    method, scale, months = told
    count, now = len(frame.names), frame.first + months
    order = np.repeat(np.arange(count), frame.horizon)
    columns: dict[str, NDArray[Any]] = {name: part.ravel() for name, part in amounts.items()}
    columns["pipeline_weight"] = share.ravel()
    columns["scale"] = np.asarray(scale, float)[order]
    ahead = np.tile(np.arange(frame.horizon), count)
    columns |= {"place": order, "horizon": ahead + 1, "months_known": np.full(len(order), months)}
    columns["series"] = np.array([frame.names[place] for place in order] or [""], object)[: len(order)]
    columns["method"] = np.array([method[place] for place in order] or [""], object)[: len(order)]
    columns["month"] = np.array([month_day(now + int(one)) for one in ahead], "datetime64[D]").astype("datetime64[s]")
    cents = (*amounts, "scale")
    terms = [
        f"CAST(round(CAST(CASE WHEN isfinite({name}) THEN {name} END AS DECIMAL(38, 4)), 2) AS DECIMAL(38, 4)) AS {name}"
        for name in cents
    ]
    con.register("pipeline_arrays", columns)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE pipeline_rows AS SELECT {', '.join(terms)}, round(pipeline_weight, 6) AS pipeline_weight, "
        "CAST(series AS VARCHAR) AS series, CAST(method AS VARCHAR) AS method, CAST(month AS DATE) AS month, "
        "CAST(place AS BIGINT) AS place, CAST(horizon AS INTEGER) AS horizon, CAST(months_known AS BIGINT) AS months_known "
        "FROM pipeline_arrays"
    )
    con.unregister("pipeline_arrays")


def write_tests(
    con: DuckDBPyConnection,
    tests: tuple[tuple[str, Floats, Floats], ...],
    sold: Floats,
    origins: tuple[int, ...],
    scale: Floats,
) -> None:
    """pipeline_tests: how each did, on the months of which all have an error."""
    rows = []
    joint = (
        np.logical_and.reduce([~np.isnan(errors) for _name, errors, _variance in tests]) & (scale > 0)[:, None, None]
    )
    for place, (name, errors, variance) in enumerate(tests):
        if not joint.any():
            continue
        horizon = errors.shape[2]
        padded = np.concatenate([sold, np.full((len(sold), horizon), np.nan)], axis=1)
        actual = padded[:, np.array(origins)[:, None] + np.arange(horizon)]
        low, high = bounds(actual - errors, variance) if name != "statistical" else (None, None)
        inside = np.abs(errors) <= Z80 * np.sqrt(variance) if low is None else (low <= actual) & (actual <= high)
        size = np.abs(errors) / np.where(scale > 0, scale, 1)[:, None, None]
        bias = -errors[joint].sum() / max(np.abs(actual[joint]).sum(), 1e-12)
        used = int(joint.any(axis=(0, 2)).sum())
        rows.append(
            (place, name, used, int(joint.sum()), float(size[joint].mean()), float(inside[joint].mean()), float(bias))
        )
    columns = {"place": "INTEGER", "method": "VARCHAR", "origins": "BIGINT", "scored": "BIGINT", "mase": "DOUBLE",
               "coverage": "DOUBLE", "bias": "DOUBLE"}  # fmt: skip
    make_rows(con, "pipeline_tests", columns, rows)


def write_months(con: DuckDBPyConnection, frame: Frame, sold: Floats, today: Estimate) -> None:
    """pipeline_months: the last twelve months, all series together; deals won beside orders where both are known."""
    rows: list[tuple[Any, ...]] = []
    if frame.has_orders and today.with_deals.any():
        for number in range(max(0, sold.shape[1] - 12), sold.shape[1]):
            both = (round(float(sold[:, number].sum()), 2), round(float(today.won[:, number].sum()), 2))
            rows.append((month_day(frame.first + number), *both))
    make_rows(con, "pipeline_months", {"month": "DATE", "sales": "DECIMAL(38, 4)", "won": "DECIMAL(38, 4)"}, rows)
