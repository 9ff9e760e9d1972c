"""Upright columns: one row a period or band, several values side by side."""

from __future__ import annotations

from crmcli.output.charts import svg
from crmcli.output.charts.frame import grid, left_room
from crmcli.output.charts.legend import legend
from crmcli.output.charts.scale import Scale, scale_of, spread
from crmcli.output.charts.series import Drawn

_TALL = 220.0
_NAME = 120.0  # units a label may take


def columns(drawn: Drawn) -> str:
    """Columns from the zero line, up or down; labels below, as many as there is room for."""
    top, key = legend(drawn.series, svg.PAGE)
    top += 14
    kind = drawn.series[0].kind
    values = [value for series in drawn.series for value in series.known]
    scale = scale_of(values, start=top + _TALL, end=top, whole=kind.value == "count")
    left = left_room(drawn, scale, kind)
    slot = (svg.PAGE - left) / len(drawn.labels)
    body = [key, grid(drawn, scale, kind, left=left, right=svg.PAGE)]
    for index in range(len(drawn.labels)):
        body += _group(drawn, index, scale, left=left + slot * index, slot=slot)
    body.append(svg.line(left, scale.place(0), svg.PAGE, scale.place(0), "axis"))
    body += _labels(drawn, left=left, slot=slot, y=top + _TALL + 18)
    return svg.picture(drawn.ident, drawn.chart.title, drawn.told(), *body, across=svg.PAGE, down=top + _TALL + 28)


def _group(drawn: Drawn, index: int, scale: Scale, *, left: float, slot: float) -> list[str]:
    """The columns of one row, and their figures where all fit."""
    room = min(slot * 0.76, 64.0 * len(drawn.series))
    wide, start = room / len(drawn.series), left + (slot - room) / 2
    first = drawn.series[0]
    told = len(drawn.series) == 1 and max(map(svg.extent, first.words)) <= slot and min(first.known) >= 0
    parts = []
    for place, series in enumerate(drawn.series):
        value, word = series.values[index], series.words[index]
        if value is None:
            continue
        zero, end = scale.place(0), scale.place(value)
        mark = svg.tip(f"{drawn.labels[index]}, {series.title}: {word}")
        style = f"s{place + 1}{'' if value >= 0 else ' minus'}"
        x, y, high = start + wide * place, min(zero, end), abs(end - zero)
        parts.append(svg.element("rect", mark, x=x, y=y, width=max(wide - 1, 1), height=high, class_=style))
        if told:
            parts.append(svg.write(word, left + slot / 2, end - 4, anchor="middle", class_="figure"))
    return parts


def _labels(drawn: Drawn, *, left: float, slot: float, y: float) -> list[str]:
    """Names under the columns: every one, cut where few are long, or every k-th of periods."""
    need = min(max(map(svg.extent, drawn.labels)), _NAME) + 8
    cut = need > slot >= 48
    chosen = range(len(drawn.labels)) if cut else spread(len(drawn.labels), slot * len(drawn.labels), need)
    half = min(need / 2, slot / 2) if cut else need / 2
    return [
        svg.write(
            drawn.labels[index],
            min(max(left + slot * (index + 0.5), half), svg.PAGE - half),
            y,
            anchor="middle",
            room=slot - 6 if cut else need - 8,
            class_="tick",
        )
        for index in chosen
    ]
