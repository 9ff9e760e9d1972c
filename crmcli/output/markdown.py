"""Markdown: a GitHub table with title, headline, totals and notes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import BinaryIO

from crmcli import numbers
from crmcli.language import gettext as _
from crmcli.language import heading, ngettext
from crmcli.output.manner import Manner
from crmcli.output.visible import safe
from crmcli.table import Column, Kind, Table

_MARKUP = re.compile(r"([\\`*_\[\]|~$])")
_TEXTUAL = frozenset({Kind.CODE, Kind.TEXT, Kind.LEVEL})
_EMOJI = re.compile(r":(?=[a-z0-9_+\-]+:)")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def write_markdown(table: Table, sink: BinaryIO, manner: Manner) -> None:
    """Numbers as people read them, in the manner's language; every text as text, whatever it contains."""
    sink.write(_bytes(_blocks(table, manner.language)))


def write_tables(tables: Sequence[Table], sink: BinaryIO, manner: Manner, title: str | None = None) -> None:
    """One answer after the other, under one heading where there is one."""
    if title:
        sink.write(_bytes([f"# {escaped(title)}"]) + b"\n")
    for place, table in enumerate(tables):
        sink.write(b"\n" if place else b"")
        write_markdown(table, sink, manner)


def escaped(text: str) -> str:
    """The text so that Markdown and HTML show it as it is, on one line."""
    marked = _MARKUP.sub(r"\\\1", safe(text.replace("\r\n", "\n").replace("\n", " ")))
    return _EMOJI.sub(r"\\:", marked).translate(_ENTITIES)


def _bytes(blocks: Iterable[str]) -> bytes:
    return ("\n\n".join(blocks) + "\n").encode("utf-8", "replace")


def _blocks(table: Table, language: str, mark: str = "##") -> Iterable[str]:
    """Heading, headline, rows, notes, and the smaller tables one level below."""
    yield f"{mark} {escaped(table.title)}"
    if table.headline:
        yield f"**{escaped(table.headline)}**"
    rows = table.rows.fetch()
    yield _grid(table, rows, language) if rows else escaped(table.empty or _("nothing to show"))
    if table.total_rows is not None and table.total_rows > len(rows):
        sentence = ngettext("Shown %(shown)s of %(total)s row.", "Shown %(shown)s of %(total)s rows.", table.total_rows)
        yield sentence % {"shown": len(rows), "total": table.total_rows}
    if table.notes:
        yield "\n".join(f"- {escaped(note)}" for note in table.notes)
    for small in table.beside:
        yield from _blocks(small, language, mark + "#")


def _grid(table: Table, rows: Iterable[tuple[object, ...]], language: str) -> str:
    """Heading, alignment, rows, totals in bold."""
    words = [numbers.formatter(column.kind, language) for column in table.columns]
    lines = [
        _line(_heading(column, table.currency) for column in table.columns),
        _line(
            "---:" if column.kind in numbers.NUMERIC or column.kind is Kind.FIGURE else "---"
            for column in table.columns
        ),
    ]
    marks = [escaped if column.kind in _TEXTUAL else str for column in table.columns]  # the others hold no markup
    lines += [_line(mark(word(value)) for mark, word, value in zip(marks, words, row, strict=True)) for row in rows]
    if table.totals:
        totals = (
            f"**{escaped(word(table.totals[column.name]))}**" if column.name in table.totals else ""
            for column, word in zip(table.columns, words, strict=True)
        )
        first, *rest = totals
        lines.append(_line([first or f"**{_('Total')}**", *rest]))
    return "\n".join(lines)


def _heading(column: Column, currency: str | None) -> str:
    title = escaped(heading(column.name, column.title))
    return f"{title}, {numbers.symbol(currency)}" if column.kind is Kind.MONEY and currency else title


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
