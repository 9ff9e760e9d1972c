"""The numbers of the joined forecast: statistics and pipeline at past months' ends and today, weighed by how wrong they were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from crmcli.models.joining import join, variances
from crmcli.models.level import Z80
from crmcli.models.series.backtest import LEAST_MONTHS, backtest, naive_step, origins_of, prospective
from crmcli.models.series.forecast import forecast
from crmcli.models.series.interval import half_widths
from crmcli.reports.deals.pipeline_states import Frame, estimate, read_deals
from crmcli.reports.deals.pipeline_tables import Statistics, mixed, write_months, write_rows, write_tests
from crmcli.reports.deals.pipeline_target import has_deals, load_target
from crmcli.reports.sales.forecast_figures import FULL_FROM_DAY, LEAST_SOLD, MOST_SERIES, SILENT
from crmcli.reports.sales.forecast_months import month_day, month_number

if TYPE_CHECKING:
    import datetime as dt

    from duckdb import DuckDBPyConnection

    from crmcli.models.histories import Floats
    from crmcli.reports.definition import Values

MOST_ORIGINS = 6  # past months' ends from which both are tried: each takes all chances anew


def prepare(con: DuckDBPyConnection, values: Values) -> dict[str, Any]:
    """Leave pipeline_rows, pipeline_tests and pipeline_months; returns figures for the sentences."""
    given, frame, sold = _known(con, values)
    origins = _origins(sold.shape[1])
    statistics = _statistics(sold, frame.horizon, origins)
    known = has_deals(con, values["as_of"])
    tried = [estimate(con, _day(frame, n), frame, sold[:, :n]) for n in origins[:-1]] if known else []
    today = estimate(con, values["as_of"], frame, sold)
    errors = _errors(sold, [one.total for one in tried], origins, frame.horizon)
    told = tried or [today] * (len(origins) - 1)
    spread = variances(np.stack([one.variance for one in (*told, today)], axis=1), errors, origins)
    scale = naive_step(sold) if sold.shape[1] >= LEAST_MONTHS else np.zeros(len(sold))
    joined = join(statistics.errors, errors, origins, scale)
    write_rows(con, frame, statistics, today, joined.weight[-1], (spread, joined.errors, joined.weight), origins, scale)
    both = variances(mixed(statistics.variance, spread, joined.weight), joined.errors, origins)
    tests = (
        ("statistical", statistics.errors, statistics.variance),
        ("pipeline", errors, spread),
        ("joined", joined.errors, both),
    )
    write_tests(con, tests, sold, origins, scale)
    write_months(con, frame, sold, today)
    return {
        **given,
        "has_orders": frame.has_orders,
        "origins": len(origins) - 1,
        "weight": float(joined.weight[-1].max(initial=0.0)),
        "deals_counted": today.deals,
        "undated": today.undated,
        "unpriced": today.unpriced,
        "unknown_chance": today.unknown,
        "has_deals": known,
    }


def _known(con: DuckDBPyConnection, values: Values) -> tuple[dict[str, Any], Frame, Floats]:
    """Months of orders, or of deals won where there are no orders; what bounds them."""
    given, has_orders = load_target(con, by=values["by"], as_of=values["as_of"])
    cells = con.execute("SELECT series, month, CAST(revenue AS DOUBLE), first_on FROM forecast_months").fetchall()
    now = month_number(given["forecast_from"])
    begun = min((day for *_cell, day in cells), default=given["forecast_from"])
    first = min(now, month_number(begun) + (begun.day > FULL_FROM_DAY and month_number(begun) < now))
    names = _names(con, cells, values)
    sold = np.zeros((len(names), now - first))
    place = {name: number for number, name in enumerate(names)}
    for name, month, revenue, _first_on in cells:
        if name in place and first <= month_number(month) < now:
            sold[place[name], month_number(month) - first] = revenue
    frame = Frame(names, first, values["months"], values["by"], has_orders)
    return given, frame, sold


def _names(con: DuckDBPyConnection, cells: list[tuple[Any, ...]], values: Values) -> tuple[str, ...]:
    """Series with sales, or deals to bring some, the largest first."""
    sums: dict[str, float] = {}
    for name, _month, revenue, _first_on in cells:
        sums[name] = sums.get(name, 0.0) + revenue
    found = read_deals(con, values["as_of"], values["by"])
    for name in np.unique(found["series"][np.isin(found["outcome"], ("open", "hold"))].astype(str)):
        sums.setdefault(str(name), 0.0)
    if values["by"] == "total":
        return ("",) if sums else ()
    return tuple(sorted(sums, key=lambda name: (-sums[name], name))[:MOST_SERIES])


def _origins(months: int) -> tuple[int, ...]:
    """Months known at the origins tried, and today; today alone where too little is known."""
    return origins_of(months)[-MOST_ORIGINS - 1 :] if months >= LEAST_MONTHS else (months,)


def _day(frame: Frame, months: int) -> dt.date:
    """The last day of the months known at an origin."""
    following = month_day(frame.first + months)
    return type(following).fromordinal(following.toordinal() - 1)


def _statistics(sold: Floats, horizon: int, origins: tuple[int, ...]) -> Statistics:
    """The forecast of every series from its first sale on, as the report of the forecast makes it."""
    count, shape = len(sold), (len(sold), len(origins), horizon)
    expected, low, high = (np.full((count, horizon), np.nan) for _part in range(3))
    errors, variance = np.full(shape, np.nan), np.full(shape, np.nan)
    method = [""] * count
    for number, row in enumerate(sold):
        months = row.nonzero()[0]
        if len(months) < LEAST_SOLD or (count > 1 and months[-1] < len(row) - SILENT):
            continue
        start = int(months[0])
        y = row[None, start:]
        made = forecast(y, horizon)
        if made is None:
            continue
        expected[number], low[number], high[number], method[number] = (
            made.expected[0],
            made.low[0],
            made.high[0],
            made.method[0],
        )
        size = np.abs(y).mean()
        tested = backtest(y / size, horizon)
        wrong = prospective(tested)
        wide = half_widths(y / size, wrong, tested.origins)
        for place, known in enumerate(origins):
            if known - start in tested.origins:
                at = tested.origins.index(known - start)
                errors[number, place] = wrong[0, at] * size
                variance[number, place] = (wide[0, at] * size / Z80) ** 2
    return Statistics(expected, low, high, errors, variance, tuple(method))


def _errors(sold: Floats, said: list[Floats], origins: tuple[int, ...], horizon: int) -> Floats:
    """Actual less said, (S, O, H); NaN where the month has not come."""
    padded = np.concatenate([sold, np.full((len(sold), horizon), np.nan)], axis=1)
    found = np.full((len(sold), len(origins), horizon), np.nan)
    for place, (months, one) in enumerate(zip(origins[:-1], said, strict=False)):
        found[:, place] = padded[:, months : months + horizon] - one
    return found
