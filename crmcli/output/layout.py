"""Columns fitted into the width of a screen, with the least loss first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from crmcli.numbers import UNKNOWN
from crmcli.output.strips import Strip
from crmcli.table import Kind

_IN_COLUMN = 30  # cells a long last text needs to be read in a column of its own; else it goes below its row
_BROKEN = 6  # cells a heading has at least, broken within its words
_READABLE, _LEAST = 16, 10  # cells other texts are shortened to, readily and at worst

_DEAR_AMOUNTS = 3  # columns of money before the others are let go sooner than words
_NAME, _AMOUNT_TOO_MANY = 11, 6.5  # ranks: the name beside the key stays to the end
_NOTHING = -0.5  # a dear column without a figure

# What is left out first when nothing else helps; of equals the rightmost goes first.
_RANK = {
    Kind.RATIO: 0, Kind.QUANTITY: 1, Kind.DAYS: 2, Kind.COUNT: 3, Kind.SHARE: 4, Kind.MOMENT: 5, Kind.MONTH: 6,
    Kind.DATE: 6, Kind.TEXT: 7, Kind.LEVEL: 8, Kind.MONEY: 9, Kind.FIGURE: 9, Kind.CODE: 10,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """How the columns stand.

    Args:
        shown: Columns side by side.
        widths: Cells of each, its bar not counted.
        gap: Spaces between columns.
        bar: Cells of a bar, 0 for none.
        below: A text that has its own line under each row.
        dropped: Columns left out.
        rounded: Whether figures go without decimals.
        bounded: Whether there is a width to keep; else every text is whole.
    """

    shown: tuple[Strip, ...]
    widths: tuple[int, ...]
    gap: int = 2
    bar: int = 8
    below: Strip | None = None
    dropped: tuple[Strip, ...] = ()
    rounded: bool = False
    bounded: bool = True

    @property
    def total_width(self) -> int:
        """Cells of a whole line."""
        bars = sum(self.bar + 1 for strip in self.shown if strip.fractions is not None and self.bar)
        return sum(self.widths) + bars + self.gap * (len(self.shown) - 1)


@dataclass(frozen=True, slots=True)
class _Ease:
    """One degree of tightness."""

    gap: int = 2
    bar: int = 8
    wrap_headings: bool = False
    break_headings: bool = False
    text: int | None = None  # cells texts may be shortened to; None: not at all
    below: bool = False
    rounded: bool = False


_EASES = (
    _Ease(),
    _Ease(wrap_headings=True),
    _Ease(wrap_headings=True, bar=4),
    _Ease(wrap_headings=True, bar=4, text=_READABLE),
    _Ease(wrap_headings=True, bar=4, text=_READABLE, below=True),
    _Ease(wrap_headings=True, bar=4, text=_READABLE, below=True, rounded=True),
    _Ease(wrap_headings=True, bar=0, text=_READABLE, below=True, rounded=True),
    _Ease(wrap_headings=True, bar=0, text=_LEAST, below=True, rounded=True),
    _Ease(wrap_headings=True, bar=0, text=_LEAST, below=True, rounded=True, gap=1),
    _Ease(wrap_headings=True, bar=0, text=_LEAST, below=True, rounded=True, break_headings=True, gap=1),
)


def fit(strips: Sequence[Strip], width: int | None) -> Plan:
    """The columns within so many cells: looser first, then fewer columns; None: each as wide as it needs.

    Codes, dates and amounts are never cut: a screen too narrow for the first column alone is overrun. Headings are broken
    within words only where that saves two columns or more.
    """
    if width is None:
        return replace(_planned(strips, _EASES[0], None), bounded=False)
    for ease in _EASES[:-1]:
        plan = _planned(strips, ease, width)
        if plan.total_width <= width:
            return plan
    plan = broken = _planned(strips, _EASES[-1], width)
    for fewer, dropped in _sacrifices(strips):
        for ease in _EASES[-3:-1]:
            plan = replace(_planned(fewer, ease, width), dropped=tuple(dropped))
            if plan.total_width <= width:
                return plan
        if broken.total_width <= width:
            return broken
        plan = broken = replace(_planned(fewer, _EASES[-1], width), dropped=tuple(dropped))
    return plan


def _sacrifices(strips: Sequence[Strip]) -> Iterator[tuple[list[Strip], list[Strip]]]:
    """The columns kept and left out, one more left out each time; the first and the last long text stay."""
    below = _below(strips)
    order = sorted(range(1, len(strips)), key=lambda index: (_rank(strips, index), -index))
    gone: set[int] = set()
    for index in order:
        if strips[index] is below:
            continue
        gone.add(index)
        kept = [strip for position, strip in enumerate(strips) if position not in gone]
        yield kept, [strips[position] for position in sorted(gone)]


def _rank(strips: Sequence[Strip], index: int) -> float:
    """How dear a column is: the far end of a matrix is the cheapest, the name of the row the dearest, the amount with the bar dear."""
    strip = strips[index]
    if strip.matrix:
        return -1
    if strip.column.dear:
        return _NOTHING if all(cell == UNKNOWN for cell in strip.cells) else _RANK[Kind.MONEY]
    if index == 1 and strip.flexible and strips[0].column.kind is Kind.CODE:
        return _NAME
    if strip.column.kind is Kind.MONEY and strip.fractions is None:
        amounts = sum(one.column.kind is Kind.MONEY for one in strips[:index])
        return _RANK[Kind.MONEY] if amounts < _DEAR_AMOUNTS else _AMOUNT_TOO_MANY
    return _RANK[strip.column.kind]


def _below(strips: Sequence[Strip]) -> Strip | None:
    """The long text that may go under its row: the last column of text, when it is not the name of the row."""
    texts = [strip for strip in strips if strip.flexible]
    last = texts[-1] if texts else None
    return last if last is not None and last.need > _IN_COLUMN and (len(texts) > 1 or last is not strips[0]) else None


def _planned(strips: Sequence[Strip], ease: _Ease, width: int | None) -> Plan:
    """The columns at one degree of tightness, whether or not they fit."""
    below = _below(strips) if ease.below else None
    shown = [strip for strip in strips if strip is not below]
    if ease.rounded:
        shown = [_shortened(strip) for strip in shown]
    least = [_least(strip, ease, last=strip is _below(strips)) for strip in shown]
    plan = Plan(
        shown=tuple(shown), widths=tuple(least), gap=ease.gap, bar=ease.bar, below=below,
        rounded=ease.rounded and any(_shortened(strip) is not strip for strip in strips),
    )  # fmt: skip
    spare = 0 if width is None else width - plan.total_width
    return replace(plan, widths=tuple(_grown(shown, least, spare))) if spare > 0 else plan


def _shortened(strip: Strip) -> Strip:
    """The column without decimals where they matter little: large amounts, the many shares of a matrix."""
    return strip.whole if strip.whole is not None and (strip.matrix or strip.column.kind is Kind.MONEY) else strip


def _least(strip: Strip, ease: _Ease, *, last: bool) -> int:
    """The fewest cells a column may have."""
    heading = strip.heading_need
    if ease.break_headings:
        heading = min(strip.heading_least, _BROKEN)
    elif ease.wrap_headings:
        heading = strip.heading_least
    if not strip.flexible or ease.text is None:
        return max(strip.need, heading)
    return max(min(strip.need, _IN_COLUMN if last else ease.text), min(heading, ease.text))


def _grown(strips: Sequence[Strip], widths: list[int], spare: int) -> list[int]:
    """The widths with the spare cells given out: to words of headings, then to the narrowest text, then to headings."""
    grown = list(widths)
    for index, strip in enumerate(strips):
        more = min(spare, max(0, min(strip.heading_least, 2 * _LEAST) - grown[index]))
        grown[index] += more
        spare -= more
    texts = [index for index, strip in enumerate(strips) if strip.flexible]
    while spare > 0 and (hungry := [index for index in texts if grown[index] < strips[index].need]):
        grown[min(hungry, key=lambda index: grown[index])] += 1
        spare -= 1
    for index, strip in enumerate(strips):
        lines = -(-strip.heading_need // max(grown[index], 1))
        wanted = strip.heading_need if lines <= 1 else max(strip.heading_least, -(-strip.heading_need // 2))
        more = min(spare, max(0, wanted - grown[index]))
        grown[index] += more
        spare -= more
    return grown
