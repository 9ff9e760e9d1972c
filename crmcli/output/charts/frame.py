"""What stands behind the marks: lines at round values, and their words."""

from __future__ import annotations

from crmcli.output.charts import svg
from crmcli.output.charts.scale import Scale
from crmcli.output.charts.series import Drawn
from crmcli.table import Kind


def left_room(drawn: Drawn, scale: Scale, kind: Kind) -> float:
    """Units the words of an upright axis take."""
    return max(svg.extent(drawn.word(tick, kind)) for tick in scale.ticks) + 10


def grid(drawn: Drawn, scale: Scale, kind: Kind, *, left: float, right: float) -> str:
    """A line across and a word at each tick of an upright axis."""
    parts = []
    for tick in scale.ticks:
        y = scale.place(tick)
        parts.append(svg.line(left, y, right, y, "axis" if tick == 0 else "grid"))
        parts.append(svg.write(drawn.word(tick, kind), left - 8, y + 4, anchor="end", class_="tick"))
    return "".join(parts)


def floor(drawn: Drawn, scale: Scale, kind: Kind, *, top: float, bottom: float) -> str:
    """A line upward and a word at each tick of a level axis; the words at the ends stay within."""
    parts, last = [], float("-inf")
    for tick in scale.ticks:
        x, word = scale.place(tick), drawn.word(tick, kind)
        parts.append(svg.line(x, top, x, bottom, "grid"))
        half = svg.extent(word) / 2
        if x - half > last:
            parts.append(svg.write(word, x, bottom + 18, anchor="middle", class_="tick"))
            last = x + half + 6
    return "".join(parts)
