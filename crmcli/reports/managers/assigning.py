"""The answer of `keyaccount assign`: a row an account, the loads beside, and a sentence of what the plan is worth."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.numbers import cell
from crmcli.reports.managers.explaining import next_best, reasons, status
from crmcli.reports.managers.matching import NOBODY
from crmcli.rules.assigning.fitting import WEIGHTS
from crmcli.table import Column, Kind, ListRows, Table

if TYPE_CHECKING:
    from crmcli.reports.managers.matching import Matching

STATUSES = (N_("kept"), N_("moved"), N_("new"), N_("not served"))  # words of status, for the translators
_COLUMNS = (
    Column("customer", N_("Customer"), Kind.CODE),
    Column("name", N_("Name"), Kind.TEXT),
    Column("class", N_("Class"), Kind.LEVEL, words=("A", "B", "C")),
    Column("hours", N_("Hours"), Kind.QUANTITY),
    Column("present", N_("Now"), Kind.CODE),
    Column("manager", N_("To be"), Kind.CODE),
    Column("fit", N_("Fit"), Kind.COUNT),
    Column("status", N_("Status"), Kind.LEVEL, words=tuple(word.replace(" ", "_") for word in STATUSES)),
    Column("reasons", N_("Why"), Kind.TEXT),
    Column("next_best", N_("Next best"), Kind.TEXT),
)
_LOADS = (
    Column("manager", N_("Manager"), Kind.CODE),
    Column("name", N_("Name"), Kind.TEXT),
    Column("capacity_hours", N_("Hours a month"), Kind.QUANTITY),
    Column("elsewhere_hours", N_("Other accounts"), Kind.QUANTITY),
    Column("accounts_before", N_("Accounts"), Kind.COUNT),
    Column("hours_before", N_("Hours"), Kind.QUANTITY),
    Column("load_before", N_("Load"), Kind.SHARE),
    Column("accounts_after", N_("Accounts then"), Kind.COUNT),
    Column("hours_after", N_("Hours then"), Kind.QUANTITY),
    Column("load_after", N_("Load then"), Kind.SHARE, bar=True),
)
_UNSERVED_FIRST = {"not_served": 0, "moved": 1, "new": 2, "kept": 3}


def assignment_table(matching: Matching) -> Table:
    """The plan as a table: what is not served first, then what changes, then what stays."""
    states = [status(matching, account) for account in range(len(matching.accounts))]
    order = sorted(range(len(states)), key=lambda account: (_UNSERVED_FIRST[states[account]], account))
    return Table(
        "assignment",
        _("Who looks after whom"),
        _COLUMNS,
        ListRows([_row(matching, account, states[account]) for account in order]),
        headline=_headline(matching, states) if states else None,
        totals={"hours": sum((matching.hours_of(account) for account in order), Decimal(0))},
        notes=_notes(matching) if states else (),
        empty=_("No account is in question; choose key accounts first: crmcli keyaccount select"),
        beside=(_loads(matching),) if matching.managers and states else (),
    )


def _row(matching: Matching, account: int, state: str) -> tuple[object, ...]:
    one, chosen = matching.accounts[account], matching.chosen[account]
    return (
        one.code,
        one.name,
        one.value_class,
        matching.hours_of(account),
        _code(matching, matching.present[account]),
        _code(matching, chosen),
        matching.fits[account][chosen].points if chosen != NOBODY else None,
        state,
        reasons(matching, account),
        next_best(matching, account),
    )


def _code(matching: Matching, place: int) -> str | None:
    return None if place == NOBODY else matching.managers[place].code


def _headline(matching: Matching, states: list[str]) -> str:
    served, moved = len(states) - states.count("not_served"), states.count("moved")
    first = ngettext(
        "%(served)s of %(count)s account has a manager, %(moved)s moved, %(new)s new.",
        "%(served)s of %(count)s accounts have a manager, %(moved)s moved, %(new)s new.",
        len(states),
    ) % {"served": served, "count": len(states), "moved": moved, "new": states.count("new")}
    return f"{first} {_proof(matching)}"


def _proof(matching: Matching) -> str:
    worth = cell(matching.worth, Kind.COUNT)
    short = matching.bound - matching.worth
    if short <= 0:
        return _("Worth %(worth)s points: proven that no other plan is worth more.") % {"worth": worth}
    share = cell(short / max(matching.bound, 1), Kind.SHARE)
    if short / max(matching.bound, 1) < 0.001:
        share = _("less than %(share)s") % {"share": cell(0.001, Kind.SHARE)}
    sentence = _(
        "Worth %(worth)s points: the best found; the best there may be is worth at most %(short)s more (%(share)s)."
    )
    return sentence % {"worth": worth, "short": cell(short, Kind.COUNT), "share": share}


def _notes(matching: Matching) -> tuple[str, ...]:
    terms = matching.terms
    assumed = sum(flag and manager.active for flag, manager in zip(matching.assumed, matching.managers, strict=True))
    usual = ", ".join(f"{name} {cell(hours, Kind.QUANTITY)}" for name, hours in sorted(terms.hours.items()))
    found = [
        _("As of %(as_of)s; needs, hours and present managers are as they stand now.")
        % {"as_of": cell(terms.as_of, Kind.DATE)},
        _(
            "Points: 40 for whoever may, 20 same region, 10 languages asked for, 5 a skill asked for (3 at most), up to 30 for knowing the customer (share of the last year's contacts, orders and deals); times %(a)s for class A, %(b)s for B, %(c)s for C."
        )
        % {"a": WEIGHTS["A"], "b": WEIGHTS["B"], "c": WEIGHTS["C"]},
        _("A move costs %(move)s points, each started 5 %% of the busiest one's load %(balance)s.")
        % {"move": cell(terms.move_penalty, Kind.COUNT), "balance": cell(terms.balance, Kind.COUNT)},
        _("Hours a month: as said (crmcli keyaccount need), else by the plan, else by class: %(usual)s.")
        % {"usual": usual},
    ]
    if assumed:
        sentence = ngettext(
            "%(count)s manager has no hours of capacity: %(hours)s a month are assumed.",
            "%(count)s managers have no hours of capacity: %(hours)s a month are assumed.",
            assumed,
        )
        found.append(sentence % {"count": assumed, "hours": cell(terms.capacity, Kind.QUANTITY)})
    if NOBODY in matching.chosen:
        found.append(
            _("Accounts that are not served keep the manager they have; their hours are in nobody's load then.")
        )
    return tuple(found)


def _loads(matching: Matching) -> Table:
    rows = []
    for place, manager in enumerate(matching.managers):
        before, after = matching.given(place, matching.present), matching.given(place, matching.chosen)
        if not manager.active and not before:
            continue
        other, capacity = matching.elsewhere[place], matching.capacity[place]
        rows.append(
            (manager.code, manager.name, capacity, other, matching.present.count(place), before, _share(before + other, capacity),
             matching.chosen.count(place), after, _share(after + other, capacity))
        )  # fmt: skip
    return Table("loads", _("Loads now and then"), _LOADS, ListRows(rows))


def _share(hours: Decimal, capacity: Decimal) -> float | None:
    return float(hours / capacity) if capacity else None
