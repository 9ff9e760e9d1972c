"""Accounts and managers as the store has them on a day, made into an assignment problem and solved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli.metrics.catalogue import install
from crmcli.reports.sections import named, sections
from crmcli.rules.assigning.fitting import Account, Fit, Manager, fit
from crmcli.rules.assigning.hours import CAPACITY, HALF, HOURS, Takes, takes, up_to_half
from crmcli.rules.assigning.lists import words_of
from crmcli.store.managers.managers import all_managers

if TYPE_CHECKING:
    import duckdb

    from crmcli.models.assigning.problem import Problem
    from crmcli.models.assignment import Plan

SCOPE = "assignment_scope"  # temp table of the accounts in question: customer_id
NOBODY = -1


@dataclass(frozen=True, slots=True)
class Terms:
    """How an assignment is to be made.

    Args:
        as_of: The day.
        roles: Roles that may; None: as `fitting.fit` has it.
        move_penalty: Points that taking an account from its present manager costs.
        balance: Points that each started 5 % of the busiest manager's load cost.
        hours: Hours a month by class, for accounts nobody has said anything of.
        capacity: Hours a month of managers nobody has said anything of.
    """

    as_of: dt.date
    roles: tuple[str, ...] | None = None
    move_penalty: int = 20
    balance: int = 5
    hours: Mapping[str, Decimal] = field(default_factory=lambda: HOURS)
    capacity: Decimal = CAPACITY


@dataclass(frozen=True, slots=True)
class Matching:
    """Who may look after whom, and who shall.

    Args:
        terms: How it was made.
        ids: Of the accounts, by code.
        accounts: In the same order.
        takes: Hours of each account.
        manager_ids, managers: By code.
        fits: Account × manager.
        capacity: Hours a month of each manager, as said or assumed.
        assumed: Which capacities were assumed.
        elsewhere: Hours each manager has for accounts that are not in question.
        present: Place of each account's present manager, NOBODY for none.
        chosen: Place of each account's manager to be, NOBODY for none.
        worth, bound: Of the plan, in weighted points; no plan is worth more than the bound.
    """

    terms: Terms
    ids: tuple[int, ...]
    accounts: tuple[Account, ...]
    takes: tuple[Takes, ...]
    manager_ids: tuple[int, ...]
    managers: tuple[Manager, ...]
    fits: tuple[tuple[Fit, ...], ...]
    capacity: tuple[Decimal, ...]
    assumed: tuple[bool, ...]
    elsewhere: tuple[Decimal, ...]
    present: tuple[int, ...]
    chosen: tuple[int, ...] = ()
    worth: int = 0
    bound: int = 0

    def hours_of(self, account: int) -> Decimal:
        """Hours an account takes, in halves, rounded up."""
        return up_to_half(self.takes[account].hours)

    def room(self, manager: int) -> Decimal:
        """Hours a manager has for the accounts in question, in halves."""
        hours = max(Decimal(0), self.capacity[manager] - self.elsewhere[manager])
        return hours - hours % HALF

    def given(self, manager: int, places: tuple[int, ...]) -> Decimal:
        """Hours of the accounts in question that a manager has, by the places `present` or `chosen`."""
        return sum((self.hours_of(account) for account, place in enumerate(places) if place == manager), Decimal(0))

    def left(self, manager: int) -> Decimal:
        """Hours a manager has left under the plan."""
        return self.room(manager) - self.given(manager, self.chosen)

    def value(self, account: int, manager: int) -> int | None:
        """What the plan counts a pair for: weighted points less what moving costs; None where it is impossible."""
        points = self.fits[account][manager].points
        if points is None:
            return None
        moved = self.present[account] not in (NOBODY, manager) and self._stays_able(account)
        return points * self.accounts[account].weight - (self.terms.move_penalty if moved else 0)

    def _stays_able(self, account: int) -> bool:
        """Whether the present manager may keep the account: leaving one who may not costs nothing."""
        present = self.present[account]
        return present != NOBODY and self.fits[account][present].points is not None


def match(con: duckdb.DuckDBPyConnection, terms: Terms) -> Matching:
    """The best assignment of the accounts in the temp table SCOPE.

    Args:
        con: A store.
        terms: How it is to be made.
    """
    matching = _facts(con, terms)
    plan = _solved(matching)
    return _with_plan(matching, plan)


def _facts(con: duckdb.DuckDBPyConnection, terms: Terms) -> Matching:
    statements = sections("managers", "assignment_facts")
    install(con, "\n".join(statements.values()))
    day = terms.as_of
    values = {
        "as_of": day,
        "year_before": day - dt.timedelta(days=365),
        "day_after": day + dt.timedelta(days=1),
        **{f"{name.lower()}_hours": hours for name, hours in terms.hours.items()},
    }
    found = {name: con.execute(sql, named(sql, values)).fetchall() for name, sql in statements.items()}
    listed = all_managers(con)
    place = {number: position for position, (number, _one) in enumerate(listed)}
    managers = tuple(
        Manager(one.code, one.name, one.role, one.region, one.skills, one.languages, one.is_active)
        for _number, one in listed
    )
    known: dict[int, dict[str, float]] = {}
    for customer, manager, share in found["known"]:
        if manager in place:
            known.setdefault(customer, {})[managers[place[manager]].code] = share
    accounts = tuple(
        Account(code, name, region, value_class, is_key, words_of(skills), words_of(languages), known.get(number, {}))
        for number, code, name, region, value_class, is_key, skills, languages, *_rest in found["accounts"]
    )
    elsewhere = [Decimal(0)] * len(listed)
    for manager, hours in found["elsewhere"]:
        if manager in place:
            elsewhere[place[manager]] = hours
    return Matching(
        terms,
        tuple(row[0] for row in found["accounts"]),
        accounts,
        tuple(takes(row[8], row[9], row[4], usual=terms.hours) for row in found["accounts"]),
        tuple(number for number, _one in listed),
        managers,
        tuple(tuple(fit(account, manager, roles=terms.roles) for manager in managers) for account in accounts),
        tuple(terms.capacity if one.capacity_hours is None else one.capacity_hours for _number, one in listed),
        tuple(one.capacity_hours is None for _number, one in listed),
        tuple(elsewhere),
        tuple(place.get(row[10], NOBODY) for row in found["accounts"]),
    )


def problem_of(matching: Matching) -> Problem:
    """The assignment problem, without names."""
    import numpy as np

    from crmcli.models.assigning.problem import Problem

    shape = (len(matching.accounts), len(matching.managers))
    points = np.full(shape, np.nan)
    for account, fits in enumerate(matching.fits):
        for manager, one in enumerate(fits):
            if one.points is not None:
                points[account, manager] = one.points * matching.accounts[account].weight
    present = [
        place if place != NOBODY and matching.fits[account][place].points is not None else NOBODY
        for account, place in enumerate(matching.present)
    ]
    return Problem(
        points,
        np.array([float(matching.hours_of(account)) for account in range(shape[0])]),
        np.array([float(matching.room(manager)) for manager in range(shape[1])]),
        np.array(present, dtype=np.int64),
        float(matching.terms.move_penalty),
        float(matching.terms.balance),
    )


def _solved(matching: Matching) -> Plan:
    from crmcli.models.assignment import assign

    return assign(problem_of(matching))


def _with_plan(matching: Matching, plan: Plan) -> Matching:
    from dataclasses import replace

    return replace(
        matching, chosen=tuple(int(place) for place in plan.managers), worth=round(plan.worth), bound=round(plan.bound)
    )
