"""What looking after an account takes: skills, languages, hours a month; one row an account, undoable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crmcli.errors import UsageError
from crmcli.language import gettext as _
from crmcli.rules.assigning.lists import joined, words_of
from crmcli.store.connection import rows
from crmcli.store.managers.managers import MONTH_HOURS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    import duckdb

    from crmcli.store.journal import Writer

_COLUMNS = ("skills", "languages", "hours", "note")


@dataclass(frozen=True, slots=True)
class Need:
    """What an account needs: all skills, one of the languages, hours a month (None: by its plan or class)."""

    customer: str
    name: str
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    hours: Decimal | None = None
    note: str | None = None


def needs(con: duckdb.DuckDBPyConnection, customer_id: int | None = None) -> list[Need]:
    """What accounts need, by code; of one account, or of all that need anything."""
    found = rows(
        con,
        "SELECT contact.code, contact.name, need.skills, need.languages, need.hours, need.note FROM account_needs AS need "
        "INNER JOIN contacts AS contact ON contact.id = need.customer_id WHERE $1 IS NULL OR need.customer_id = $1 "
        "ORDER BY contact.code",
        [customer_id],
    )
    return [
        Need(code, name, words_of(skills), words_of(languages), hours, note)
        for code, name, skills, languages, hours, note in found
    ]


def set_need(writer: Writer, customer_id: int, changes: Mapping[str, Any]) -> None:
    """Set what an account needs in the step of `writer`; fields not named stay. Call inside its transaction.

    Args:
        writer: Of the step.
        customer_id: The account.
        changes: skills, languages (tuples of words), hours (None: not said), note.

    Raises:
        UsageError: Hours that no month has.
    """
    hours = changes.get("hours")
    if hours is not None and not 0 <= hours <= MONTH_HOURS:
        raise UsageError(_("hours a month lie between 0 and %(most)s") % {"most": MONTH_HOURS})
    given = {
        key: joined(words_of("; ".join(value))) if isinstance(value, tuple) else value for key, value in changes.items()
    }
    old = rows(
        writer.con,
        f"SELECT id, {', '.join(_COLUMNS)} FROM account_needs WHERE customer_id = $1 ORDER BY id LIMIT 1",
        [customer_id],
    )
    if not old:
        writer.add("account_needs", ("customer_id", *given), [(customer_id, *given.values())])
        return
    number, *values = old[0]
    before = dict(zip(_COLUMNS, values, strict=True))
    changed = {key: value for key, value in given.items() if before[key] != value}
    if changed:
        writer.change("account_needs", tuple(changed), [(number, *changed.values())])


def clear_need(writer: Writer, customer_id: int) -> bool:
    """Take out what an account needs; whether there was anything. Call inside its transaction."""
    return bool(writer.drop("account_needs", writer.ids("account_needs", customer_id=customer_id)))
