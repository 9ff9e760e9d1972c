"""What the work queue says: what is to be done with each thing, the headline, and the formula of the order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli import numbers
from crmcli.language import current, ngettext
from crmcli.language import gettext as _
from crmcli.reports.definition import Story
from crmcli.reports.telling import as_of_note
from crmcli.table import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmcli.reports.telling import Figures


def sentences() -> Mapping[str, str]:
    """What a thing is about, with marks such as {number} that the database fills; and how it writes a day."""
    return {
        "quote_sent": _("{number}, sent on {day}: ask for an answer"),
        "quote_ends": _("{number}, sent on {day}, ends on {until}: ask for an answer"),
        "one_invoice": _("{number} is overdue"),
        "some_invoices": _("overdue invoices: {count}, the oldest {number}"),
        "overdue": _("{days} days since the last purchase, usually every {gap}"),
        "answer_message": _("answer the message of {day}"),
        "answer_messages": _("unanswered messages: {count}, the oldest of {day}"),
        "order_late": _("{number} was promised for {day}"),
        "day_format": "%d.%m.%Y" if current() == "ru" else "%Y-%m-%d",
    }


def tell(figures: Figures) -> Story:
    """How much waits, what hangs on it, whom to see first; and how the order is made."""
    notes = (
        as_of_note(figures),
        *_formula_notes(figures),
        _(
            "Waiting: tickets open, from the day an answer or solution was promised for, else the day they came; messages of the last 30 days without an answer; steps of plans "
            "due by that day; quotes sent 7 days ago without a decision, or ending within 7 days; orders promised and not "
            "arrived; customers with overdue invoices; customers silent for %(ratio)s times their expected gap (not the "
            "departed), from the day that was reached."
        )
        % {"ratio": _number(figures, "overdue_from")},
        *_unwanted_note(figures),
        *_nobodys_note(figures),
    )
    return Story(_headline(figures), notes)


def _formula_notes(figures: Figures) -> tuple[str, ...]:
    words = {name: _number(figures, name) for name in ("soon", "due", "per_week", "most", "grave")}
    return (
        _(
            "Priority = weight × urgency. Weight: class A 3, B 2, everyone else 1 (cleaned ABC by revenue of the last 365 "
            "days), one more for a key account."
        ),
        _(
            "Urgency: %(due)s on the day it is due, %(per_week)s more for each whole week late, at most %(most)s; %(soon)s "
            "before that day; × %(grave)s for complaints, claims and tickets of priority high or urgent. Equal ones: longest "
            "late first, then by customer code."
        )
        % words,
    )


def _number(figures: Figures, name: str) -> str:
    return numbers.cell(figures[name], Kind.QUANTITY, language=current())


def _unwanted_note(figures: Figures) -> tuple[str, ...]:
    count = figures["unwanted"]
    if not count:
        return ()
    sentence = ngettext(
        "%(count)s silent customer does not want to be called (no consent, or the tag do-not-contact) and is left out.",
        "%(count)s silent customers do not want to be called (no consent, or the tag do-not-contact) and are left out.",
        count,
    )
    return (sentence % {"count": figures.count("unwanted")},)


def _nobodys_note(figures: Figures) -> tuple[str, ...]:
    count = figures["nobodys"]
    if not count:
        return ()
    sentence = ngettext(
        "%(count)s thing waits for nobody: neither it nor its customer has a manager.",
        "%(count)s things wait for nobody: neither they nor their customers have a manager.",
        count,
    )
    return (sentence % {"count": figures.count("nobodys")},)


def _headline(figures: Figures) -> str:
    words = {name: figures.count(name) for name in ("things", "late", "best")}
    sentence = ngettext(
        "%(things)s thing waits, %(late)s late; customers of class A or key accounts waiting: %(best)s.",
        "%(things)s things wait, %(late)s late; customers of class A or key accounts waiting: %(best)s.",
        figures["things"],
    )
    parts = [sentence % words]
    amounts = (
        ("unpaid", _("overdue invoices %(money)s")),
        ("offered", _("open quotes %(money)s")),
        ("undelivered", _("goods not arrived %(money)s")),
    )
    worth = [told % {"money": figures.whole_money(name)} for name, told in amounts if figures[name]]
    if worth:
        parts.append(_("At stake: %(amounts)s.") % {"amounts": ", ".join(worth)})
    first = {
        "name": figures["first_name"],
        "kind": _(figures["first_kind"].replace("_", " ")),
        "what": figures["first_what"],
    }
    told = _("First: %(name)s, %(kind)s: %(what)s") if first["name"] else _("First: %(kind)s: %(what)s")
    return " ".join([*parts, told % first])
