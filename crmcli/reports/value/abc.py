"""ABC: who or what makes up the sales, cleaned of those who blur it, with XYZ regularity beside."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.reports.definition import Beside, Parameter, ParameterKind, Report, Shape, Story
from crmcli.reports.sections import sections
from crmcli.reports.telling import anonymous_notes, as_of_note, coverage_note, window_note
from crmcli.table import Chart, ChartKind, Column, Kind

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from crmcli.reports.definition import Values
    from crmcli.reports.telling import Figures

REASONS = (
    N_("departed"),
    N_("one off large"),
    N_("new"),
    N_("unknown cost"),
)  # words of set_aside, for the translators

_PARTS = ("A", "B", "C", *(word.replace(" ", "_") for word in REASONS))
_COLUMNS = (
    Column("customer", N_("Customer"), Kind.CODE),
    Column("name", N_("Name"), Kind.TEXT),
    Column("measure", N_("Revenue"), Kind.MONEY, bar=True),
    Column("share", N_("Share"), Kind.SHARE),
    Column("cumulative_share", N_("Cumulative"), Kind.SHARE),
    Column("class", N_("Class"), Kind.LEVEL, words=("A", "B", "C")),
    Column("set_aside", N_("Set aside"), Kind.LEVEL, words=tuple(word.replace(" ", "_") for word in REASONS)),
    Column("xyz", N_("XYZ"), Kind.LEVEL, words=("X", "Y", "Z")),
    Column("variation", N_("Variation"), Kind.RATIO),
)
_MEASURES = {"revenue": N_("Revenue"), "margin": N_("Margin"), "value": N_("Realised value")}


def shape(con: DuckDBPyConnection, values: Values) -> Shape:
    """Customers or products, under the heading of the measure chosen."""
    del con
    statements = sections("value", "abc")
    key, name, measure, *others = _COLUMNS
    measure = replace(measure, title=_MEASURES[values["measure"]])
    if values["by"] == "product":
        key = Column("sku", N_("SKU"), Kind.CODE)
        return Shape((key, name, measure, *others), statements["products"])
    return Shape((key, name, measure, *others), statements["answer"])


def tell(figures: Figures) -> Story:
    """How few bring how much, and who was set aside."""
    notes = (
        as_of_note(figures),
        window_note(figures),
        _("Class by the cumulative share before the row: A below %(a)s, B below %(b)s, else C; nothing or less is C.")
        % {"a": figures.share("a"), "b": figures.share("b")},
        *_set_aside_notes(figures),
        _reconciliation(figures),
        *(anonymous_notes(figures) if figures["by"] == "customer" else _productless_notes(figures)),
        *_measure_notes(figures),
        _("XYZ: variation of monthly revenue (deviation ÷ mean), X up to 0.5, Y up to 1, else Z."),
    )
    return Story(_headline(figures), notes)


def _headline(figures: Figures) -> str:
    words = {
        "share": figures.share("a_total_share"),
        "measure": _(_MEASURES[figures["measure"]]).lower(),
        "count": figures.count("a_count"),
        "count_share": figures.share("a_count_share"),
        "regular": figures.count("a_regular"),
        "irregular": figures.count("a_irregular"),
    }
    if not figures["a_count"]:
        return _("Nothing to classify: no positive %(measure)s is left after setting aside.") % words
    if figures["by"] == "product":
        first = _("%(share)s of %(measure)s comes from %(count_share)s of the products: %(count)s in class A.") % words
    else:
        first = _("%(share)s of %(measure)s comes from %(count_share)s of the customers: %(count)s in class A.") % words
    return f"{first} " + _("Of these, %(regular)s sell steadily (X) and %(irregular)s by fits and starts (Z).") % words


def _set_aside_notes(figures: Figures) -> tuple[str, ...]:
    if figures["by"] == "product":
        return (_("Products are not cleaned: departed, one-off large and new are about customers."),)
    if not figures["clean"]:
        return (_("Nobody is set aside (no cleaning)."),)
    counts = {name: figures.count(name) for name in ("departed", "one_off", "new")}
    totals = {f"{name}_total": figures.money(f"{name}_total") for name in ("departed", "one_off", "new")}
    sentence = _(
        "Set aside, listed below the classes: %(departed)s departed (%(departed_total)s), "
        "%(one_off)s one-off large (%(one_off_total)s), %(new)s new (%(new_total)s)."
    )
    return (sentence % {**counts, **totals},)


def _reconciliation(figures: Figures) -> str:
    if figures["measure"] != "revenue":
        return _("Revenue of the window: %(revenue)s.") % {"revenue": figures.money("revenue")}
    rest = "productless_revenue" if figures["by"] == "product" else "anonymous_revenue"
    words = {"shown": figures.money("shown_total"), "rest": figures.money(rest), "revenue": figures.money("revenue")}
    if figures["by"] == "product":
        return (
            _("%(shown)s in the table + %(rest)s without a product = %(revenue)s, the revenue of the window.") % words
        )
    return _("%(shown)s in the table + %(rest)s without a customer = %(revenue)s, the revenue of the window.") % words


def _productless_notes(figures: Figures) -> tuple[str, ...]:
    lines = figures["productless_lines"]
    if not lines:
        return ()
    sentence = ngettext("%(lines)s line names no product.", "%(lines)s lines name no product.", lines)
    return (sentence % {"lines": figures.count("productless_lines")},)


def _measure_notes(figures: Figures) -> tuple[str, ...]:
    if figures["measure"] == "revenue":
        return ()
    notes = [coverage_note(figures)]
    if figures["measure"] == "value":
        notes.append(
            _("Value is what was realised to date, margin less cost to serve; expected value is not in it yet.")
        )
    if figures["unknown"]:
        sentence = ngettext(
            "%(count)s is set aside because no cost is known.",
            "%(count)s are set aside because no cost is known.",
            figures["unknown"],
        )
        notes.append(sentence % {"count": figures.count("unknown")})
    return tuple(notes)


REPORT = Report(
    name="abc",
    subject="value",
    title=N_("ABC analysis"),
    question=N_("Who (or what) makes up the sales, once the departed, the one-off and the new are set aside?"),
    columns=_COLUMNS,
    parameters=(
        Parameter(
            "measure",
            ParameterKind.CHOICE,
            "revenue",
            N_("What to classify by."),
            choices=("revenue", "margin", "value"),
        ),
        Parameter("by", ParameterKind.CHOICE, "customer", N_("What to classify."), choices=("customer", "product")),
        Parameter("window", ParameterKind.COUNT, 365, N_("Days to look back."), least=1),
        Parameter(
            "clean", ParameterKind.FLAG, default=True, help=N_("Set the departed, the one-off large and the new aside.")
        ),
        Parameter("a", ParameterKind.SHARE, Decimal("0.8"), N_("Cumulative share at which class A ends."), most=1),
        Parameter("b", ParameterKind.SHARE, Decimal("0.95"), N_("Cumulative share at which class B ends."), most=1),
    ),
    empty=N_("Nothing was sold to a known customer in the window; import orders: crmcli import run FILE --as orders"),
    tell=tell,
    totals={"measure": "sum(measure)", "share": "round(sum(share), 9)"},
    shape=shape,
    beside=(
        Beside(
            section="parts",
            title=N_("Classes, and what is set aside"),
            columns=(
                Column("part", N_("Part"), Kind.LEVEL, words=_PARTS),
                Column("count", N_("How many"), Kind.COUNT),
                Column("count_share", N_("Share of all"), Kind.SHARE),
                Column("total", N_("Amount"), Kind.MONEY, bar=True),
                Column("total_share", N_("Share of the amount"), Kind.SHARE),
            ),
            charts=(
                Chart(ChartKind.BARS, N_("Share of all and of the amount"), "part", ("count_share", "total_share")),
            ),
            totals={
                "count": "cast(sum(count) AS BIGINT)",
                "count_share": "round(sum(count_share), 9)",
                "total": "sum(total)",
                "total_share": "round(sum(total_share), 9)",
            },
        ),
        Beside(
            section="concentration",
            title=N_("Concentration: from the largest down, without those set aside"),
            columns=(
                Column("count", N_("How many"), Kind.COUNT),
                Column("count_share", N_("Share of all"), Kind.SHARE),
                Column("total", N_("Amount"), Kind.MONEY),
                Column("total_share", N_("Share of the amount"), Kind.SHARE),
            ),
            charts=(Chart(ChartKind.CURVE, N_("How much the largest bring"), "count_share", ("total_share",)),),
        ),
    ),
)
