"""From the words of `quote new` to a quote written: whom, what the deal brings, prices told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli.cli.quotes.told import Told
from crmcli.errors import NotFoundError, UsageError
from crmcli.language import gettext as _
from crmcli.language import nearest
from crmcli.rules.quotes.quoting import Wanted

if TYPE_CHECKING:
    import duckdb

    from crmcli.store.journal import Writer


@dataclass(frozen=True, slots=True)
class Asked:
    """What the owner asked for; see the options of `quote new`."""

    customer: str | None
    on: dt.date
    items: tuple[Wanted, ...] = ()
    usual: bool = False
    deal: str | None = None
    valid_days: int | None = None
    language: str = "en"
    currency: str | None = None
    tax_mode: str | None = None
    manager: str | None = None
    terms: str | None = None
    note: str | None = None
    discount: Decimal | None = None
    prices: Mapping[str, Decimal] = field(default_factory=dict)
    override: str | None = None
    suggestions: bool = True
    delivery: bool = True


@dataclass(frozen=True, slots=True)
class Deal:
    """An opportunity a quote is made for."""

    number: str
    customer_id: int | None
    code: str | None
    sku: str | None
    manager_id: int | None


def make(writer: Writer, asked: Asked) -> Told:
    """Make a quote and write it. Call inside a transaction.

    Raises:
        CrmError: Nobody or nothing is named, something cannot be quoted or costs less than it may.
    """
    from crmcli.cli.quotes.told import told_of
    from crmcli.reports.lookup import find_party
    from crmcli.reports.segments.membership import priced_segments
    from crmcli.store.connection import scalar
    from crmcli.store.quotes.making import Wish, make_draft
    from crmcli.store.quotes.rows import add_quotes
    from crmcli.store.quotes.shop import open_shop

    con = writer.con
    deal = find_deal(con, asked.deal) if asked.deal else None
    word = asked.customer or (deal.code if deal else None)
    if word is None:
        raise UsageError(_("say whom the quote is for"), "--for CUSTOMER")
    party = find_party(con, word)
    if deal and deal.customer_id not in (None, party.id):
        raise UsageError(_("deal %(number)s is another customer's") % {"number": deal.number})
    shop = open_shop(con, asked.on, priced_segments(con, asked.on))
    own = scalar(con, "SELECT manager_id FROM contacts WHERE id = $1", [party.id])
    manager = find_manager(con, asked.manager) if asked.manager else (deal.manager_id if deal else None) or own
    wish = Wish(
        party.code, _items(asked, deal), asked.usual, asked.valid_days, asked.language, asked.currency,
        asked.tax_mode, asked.terms, asked.note, manager, deal.number if deal else None, asked.discount, asked.override,
        suggestions=asked.suggestions, delivery=asked.delivery, prices=dict(asked.prices),
    )  # fmt: skip
    draft = make_draft(shop, wish)
    quote = add_quotes(writer, [draft.quote])[0]
    return told_of(con, draft, quote, day=asked.on)


def find_deal(con: duckdb.DuckDBPyConnection, number: str) -> Deal:
    """An opportunity by its number.

    Raises:
        NotFoundError: There is none.
    """
    from crmcli.store.connection import rows

    found = rows(
        con,
        "SELECT o.opportunity_no, o.customer_id, c.code, p.sku, o.manager_id FROM opportunities AS o "
        "LEFT JOIN contacts AS c ON c.id = o.customer_id LEFT JOIN products AS p ON p.id = o.product_id "
        "WHERE o.opportunity_no = $1",
        [number.strip()],
    )
    if not found:
        known = [
            str(one) for (one,) in rows(con, "SELECT opportunity_no FROM opportunities ORDER BY 1 DESC LIMIT 1000")
        ]
        raise NotFoundError(_("there is no deal %(number)s") % {"number": number}, nearest(number, known))
    return Deal(*found[0])


def find_manager(con: duckdb.DuckDBPyConnection, word: str) -> int:
    """A manager by code or name.

    Raises:
        NotFoundError: There is none.
    """
    from crmcli.store.connection import rows

    found = rows(
        con,
        "SELECT id FROM managers WHERE code = $1 OR lower(name) = lower($1) ORDER BY code <> $1, id",
        [word.strip()],
    )
    if not found:
        known = [str(one) for (one,) in rows(con, "SELECT code FROM managers ORDER BY code")]
        raise NotFoundError(
            _("there is no manager %(name)s") % {"name": word}, nearest(word, known) or ", ".join(known[:12]) or None
        )
    return int(found[0][0])


def _items(asked: Asked, deal: Deal | None) -> tuple[Wanted, ...]:
    """What is named; of a deal with nothing named, one unit of its product."""
    if asked.items or asked.usual or deal is None or deal.sku is None:
        return asked.items
    return (Wanted(deal.sku, Decimal(1)),)
