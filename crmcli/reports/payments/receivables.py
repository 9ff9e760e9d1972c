"""Receivables: what customers owe, by days past the due date."""

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

BANDS = (N_("not due"), "1-30", "31-60", "61-90", "91+")  # days past due, words of band

_COLUMNS = (
    Column("customer", N_("Customer"), Kind.CODE),
    Column("name", N_("Name"), Kind.TEXT),
    Column("invoices", N_("Open invoices"), Kind.COUNT),
    Column("not_due", N_("Not due"), Kind.MONEY),
    Column("days_1_30", N_("1–30 days"), Kind.MONEY),
    Column("days_31_60", N_("31–60 days"), Kind.MONEY),
    Column("days_61_90", N_("61–90 days"), Kind.MONEY),
    Column("days_91_plus", N_("91 days and more"), Kind.MONEY),
    Column("open_amount", N_("Open"), Kind.MONEY),
    Column("overdue_amount", N_("Overdue"), Kind.MONEY, bar=True),
    Column("oldest_days", N_("Oldest, days overdue"), Kind.DAYS),
    Column("credit", N_("Credit"), Kind.MONEY),
    Column("balance", N_("Balance"), Kind.MONEY),
    Column("dso", N_("DSO"), Kind.DAYS),
)
_SUMS = (
    "not_due",
    "days_1_30",
    "days_31_60",
    "days_61_90",
    "days_91_plus",
    "open_amount",
    "overdue_amount",
    "credit",
    "balance",
)
_AGEING = Beside(
    section="ageing",
    title=N_("Open amounts by days past due"),
    columns=(
        Column("band", N_("Days past due"), Kind.LEVEL, words=tuple(word.replace(" ", "_") for word in BANDS)),
        Column("invoices", N_("Invoices"), Kind.COUNT),
        Column("customers", N_("Customers"), Kind.COUNT),
        Column("open_amount", N_("Open"), Kind.MONEY),
        Column("share", N_("Share"), Kind.SHARE),
    ),
    charts=(Chart(ChartKind.COLUMNS, N_("Open amounts by days past due"), "band", ("open_amount",)),),
    totals={"invoices": "cast(sum(invoices) AS BIGINT)", "open_amount": "sum(open_amount)"},
)


def prepare(con: DuckDBPyConnection, values: Values) -> Values:
    """Tables that are read several times: invoices as they stood, payments for none of them, what each customer owes."""
    statements = sections("payments", "receivables")
    for table, section in (("receivable_states", "states"), ("loose_payments", "loose"), ("receivables_now", "owed")):
        sql = statements[section]
        con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {sql}", named(sql, values))
    return {}


def shape(con: DuckDBPyConnection, values: Values) -> Shape:
    """The usual form; the statement reads what was prepared."""
    del con, values
    charts = (Chart(ChartKind.BARS, N_("Overdue amounts"), "name", ("overdue_amount",), most=20),)
    return Shape(_COLUMNS, sections("payments", "receivables")["answer"], charts)


def tell(figures: Figures) -> Story:
    """How much is owed, how much of it late, and by how few."""
    notes = [
        as_of_note(figures),
        _(
            "Not due: the due date is today or later. Credit: paid in advance or too much, and open credit notes; balance = open − credit."
        ),
        _(
            "Invoiced %(invoiced)s − paid for invoices %(paid)s − paid for none of them %(unallocated)s = balance %(balance)s."
        )
        % {
            "invoiced": figures.money("invoiced"),
            "paid": figures.money("paid"),
            "unallocated": figures.money("unallocated_amount"),
            "balance": figures.money("balance"),
        },
        _dso_note(figures),
    ]
    if figures["dateless"]:
        sentence = ngettext(
            "%(count)s open invoice has no due date, nor its customer payment terms: it counts as not due.",
            "%(count)s open invoices have no due date, nor their customers payment terms: they count as not due.",
            figures["dateless"],
        )
        notes.append(sentence % {"count": figures.count("dateless")})
    if figures["ownerless_amount"]:
        notes.append(
            _("Payments of %(amount)s name neither an invoice nor a customer and are left out.")
            % {"amount": figures.money("ownerless_amount")}
        )
    return Story(_headline(figures), tuple(notes))


def _dso_note(figures: Figures) -> str:
    if figures["dso"] is None:
        return _("DSO is unknown: there is no revenue in the last 90 days to set the open amount against.")
    return _(
        "DSO = open amount ÷ revenue of the last 90 days (%(revenue)s) × 90; invoices may hold tax, revenue does not."
    ) % {"revenue": figures.money("quarter_revenue")}


def _headline(figures: Figures) -> str:
    words = {
        "debtors": figures.count("debtors"),
        "open": figures.whole_money("open_amount"),
        "overdue": figures.whole_money("overdue_amount"),
        "share": figures.share("overdue_share"),
        "worst": figures.count("worst"),
        "worst_share": figures.share("worst_share"),
        "oldest": figures.days("oldest_days"),
        "dso": figures.days("dso"),
        "credit": figures.whole_money("credit"),
    }
    if not figures["open_amount"]:
        return _("Nobody owes anything; customers have %(credit)s to their credit.") % words
    if not figures["overdue_amount"]:
        first = _("Customers owe %(open)s, and nothing of it is overdue.") % words
    else:
        first = (
            _(
                "Customers owe %(open)s; %(overdue)s (%(share)s) is overdue, the oldest for %(oldest)s days. "
                "The largest debts (%(worst)s) make %(worst_share)s of the overdue amount: begin there."
            )
            % words
        )
    if figures["dso"] is None:
        return first
    return f"{first} " + _("At the present pace of sales that is %(dso)s days of revenue.") % words


REPORT = Report(
    name="receivables",
    subject="payments",
    title=N_("Receivables by age"),
    question=N_("Who owes how much, and for how long past the due date?"),
    columns=_COLUMNS,
    empty=N_(
        "Nobody owes anything by that day, and nobody has credit; import invoices: crmcli import run FILE --as invoices"
    ),
    tell=tell,
    totals={
        "invoices": "cast(sum(invoices) AS BIGINT)",
        "oldest_days": "max(oldest_days)",
        **{name: f"sum({name})" for name in _SUMS},
    },
    shape=shape,
    prepare=prepare,
    beside=(_AGEING,),
)
