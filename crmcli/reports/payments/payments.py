"""Payment discipline: how much of what was asked is paid, in time or late, after how many days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.reports.definition import Beside, Report, Shape, Story
from crmcli.reports.sections import named, sections
from crmcli.reports.telling import as_of_note
from crmcli.table import Chart, ChartKind, Column, Kind

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from crmcli.reports.definition import Values
    from crmcli.reports.telling import Figures

TERMS = (N_("prepaid"), N_("immediate"), N_("deferred"))

_COLUMNS = (
    Column("customer", N_("Customer"), Kind.CODE),
    Column("name", N_("Name"), Kind.TEXT),
    Column("invoices", N_("Invoices"), Kind.COUNT),
    Column("paid_share", N_("Paid share"), Kind.SHARE),
    Column("paid_amount_share", N_("Paid share of the amount"), Kind.SHARE),
    Column("on_time_share", N_("On time"), Kind.SHARE),
    Column("days_to_pay_median", N_("Days to pay, median"), Kind.DAYS),
    Column("days_to_pay_km", N_("Days to pay, with open ones"), Kind.DAYS),
    Column("days_to_pay_weighted", N_("Days to pay, by amount"), Kind.DAYS),
    Column("days_late_weighted", N_("Days late, by amount"), Kind.DAYS),
    Column("open_amount", N_("Open"), Kind.MONEY),
    Column("overdue_amount", N_("Overdue"), Kind.MONEY, bar=True),
    Column("terms", N_("Terms"), Kind.LEVEL, words=TERMS),
    Column("trend", N_("Trend, days"), Kind.DAYS),
    Column("prepaid_share", N_("Prepaid"), Kind.SHARE),
    Column("immediate_share", N_("Immediate"), Kind.SHARE),
    Column("deferred_share", N_("Deferred"), Kind.SHARE),
)
_OWN = ("paid_share", "paid_amount_share", "on_time_share", "days_to_pay_median", "days_to_pay_km", "days_to_pay_weighted",
        "days_late_weighted", "terms", "trend", "prepaid_share", "immediate_share", "deferred_share")  # fmt: skip
_CURVE = Beside(
    section="curve",
    title=N_("Share of invoices still open, by days since issue"),
    columns=(
        Column("day", N_("Days since issue"), Kind.DAYS),
        Column("still_open", N_("Still open"), Kind.SHARE),
    ),
    charts=(Chart(ChartKind.LINES, N_("How invoices get paid"), "day", ("still_open",)),),
)
_TERMS = Beside(
    section="terms",
    title=N_("Invoices by terms of payment as they turned out"),
    columns=(
        Column("terms", N_("Terms"), Kind.LEVEL, words=(*TERMS, N_("undecided"))),
        Column("invoices", N_("Invoices"), Kind.COUNT),
        Column("share", N_("Share"), Kind.SHARE),
        Column("amount", N_("Amount"), Kind.MONEY),
        Column("open_amount", N_("Open"), Kind.MONEY),
        Column("days_to_pay_median", N_("Days to pay, median"), Kind.DAYS),
    ),
    totals={
        "invoices": "cast(sum(invoices) AS BIGINT)",
        "amount": "sum(amount)",
        "open_amount": "sum(open_amount)",
    },
)


def prepare(con: DuckDBPyConnection, values: Values) -> Values:
    """Table discipline: a row a customer, and one over all invoices, which the totals are taken from."""
    sql = sections("payments", "payments")["prepared"]
    con.execute(f"CREATE OR REPLACE TEMP TABLE discipline AS {sql}", named(sql, values))
    return {}


def shape(con: DuckDBPyConnection, values: Values) -> Shape:
    """The usual form; the statement reads what was prepared."""
    del con, values
    charts = (Chart(ChartKind.BARS, N_("Overdue amounts"), "name", ("overdue_amount",), most=20),)
    return Shape(_COLUMNS, sections("payments", "payments")["answer"], charts)


def _overall(name: str) -> str:
    """A figure over all invoices, not the mean of customers; empty when some customers are filtered out."""
    everyone = "(SELECT count(*) FROM discipline WHERE customer_id IS NOT NULL)"
    return f"CASE WHEN count(*) = {everyone} THEN (SELECT {name} FROM discipline WHERE customer_id IS NULL) END"


def tell(figures: Figures) -> Story:
    """How long one waits for one's money, and whether that gets worse."""
    notes = [
        as_of_note(figures),
        _(
            "Days to pay run from issue to the payment that completes the invoice, below zero when paid in advance; with open ones: "
            "the day by which half of all invoices are paid, open ones counted as waiting (Kaplan–Meier, in advance as 0)."
        ),
        _(
            "On time: paid by the due date, of the invoices due by now. Days late: payment less due date, below zero when early."
        ),
        _(
            "Terms as they turned out: prepaid (paid by the day of issue), immediate (within 3 days), deferred; the word is that of "
            "most invoices. Trend: median days to pay of invoices paid in the last 180 days less that of the 180 before; above zero "
            "is slower."
        ),
        _("The totals line is over all invoices, not the mean of the customers."),
        *_left_out(figures),
    ]
    return Story(_headline(figures), tuple(notes))


def _headline(figures: Figures) -> str:
    words = {
        "km": figures.days("days_to_pay_km"),
        "on_time": figures.share("on_time_share"),
        "open": figures.whole_money("open_amount"),
        "overdue": figures.whole_money("overdue_amount"),
        "customers": figures.count("overdue_customers"),
    }
    if figures["days_to_pay_km"] is None:
        first = _("Fewer than half of all invoices have been paid so far.")
    else:
        first = _("Half of all invoices are paid within %(km)s days.") % words
    if figures["on_time_share"] is not None:
        first = f"{first} {_('On time: %(on_time)s.') % words}"
    second = _("Open: %(open)s, of which overdue %(overdue)s (customers: %(customers)s).") % words
    return f"{first} {second}{_direction(figures)}"


def _direction(figures: Figures) -> str:
    """Whether customers pay slower than half a year before; nothing to say where it is not known."""
    if figures["trend"] is None:
        return ""
    words = {
        "days": figures.days("trend").lstrip("-"),
        "slower": figures.count("slower"),
        "faster": figures.count("faster"),
    }
    if figures["trend"] > 0:
        sentence = _("Payment has become slower by %(days)s days; slower customers: %(slower)s, faster: %(faster)s.")
    elif figures["trend"] < 0:
        sentence = _("Payment has become faster by %(days)s days; slower customers: %(slower)s, faster: %(faster)s.")
    else:
        sentence = _("Payment is as fast as half a year before; slower customers: %(slower)s, faster: %(faster)s.")
    return " " + sentence % words


def _left_out(figures: Figures) -> tuple[str, ...]:
    """What is no part of the figures, and what is thin."""
    notes = []
    if figures["not_asked"]:
        sentence = ngettext(
            "%(count)s credit note or invoice of nothing asks for no payment and is left out; see report receivables.",
            "%(count)s credit notes and invoices of nothing ask for no payment and are left out; see report receivables.",
            figures["not_asked"],
        )
        notes.append(sentence % {"count": figures.count("not_asked")})
    if figures["dateless"]:
        sentence = ngettext(
            "%(count)s invoice has no due date, nor its customer payment terms: it is neither on time nor overdue.",
            "%(count)s invoices have no due date, nor their customers payment terms: they are neither on time nor overdue.",
            figures["dateless"],
        )
        notes.append(sentence % {"count": figures.count("dateless")})
    if figures["unallocated"]:
        sentence = ngettext(
            "%(count)s payment (%(amount)s) is for no invoice issued by then: it is credit, and pays nothing here.",
            "%(count)s payments (%(amount)s) are for no invoice issued by then: they are credit, and pay nothing here.",
            figures["unallocated"],
        )
        notes.append(sentence % {"count": figures.count("unallocated"), "amount": figures.money("unallocated_amount")})
    if figures["thin"]:
        sentence = ngettext(
            "%(count)s customer has fewer than 5 invoices: too few to judge by.",
            "%(count)s customers have fewer than 5 invoices: too few to judge by.",
            figures["thin"],
        )
        notes.append(sentence % {"count": figures.count("thin")})
    return tuple(notes)


REPORT = Report(
    name="payments",
    subject="payments",
    title=N_("Payment discipline"),
    question=N_("How does each customer pay: how much, in time or late, after how many days?"),
    columns=_COLUMNS,
    empty=N_("No invoice was issued by that day; import invoices: crmcli import run FILE --as invoices"),
    tell=tell,
    totals={
        "invoices": "cast(sum(invoices) AS BIGINT)",
        "open_amount": "sum(open_amount)",
        "overdue_amount": "sum(overdue_amount)",
        **{name: _overall(name) for name in _OWN},
    },
    shape=shape,
    prepare=prepare,
    beside=(_CURVE, _TERMS),
)
