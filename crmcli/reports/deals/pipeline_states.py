"""Deals as they stood on a day, laid out for the forecast: which are open, what was won, what each should bring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from crmcli.metrics import catalogue
from crmcli.models.level import Z80
from crmcli.models.pipeline import Due, Open, Past, due, newcomers
from crmcli.reports.deals.chances import win_chances
from crmcli.reports.outlook import days_of
from crmcli.reports.sales.forecast_months import month_day
from crmcli.reports.sections import sections

if TYPE_CHECKING:
    import datetime as dt

    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

    from crmcli.models.histories import Floats

LEAST_OF_PRODUCT = 5  # deals won of a product before their mean stands in for an amount that is not there
ORIGINS = 12  # past months' ends from which deals not yet opened are learned
USUAL_MISS = 0.15  # what such totals are off by, whatever is known of single deals (docs/decisions/0007)


@dataclass(frozen=True, slots=True)
class Frame:
    """What is forecast.

    Args:
        names: The S series.
        first: Number of the first month known.
        horizon: Months ahead, H.
        by: Kind of series.
        has_orders: Whether the months are those of orders; else of deals won.
    """

    names: tuple[str, ...]
    first: int
    horizon: int
    by: str
    has_orders: bool


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the pipeline says on a day, (S, H) each; the sum of its four parts, with its variance.

    Args:
        won_so_far: Won in the month that has begun.
        open_deals: Of deals open now, by chance and time.
        to_come: Of deals not opened yet, as it was at past months' ends.
        beside: Sold without a deal: orders less deals won, mean of the last twelve months; 0 where deals are what is forecast.
        variance: Of the sum.
        undated, unpriced, unknown: Open deals of which no time, no amount, no chance is known.
        deals: Open deals counted.
        won: (S, T) deals won in the months known.
        with_deals: (S,) whether a series has a deal that tells anything: an open one counted, or one won.
    """

    won_so_far: Floats
    open_deals: Floats
    to_come: Floats
    beside: Floats
    variance: Floats
    undated: int
    unpriced: int
    unknown: int
    deals: int
    won: Floats
    with_deals: NDArray[np.bool_]

    @property
    def total(self) -> Floats:
        """The pipeline's forecast, (S, H); NaN where no deal tells anything."""
        return self.known(self.won_so_far + self.open_deals + self.to_come + self.beside)

    def known(self, part: Floats) -> Floats:
        """A part, NaN where no deal tells anything."""
        return np.where(self.with_deals[:, None], part, np.nan)


def estimate(con: DuckDBPyConnection, day: dt.date, frame: Frame, sold: Floats) -> Estimate:
    """What the pipeline says as of a day.

    Args:
        con: A store.
        day: The day.
        frame: What is forecast.
        sold: (S, T) what the months known by then brought.
    """
    found = read_deals(con, day, frame.by)
    place = {name: number for number, name in enumerate(frame.names)}
    series = np.array([place.get(name, -1) for name in found["series"].astype(str)], np.int64)
    now, count = frame.first + sold.shape[1], len(frame.names)
    won = _won(found, series, frame.first, now, count)
    months = won.sum(axis=1)
    share = _share_left(day, now)
    known, spread, _origins = newcomers(won[:, :-1, :-1], ORIGINS, frame.horizon + 1)
    to_come, to_come_spread = (_shifted(part, share) for part in (known, spread))
    beside, beside_spread = _beside(sold - months[:, :-1], frame.horizon) if frame.has_orders else _nothing(to_come)
    so_far = np.zeros_like(to_come)
    so_far[:, 0] = months[:, -1]
    counted, deals, left = _open(con, day, found, series)
    ends = [days_of(month_day(now + ahead)) - days_of(day) - 1 for ahead in range(1, frame.horizon + 1)]
    coming: Due = due(deals, _past(found, day), ends, count=count, doubt=left["doubt"])
    usual = USUAL_MISS * (coming.expected + to_come + beside)
    return Estimate(
        so_far, coming.expected, to_come, beside, coming.variance + to_come_spread + beside_spread + usual**2,
        coming.undated, left["unpriced"], left["unknown"], counted, months[:, :-1],
        np.isin(np.arange(count), np.concatenate([deals.series, series[found["outcome"] == "won"]])),
    )  # fmt: skip


def read_deals(con: DuckDBPyConnection, day: dt.date, by: str) -> dict[str, NDArray[Any]]:
    """Columns of the deals known on a day; NaN where unknown."""
    sql = sections("deals", "pipeline_forecast")["deals"]
    catalogue.install(con, sql)
    found = con.execute(sql, {"day": day, "by": by}).fetchnumpy()
    return {
        name: np.ma.filled(column.astype(np.float64), np.nan)
        if name in ("opened", "closed", "expected", "amount", "price")
        else np.ma.getdata(column)
        for name, column in found.items()
    }


def _won(found: dict[str, NDArray[Any]], series: NDArray[np.int64], first: int, now: int, count: int) -> Floats:
    """(S, M, T + 1) amounts by month of opening and of winning; the last month is the one that has begun."""
    taken = (found["outcome"] == "won") & ~np.isnan(found["closed"]) & ~np.isnan(found["amount"]) & (series >= 0)
    closed = _months(found["closed"][taken])
    opened = np.where(np.isnan(found["opened"][taken]), closed.min(initial=now), found["opened"][taken])
    opened = np.where(np.isnan(found["opened"][taken]), opened, _months(opened))
    lowest = int(min(opened.min(initial=first), first))
    won = np.zeros((count, now - lowest + 1, now - first + 1))
    inside = (closed >= first) & (closed <= now)
    at = (
        series[taken][inside],
        np.clip(opened[inside].astype(int) - lowest, 0, now - lowest),
        closed[inside].astype(int) - first,
    )
    np.add.at(won, at, found["amount"][taken][inside])
    return won


def _months(days: Floats) -> NDArray[np.int64]:
    """Numbers of the months of days since 1970."""
    return (
        np.where(np.isnan(days), 0, days).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12
    )


def _share_left(day: dt.date, now: int) -> float:
    """Share of the first month ahead that is still to come; 1 at the end of a month."""
    first, following = month_day(now), month_day(now + 1)
    return 1.0 if day < first else ((following - day).days - 1) / (following - first).days


def _shifted(by_ahead: Floats, share: float) -> Floats:
    """(S, H + 1) as of a month's end, seen from within the next month: between that end and the one before."""
    earlier = np.concatenate([np.zeros((len(by_ahead), 1)), by_ahead[:, :-2]], axis=1)
    return by_ahead[:, :-1] * share + earlier * (1 - share)


def _beside(rest: Floats, horizon: int) -> tuple[Floats, Floats]:
    """Sold without a deal in the last twelve months: mean and variance of a month, (S, H)."""
    last = rest[:, -12:]
    if not last.shape[1]:
        return _nothing(np.zeros((len(rest), horizon)))
    spread = last.var(axis=1, ddof=1) if last.shape[1] > 1 else last[:, 0] ** 2
    return np.repeat(last.mean(axis=1)[:, None], horizon, axis=1), np.repeat(spread[:, None], horizon, axis=1)


def _nothing(like: Floats) -> tuple[Floats, Floats]:
    return np.zeros_like(like), np.zeros_like(like)


def _past(found: dict[str, NDArray[Any]], day: dt.date) -> Past:
    """What tells when deals are won."""
    is_won = found["outcome"] == "won"
    over = is_won | (found["outcome"] == "lost")
    until = np.where(over, found["closed"], float(days_of(day)))
    age = until - found["opened"]
    known = ~np.isnan(age) & (age >= 0) & np.isin(found["outcome"], ("won", "lost", "open", "hold"))
    delay = (found["closed"] - found["expected"])[is_won]
    return Past(age[known], is_won[known], over[known], delay[~np.isnan(delay)])


def _open(
    con: DuckDBPyConnection, day: dt.date, found: dict[str, NDArray[Any]], series: NDArray[np.int64]
) -> tuple[int, Open, dict[str, Any]]:
    """The open deals that can be counted; what is left out."""
    chances = win_chances(con, day)
    told = {deal: one.probability for deal, one in chances.by_deal.items() if one.probability is not None}
    is_open = np.isin(found["outcome"], ("open", "hold")) & (series >= 0)
    chance = np.array([float(told.get(int(deal), np.nan)) for deal in found["opportunity_id"]], np.float64)
    amount, spread = _amounts(found)
    kept = is_open & ~np.isnan(chance) & ~np.isnan(amount)
    today = float(days_of(day))
    age = np.where(np.isnan(found["opened"]), 0.0, today - found["opened"])
    deals = Open(age[kept], (found["expected"] - today)[kept], chance[kept], amount[kept], spread[kept], series[kept])
    doubt = 0.0
    if chances.base_rate and chances.base_low is not None and chances.base_high is not None:
        doubt = (chances.base_high - chances.base_low) / (2 * Z80 * chances.base_rate)
    left = {
        "unknown": int((is_open & np.isnan(chance)).sum()),
        "unpriced": int((is_open & ~np.isnan(chance) & np.isnan(amount)).sum()),
        "doubt": doubt,
    }
    return int(kept.sum()), deals, left


def _amounts(found: dict[str, NDArray[Any]]) -> tuple[Floats, Floats]:
    """Amount of each deal, and its standard deviation where it is the mean of others: of its product, its price, of all."""
    amount, product = found["amount"].copy(), found["product"].astype(np.int64)
    is_won = (found["outcome"] == "won") & ~np.isnan(amount)
    spread, missing = np.zeros_like(amount), np.isnan(amount)
    for number in np.unique(product[missing]):
        same = amount[is_won & (product == number)]
        if number >= 0 and len(same) >= LEAST_OF_PRODUCT:
            amount[missing & (product == number)], spread[missing & (product == number)] = same.mean(), same.std()
    amount = np.where(np.isnan(amount), found["price"], amount)
    won = found["amount"][is_won]
    if len(won):
        spread = np.where(np.isnan(amount), won.std(), spread)
        amount = np.where(np.isnan(amount), won.mean(), amount)
    return amount, spread
