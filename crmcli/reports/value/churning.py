"""What the churn report computes outside SQL: the model's probabilities, their back-test, one customer explained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmcli.language import N_
from crmcli.language import gettext as _
from crmcli.metrics import catalogue
from crmcli.reports.backtests import backtest_headline, keep_backtests, verdict
from crmcli.reports.explained import Term, explain
from crmcli.reports.lookup import find_party
from crmcli.reports.outlook import look_ahead, make_table, model_sentence, thin_sentence
from crmcli.reports.reasons import sentences
from crmcli.reports.roads import DECIDING, choose_road, road_sentence
from crmcli.reports.sections import records
from crmcli.table import Kind

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from crmcli.reports.definition import Values
    from crmcli.reports.outlook import Outlook
    from crmcli.reports.roads import Road

_FULL_PAGE = 8


def prepare(con: DuckDBPyConnection, values: Values) -> Values:
    """Temporary tables outlook, backtests, calibration (and explanation), and what the sentences need.

    Raises:
        NotFoundError, ConflictError: The customer to explain is not there, or could be several.
    """
    outlook, most = look_ahead(con, values["as_of"]), _FULL_PAGE if values["backtest"] else DECIDING
    road = choose_road(outlook, horizon=values["horizon"], most=most + DECIDING if values["backtest"] else most)
    keep_outlook(con, outlook, road, values["horizon"])
    given: dict[str, Any] = {
        "backtests": None,
        "model_sentence": model_sentence(outlook),
        "thin_sentence": thin_sentence(outlook),
        "road_sentence": road_sentence(road, values["horizon"]),
    }
    if values["explain"] is not None:
        return {**given, **_explain(con, values, outlook, given["road_sentence"])}
    shown = road.tests[-most:]
    keep_backtests(con, road.tests, most=most)
    return {
        **given,
        "backtests": verdict(shown, every=road.every),
        "backtest_headline": backtest_headline(shown, values["horizon"]),
    }


def keep_outlook(con: DuckDBPyConnection, outlook: Outlook, road: Road, horizon: int) -> None:
    """The temporary table outlook: customer_id, p_alive, churn_risk; empty figures on thin data."""
    import numpy as np

    ids = outlook.ids
    names = ("p_alive", "churn_risk")
    if outlook.fitted is None:
        figures = {name: np.full(len(ids), np.nan) for name in names}
    else:
        from crmcli.models.predict import p_alive, p_silent

        fitted, rows = outlook.fitted, outlook.rows
        per_row = (p_alive(fitted, rows), p_silent(fitted, rows, float(horizon)))
        figures = {name: outlook.of_customers(found) for name, found in zip(names, per_row, strict=True)}
        if road.rhythm is not None:
            figures["churn_risk"] = road.rhythm.silent
    make_table(con, "outlook", {"customer_id": ids, **figures})


def _explain(con: DuckDBPyConnection, values: Values, outlook: Outlook, fallback: str) -> Values:
    """How one customer's figures came about."""
    party = find_party(con, values["explain"])
    sql = (
        "SELECT fact.*, outlook.p_alive, outlook.churn_risk FROM churn_facts($as_of) AS fact "
        "LEFT JOIN outlook ON outlook.customer_id = fact.customer_id WHERE fact.customer_id = $party"
    )
    catalogue.install(con, sql)
    facts = next(iter(records(con, sql, {"as_of": values["as_of"], "party": party.id})), None)
    terms = _terms(facts, values["horizon"], outlook, fallback) if facts else []
    words = {"name": party.name, "code": party.code}
    headline = (
        _("How the churn figures of %(name)s (%(code)s) came about.") % words
        if facts
        else _("%(name)s (%(code)s) has bought nothing by that day.") % words
    )
    return {"explained_kinds": explain(con, terms), "explained_headline": headline}


def _terms(facts: dict[str, Any], horizon: int, outlook: Outlook, fallback: str) -> list[Term]:
    gap = facts["expected_gap"]
    found = [
        Term(N_("occasions"), facts["occasions"], Kind.COUNT, _("days on which something was bought")),
        Term(N_("first purchase"), facts["first_purchase_on"], Kind.DATE, ""),
        Term(N_("last purchase"), facts["last_purchase_on"], Kind.DATE, ""),
        Term(N_("days ago"), facts["recency_days"], Kind.DAYS, _("days since the last purchase")),
        Term(N_("own gap"), facts["own_gap"], Kind.DAYS, _("median of the customer's own intervals")),
        Term(N_("base gap"), facts["base_gap"], Kind.DAYS, _("median of all intervals of all customers")),
        Term(
            N_("expected gap"),
            gap,
            Kind.DAYS,
            _("(own intervals × own gap + 2 × base gap) ÷ (own intervals + 2)"),
        ),
        Term(N_("overdue ratio"), facts["overdue_ratio"], Kind.RATIO, _("days ago ÷ expected gap")),
        Term(N_("still a customer"), facts["p_alive"], Kind.SHARE, model_sentence(outlook) or thin_sentence(outlook)),
        Term(
            N_("churn risk"),
            facts["churn_risk"],
            Kind.SHARE,
            fallback or _("probability of no purchase in the next %(days)s days") % {"days": horizon},
        ),
        Term(
            N_("at stake"), facts["stake"], Kind.MONEY, _("margin of the last 365 days, revenue where cost is unknown")
        ),
        Term(N_("money at risk"), _at_risk(facts), Kind.MONEY, _("churn risk × what is at stake")),
    ]
    return [*found, *(Term(N_("reason"), reason, Kind.TEXT, "") for reason in sentences(facts))]


def _at_risk(facts: dict[str, Any]) -> Any:
    from decimal import Decimal

    if facts["churn_risk"] is None:
        return facts["money_at_risk"]
    return (Decimal(repr(facts["churn_risk"])) * facts["stake"]).quantize(Decimal("0.0001"))
