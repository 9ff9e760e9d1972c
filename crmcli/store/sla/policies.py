"""What changes policies: a new one, the end of one, and everything anew from a file. Ties are refused."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from crmcli.errors import ConflictError, NotFoundError
from crmcli.language import gettext as _
from crmcli.rules.sla.arrangement import Arrangement
from crmcli.rules.sla.policies import Clash, Policy, clashes
from crmcli.store.sla.calendars import add_calendar, remove_calendar, rewrite_calendar
from crmcli.store.sla.rows import find_calendar, stored_calendars, stored_policies

if TYPE_CHECKING:
    from crmcli.store.journal import Writer

_COLUMNS = (
    "policy_no", "priority", "customer_class", "kind", "response_minutes", "resolution_minutes", "calendar_id", "from_on", "to_on",
)  # fmt: skip


def add_policy(writer: Writer, policy: Policy) -> Policy:
    """A new policy, with its number.

    Raises:
        NotFoundError: There is no such calendar.
        ConflictError: It fits the same tickets as another one equally well.
    """
    made = _insert(writer, policy)
    _refuse_clashes(writer)
    return made


def end_policy(writer: Writer, number: int, day: dt.date) -> Policy | None:
    """From the day on a policy is for no ticket any more; one that begins then or later is removed (None).

    Raises:
        NotFoundError: There is no such policy.
        ConflictError: It ended before.
    """
    found = next((one for one in stored_policies(writer.con) if one.policy_no == number), None)
    if found is None:
        raise NotFoundError(_("there is no policy %(number)s") % {"number": number}, _("All: crmcli sla policy list"))
    if found.to_on is not None and found.to_on <= day:
        raise ConflictError(_("policy %(number)s ended on %(day)s") % {"number": number, "day": found.to_on})
    if day <= found.from_on:
        _remove(writer, found)
        return None
    ended = replace(found, to_on=day)
    writer.change("sla_policies", ("to_on",), [(one, day) for one in writer.ids("sla_policies", policy_no=number)])
    _refuse_clashes(writer)  # it may have decided between two others
    return ended


def arrange(writer: Writer, wanted: Arrangement) -> None:
    """Make calendars and policies as a file says: what is so already stays as it is, with its number; the rest goes.

    Raises:
        ConflictError: A calendar never works, or policies contradict each other.
    """
    known = {one.name.casefold(): one for one in stored_calendars(writer.con)}
    for calendar in wanted.calendars:
        stored = known.pop(calendar.name.casefold(), None)
        if stored is None:
            add_calendar(writer, calendar)
        else:
            rewrite_calendar(writer, stored, calendar)
    rest = list(wanted.policies)
    for policy in stored_policies(writer.con):
        bare = replace(policy, policy_no=0)
        if bare in rest:
            rest.remove(bare)
        else:
            _remove(writer, policy)
    for policy in rest:
        _insert(writer, policy)
    for stored in known.values():
        remove_calendar(writer, stored)
    _refuse_clashes(writer)


def explained(clash: Clash) -> tuple[str, str]:
    """What is wrong with two policies, and what would settle it."""
    first, second = clash.first, clash.second
    words = {
        "first": first.policy_no,
        "second": second.policy_no,
        "day": clash.day,
        "what": named_sides(clash.settled_by),
    }
    message = (
        _("policies %(first)s and %(second)s fit the same tickets equally well (%(what)s), from %(day)s on") % words
    )
    if first.named == second.named:
        return message, _("End one of them: crmcli sla policy end %(first)s --on DATE") % words
    sides = clash.settled_by
    options = (("--priority", sides.priority), ("--class", sides.customer_class), ("--kind", sides.kind))
    said = " ".join(f"{option} {side}" for option, side in options if side)
    return message, _("First say what holds for both: crmcli sla policy add %(sides)s --response … --resolution …") % {
        "sides": said
    }


def named_sides(policy: Policy) -> str:
    """What a policy names, in words."""
    told = [side for side in (policy.priority, policy.customer_class, policy.kind) if side]
    return ", ".join(_(side) for side in told) or _("all tickets")


def _refuse_clashes(writer: Writer) -> None:
    if found := clashes(stored_policies(writer.con)):
        raise ConflictError(*explained(found[0]))


def _insert(writer: Writer, policy: Policy) -> Policy:
    number = writer.reserve("sla_policies", 1)
    row = (
        number, policy.priority, policy.customer_class, policy.kind, policy.response_minutes, policy.resolution_minutes,
        find_calendar(writer.con, policy.calendar).id, policy.from_on, policy.to_on,
    )  # fmt: skip
    writer.add("sla_policies", _COLUMNS, [row], first=number)
    return replace(policy, policy_no=number)


def _remove(writer: Writer, policy: Policy) -> None:
    writer.drop("sla_policies", writer.ids("sla_policies", policy_no=policy.policy_no))
