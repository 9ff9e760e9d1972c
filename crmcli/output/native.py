"""Charts of a workbook that the spreadsheet draws itself, from the cells of the sheet the rows are on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crmcli import numbers
from crmcli.table import Chart, ChartKind, Column, Kind, Row, Table

if TYPE_CHECKING:
    from xlsxwriter.chart import Chart as Drawing
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

_COLORS = ("#2468AC", "#D98021", "#2F8A63", "#A93F62", "#6D5BB5", "#7B828B")
_GREY, _PALE = "#8A929B", "#D5DAE0"
_WIDTH, _HEIGHT, _LINE = 760, 340, 20  # pixels of a chart, and of a row of the sheet it lies on
_SQUARE, _HIGH = 540, 440  # pixels of a chart whose axes mean the same
_BAR = 22  # pixels a bar needs
_WHOLE = 1.0005  # a cumulative share that rounding alone lifts above the whole
_LABELLED = 15  # rows up to which figures stand at the marks
_TYPES = {
    ChartKind.BARS: {"type": "bar"},
    ChartKind.COLUMNS: {"type": "column"},
    ChartKind.LINES: {"type": "line"},
    ChartKind.CURVE: {"type": "scatter", "subtype": "straight"},
    ChartKind.CALIBRATION: {"type": "scatter"},
}


@dataclass(frozen=True, slots=True)
class Source:
    """Where the rows of a table lie: the sheet's name, the table, its rows, the formats of its kinds."""

    sheet: str
    table: Table
    rows: Sequence[Row]
    formats: dict[Kind, str]

    def find(self, name: str) -> tuple[int, Column]:
        """The place of a column, and the column."""
        return next((i, column) for i, column in enumerate(self.table.columns) if column.name == name)

    def cells(self, name: str, count: int) -> list[Any]:
        """The cells of a column, first rows only."""
        index = self.find(name)[0]
        return [self.sheet, 1, index, count, index]

    def head(self, name: str) -> list[Any]:
        """The heading of a column."""
        return [self.sheet, 0, self.find(name)[0]]


def drawable(table: Table, rows: Sequence[Row]) -> list[Chart]:
    """The charts a spreadsheet draws of these rows; heat maps are colours of the cells themselves."""
    names = {column.name for column in table.columns}
    return [
        chart
        for chart in table.charts
        if rows and chart.kind in _TYPES and chart.values and {chart.label, *chart.values} <= names
    ]


def place(book: Workbook, sheet: Worksheet, source: Source, line: int) -> int:
    """Put the charts of a table onto a sheet from a line on; the next free line."""
    for chart in drawable(source.table, source.rows):
        drawing = book.add_chart(_type(chart, source))
        high = _fill(drawing, chart, source)
        plane = chart.kind in (ChartKind.CURVE, ChartKind.CALIBRATION)
        drawing.set_size({"width": _SQUARE if plane else _WIDTH, "height": high})
        drawing.set_title({"name": " " + chart.title, "name_font": {"size": 12}, "overlay": False})  # no formula
        drawing.set_chartarea({"border": {"none": True}})
        sheet.insert_chart(line, 0, drawing, {"description": chart.title, "object_position": 1})
        line += high // _LINE + 2
    return line


def _type(chart: Chart, source: Source) -> dict[str, str]:
    """A line over numbers, and a curve, are places on a plane; without numbers across they are lines."""
    numeric = source.find(chart.label)[1].kind in numbers.NUMERIC
    if chart.kind is ChartKind.LINES and numeric:
        return {"type": "scatter", "subtype": "straight"}
    return {"type": "line"} if chart.kind is ChartKind.CURVE and not numeric else _TYPES[chart.kind]


def _fill(drawing: Drawing, chart: Chart, source: Source) -> int:
    """Series and axes; how high the chart is."""
    named = chart.kind in (ChartKind.BARS, ChartKind.COLUMNS)
    count = min(len(source.rows), chart.most) if named else len(source.rows)
    plane = chart.kind in (ChartKind.CURVE, ChartKind.CALIBRATION)
    values = chart.values[:1] if plane else chart.values[: len(_COLORS)]
    for index, name in enumerate(values):
        drawing.add_series(_series(chart, source, name, index, count))
    if chart.kind is ChartKind.LINES:
        for name in filter(None, (chart.low, chart.high)):
            style = {"color": _GREY, "width": 1, "dash_type": "dash"}
            drawing.add_series(_pair(source, chart.label, name, count, {"line": style, "marker": {"type": "none"}}))
    if plane and source.find(chart.label)[1].kind in numbers.NUMERIC:
        _diagonal(drawing, chart, source, count)
    _axes(drawing, chart, source)
    drawing.set_legend({"none": True} if len(values) == 1 else {"position": "top"})
    if chart.kind is ChartKind.BARS:
        return max(_HEIGHT, 90 + _BAR * count * len(values))
    return _HIGH if plane else _HEIGHT


def _series(chart: Chart, source: Source, name: str, index: int, count: int) -> dict[str, Any]:
    """One column, in its colour."""
    color = _COLORS[index]
    if chart.kind in (ChartKind.BARS, ChartKind.COLUMNS):
        style: dict[str, Any] = {"fill": {"color": color}, "gap": 50}
        if count <= _LABELLED and len(chart.values) * count <= 2 * _LABELLED and chart.kind is ChartKind.BARS:
            style["data_labels"] = {"value": True, "num_format": _label(source, name)}
    elif chart.kind is ChartKind.CALIBRATION:
        style = {"marker": {"type": "circle", "size": 8, "fill": {"color": color}}, **_whiskers(chart, source, name)}
    else:
        style = {"line": {"color": color, "width": 2}}
    return _pair(source, chart.label, name, count, style)


def _pair(source: Source, label: str, name: str, count: int, style: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": source.head(name),
        "categories": source.cells(label, count),
        "values": source.cells(name, count),
        **style,
    }


def _whiskers(chart: Chart, source: Source, name: str) -> dict[str, Any]:
    """The interval of each dot, from its own bounds."""
    if chart.low is None or chart.high is None:
        return {}
    at, low, high = (source.find(one)[0] for one in (name, chart.low, chart.high))
    return {
        "y_error_bars": {
            "type": "custom",
            "plus_values": [_distance(row[high], row[at]) for row in source.rows],
            "minus_values": [_distance(row[at], row[low]) for row in source.rows],
            "line": {"color": _COLORS[0]},
        }
    }


def _distance(upper: Any, lower: Any) -> float:  # cells
    if numbers.is_unknown(upper) or numbers.is_unknown(lower):
        return 0.0
    return max(float(upper) - float(lower), 0.0)


def _diagonal(drawing: Drawing, chart: Chart, source: Source, count: int) -> None:
    """Where both axes are equal: the label column over itself."""
    cells = source.cells(chart.label, count)
    line = {"color": _GREY, "width": 1, "dash_type": "dash"}
    drawing.add_series({"categories": cells, "values": cells, "line": line, "marker": {"type": "none"}})


def _axes(drawing: Drawing, chart: Chart, source: Source) -> None:
    label, value = source.find(chart.label)[1], source.find(chart.values[0])[1]
    across: dict[str, Any] = {"num_format": _whole(source.formats, label.kind)}
    upward: dict[str, Any] = {
        "num_format": _whole(source.formats, value.kind),
        "major_gridlines": {"visible": True, "line": {"color": _PALE}},
    }
    if chart.kind is ChartKind.BARS:
        drawing.set_y_axis({"reverse": True, "label_position": "low"})
        drawing.set_x_axis({**upward, "visible": False, "major_gridlines": {"visible": False}})
        return
    if chart.kind is ChartKind.CURVE and label.kind in numbers.NUMERIC:
        across |= {"min": 0, "max": 1}
        place = source.find(chart.values[0])[0]
        most = max((row[place] for row in source.rows if not numbers.is_unknown(row[place])), default=1)
        upward |= {"min": 0, **({"max": 1} if most <= _WHOLE else {})}
    if label.kind in (Kind.DATE, Kind.MONTH) and chart.kind is ChartKind.LINES:
        across["date_axis"] = True
    drawing.set_x_axis({**across, "label_position": "low"})
    drawing.set_y_axis(upward)
    drawing.show_blanks_as("gap")


def _label(source: Source, name: str) -> str:
    """The format of figures at marks: shares keep their decimal."""
    kind = source.find(name)[1].kind
    return source.formats[kind] if kind is Kind.SHARE else _whole(source.formats, kind)


def _whole(formats: dict[Kind, str], kind: Kind) -> str:
    """The format of a kind without decimals, for axes and labels."""
    return {Kind.MONEY: "#,##0", Kind.SHARE: "0%"}.get(kind, formats.get(kind, "General"))
