"""What looking after an account takes: skills, languages, hours a month; one row an account, undoable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crmcli.errors import UsageError
from crmcli.language import gettext as _
from crmcli.rules.assigning.lists import joined, words_of
from crmcli.store.catalogue.products import stage_row
from crmcli.store.connection import rows
from crmcli.store.managers.managers import MONTH_HOURS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    import duckdb

    from crmcli.store.journal import Writer

_KINDS = {
    "customer_id": "INTEGER",
    "skills": "VARCHAR",
    "languages": "VARCHAR",
    "hours": "DECIMAL(18, 4)",
    "note": "VARCHAR",
}


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
    names = ", ".join(_KINDS)
    old = rows(
        writer.con, f"SELECT id, {names} FROM account_needs WHERE customer_id = $1 ORDER BY id LIMIT 1", [customer_id]
    )
    if not old:
        number = writer.reserve("account_needs", 1)
        stage_row(writer.con, "need_new", _KINDS, {"customer_id": customer_id, **given}, number)
        writer.insert("account_needs", list(_KINDS), "need_new")
        return
    before = dict(zip(_KINDS, old[0][1:], strict=True))
    changed = [key for key, value in given.items() if before[key] != value]
    if changed:
        stage_row(writer.con, "need_changed", _KINDS, {**before, **given}, int(old[0][0]))
        writer.update("account_needs", changed, "need_changed")


def clear_need(writer: Writer, customer_id: int) -> bool:
    """Take out what an account needs; whether there was anything. Call inside its transaction."""
    writer.con.execute(
        "CREATE OR REPLACE TEMP TABLE need_gone AS SELECT id FROM account_needs WHERE customer_id = $1", [customer_id]
    )
    return bool(writer.remove("account_needs", "SELECT id FROM need_gone"))
