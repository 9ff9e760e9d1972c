"""Quotes and the deals they are for: a deal won by a quote, a quote accepted that wins its deal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.cli import options
from crmcli.cli.session import Session, say
from crmcli.errors import ConflictError
from crmcli.language import gettext as _

if TYPE_CHECKING:
    from decimal import Decimal

    import duckdb

    from crmcli.store.deals.rows import Deal
    from crmcli.store.journal import Writer
    from crmcli.store.quotes.rows import Quote


def tie_quote(writer: Writer, deal: Deal, number: str) -> Decimal | None:
    """The net sum of a quote in the store's currency, which is tied to the deal where it was to none.

    Raises:
        NotFoundError: There is no such quote.
        ConflictError: It is another customer's or another deal's.
    """
    from crmcli.store.quotes.rows import load_quote

    quote = load_quote(writer.con, number)
    words = {"quote": quote.quote_no, "deal": quote.opportunity_no}
    if deal.customer_id is not None and quote.customer_id != deal.customer_id:
        raise ConflictError(_("quote %(quote)s is another customer's") % words)
    if quote.opportunity_no is not None and quote.opportunity_no != deal.opportunity_no:
        raise ConflictError(_("quote %(quote)s is for deal %(deal)s") % words)
    if quote.opportunity_no is None:
        writer.change("quotes", ("opportunity_no",), [(quote.id, deal.opportunity_no)])
    return _worth_of(writer.con, quote.currency, quote.net)


def _worth_of(con: duckdb.DuckDBPyConnection, currency: str, net: Decimal) -> Decimal | None:
    """A sum where it is in the store's currency; None in another, whose rate nobody knows."""
    if currency != options.currency(con):
        say(_("The quote is in %(currency)s, so the amount of the deal stays as it was") % {"currency": currency})
        return None
    return net


def win_by_quote(writer: Writer, quote: Quote, order_id: int, state: Session) -> None:
    """Close the deal that an accepted quote is for as won, with the sum of its order; says so. Call inside a transaction.

    A deal that is over already, or that moved later than the day of the order, stays as it is.
    """
    from crmcli.cli.deals.options import ensure_stages
    from crmcli.reports.deals.standing import standing
    from crmcli.rules.deals.stages import WON
    from crmcli.store.connection import scalar
    from crmcli.store.deals.moving import last_day, win_deal
    from crmcli.store.deals.rows import find_deal
    from crmcli.store.deals.stages import ending_stage

    con = writer.con
    if quote.opportunity_no is None or quote.decided_on is None:
        return
    if not scalar(con, "SELECT count(*) FROM opportunities WHERE opportunity_no = $1", [quote.opportunity_no]):
        return
    deal = find_deal(con, quote.opportunity_no)
    found = standing(con, deal.id, max(state.today, quote.decided_on))
    words = {"deal": deal.opportunity_no, "quote": quote.quote_no}
    if found is None or found.is_over:
        return
    last = last_day(writer, deal)
    if quote.decided_on > state.today or (last is not None and quote.decided_on < last):
        say(_("The quote is for deal %(deal)s; to close it as won: crmcli deal win %(deal)s --quote %(quote)s") % words)
        return
    ensure_stages(writer)
    net = scalar(con, "SELECT sum(net) FROM order_lines WHERE order_id = $1", [order_id])
    amount = None if net is None else _worth_of(con, quote.currency, net)
    win_deal(writer, deal, ending_stage(con, WON), quote.decided_on, amount=amount)
    say(_("Deal %(deal)s is won with it") % words)
