"""Pages as Markdown, for mail and for pasting; every text is escaped, so that it reads as it is."""

from __future__ import annotations

import re
from collections.abc import Iterable

from crmcli.documents.page import Block, Grid, Page

_NEEDED = re.compile(r"([\\`*_\[\]<>|~&$!#])")


def markdown(page: Page) -> bytes:
    """A page as Markdown with tables."""
    blocks = [f"# {escaped(page.title)}", *map(escaped, page.subtitles), _party(page.seller)]
    blocks += [_party(page.buyer)] if page.buyer else []
    blocks += [_pairs(page.heading)] if page.heading else []
    blocks += [paragraph_block(text) for text in page.notes]
    blocks += grid_blocks(page.grid)
    if page.totals:
        blocks.append("\n".join(
            ["| | |", "|--:|--:|", *(_total(total.label, total.text, strong=total.is_strong) for total in page.totals)]
        ))  # fmt: skip
    blocks += map(escaped, page.sentences)
    for grid in (page.offered, page.instalments):
        blocks += grid_blocks(grid) if grid else []
    blocks += [f"## {escaped(page.words['payment'])}", _pairs(page.payment)] if page.payment else []
    blocks += [f"## {escaped(page.words['terms'])}", *map(paragraph_block, page.terms)] if page.terms else []
    for signing in page.signings:
        blocks += [f"**{escaped(signing.title)}**"] if signing.title else []
        blocks += [
            f"{escaped(role)} \\_\\_\\_\\_\\_\\_\\_\\_\\_\\_ {escaped(name)}".strip() for role, name in signing.signers
        ]
    return ("\n\n".join(block for block in blocks if block) + "\n").encode("utf-8", "replace")


def grid_blocks(grid: Grid) -> list[str]:
    """A table with its headings and note."""
    blocks = [f"## {escaped(grid.title)}"] if grid.title else []
    for group in grid.groups:
        blocks += [f"## {escaped(group.title)}"] if group.title else []
        if not group.rows:
            blocks.append(escaped(grid.empty))
            continue
        lines = [
            table_line(column.title for column in grid.columns),
            "|" + "|".join("--:" if column.is_number else "---" for column in grid.columns) + "|",
        ]
        for row in group.rows:
            cells = [cell.text for cell in row.cells]
            extra = ", ".join(text for text in (row.mark, row.note) if text)
            at = next(place for place, column in enumerate(grid.columns) if column.width is None or extra == "")
            cells[at] = f"{cells[at]} ({extra})" if extra else cells[at]
            lines.append(table_line(cells, strong=row.is_sum))
        blocks.append("\n".join(lines))
    return blocks + ([escaped(grid.note)] if grid.note else [])


def table_line(cells: Iterable[str], *, strong: bool = False) -> str:
    """A line of a table."""
    return "| " + " | ".join(f"**{escaped(text)}**" if strong and text else escaped(text) for text in cells) + " |"


def _total(label: str, text: str, *, strong: bool) -> str:
    return table_line((label, text), strong=strong)


def _party(block: Block) -> str:
    head = f"{escaped(block.role)}: **{escaped(block.name)}**"
    return "  \n".join([head, *(escaped(f"{label} {value}".strip()) for label, value in block.details)])


def _pairs(pairs: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f"- {escaped(label)}: {escaped(value)}" for label, value in pairs)


def paragraph_block(text: str) -> str:
    """A paragraph with its own line breaks."""
    return "  \n".join(escaped(line) for line in text.split("\n"))


def escaped(text: str) -> str:
    """Signs that Markdown or HTML in it would act on, escaped; a sign at the start of a line likewise."""
    text = _NEEDED.sub(r"\\\1", text)
    return re.sub(
        r"^(\s*)([-+=](?=[\s=-]|$)|\d+[.)](?=\s|$))",
        lambda found: f"{found[1]}{found[2][:-1]}\\{found[2][-1]}",
        text,
    )
