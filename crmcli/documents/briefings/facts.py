"""What a briefing says, as data: every rendering is made from this and from nothing else.

Texts are in the language of the briefing already; those from outside may hold anything, as renderings make them harmless
(`crmcli.documents.briefings.layout`). A briefing is for reading, not for keeping: it is made again from the store.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal

    from crmcli.documents.page import Grid, Signing, Value


class Tone(StrEnum):
    """What a figure means for the house."""

    GOOD = "good"
    NEUTRAL = "neutral"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One figure of the strip below the heading.

    Args:
        label: What it is.
        text: As printed.
        value: What it is for a program; None: unknown.
        remark: A smaller line below it, such as the change against the year before.
        tone: How the remark is coloured.
    """

    label: str
    text: str
    value: Value
    remark: str = ""
    tone: Tone = Tone.NEUTRAL


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart: what stands below it, its value as printed and as a number; a faint one stands back."""

    label: str
    text: str
    value: Decimal
    is_faint: bool = False


@dataclass(frozen=True, slots=True)
class BarChart:
    """A row of upright bars, over time; the legend says what the strong and the faint ones are."""

    bars: tuple[Bar, ...]
    strong: str = ""
    faint: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page: what there is of points, chart, sentences and table, in this order.

    Args:
        title: Heading.
        points: Sentences that are counted: 1, 2, 3.
        chart: A small picture.
        sentences: Paragraphs.
        grid: A table; columns need no width, and the one that may break its texts has the key "free" names.
        free: Key of the column that takes what is left of the line.
        empty: What to say where the table has no row.
        is_half: Whether half the width of the page will do, so that two stand side by side.
        is_strong: Whether it is set off, as what to do next is.
    """

    title: str
    points: tuple[str, ...] = ()
    chart: BarChart | None = None
    sentences: tuple[str, ...] = ()
    grid: Grid | None = None
    free: str = ""
    empty: str = ""
    is_half: bool = False
    is_strong: bool = False


@dataclass(frozen=True, slots=True)
class Briefing:
    """A whole page.

    Args:
        kind: What it is, a word: "review", "duties", "plan".
        language: "en" or "ru".
        overline: What it is, for people: stands small above the title.
        title: Whom or what it is about.
        as_of: The day it speaks of.
        made_for: The owner's firm; stands at the foot. Empty: nothing.
        subtitles: Lines below the title.
        headline: One sentence that says what it all means.
        figures: The strip of figures.
        sections: The rest, in order.
        notes: How it was counted; small, at the end.
        stamp: Who may see it, such as "for our own use"; stands at the foot.
        signings: Who signs, where somebody does.
    """

    kind: str
    language: str
    overline: str
    title: str
    as_of: dt.date
    made_for: str = ""
    subtitles: tuple[str, ...] = ()
    headline: str = ""
    figures: tuple[KeyFigure, ...] = ()
    sections: tuple[Section, ...] = ()
    notes: tuple[str, ...] = ()
    stamp: str = ""
    signings: tuple[Signing, ...] = ()
