"""What can be done with a ticket in each of its states, and how it stands after all that happened.

open: ours to answer; waiting: for the customer; resolved: answered for good, as we believe; closed: done with.

| act | open | waiting | resolved | closed |
|---|---|---|---|---|
| message of the customer | | ends the wait | opens it again | within 30 days opens it again |
| reply | | ends the wait | | no |
| note, link, rate | | | | |
| assign, priority | | | no | no |
| wait | waiting | no | no | no |
| resolve | resolved | resolved | no | no |
| close | said twice | said twice | closed | no |
| reopen | no | ends the wait | open | open |
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from crmcli.errors import ConflictError
from crmcli.language import N_
from crmcli.language import gettext as _

OPEN, WAITING, RESOLVED, CLOSED = "open", "waiting", "resolved", "closed"
STATES = (OPEN, WAITING, RESOLVED, CLOSED)
SETTLED = (RESOLVED, CLOSED)
# Kinds of events of a thread, in the table ticket_events.
EVENTS = ("opened", "message", "reply", "note", "assigned", "priority", "waiting", "resumed", "resolved", "closed",
          "reopened", "linked", "rated")  # fmt: skip
REOPEN_DAYS = 30  # so long after it was closed a word of the customer opens a ticket again
_WORDS = (
    N_("open"), N_("waiting"), N_("resolved"), N_("closed"), N_("opened"), N_("message"), N_("reply"), N_("note"), N_("assigned"),
    N_("priority"), N_("resumed"), N_("reopened"), N_("linked"), N_("rated"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Event:
    """What a state follows from, of one event of a thread."""

    at: dt.datetime
    kind: str
    agent_id: int | None = None
    was: str | None = None
    became: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a ticket stands; the fields are columns of tickets, but waiting_since and last_at (of the last event)."""

    status: str
    agent_id: int | None
    first_response_at: dt.datetime | None
    resolved_at: dt.datetime | None
    closed_at: dt.datetime | None
    reopened: int | None
    waiting_since: dt.datetime | None = None
    last_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """Something to be done with a ticket: its number for the sentences, the word of the act, when."""

    ticket_no: str
    word: str
    at: dt.datetime
    unresolved: bool = False


def stand(events: Iterable[Event]) -> Standing:
    """How a ticket stands after events, in the order of its thread."""
    now = Standing(OPEN, None, None, None, None, None)
    for event in events:
        now = replace(_after(now, event), last_at=max(event.at, now.last_at or event.at))
    return now


def steps_of(now: Standing, act: Act) -> tuple[str, ...]:
    """The kinds of events that an act is, in order: a message on a resolved ticket is "message" and "reopened".

    Raises:
        ConflictError: It cannot be done in that state; the hint says what to do instead.
    """
    require_forward(now, act)
    kind = {"assign": "assigned", "wait": WAITING, "resolve": RESOLVED, "close": CLOSED, "reopen": "reopened", "link": "linked",
            "rate": "rated"}.get(act.word, act.word)  # fmt: skip
    if act.word == "message":
        return _heard(now, act)
    if act.word == "reopen" and now.status == WAITING:
        return ("resumed",)
    _refuse(now, act)
    return (kind, "resumed") if act.word == "reply" and now.status == WAITING else (kind,)


def require_forward(now: Standing, act: Act) -> None:
    """Moments do not go backwards within a thread.

    Raises:
        ConflictError: Something happened later than the act.
    """
    if now.last_at is not None and act.at < now.last_at:
        words = {"at": _shown(act.at), "last": _shown(now.last_at), "ticket": act.ticket_no}
        raise ConflictError(
            _("%(at)s lies before the last event of %(ticket)s, which was at %(last)s") % words,
            _("Say a later moment with --at, or take the later event back with crmcli undo"),
        )


def _after(now: Standing, event: Event) -> Standing:
    if event.kind == "opened":
        begun = event.became if event.became in STATES else OPEN
        told = int(event.was) if event.was and event.was.isdigit() else None
        return replace(now, status=begun, agent_id=event.agent_id, reopened=told)
    if event.kind == "assigned":
        return replace(now, agent_id=event.agent_id)
    if event.kind in (WAITING, RESOLVED, CLOSED, "reopened"):
        return _turned(now, event.kind, event.at)
    return _spoken(now, event) if event.kind in ("reply", "message", "resumed") else now


def _turned(now: Standing, kind: str, at: dt.datetime) -> Standing:
    """After an event that makes a new state by itself."""
    again = kind == "reopened"
    return replace(
        now,
        status=OPEN if again else kind,
        waiting_since=at if kind == WAITING else None,
        resolved_at=None if again else at if kind == RESOLVED else now.resolved_at,
        closed_at=None if again else at if kind == CLOSED else now.closed_at,
        reopened=(now.reopened or 0) + 1 if again else now.reopened,
    )


def _spoken(now: Standing, event: Event) -> Standing:
    """After a word that ends a wait; the first reply is kept."""
    first = event.at if event.kind == "reply" and now.first_response_at is None else now.first_response_at
    if now.status == WAITING:
        return replace(now, status=OPEN, waiting_since=None, first_response_at=first)
    return replace(now, first_response_at=first)


def _heard(now: Standing, act: Act) -> tuple[str, ...]:
    """What a message of the customer does."""
    if now.status == WAITING:
        return ("message", "resumed")
    if now.status == OPEN:
        return ("message",)
    settled = now.closed_at or now.resolved_at
    if now.status == CLOSED and settled is not None and act.at - settled > dt.timedelta(REOPEN_DAYS):
        words = {"ticket": act.ticket_no, "at": _shown(settled), "days": REOPEN_DAYS}
        raise ConflictError(
            _("%(ticket)s was closed on %(at)s, more than %(days)s days before") % words,
            _('Open a new one: crmcli ticket open CUSTOMER "SUBJECT" --about %(ticket)s') % words,
        )
    return ("message", "reopened")


def _refuse(now: Standing, act: Act) -> None:
    """Raise what stands against an act, if anything does."""
    words = {"ticket": act.ticket_no}
    again = _("Open it again first: crmcli ticket reopen %(ticket)s") % words
    settled = {RESOLVED: _("%(ticket)s is resolved") % words, CLOSED: _("%(ticket)s is closed") % words}.get(now.status)
    if act.word in ("assign", "priority", "wait") and settled:
        raise ConflictError(settled, again)
    if act.word == "reply" and now.status == CLOSED:
        raise ConflictError(settled or "", again)
    if act.word == "wait" and now.status == WAITING:
        since = {**words, "at": _shown(now.waiting_since)}
        raise ConflictError(_("%(ticket)s waits for the customer already, since %(at)s") % since,
                            _("When they write: crmcli ticket message %(ticket)s TEXT") % words)  # fmt: skip
    if act.word == "resolve" and settled:
        hint = _("To close it: crmcli ticket close %(ticket)s") % words if now.status == RESOLVED else again
        raise ConflictError(settled, hint)
    if act.word == "close" and now.status == CLOSED:
        raise ConflictError(settled or "", again)
    if act.word == "close" and now.status != RESOLVED and not act.unresolved:
        raise ConflictError(
            _("%(ticket)s is not resolved yet") % words,
            _("Resolve it first: crmcli ticket resolve %(ticket)s; or close it as it is with --unresolved") % words,
        )
    if act.word == "reopen" and now.status == OPEN:
        raise ConflictError(_("%(ticket)s is open already") % words)


def _shown(moment: dt.datetime | None) -> str:
    return moment.isoformat(" ", "minutes") if moment is not None else "?"
