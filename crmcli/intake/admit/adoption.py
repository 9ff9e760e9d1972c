"""Contacts and managers that were made along the way meet the file that knows their codes."""

from __future__ import annotations

from crmcli.intake.admit.admission import Admission
from crmcli.language import ngettext
from crmcli.store.connection import scalar

# What an earlier file may have called a row for want of its code.
_CALLED = {"contacts": ("name", "tax_id", "email"), "managers": ("name",)}


def adopt(admission: Admission) -> None:
    """Let new rows be stored ones that were known only by name, tax id or e-mail: they get the code instead of a twin.

    Only where it is certain: the stored code is that very text, and one row of the file goes by it. Changes `met`.
    """
    con, table = admission.con, admission.entity.table
    if not scalar(con, "SELECT EXISTS (FROM met WHERE id IS NULL) AND EXISTS (FROM met)"):
        return
    calls = [column for column in _CALLED[table] if admission.has(column)]
    if not calls:
        return
    called = " UNION ".join(
        f'SELECT row_no, "{column}" AS called FROM incoming WHERE "{column}" IS NOT NULL' for column in calls
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE adopted AS SELECT any_value(c.row_no) AS row_no, t.id, any_value(t.added_in) AS added_in "
        f"FROM ({called}) AS c JOIN {table} AS t ON t.code = c.called WHERE t.id NOT IN (SELECT id FROM met WHERE id IS NOT NULL) "
        "GROUP BY t.id HAVING count(DISTINCT c.row_no) = 1"
    )
    con.execute(
        "DELETE FROM adopted WHERE row_no NOT IN (SELECT row_no FROM met WHERE id IS NULL) "
        "OR row_no IN (SELECT row_no FROM adopted GROUP BY row_no HAVING count(*) > 1)"
    )
    count = int(scalar(con, "SELECT count(*) FROM adopted"))
    if count:
        con.execute("UPDATE met SET id = a.id, added_in = a.added_in FROM adopted AS a WHERE a.row_no = met.row_no")
        admission.notes.append(
            ngettext(
                "%(count)s row was known by another word so far, such as its name; it has its code now",
                "%(count)s rows were known by other words so far, such as their names; they have their codes now",
                count,
            )
            % {"count": count}
        )
