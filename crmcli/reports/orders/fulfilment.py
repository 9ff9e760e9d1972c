"""Fulfilment: orders due, those that arrived in full and in time, and what is late."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.reports.definition import Parameter, ParameterKind, Report, Shape, Story
from crmcli.reports.sections import named, sections
from crmcli.reports.telling import as_of_note
from crmcli.table import Chart, ChartKind, Column, Kind

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from crmcli.reports.definition import Values
    from crmcli.reports.telling import Figures

_SIDES = ("month", "product", "carrier", "customer")
_KEYS = {
    "month": (Column("month", N_("Month"), Kind.MONTH),),
    "product": (
        Column("product", N_("Product"), Kind.CODE),
        Column("name", N_("Name"), Kind.TEXT),
        Column("category", N_("Category"), Kind.TEXT),
    ),
    "carrier": (Column("carrier", N_("Carrier"), Kind.TEXT),),
    "customer": (Column("customer", N_("Customer"), Kind.CODE), Column("name", N_("Name"), Kind.TEXT)),
}
_MEASURES = (
    Column("orders", N_("Orders due"), Kind.COUNT),
    Column("in_full", N_("In full and in time"), Kind.COUNT),
    Column("in_full_share", N_("In full, %"), Kind.SHARE),
    Column("lines", N_("Lines due"), Kind.COUNT),
    Column("lines_in_time", N_("Lines in time"), Kind.COUNT),
    Column("on_time_share", N_("On time, %"), Kind.SHARE, bar=True),
    Column("late_days_median", N_("Days late, median"), Kind.DAYS),
    Column("late_days_p90", N_("Days late, 9 of 10"), Kind.DAYS),
    Column("partial_orders", N_("Partly shipped"), Kind.COUNT),
    Column("open_late_orders", N_("Still late"), Kind.COUNT),
    Column("open_late_net", N_("Of it not arrived"), Kind.MONEY),
)
_CHARTS = {
    "month": (Chart(ChartKind.LINES, N_("On-time share by month"), "month", ("on_time_share", "in_full_share")),),
    "product": (Chart(ChartKind.BARS, N_("On-time share by product"), "name", ("on_time_share",), most=20),),
    "carrier": (Chart(ChartKind.BARS, N_("On-time share by carrier"), "carrier", ("on_time_share",), most=20),),
    "customer": (Chart(ChartKind.BARS, N_("On-time share by customer"), "name", ("on_time_share",), most=20),),
}


def prepare(con: DuckDBPyConnection, values: Values) -> Values:
    """Tables fulfilment_lines, promised lines of the window, judged once; and fulfilment_sums, theirs by the side asked."""
    for name in ("lines", "sums"):
        sql = sections("orders", "fulfilment")[name]
        con.execute(f"CREATE OR REPLACE TEMP TABLE fulfilment_{name} AS {sql}", named(sql, values))
    return {}


def shape(con: DuckDBPyConnection, values: Values) -> Shape:
    """Rows by month, product, carrier or customer."""
    del con
    side = str(values["by"])
    return Shape((*_KEYS[side], *_MEASURES), sections("orders", "fulfilment")[side], _CHARTS[side])


def tell(figures: Figures) -> Story:
    """The shares, and what is late."""
    notes = [
        as_of_note(figures),
        _("Of orders promised for a day from %(first)s on; neither drafts, cancelled ones nor returns.")
        % {"first": figures.date("window_first_on")},
        _("On time: lines of which everything had arrived by the promised day ÷ lines promised. In full: orders of which every line had."),
        _("Days late are those of late lines; a line that has not arrived counts with its days so far. "
          "An order counts in every row that one of its lines belongs to."),
    ]  # fmt: skip
    if figures["orders"] and not figures["has_deliveries"]:
        notes.append(_("No delivery is dated, so the day a line left stands for the day it arrived."))
    if figures["undated_orders"]:
        notes.append(
            ngettext(
                "%(count)s order is left out: delivered by its status, but without a day, or without lines.",
                "%(count)s orders are left out: delivered by their status, but without a day, or without lines.",
                figures["undated_orders"],
            )
            % {"count": figures.count("undated_orders")}
        )
    if figures["orders"] and not figures["shipped_here"]:
        notes.append(
            _(
                "No shipment was recorded, so carriers and partial shipments are unknown; record them: crmcli order ship."
            )
        )
    return Story(_headline(figures), tuple(notes))


def _headline(figures: Figures) -> str:
    if not figures["orders"]:
        return _("No order with a known outcome was promised for a day of the window.")
    first = _("%(share)s of lines arrived by the promised day, and %(full)s of orders in full.") % {
        "share": figures.share("on_time_share"),
        "full": figures.share("in_full_share"),
    }
    if not figures["open_late_orders"]:
        return f"{first} {_('Nothing promised is still missing.')}"
    second = ngettext(
        "%(count)s order is late and still open, goods worth %(net)s.",
        "%(count)s orders are late and still open, goods worth %(net)s.",
        figures["open_late_orders"],
    )
    return f"{first} " + second % {
        "count": figures.count("open_late_orders"), "net": figures.whole_money("open_late_net"),
    }  # fmt: skip


REPORT = Report(
    name="fulfilment",
    subject="orders",
    title=N_("Fulfilment"),
    question=N_("Are orders delivered in full and by the promised day, and what is late?"),
    columns=(*_KEYS["month"], *_MEASURES),
    parameters=(
        Parameter("window", ParameterKind.COUNT, 365, N_("Days to look back."), least=1),
        Parameter("by", ParameterKind.CHOICE, "month", N_("What a row is."), choices=_SIDES),
    ),
    empty=N_(
        "No order was promised for a day of the window; import orders with promised_on, or crmcli order add --promised DATE"
    ),
    tell=tell,
    totals={
        "lines": "cast(sum(lines) AS BIGINT)",
        "lines_in_time": "cast(sum(lines_in_time) AS BIGINT)",
        "on_time_share": "round(cast(sum(lines_in_time) / nullif(sum(lines), 0) AS DOUBLE), 12)",
        "open_late_net": "sum(open_late_net)",
    },
    shape=shape,
    prepare=prepare,
    charts=_CHARTS["month"],
)
