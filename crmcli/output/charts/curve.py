"""The concentration curve: how much the first part of all brings together, beside the diagonal of equal parts."""

from __future__ import annotations

from crmcli import numbers
from crmcli.language import gettext as _
from crmcli.output.charts import svg
from crmcli.output.charts.frame import floor, grid, left_room
from crmcli.output.charts.scale import Scale, scale_of
from crmcli.output.charts.series import Drawn
from crmcli.table import Kind

_SIDE, _ACROSS = 320.0, 560.0
_MOST = 0.8  # the part of the whole that is marked
_POINTS = 400  # more cannot be told apart

Point = tuple[float, float]


def curve(drawn: Drawn) -> str:
    """The curve, and where it reaches 80 % or, above 100 %, its peak."""
    points = _points(drawn)
    kind = Kind.SHARE
    up = scale_of([1.0, *(y for _x, y in points)], start=_SIDE + 14, end=14)
    left = left_room(drawn, up, kind)
    across = scale_of([0.0, 1.0], start=left, end=_ACROSS - 30)
    placed = [(across.place(x), up.place(y)) for x, y in points]
    body = [
        grid(drawn, up, kind, left=left, right=across.end),
        floor(drawn, across, kind, top=14, bottom=_SIDE + 14),
        svg.line(across.place(0), up.place(0), across.place(1), up.place(1), "diagonal"),
    ]
    if len(placed) > 1:
        body += [svg.path([*placed, (placed[-1][0], up.place(0))], "area", closed=True), svg.path(placed, "l1")]
    told, mark = _mark(drawn, points, across, up)
    body.append(mark)
    description = told or drawn.told()
    return svg.picture(drawn.ident, drawn.chart.title, description, *body, across=_ACROSS, down=_SIDE + 42)


def _points(drawn: Drawn) -> list[Point]:
    """From nothing through every known row; rows that are no numbers count one each."""
    values = drawn.series[0].values
    count = sum(value is not None for value in values)
    known = [index for index, value in enumerate(values) if value is not None]
    shares = drawn.places
    points = sorted(
        ((shares[index] if shares else place / count), values[index] or 0.0) for place, index in enumerate(known, 1)
    )
    step = max(len(points) // _POINTS, 1)
    thinned = [*points[::step], *points[-1:]] if step > 1 else points
    return thinned if thinned and thinned[0][0] == 0 else [(0.0, 0.0), *thinned]


def _mark(drawn: Drawn, points: list[Point], across: Scale, up: Scale) -> tuple[str, str]:
    """The point worth knowing, in words and as marks."""
    peak = max(points, key=lambda point: (point[1], -point[0]))
    if peak[1] > 1.0005:
        x, y = peak
        text = _("%(share)s from the first %(part)s, the rest costs money")
    else:
        found = next((point for point in points[1:] if point[1] >= _MOST), None)
        if found is None:
            return "", ""
        x, y = found
        text = _("%(share)s from the first %(part)s")
    exact = numbers.formatter(Kind.SHARE, drawn.language)
    words = text % {"share": exact(y), "part": exact(x)}
    at_x, at_y = across.place(x), up.place(y)
    room = across.end - at_x - 12
    right = svg.extent(words, bold=True) <= room
    if right:
        label = svg.write(words, at_x + 10, at_y + 22, class_="mark")
    else:  # below, where the curve is far
        label = svg.write(
            words, across.end - 4, up.place(0) - 12, anchor="end", room=(across.end - 8) / svg.BOLD, class_="mark"
        )
    drops = svg.line(at_x, at_y, at_x, up.place(0), "drop") + svg.line(across.start, at_y, at_x, at_y, "drop")
    return words, drops + svg.element("circle", svg.tip(words), cx=at_x, cy=at_y, r=5, class_="s2") + label
