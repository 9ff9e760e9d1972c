"""What customers like and need, as heard: noted, ended, held on a day; written as undoable steps."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmcli.errors import ConflictError, NotFoundError, UsageError
from crmcli.language import gettext as _
from crmcli.store.connection import rows, scalar

if TYPE_CHECKING:
    import duckdb

    from crmcli.store.journal import Writer

KINDS = ("preference", "need")
_MOST = 500  # characters


@dataclass(frozen=True, slots=True)
class Preference:
    """One thing a customer likes or needs; it holds from noted_on, and no longer from ended_on."""

    number: int
    kind: str
    text: str
    noted_on: dt.date
    ended_on: dt.date | None
    source: str | None


def preferences_of(
    con: duckdb.DuckDBPyConnection, customer_id: int, *, as_of: dt.date, ended: bool = False
) -> list[Preference]:
    """What a customer likes and needs on a day, needs first; with `ended` also what held once before."""
    found = rows(
        con,
        'SELECT id, kind, "text", noted_on, CASE WHEN ended_on <= $2 THEN ended_on END, source FROM preferences '
        "WHERE customer_id = $1 AND noted_on <= $2 AND ($3 OR ended_on IS NULL OR ended_on > $2) "
        "ORDER BY ended_on <= $2 NULLS FIRST, kind <> 'need', noted_on, id",
        [customer_id, as_of, ended],
    )
    return [Preference(*row) for row in found]


def note_preference(
    writer: Writer, customer_id: int, *, kind: str, text: str, noted_on: dt.date, source: str | None = None
) -> int:
    """Note one; returns its number. Call inside a transaction.

    Raises:
        UsageError: Nothing is said, or more than 500 characters.
        ConflictError: It is noted already, and holds.
    """
    said = " ".join(text.split())
    if not said or len(said) > _MOST:
        raise UsageError(_("say in 1 to %(most)s characters what the customer likes or needs") % {"most": _MOST})
    known = [
        one
        for one in preferences_of(writer.con, customer_id, as_of=dt.date.max)
        if one.text.casefold() == said.casefold()
    ]
    if known and known[0].kind == kind:
        raise ConflictError(_("it is noted already, as number %(number)s") % {"number": known[0].number})
    columns = ("customer_id", "kind", "text", "noted_on", "source")
    (number,) = writer.add("preferences", columns, [(customer_id, kind, said, noted_on, source)])
    return number


def end_preference(writer: Writer, customer_id: int, number: int, *, ended_on: dt.date) -> Preference:
    """Let one hold no more from a day; returns it as it was. Call inside a transaction.

    Raises:
        NotFoundError: The customer has none of that number.
        ConflictError: It has ended already, or was noted only later.
    """
    con = writer.con
    every = preferences_of(con, customer_id, as_of=dt.date.max, ended=True)
    found = next((one for one in every if one.number == number), None)
    if found is None:
        numbers = ", ".join(str(one.number) for one in every if one.ended_on is None)
        hint = _("Those that hold: %(numbers)s") % {"numbers": numbers} if numbers else None
        raise NotFoundError(_("this customer has no preference or need %(number)s") % {"number": number}, hint)
    if scalar(con, "SELECT ended_on IS NOT NULL FROM preferences WHERE id = $1", [number]):
        raise ConflictError(_("number %(number)s has ended already") % {"number": number})
    if ended_on < found.noted_on:
        raise ConflictError(
            _("number %(number)s was noted only on %(day)s") % {"number": number, "day": found.noted_on}
        )
    writer.change("preferences", ("ended_on",), [(number, ended_on)])
    return found
