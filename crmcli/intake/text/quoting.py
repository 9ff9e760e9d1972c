"""One record → its cells, forgiving about quotes: what is no proper quoting is text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

CLEAN, STRAY, OPEN = 0, 1, 2  # how the quotes of a record came out
VARIANTS = 12  # opening quotes of one record that are tried as plain text


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a text file separates its cells.

    Args:
        delimiter: One or more characters.
        quote: Quote character, or "" for none; inside a quoted cell it is doubled.
        escape: A backslash when it may also be escaped by that, else "".
        skip_space: Spaces after a delimiter are no part of the cell (with a space as delimiter: runs count once).
    """

    delimiter: str
    quote: str = '"'
    escape: str = ""
    skip_space: bool = False


def split_record(
    text: str, dialect: Dialect, *, literal: frozenset[int] = frozenset(), eager: bool = False
) -> tuple[list[str], int]:
    """Cells of one record, and CLEAN, STRAY (quotes within a cell not doubled) or OPEN (a quote is never closed).

    Args:
        text: The record, without its line end.
        dialect: How it is written.
        literal: Positions of opening quotes to be taken as text.
        eager: Take a doubled quote before a delimiter as text plus closing quote.
    """
    delimiter, quote, step = dialect.delimiter, dialect.quote, len(dialect.delimiter)
    cells: list[str] = []
    at, state = 0, CLEAN
    while True:
        start = _skip(text, at) if dialect.skip_space else at
        stop = -2
        if quote and text.startswith(quote, start) and start not in literal:
            close, stray = _close(text, start + 1, dialect, eager=eager)
            if close < 0:
                state = OPEN
            else:
                state = max(state, STRAY if stray else CLEAN)
                cells.append(_unquote(text[start + 1 : close], dialect))
                stop = text.find(delimiter, close + 1)
        if stop == -2:
            stop = text.find(delimiter, start)
            cells.append(text[start:stop] if stop >= 0 else text[start:])
        if stop < 0:
            return cells, state
        at = stop + step


def mend_quotes(text: str, dialect: Dialect, width: int | None) -> list[str]:
    """The best reading of one record whose quotes are broken: of the wanted width, then with the least disorder."""
    best, state = split_record(text, dialect)
    rank = (_misses(best, width), state)
    for cells, disorder in _variants(text, dialect):
        found = (_misses(cells, width), disorder)
        if found < rank:
            best, rank = cells, found
    return best


def closes(line: str, dialect: Dialect) -> bool:
    """True when a line that begins inside a quoted cell ends that cell."""
    return _close(line, 0, dialect, eager=False)[0] >= 0


def _misses(cells: list[str], width: int | None) -> int:
    return 0 if width is None or len(cells) == width else 1


def _variants(text: str, dialect: Dialect) -> Iterator[tuple[list[str], int]]:
    """Other ways to read a record with broken quotes: closing quotes eagerly, each opening quote in turn as text."""
    yield split_record(text, dialect, eager=True)
    opening = f"(?:^|{re.escape(dialect.delimiter)})\\s*({re.escape(dialect.quote)})"
    positions = [found.start(1) for found in re.finditer(opening, text)]
    for position in positions[:VARIANTS]:
        for eager in (False, True):
            yield split_record(text, dialect, literal=frozenset({position}), eager=eager)
    yield split_record(text, dialect, literal=frozenset(positions))


def _skip(text: str, at: int) -> int:
    """First position from at on that is no space."""
    while text.startswith(" ", at):
        at += 1
    return at


def _close(text: str, start: int, dialect: Dialect, *, eager: bool) -> tuple[int, bool]:
    """Where the quote stands that closes a cell whose content begins at start (-1: nowhere), and whether strays lie within."""
    quote, escape = dialect.quote, dialect.escape
    stray, at = False, text.find(quote, start)
    while at >= 0:
        if escape and _escaped(text, at, start, escape):
            at = text.find(quote, at + 1)
        elif text.startswith(quote, at + 1):
            if eager and _ends(text, at + 2, dialect.delimiter):
                return at + 1, True
            at = text.find(quote, at + 2)
        elif _ends(text, at + 1, dialect.delimiter):
            return at, stray
        else:
            stray = True
            at = text.find(quote, at + 1)
    return -1, stray


def _escaped(text: str, at: int, start: int, escape: str) -> bool:
    """True when an odd number of escape characters stands before a quote."""
    before = at
    while before > start and text[before - 1] == escape:
        before -= 1
    return (at - before) % 2 == 1


def _ends(text: str, at: int, delimiter: str) -> bool:
    """True when a cell may end here: end of record or a delimiter, blanks before it allowed."""
    if at >= len(text) or text.startswith(delimiter, at):
        return True
    while at < len(text) and text[at] in " \r":
        at += 1
    return at >= len(text) or text.startswith(delimiter, at)


def _unquote(inner: str, dialect: Dialect) -> str:
    """Content of a quoted cell."""
    quote, escape = dialect.quote, dialect.escape
    if escape and escape in inner:
        inner = re.sub(f"{re.escape(escape)}([{re.escape(quote + escape)}])", r"\1", inner)
    return inner.replace(quote + quote, quote) if quote in inner else inner
