"""Tables of price lists, rules, discounts and decisions."""

from __future__ import annotations

from dataclasses import astuple
from typing import TYPE_CHECKING

from crmcli import numbers
from crmcli.language import N_
from crmcli.language import gettext as _
from crmcli.rules.prices import words
from crmcli.rules.prices.formula import to_four
from crmcli.table import Column, Figure, Kind, ListRows, Table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from crmcli.rules.prices.book import Discount, PriceList, PriceRule
    from crmcli.rules.prices.faults import Fault

LIST_TABLE = (
    Column("name", N_("Price list"), Kind.TEXT),
    Column("parent", N_("Parent"), Kind.TEXT),
    Column("currency", N_("Currency"), Kind.CODE),
    Column("valid_from", N_("From"), Kind.DATE),
    Column("valid_to", N_("To"), Kind.DATE),
    Column("tax_included", N_("Tax included"), Kind.LEVEL),
    Column("is_default", N_("Default"), Kind.LEVEL),
    Column("qty_mode", N_("Quantities"), Kind.LEVEL),
    Column("delivery_fee", N_("Delivery"), Kind.MONEY),
    Column("free_delivery_from", N_("Free delivery from"), Kind.MONEY),
    Column("note", N_("Note"), Kind.TEXT),
    Column("rules", N_("Rules"), Kind.COUNT),
)
RULE_TABLE = (
    Column("rule", N_("Rule"), Kind.CODE),
    Column("price_list", N_("Price list"), Kind.TEXT),
    Column("what", N_("What"), Kind.TEXT),
    Column("who", N_("Who"), Kind.TEXT),
    Column("quantity", N_("Quantity"), Kind.TEXT),
    Column("formula", N_("Formula"), Kind.TEXT),
    Column("days", N_("Days"), Kind.TEXT),
    Column("priority", N_("Priority"), Kind.COUNT),
    Column("active", N_("Active"), Kind.LEVEL),
    Column("note", N_("Note"), Kind.TEXT),
)
DISCOUNT_TABLE = (
    Column("discount", N_("Discount"), Kind.CODE),
    Column("kind", N_("Kind"), Kind.LEVEL, words=(N_("volume"), N_("loyalty"))),
    Column("threshold", N_("From"), Kind.MONEY),
    Column("percent", N_("Percent"), Kind.QUANTITY),
    Column("price_list", N_("Price list"), Kind.TEXT),
    Column("valid_from", N_("First day"), Kind.DATE),
    Column("valid_to", N_("Last day"), Kind.DATE),
    Column("active", N_("Active"), Kind.LEVEL),
)
FAULT_TABLE = (
    Column("fault", N_("Fault"), Kind.LEVEL),
    Column("price_list", N_("Price list"), Kind.TEXT),
    Column("rule", N_("Rule"), Kind.CODE),
    Column("other", N_("Other"), Kind.TEXT),
    Column("problem", N_("What is wrong"), Kind.TEXT),
)
# Kinds of faults as LEVEL words.
FAULT_WORDS = (
    N_("ring"), N_("tie"), N_("unknown"), N_("min above max"), N_("formula"), N_("overlap"), N_("ladder"), N_("currency"),
    N_("never wins"), N_("tiered"), N_("volume"),
)  # fmt: skip


def unit_price(price: Decimal | None, currency: str) -> Figure | None:
    """A unit price with all its decimals: "18.99", "18.9905"; machines get four, and more only where there are more."""
    if price is None:
        return None
    price = to_four(price) if to_four(price) == price else price
    whole = numbers.rounded(price, numbers.minor_digits(currency)) == price
    kind = Kind.MONEY if whole else Kind.QUANTITY
    return Figure(numbers.machine_text(price, Kind.MONEY) or "", price, kind, None)


def lists_table(found: Sequence[PriceList], rules: Sequence[PriceRule], title: str, currency: str) -> Table:
    """Price lists with how many active rules each has."""
    counts: dict[str, int] = {}
    for rule in rules:
        counts[rule.price_list] = counts.get(rule.price_list, 0) + rule.active
    rows = [(*astuple(one), counts.get(one.name, 0)) for one in found]
    empty = _("No price lists yet; add one: crmcli pricelist add NAME --default")
    return Table("price_lists", title, LIST_TABLE, ListRows(rows), empty=empty, currency=currency)


def rules_table(found: Sequence[PriceRule], title: str) -> Table:
    """Rules in words."""
    rows = [
        (
            rule.rule_no, rule.price_list, words.what_words(rule), words.who_words(rule), words.quantity_words(rule) or None,
            words.formula_words(rule), words.days_words(rule.valid_from, rule.valid_to) or None, rule.priority, rule.active, rule.note,
        )
        for rule in found
    ]  # fmt: skip
    empty = _("No rules yet; add one: crmcli pricelist rule add LIST --percent -5")
    return Table("price_rules", title, RULE_TABLE, ListRows(rows), empty=empty)


def discounts_table(found: Sequence[Discount], title: str, currency: str) -> Table:
    """Discounts on baskets."""
    empty = _("No discounts yet; add one: crmcli pricelist discount add --kind volume --from-amount 100000 --percent 3")
    notes = (
        _("Of the volume and the loyalty discount the larger one counts; they are not added up."),
        _("A discount never brings a price below the floor of its rule."),
    )
    rows = ListRows([astuple(one) for one in found])
    return Table("price_discounts", title, DISCOUNT_TABLE, rows, empty=empty, currency=currency, notes=notes)


def faults_table(found: Sequence[Fault]) -> Table:
    """Faults of prices."""
    rows = [(fault.kind.value, fault.price_list, fault.rule, fault.other, fault.words) for fault in found]
    return Table("price_faults", _("Faults of price lists"), FAULT_TABLE, ListRows(rows))
