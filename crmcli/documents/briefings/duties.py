"""The page of a manager's duties: what the role asks, whom they report to, whom they look after; to be signed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crmcli.documents.briefings.facts import Briefing, Section
from crmcli.documents.briefings.tables import section_of
from crmcli.documents.page import Signing
from crmcli.language import N_
from crmcli.language import gettext as _
from crmcli.table import Table

_TITLES = {"agent": N_("Sales agent"), "key": N_("Key manager"), "senior": N_("Senior manager")}


@dataclass(frozen=True, slots=True)
class Appointed:
    """Whose duties they are; an empty text is not shown.

    Args:
        name: Of the manager, with the code.
        senior: Whom they report to.
        details: More to say, label and value: region, skills, languages, hours a month.
        accounts: The customers they look after; None: not told.
    """

    name: str = ""
    senior: str = ""
    details: tuple[tuple[str, str], ...] = ()
    accounts: Table | None = None


def duties_briefing(
    roles: Sequence[tuple[str, Sequence[str]]], *, language: str, as_of: dt.date, whom: Appointed | None = None
) -> Briefing:
    """The duties of roles as a page; with a name those of one manager, who signs them.

    Args:
        roles: Each agent, key, senior, or the owner's own word, with its duties, one sentence each, in the language of the
            page.
        language: "en" or "ru", the settled one.
        as_of: The day of the page.
        whom: Whose they are; None: of the roles at large.
    """
    person = whom or Appointed()
    titles = [_role(role) for role, _duties in roles]
    return Briefing(
        kind="duties",
        language=language,
        overline=_("Duties of a manager") if person.name else _("Duties of managers"),
        title=person.name or ", ".join(titles),
        as_of=as_of,
        subtitles=tuple(_subtitles(person, titles)),
        sections=tuple(_sections(person, roles, language)),
        signings=_signings(person) if person.name else (),
    )


def _role(word: str) -> str:
    return _(_TITLES[word]) if word in _TITLES else word


def _subtitles(person: Appointed, titles: Sequence[str]) -> Iterator[str]:
    if person.name:
        senior = _("reports to %(name)s") % {"name": person.senior} if person.senior else ""
        yield " · ".join(part for part in (*titles, senior) if part)
    yield " · ".join(f"{label}: {value}" for label, value in person.details if value)


def _sections(person: Appointed, roles: Sequence[tuple[str, Sequence[str]]], language: str) -> Iterator[Section]:
    for role, duties in roles:
        empty = () if duties else (_("No duties are written down for this role."),)
        title = _("Duties") if person.name or len(roles) == 1 else _role(role)
        yield Section(title, points=tuple(duties), sentences=empty)
    if person.accounts is not None:
        yield section_of(person.accounts, language=language, free="name")


def _signings(person: Appointed) -> tuple[Signing, ...]:
    """The manager, and whoever they report to; a name that is not known is written in."""
    own = Signing(_("Read and agreed"), ((_("Manager"), person.name),))
    return (own, Signing(_("Agreed with"), ((_("Senior manager"), person.senior),)))
