"""What the value report computes outside SQL: purchases and spend to come, discounted, with their spread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmcli.reports.backtests import keep_backtests, misses, verdict
from crmcli.reports.outlook import examined, look_ahead, look_back, make_table, model_sentence, thin_sentence
from crmcli.reports.value.value_terms import explain_value

if TYPE_CHECKING:
    import numpy as np
    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

    from crmcli.models.occasions import Standing
    from crmcli.models.outcomes import SpendNoise
    from crmcli.models.spend import Credibility
    from crmcli.reports.definition import Values
    from crmcli.reports.outlook import Outlook

    Floats = NDArray[np.float64]

_TEST_HORIZON = 90
_MOST_ORIGINS = 4


def prepare(con: DuckDBPyConnection, values: Values) -> Values:
    """Temporary tables futures and backtests, and what the sentences need."""
    outlook = look_ahead(con, values["as_of"])
    told = keep_futures(con, outlook, months=values["months"], yearly_rate=float(values["rate"]))
    if values["explain"] is not None:
        return explain_value(con, {**values, **told})
    tests = look_back(outlook, horizon=_TEST_HORIZON, most=_MOST_ORIGINS) if values["told"] else ()
    keep_backtests(con, tests)
    return {
        "model_sentence": model_sentence(outlook),
        "thin_sentence": thin_sentence(outlook),
        "backtests": verdict(tests, every=examined(outlook)[1]),
        "road_sentence": "",
        "misses": misses(tests),
        **told,
    }


def keep_futures(con: DuckDBPyConnection, outlook: Outlook, *, months: int, yearly_rate: float) -> dict[str, Any]:
    """The temporary table futures, one row a customer; empty figures on thin data.

    Columns: customer_id; p_alive; expected_purchases (within the months); units (those, discounted); low_units,
    high_units (80 % of simulated outcomes, spend included); months (expected months as a customer, discounted); spend
    (expected per occasion, returns taken off).
    """
    import numpy as np

    ids = outlook.ids
    names = ("p_alive", "expected_purchases", "units", "low_units", "high_units", "months", "spend")
    if outlook.fitted is None:
        make_table(con, "futures", {"customer_id": ids, **{name: np.full(len(ids), np.nan) for name in names}})
        return {"spread": 0.0, "base_weight": 0.0, "spend_correlation": None}
    from crmcli.models.discounting import discounted
    from crmcli.models.outcomes import outcomes
    from crmcli.models.predict import MONTH, p_alive
    from crmcli.models.spend import shrink, spend_frequency_correlation

    fitted, rows = outlook.fitted, outlook.rows
    occasions, spend, within = _spends(outlook.standing)
    shrunk = shrink(occasions, spend, within)
    flow = discounted(fitted, rows, months=months, yearly_rate=yearly_rate)
    drawn = outcomes(fitted, rows, months * MONTH, noise=_noise(occasions, within, shrunk))
    weight = np.divide(flow.units, flow.purchases, out=np.zeros_like(flow.units), where=flow.purchases > 0)
    per_row = (p_alive(fitted, rows), flow.purchases, flow.units, drawn.low * weight, drawn.high * weight, flow.months)
    figures = {name: outlook.of_customers(found) for name, found in zip(names, per_row, strict=False)}
    make_table(con, "futures", {"customer_id": ids, **figures, "spend": shrunk.mean * outlook.kept_share})
    return {
        "spread": drawn.spread,
        "base_weight": max(shrunk.n0 * shrunk.mu, 0.0),
        "spend_correlation": spend_frequency_correlation(occasions, spend),
    }


def _spends(standing: Standing) -> tuple[Floats, Floats, Floats]:
    """Number of occasions of each customer, their mean spend, and the sum of squares around it, (k,) each."""
    assert standing.spend is not None
    assert standing.spend_within is not None
    return standing.histories.x + 1, standing.spend, standing.spend_within


def _noise(occasions: Floats, within: Floats, shrunk: Credibility) -> SpendNoise:
    """How spend scatters within and between customers, as shares of the mean."""
    from crmcli.models.outcomes import SpendNoise

    degrees = float((occasions - 1).sum())
    inside = float(within.sum()) / degrees if degrees > 0 else 0.0
    mean = abs(shrunk.mu) or 1.0
    between = inside / shrunk.n0 if shrunk.n0 > 0 else 0.0
    return SpendNoise(inside**0.5 / mean, between**0.5 / mean, shrunk.n0)
