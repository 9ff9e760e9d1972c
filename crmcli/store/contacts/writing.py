"""Codes, primary persons and removals of contacts, beside what the road of files writes (crmcli/intake/typed.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import ConflictError, UsageError
from crmcli.language import gettext as _
from crmcli.store.connection import rows, scalar
from crmcli.store.schema import REFERENCES

if TYPE_CHECKING:
    import duckdb

    from crmcli.store.journal import Writer

_OWN = frozenset({"people"})  # goes with the contact
_SHOWN = 5


def rename_code(writer: Writer, number: int, code: str) -> None:
    """Give a contact another code.

    Raises:
        UsageError: It is blank.
        ConflictError: Another contact has it.
    """
    if not code.strip():
        raise UsageError(_("a contact needs a code"))
    require_free(writer.con, code)
    writer.change("contacts", ("code",), [(number, code.strip())])


def require_free(con: duckdb.DuckDBPyConnection, code: str) -> None:
    """Refuse a code that a contact has, in any letter case.

    Raises:
        ConflictError: With the name of who has it.
    """
    taken = rows(con, "SELECT code, name FROM contacts WHERE lower(code) = lower($1) ORDER BY code", [code.strip()])
    if taken:
        told = {"code": taken[0][0], "name": taken[0][1]}
        raise ConflictError(
            _("there is a contact %(code)s already: %(name)s") % told,
            _("To change it: crmcli contact edit %(code)s") % told,
        )


def make_primary(writer: Writer, number: int, person: int) -> None:
    """Let one person of a contact be the primary one, and no other."""
    sql = 'SELECT id, id = $2 FROM people WHERE contact_id = $1 AND coalesce("primary", false) <> (id = $2) ORDER BY id'
    writer.change("people", ("primary",), rows(writer.con, sql, [number, person]))


def remove_person(writer: Writer, person: int) -> None:
    """Remove one person."""
    writer.drop("people", [person])


def remove_contact(writer: Writer, number: int, name: str) -> int:
    """Remove a contact and its people; returns how many people went with it.

    Raises:
        ConflictError: Something refers to it; the message says what.
    """
    con = writer.con
    kept = []
    for table, column in REFERENCES["contacts"]:
        if table not in _OWN and (count := scalar(con, f"SELECT count(*) FROM {table} WHERE {column} = $1", [number])):
            kept.append(f"{_(table.replace('_', ' '))} ({count})")
    if kept:
        more = ", …" if len(kept) > _SHOWN else ""
        raise ConflictError(
            _("%(name)s stays: it is named by %(what)s") % {"name": name, "what": ", ".join(kept[:_SHOWN]) + more},
            _("What was written by mistake is taken back with: crmcli undo STEP"),
        )
    people = writer.drop("people", writer.ids("people", contact_id=number))
    writer.drop("contacts", [number])
    return people
