"""A chart of a table as SVG: reads the columns, chooses the way of drawing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from crmcli.output.charts.bars import bars
from crmcli.output.charts.calibration import calibration
from crmcli.output.charts.columns import columns
from crmcli.output.charts.curve import curve
from crmcli.output.charts.heat import heat
from crmcli.output.charts.legend import SERIES
from crmcli.output.charts.lines import lines
from crmcli.output.charts.series import Drawn, read
from crmcli.table import Chart, ChartKind, Row, Table

_WAYS: dict[ChartKind, Callable[[Drawn], str]] = {
    ChartKind.BARS: bars, ChartKind.COLUMNS: columns, ChartKind.LINES: lines,
    ChartKind.HEAT: heat, ChartKind.CURVE: curve, ChartKind.CALIBRATION: calibration,
}  # fmt: skip
_ALL_ROWS = frozenset({ChartKind.CURVE, ChartKind.CALIBRATION, ChartKind.LINES})  # `most` is about names beside marks
_LINE_POINTS = 2_000  # rows of a line that can be told apart


def draw(table: Table, rows: Sequence[Row], chart: Chart, *, language: str, ident: str) -> str | None:
    """One picture; None when the rows hold nothing to draw, or the table lacks a column the chart names.

    Args:
        table: The answer.
        rows: Its rows.
        chart: How to draw them.
        language: Of numbers: "en" or "ru".
        ident: Unique on the page; letters, digits and "-".
    """
    if chart.kind is ChartKind.LINES and len(rows) > _LINE_POINTS:
        rows = rows[-_LINE_POINTS:]
    drawn = read(table, rows, chart, language=language, ident=ident, all_rows=chart.kind in _ALL_ROWS)
    if drawn is None or not any(series.known for series in drawn.series):
        return None
    if chart.kind is ChartKind.CALIBRATION and drawn.places is None:
        return None
    if chart.kind is not ChartKind.HEAT:
        drawn = replace(drawn, series=drawn.series[:SERIES])
    return _WAYS[chart.kind](drawn)
