"""The key of a picture with several series: colour, dash and name, above the drawing."""

from __future__ import annotations

from collections.abc import Sequence

from crmcli.output.charts import svg
from crmcli.output.charts.series import Series

_LINE = 20.0  # units a line of the key takes
_MARK = 22.0  # units its sample takes
_NAME = 260.0  # units a name may take
SERIES = 6  # colours there are


def legend(series: Sequence[Series], across: float, *, lines: bool = False) -> tuple[float, str]:
    """How many units down it takes, and its markup; nothing for a single series, which the heading names.

    Args:
        series: In the order of their colours.
        across: Units there are.
        lines: Samples are lines with their dashes, else boxes.
    """
    if len(series) < 2:
        return 6.0, ""
    parts, x, y = [], 0.0, 14.0
    for index, one in enumerate(series, 1):
        room = min(svg.extent(one.title), _NAME)
        if x and x + _MARK + room > across:
            x, y = 0.0, y + _LINE
        sample = (
            svg.line(x, y - 4, x + 16, y - 4, f"l{index}")
            if lines
            else svg.element("rect", x=x, y=y - 9, width=12, height=10, class_=f"s{index}")
        )
        parts += [sample, svg.write(one.title, x + _MARK, y, room=room)]
        x += _MARK + room + 18
    return y + 10, "".join(parts)
