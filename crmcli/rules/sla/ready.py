"""A sensible beginning: Monday to Friday, the holidays of the country, and what is promised by urgency."""

from __future__ import annotations

from crmcli.language import gettext as _
from crmcli.rules.sla.arrangement import FROM_THE_BEGINNING, Arrangement
from crmcli.rules.sla.calendars import Calendar, Week, usual_minutes
from crmcli.rules.sla.durations import parse_duration
from crmcli.rules.sla.policies import Policy
from crmcli.rules.sla.week import parse_week

USUAL_HOURS = "mon-fri 9-18"
# priority, class, response, resolution; most special first
_PROMISES = (
    ("urgent", None, "1h", "1d"),
    ("high", None, "2h", "2d"),
    (None, None, "1d", "5d"),
)


def ready_arrangement(country: str | None, *, zone: str | None = None, hours: str = USUAL_HOURS) -> Arrangement:
    """One calendar and three policies: urgent, high, and everything else.

    Args:
        country: Whose holidays are free; None: nobody's.
        zone: Of the calendar.
        hours: Of the week.
    """
    calendar = Calendar(_("main"), (Week(FROM_THE_BEGINNING, parse_week(hours)),), zone=zone, country=country)
    length = usual_minutes(calendar, FROM_THE_BEGINNING)
    policies = tuple(
        Policy(0, priority, letter, None, parse_duration(first, day_minutes=length),
               max(parse_duration(whole, day_minutes=length), parse_duration(first, day_minutes=length)),
               calendar.name, FROM_THE_BEGINNING)
        for priority, letter, first, whole in _PROMISES
    )  # fmt: skip
    return Arrangement((calendar,), policies)
