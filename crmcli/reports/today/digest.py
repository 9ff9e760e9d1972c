"""The figures of the day, each with a remark in words: what it is made of, or what to import to have it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from crmcli import numbers
from crmcli.language import N_, current, ngettext
from crmcli.language import gettext as _
from crmcli.reports.telling import Figures
from crmcli.reports.today.spans import end_of_month
from crmcli.table import Column, Figure, Kind, ListRows, Table

COLUMNS = (
    Column("measure", N_("Measure"), Kind.LEVEL),
    Column("value", N_("Value"), Kind.FIGURE),
    Column("remark", N_("Remark"), Kind.TEXT),
)
MEASURES = (  # words of `measure`, for the translators
    N_("money at risk"),
    N_("overdue amount"),
    N_("late orders"),
    N_("open tickets"),
    N_("month revenue"),
    N_("new customers"),
    N_("due customers"),
)
_LEAST_DAYS = 5  # days of a month from which its pace says anything


def digest(figures: Figures, *, newcomers: Sequence[str], expected: Sequence[str]) -> Table:
    """One row a measure.

    Args:
        figures: Of section "figures", with as_of and at_risk.
        newcomers: The largest of the new customers of the month, by name.
        expected: The largest of those who usually buy within the next seven days, by name.
    """
    sold = figures["lines"] > 0
    revenue = figures["month_revenue"] if sold else None
    remarks = {
        "money_at_risk": ("at_risk", Kind.MONEY, _risk_remark(figures)),
        "overdue_amount": ("overdue_amount" if figures["invoices"] else None, Kind.MONEY, _overdue_remark(figures)),
        "late_orders": ("late_orders" if figures["promised_orders"] else None, Kind.COUNT, _late_remark(figures)),
        "open_tickets": ("open_tickets" if figures["tickets"] else None, Kind.COUNT, _ticket_remark(figures)),
        "month_revenue": ("month_revenue" if sold else None, Kind.MONEY, _month_remark(figures, revenue)),
        "new_customers": ("new_customers" if sold else None, Kind.COUNT, _named(newcomers, figures["new_customers"])),
        "due_customers": ("due_customers" if sold else None, Kind.COUNT, _due_remark(figures, expected)),
    }
    rows = [
        (measure, _figure(figures, name, kind) if name else None, remark)
        for measure, (name, kind, remark) in remarks.items()
    ]
    day = numbers.cell(figures["as_of"], Kind.DATE, language=current())
    return Table(
        name="today",
        title=_("Today, %(day)s") % {"day": day},
        columns=COLUMNS,
        rows=ListRows(rows),
        headline=_headline(figures),
        currency=figures.currency,
    )


def _figure(figures: Figures, name: str, kind: Kind) -> Figure | None:
    value = figures[name]
    if value is None:
        return None
    return Figure(str(numbers.machine(value, kind)), value, kind, figures.currency)


def _headline(figures: Figures) -> str | None:
    """What the day is about: how the month goes, then what is at stake."""
    if not figures["lines"]:
        return _("Nothing is sold yet; import orders: crmcli import run FILE --as orders")
    parts = []
    change = _change(figures["month_revenue"], figures["before_revenue"])
    if change is not None:
        sentence = (
            _("sales of the month so far are %(share)s above the same days of the month before")
            if change >= 0
            else _("sales of the month so far are %(share)s below the same days of the month before")
        )
        parts.append(sentence % {"share": numbers.cell(abs(change), Kind.SHARE, language=current())})
    if figures["at_risk"]:
        parts.append(_("%(money)s a year is at risk") % {"money": figures.whole_money("at_risk")})
    if figures["overdue_amount"]:
        parts.append(_("%(money)s is overdue") % {"money": figures.whole_money("overdue_amount")})
    words = "; ".join(parts) or _("nothing presses")
    return words[:1].upper() + words[1:] + "."


def _risk_remark(figures: Figures) -> str:
    if not figures["customers"]:
        return _("nobody has bought yet")
    sentence = ngettext("%(count)s customer at high risk", "%(count)s customers at high risk", figures["high"])
    return sentence % {"count": figures.count("high")}


def _overdue_remark(figures: Figures) -> str:
    if not figures["invoices"]:
        return _("no invoices yet: crmcli import run FILE --as invoices")
    count = figures["overdue_invoices"]
    if not count:
        return _("nothing is overdue")
    sentence = ngettext(
        "%(count)s invoice, %(days)s days past due", "%(count)s invoices, the oldest %(days)s days past due", count
    )
    return sentence % {"count": figures.count("overdue_invoices"), "days": figures.count("overdue_days")}


def _late_remark(figures: Figures) -> str:
    if not figures["promised_orders"]:
        return _("no order has a promised day")
    if not figures["late_orders"]:
        return _("everything promised is delivered")
    return _("the oldest promised %(days)s days ago") % {"days": figures.count("late_days")}


def _ticket_remark(figures: Figures) -> str:
    if not figures["tickets"]:
        return _("no tickets yet: crmcli import run FILE --as tickets")
    if not figures["open_tickets"]:
        return _("nothing is open")
    remark = _("complaints and claims: %(complaints)s; the oldest: %(days)s days") % {
        "complaints": figures.count("open_complaints"),
        "days": figures.count("ticket_days"),
    }
    if not figures["promised_tickets"]:
        return remark
    return remark + "; " + _("promised for today or late: %(count)s") % {"count": figures.count("due_tickets")}


def _month_remark(figures: Figures, revenue: Decimal | None) -> str:
    """Against the same days before; and where this pace leads."""
    if revenue is None:
        return _("no orders yet: crmcli import run FILE --as orders")
    day = figures["as_of"]
    changes = (
        (_("%(change)s on the month before"), _change(revenue, figures["before_revenue"])),
        (_("%(change)s on a year ago"), _change(revenue, figures["year_revenue"])),
    )
    parts = [sentence % {"change": _signed(change)} for sentence, change in changes if change is not None]
    last = end_of_month(day)
    if _LEAST_DAYS <= day.day < last.day and revenue > 0:
        pace = numbers.money(revenue / day.day * last.day, figures.currency, language=current(), whole=True)
        parts.append(_("at this pace %(money)s by the end of the month") % {"money": pace})
    return "; ".join(parts) or _("nothing to compare with yet")


def _signed(change: float) -> str:
    words = numbers.cell(change, Kind.SHARE, language=current())
    return f"+{words}" if change > 0 else words


def _change(now: Decimal, before: Decimal | None) -> float | None:
    """Relative change; unknown where there was nothing before."""
    return float(now / before - 1) if before is not None and before > 0 else None


def _due_remark(figures: Figures, expected: Sequence[str]) -> str | None:
    named = _named(expected, figures["due_customers"])
    return _("expected within 7 days: %(names)s") % {"names": named} if named else None


def _named(names: Sequence[str], count: int) -> str | None:
    """The first names of so many."""
    return ", ".join(names) + (", …" if count > len(names) else "") if names else None
