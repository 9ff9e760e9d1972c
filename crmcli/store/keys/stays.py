"""Who was a key account from when to when: a selection of a day is kept so that no customer is in twice at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli.errors import ConflictError
from crmcli.language import gettext as _
from crmcli.numbers import cell
from crmcli.store.connection import rows, scalar
from crmcli.table import Kind

if TYPE_CHECKING:
    import duckdb

    from crmcli.store.journal import Writer

_COLUMNS = ("customer_id", "entered_on", "left_on", "rule_version", "score", "entry_reason", "left_reason")


@dataclass(frozen=True, slots=True)
class Stay:
    """One stay; its fields are columns of the table. left_on is the first day out again."""

    customer_id: int
    entered_on: dt.date
    left_on: dt.date | None
    rule_version: int | None
    score: Decimal | None
    entry_reason: str
    left_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """How a customer comes in: by which version (None: picked by hand), with which score, and why in words."""

    rule_version: int | None
    score: Decimal | None
    reason: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What a selection makes of the stays there are: by id those changed and removed, and new ones."""

    new: Sequence[Stay]
    changed: Mapping[int, Stay]
    gone: Sequence[int]

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.gone)


def stays_around(con: duckdb.DuckDBPyConnection, day: dt.date) -> dict[int, Stay]:
    """Stays that cover a day or end on it, by id."""
    found = rows(
        con,
        f"SELECT id, {', '.join(_COLUMNS)} FROM key_accounts WHERE entered_on <= $1 AND (left_on IS NULL OR left_on >= $1) "
        "ORDER BY entered_on, id",
        [day],
    )
    return {number: Stay(*row) for number, *row in found}


def changes(
    around: Mapping[int, Stay], members: Mapping[int, Entry], leaving: Mapping[int, str], *, as_of: dt.date
) -> Changes:
    """What makes the members of a day those given.

    An entry or exit that an earlier selection of the same day made is taken over or taken back, so that nobody is in for no
    day at all, and the same selection again changes nothing.

    Args:
        around: As `stays_around` of the day.
        members: Customer → how they come in, for everybody who is in from the day on.
        leaving: Customer → why in words, for those who were in the day before and are not any more.
        as_of: The day.
    """
    standing = {one.customer_id: (number, one) for number, one in around.items()}
    new = [
        Stay(customer, as_of, None, entry.rule_version, entry.score, entry.reason)
        for customer, entry in members.items()
        if customer not in standing
    ]
    changed: dict[int, Stay] = {}
    gone: list[int] = []
    for customer, (number, stay) in standing.items():
        entry = members.get(customer)
        if entry is None and stay.entered_on == as_of:
            gone.append(number)
            continue
        wanted = _kept(stay, entry, leaving.get(customer), as_of)
        if wanted != stay:
            changed[number] = wanted
    return Changes(new, changed, gone)


def _kept(stay: Stay, entry: Entry | None, left_reason: str | None, as_of: dt.date) -> Stay:
    """A stay as the day's selection leaves it."""
    if entry is None:
        return stay if stay.left_on == as_of else replace(stay, left_on=as_of, left_reason=left_reason)
    if stay.left_on == as_of:
        stay = replace(stay, left_on=None, left_reason=None)
    if stay.entered_on == as_of and (stay.rule_version, stay.score) != (entry.rule_version, entry.score):
        return replace(stay, rule_version=entry.rule_version, score=entry.score, entry_reason=entry.reason)
    return stay


def last_change(con: duckdb.DuckDBPyConnection) -> dt.date | None:
    """The last day on which anybody came in or left; None before the first selection."""
    found: dt.date | None = scalar(
        con, "SELECT max(greatest(entered_on, coalesce(left_on, entered_on))) FROM key_accounts"
    )
    return found


def keep_selection(
    writer: Writer, members: Mapping[int, Entry], leaving: Mapping[int, str], *, as_of: dt.date
) -> Changes:
    """Keep the members of a day; arguments as of `changes`.

    Raises:
        ConflictError: Something would change, but somebody came in or left on a later day.
    """
    found = changes(stays_around(writer.con, as_of), members, leaving, as_of=as_of)
    last = last_change(writer.con)
    if found and last is not None and last > as_of:
        told = {"day": cell(as_of, Kind.DATE), "last": cell(last, Kind.DATE)}
        raise ConflictError(
            _("key accounts came in or left on %(last)s already; a selection of %(day)s would contradict that") % told,
            _("look without keeping: --dry-run; or take the later selection back first: crmcli log"),
        )
    writer.drop("key_accounts", found.gone)
    writer.change("key_accounts", _COLUMNS, [(number, *astuple(stay)) for number, stay in found.changed.items()])
    writer.add("key_accounts", _COLUMNS, [astuple(stay) for stay in found.new])
    return found
