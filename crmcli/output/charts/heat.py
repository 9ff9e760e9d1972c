"""Heat maps: a grid coloured by value, the value printed in each cell."""

from __future__ import annotations

from crmcli.output.charts import svg
from crmcli.output.charts.series import Drawn, Series

_NAMES = 230.0
_ROW = 24.0
_HALF, _DEEP = 0.6, 0.78  # depths of colour from which figures change theirs, in the dark and in the light
_LEAST = 0.04  # depth of the smallest value above nothing


def heat(drawn: Drawn) -> str:
    """Each cell as deep in colour as it is large beside the largest; negative ones in another; unknown ones empty."""
    names = min(max(map(svg.extent, [*drawn.labels, ""])), _NAMES) + 10
    wide = max(svg.extent(word) for series in drawn.series for word in [*series.words, series.title[:10]]) + 4
    wide = max(wide, 36.0, (svg.PAGE - names) / len(drawn.series) if len(drawn.series) <= 6 else 0)
    largest = max((abs(value) for series in drawn.series for value in series.known), default=0.0) or 1.0
    head = _heads(drawn, names, wide)
    body = [svg.write(label, names - 10, 38 + _ROW * row, anchor="end", room=names - 10, within=True)
            for row, label in enumerate(drawn.labels)]  # fmt: skip
    for place, series in enumerate(drawn.series):
        body += _cells(drawn, series, x=names + wide * place, wide=wide, largest=largest)
    across = max(names + wide * len(drawn.series), 200.0)
    down = 22 + _ROW * len(drawn.labels) + 2
    return svg.picture(drawn.ident, drawn.chart.title, drawn.told(), *head, *body, across=across, down=down)


def _heads(drawn: Drawn, names: float, wide: float) -> list[str]:
    return [
        svg.write(series.title, names + wide * (place + 0.5), 14, anchor="middle", room=wide, class_="tick")
        for place, series in enumerate(drawn.series)
    ]


def _cells(drawn: Drawn, series: Series, *, x: float, wide: float, largest: float) -> list[str]:
    parts = []
    for row, value in enumerate(series.values):
        if value is None:
            continue
        y, word = 22 + _ROW * row, series.words[row]
        part = min(abs(value) / largest, 1.0)
        depth = _LEAST + (1 - _LEAST) * part if value else 0.0
        rect = svg.element(
            "rect", svg.tip(f"{drawn.labels[row]}, {series.title}: {word}"),
            x=x + 0.5, y=y + 0.5, width=wide - 1, height=_ROW - 1,
            fill_opacity=f"{depth:.2f}", class_="heat" if value >= 0 else "cool",
        )  # fmt: skip
        style = "figure over" if depth > _DEEP else "figure half" if depth > _HALF else "figure"
        parts += [rect, svg.write(word, x + wide / 2, y + 16, anchor="middle", class_=style)]
    return parts
