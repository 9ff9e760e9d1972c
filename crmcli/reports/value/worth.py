"""The sentences of the value report."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli import numbers
from crmcli.language import current, ngettext
from crmcli.language import gettext as _
from crmcli.reports.backtests import backtest_notes
from crmcli.reports.definition import Story
from crmcli.reports.telling import anonymous_notes, as_of_note, coverage_note
from crmcli.table import Kind

if TYPE_CHECKING:
    from crmcli.reports.telling import Figures

_MORE_THAN_ALL = 1.0005  # shown as 100.1 %


def tell(figures: Figures) -> Story:
    """What the base is worth, how concentrated that is, who costs more than they bring, and how it was computed."""
    if figures["explain"] is not None:
        return Story(figures["explained_headline"], (as_of_note(figures),))
    notes = (
        as_of_note(figures),
        coverage_note(figures),
        *_serving_notes(figures),
        *_future_notes(figures),
        *backtest_notes(figures),
        *anonymous_notes(figures),
    )
    return Story(_headline(figures), notes)


def _headline(figures: Figures) -> str:
    words = {
        "customers": figures.count("customers"),
        "realised": figures.whole_money("realised"),
        "revenue": figures.whole_money("revenue"),
        "top": figures.count("top"),
        "share": "" if figures["top_share"] is None else figures.share("top_share"),
    }
    if not figures["known"] and not figures["expected_known"]:
        first = _(
            "Value is unknown: no cost of goods is known; %(customers)s customers brought %(revenue)s of revenue."
        )
    elif not figures["expected_known"]:
        first = _("%(customers)s customers have brought %(realised)s so far.")
    else:
        words |= _total_words(figures)
        first = _(
            "%(customers)s customers have brought %(realised)s and will probably bring %(expected)s more in "
            "%(months)s months (80 %%: %(low)s to %(high)s), in today's money."
        )
    sentences = [first % words]
    if figures["top_share"] is not None:
        sentences.append(_("The best fifth (%(top)s) stands for %(share)s of it.") % words)
    if figures["peak_share"] is not None and figures["peak_share"] > _MORE_THAN_ALL:
        sentences.append(
            _("The best %(count)s together stand for %(share)s: the others take away what is above 100 %%.")
            % {"count": figures.count("peak_customers"), "share": figures.share("peak_share")}
        )
    if figures["costly"]:
        sentences.append(_costly(figures))
    return " ".join(sentences)


def _total_words(figures: Figures) -> dict[str, str]:
    from crmcli.models.interval import total_interval

    total = float(figures["expected_npv"])
    low, high = total_interval(total, figures["spread"], figures["misses"]) if total > 0 else (total, total)
    worded = {"expected": total, "low": low, "high": high}
    return {
        "months": figures.count("months"),
        **{
            name: numbers.money(Decimal(round(amount)), figures.currency, language=current(), whole=True)
            for name, amount in worded.items()
        },
    }


def _costly(figures: Figures) -> str:
    sentence = ngettext(
        "%(count)s customer cost more than they brought (%(total)s).",
        "%(count)s customers cost more than they brought (%(total)s).",
        figures["costly"],
    )
    return sentence % {"count": figures.count("costly"), "total": figures.whole_money("costly_total")}


def _serving_notes(figures: Figures) -> tuple[str, ...]:
    notes = [_("Share is of the revenue of all customers; realised value is margin less cost to serve.")]
    if not figures["served"]:
        notes.append(
            _("No cost activities yet: cost to serve is unknown, and value is reckoned from the margin alone.")
        )
    if figures["idle_activities"]:
        sentence = ngettext(
            "%(count)s cost activity charges nobody: its driver is not recorded, or the period of its pool is not over.",
            "%(count)s cost activities charge nobody: their driver is not recorded, or the period of their pool is not over.",
            figures["idle_activities"],
        )
        notes.append(sentence % {"count": figures["idle_activities"]})
    unknown = figures["customers"] - figures["known"]
    if unknown:
        sentence = ngettext(
            "%(count)s customer has no line of known cost: realised value unknown.",
            "%(count)s customers have no line of known cost: realised value unknown.",
            unknown,
        )
        notes.append(sentence % {"count": unknown})
    return tuple(notes)


def _future_notes(figures: Figures) -> tuple[str, ...]:
    if not figures["modelled"]:
        return (figures["thin_sentence"],) if figures["thin_sentence"] else ()
    notes = [
        figures["model_sentence"],
        _(
            "Expected value: purchases to come in %(months)s months × expected spend × margin, less cost to serve, each "
            "month discounted at %(rate)s a year; lifetime value adds what was earned so far, grown at the same rate. "
            "The interval is 80 %% of simulated outcomes of one customer."
        )
        % {"months": figures.count("months"), "rate": figures.share("rate")},
        _(
            "Expected spend: the customer's own mean, drawn to that of all where there are few purchases (model: spend "
            "does not go with frequency; here their correlation is %(correlation)s)."
        )
        % {"correlation": _correlation(figures)},
    ]
    if not figures["expected_known"]:
        notes.append(
            _(
                "Without costs the money to come is unknown, too: say --margin-share 0.3, or import costs with the products."
            )
        )
    return tuple(notes)


def _correlation(figures: Figures) -> str:
    known = figures["spend_correlation"]
    return _("unknown") if known is None or known != known else numbers.cell(known, Kind.RATIO)  # noqa: PLR0124  # NaN
