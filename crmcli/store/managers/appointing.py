"""Giving accounts to managers: one step over contacts.manager_id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.store.connection import scalar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmcli.store.journal import Writer


def appoint(writer: Writer, managers: Mapping[int, int]) -> int:
    """Give accounts their managers in the step of `writer`; how many changed. Call inside its transaction.

    Args:
        writer: Of the step.
        managers: Id of the contact → id of the manager.
    """
    con = writer.con
    con.execute("CREATE OR REPLACE TEMP TABLE appointed_all (id INTEGER, manager_id INTEGER)")
    if managers:
        con.execute(
            "INSERT INTO appointed_all SELECT unnest($1::INTEGER[]), unnest($2::INTEGER[])",
            [list(managers), list(managers.values())],
        )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE appointed AS SELECT a.id, a.manager_id FROM appointed_all AS a "
        "INNER JOIN contacts AS c ON c.id = a.id WHERE c.manager_id IS DISTINCT FROM a.manager_id"
    )
    if not scalar(con, "SELECT count(*) FROM appointed"):
        return 0
    return writer.update("contacts", ("manager_id",), "appointed")
