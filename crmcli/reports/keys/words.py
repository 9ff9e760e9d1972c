"""Why somebody is a key account or not, in the owner's words and with the figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from crmcli.language import N_
from crmcli.language import gettext as _
from crmcli.numbers import cell, money
from crmcli.reports.keys.facts import FIELD_OF, Customer, Facts
from crmcli.reports.segments.fields import column_of, find_field
from crmcli.rules.keys.deciding import Decision, Verdict, Why
from crmcli.rules.keys.rule import Condition, KeyRule
from crmcli.rules.keys.scoring import Points, Score
from crmcli.rules.segments.tree import Comparison, FieldKind, Part
from crmcli.table import Kind

_WHOLE = 1000  # amounts from here on are told without their minor unit
_NAMES = {"value": N_("value"), "growth": N_("growth"), "potential": N_("potential"), "class": N_("class")}


@dataclass(frozen=True, slots=True)
class Telling:
    """What all sentences of one selection share.

    Args:
        rule: The rule.
        facts: What it was asked of.
        scores: By code, of the candidates.
        last_in: Score of the last one in by the rule; None where nobody is.
        currency: ISO code of the store's amounts.
    """

    rule: KeyRule
    facts: Facts
    scores: Mapping[str, Score]
    last_in: Decimal | None
    currency: str

    def reasons(self, decision: Decision) -> str:
        """Why this verdict: what holds or fails, and what made the score."""
        customer = self.facts.customers[decision.code]
        told = [_("since %(day)s") % {"day": cell(customer.since, Kind.DATE)}] if customer.since else []
        told += self._verdict(decision, customer)
        score = self.scores.get(decision.code)
        return "; ".join([*told, *(self._part(one) for one in (score.parts if score else ()))])

    def _verdict(self, decision: Decision, customer: Customer) -> list[str]:
        if decision.why is Why.PICK:
            words = _("picked in by hand") if customer.pick == "in" else _("picked out by hand")
            return [f"{words}: {customer.pick_reason}" if customer.pick_reason else words]
        if decision.why is Why.RULE:
            return [] if self.rule.weights else [_("meets %(condition)s") % {"condition": self.rule.where.text}]
        short = self._short(decision, customer)
        if decision.why is Why.STAY:
            return [
                _("below the line, but stays while %(condition)s") % {"condition": _text_of(self.rule.stay)},
                *short,
            ]
        return short

    def _short(self, decision: Decision, customer: Customer) -> list[str]:
        """What keeps somebody below the line."""
        score = self.scores[decision.code].total if decision.code in self.scores else None
        if decision.why is Why.LIMIT:
            told = {"limit": cell(self.rule.limit, Kind.COUNT), "score": _score(score), "last": _score(self.last_in)}
            if self.rule.stay is not None and decision.verdict is Verdict.BORDER:
                return [
                    _("score %(score)s, but the limit of %(limit)s is full, and who may stay keeps the place") % told
                ]
            return [_("beyond the limit of %(limit)s: score %(score)s, the last one in has %(last)s") % told]
        if customer.meets and self.rule.score is not None and score is not None:
            told = {"score": _score(score), "least": _score(self.rule.score), "gap": _score(self.rule.score - score)}
            return [_("score %(score)s, %(gap)s short of %(least)s") % told]
        tried = "stay_" if decision.verdict is Verdict.LEAVES and self.rule.stay is not None else "where_"
        return [
            self._failed(condition, part, customer, customer.holds[name])
            for name, (condition, part) in self.facts.tests.items()
            if name.startswith(tried) and not customer.holds[name]
        ]

    def _failed(self, condition: Condition, part: Part, customer: Customer, holds: bool | None) -> str:
        """A condition that does not hold, with the figure and by how much."""
        text = condition.text[part.start : part.end]
        if not isinstance(part, Comparison):
            return _("fails: %(condition)s") % {"condition": text}
        value = customer.values.get(part.field.name)
        if value is None or holds is None:
            return _("not known: %(condition)s") % {"condition": text}
        told = {"condition": text, "value": self._cell(part.field.name, value)}
        bound = part.values[0]
        if part.field.kind not in (FieldKind.NUMBER, FieldKind.SHARE) or not isinstance(bound, Decimal):
            return _("fails: %(condition)s (it is %(value)s)") % told
        gap = abs(Decimal(str(value)) - bound)
        told["gap"] = self._cell(part.field.name, gap if isinstance(value, Decimal) else float(gap))
        if not bound or part.field.kind is FieldKind.SHARE:
            return _("fails: %(condition)s (it is %(value)s, off by %(gap)s)") % told
        told["share"] = cell(float(gap / abs(bound)), Kind.SHARE)
        return _("fails: %(condition)s (it is %(value)s, off by %(gap)s or %(share)s)") % told

    def _part(self, one: Points) -> str:
        told = {
            "what": _(_NAMES[one.name]) if one.name in _NAMES else one.name,
            "points": _score(one.points),
            "most": _score(one.most),
            "place": cell(one.place, Kind.COUNT),
            "of": cell(one.of, Kind.COUNT),
            "figure": "" if one.figure is None else self._figure(one),
        }
        if one.figure is None:
            return _("%(what)s not known (0 of %(most)s)") % told
        if one.place is None:
            return _("%(what)s %(figure)s (%(points)s of %(most)s)") % told
        return _("%(what)s %(figure)s, place %(place)s of %(of)s (%(points)s of %(most)s)") % told

    def _figure(self, one: Points) -> str:
        if one.name in ("value", "potential"):
            return money(one.figure, self.currency, whole=True)
        return self._cell(FIELD_OF.get(one.name, one.name), one.figure)

    def _cell(self, name: str, value: Any) -> str:
        field = find_field(name)
        assert field is not None
        kind = column_of(field).kind
        return money(value, self.currency, whole=abs(value) >= _WHOLE) if kind is Kind.MONEY else cell(value, kind)


def _text_of(condition: Condition | None) -> str:
    return condition.text if condition else ""


def _score(value: Decimal | None) -> str:
    """A score or points, to one decimal, without one where it is whole."""
    if value is None:
        return cell(None, Kind.QUANTITY)
    return cell(round(value, 1), Kind.QUANTITY)


def title_of(name: str) -> str:
    """How a weight is called in a heading or a sentence."""
    return _(_NAMES[name]) if name in _NAMES else name


def unknown(scores: Mapping[str, Score], weights: Sequence[tuple[str, Decimal]]) -> dict[str, int]:
    """Weight → of how many candidates its figure is unknown, where it is of any."""
    counts = {
        name: sum(one.parts[place].figure is None for one in scores.values())
        for place, (name, _weight) in enumerate(weights)
    }
    return {name: count for name, count in counts.items() if count}
