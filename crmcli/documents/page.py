"""What stands on a document, in words and in order, before any format: templates and writers lay this out and add nothing.

Every text is harmless to print (`crmcli.documents.plain`); a cell carries its text for people and its value for
spreadsheets, so that all formats show the same figures.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

Value = Decimal | dt.date | int | str | None


class Shape(StrEnum):
    """What the cells of a column are."""

    TEXT = "text"
    COUNT = "count"
    QUANTITY = "quantity"
    PRICE = "price"
    MONEY = "money"
    PERCENT = "percent"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Column:
    """One column; width in millimetres, None takes what is left."""

    key: str
    title: str
    shape: Shape
    width: float | None = None

    @property
    def is_number(self) -> bool:
        """Whether its cells stand to the right."""
        return self.shape in {Shape.COUNT, Shape.QUANTITY, Shape.PRICE, Shape.MONEY, Shape.PERCENT}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: as printed, and what it is."""

    text: str
    value: Value = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row; the note stands smaller below its name, the mark is a word beside it; a sum is a row of its own weight."""

    cells: tuple[Cell, ...]
    note: str = ""
    mark: str = ""
    is_sum: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under a heading, or under none."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of a document."""

    columns: tuple[Column, ...]
    groups: tuple[Group, ...]
    title: str = ""
    note: str = ""
    empty: str = ""

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows of all groups."""
        return tuple(row for group in self.groups for row in group.rows)


@dataclass(frozen=True, slots=True)
class Total:
    """One line of the totals."""

    label: str
    text: str
    value: Decimal | None
    is_strong: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A party: role, name, and lines of label and value."""

    role: str
    name: str
    details: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Signing:
    """Who signs for one party: a heading (may be empty), and roles with names."""

    title: str
    signers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class BankForm:
    """The payment form that stands on top of a Russian invoice; labels are in the words of the page."""

    bank: str
    bic: str
    corr_account: str
    account: str
    tax_id: str
    tax_reason: str
    receiver: str


@dataclass(frozen=True, slots=True)
class Page:
    """A whole document.

    Args:
        kind, language: As in the facts; `kind` of a statement is "statement", of a price list "price_list".
        title: With number and date; `subtitles` stand below it, smaller.
        seller, buyer: The parties; no buyer on a price list.
        heading: More facts: label and value.
        form: Payment form on top, or None.
        grid, totals, sentences: The lines, what they come to, and the totals in words.
        offered: Lines offered beside, in no total.
        instalments, payment: Schedule of payments; where to pay, label and value.
        code, code_title: What a payment code says; empty: none.
        terms, notes: Paragraphs.
        signings: Who signs.
        is_wide: Whether a sheet has to lie on its side.
        words: Words that a layout needs besides, by key.
    """

    kind: str
    language: str
    title: str
    seller: Block
    grid: Grid
    currency: str
    digits: int
    words: dict[str, str]
    subtitles: tuple[str, ...] = ()
    buyer: Block | None = None
    heading: tuple[tuple[str, str], ...] = ()
    form: BankForm | None = None
    totals: tuple[Total, ...] = ()
    sentences: tuple[str, ...] = ()
    offered: Grid | None = None
    instalments: Grid | None = None
    payment: tuple[tuple[str, str], ...] = ()
    code: str = ""
    code_title: str = ""
    terms: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    signings: tuple[Signing, ...] = ()
    is_wide: bool = False


def as_data(value: Any) -> Any:
    """A page as dictionaries, lists and texts, for templates; values of cells stay out."""
    if isinstance(value, Cell):
        return value.text
    if is_dataclass(value):
        plain = {field.name: as_data(getattr(value, field.name)) for field in fields(value)}
        return plain | ({"is_number": value.is_number} if isinstance(value, Column) else {})
    if isinstance(value, tuple):
        return [as_data(one) for one in value]
    return str(value) if isinstance(value, Decimal) else value
