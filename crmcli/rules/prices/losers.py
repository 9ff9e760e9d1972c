"""Why every other rule of the lists asked lost, and what it would have charged."""

from __future__ import annotations

import functools
from decimal import ROUND_CEILING, Decimal

from crmcli.rules.prices.book import PriceList, PriceRule, QtyMode, chain
from crmcli.rules.prices.decision import LostRule, PricePart
from crmcli.rules.prices.formula import Failed, Loss
from crmcli.rules.prices.lookup import Inquiry, brought, currency_of, work
from crmcli.rules.prices.ranking import behind, rank, unfit, unfit_quantity


def losers_of(asked: Inquiry, qty: Decimal, parts: tuple[PricePart, ...]) -> tuple[LostRule, ...]:
    """Every rule of the lists asked that prices no part, in the order of lists, then ranks where they fit."""
    won = {part.rule_no for part in parts if part.rule_no}
    if asked.first.qty_mode == QtyMode.TIERED:
        qty = qty.to_integral_value(ROUND_CEILING)
    lists = chain(asked.book, asked.first.name)
    last = parts[-1].rule_no if parts else None
    winner = next((rule for rule in asked.book.rules if last and rule.rule_no == last), None)
    lost = [
        _lost(asked, listing, rule, qty, winner)
        for listing in lists
        for rule in asked.book.by_list.get(listing.name, ())
        if rule.rule_no not in won
    ]
    return tuple(sorted(lost, key=functools.partial(_order, asked, lists)))


def _lost(asked: Inquiry, listing: PriceList, rule: PriceRule, qty: Decimal, winner: PriceRule | None) -> LostRule:
    """Why one rule lost, and what it would have charged."""
    reason = unfit(rule, listing, asked.article, asked.buyer, asked.on) or unfit_quantity(rule, qty)
    if reason is not None:
        return LostRule(rule, reason)
    if currency_of(asked, listing) != currency_of(asked, asked.first):
        return LostRule(rule, Loss.OTHER_CURRENCY, currency_of(asked, listing))
    found = work(asked, listing, rule, qty)
    if isinstance(found, Failed):
        return LostRule(rule, found.reason, found.name)
    would_be = brought(found, listing, asked.first, asked.article).price
    if winner is None or winner.price_list != rule.price_list:
        return LostRule(rule, Loss.PARENT_LIST, winner.price_list if winner else "", would_be)
    why = behind(rank(rule, asked.article), rank(winner, asked.article))
    return LostRule(rule, why or Loss.PRIORITY, winner.rule_no, would_be)


def _order(asked: Inquiry, lists: tuple[PriceList, ...], lost: LostRule) -> tuple[int, int, object]:
    """Lists as asked; rules that could have won first, best first; then the rest by number."""
    place = [one.name for one in lists].index(lost.rule.price_list)
    if lost.would_be is None:
        return (place, 1, lost.rule.rule_no)
    standing = rank(lost.rule, asked.article)
    return (place, 0, tuple(-part for part in (*standing[:4], standing[4], standing[5].toordinal())))
