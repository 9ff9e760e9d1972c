"""The calibration plot: what came true over what was predicted; on the diagonal a prediction is honest."""

from __future__ import annotations

from crmcli.output.charts import svg
from crmcli.output.charts.frame import floor, grid, left_room
from crmcli.output.charts.scale import scale_of
from crmcli.output.charts.series import Drawn
from crmcli.table import Kind

_SIDE, _ACROSS = 320.0, 560.0


def calibration(drawn: Drawn) -> str:
    """One dot a group, with the interval it may lie in and its count where a second column gives one."""
    seen, *counts = drawn.series
    places = drawn.places or ()
    bounds = [value for value in (*drawn.low, *drawn.high) if value is not None]
    largest = max([0.0, *places, *seen.known, *bounds])
    up = scale_of([largest or 1.0], start=_SIDE + 14, end=14)
    left = left_room(drawn, up, seen.kind)
    across = scale_of([largest or 1.0], start=left, end=_ACROSS - 40)
    body = [
        grid(drawn, up, seen.kind, left=left, right=across.end),
        floor(drawn, across, Kind.SHARE if drawn.label.kind is Kind.SHARE else seen.kind, top=14, bottom=_SIDE + 14),
        svg.line(across.start, up.place(up.low), across.end, up.place(across.high), "diagonal"),
    ]
    told: list[tuple[float, float, float]] = []
    for index, (place, value) in enumerate(zip(places, seen.values, strict=False)):
        if value is None:
            continue
        x, y = across.place(place), up.place(value)
        low = drawn.low[index] if drawn.low else None
        high = drawn.high[index] if drawn.high else None
        if low is not None and high is not None:
            body.append(svg.line(x, up.place(low), x, up.place(high), "whisker"))
        count = ", ".join(series.words[index] for series in counts)
        words = f"{drawn.labels[index]} → {seen.words[index]}" + (f" ({count})" if count else "")
        body.append(svg.element("circle", svg.tip(words), cx=x, cy=y, r=4.5, class_="s1"))
        long = svg.extent(count)
        base = max(y - 6, 11)
        free = all(abs(base - one) > 12 or x > end or x + long < start for start, end, one in told)
        if count and free and x + 9 + long < _ACROSS:
            body.append(svg.write(count, x + 9, base, class_="tick"))
            told.append((x, x + long, base))
    return svg.picture(drawn.ident, drawn.chart.title, drawn.told(), *body, across=_ACROSS, down=_SIDE + 42)
