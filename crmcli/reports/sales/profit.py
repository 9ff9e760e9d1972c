"""Profit and loss: what each period, customer, product, region, manager or channel brings once known costs are off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.reports.definition import Parameter, ParameterKind, Report, Shape, Story
from crmcli.reports.sections import sections
from crmcli.reports.telling import as_of_note, coverage_note, window_note
from crmcli.table import Chart, ChartKind, Column, Kind

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from crmcli.reports.definition import Values
    from crmcli.reports.telling import Figures

_NAME = Column("name", N_("Name"), Kind.TEXT)
_KEYS = {
    "period": (Column("period", N_("Period"), Kind.CODE),),
    "customer": (Column("customer", N_("Customer"), Kind.CODE), _NAME),
    "product": (Column("sku", N_("SKU"), Kind.CODE), _NAME),
    "region": (Column("region", N_("Region"), Kind.TEXT),),
    "manager": (Column("manager", N_("Manager"), Kind.CODE), _NAME),
    "channel": (Column("channel", N_("Channel"), Kind.TEXT),),
}
_MEASURES = (
    Column("revenue", N_("Revenue"), Kind.MONEY),
    Column("discounts", N_("Discounts"), Kind.MONEY),
    Column("cost_of_goods", N_("Cost of goods"), Kind.MONEY),
    Column("margin", N_("Margin"), Kind.MONEY),
    Column("cost_to_serve", N_("Cost to serve"), Kind.MONEY),
    Column("contribution", N_("Contribution"), Kind.MONEY, bar=True),
    Column("margin_share", N_("Margin share"), Kind.SHARE),
    Column("cost_coverage", N_("Cost known"), Kind.SHARE),
)
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_LINES = Chart(
    ChartKind.LINES, N_("Revenue, margin and contribution"), "period", ("revenue", "margin", "contribution"), most=120
)


def prepare(con: DuckDBPyConnection, values: Values) -> Values:
    """The length of a period in months."""
    del con
    return {"months": _MONTHS[values["period"]]}


def words() -> dict[str, str]:
    """Names of the rows that have no key."""
    return {
        "nobody": _("sales without a customer"),
        "no_product": _("no product, and costs of no single product"),
        "no_manager": _("no manager"),
    }


def shape(con: DuckDBPyConnection, values: Values) -> Shape:
    """The dimension's own columns before the measures."""
    del con
    by = values["by"]
    columns = (*_KEYS[by], *_MEASURES)
    if by == "period":
        return Shape(columns, sections("sales", "profit")["answer"], (_LINES,))
    label = columns[1].name if len(_KEYS[by]) > 1 else columns[0].name
    chart = Chart(ChartKind.BARS, N_("Contribution"), label, ("contribution",))
    return Shape(columns, sections("sales", "profit")[by], (chart,))


def tell(figures: Figures) -> Story:
    """What is left of the revenue, and how many rows lose money."""
    notes = [
        as_of_note(figures),
        window_note(figures),
        _("%(shown)s in the table = %(revenue)s, the revenue of the window.")
        % {"shown": figures.money("shown_revenue"), "revenue": figures.money("revenue")},
        coverage_note(figures),
        _("Contribution is margin less cost to serve; margin share is of the revenue whose cost is known."),
        _("Discounts are quantity × unit price less what was charged, where the line says its price."),
        _("Costs of campaigns are not recorded yet: contribution is before them."),
        *_dimension_notes(figures),
    ]
    if figures["without_margin"]:
        sentence = ngettext(
            "%(count)s row has no line of known cost: its margin and contribution are unknown, not zero.",
            "%(count)s rows have no line of known cost: their margin and contribution are unknown, not zero.",
            figures["without_margin"],
        )
        notes.append(sentence % {"count": figures.count("without_margin")})
    if figures["cost_to_serve"] is None:
        notes.append(
            _("No cost activity holds in the window: cost to serve is unknown, and contribution is the margin alone.")
        )
    else:
        notes += _uncosted_notes(figures)
    return Story(_headline(figures), tuple(notes))


def _uncosted_notes(figures: Figures) -> tuple[str, ...]:
    """Days of the window in which no cost activity holds."""
    notes = []
    if figures["costs_from"] and figures["costs_from"] > figures["window_first_on"]:
        sentence = _("Cost to serve is known from %(day)s only; what was sold before has none taken off.")
        notes.append(sentence % {"day": figures.date("costs_from")})
    if figures["costs_to"] and figures["costs_to"] < figures["as_of"]:
        sentence = _("Cost to serve is known until %(day)s only; what was sold later has none taken off.")
        notes.append(sentence % {"day": figures.date("costs_to")})
    return tuple(notes)


def _dimension_notes(figures: Figures) -> tuple[str, ...]:
    if figures["by"] == "period":
        return (_("Calendar periods: the first and the last may lie in the window only in part."),)
    if figures["by"] == "product":
        return (
            _(
                "Only what is counted by order lines falls on products; other cost to serve stands in the row without one."
            ),
        )
    if figures["by"] == "customer":
        return ()
    return (
        _(
            "A sale goes by the region, channel and manager of its order, else by those of the customer; a cost without an "
            "order by the customer's. The row without a name holds what neither tells."
        ),
    )


def _headline(figures: Figures) -> str:
    words = {
        "revenue": figures.whole_money("revenue"),
        "margin": figures.whole_money("shown_margin"),
        "share": figures.share("margin_share"),
        "contribution": figures.whole_money("contribution"),
    }
    if figures["shown_margin"] is None or not figures["costed_lines"]:
        return _("Revenue of %(revenue)s; no cost of goods is known, so nobody can say what it earned.") % words
    if figures["cost_to_serve"] is None:
        first = _("Of %(revenue)s, a margin of %(margin)s is left (%(share)s).") % words
    else:
        first = (
            _("Of %(revenue)s, a margin of %(margin)s is left (%(share)s), and after cost to serve %(contribution)s.")
            % words
        )
    return first if not figures["losing"] else f"{first} {_losing(figures)}"


def _losing(figures: Figures) -> str:
    sentence = ngettext(
        "%(count)s of %(cells)s loses money: %(lost)s.",
        "%(count)s of %(cells)s lose money: %(lost)s.",
        figures["losing"],
    )
    words = {
        "count": figures.count("losing"),
        "cells": figures.count("named_cells"),
        "lost": figures.whole_money("lost"),
    }
    return sentence % words


REPORT = Report(
    name="profit",
    subject="sales",
    title=N_("Profit and loss"),
    question=N_(
        "What did each period, customer, product, region, manager or channel bring once every known cost is taken off?"
    ),
    columns=(*_KEYS["period"], *_MEASURES),
    parameters=(
        Parameter("by", ParameterKind.CHOICE, "period", N_("What to cut by."), choices=tuple(_KEYS)),
        Parameter("window", ParameterKind.COUNT, 365, N_("Days to look back."), least=1),
        Parameter("period", ParameterKind.CHOICE, "month", N_("Length of a period."), choices=tuple(_MONTHS)),
    ),
    empty=N_("Nothing was sold in the window; import orders: crmcli import run FILE --as orders"),
    tell=tell,
    totals={
        **{column.name: f"sum({column.name})" for column in _MEASURES[:5]},
        "contribution": "sum(margin) - coalesce(sum(cost_to_serve), 0)",  # the same however it is cut
        "margin_share": "round(cast(sum(margin) / nullif(sum(margin) + sum(cost_of_goods), 0) AS DOUBLE), 12)",
        "cost_coverage": "round(cast((sum(margin) + sum(cost_of_goods)) / nullif(sum(revenue), 0) AS DOUBLE), 12)",
    },
    shape=shape,
    words=words,
    prepare=prepare,
)
