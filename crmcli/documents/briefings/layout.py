"""A briefing made ready for any format: texts harmless, halves put side by side, bars measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from crmcli.documents.briefings.facts import BarChart, Briefing, KeyFigure, Section
from crmcli.documents.figures import long_day
from crmcli.documents.page import Cell, Grid, Group, Row, Signing, as_data
from crmcli.documents.plain import one_line, paragraph

_LABELS = 26  # bars that can be told apart when each is named
_LINE = 52  # characters of a line of half the page


def harmless(briefing: Briefing) -> Briefing:
    """The briefing with every text fit for paper."""
    return replace(
        briefing,
        overline=one_line(briefing.overline),
        title=one_line(briefing.title),
        made_for=one_line(briefing.made_for),
        subtitles=_lines(briefing.subtitles),
        headline=one_line(briefing.headline),
        figures=tuple(map(_figure, briefing.figures)),
        sections=tuple(map(_section, briefing.sections)),
        notes=_lines(briefing.notes),
        stamp=one_line(briefing.stamp),
        signings=tuple(
            Signing(one_line(one.title), tuple((one_line(role), one_line(name)) for role, name in one.signers))
            for one in briefing.signings
        ),
    )


def laid_out(briefing: Briefing, words: Mapping[str, str]) -> dict[str, Any]:
    """What a template gets: dictionaries, lists and texts.

    Keys: those of the briefing (sections aside), `words`, `day` (as_of in words), and `bands`: each either
    {"whole": section} or {"left": sections, "right": sections}. A bar has `from` and `to`, shares of the height.
    """
    plain: dict[str, Any] = as_data(replace(briefing, sections=()))
    plain["as_of"] = briefing.as_of.isoformat()
    plain["day"] = long_day(briefing.as_of, briefing.language)
    plain["words"] = dict(words)
    plain["bands"] = list(_bands(briefing.sections))
    return plain


def chart_ends(chart: BarChart) -> list[tuple[float, float]]:
    """Where each bar begins and ends, as shares of the height from below; the line of nothing is where bars begin."""
    values = [float(bar.value) for bar in chart.bars]
    low, high = min([0.0, *values]), max([0.0, *values])
    span = high - low or 1.0
    return [((min(value, 0.0) - low) / span, (max(value, 0.0) - low) / span) for value in values]


def _bands(sections: tuple[Section, ...]) -> Iterator[dict[str, Any]]:
    """Sections over the whole width as they come; halves between them fill two columns, the shorter one first."""
    left: list[Section] = []
    right: list[Section] = []
    for section in (*sections, None):
        if section is not None and section.is_half:
            (left if sum(map(_height, left)) <= sum(map(_height, right)) else right).append(section)
            continue
        if left:
            yield {"left": [_plain(one) for one in left], "right": [_plain(one) for one in right]}
            left, right = [], []
        if section is not None:
            yield {"whole": _plain(section)}


def _height(section: Section) -> float:
    """About how many lines a section takes."""
    rows = [row for group in section.grid.groups for row in group.rows] if section.grid else []
    texts = (*section.points, *section.sentences, *((section.empty,) if section.grid and not rows else ()))
    lines = sum(1.3 * (1 + len(text) // _LINE) for text in texts)
    return 2.2 + lines + (8 if section.chart else 0) + (1.4 + 1.3 * len(rows) if rows else 0)


def _plain(section: Section) -> dict[str, Any]:
    plain: dict[str, Any] = as_data(section)
    if section.chart:
        thin = max(1, -(-len(section.chart.bars) // _LABELS))
        for place, (bar, (start, end)) in enumerate(
            zip(plain["chart"]["bars"], chart_ends(section.chart), strict=True)
        ):
            bar |= {"from": start, "to": end, "label": bar["label"] if place % thin == 0 else ""}
    if section.grid and not section.grid.rows:
        plain["grid"] = None
        plain["sentences"] += [section.empty] if section.empty else []
    return plain


def _figure(figure: KeyFigure) -> KeyFigure:
    return replace(figure, label=one_line(figure.label), text=one_line(figure.text), remark=one_line(figure.remark))


def _section(section: Section) -> Section:
    chart = section.chart
    if chart:
        bars = tuple(replace(bar, label=one_line(bar.label), text=one_line(bar.text)) for bar in chart.bars)
        chart = BarChart(bars, one_line(chart.strong), one_line(chart.faint)) if bars else None
    return replace(
        section,
        title=one_line(section.title),
        points=_lines(section.points),
        sentences=tuple(text for text in map(paragraph, section.sentences) if text),
        chart=chart,
        grid=_grid(section.grid) if section.grid else None,
        empty=one_line(section.empty),
    )


def _grid(grid: Grid) -> Grid:
    columns = tuple(replace(column, title=one_line(column.title)) for column in grid.columns)
    groups = tuple(Group(one_line(group.title), tuple(map(_row, group.rows))) for group in grid.groups)
    return replace(grid, columns=columns, groups=groups, title=one_line(grid.title), note=one_line(grid.note))


def _row(row: Row) -> Row:
    cells = tuple(
        Cell(one_line(cell.text), one_line(cell.value) if isinstance(cell.value, str) else cell.value)
        for cell in row.cells
    )
    return replace(row, cells=cells, note=one_line(row.note), mark=one_line(row.mark))


def _lines(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text for text in map(one_line, texts) if text)
