"""Bars lying side by side: one row a name, longest first as the rows come."""

from __future__ import annotations

from dataclasses import replace

from crmcli.output.charts import svg
from crmcli.output.charts.legend import legend
from crmcli.output.charts.scale import Scale, scale_of
from crmcli.output.charts.series import Drawn

_NAMES = 230.0  # units a name may take
_GAP = 10.0
_LEAST = 1e-300  # a smaller spread is none


def bars(drawn: Drawn) -> str:
    """Name, bar, figure; negative ones go left of the zero line, unknown ones have no bar."""
    names = min(max(map(svg.extent, drawn.labels)), _NAMES) + _GAP
    figures = max(svg.extent(word) for series in drawn.series for word in series.words) + _GAP
    thick = 18.0 if len(drawn.series) == 1 else 13.0
    each = thick * len(drawn.series) + 8
    top, key = legend(drawn.series, svg.PAGE)
    values = [value for series in drawn.series for value in series.known]
    scale = _exact(values, start=names, end=svg.PAGE - figures)
    down = top + each * len(drawn.labels) + 4
    body = [key, svg.line(scale.place(0), top, scale.place(0), down - 2, "axis")]
    for index in range(len(drawn.labels)):
        body += _row(drawn, index, scale, y=top + each * index + 4, names=names, thick=thick)
    return svg.picture(drawn.ident, drawn.chart.title, drawn.told(), *body, across=svg.PAGE, down=down)


def _exact(values: list[float], *, start: float, end: float) -> Scale:
    """From the smallest or zero to the largest or zero: without words at an axis it need not end at a round value."""
    axis = scale_of(values, start=start, end=end)
    low, high = min([0.0, *values]), max([0.0, *values])
    return replace(axis, low=low, high=high) if high - low > _LEAST else axis


def _row(drawn: Drawn, index: int, scale: Scale, *, y: float, names: float, thick: float) -> list[str]:
    label = drawn.labels[index]
    middle = y + thick * len(drawn.series) / 2 + 4
    parts = [svg.write(label, names - _GAP, middle, anchor="end", room=names - _GAP, within=True)]
    for place, series in enumerate(drawn.series):
        value, at = series.values[index], y + thick * place
        if value is not None:
            zero, end = scale.place(0), scale.place(value)
            mark = svg.tip(f"{label}, {series.title}: {series.words[index]}")
            long = max(abs(end - zero), 1.0 if value else 0.0)
            low = "" if value >= 0 else " minus"
            left = min(zero, end)
            rect = svg.element("rect", mark, x=left, y=at, width=long, height=thick - 1, class_=f"s{place + 1}{low}")
            parts.append(rect)
        x = max(scale.place(value or 0), scale.place(0)) + 6  # behind the bar; of negative ones behind the zero line
        parts.append(svg.write(series.words[index], x, at + thick / 2 + 4, class_="figure"))
    return parts
