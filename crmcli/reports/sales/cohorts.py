"""Cohorts: of those who first bought in a month, the share that bought again k months later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.language import N_
from crmcli.language import gettext as _
from crmcli.reports.definition import Parameter, ParameterKind, Report, Shape, Story
from crmcli.reports.sections import named, sections
from crmcli.reports.telling import as_of_note
from crmcli.table import Chart, ChartKind, Column, Kind

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from crmcli.reports.definition import Values
    from crmcli.reports.telling import Figures

_COLUMNS = (Column("cohort", N_("First bought"), Kind.CODE), Column("size", N_("Customers"), Kind.COUNT))
_MONTHS = 24
_MOST = 240
_DRAWN = 60  # cohorts in the picture


def shape(con: DuckDBPyConnection, values: Values) -> Shape:
    """As many months as the oldest cohort has lived, at most those asked for; one column each."""
    statements = sections("sales", "cohorts")
    activity, extent, answer = (statements[name] for name in ("activity", "extent", "answer"))
    con.execute(f"CREATE OR REPLACE TEMP TABLE cohort_cells AS {activity}", named(activity, values))
    age = con.execute(extent, named(extent, values)).fetchall()[0][0]
    months = range(min(values["months"], age or 0) + 1)
    head, tail = answer.split("\nFROM cohort_cells\n")
    cells = ",\n    ".join(_cell(k) for k in months)
    columns = (*_COLUMNS, *(Column(f"m{k}", f"m{k}", Kind.SHARE) for k in months))
    sql = f"SELECT * EXCLUDE (age) FROM ({head},\n    {cells}\nFROM cohort_cells\n{tail})"  # our own file and numbers
    return Shape(columns, sql, _pictures(months))


def _pictures(months: range) -> tuple[Chart, ...]:
    """The months after the first, coloured; the first is always whole and would outshine them."""
    later = tuple(f"m{k}" for k in months if k)
    title = N_("Share of each month's new customers that bought again, by months since")
    return (Chart(ChartKind.HEAT, title, "cohort", later, most=_DRAWN),) if later else ()


def _cell(k: int) -> str:
    """Share of the cohort active in month k: 0 when nobody was, empty while that month lies ahead."""
    active = f"coalesce(max(customers) FILTER (WHERE k = {k:d}), 0)"
    share = f"round({active} / nullif(max(customers) FILTER (WHERE k = 0), 0), 12)"
    return f"CASE WHEN age >= {k:d} THEN {share} END AS m{k:d}"


def _weighted(k: int) -> str:
    """Mean of month k over the cohorts that have reached it, each weighing as many customers as it has."""
    return f"round(sum(size * m{k:d}) / nullif(sum(size) FILTER (WHERE m{k:d} IS NOT NULL), 0), 9)"


def tell(figures: Figures) -> Story:
    """How many come back after a month, half a year, a year."""
    notes = [
        as_of_note(figures),
        _("mK is the share of the cohort that bought in the K-th calendar month after its first."),
    ]
    if figures["day_after"].day > 1:
        notes.append(_("The current month is not over: the last filled cell of each row may still grow."))
    if figures["oldest"] > figures["months"]:
        words = {"months": figures["months"], "oldest": figures["oldest"]}
        notes.append(_("Shown: %(months)s of %(oldest)s months; --months shows more.") % words)
    return Story(_headline(figures), tuple(notes))


def _headline(figures: Figures) -> str:
    words = {"customers": figures.count("customers"), "cohorts": figures.count("cohorts")}
    spans = (
        (1, _("a month later %(share)s")),
        (6, _("half a year later %(share)s")),
        (12, _("a year later %(share)s")),
    )
    known = [text % {"share": figures.share(f"month_{k}")} for k, text in spans if figures[f"month_{k}"] is not None]
    if not known:
        return _("%(customers)s customers in %(cohorts)s monthly cohorts: too young to see who comes back.") % words
    return _("Of %(customers)s customers in %(cohorts)s monthly cohorts, bought again: %(shares)s.") % {
        **words,
        "shares": ", ".join(known),
    }


REPORT = Report(
    name="cohorts",
    subject="sales",
    title=N_("Customers by month of first purchase"),
    question=N_("Of the customers who first bought in a month, which share bought again in each month after?"),
    columns=(*_COLUMNS, *(Column(f"m{k}", f"m{k}", Kind.SHARE) for k in range(_MONTHS + 1))),
    parameters=(Parameter("months", ParameterKind.COUNT, _MONTHS, N_("Months after the first to show."), most=_MOST),),
    empty=N_("No customer has bought anything by that day; import orders: crmcli import run FILE --as orders"),
    tell=tell,
    totals={"size": "sum(size)", **{f"m{k}": _weighted(k) for k in range(_MOST + 1)}},
    shape=shape,
)
