"""Pages as Markdown, for mail and for pasting; every text is escaped, so that it reads as it is."""

from __future__ import annotations

import re
from collections.abc import Iterable

from crmcli.documents.page import Block, Grid, Page

_NEEDED = re.compile(r"([\\`*_\[\]<>|~&$!#])")


def markdown(page: Page) -> bytes:
    """A page as Markdown with tables."""
    blocks = [f"# {_safe(page.title)}", *map(_safe, page.subtitles), _party(page.seller)]
    blocks += [_party(page.buyer)] if page.buyer else []
    blocks += [_pairs(page.heading)] if page.heading else []
    blocks += [_paragraph(text) for text in page.notes]
    blocks += _grid(page.grid)
    if page.totals:
        blocks.append("\n".join(
            ["| | |", "|--:|--:|", *(_total(total.label, total.text, strong=total.is_strong) for total in page.totals)]
        ))  # fmt: skip
    blocks += map(_safe, page.sentences)
    for grid in (page.offered, page.instalments):
        blocks += _grid(grid) if grid else []
    blocks += [f"## {_safe(page.words['payment'])}", _pairs(page.payment)] if page.payment else []
    blocks += [f"## {_safe(page.words['terms'])}", *map(_paragraph, page.terms)] if page.terms else []
    for signing in page.signings:
        blocks += [f"**{_safe(signing.title)}**"] if signing.title else []
        blocks += [
            f"{_safe(role)} \\_\\_\\_\\_\\_\\_\\_\\_\\_\\_ {_safe(name)}".strip() for role, name in signing.signers
        ]
    return ("\n\n".join(block for block in blocks if block) + "\n").encode("utf-8", "replace")


def _grid(grid: Grid) -> list[str]:
    blocks = [f"## {_safe(grid.title)}"] if grid.title else []
    for group in grid.groups:
        blocks += [f"## {_safe(group.title)}"] if group.title else []
        if not group.rows:
            blocks.append(_safe(grid.empty))
            continue
        lines = [
            _line(column.title for column in grid.columns),
            "|" + "|".join("--:" if column.is_number else "---" for column in grid.columns) + "|",
        ]
        for row in group.rows:
            cells = [cell.text for cell in row.cells]
            extra = ", ".join(text for text in (row.mark, row.note) if text)
            at = next(place for place, column in enumerate(grid.columns) if column.width is None or extra == "")
            cells[at] = f"{cells[at]} ({extra})" if extra else cells[at]
            lines.append(_line(cells, strong=row.is_sum))
        blocks.append("\n".join(lines))
    return blocks + ([_safe(grid.note)] if grid.note else [])


def _line(cells: Iterable[str], *, strong: bool = False) -> str:
    return "| " + " | ".join(f"**{_safe(text)}**" if strong and text else _safe(text) for text in cells) + " |"


def _total(label: str, text: str, *, strong: bool) -> str:
    return _line((label, text), strong=strong)


def _party(block: Block) -> str:
    head = f"{_safe(block.role)}: **{_safe(block.name)}**"
    return "  \n".join([head, *(_safe(f"{label} {value}".strip()) for label, value in block.details)])


def _pairs(pairs: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f"- {_safe(label)}: {_safe(value)}" for label, value in pairs)


def _paragraph(text: str) -> str:
    return "  \n".join(_safe(line) for line in text.split("\n"))


def _safe(text: str) -> str:
    """Signs that Markdown or HTML in it would act on, escaped; a sign at the start of a line likewise."""
    escaped = _NEEDED.sub(r"\\\1", text)
    return re.sub(
        r"^(\s*)([-+=](?=[\s=-]|$)|\d+[.)](?=\s|$))",
        lambda found: f"{found[1]}{found[2][:-1]}\\{found[2][-1]}",
        escaped,
    )
