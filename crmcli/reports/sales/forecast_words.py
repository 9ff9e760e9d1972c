"""Sentences of the sales forecast: what to expect, how far to trust it, what it was made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmcli import numbers
from crmcli.language import N_, current, ngettext
from crmcli.language import gettext as _
from crmcli.reports.definition import Story
from crmcli.reports.telling import as_of_note
from crmcli.table import Kind

if TYPE_CHECKING:
    from crmcli.reports.telling import Figures

_CLEARLY = 0.02  # less error than repeating the past, as a share of it
_YEAR = 12
_NAMED = {
    "region": N_("Region: the order's, else the customer's; the country where neither is known."),
    "manager": N_("Manager: the order's, else the customer's."),
}


def tell(figures: Figures) -> Story:
    """What the coming months should bring, and how far that can be trusted."""
    notes = (
        as_of_note(figures),
        *_history_notes(figures),
        *_trust_notes(figures),
        *_series_notes(figures),
        *_kept_notes(figures),
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
        "change": _signed_share(figures["change"]),
        "series": figures.count("series_count"),
    }
    if figures["by"] != "total":
        first = ngettext(
            "The next %(months)s month should bring %(money)s, %(series)s series together.",
            "The next %(months)s months should bring %(money)s, %(series)s series together.",
            figures["months"],
        )
    elif figures["months"] == 1:
        first = _("The month from %(month)s should bring %(first)s: four times in five between %(low)s and %(high)s.")
    else:
        first = _(
            "The next %(months)s months should bring %(money)s, the first of them (from %(month)s) %(first)s: "
            "four times in five between %(low)s and %(high)s."
        )
    parts = [first % words]
    if figures["change"] is not None:
        parts.append(_("That is %(change)s against the same months a year before.") % words)
    return " ".join([*parts, *_verdict(figures)])


def _verdict(figures: Figures) -> tuple[str, ...]:
    """Whether the method beats repeating what was, in a sentence."""
    if figures["thin"] == figures["series_count"]:
        return (
            _("Less than a year and a half is known, so a season cannot be told from growth: plan with the interval."),
        )
    mase, reference = figures["median_mase"], figures["reference"]
    if mase is None or not reference:
        return ()
    better = 1 - mase / reference
    words = {"share": _share(better)}
    if better < _CLEARLY:
        return (_("In the back-test nothing did clearly better than repeating the past: plan with the interval."),)
    if figures["season"] == _YEAR:
        return (_("In the back-test it erred %(share)s less than repeating the same month of last year.") % words,)
    return (_("In the back-test it erred %(share)s less than repeating the month before.") % words,)


def _history_notes(figures: Figures) -> tuple[str, ...]:
    """Which months were used."""
    notes = [
        _("Known: %(count)s complete months, %(first)s to %(last)s; a month without sales is a zero.")
        % {
            "count": figures.count("known_months"),
            "first": figures.date("first_known"),
            "last": figures.date("known_until"),
        }
    ]
    if figures["begun"]:
        notes.append(
            _("The month from %(month)s has begun and is forecast as a whole; its %(sales)s so far are not used.")
            % {"month": figures.date("forecast_from"), "sales": figures.money("started_sales")}
        )
    if figures["partial"]:
        notes.append(
            _("The month of the first sale is left out: its first sale is later than day 7, so it may not be whole.")
        )
    if figures["category"] is not None:
        notes.append(_("Only sales of the category %(category)s.") % {"category": figures["category"]})
    notes.append(_("Revenue of all counted orders, sales without a customer too; returns are taken off."))
    return tuple(notes)


def _trust_notes(figures: Figures) -> tuple[str, ...]:
    """How the method was chosen, what the measures mean."""
    notes = []
    if figures["thin"]:
        sentence = ngettext(
            "Thin: %(count)s series is known for less than 18 months, too short to test a season: it gets a plain method.",
            "Thin: %(count)s series are known for less than 18 months, too short to test a season: they get plain methods.",
            figures["thin"],
        )
        notes.append(sentence % {"count": figures.count("thin")})
    if figures["set"]:
        notes.append(
            _(
                "With one year known, a series is forecast half way between the mean of the last twelve months and the same "
                "month of last year."
            )
        )
    if figures["set"] < figures["series_count"]:
        notes.append(
            _(
                "Method: the one with the least error (squared where a quarter of the months is empty) in a rolling back-test "
                "of %(origins)s origins, each seeing earlier months only; chosen in hindsight, so MASE flatters a little."
            )
            % {"origins": figures.count("origins")}
        )
    notes.append(
        _("MASE: mean error ÷ mean error of repeating the month a year before over the history; below 1 is better.")
        if figures["season"] == _YEAR
        else _("MASE: mean error ÷ mean error of repeating the month before over the history; below 1 is better.")
    )
    notes.append(
        _(
            "Low and high hold 80 %, from the errors of choosing and forecasting as of each origin; coverage is the share "
            "of back-tested months that fell between the bounds known at their origin."
        )
    )
    return tuple(notes)


def _series_notes(figures: Figures) -> tuple[str, ...]:
    """What several series are, do not add up to, and leave out."""
    if figures["by"] == "total":
        return ()
    notes = [_NAMED[figures["by"]]] if figures["by"] in _NAMED else []
    notes = [_(note) for note in notes]
    if figures["whole_expected"] is not None:
        notes.append(
            _(
                "Each series is forecast by itself: together %(sum)s, while the forecast of the total says %(whole)s; "
                "neither is bent to fit the other."
            )
            % {"sum": figures.whole_money("expected_total"), "whole": figures.whole_money("whole_expected")}
        )
    if figures["nameless"]:
        notes.append(_("The series without a name is what was sold without one."))
    return (*notes, *_left_out(figures))


def _left_out(figures: Figures) -> tuple[str, ...]:
    """Series without a forecast, by reason."""
    short = ngettext(
        "Left out: %(count)s series with sales in fewer than three months.",
        "Left out: %(count)s series with sales in fewer than three months.",
        figures["left_short"],
    )
    silent = ngettext(
        "Left out: %(count)s series without a sale for twelve months.",
        "Left out: %(count)s series without a sale for twelve months.",
        figures["left_silent"],
    )
    small = ngettext(
        "Left out: %(count)s series smaller than those shown.",
        "Left out: %(count)s series smaller than those shown.",
        figures["left_small"],
    )
    told = (("left_short", short), ("left_silent", silent), ("left_small", small))
    return tuple(sentence % {"count": figures.count(name)} for name, sentence in told if figures[name])


def _kept_notes(figures: Figures) -> tuple[str, ...]:
    """How forecasts that were kept did."""
    if figures["category"] is not None:
        return ()
    if not figures["kept_forecasts"]:
        return (_("No earlier forecast is kept yet; to keep this one and score it later: crmcli forecast keep"),)
    if not figures["kept_scored"]:
        return (_("Kept forecasts cannot be scored yet: none of their months is complete."),)
    words = {
        "count": figures.count("kept_scored"),
        "coverage": _share(figures["kept_coverage"]),
        "mape": _share(figures["kept_mape"]),
    }
    if figures["kept_mape"] is None:
        return (_("Kept forecasts: %(coverage)s of %(count)s months fell within their interval.") % words,)
    return (
        _("Kept forecasts: %(coverage)s of %(count)s months fell within their interval, mean error %(mape)s.") % words,
    )


def _share(value: Any) -> str:
    return numbers.cell(value, Kind.SHARE, language=current())


def _signed_share(value: float | None) -> str:
    words = _share(value)
    return f"+{words}" if value is not None and value > 0 else words
