"""Elements of SVG as text: every text escaped, every number finite."""

from __future__ import annotations

import math
from html import escape

from crmcli.output.charts import letters
from crmcli.output.visible import safe

BOLD = letters.BOLD  # how much wider a text of weight is
PAGE = 600.0  # units across: two pictures stand beside each other; the page scales them down, never up


def element(name: str, /, *inside: str, **attributes: str | float | None) -> str:
    """One element; `inside` is finished markup. A trailing "_" of an attribute is dropped, others become "-"."""
    named = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value) if isinstance(value, str) else plain(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{named}>{''.join(inside)}</{name}>" if inside else f"<{name}{named}/>"


def plain(value: float) -> str:
    """A coordinate: one decimal, no exponent; what is no number stands at 0, so that a path is never broken."""
    if not math.isfinite(value):
        return "0"
    text = f"{value:.1f}"
    return text.removesuffix(".0") if text != "-0.0" else "0"


def shown(text: str) -> str:
    """A text as markup: nothing in it acts, nothing in it hides."""
    return escape(safe(text))


def write(
    text: str,
    x: float,
    y: float,
    *,
    anchor: str | None = None,
    room: float | None = None,
    within: bool = False,
    class_: str | None = None,
) -> str:
    """A text at a place; longer than `room`, it is cut, at its end or `within`, and whole in its <title>."""
    words = safe(text)
    short = words if room is None else letters.cut(words, room, within=within)
    parts = [escape(short)] if short == words else [element("title", escape(words)), escape(short)]
    return element("text", *parts, x=x, y=y, text_anchor=anchor, class_=class_)


def tip(text: str) -> str:
    """What a mark tells when pointed at."""
    return element("title", shown(text))


def extent(text: str, *, bold: bool = False) -> float:
    """Units across that a text takes at most."""
    return letters.extent(safe(text), bold=bold)


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> str:
    """A straight line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def path(points: list[tuple[float, float]], class_: str, *, closed: bool = False) -> str:
    """A line through points."""
    steps = "L".join(f"{plain(x)} {plain(y)}" for x, y in points)
    return element("path", d=f"M{steps}{'Z' if closed else ''}", class_=class_)


def picture(ident: str, title: str, description: str, *body: str, across: float, down: float) -> str:
    """The whole picture, with its words for those who do not see it.

    Args:
        ident: Unique on the page; letters, digits and "-".
        title: Heading, as text.
        description: What it shows, as text.
        body: Finished markup.
        across: Units from left to right.
        down: Units from top to bottom.
    """
    return element(
        "svg",
        element("title", shown(title), id=f"{ident}-t"),
        element("desc", shown(description), id=f"{ident}-d"),
        *body,
        viewBox=f"0 0 {plain(across)} {plain(down)}",
        width=across,
        height=down,
        role="img",
        class_="chart",
        aria_labelledby=f"{ident}-t {ident}-d",
    )
