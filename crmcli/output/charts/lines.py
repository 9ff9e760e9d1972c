"""Lines over dates, periods or numbers, with the band in which the first of them is expected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crmcli.output.charts import svg
from crmcli.output.charts.frame import grid, left_room
from crmcli.output.charts.legend import legend
from crmcli.output.charts.scale import Scale, scale_of, spread
from crmcli.output.charts.series import Drawn, Number, Series
from crmcli.table import Kind

_TALL = 240.0
_NAME = 120.0  # units a label may take
_DOTTED = 40  # rows up to which each value has its dot


def lines(drawn: Drawn) -> str:
    """One line a series, broken where a value is unknown; a lone value is a dot."""
    top, key = legend(drawn.series, svg.PAGE, lines=True)
    top += 8
    kind = drawn.series[0].kind
    values = [value for series in drawn.series for value in series.known]
    values += [value for value in (*drawn.low, *drawn.high) if value is not None]
    scale = scale_of(values, start=top + _TALL, end=top, whole=kind is Kind.COUNT)
    left = left_room(drawn, scale, kind)
    across = _across(drawn, left + 8, svg.PAGE - 12)
    body = [key, grid(drawn, scale, kind, left=left, right=svg.PAGE), _band(drawn, scale, across)]
    for place, series in enumerate(drawn.series, 1):
        body += _line(drawn, series, place, scale, across)
    body += _labels(drawn, across, left=left, y=top + _TALL + 18)
    return svg.picture(drawn.ident, drawn.chart.title, drawn.told(), *body, across=svg.PAGE, down=top + _TALL + 28)


def _across(drawn: Drawn, start: float, end: float) -> list[float]:
    """Where each row stands: by its date or number, else one after the other."""
    count = len(drawn.labels)
    places = drawn.places or tuple(map(float, range(count)))
    low, high = min(places), max(places)
    if high <= low:
        return [(start + end) / 2] * count
    return [start + (end - start) * (place - low) / (high - low) for place in places]


def _runs(across: Sequence[float], values: Sequence[Number]) -> Iterator[list[tuple[float, float, int]]]:
    """Stretches of known values: place, value, row."""
    run: list[tuple[float, float, int]] = []
    for index, (x, value) in enumerate(zip(across, values, strict=True)):
        if value is not None:
            run.append((x, value, index))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _line(drawn: Drawn, series: Series, place: int, scale: Scale, across: Sequence[float]) -> list[str]:
    parts = []
    for run in _runs(across, series.values):
        if len(run) > 1:
            parts.append(svg.path([(x, scale.place(value)) for x, value, _ in run], f"l{place}"))
        if len(run) == 1 or len(drawn.labels) <= _DOTTED:
            parts += [
                svg.element(
                    "circle", svg.tip(f"{drawn.labels[index]}, {series.title}: {series.words[index]}"),
                    cx=x, cy=scale.place(value), r=3, class_=f"s{place}",
                )
                for x, value, index in run
            ]  # fmt: skip
    return parts


def _band(drawn: Drawn, scale: Scale, across: Sequence[float]) -> str:
    """The area between the bounds, where both are known."""
    if not drawn.low or not drawn.high:
        return ""
    both = [low if high is not None else None for low, high in zip(drawn.low, drawn.high, strict=True)]
    parts = []
    for run in _runs(across, both):
        lower = [(x, scale.place(value)) for x, value, _ in run]
        upper = [(x, scale.place(drawn.high[index] or 0.0)) for x, _, index in reversed(run)]
        if len(run) == 1:
            parts.append(svg.line(lower[0][0], lower[0][1], upper[0][0], upper[0][1], "whisker"))
        else:
            parts.append(svg.path(lower + upper, "band", closed=True))
    return "".join(parts)


def _labels(drawn: Drawn, across: Sequence[float], *, left: float, y: float) -> list[str]:
    """Words under the rows, as many as do not touch, kept within the picture."""
    need = min(max(map(svg.extent, drawn.labels)), _NAME) + 12
    parts, last = [], float("-inf")
    for index in spread(len(across), svg.PAGE - left, need):
        x = min(max(across[index], need / 2), svg.PAGE - need / 2)
        if x - need / 2 >= last:
            parts.append(svg.write(drawn.labels[index], x, y, anchor="middle", room=need, class_="tick"))
            last = x + need / 2
    return parts
