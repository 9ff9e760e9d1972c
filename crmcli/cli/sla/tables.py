"""Tables of calendars, weeks, days and policies."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli.language import N_
from crmcli.language import gettext as _
from crmcli.rules.sla.arrangement import FROM_THE_BEGINNING, covered
from crmcli.rules.sla.calendars import week_of
from crmcli.rules.sla.week import written_week
from crmcli.table import Column, Kind, ListRows, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crmcli.rules.sla.policies import Policy
    from crmcli.store.sla.rows import StoredCalendar

CALENDARS = (
    Column("calendar", N_("Calendar"), Kind.TEXT),
    Column("week", N_("Usual week"), Kind.TEXT),
    Column("zone", N_("Time zone"), Kind.TEXT),
    Column("country", N_("Holidays"), Kind.CODE),
    Column("days", N_("Days set"), Kind.COUNT),
    Column("policies", N_("Policies"), Kind.COUNT),
    Column("note", N_("Note"), Kind.TEXT),
)
WEEKS = (
    Column("calendar", N_("Calendar"), Kind.TEXT),
    Column("from_on", N_("From"), Kind.DATE),
    Column("week", N_("Usual week"), Kind.TEXT),
)
POLICIES = (
    Column("policy", N_("Policy"), Kind.COUNT),
    Column("priority", N_("Priority"), Kind.LEVEL),
    Column("class", N_("Class"), Kind.LEVEL),
    Column("kind", N_("Kind"), Kind.LEVEL),
    Column("response_hours", N_("Answer, h"), Kind.QUANTITY),
    Column("resolution_hours", N_("Solution, h"), Kind.QUANTITY),
    Column("calendar", N_("Calendar"), Kind.TEXT),
    Column("from_on", N_("From"), Kind.DATE),
    Column("to_on", N_("Until"), Kind.DATE),
)
_MINUTES = Decimal(60)
START = N_("Make hours and promises in one step: crmcli sla start --country RU")


def hours(minutes: int | None) -> Decimal | None:
    """Minutes as hours, to four decimals."""
    return None if minutes is None else round(Decimal(minutes) / _MINUTES, 4)


def calendars_table(known: Sequence[StoredCalendar], policies: Sequence[Policy], today: dt.date) -> Table:
    """All calendars; the first is the usual one."""
    rows = [
        (one.name, written_week(week_of(one.calendar, today)), one.calendar.zone, one.calendar.country, len(one.calendar.days),
         sum(policy.calendar == one.name for policy in policies), one.calendar.note)
        for one in known
    ]  # fmt: skip
    usual = _("The first one is the usual one: it measures what no policy is for.")
    return Table("calendars", _("Calendars of working hours"), CALENDARS, ListRows(rows), empty=_(START),
                 notes=(usual,) if known else ())  # fmt: skip


def weeks_table(stored: StoredCalendar) -> Table:
    """The weeks of a calendar, the first first."""
    rows = [(stored.name, since(week.from_on), written_week(week.hours)) for week in stored.calendar.weeks]
    return Table("weeks", _("Usual weeks of %(calendar)s") % {"calendar": stored.name}, WEEKS, ListRows(rows))


def policies_table(policies: Iterable[Policy], today: dt.date, *, title: str | None = None) -> Table:
    """Policies by how much they name, as they are looked at."""
    found = sorted(policies, key=lambda one: (-one.special, one.from_on, one.policy_no))
    rows = [
        (one.policy_no or None, one.priority, one.customer_class, one.kind, hours(one.response_minutes),
         hours(one.resolution_minutes), one.calendar, since(one.from_on), one.to_on)
        for one in found
    ]  # fmt: skip
    notes = [
        _("An empty priority, class or kind fits all tickets; of policies that fit, the one that names most holds."),
        _("Hours are those of work by the calendar, without the time a ticket waits for the customer."),
    ]
    if found and not covered(found, today):
        notes.append(_("No policy fits all tickets: those that fit none are promised nothing."))
    return Table("policies", title or _("What is promised"), POLICIES, ListRows(rows), notes=tuple(notes) if found else (),
                 empty=_("Nothing is promised yet.") + " " + _(START))  # fmt: skip


def since(day: dt.date) -> dt.date | None:
    """A first day; None for what was always so."""
    return None if day <= FROM_THE_BEGINNING else day
