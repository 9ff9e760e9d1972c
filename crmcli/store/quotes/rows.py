"""Quotes and their lines: read back whole, written as part of an undoable step, one revision a row."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from crmcli.errors import NotFoundError
from crmcli.language import gettext as _
from crmcli.language import nearest
from crmcli.rules.numbering import QUOTES
from crmcli.rules.quotes.quoting import QuoteLine
from crmcli.store.connection import rows, scalar
from crmcli.store.taken_numbers import free_number

if TYPE_CHECKING:
    import datetime as dt

    import duckdb

    from crmcli.store.journal import Writer

DRAFT, SENT, ACCEPTED, REJECTED, REPLACED = "draft", "sent", "accepted", "rejected", "replaced"
EXPIRED = "expired"  # never stored: a draft or sent quote after its last day
STATUSES = (DRAFT, SENT, ACCEPTED, REJECTED, REPLACED, EXPIRED)
OPEN = (DRAFT, SENT)

_HEAD = (
    "quote_no", "revision", "customer_id", "quoted_on", "valid_until", "status", "currency", "language", "tax_mode",
    "tax_included", "price_list", "delivery", "terms", "note", "manager_id", "opportunity_no", "sent_on", "decided_on",
    "reject_reason", "order_no",
)  # fmt: skip
_LINE = (
    "quote_id", "line_no", "product_id", "description", "options", "mark", "unit", "qty", "list_price", "unit_price",
    "discount_pct", "net", "tax_rate", "tax", "unit_cost", "rule_no", "floor_price", "override_reason",
)  # fmt: skip
_OWN_LINES = "SELECT id FROM quote_lines WHERE quote_id = $1 ORDER BY line_no"
_CHANGING = ("status", "sent_on", "decided_on", "reject_reason", "order_no")


@dataclass(frozen=True, slots=True)
class Quote:
    """One revision of a quote.

    Args:
        customer_id: Whom it is for.
        quoted_on, valid_until: Its day, and the last day it holds; None: no end.
        currency, language: ISO code; "en" or "ru".
        tax_mode, tax_included: As of rules.totals.
        lines: In order.
        quote_no, revision: Its number once written, and 1, 2 …
        status: A word of STATUSES but EXPIRED.
        price_list: The customer's, where prices came from.
        delivery, terms, note: What the document says below the totals; a note is the owner's own.
        opportunity_no: The deal it is made for.
        sent_on, decided_on, reject_reason, order_no: What became of it.
        id: Of the store; None: not written yet.
    """

    customer_id: int
    quoted_on: dt.date
    valid_until: dt.date | None
    currency: str
    language: str
    tax_mode: str
    tax_included: bool
    lines: tuple[QuoteLine, ...] = ()
    quote_no: str = ""
    revision: int = 1
    status: str = DRAFT
    price_list: str | None = None
    delivery: str | None = None
    terms: str | None = None
    note: str | None = None
    manager_id: int | None = None
    opportunity_no: str | None = None
    sent_on: dt.date | None = None
    decided_on: dt.date | None = None
    reject_reason: str | None = None
    order_no: str | None = None
    id: int | None = field(default=None, compare=False)

    @property
    def net(self) -> Decimal:
        """Sum of the lines that count, without tax."""
        return sum((line.net for line in self.lines if line.counts), Decimal(0))

    @property
    def tax(self) -> Decimal:
        """Tax of the lines that count."""
        return sum((line.tax for line in self.lines if line.counts), Decimal(0))

    def status_on(self, day: dt.date) -> str:
        """The status as it is on a day: open ones expire after their last day."""
        ended = self.status in OPEN and self.valid_until is not None and self.valid_until < day
        return EXPIRED if ended else self.status


def load_quote(con: duckdb.DuckDBPyConnection, number: str, revision: int | None = None) -> Quote:
    """A quote with its lines; without a revision the latest.

    Args:
        con: A store.
        number: As printed: Q-2026-0001; small letters do.
        revision: 1, 2 …

    Raises:
        NotFoundError: There is none.
    """
    names = ", ".join(f'"{name}"' for name in ("id", *_HEAD))
    found = rows(
        con,
        f"SELECT {names} FROM quotes WHERE upper(quote_no) = upper($1) AND coalesce(revision = $2, true) "
        "ORDER BY revision DESC LIMIT 1",
        [number.strip(), revision],
    )
    if not found:
        raise NotFoundError(_("there is no quote %(number)s") % {"number": number}, _near(con, number))
    head = dict(zip(("id", *_HEAD), found[0], strict=True))
    return Quote(**head, lines=load_lines(con, [head["id"]]).get(head["id"], ()))


def load_lines(con: duckdb.DuckDBPyConnection, quote_ids: Sequence[int]) -> dict[int, tuple[QuoteLine, ...]]:
    """Lines of quotes by quote id, in order."""
    names = ", ".join(f'l."{name}"' for name in _LINE)
    found = rows(
        con,
        f"SELECT {names}, coalesce(p.sku, '') AS sku FROM quote_lines AS l LEFT JOIN products AS p ON p.id = l.product_id "
        "WHERE list_contains($1::INTEGER[], l.quote_id) ORDER BY l.quote_id, l.line_no",
        [list(quote_ids)],
    )
    lines: dict[int, list[QuoteLine]] = {}
    for row in found:
        one = dict(zip((*_LINE, "sku"), row, strict=True))
        lines.setdefault(one.pop("quote_id"), []).append(QuoteLine(**one | _unfolded(one["options"])))
    return {quote_id: tuple(own) for quote_id, own in lines.items()}


def revisions(con: duckdb.DuckDBPyConnection, number: str) -> list[tuple[int, dt.date, str, Decimal]]:
    """Revision, day, status and gross of every revision of a quote, oldest first."""
    found = rows(
        con,
        "SELECT q.revision, q.quoted_on, q.status, coalesce(sum(l.net + l.tax), 0) FROM quotes AS q "
        "LEFT JOIN quote_lines AS l ON l.quote_id = q.id AND coalesce(l.mark NOT IN ('suggested', 'new'), true) "
        "WHERE q.quote_no = $1 GROUP BY ALL ORDER BY q.revision",
        [number],
    )
    return [(revision, day, status, amount) for revision, day, status, amount in found]


def add_quotes(writer: Writer, quotes: Iterable[Quote]) -> list[Quote]:
    """Write quotes with their lines as part of a step; those without a number get the next. Call inside a transaction.

    Returns them as written, with number and id.
    """
    con, made = writer.con, list(quotes)
    first = writer.reserve("quotes", len(made)) if made else 0
    written: list[Quote] = []
    taken: dict[int, int] = {}
    for quote_id, quote in enumerate(made, first):
        number = quote.quote_no or _next(con, quote.quoted_on.year, taken)
        written.append(replace(quote, quote_no=number, id=quote_id))
    writer.add("quotes", _HEAD, [_head_values(one) for one in written], first=first)
    _add_lines(writer, written)
    return written


def change_quotes(writer: Writer, quotes: Sequence[Quote]) -> None:
    """Write what became of quotes: status, days, reason and order. Call inside a transaction."""
    writer.change("quotes", _CHANGING, [(one.id, *(getattr(one, name) for name in _CHANGING)) for one in quotes])


def rewrite_quote(writer: Writer, quote: Quote) -> Quote:
    """Write a quote over itself, lines and all; only for drafts, which nobody has seen. Call inside a transaction."""
    writer.change("quotes", _HEAD, [(quote.id, *_head_values(quote))])
    # Lines keep their ids where they can: an undo finds each key taken by nobody else.
    known = [int(number) for (number,) in rows(writer.con, _OWN_LINES, [quote.id])]
    stay = list(zip(known, quote.lines, strict=False))
    writer.change("quote_lines", _LINE, [(number, *_line_values(quote.id, line)) for number, line in stay])
    writer.drop("quote_lines", known[len(stay) :])
    _add_lines(writer, [replace(quote, lines=quote.lines[len(stay) :])])
    return quote


def latest_revision(con: duckdb.DuckDBPyConnection, number: str) -> int:
    """The highest revision of a quote, 0 when there is none."""
    return int(scalar(con, "SELECT coalesce(max(revision), 0) FROM quotes WHERE quote_no = $1", [number]))


def _next(con: duckdb.DuckDBPyConnection, year: int, taken: dict[int, int]) -> str:
    """The next number of a year, when others were given out in the same step already."""
    number = free_number(con, "quotes", QUOTES, year)
    count = taken[year] = max(number.count, taken.get(year, 0) + 1)
    return replace(number, count=count).text


def _add_lines(writer: Writer, quotes: Sequence[Quote]) -> None:
    writer.add("quote_lines", _LINE, [_line_values(one.id, line) for one in quotes for line in one.lines])


def _head_values(quote: Quote) -> list[Any]:
    return [getattr(quote, name) for name in _HEAD]


def _line_values(quote_id: int | None, line: QuoteLine) -> list[Any]:
    values = {name: getattr(line, name, None) for name in _LINE} | {"quote_id": quote_id, "options": _folded(line)}
    return [values[name] for name in _LINE]


def _folded(line: QuoteLine) -> str | None:
    """Options chosen, what they cost once, and the note, as JSON; None: nothing of it."""
    facts: dict[str, Any] = {"chosen": dict(line.options)} if line.options else {}
    if line.fixed:
        facts["fixed"] = format(line.fixed, "f")
    if line.note:
        facts["note"] = line.note
    return json.dumps(facts, ensure_ascii=False) if facts else None


def _unfolded(text: str | None) -> dict[str, Any]:
    facts = json.loads(text) if text else {}
    return {
        "options": tuple((str(name), str(value)) for name, value in facts.get("chosen", {}).items()),
        "fixed": Decimal(facts.get("fixed", "0")),
        "note": str(facts.get("note", "")),
    }


def _near(con: duckdb.DuckDBPyConnection, number: str) -> str:
    known = [
        str(name) for (name,) in rows(con, "SELECT DISTINCT quote_no FROM quotes ORDER BY quote_no DESC LIMIT 500")
    ]
    return nearest(number, known) or _("All quotes: crmcli quote list")
