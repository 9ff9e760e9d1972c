"""Sentences of the joined forecast: what to expect, how much of it the deals tell, how both did before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.language import gettext as _
from crmcli.language import ngettext
from crmcli.reports.definition import Story
from crmcli.reports.telling import as_of_note

if TYPE_CHECKING:
    from crmcli.reports.telling import Figures


def tell(figures: Figures) -> Story:
    """What the coming months should bring, and what that rests on."""
    notes = (
        as_of_note(figures),
        _target(figures),
        _(
            "Pipeline: what was won in the month so far, plus open deals (amount × chance of winning, at the time deals are "
            "won), plus deals not opened yet (mean of what such deals brought at the last twelve months' ends)."
        ),
        _(
            "Time of a win: the expected day plus the delays seen of deals won, so far as still to come; without an expected day, "
            "by the age at which deals were won; of deals older than any won, evenly over a year. With fewer than 20 deals won: on "
            "the expected day, overdue ones at once."
        ),
        _(
            "Deals without an amount count the mean of deals won of their product, else its price, else the mean of all deals won."
        ),
        *_left_out(figures),
        _weighing(figures),
        _(
            "Low and high hold 80 %: of independent deals won or not, of uncertain amounts and chances, drawn to the errors made "
            "at past months' ends as far as there are any; analytic, nothing is drawn by lot."
        ),
    )
    return Story(_headline(figures), notes)


def _headline(figures: Figures) -> str:
    words = {
        "months": figures.count("months"),
        "money": figures.whole_money("expected_total"),
        "month": figures.date("forecast_from"),
        "first": figures.whole_money("first_expected"),
        "low": figures.whole_money("first_low"),
        "high": figures.whole_money("first_high"),
        "open": figures.whole_money("open_total"),
        "deals": figures.count("deals_counted"),
        "weight": figures.share("weight"),
    }
    if figures["by"] == "total":
        first = _(
            "The next %(months)s months should bring %(money)s, the first of them (from %(month)s) %(first)s: four times in five "
            "between %(low)s and %(high)s."
        )
    else:
        first = _("The next %(months)s months should bring %(money)s, all series together.")
    second = ngettext(
        "%(deals)s open deal should bring %(open)s of that.",
        "%(deals)s open deals should bring %(open)s of that.",
        figures["deals_counted"],
    )
    if not figures["has_deals"]:
        return f"{first % words} {_('No deals are recorded: the statistical forecast stands alone.')}"
    if figures["weight"]:
        third = _("The pipeline weighs up to %(weight)s, by how wrong it was before.")
    elif figures["statistical_total"] is None:
        third = _("There are too few months for a statistical forecast: the pipeline stands alone.")
    else:
        third = _(
            "How right the pipeline was cannot be told yet: the statistical forecast stands, the pipeline is shown beside it."
        )
    return f"{first % words} {second % words} {third % words}"


def _target(figures: Figures) -> str:
    if figures["has_orders"]:
        return _(
            "Forecast are the months of orders. Deals won are not added to them: what is sold without a deal (orders less deals won, "
            "mean of the last twelve months) is added to the pipeline instead; deals won stand beside the orders below."
        )
    return _("There are no orders: forecast are the months of deals won, by their closing day and amount.")


def _weighing(figures: Figures) -> str:
    return _(
        "Expected: both forecasts weighed by their mean squared errors at %(origins)s past months' ends, each seeing earlier months "
        "only; below four of them the statistical one stands alone."
    ) % {"origins": figures.count("origins")}


def _left_out(figures: Figures) -> tuple[str, ...]:
    told = (
        (
            "unpriced",
            ngettext(
                "Left out: %(count)s open deal of which no amount is known.",
                "Left out: %(count)s open deals of which no amount is known.",
                figures["unpriced"],
            ),
        ),
        (
            "unknown_chance",
            ngettext(
                "Left out: %(count)s open deal of which no chance is known.",
                "Left out: %(count)s open deals of which no chance is known.",
                figures["unknown_chance"],
            ),
        ),
        (
            "undated",
            ngettext(
                "Left out: %(count)s open deal of which nothing tells when.",
                "Left out: %(count)s open deals of which nothing tells when.",
                figures["undated"],
            ),
        ),
    )
    return tuple(sentence % {"count": figures.count(name)} for name, sentence in told if figures[name])
