"""The numbers of the sales forecast: months out of the store, forecasts back into temporary tables beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crmcli.reports.sales.forecast_months import load, month_day, month_number
from crmcli.reports.sales.forecast_scores import score

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from duckdb import DuckDBPyConnection

    from crmcli.models.series.forecast import Forecast
    from crmcli.reports.definition import Values

FULL_FROM_DAY = 7  # a first month whose first sale is later than this day is taken for a part of a month
MOST_SERIES = 300  # largest first: more is a list nobody reads, and a wait
LEAST_SOLD = 3  # months with sales
SILENT = 12  # months without a sale after which a series is left out
LAST_YEAR = 9990  # there are no dates far beyond


@dataclass(frozen=True, slots=True)
class Known:
    """The months of the store.

    Args:
        names: Series, the largest of the last twelve months first.
        y: (S, T) revenue a month, oldest first.
        first: Number of the first month, year × 12 + month - 1.
        partial: Whether the month before `first` was left out as a part of a month.
    """

    names: tuple[str, ...]
    y: np.ndarray
    first: int
    partial: bool


def prepare(con: DuckDBPyConnection, values: Values) -> dict[str, Any]:
    """Forecast every series: leaves forecast_months, _rows, _methods and _scores; returns figures for the sentences."""
    from crmcli.models.series.forecast import forecast

    months = load(con, by=values["by"], as_of=values["as_of"], category=values["category"])
    now = month_number(months["forecast_from"])
    known = _known(con, now)
    if months["forecast_from"].year >= LAST_YEAR:
        known = Known((), known.y[:0, :0], now, partial=False)
    figures = {
        **months,
        "first_known": month_day(min(known.first, now)),
        "partial": known.partial,
        "known_months": known.y.shape[1],
    }
    figures |= _forecast(con, known, now, values["months"])
    whole = forecast(known.y.sum(axis=0, keepdims=True), values["months"]) if values["by"] != "total" else None
    figures["whole_expected"] = None if whole is None else float(whole.expected.sum())
    score(con, by=values["by"], as_of=values["as_of"], until=months["forecast_from"], whole=months["category"] is None)
    return figures


def _known(con: DuckDBPyConnection, now: int) -> Known:
    """The complete months as an array; empty months are zeros, the time before the first sale is no month."""
    import numpy as np

    cells = con.execute(
        "SELECT series, CAST(year(month) * 12 + month(month) - 1 AS BIGINT), CAST(revenue AS DOUBLE), first_on "
        "FROM forecast_months ORDER BY series, month"
    ).fetchall()
    if not cells:
        return Known((), np.zeros((0, 0)), now, partial=False)
    first_on = min(day for _name, _month, _revenue, day in cells)
    partial = first_on.day > FULL_FROM_DAY and month_number(first_on) < now
    first = month_number(first_on) + partial
    names = sorted({name for name, month, _revenue, _day in cells if first <= month < now})
    place = {name: number for number, name in enumerate(names)}
    y = np.zeros((len(names), max(0, now - first)))
    for name, month, revenue, _day in cells:
        if first <= month < now:
            y[place[name], month - first] = revenue
    if not y.size:
        return Known(tuple(names), y, first, partial)
    order = np.argsort(-y[:, -SILENT:].sum(axis=1), kind="stable")
    return Known(tuple(names[place] for place in order), y[order], first, partial)


def _forecast(con: DuckDBPyConnection, known: Known, now: int, horizon: int) -> dict[str, Any]:
    """forecast_rows and forecast_methods, and what was left out."""
    from crmcli.models.series.forecast import forecast

    rows: list[tuple[Any, ...]] = []
    methods: list[tuple[Any, ...]] = []
    figures: dict[str, Any] = {
        "left_short": 0,
        "left_silent": 0,
        "left_small": 0,
        "origins": 0,
        "thin": 0,
        "season": None,
    }
    for places, y in _alike(known, figures):
        made = forecast(y, horizon)
        if made is None:
            figures["left_short"] += len(places)
            continue
        rows += _rows(made, [known.names[place] for place in places], places, y.shape[1], now)
        methods += _methods(made)
        figures["origins"] = max(figures["origins"], made.origins)
        figures["thin"] += made.thin * len(places)
        figures["season"] = max(figures["season"] or 1, made.season)
    _keep(con, "forecast_rows", _ROWS, rows)
    _keep(con, "forecast_methods", _METHODS, methods)
    return figures


def _alike(known: Known, figures: dict[str, Any]) -> Iterator[tuple[list[int], np.ndarray]]:
    """Series that began in the same month together; too few sales, or none for a year, are counted and left out."""
    starts: dict[int, list[int]] = {}
    for place, row in enumerate(known.y):
        sold = row.nonzero()[0]
        if not len(sold) or (len(known.names) > 1 and sold[-1] < len(row) - SILENT):
            figures["left_silent"] += 1
        elif len(sold) < LEAST_SOLD:
            figures["left_short"] += 1
        elif place >= MOST_SERIES:
            figures["left_small"] += 1
        else:
            starts.setdefault(int(sold[0]), []).append(place)
    for start, places in sorted(starts.items()):
        yield places, known.y[places, start:]


def _rows(made: Forecast, names: list[str], places: list[int], known: int, now: int) -> Iterator[tuple[Any, ...]]:
    for number, (name, place) in enumerate(zip(names, places, strict=True)):
        told = (made.method[number], float(made.mase[number]), float(made.coverage[number]), float(made.scale[number]))
        for ahead in range(made.expected.shape[1]):
            amounts = (float(part[number, ahead]) for part in (made.expected, made.low, made.high))
            yield (place, name, month_day(now + ahead), *amounts, *told, known)


def _methods(made: Forecast) -> Iterator[tuple[Any, ...]]:
    import numpy as np

    for place, method in enumerate(made.names):
        for number, mase in enumerate(made.scores[place]):
            if not np.isnan(mase) or made.method[number] == method:
                yield (method, float(mase), made.method[number] == method)


_ROWS = {
    "place": "BIGINT", "series": "VARCHAR", "month": "DATE", "expected": "DECIMAL(38, 4)", "low": "DECIMAL(38, 4)",
    "high": "DECIMAL(38, 4)", "method": "VARCHAR", "mase": "DOUBLE", "coverage": "DOUBLE", "scale": "DECIMAL(38, 4)",
    "months_known": "BIGINT",
}  # fmt: skip
_METHODS = {"method": "VARCHAR", "mase": "DOUBLE", "is_chosen": "BOOLEAN"}


def _keep(con: DuckDBPyConnection, table: str, columns: dict[str, str], rows: list[tuple[Any, ...]]) -> None:
    """Rows as a temporary table; what is no number becomes unknown, amounts are rounded to cents."""
    import numpy as np

    types = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table} ({types})")
    if not rows:
        return
    arrays = {name: np.array(part) for name, part in zip(columns, zip(*rows, strict=True), strict=True)}
    arrays = {
        name: part.astype("datetime64[D]").astype("datetime64[s]") if columns[name] == "DATE" else part
        for name, part in arrays.items()
    }
    terms = [_term(name, kind) for name, kind in columns.items()]
    con.register(
        "forecast_arrays",
        {name: part.astype(object) if part.dtype.kind == "U" else part for name, part in arrays.items()},
    )
    con.execute(f"INSERT INTO {table} SELECT {', '.join(terms)} FROM forecast_arrays")
    con.unregister("forecast_arrays")


def _term(name: str, kind: str) -> str:
    """How an array becomes a column."""
    if kind == "DOUBLE":
        return f"CASE WHEN isfinite({name}) THEN {name} END"
    if kind.startswith("DECIMAL"):
        return f"round(CAST({name} AS {kind}), 2)"
    return f"CAST({name} AS {kind})"
