"""One customer's value, term by term."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from crmcli.language import N_
from crmcli.language import gettext as _
from crmcli.metrics import catalogue
from crmcli.reports.explained import Term, explain
from crmcli.reports.lookup import find_party
from crmcli.reports.sections import records, sections
from crmcli.table import Kind

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from crmcli.reports.definition import Values

_TERMS = (  # measure, fact, kind, meaning; in the order they are reckoned
    (N_("revenue"), "revenue", Kind.MONEY, N_("all counted sales to that day, less returns")),
    (N_("margin"), "margin", Kind.MONEY, N_("revenue less cost of goods, over lines of known cost")),
    (N_("cost to serve"), "cost_to_serve", Kind.MONEY, N_("what the cost activities charge this customer")),
    (N_("realised value"), "realised", Kind.MONEY, N_("margin − cost to serve")),
    (N_("still a customer"), "p_alive", Kind.SHARE, N_("probability of not having left for good")),
    (N_("expected purchases"), "expected_purchases", Kind.RATIO, N_("within the months ahead")),
    (N_("discounted purchases"), "units", Kind.RATIO, N_("each worth less the later it comes")),
    (N_("expected spend"), "spend", Kind.MONEY, N_("per purchase: own mean drawn to that of all, less returns")),
    (
        N_("margin share"),
        "margin_share",
        Kind.SHARE,
        N_("own where cost is known, drawn to that of all; else stated, else that of all"),
    ),
    (N_("cost per order"), "cost_per_order", Kind.MONEY, N_("of activities that go with orders")),
    (N_("contribution"), "contribution", Kind.MONEY, N_("expected spend × margin share − cost per order")),
    (N_("cost per month"), "cost_per_month", Kind.MONEY, N_("of activities that go with time")),
    (N_("discounted months"), "months", Kind.RATIO, N_("months as a customer, each worth less the later it comes")),
    (N_("upkeep"), "upkeep", Kind.MONEY, N_("cost per month × discounted months")),
    (N_("expected value"), "expected_npv", Kind.MONEY, N_("discounted purchases × contribution − upkeep")),
    (N_("at least"), "expected_low", Kind.MONEY, N_("nine in ten simulated outcomes are above")),
    (N_("at most"), "expected_high", Kind.MONEY, N_("nine in ten simulated outcomes are below")),
    (N_("past value"), "past_npv", Kind.MONEY, N_("margin less cost to serve so far, grown at the discount rate")),
    (N_("lifetime value"), "lifetime_npv", Kind.MONEY, N_("past value + expected value")),
)


def explain_value(con: DuckDBPyConnection, values: Values) -> Values:
    """The temporary table explanation for the customer to explain, and its headline.

    Raises:
        NotFoundError, ConflictError: The customer is not there, or could be several.
    """
    party = find_party(con, values["explain"])
    sql = sections("value", "value")["terms"]
    catalogue.install(con, sql)
    found = records(con, sql, {**values, "party": party.id})
    facts = _completed(found[0]) if found else {}
    terms = [
        Term(measure, _typed(facts[fact], kind), kind, _(meaning)) for measure, fact, kind, meaning in _TERMS if facts
    ]
    words = {"name": party.name, "code": party.code}
    headline = (
        _("How the value of %(name)s (%(code)s) came about.") % words
        if facts
        else _("%(name)s (%(code)s) has bought nothing by that day.") % words
    )
    return {"explained_kinds": explain(con, terms), "explained_headline": headline}


def _completed(facts: dict[str, Any]) -> dict[str, Any]:
    """With the interval and the lifetime; unknown where a term of them is."""
    contribution, upkeep, past = facts["contribution"], facts["upkeep"], facts["past_npv"]
    ends = [None, None]
    if None not in (contribution, facts["low_units"], facts["high_units"]):
        ends = sorted((facts["low_units"] * contribution - upkeep, facts["high_units"] * contribution - upkeep))
    expected = facts["expected_npv"]
    lifetime = None if past is None or expected is None else past + expected
    return {**facts, "expected_low": ends[0], "expected_high": ends[1], "lifetime_npv": lifetime}


def _typed(value: Any, kind: Kind) -> Any:
    """Amounts reckoned with as floats back to exact money."""
    if kind is Kind.MONEY and isinstance(value, float):
        return Decimal(repr(value)).quantize(Decimal("0.0001"))
    return value
