"""The table for people: fitted and styled on a terminal, plain and complete everywhere else."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, groupby
from operator import itemgetter
from typing import BinaryIO

from crmcli import numbers
from crmcli.language import gettext as _
from crmcli.language import ngettext
from crmcli.output.layout import Plan, fit
from crmcli.output.manner import Manner
from crmcli.output.screen import Glyphs, Screen
from crmcli.output.strips import Strip, strips
from crmcli.output.visible import safe
from crmcli.output.words import cut, padded, wrapped
from crmcli.table import Kind, Table

__all__ = ["safe", "write_table"]

_HEAT_COLORS = ("#e8f1fa", "#c6dcf0", "#9cc4e4", "#6ea8d6", "#4a8cc4")

Span = tuple[str, str]  # a text and its style: "", "bold", "dim", "red", "yellow", "cyan"
Line = list[Span]

_TALLEST = 8  # lines of one text on a terminal; elsewhere it is whole
_LISTED = 5  # names of columns told one by one
_THEME = {f"heat{step}": f"black on {color}" for step, color in enumerate(_HEAT_COLORS, 1)}


def write_table(table: Table, sink: BinaryIO, manner: Manner) -> None:
    """Title, headline, rows with bars, totals, notes; what was left out is named under the rows."""
    _print(_lines(table, manner), sink, manner.screen)


def write_tables(tables: Sequence[Table], sink: BinaryIO, manner: Manner, title: str | None = None) -> None:
    """One answer after the other, under one heading where there is one."""
    screen = manner.screen
    if title:
        _print(chain(_paragraph(title, "bold", screen), [[]]), sink, screen)
    for place, table in enumerate(tables):
        _print(chain([[]] if place else [], _lines(table, manner)), sink, screen)


def _lines(table: Table, manner: Manner) -> Iterator[Line]:
    """The whole answer, line by line."""
    screen = manner.screen
    yield from _paragraph(table.title, "cyan", screen)
    if table.headline:
        yield from _paragraph(table.headline, "bold", screen)
    yield []
    rows = table.rows.fetch()
    if rows and table.columns:
        plan = fit(strips(table, rows, manner), screen.width)
        yield from _body(plan, len(rows), screen.glyphs, has_totals=bool(table.totals))
        remarks = [*_remarks(table, plan, len(rows)), *table.notes]
    else:
        yield from _paragraph(table.empty or _("nothing to show"), "", screen)
        remarks = list(table.notes)
    if remarks:
        yield []
    yield from chain.from_iterable(_paragraph(remark, "dim", screen) for remark in remarks)
    for small in table.beside:
        yield []
        yield from _lines(small, manner)


def _paragraph(text: str, style: str, screen: Screen) -> Iterator[Line]:
    words = screen.spell(safe(text))
    yield from ([(line, style)] for line in (wrapped(words, screen.width) if screen.width else [words]))


def _remarks(table: Table, plan: Plan, shown: int) -> Iterator[str]:
    """What the reader does not see, and where to find it."""
    total = table.total_rows
    if total is not None and total > shown:
        sentence = ngettext("Shown %(shown)s of %(total)s row.", "Shown %(shown)s of %(total)s rows.", total)
        yield sentence % {"shown": numbers.cell(shown, Kind.COUNT), "total": numbers.cell(total, Kind.COUNT)}
    if plan.dropped:
        names = "; ".join(_abridged([strip.heading for strip in plan.dropped]))
        yield _("No room for: %(columns)s. --format csv shows all.") % {"columns": names}
    if plan.rounded:
        yield _("Figures are rounded to whole units.")


def _abridged(names: list[str]) -> list[str]:
    """A long list by its ends."""
    return names if len(names) <= _LISTED else [*names[:2], "…", names[-1]]


def _body(plan: Plan, count: int, glyphs: Glyphs, *, has_totals: bool) -> Iterator[Line]:
    rule: Line = [(glyphs.rule * plan.total_width, "dim")]
    yield from _heading(plan)
    yield rule
    for index in range(count):
        yield from _row(plan, index, glyphs)
    if has_totals:
        yield rule
        totals = ((_fitted(strip.total, strip, cells, glyphs), "bold", None) for strip, cells in _placed(plan))
        yield _joined(plan, totals, glyphs)


def _heading(plan: Plan) -> Iterator[Line]:
    """Titles in as many lines as the longest needs, standing on the rule."""
    stacks = [wrapped(strip.heading, cells, "-") for strip, cells in _placed(plan)]
    height = max(map(len, stacks))
    for level in range(height):
        texts = ("" if level < height - len(stack) else stack[level - height] for stack in stacks)
        yield _joined(plan, ((text, "bold", None) for text in texts), Glyphs())


def _row(plan: Plan, index: int, glyphs: Glyphs) -> Iterator[Line]:
    """One row: more lines where the last text is wrapped, and the text that stands below."""
    stacks = [_stacked(strip, index, cells, glyphs, plan) for strip, cells in _placed(plan)]
    for level in range(max(map(len, stacks))):
        parts = (
            (
                stack[level] if level < len(stack) else "",
                strip.tones[index],
                None if level or strip.fractions is None else strip.fractions[index],
            )
            for strip, stack in zip(plan.shown, stacks, strict=True)
        )
        yield _joined(plan, parts, glyphs)
    if plan.below is not None and plan.below.cells[index] != numbers.UNKNOWN:
        indent = min(plan.widths[0] + plan.gap, 10)
        cells = max(plan.total_width - indent, 20)
        for line in wrapped(cut(plan.below.cells[index], cells * _TALLEST, glyphs.ellipsis), cells):
            yield [(" " * indent + line, "dim")]


def _stacked(strip: Strip, index: int, cells: int, glyphs: Glyphs, plan: Plan) -> list[str]:
    """A cell as lines: a long last text is wrapped, other texts are cut."""
    text = strip.cells[index]
    if strip.flexible and strip is plan.shown[-1] and len(plan.shown) > 1:
        return wrapped(cut(text, cells * _TALLEST, glyphs.ellipsis) if plan.bounded else text, cells)
    return [_fitted(text, strip, cells, glyphs)]


def _fitted(text: str, strip: Strip, cells: int, glyphs: Glyphs) -> str:
    return cut(text, cells, glyphs.ellipsis) if strip.flexible else text


def _joined(plan: Plan, cells: Iterable[tuple[str, str, float | None]], glyphs: Glyphs) -> Line:
    """Cells side by side: text, style, part of a full bar."""
    line: Line = []
    for (strip, room), (text, style, fraction) in zip(_placed(plan), cells, strict=True):
        if line:
            line.append((" " * plan.gap, ""))
        line.append((padded(text, room, right=strip.right), style))
        if strip.fractions is not None and plan.bar:
            line.append((" " + padded(bar(fraction or 0.0, plan.bar, glyphs), plan.bar), "blue"))
    return line


def _placed(plan: Plan) -> Iterator[tuple[Strip, int]]:
    return zip(plan.shown, plan.widths, strict=True)


def bar(fraction: float, cells: int, glyphs: Glyphs) -> str:
    """A bar of a part of so many cells; anything above nothing is visible."""
    steps = len(glyphs.parts) + 1
    units = round(fraction * cells * steps) or (1 if fraction > 0 else 0)
    full, part = divmod(units, steps)
    return glyphs.full * full + (glyphs.parts[part - 1] if part else "")


def _print(lines: Iterable[Line], sink: BinaryIO, screen: Screen) -> None:
    if screen.styled:
        _print_styled(lines, sink, screen)
    else:
        _print_plain(lines, sink, screen)


def _print_plain(lines: Iterable[Line], sink: BinaryIO, screen: Screen) -> None:
    for line in lines:
        text = "".join(span for span, _style in line).rstrip()
        sink.write((text + "\n").encode(screen.encoding, "replace"))


def _print_styled(lines: Iterable[Line], sink: BinaryIO, screen: Screen) -> None:
    """Through Rich, every span as text: nothing in it is read as markup."""
    from rich.console import Console
    from rich.text import Text
    from rich.theme import Theme

    page = io.StringIO()
    console = Console(
        file=page, force_terminal=True, width=screen.width, markup=False, emoji=False, highlight=False, soft_wrap=True,
        theme=Theme(_THEME),
    )  # fmt: skip
    for line in lines:
        text = Text()
        for style, spans in groupby(line, key=itemgetter(1)):
            text.append("".join(span for span, _style in spans), style=style or None)
        text.rstrip()
        console.print(text)
    sink.write(page.getvalue().encode(screen.encoding, "replace"))
