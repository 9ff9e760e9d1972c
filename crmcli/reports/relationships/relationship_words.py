"""What the report of relationships says: the next steps, the headline, and how it was counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.language import current, ngettext
from crmcli.language import gettext as _
from crmcli.reports.definition import Story
from crmcli.reports.telling import anonymous_notes, as_of_note, coverage_note

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmcli.reports.telling import Figures


def steps() -> Mapping[str, str]:
    """What may be missing for the next level, with marks such as {day} that the database fills; and how it writes a day."""
    return {
        "answer_ticket": _("answer ticket {number} of {day}"),
        "answer_message": _("answer the message of {day}"),
        "start_talk": _("ask how things go, and answer what comes back"),
        "follow_up": _("get in touch by {day}: they bought on {bought}"),
        "follow_next": _("get in touch within 30 days of their next purchase"),
        "make_offer": _("make 1 more offer"),
        "make_offers": _("make 2 offers"),
        "agree_plan": _("agree a plan: crmcli keyaccount plan {code}"),
        "do_steps": _("steps of plan {plan} still to be done: {steps}"),
        "day_format": "%d.%m.%Y" if current() == "ru" else "%Y-%m-%d",
    }


def tell(figures: Figures) -> Story:
    """Who gets less than they deserve; how both levels are found, and what is thin."""
    if figures["explain"] is not None:
        return Story(figures["explained_headline"], (as_of_note(figures),))
    notes = (
        as_of_note(figures),
        *_thin_notes(figures),
        _recommended_note(figures),
        _(
            "Size of the group by customers: few below 20, medium below 200, many; groups are as the contacts have them now."
        )
        if figures["by"] != "rfm"
        else _("Size of the group by customers: few below 20, medium below 200, many; groups are those of report rfm."),
        *_groupless_note(figures),
        _actual_note(),
        _("Gap: recommended − actual, in levels; next steps are said where the level is not reached."),
        *((coverage_note(figures),) if figures["measure"] == "margin" else ()),
        *anonymous_notes(figures),
    )
    return Story(_headline(figures), notes)


def _actual_note() -> str:
    return _(
        "Actual level over 365 days, each asks for all before it: basic; reactive: something they came with was answered "
        "(a ticket, or a message within 30 days; calls, visits and meetings are answered as they happen); accountable: a "
        "contact from us on a day of purchase or within 30 days after; proactive: 2 offers from us (quotes sent count, "
        "each once); partnership: 4 steps done of a plan that lives."
    )


def _recommended_note(figures: Figures) -> str:
    words = {"low": figures.whole_money("low_cut"), "high": figures.whole_money("high_cut")}
    if figures["low_cut"] is None:
        return _("Recommended level by the size of the group and the thirds of the base; no third can be told.")
    if figures["measure"] == "revenue":
        return (
            _(
                "Recommended level by the size of the group and the revenue of 365 days, in thirds of all customers: low up to "
                "%(low)s, medium up to %(high)s, high above."
            )
            % words
        )
    return (
        _(
            "Recommended level by the size of the group and the margin of 365 days, in thirds of all customers: low up to "
            "%(low)s, medium up to %(high)s, high above."
        )
        % words
    )


def _thin_notes(figures: Figures) -> tuple[str, ...]:
    notes = []
    if not figures["touched"]:
        notes.append(
            _("No contact of the last 365 days is recorded, so every relationship looks basic; import contacts: "
              "crmcli import run FILE --as interactions")
        )  # fmt: skip
    if figures["unknown"]:
        sentence = ngettext(
            "The margin of %(count)s customer is unknown, so no level is recommended; by revenue: --measure revenue",
            "The margin of %(count)s customers is unknown, so no level is recommended; by revenue: --measure revenue",
            figures["unknown"],
        )
        notes.append(sentence % {"count": figures.count("unknown")})
    return tuple(notes)


def _groupless_note(figures: Figures) -> tuple[str, ...]:
    count = figures["groupless"]
    if not count:
        return ()
    sentence = ngettext(
        "%(count)s customer names no group; such customers make up one of their own (–).",
        "%(count)s customers name no group and make up one of their own (–).",
        count,
    )
    return (sentence % {"count": figures.count("groupless")},)


def _headline(figures: Figures) -> str:
    words = {name: figures.count(name) for name in ("customers", "behind", "ahead", "unknown")}
    if figures["unknown"] == figures["customers"]:
        return _("No cost of goods is known, so no level can be recommended; by revenue: --measure revenue")
    fitting = _("No relationship is below the level it deserves.")
    first = _behind(figures, words) if figures["behind"] else fitting
    if not figures["ahead"]:
        return first
    sentence = ngettext(
        "%(ahead)s gets more attention than that.", "%(ahead)s get more attention than that.", figures["ahead"]
    )
    return f"{first} {sentence % words}"


def _behind(figures: Figures, words: Mapping[str, str]) -> str:
    told = {
        **words,
        "money": figures.whole_money("behind_measure"),
        "name": figures["first_name"],
        "recommended": _(figures["first_recommended"]),
        "actual": _(figures["first_actual"]),
    }
    if figures["measure"] == "revenue":
        sentence = ngettext(
            "%(behind)s of %(customers)s relationships is below the level it deserves (%(money)s of revenue a year); first "
            "%(name)s: %(actual)s, recommended %(recommended)s.",
            "%(behind)s of %(customers)s relationships are below the level they deserve (%(money)s of revenue a year); first "
            "%(name)s: %(actual)s, recommended %(recommended)s.",
            figures["behind"],
        )
    else:
        sentence = ngettext(
            "%(behind)s of %(customers)s relationships is below the level it deserves (%(money)s of margin a year); first "
            "%(name)s: %(actual)s, recommended %(recommended)s.",
            "%(behind)s of %(customers)s relationships are below the level they deserve (%(money)s of margin a year); first "
            "%(name)s: %(actual)s, recommended %(recommended)s.",
            figures["behind"],
        )
    return sentence % told
