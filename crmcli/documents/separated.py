"""The lines of a document as CSV for programs: stable English names, ISO days, plain exact numbers."""

from __future__ import annotations

import csv as separated
import io
import re
from collections.abc import Iterable
from dataclasses import fields
from decimal import Decimal
from typing import Any

from crmcli.documents.facts import Entry, Line, Offer, PriceSheet, Statement
from crmcli.documents.stored import Facts

# What a spreadsheet would run gets an apostrophe before it: these files go to customers, who open them there.
_RUN = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")


def csv(facts: Facts) -> bytes:
    """Lines of an offer, entries of a statement, or products of a price list with a column for each break."""
    names, rows = (
        _offer(facts)
        if isinstance(facts, Offer)
        else _entries(facts)
        if isinstance(facts, Statement)
        else _prices(facts)
    )
    made = io.StringIO()
    writer = separated.writer(made, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_plain(value) for value in row] for row in rows)
    return made.getvalue().encode("utf-8", "replace")


def _offer(facts: Offer) -> tuple[list[str], Iterable[list[Any]]]:
    return _of(Line, facts.lines)


def _entries(facts: Statement) -> tuple[list[str], Iterable[list[Any]]]:
    return _of(Entry, facts.entries)


def _of(kind: Any, values: Iterable[Any]) -> tuple[list[str], Iterable[list[Any]]]:
    names = [field.name for field in fields(kind)]
    return names, ([getattr(value, name) for name in names] for value in values)


def _prices(facts: PriceSheet) -> tuple[list[str], Iterable[list[Any]]]:
    names = [
        "category",
        "sku",
        "name",
        "unit",
        *(f"price_from_{_plain(at.normalize())}" for at in facts.breaks),
        "is_new",
        "note",
    ]
    rows = (
        [title, one.sku, one.name, one.unit, *one.prices, one.is_new, one.note]
        for title, products in facts.groups
        for one in products
    )
    return names, rows


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return "'" + value if _RUN.match(value) else value
    return "" if value is None else format(value, "f") if isinstance(value, Decimal) else str(value)
