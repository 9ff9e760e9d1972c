"""Growth: each customer's window against the one before it, and the bridge from one revenue to the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.language import N_
from crmcli.language import gettext as _
from crmcli.reports.definition import Beside, Parameter, ParameterKind, Report, Shape, Story
from crmcli.reports.sections import named, sections
from crmcli.reports.telling import as_of_note, coverage_note, window_note
from crmcli.table import Chart, ChartKind, Column, Kind

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from crmcli.reports.definition import Values
    from crmcli.reports.telling import Figures

LABELS = (N_("new"), N_("lost"), N_("growing"), N_("declining"), N_("stable"))

_COLUMNS = (
    Column("customer", N_("Customer"), Kind.CODE),
    Column("name", N_("Name"), Kind.TEXT),
    Column("revenue", N_("Revenue"), Kind.MONEY),
    Column("revenue_before", N_("Revenue before"), Kind.MONEY),
    Column("change", N_("Change"), Kind.MONEY),
    Column("change_pct", N_("Change, %"), Kind.SHARE),
    Column("margin", N_("Margin"), Kind.MONEY),
    Column("margin_before", N_("Margin before"), Kind.MONEY),
    Column("margin_change", N_("Margin change"), Kind.MONEY),
    Column("margin_change_pct", N_("Margin, %"), Kind.SHARE),
    Column("occasions", N_("Purchases"), Kind.COUNT),
    Column("occasions_before", N_("Purchases before"), Kind.COUNT),
    Column("occasions_change", N_("Purchases change"), Kind.COUNT),
    Column("occasions_change_pct", N_("Purchases, %"), Kind.SHARE),
    Column("categories", N_("Categories"), Kind.COUNT),
    Column("depth", N_("Depth"), Kind.SHARE),
    Column("depth_before", N_("Depth before"), Kind.SHARE),
    Column("label", N_("Growth"), Kind.LEVEL, words=LABELS),
    Column("stable_important", N_("Stable, important"), Kind.LEVEL),
)
_BRIDGE = Beside(
    section="bridge",
    title=N_("From the revenue before to the revenue now"),
    columns=(
        Column("label", N_("Growth"), Kind.LEVEL, words=(*LABELS, N_("anonymous"))),
        Column("customers", N_("Customers"), Kind.COUNT),
        Column("revenue_before", N_("Revenue before"), Kind.MONEY),
        Column("revenue", N_("Revenue"), Kind.MONEY),
        Column("change", N_("Change"), Kind.MONEY),
    ),
    charts=(Chart(ChartKind.COLUMNS, N_("What changed the revenue"), "label", ("change",)),),
    totals={
        "customers": "cast(sum(customers) AS BIGINT)",
        "revenue_before": "sum(revenue_before)",
        "revenue": "sum(revenue)",
        "change": "sum(change)",
    },
)


def prepare(con: DuckDBPyConnection, values: Values) -> Values:
    """Table growth_compared: both windows of every party, computed once."""
    sql = sections("sales", "growth")["compared"]
    con.execute(f"CREATE OR REPLACE TEMP TABLE growth_compared AS {sql}", named(sql, values))
    return {}


def shape(con: DuckDBPyConnection, values: Values) -> Shape:
    """The usual form; the statement reads what was prepared."""
    del con, values
    charts = (Chart(ChartKind.BARS, N_("Who moved the revenue most"), "name", ("change",), most=20),)
    return Shape(_COLUMNS, sections("sales", "growth")["answer"], charts)


def tell(figures: Figures) -> Story:
    """How much the base grew, and out of what."""
    notes = [
        as_of_note(figures),
        window_note(figures),
        _("Compared with the window before: %(first)s to %(last)s.")
        % {"first": figures.date("before_first_on"), "last": figures.date("since")},
        _(
            "New: nothing in the window before (also those who bought earlier still); lost: nothing in this one; growing and "
            "declining: by more than 10 %; stable: the rest. Change in % is empty where there was nothing before, or less."
        ),
        _("%(now)s in the table + %(rest)s without a customer = %(revenue)s, the revenue of the window.")
        % {"now": figures.money("identified"), "rest": figures.money("anonymous"), "revenue": figures.money("revenue")},
        coverage_note(figures),
    ]
    if figures["deep"]:
        notes.append(_("Depth: categories the customer bought ÷ all categories sold in the window, to anyone."))
    else:
        notes.append(_("No category is known, so depth is unknown; import products with their categories."))
    if figures["is_short"]:
        notes.append(
            _("The first sale is of %(first)s, so the window before is not full: growth looks better than it is.")
            % {"first": figures.date("first_on")}
        )
    return Story(_headline(figures), tuple(notes))


def _headline(figures: Figures) -> str:
    if figures["change_share"] is None:
        return _(
            "Revenue of the window is %(revenue)s; the window before brought %(before)s, which is nothing to compare with."
        ) % {"revenue": figures.whole_money("revenue"), "before": figures.whole_money("revenue_before")}
    names = ("new", "lost", "growing", "declining", "stable_important")
    words = {name: figures.count(name) for name in names}
    words |= {f"{name}_change": figures.whole_money(f"{name}_change") for name in ("new", "growing")}
    words |= {f"{name}_taken": figures.whole_money(f"{name}_taken") for name in ("lost", "declining")}
    words |= {"share": figures.share("change_share"), "change": figures.whole_money("change")}
    if figures["change"] < 0:
        first = _("Revenue changed by %(change)s (%(share)s): it fell.") % words
    else:
        first = _("Revenue changed by %(change)s (+%(share)s).") % words
    second = _(
        "New customers (%(new)s) brought %(new_change)s, growing ones (%(growing)s) %(growing_change)s; lost ones (%(lost)s) took "
        "%(lost_taken)s away, declining ones (%(declining)s) %(declining_taken)s."
    )
    third = _("Stable and important, easily forgotten: %(stable_important)s.")
    return f"{first} {second % words} {third % words}"


REPORT = Report(
    name="growth",
    subject="sales",
    title=N_("Growth and decline of customers"),
    question=N_("Who buys more than in the window before, who less, who came and who is gone?"),
    columns=_COLUMNS,
    parameters=(
        Parameter("window", ParameterKind.COUNT, 365, N_("Days of the window, and of the one before."), least=1),
    ),
    empty=N_(
        "Nothing was sold to a known customer in either window; import orders: crmcli import run FILE --as orders"
    ),
    tell=tell,
    totals={
        **{name: f"sum({name})" for name in ("revenue", "revenue_before", "change", "margin", "margin_before")},
        "margin_change": "sum(margin) - sum(margin_before)",  # a row with either unknown has no change of its own
        "change_pct": "round(cast(sum(change) / nullif(greatest(sum(revenue_before), 0), 0) AS DOUBLE), 9)",
    },
    shape=shape,
    prepare=prepare,
    beside=(_BRIDGE,),
)
