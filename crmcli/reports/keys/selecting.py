"""Who would be a key account on a day by a rule: one table with verdicts, scores and reasons, and what to keep of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.numbers import cell
from crmcli.reports.keys.facts import WORTH, Customer, Facts, gather
from crmcli.reports.keys.words import Telling, title_of, unknown
from crmcli.rules.keys.deciding import Decision, Standing, Verdict, Why, decide
from crmcli.rules.keys.rule import KeyRule
from crmcli.rules.keys.scoring import Score, scores
from crmcli.store.keys.stays import Entry
from crmcli.table import Chart, ChartKind, Column, Kind, ListRows, Table

if TYPE_CHECKING:
    import duckdb

    from crmcli.store.keys.rules import RuleVersion

VERDICTS = (
    N_("enters"), N_("stays"), N_("leaves"), N_("border"), N_("picked in"), N_("picked out"),
)  # fmt: skip  # words of verdict, for the translators
_HEAD = (
    Column("customer", N_("Customer"), Kind.CODE),
    Column("name", N_("Name"), Kind.TEXT),
    Column("score", N_("Score"), Kind.RATIO, bar=True),
    Column("rank", N_("Rank"), Kind.COUNT),
    Column("verdict", N_("Verdict"), Kind.LEVEL, words=tuple(Verdict)),
    Column(WORTH, N_("Revenue"), Kind.MONEY),
)
_TAIL = (Column("reasons", N_("Reasons"), Kind.TEXT),)
_MEANINGS = {
    "expected_npv": N_("Value: expected margin less cost to serve of the next 36 months, discounted, as in report value."),
    "realised": N_("Value: margin less cost to serve so far, as there is too little data to look ahead."),
    "revenue": N_("Value: revenue so far, as neither the future nor the cost of goods is known."),
    "growth": N_("Growth: change of revenue, the last 365 days against the 365 before."),
    "potential": N_("Potential: what like customers buy and this one does not, by share of peers, as in report whitespace."),
    "class": N_("Class: cleaned ABC by revenue of the last 365 days; A has all points, B half, C none."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Selected:
    """A selection.

    Args:
        table: Everybody who is in, at the border, leaves or is picked out, with reasons.
        members: Id of everybody who is in from the day on → how they come in.
        leaving: Id of everybody who was in the day before and is not any more → why.
    """

    table: Table
    members: Mapping[int, Entry]
    leaving: Mapping[int, str]


def select(
    con: duckdb.DuckDBPyConnection,
    rule: KeyRule,
    rules: Mapping[str, str],
    *,
    as_of: dt.date,
    currency: str,
    version: RuleVersion | None = None,
) -> Selected:
    """Ask a rule on a day, given who was in the day before and who is picked by hand.

    Args:
        con: An open store; a read-only one will do.
        rule: The rule, read.
        rules: Rules of the saved segments by name.
        as_of: The day; facts dated later do not count.
        currency: ISO code of the store's amounts.
        version: The version asked; None: one that is not kept.

    Raises:
        UsageError: A day too far away to look from.
    """
    facts = gather(con, rule, rules, as_of)
    found = facts.customers
    candidates = {code: one.figures for code, one in found.items() if one.meets or one.stays}
    scored = scores(rule.weights, candidates) if rule.weights else {}
    decisions = decide([_standing(one, scored) for one in found.values()], rule)
    telling = Telling(rule, facts, scored, _last_in(decisions, scored), currency)
    shown = _with_near(decisions, facts, rule)
    reasons = {one.code: telling.reasons(one) for one in shown}
    members = {
        found[one.code].id: Entry(
            version.version if version and one.why is not Why.PICK else None, _total(one, scored), reasons[one.code]
        )
        for one in decisions
        if one.is_in
    }
    leaving = {found[one.code].id: reasons[one.code] for one in decisions if one.was_in and not one.is_in}
    asked = _Asked(rule, facts, scored, as_of, currency, version)
    return Selected(_table(asked, shown, reasons), members, leaving)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the table is made from."""

    rule: KeyRule
    facts: Facts
    scored: Mapping[str, Score]
    as_of: dt.date
    currency: str
    version: RuleVersion | None


def _standing(one: Customer, scored: Mapping[str, Score]) -> Standing:
    score = scored[one.code].total if one.code in scored else None
    return Standing(one.code, one.meets, one.stays, one.since is not None, one.pick, score)


def _total(one: Decision, scored: Mapping[str, Score]) -> Decimal | None:
    return scored[one.code].total if one.code in scored else None


def _last_in(decisions: Sequence[Decision], scored: Mapping[str, Score]) -> Decimal | None:
    """The lowest score that came in or stays by the rule."""
    found = [
        scored[one.code].total for one in decisions if one.is_in and one.why is not Why.PICK and one.code in scored
    ]
    return min(found, default=None)


def _with_near(decisions: Sequence[Decision], facts: Facts, rule: KeyRule) -> list[Decision]:
    """The border filled up with those who miss one condition by little."""
    told = {one.code for one in decisions}
    room = rule.border - sum(one.verdict is Verdict.BORDER for one in decisions)
    near = [
        Decision(code, Verdict.BORDER, Why.CONDITION, None, was_in=False) for code in facts.near if code not in told
    ]
    first = [one for one in decisions if one.is_in or one.verdict is Verdict.BORDER]
    return [*first, *near[: max(room, 0)], *decisions[len(first) :]]  # as `decide` orders them


def _table(asked: _Asked, shown: Sequence[Decision], reasons: Mapping[str, str]) -> Table:
    points = tuple(
        Column(f"{name}_points", _("%(what)s, points") % {"what": _headed(title_of(name))}, Kind.RATIO)
        for name, _weight in asked.rule.weights
    )
    rows = [_row(one, asked, reasons[one.code]) for one in shown]
    members = [one for one in shown if one.is_in]
    chart = Chart(
        ChartKind.BARS, _("Score of the key accounts"), "name", ("score",), most=max(1, min(len(members), 24))
    )
    return Table(
        "key_selection",
        _("Key accounts on %(day)s") % {"day": cell(asked.as_of, Kind.DATE)},
        (*_HEAD, *points, *_TAIL),
        ListRows(rows),
        headline=_headline(asked, shown) if shown else None,
        notes=_notes(asked, shown),
        empty=_("Nobody meets the rule, and nobody is near it."),
        currency=asked.currency,
        charts=(chart,) if asked.scored and members else (),
    )


def _headed(words: str) -> str:
    """Words as a heading begins."""
    return words[:1].upper() + words[1:]


def _row(one: Decision, asked: _Asked, reasons: str) -> tuple[Any, ...]:
    customer = asked.facts.customers[one.code]
    score = asked.scored.get(one.code)
    points = score.parts if score else (None,) * len(asked.rule.weights)
    return (
        # without weights the order is that of codes, and no rank
        one.code, customer.name, score.total if score else None, one.rank if asked.rule.weights else None, one.verdict.value, customer.values[WORTH],
        *(part.points if part else None for part in points), reasons,
    )  # fmt: skip


def _headline(asked: _Asked, shown: Sequence[Decision]) -> str:
    members = [one for one in shown if one.is_in]
    revenue = sum((asked.facts.customers[one.code].values[WORTH] for one in members), Decimal(0))
    told = {
        "count": cell(len(members), Kind.COUNT),
        "enter": cell(sum(not one.was_in for one in members), Kind.COUNT),
        "leave": cell(sum(one.was_in and not one.is_in for one in shown), Kind.COUNT),
        "day": cell(asked.as_of, Kind.DATE),
    }
    sentence = ngettext(
        "%(count)s key account on %(day)s: %(enter)s come in, %(leave)s leave.",
        "%(count)s key accounts on %(day)s: %(enter)s come in, %(leave)s leave.",
        len(members),
    )
    if asked.facts.revenue <= 0:
        return sentence % told
    share = cell(float(revenue / asked.facts.revenue), Kind.SHARE)
    return f"{sentence % told} " + _("Together they are %(share)s of the revenue of the last 365 days.") % {
        "share": share
    }


def _notes(asked: _Asked, shown: Sequence[Decision]) -> tuple[str, ...]:
    rule, notes = asked.rule, [_version_note(asked.version)]
    where = _("Who may come in: %(where)s.") % {"where": rule.where.text}
    stay = _(" Who is in stays while: %(stay)s.") % {"stay": rule.stay.text} if rule.stay else ""
    notes.append(where + stay)
    if rule.weights:
        notes.append(
            _("Score: 100 × Σ (share × weight) ÷ Σ weights, over %(count)s candidates. A share is the mean rank from the worst "
              "among those whose figure is known ÷ their number; what is unknown brings no points.")
            % {"count": cell(len(asked.scored), Kind.COUNT)}
        )  # fmt: skip
        meant = [asked.facts.value_by if name == "value" else name for name, _weight in rule.weights]
        notes += [_(_MEANINGS[name]) for name in meant if name in _MEANINGS]
    notes += _line_notes(rule)
    missing = unknown(asked.scored, rule.weights)
    if missing:
        listed = ", ".join(f"{title_of(name)} {cell(count, Kind.COUNT)}" for name, count in missing.items())
        notes.append(_("Candidates whose figure is not known: %(listed)s.") % {"listed": listed})
    if any(one.verdict is Verdict.BORDER for one in shown):
        notes.append(_("Border: candidates just below the line, then those who miss one condition by at most half."))
    return tuple(notes)


def _line_notes(rule: KeyRule) -> list[str]:
    notes = []
    if rule.score is not None:
        notes.append(_("To come in takes a score of %(score)s.") % {"score": cell(rule.score, Kind.QUANTITY)})
    if rule.limit is not None:
        limit = {"limit": cell(rule.limit, Kind.COUNT)}
        notes.append(
            _("At most %(limit)s by the rule, hand-picked ones besides; who is in and may stay keeps the place.")
            % limit
            if rule.stay
            else _("At most %(limit)s by the rule, hand-picked ones besides; the best scores have the places.") % limit
        )
    return notes


def _version_note(version: RuleVersion | None) -> str:
    if version is None:
        return _("By a rule that is not kept.")
    told = {"version": version.version, "day": cell(version.written_on, Kind.DATE), "note": version.note}
    if version.note:
        return _("By version %(version)s of the rule, in force from %(day)s: %(note)s.") % told
    return _("By version %(version)s of the rule, in force from %(day)s.") % told
