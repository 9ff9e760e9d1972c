"""Rows with too many or too few cells: put back under their columns by what the columns usually hold.

A delimiter too many leaves an empty cell or splits a text in two; a delimiter too few leaves a cell out. Of all
ways to drop empty cells, to join neighbours and to leave columns empty, the one that fits the columns best is
taken (dynamic programming over cells × columns); on a tie cells are left out at the end.
"""

from __future__ import annotations

from collections.abc import Sequence

from crmcli.intake.cells import Profile

SURPLUS = 12  # a row with more cells too many than this is no slip of the pen
JOIN_COST, DROP_COST, SKIP_COST = 0.35, 0.3, 0.4
_NEVER = float("inf")


def align_row(row: Sequence[str], columns: Sequence[Profile], delimiter: str) -> list[str]:
    """The row with exactly one cell per column.

    Args:
        row: Cells as they were split.
        columns: What each column holds in rows that came out right.
        delimiter: Put back between cells that are joined.
    """
    width, cells = len(columns), list(row)
    while len(cells) > width and not cells[-1].strip() and delimiter != " ":  # an empty one at the end is meant there
        cells.pop()
    if len(cells) > width:
        escaped = _escaped(cells, delimiter)
        cells = escaped if len(escaped) == width else cells
    if len(cells) == width:
        return cells
    if len(cells) - width > SURPLUS:
        return [*cells[: width - 1], delimiter.join(cells[width - 1 :])]
    if len(cells) < width and (len(cells) * 2 < width or _fits(cells, columns)):
        return [*cells, *[""] * (width - len(cells))]
    return _best(cells, columns, delimiter)


def _escaped(cells: Sequence[str], delimiter: str) -> list[str]:
    """The cells with those joined between which a backslash says that the delimiter is none."""
    joined: list[str] = []
    for before, cell in zip(["", *cells], cells, strict=False):
        if joined and (len(before) - len(before.rstrip("\\"))) % 2:
            joined[-1] = joined[-1][:-1] + delimiter + cell
        else:
            joined.append(cell)
    return joined


def _fits(cells: Sequence[str], columns: Sequence[Profile]) -> bool:
    """True when every cell may well stand where it stands."""
    return all(column.likelihood(cell) > 0 for cell, column in zip(cells, columns, strict=False))


def _best(cells: Sequence[str], columns: Sequence[Profile], delimiter: str) -> list[str]:
    """The cheapest way to lay cells under columns."""
    count, width = len(cells), len(columns)
    most = max(1, count - width + 1)  # neighbours that may become one cell
    cost = [[_NEVER] * (width + 1) for _ in range(count + 1)]
    came: dict[tuple[int, int], tuple[int, int, str | None]] = {}
    cost[0][0] = 0.0
    for i in range(count + 1):
        for j in range(width + 1):
            here = cost[i][j]
            if here == _NEVER:
                continue
            if i < count and not cells[i].strip() and count > width and here + DROP_COST < cost[i + 1][j]:
                cost[i + 1][j], came[i + 1, j] = here + DROP_COST, (i, j, None)
            if j == width:
                continue
            at_end = i == count
            price = here + (0.05 if at_end else SKIP_COST) + 1 - columns[j].likelihood("")
            if count < width and price < cost[i][j + 1]:
                cost[i][j + 1], came[i, j + 1] = price, (i, j, "")
            for taken in range(1, min(most, count - i) + 1):
                joined = delimiter.join(cells[i : i + taken])
                price = here + _joining(cells[i + 1 : i + taken]) + 1 - columns[j].likelihood(joined)
                if price < cost[i + taken][j + 1]:
                    cost[i + taken][j + 1], came[i + taken, j + 1] = price, (i, j, joined)
    return _trace(came, count, width)


def _joining(parts: Sequence[str]) -> float:
    """The price of joining these cells to the one before: a space at the beginning gives prose away."""
    return sum(JOIN_COST / 2 if part.startswith(" ") else JOIN_COST for part in parts)


def _trace(came: dict[tuple[int, int], tuple[int, int, str | None]], count: int, width: int) -> list[str]:
    """The cells along the cheapest way."""
    chosen: list[str] = []
    at = (count, width)
    while at != (0, 0):
        i, j, cell = came[at]
        if cell is not None:
            chosen.append(cell)
        at = (i, j)
    return chosen[::-1]
