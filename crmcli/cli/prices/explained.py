"""A decision about a price as tables: the answer, the formula step by step, and every rule that lost with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli import numbers
from crmcli.cli.prices.tables import unit_price
from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.rules.prices import words
from crmcli.rules.prices.formula import StepKind
from crmcli.table import Column, Kind, ListRows, Table

if TYPE_CHECKING:
    import datetime as dt
    from decimal import Decimal

    from crmcli.rules.prices.formula import PriceStep
    from crmcli.rules.prices.pricing import Article, Buyer, Decision, LostRule, PriceBook, PricePart, PriceRule
    from crmcli.table import Row

_PRICE = (
    Column("sku", N_("SKU"), Kind.CODE),
    Column("product", N_("Product"), Kind.TEXT),
    Column("customer", N_("Customer"), Kind.CODE),
    Column("on", N_("Day"), Kind.DATE),
    Column("qty", N_("Quantity"), Kind.QUANTITY),
    Column("price", N_("Price"), Kind.FIGURE),
    Column("amount", N_("Amount"), Kind.FIGURE),
    Column("list_price", N_("List price"), Kind.FIGURE),
    Column("cost", N_("Cost"), Kind.FIGURE),
    Column("floor_price", N_("Floor"), Kind.FIGURE),
    Column("price_list", N_("Price list"), Kind.TEXT),
    Column("rule", N_("Rule"), Kind.CODE),
    Column("currency", N_("Currency"), Kind.CODE),
    Column("tax_included", N_("Tax included"), Kind.LEVEL),
)
_STEPS = (
    Column("part", N_("Part"), Kind.COUNT),
    Column("qty", N_("Quantity"), Kind.QUANTITY),
    Column("rule", N_("Rule"), Kind.CODE),
    Column("depth", N_("Depth"), Kind.COUNT),
    Column("step", N_("Step"), Kind.TEXT),
    Column("with", N_("With"), Kind.TEXT),
    Column("price", N_("Price"), Kind.FIGURE),
    Column("kind", N_("Kind"), Kind.CODE),
)
_LOST = (
    Column("rule", N_("Rule"), Kind.CODE),
    Column("price_list", N_("Price list"), Kind.TEXT),
    Column("why", N_("Why it lost"), Kind.TEXT),
    Column("price", N_("Its price"), Kind.FIGURE),
    Column("formula", N_("Formula"), Kind.TEXT),
    Column("what", N_("What"), Kind.TEXT),
    Column("who", N_("Who"), Kind.TEXT),
    Column("quantity", N_("Quantity"), Kind.TEXT),
    Column("days", N_("Days"), Kind.TEXT),
    Column("priority", N_("Priority"), Kind.COUNT),
    Column("reason", N_("Reason"), Kind.CODE),
)
# Kept for machines; on a screen the words beside them say the same.
_FOR_MACHINES = frozenset({"kind", "reason", "depth"})


def explained(
    book: PriceBook, article: Article, buyer: Buyer, decision: Decision, *, qty: Decimal, on: dt.date, machine: bool
) -> list[Table]:
    """The tables of an explanation; for machines one more with the answer itself, and codes beside the words."""
    facts = _Facts(book, article, buyer, decision, qty, on)
    steps = _steps(facts, machine=machine)
    lost = _lost(facts, machine=machine)
    return [_answer(facts), steps, lost] if machine else [steps, lost]


class _Facts:
    """What an explanation is about."""

    __slots__ = ("article", "book", "buyer", "decision", "on", "qty")

    def __init__(
        self, book: PriceBook, article: Article, buyer: Buyer, decision: Decision, qty: Decimal, on: dt.date
    ) -> None:
        self.book, self.article, self.buyer, self.decision, self.qty, self.on = book, article, buyer, decision, qty, on

    def figure(self, price: Decimal | None) -> object:
        """A unit price of the decision."""
        return unit_price(price, self.decision.currency)


def _answer(facts: _Facts) -> Table:
    one, article = facts.decision, facts.article
    row = (
        article.sku, article.name, facts.buyer.code or None, facts.on, facts.qty, facts.figure(one.price),
        facts.figure(one.total), facts.figure(one.list_price), facts.figure(article.cost), facts.figure(one.floor_price),
        one.price_list, one.rule_no, one.currency, one.tax_included,
    )  # fmt: skip
    return Table("price", _title(facts), _PRICE, ListRows([row]), headline=_headline(facts), notes=_notes(facts))


def _title(facts: _Facts) -> str:
    values = {
        "sku": facts.article.sku,
        "product": facts.article.name,
        "qty": numbers.cell(facts.qty, Kind.QUANTITY),
        "unit": facts.article.unit,
        "who": f"{facts.buyer.code} {facts.buyer.name}".strip() or _("anyone"),
        "on": numbers.cell(facts.on, Kind.DATE),
    }
    words_of_it = _("%(sku)s %(product)s · %(qty)s %(unit)s · for %(who)s · on %(on)s") % values
    return " ".join(words_of_it.split(" ")) if values["unit"] else words_of_it.replace("  ·", " ·")


def _headline(facts: _Facts) -> str:
    one = facts.decision
    if one.price is None:
        return _("Nothing says what it costs: no rule applies, and there is no list price in %(currency)s.") % {
            "currency": one.currency or numbers.UNKNOWN
        }
    price = words.price_figure(one.price, one.currency)
    if len(one.parts) > 1:
        return _("%(price)s for one on average: %(total)s for all, in %(count)s parts of the quantity.") % {
            "price": price, "total": words.price_figure(one.total, one.currency), "count": len(one.parts)
        }  # fmt: skip
    if one.rule_no is None:
        return _("%(price)s: no rule applies, so it is the list price of the product.") % {"price": price}
    return _("%(price)s by rule %(rule)s of price list %(list)s%(change)s.") % {
        "price": price, "rule": one.rule_no, "list": one.price_list, "change": _change(facts)
    }  # fmt: skip


def _change(facts: _Facts) -> str:
    one = facts.decision
    if not one.list_price or one.price is None or one.price == one.list_price:
        return ""
    percent = numbers.rounded((one.price / one.list_price - 1) * 100, 1)
    return _(", %(percent)s %% against the list price") % {"percent": words.signed(percent)} if percent else ""


def _notes(facts: _Facts) -> tuple[str, ...]:
    one = facts.decision
    found = [_rule_note(rule) for rule in facts.book.rules if rule.rule_no in {part.rule_no for part in one.parts}]
    if one.currency:
        with_tax = _("Prices are in %(currency)s, with tax.") if one.tax_included else _("Prices are in %(currency)s, without tax.")  # fmt: skip
        found.append(with_tax % {"currency": one.currency})
    if one.floor_price is not None:
        floor = words.price_figure(one.floor_price, one.currency)
        found.append(_("Discounts cannot bring it below its floor of %(floor)s.") % {"floor": floor})
    if (margin := _margin(facts)) is not None:
        cost = words.price_figure(facts.article.cost, facts.book.currency)
        words_of_it = _("It costs us %(cost)s that day: a margin of %(margin)s.")
        found.append(words_of_it % {"cost": cost, "margin": numbers.cell(margin, Kind.SHARE)})
    return tuple(found)


def _rule_note(rule: PriceRule) -> str:
    """The winning rule in one line."""
    limits = [words.quantity_words(rule), words.days_words(rule.valid_from, rule.valid_to), rule.note or ""]
    facts = [words.what_words(rule), words.who_words(rule), *(limit for limit in limits if limit)]
    return _("Rule %(rule)s: %(facts)s: %(formula)s.") % {
        "rule": rule.rule_no, "facts": ", ".join(facts), "formula": words.formula_words(rule)
    }  # fmt: skip


def _margin(facts: _Facts) -> float | None:
    """Share of the price without tax that is left above cost; None where it is not known."""
    from crmcli.rules.prices.formula import without_tax

    one, article = facts.decision, facts.article
    if one.price is None or article.cost is None or one.currency != facts.book.currency:
        return None
    net = without_tax(one.price, article.tax_rate) if one.tax_included else one.price
    return float((net - article.cost) / net) if net else None


def _steps(facts: _Facts, *, machine: bool) -> Table:
    parts = facts.decision.parts
    rows: list[Row] = []
    for place, part in enumerate(parts, 1):
        rows += _part_rows(facts, place, part)
    if len(parts) > 1:
        total = (None, facts.qty, None, 0, _("exact total of the parts ÷ quantity"), words.price_figure(facts.decision.total, facts.decision.currency))  # fmt: skip
        rows.append((*total, facts.figure(facts.decision.price), StepKind.PARTS.value))
    hidden = (
        frozenset()
        if machine
        else _FOR_MACHINES | (frozenset({"part", "qty", "rule"}) if len(parts) < 2 else frozenset())
    )
    return _shown(
        Table(
            "steps", _title(facts), _STEPS, ListRows(rows), headline=_headline(facts), notes=_notes(facts),
            empty=_("There is no price to explain."),
        ),
        hidden,
    )  # fmt: skip


def _part_rows(facts: _Facts, place: int, part: PricePart) -> list[Row]:
    rows: list[Row] = []
    for lists, step in _flat(part.steps, ()):
        head = (place, None if rows else part.qty, part.rule_no, len(lists))
        said = " › ".join([*lists, words.step_words(step)])
        rows.append((*head, said, words.step_figure(step) or None, facts.figure(step.price), step.kind.value))
    return rows


def _flat(steps: tuple[PriceStep, ...], lists: tuple[str, ...]) -> list[tuple[tuple[str, ...], PriceStep]]:
    """Steps in order, those inside another list's price before it, with the lists they lie in."""
    found: list[tuple[tuple[str, ...], PriceStep]] = []
    for step in steps:
        found += _flat(step.within, (*lists, step.name))
        found.append((lists, step))
    return found


def _lost(facts: _Facts, *, machine: bool) -> Table:
    losers = facts.decision.losers
    rows = [_lost_row(facts, lost) for lost in losers]
    near = sum(lost.would_be is not None for lost in losers)
    headline = ngettext(
        "%(count)s other rule, of which %(near)s would apply too.",
        "%(count)s other rules, of which %(near)s would apply too.",
        len(losers),
    ) % {"count": len(losers), "near": near}
    elsewhere = len(facts.book.rules) - len(losers) - len({part.rule_no for part in facts.decision.parts} - {None})
    notes: tuple[str, ...] = ()
    if elsewhere:
        sentence = ngettext(
            "%(count)s rule of price lists that this customer does not come to is left out.",
            "%(count)s rules of price lists that this customer does not come to are left out.",
            elsewhere,
        )
        notes = (sentence % {"count": elsewhere},)
    empty = _("No other rule in the lists asked.")
    hidden = frozenset() if machine else _FOR_MACHINES | {"what", "who", "quantity", "days", "priority"}
    return _shown(
        Table("lost_rules", _("Rules that lost"), _LOST, ListRows(rows), headline=headline if rows else None,
              notes=notes, empty=empty),
        hidden,
    )  # fmt: skip


def _lost_row(facts: _Facts, lost: LostRule) -> Row:
    rule: PriceRule = lost.rule
    return (
        rule.rule_no, rule.price_list, words.loss_words(lost, facts.article, facts.buyer, facts.on), facts.figure(lost.would_be),
        words.formula_words(rule), words.what_words(rule), words.who_words(rule), words.quantity_words(rule) or None,
        words.days_words(rule.valid_from, rule.valid_to) or None, rule.priority, lost.reason.value,
    )  # fmt: skip


def _shown(table: Table, hidden: frozenset[str]) -> Table:
    """A table without some of its columns."""
    from dataclasses import replace

    places = [place for place, column in enumerate(table.columns) if column.name not in hidden]
    rows = ListRows([tuple(row[place] for place in places) for row in table.rows.fetch()])
    return replace(table, columns=tuple(table.columns[place] for place in places), rows=rows)
