"""What the figures of the service desk mean, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli import numbers
from crmcli.language import current, ngettext
from crmcli.language import gettext as _
from crmcli.reports.definition import Story
from crmcli.reports.service import evenness
from crmcli.reports.telling import as_of_note, window_note
from crmcli.table import Kind

if TYPE_CHECKING:
    from crmcli.reports.telling import Figures

_THIN = 30  # ratings below which a mean is called thin


def tell(figures: Figures) -> Story:
    """How long people wait, what was kept, what waits; then how it was counted."""
    found = evenness.sentences(figures["sameness"], figures["by"])
    notes = (
        as_of_note(figures),
        window_note(figures),
        *found,
        *_sameness_notes(figures),
        *_hours_notes(figures),
        *_promise_notes(figures),
        *_rating_notes(figures),
        *_record_notes(figures),
    )
    return Story(_headline(figures), notes)


def _headline(figures: Figures) -> str:
    waits = _backlog_sentence(figures)
    if not figures["tickets"]:
        return _("No ticket was opened in the window.") + f" {waits}"
    words = {"tickets": figures.count("tickets"), "answer": _hours(figures, "response_median")}
    words["solution"] = _hours(figures, "resolution_median")
    if figures["response_median"] is not None and figures["resolution_median"] is not None:
        first = ngettext(
            "%(tickets)s ticket, answered within %(answer)s hours of work and resolved within %(solution)s (medians).",
            "%(tickets)s tickets: half are answered within %(answer)s hours of work and half resolved within %(solution)s.",
            figures["tickets"],
        )
    elif figures["resolution_median"] is not None:
        first = ngettext(
            "%(tickets)s ticket, resolved within %(solution)s hours of work (median); no first answer is dated.",
            "%(tickets)s tickets: half are resolved within %(solution)s hours of work; no first answer is dated.",
            figures["tickets"],
        )
    elif figures["response_median"] is not None:
        first = ngettext(
            "%(tickets)s ticket, answered within %(answer)s hours of work (median); none is resolved yet.",
            "%(tickets)s tickets: half are answered within %(answer)s hours of work; none is resolved yet.",
            figures["tickets"],
        )
    else:
        first = ngettext(
            "%(tickets)s ticket, not answered or resolved on a day of record.",
            "%(tickets)s tickets, none of them answered or resolved on a day of record.",
            figures["tickets"],
        )
    return " ".join([first % words, *_kept_sentence(figures), waits, *_main_difference(figures)])


def _hours(figures: Figures, name: str) -> str:
    return numbers.cell(figures[name], Kind.DAYS, language=current())


def _kept_sentence(figures: Figures) -> tuple[str, ...]:
    """The promise most is known of, in one sentence."""
    if figures["resolution_kept"] is not None:
        return (_("%(share)s of promised resolutions were kept.") % {"share": figures.share("resolution_kept")},)
    if figures["response_kept"] is not None:
        return (_("%(share)s of promised answers were kept.") % {"share": figures.share("response_kept")},)
    if figures["sla_kept_told"] is not None:
        told = _("%(share)s kept what was promised, as told by the system they came from.")
        return (told % {"share": figures.share("sla_kept_told")},)
    return ()


def _backlog_sentence(figures: Figures) -> str:
    if not figures["open"]:
        return _("Nothing is open.")
    sentence = ngettext(
        "%(open)s is open, the oldest for %(days)s days.",
        "%(open)s are open, the oldest for %(days)s days.",
        figures["open"],
    )
    told = sentence % {"open": figures.count("open"), "days": figures.count("oldest_days")}
    if not figures["overdue"]:
        return told
    late = ngettext("%(count)s is past its promise.", "%(count)s are past their promise.", figures["overdue"])
    return f"{told} " + late % {"count": figures.count("overdue")}


def _main_difference(figures: Figures) -> tuple[str, ...]:
    """The first difference that is none of chance belongs in the headline."""
    differing = [one for one in figures["sameness"] if one.verdict == "differ"]
    return (evenness.sentence(differing[0], figures["by"]),) if differing else ()


def _sameness_notes(figures: Figures) -> tuple[str, ...]:
    found = figures["sameness"]
    words = {"side": _(evenness.side(figures["by"])), "least": evenness.LEAST}
    if not found:
        return ()
    if not any(one.best for one in found):
        too_few = _("Too few tickets to compare %(side)s: two with at least %(least)s each are needed.")
        return (too_few % words,)
    return (
        _(
            "Compared are %(side)s with at least %(least)s tickets each: hours and ratings by their ranks (Kruskal and Wallis), shares "
            "kept by chi-square, by random tables where there are few. A difference is called one where its chance is below 5 %% after "
            "correction for all comparisons made at once (Holm). Other things than the %(side)s may be behind it."
        )
        % words,
    )


def _hours_notes(figures: Figures) -> tuple[str, ...]:
    if figures["usual_is_made"]:
        told = _(
            "Hours are hours of work by the calendar of the promise, else by %(calendar)s; while a ticket waits for the "
            "customer no time runs. By the clock: every hour of day and night."
        )
    else:
        told = _(
            "No calendar of working hours was made, so hours are those of Monday to Friday, %(calendar)s, without holidays "
            "(crmcli sla calendar); while a ticket waits for the customer no time runs. By the clock: every hour of day "
            "and night."
        )
    unresolved = ngettext(
        "Medians are of answered and of resolved tickets; %(open)s opened in the window is open still and in no median of "
        "resolution.",
        "Medians are of answered and of resolved tickets; %(open)s opened in the window are open still and in no median of "
        "resolution.",
        figures["new_open"] or 0,
    )
    if not figures["new_open"]:
        unresolved = _("Medians are of answered and of resolved tickets; none opened in the window is open still.")
    return (told % {"calendar": figures["usual_name"]}, unresolved % {"open": figures.count("new_open")})


def _promise_notes(figures: Figures) -> tuple[str, ...]:
    notes = []
    if figures["response_promised"] or figures["resolution_promised"]:
        kept = _(
            "Kept: of promises whose outcome is known, %(answers)s for an answer and %(resolutions)s for a resolution; one "
            "overdue and still open is broken."
        )
        words = {"answers": figures.count("response_promised"), "resolutions": figures.count("resolution_promised")}
        notes.append(kept % words)
    else:
        notes.append(_("Nothing is promised by a policy here, so nothing can be kept; make one: crmcli sla add."))
    if figures["told_count"]:
        told = _("Kept as told: by the system the tickets came from, under its own rules, of %(count)s tickets.")
        notes.append(told % {"count": figures.count("told_count")})
    return tuple(notes)


def _rating_notes(figures: Figures) -> tuple[str, ...]:
    notes = []
    if figures["csat_count"]:
        scale = (
            _("on a scale from %(least)s to %(most)s, by the ratings there are")
            % {
                name: numbers.cell(figures[f"scale_{name}"], Kind.QUANTITY, language=current())
                for name in ("least", "most")
            }
            if figures["scale_most"] is not None
            else _("on a scale unknown")
        )
        told = _("CSAT: mean of %(count)s ratings %(scale)s; from and to are its 95 %% interval by Student's t.")
        notes.append(told % {"count": figures.count("csat_count"), "scale": scale})
    if figures["nps_count"]:
        told = _(
            "NPS: of %(count)s ratings from 0 to 10, share of 9 and 10 less share of 0 to 6, in points from -100 to 100; from "
            "and to are its 95 %% interval (adjusted Wald)."
        )
        notes.append(told % {"count": figures.count("nps_count")})
    thin = [figures[name] for name in ("csat_count", "nps_count") if 0 < (figures[name] or 0) < _THIN]
    if thin:
        told = _("Thin: a mean of fewer than %(least)s ratings is a first sign, no more; look at its interval.")
        notes.append(told % {"least": _THIN})
    return tuple(notes)


def _record_notes(figures: Figures) -> tuple[str, ...]:
    """What the records do not say."""
    notes = []
    if figures["unanswered_of_record"]:
        sentence = ngettext(
            "%(count)s ticket was settled without a first answer of record, and counts in no answer time.",
            "%(count)s tickets were settled without a first answer of record, and count in no answer time.",
            figures["unanswered_of_record"],
        )
        notes.append(sentence % {"count": figures.count("unanswered_of_record")})
    if figures["unresolved_of_record"]:
        sentence = ngettext(
            "%(count)s ticket was settled without a moment of resolution, and counts in no resolution time.",
            "%(count)s tickets were settled without a moment of resolution, and count in no resolution time.",
            figures["unresolved_of_record"],
        )
        notes.append(sentence % {"count": figures.count("unresolved_of_record")})
    if figures["tickets"]:
        notes.append(
            _("Ratings, reopenings and hand-overs that came without a thread count once their ticket is settled.")
        )
    return tuple(notes)
