"""Briefings as Markdown, for mail and for pasting; every text is escaped, so that it reads as it is."""

from __future__ import annotations

from collections.abc import Iterator

from crmcli.documents.briefings.facts import BarChart, Briefing, KeyFigure, Section
from crmcli.documents.figures import long_day
from crmcli.documents.marked import escaped, grid_blocks, paragraph_block, table_line

_STEPS = "▁▂▃▄▅▆▇█"


def markdown(briefing: Briefing) -> bytes:
    """A briefing, whose texts are harmless already, as Markdown with tables."""
    blocks = [
        f"# {escaped(briefing.title)}",
        f"{escaped(briefing.overline)} · {long_day(briefing.as_of, briefing.language)}",
    ]
    blocks += ["  \n".join(map(escaped, briefing.subtitles))] if briefing.subtitles else []
    blocks += [f"**{escaped(briefing.headline)}**"] if briefing.headline else []
    blocks += [_figures(briefing.figures)] if briefing.figures else []
    for section in briefing.sections:
        blocks += _section(section)
    for signing in briefing.signings:
        blocks += [f"**{escaped(signing.title)}**"] if signing.title else []
        blocks += [
            f"{escaped(role)} \\_\\_\\_\\_\\_\\_\\_\\_\\_\\_ {escaped(name)}".strip() for role, name in signing.signers
        ]
    blocks += map(escaped, (*briefing.notes, briefing.stamp))
    return ("\n\n".join(block for block in blocks if block) + "\n").encode("utf-8", "replace")


def _figures(figures: tuple[KeyFigure, ...]) -> str:
    lines = [table_line((one.label, one.text, one.remark)) for one in figures]
    return "\n".join(["| | | |", "|---|--:|---|", *lines])


def _section(section: Section) -> Iterator[str]:
    yield f"## {escaped(section.title)}"
    if section.points:
        yield "\n".join(f"{place}. {escaped(text)}" for place, text in enumerate(section.points, 1))
    if section.chart:
        yield _strip(section.chart)
    yield from map(paragraph_block, section.sentences)
    if section.grid and section.grid.rows:
        yield from grid_blocks(section.grid)
    elif section.grid and section.empty:
        yield escaped(section.empty)


def _strip(chart: BarChart) -> str:
    """The bars as one line of blocks, with the value at either end."""
    values = [max(float(bar.value), 0.0) for bar in chart.bars]
    most = max(values) or 1.0
    strip = "".join(_STEPS[min(int(value / most * len(_STEPS)), len(_STEPS) - 1)] for value in values)
    first, last = chart.bars[0], chart.bars[-1]
    return f"{escaped(first.label)} {escaped(first.text)} {strip} {escaped(last.text)} {escaped(last.label)}"
