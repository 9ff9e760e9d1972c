"""What the models say of a store: who is still a customer, who will buy again and how often, and how that held before.

Fitted anew on the occasions up to the day asked for, so that a past day gives what it would have given then. Loads numpy
and scipy when called, not when imported. Leaves temporary tables for the SQL of the reports:

    outlook      customer_id, p_alive, churn_risk                        empty figures on thin data
    backtests    one row a past day: how good the figures would have been
    calibration  fifths of the predicted probability against what happened, all past days together
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crmcli import numbers
from crmcli.language import current
from crmcli.language import gettext as _
from crmcli.metrics import catalogue
from crmcli.reports.sections import sections
from crmcli.table import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

    from crmcli.models.backtest import Backtest
    from crmcli.models.fit import Fit
    from crmcli.models.histories import Histories
    from crmcli.models.occasions import Occasions, Standing
    from crmcli.models.thin import Thin

MODEL = "mbg_nbd"
_TESTED = 20_000  # customers at least that a back-test looks at, where there are more than twice as many
_EPOCH = dt.date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Outlook:
    """A store and the model fitted on it.

    Args:
        ids: Contact id of each of k customers, ascending, (k,).
        occasions: Their purchases, in days since 1970, with what was spent.
        standing: How they stand on the day asked for.
        as_of: That day, in days since 1970.
        kept_share: Revenue of these customers ÷ the sum of their occasions: below 1 where goods came back on other days.
        rows: Unique histories with weights.
        inverse: For each customer the place of its history in `rows`.
        fitted: The model, or None on thin data.
        thin: Why nothing was fitted, or None.
    """

    ids: NDArray[np.int64]
    occasions: Occasions
    standing: Standing
    as_of: int
    kept_share: float
    rows: Histories
    inverse: NDArray[np.int64]
    fitted: Fit | None
    thin: Thin | None

    def of_customers(self, per_row: NDArray[np.float64]) -> NDArray[np.float64]:
        """Figures of the unique rows (u,) spread over the customers (k,)."""
        return per_row[self.inverse]


def look_ahead(con: DuckDBPyConnection, as_of: dt.date) -> Outlook:
    """Fit the model on everything up to a day; nothing is fitted where the data is thin."""
    import numpy as np

    from crmcli.models.fit import fit
    from crmcli.models.histories import compress
    from crmcli.models.occasions import Occasions
    from crmcli.models.thin import thin

    sql = sections(".", "outlook")["occasions"]
    catalogue.install(con, sql)
    found = con.execute(sql, {"as_of": as_of}).fetchnumpy()
    bought = np.asarray(found["is_occasion"], bool)
    party, day = (np.asarray(found[name], np.int64) for name in ("customer_id", "day"))
    revenue = np.asarray(found["revenue"], np.float64)
    ids = party[bought][np.flatnonzero(np.diff(party[bought], prepend=-1))]
    spent = float(revenue[bought].sum())
    occasions, today = Occasions.of(party[bought], day[bought], revenue[bought]), days_of(as_of)
    standing = occasions.by(today)
    rows, inverse = compress(standing.histories)
    reason = thin(rows, standing.base_gap)
    return Outlook(
        ids,
        occasions,
        standing,
        today,
        float(revenue[np.isin(party, ids)].sum()) / spent if spent > 0 else 1.0,
        rows,
        inverse,
        None if reason else fit(rows, model=MODEL, prior="weak"),
        reason,
    )


def look_back(outlook: Outlook, *, horizon: int, most: int, model: str = MODEL) -> tuple[Backtest, ...]:
    """The same figures for past days `horizon` apart, against what happened since; () where there is no room for one."""
    from crmcli.models.backtest import backtest, origins

    if outlook.fitted is None:
        return ()
    days = origins(int(outlook.occasions.day.min()), outlook.as_of, horizon, most=most)
    known, _every = examined(outlook)
    return backtest(known.owner, known.day, origins=days, horizon=horizon, model=model)


def examined(outlook: Outlook) -> tuple[Occasions, int]:
    """Purchases of the customers that a back-test looks at, and one in how many that is: all, or some 20,000 spread evenly.

    So many tell how good probabilities are to half a percent; the rest would only cost time.
    """
    from crmcli.models.occasions import Occasions

    every = max(1, len(outlook.ids) // _TESTED)
    if every == 1:
        return outlook.occasions, 1
    some = outlook.occasions.owner % every == 0
    return Occasions.of(outlook.occasions.owner[some], outlook.occasions.day[some]), every


def days_of(day: dt.date) -> int:
    """The number of days since 1970 of a date."""
    return (day - _EPOCH).days


def day_of(number: float) -> dt.date:
    """The date of a number of days since 1970."""
    return _EPOCH + dt.timedelta(days=int(number))


def make_table(con: DuckDBPyConnection, name: str, columns: Mapping[str, Any]) -> None:
    """A temporary table of arrays of one length; NaN comes in as unknown."""
    import numpy as np

    con.register("columns_given", {key: np.ascontiguousarray(values) for key, values in columns.items()})
    terms = ", ".join(
        f"CASE WHEN isfinite({key}) THEN {key} END AS {key}" if np.asarray(values).dtype.kind == "f" else key
        for key, values in columns.items()
    )
    try:
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT {terms} FROM columns_given")
    finally:
        con.unregister("columns_given")


def make_rows(con: DuckDBPyConnection, name: str, columns: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> None:
    """A small temporary table of rows; columns name → SQL type."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({', '.join(f'{key} {kind}' for key, kind in columns.items())})")
    for row in rows:
        con.execute(f"INSERT INTO {name} VALUES ({', '.join('?' * len(columns))})", list(row))


def model_sentence(outlook: Outlook) -> str:
    """Which model, on how many customers, with which parameters; "" when nothing was fitted."""
    fitted = outlook.fitted
    if fitted is None:
        return ""
    names = {"mbg_nbd": "MBG/NBD", "bg_nbd": "BG/NBD", "pareto_nbd": "Pareto/NBD"}
    parameters = "; ".join(f"{name} {_figure(value)}" for name, value in fitted.parameters.items())
    sentence = _("Model %(model)s with weak priors, fitted on %(customers)s customers in days: %(parameters)s.") % {
        "model": names[fitted.model],
        "customers": numbers.cell(fitted.n, Kind.COUNT, language=current()),
        "parameters": parameters,
    }
    return sentence if fitted.converged else f"{sentence} {_('The fit did not converge: take its figures with care.')}"


def _figure(value: float) -> str:
    """Four significant digits, with the decimal mark of the language."""
    return f"{value:.4g}".replace(".", "," if current() == "ru" else ".")


def thin_sentence(outlook: Outlook) -> str:
    """Why there are no probabilities; "" when there are."""
    thin = outlook.thin
    if thin is None:
        return ""
    return _(
        "Too little data for probabilities: %(repeats)s repeat purchases by %(repeaters)s customers over %(intervals)s "
        "usual intervals; it takes 20 by 10 over 3. Churn risk and the chance of still being a customer stay empty."
    ) % {
        "repeats": round(thin.repeat_occasions),
        "repeaters": round(thin.repeaters),
        "intervals": "–" if thin.history_in_intervals is None else numbers.cell(thin.history_in_intervals, Kind.DAYS),
    }
