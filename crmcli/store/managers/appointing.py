"""Giving accounts to managers: one step over contacts.manager_id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.store.connection import rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmcli.store.journal import Writer


def appoint(writer: Writer, managers: Mapping[int, int]) -> int:
    """Give accounts their managers in the step of `writer`; how many changed. Call inside its transaction.

    Args:
        writer: Of the step.
        managers: Id of the contact → id of the manager.
    """
    sql = "SELECT id, manager_id FROM contacts WHERE id IN (SELECT unnest($1::INTEGER[])) ORDER BY id"
    known = rows(writer.con, sql, [list(managers)])
    changed = [(account, managers[account]) for account, manager in known if manager != managers[account]]
    writer.change("contacts", ("manager_id",), changed)
    return len(changed)
