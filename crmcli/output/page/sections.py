"""The parts of a page: what the template shows of each table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmcli import numbers
from crmcli.language import gettext as _
from crmcli.language import heading, ngettext
from crmcli.output.charts.draw import draw
from crmcli.output.page.cells import batches, is_number, totals
from crmcli.output.visible import safe
from crmcli.table import Chart, ChartKind, Column, Kind, Row, Table

if TYPE_CHECKING:
    from markupsafe import Markup

MOST_ROWS = 10_000  # of one table; a browser lays out this many in about a second, and nobody reads more
_MANY_ROWS = 30  # from which a table is searched rather than looked through
_SIZES = (
    (17, "vast crowded"),
    (13, "vast"),
    (10, "broad"),
    (8, "dense"),
)  # columns from which letters are smaller and closer
_BROAD_COLUMNS = 10  # from which paper is turned, and the page takes the whole window
_BRIEF, _TOLD = 14, 44  # letters up to which a text needs no room of its own, and from which it needs much
_LOOKED = 500  # rows that tell how long the texts of a column are
_HELD_ROWS = 1_000  # up to which the first column stays in sight; a browser pays for each such cell
_SORTED = 3  # rows from which an order matters
_BROAD_CELLS = 7  # columns of a heat map that takes the whole width


@dataclass(frozen=True, slots=True)
class Picture:
    """One drawing: its heading, what it leaves out, its SVG, and whether it takes the whole width."""

    title: str
    remark: str
    drawing: Markup
    broad: bool


@dataclass(frozen=True, slots=True)
class Head:
    """The heading of a column, and its class: "n" for numbers, "t" for texts, "t long" for sentences."""

    title: str
    style: str


@dataclass(frozen=True, slots=True)
class Section:
    """One table on the page; every text is plain, every Markup finished."""

    ident: str
    level: int
    title: str
    name: str
    headline: str
    pictures: tuple[Picture, ...]
    heads: tuple[Head, ...]
    batches: Iterable[Markup]
    totals: Markup
    remarks: tuple[str, ...]
    notes: tuple[str, ...]
    empty: str
    size: str
    held: bool
    filtered: bool
    sortable: bool


def sections(tables: Sequence[Table], *, language: str, title: str) -> Iterator[Section]:
    """Each table, with its smaller tables after it; their pictures stand with its own, above the rows.

    Args:
        tables: In order.
        language: Of numbers.
        title: Heading of the page, not said again over a table of the same title.
    """
    for place, table in enumerate(tables, 1):
        ident = f"t{place}"
        rows = table.rows.fetch()
        pictures = [*_pictures(table, rows, language, ident)]
        for number, small in enumerate(table.beside, 1):
            pictures += _pictures(small, small.rows.fetch(), language, f"{ident}-{number}")
        yield _section(table, rows, pictures, ident=ident, level=2, language=language, page_title=title)
        for number, small in enumerate(table.beside, 1):
            inner = small.rows.fetch()
            yield _section(small, inner, [], ident=f"{ident}-{number}", level=3, language=language, page_title="")


def _section(
    table: Table,
    rows: Sequence[Row],
    pictures: list[Picture],
    *,
    ident: str,
    level: int,
    language: str,
    page_title: str,
) -> Section:
    from markupsafe import Markup

    held = rows[:MOST_ROWS]
    return Section(
        ident=ident,
        level=level,
        title="" if table.title == page_title else safe(table.title),
        name=safe(table.title),
        headline=safe(table.headline or ""),
        pictures=tuple(pictures),
        heads=tuple(
            Head(_heading(column, table.currency), _style(column, rows, index))
            for index, column in enumerate(table.columns)
        ),
        batches=(Markup(batch) for batch in batches(table, held, language)),  # noqa: S704  escaped cell by cell
        totals=Markup(totals(table, language, _("Total"))),  # noqa: S704  escaped cell by cell
        remarks=tuple(_remarks(table, len(rows), len(held), language)),
        notes=tuple(safe(note) for note in table.notes),
        empty="" if rows and table.columns else safe(table.empty or _("nothing to show")),
        size=next((name for least, name in _SIZES if len(table.columns) >= least), ""),
        held=len(held) <= _HELD_ROWS,
        filtered=len(held) >= _MANY_ROWS,
        sortable=len(held) >= _SORTED,
    )


def _pictures(table: Table, rows: Sequence[Row], language: str, ident: str) -> Iterator[Picture]:
    from markupsafe import Markup

    for number, chart in enumerate(table.charts, 1):
        drawing = draw(table, rows, chart, language=language, ident=f"{ident}-c{number}")
        if drawing is not None:
            remark = _left_out(chart, len(rows), language)
            yield Picture(safe(chart.title), remark, Markup(drawing), _is_broad(table, chart))  # noqa: S704  escaped within


def _is_broad(table: Table, chart: Chart) -> bool:
    cells = len(chart.values) or len(table.columns)
    return chart.kind is ChartKind.HEAT and cells >= _BROAD_CELLS


def _left_out(chart: Chart, rows: int, language: str) -> str:
    """What a picture of names does not show."""
    if chart.kind not in (ChartKind.BARS, ChartKind.COLUMNS, ChartKind.HEAT) or rows <= chart.most:
        return ""
    return _("the first %(shown)s of %(total)s") % _counts(chart.most, rows, language)


def _remarks(table: Table, rows: int, held: int, language: str) -> Iterator[str]:
    """What the reader does not see, and where to find it."""
    if table.total_rows is not None and table.total_rows > rows:
        sentence = ngettext("Shown %(shown)s of %(total)s row.", "Shown %(shown)s of %(total)s rows.", table.total_rows)
        yield sentence % _counts(held, table.total_rows, language)
    if held < rows:
        sentence = _("This page holds the first %(shown)s of %(total)s rows; --format csv or xlsx gives all of them.")
        yield sentence % _counts(held, rows, language)


def _counts(shown: int, total: int, language: str) -> dict[str, str]:
    words = numbers.formatter(Kind.COUNT, language)
    return {"shown": words(shown), "total": words(total)}


def is_broad(tables: Sequence[Table]) -> bool:
    """Whether paper is better turned: some table, or some picture, is wider than tall paper holds."""
    return any(
        len(table.columns) >= _BROAD_COLUMNS or any(_is_broad(table, chart) for chart in table.charts)
        for one in tables
        for table in (one, *one.beside)
    )


def _style(column: Column, rows: Sequence[Row], index: int) -> str:
    if column.kind is not Kind.TEXT:
        return "n" if is_number(column.kind) else ""
    longest = max((len(row[index]) for row in rows[:_LOOKED] if isinstance(row[index], str)), default=0)
    return "t long" if longest > _TOLD else "t" if longest > _BRIEF else ""


def _heading(column: Column, currency: str | None) -> str:
    title = safe(heading(column.name, column.title))
    return f"{title},{numbers.SPACE}{numbers.symbol(currency)}" if column.kind is Kind.MONEY and currency else title
