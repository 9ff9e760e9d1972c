"""Sentences of the sales cycle: where it is that sales die, what takes longest, how it was counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.reports.definition import Story
from crmcli.reports.telling import as_of_note, window_note

if TYPE_CHECKING:
    from crmcli.reports.telling import Figures

STEPS = (
    N_("lead"),
    N_("opportunity"),
    N_("quote"),
    N_("order"),
    N_("shipment"),
    N_("invoice"),
    N_("payment"),
)
ROADS = (
    N_("first to payment"),
    N_("lead to payment"),
    N_("deal to payment"),
    N_("order to payment"),
    N_("deal to closed"),
    N_("deal to won"),
    N_("deal to lost"),
)
_DIED = {  # one sentence a step: languages decline the word
    "lead": N_("Most is lost at the first step: %(died)s of %(entered)s leads fell silent%(money)s."),
    "opportunity": N_("Most is lost at the opportunity: %(died)s of %(entered)s deals ended before a quote%(money)s."),
    "quote": N_("Most is lost at the quote: %(died)s of %(entered)s quotes came to nothing%(money)s."),
    "order": N_("Most is lost at the order: %(died)s of %(entered)s orders were cancelled%(money)s."),
    "shipment": N_("Most is lost after the shipment: %(died)s of %(entered)s sent orders were cancelled%(money)s."),
    "invoice": N_("Most is lost at the invoice: %(died)s of %(entered)s were credited instead of paid%(money)s."),
}
_SLOW = {
    "lead": N_("The longest step is from the lead to what follows it:"),
    "opportunity": N_("The longest step is from the opportunity to what follows it:"),
    "quote": N_("The longest step is from the quote to what follows it:"),
    "order": N_("The longest step is from the order to what follows it:"),
    "shipment": N_("The longest step is from the shipment to what follows it:"),
    "invoice": N_("The longest step is from the invoice to the payment:"),
}
_UNWRITTEN = (
    ("leads", N_("leads")),
    ("deals", N_("deals")),
    ("quotes", N_("quotes")),
    ("orders", N_("orders")),
    ("shipments", N_("shipments")),
    ("invoices", N_("invoices")),
    ("payments", N_("payments")),
)
_BY = {
    "manager": N_("Manager: the deal's, quote's or order's, else the customer's."),
    "product": N_("Product: the deal's, else that of the order's dearest line."),
    "region": N_("Region: the order's, else the customer's; the country where neither is known."),
    "channel": N_("Channel: the order's, else the customer's."),
    "customer-group": N_("Group: the customer's as it is now."),
}


def tell(figures: Figures) -> Story:
    """Where most is lost, what takes longest, and the whole road; how chains, windows and deaths are counted."""
    notes = (
        as_of_note(figures),
        window_note(figures),
        _(
            "A step counts in the window when it was entered in it. The period before is the window before it, seen as it "
            "stood on its own last day, so that both were followed equally long."
        ),
        _(
            "Days run to the next step taken, whichever it is. Goes on: went on ÷ went on or died; what is still on the way "
            "counts in neither."
        ),
        _(
            "Lead: the day the contact was made or first touched before the deal, once a customer. Shipment and invoice: the "
            "first of the order; payment: the one that settles the last of its invoices."
        ),
        _(
            "Died: deals lost, quotes of no deal rejected or expired, orders cancelled, invoices credited instead of paid, "
            "leads silent for 180 days."
        ),
        *_division_notes(figures),
        _(
            "Change: longer, shorter, more or fewer only where chance alone would do so once in a hundred times (rank test "
            "of the days, test of two shares); empty below %(least)s on either side."
        )
        % {"least": figures.count("least")},
        *_odd_notes(figures),
    )
    return Story(_headline(figures), notes)


def _headline(figures: Figures) -> str:
    """The death that costs most, the longest step, the whole road."""
    parts = [_lost(figures), *_longest(figures), *_road(figures)]
    return " ".join(parts)


def _lost(figures: Figures) -> str:
    step = figures["worst_step"]
    if step is None:
        return _("Nothing that came to a step in the window is known to have died there.")
    amount = figures["worst_amount"]
    money = _(", worth %(money)s") % {"money": figures.whole_money("worst_amount")} if amount else ""
    words = {"died": figures.count("worst_died"), "entered": figures.count("worst_entered"), "money": money}
    sentence = _(_DIED[step]) % words
    series = figures["worst_series"]
    return sentence if series is None else f"{series}: {sentence}"


def _longest(figures: Figures) -> tuple[str, ...]:
    if figures["slow_step"] is None:
        return ()
    days = _("half of them within %(median)s days, nine in ten within %(most)s.") % {
        "median": figures.days("slow_median"),
        "most": figures.days("slow_p90"),
    }
    series = figures["slow_series"]
    sentence = f"{_(_SLOW[figures['slow_step']])} {days}"
    return (sentence if series is None else f"{series}: {sentence}",)


def _road(figures: Figures) -> tuple[str, ...]:
    """First word to money, or where no payment is written down, opening to win."""
    if figures["whole_median"] is not None:
        sentence = _("From the first step to the money: %(median)s days, one in ten longer than %(most)s.")
        return (sentence % {"median": figures.days("whole_median"), "most": figures.days("whole_p90")},)
    if figures["won_median"] is not None:
        sentence = _("From opening to winning a deal: %(median)s days, one in ten longer than %(most)s.")
        return (sentence % {"median": figures.days("won_median"), "most": figures.days("won_p90")},)
    return ()


def _division_notes(figures: Figures) -> tuple[str, ...]:
    by = figures["by"]
    if by == "none":
        return ()
    shown = _("The smaller tables show the first %(shown)s rows.") % {"shown": figures.count("shown")}
    if by == "segment":
        return (
            shown,
            _("Segments as of the day, of both periods: %(names)s. A customer of several counts in each of them.")
            % {"names": figures["segments_shown"]},
        )
    return (_(_BY[by]), shown)


def _odd_notes(figures: Figures) -> tuple[str, ...]:
    """What is not written down, runs backwards, or has no worth."""
    notes = []
    missing = [_(word) for name, word in _UNWRITTEN if not figures[name]]
    if missing:
        notes.append(_("Not written down: %(steps)s; chains pass over them.") % {"steps": ", ".join(missing)})
    if figures["negatives"]:
        sentence = ngettext(
            "%(count)s step came before the one it follows (an invoice before its shipment, say): counted with days below zero.",
            "%(count)s steps came before the ones they follow (an invoice before its shipment, say): counted with days below zero.",
            figures["negatives"],
        )
        notes.append(sentence % {"count": figures.count("negatives")})
    if figures["unpriced"]:
        sentence = ngettext(
            "%(count)s that died has no amount of record: its worth is unknown.",
            "%(count)s that died have no amount of record: their worth is unknown.",
            figures["unpriced"],
        )
        notes.append(sentence % {"count": figures.count("unpriced")})
    return (*notes, *_deal_notes(figures))


def _deal_notes(figures: Figures) -> tuple[str, ...]:
    told = (
        (
            "won_alone",
            ngettext(
                "%(count)s deal was won without a quote or order linked to it: its road is known up to the win.",
                "%(count)s deals were won without a quote or order linked to them: their road is known up to the win.",
                figures["won_alone"],
            ),
        ),
        (
            "deals_undated",
            ngettext(
                "%(count)s deal has no opening day and counts in no step.",
                "%(count)s deals have no opening day and count in no step.",
                figures["deals_undated"],
            ),
        ),
        (
            "deals_unknown",
            ngettext(
                "Left out: %(count)s deal closed nobody knows how.",
                "Left out: %(count)s deals closed nobody knows how.",
                figures["deals_unknown"],
            ),
        ),
    )
    return tuple(sentence % {"count": figures.count(name)} for name, sentence in told if figures[name])
