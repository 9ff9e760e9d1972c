"""How `order add` makes an order: by the customer's prices, or from a quote."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from crmcli.store.journal import Writer
    from crmcli.store.orders.making import Item


def add_priced(
    writer: Writer, customer: str, items: Sequence[Item], *, on: dt.date, promised_on: dt.date | None
) -> str:
    """Add an order of items at the customer's prices; returns its number."""
    from crmcli.reports.lookup import find_party
    from crmcli.reports.segments.membership import priced_segments
    from crmcli.store.connection import rows
    from crmcli.store.orders.adding import NewOrder, add_order
    from crmcli.store.orders.making import priced_lines

    con = writer.con
    party = find_party(con, customer)
    manager, country, region = rows(con, "SELECT manager_id, country, region FROM contacts WHERE id = $1", [party.id])[
        0
    ]
    head = NewOrder(party.id, on, promised_on, manager_id=manager, country=country, region=region)
    return add_order(con, writer, head, priced_lines(con, party.code, items, on, priced_segments(con, on))).number


def from_a_quote(writer: Writer, number: str, *, on: dt.date, promised_on: dt.date | None) -> str:
    """Accept a quote; returns the number of its order.

    Raises:
        NotFoundError, ConflictError: As of store.quote_steps.accept_quote.
    """
    from crmcli.store.quotes.rows import load_quote
    from crmcli.store.quotes.steps import accept_quote

    _quote, added = accept_quote(writer, load_quote(writer.con, number), on=on, promised_on=promised_on)
    return added.number
