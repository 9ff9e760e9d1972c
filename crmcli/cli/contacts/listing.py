"""`crmcli contact list`: contacts by role, manager, tag and rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmcli.cli.segments.asking import all_rules, asked_on
from crmcli.language import N_
from crmcli.language import gettext as _
from crmcli.store.stored import StoredRows
from crmcli.table import Column, Kind, Table

if TYPE_CHECKING:
    import duckdb

    from crmcli.cli.session import Session

_LIST = (
    Column("customer", N_("Customer"), Kind.CODE),
    Column("name", N_("Name"), Kind.TEXT),
    Column("role", N_("Role"), Kind.LEVEL),
    Column("city", N_("City"), Kind.TEXT),
    Column("phone", N_("Phone"), Kind.TEXT),
    Column("email", N_("E-mail"), Kind.TEXT),
    Column("manager", N_("Manager"), Kind.CODE),
    Column("tags", N_("Tags"), Kind.TEXT),
)
_CHOSEN = """
CREATE OR REPLACE TEMP TABLE contact_list AS
SELECT t.code AS customer, t.name, t.role, t.city, t.phone, t.email, m.code AS manager, t.tags
FROM contacts AS t LEFT JOIN managers AS m ON m.id = t.manager_id
WHERE ($role::VARCHAR IS NULL OR lower(t.role) = $role) AND ($manager::VARCHAR IS NULL OR m.code = $manager)
AND ($tag::VARCHAR IS NULL OR contains('|' || regexp_replace(lower(t.tags), '\\s*[,;|]\\s*', '|', 'g') || '|', '|' || $tag || '|'))
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which contacts: role, code of the manager, tag and rule, each None for all; the rule is asked on `as_of`."""

    role: str | None
    manager: str | None
    tag: str | None
    rule: str | None
    as_of: str


def listed(con: duckdb.DuckDBPyConnection, state: Session, wanted: Wanted, *, limit: int | None) -> Table:
    """The contacts wanted, by code.

    Raises:
        UsageError: The rule cannot be read.
    """
    tag = wanted.tag.strip().lower() if wanted.tag else None
    con.execute(_CHOSEN, {"role": wanted.role, "manager": wanted.manager, "tag": tag})
    if wanted.rule:
        from crmcli.reports.segments.members import MEMBERS, members

        members(con, asked_on(con, state, wanted.rule, wanted.as_of, all_rules(con)), title="")
        con.execute(f"DELETE FROM contact_list WHERE customer NOT IN (SELECT customer FROM {MEMBERS})")
    count = int(con.execute("SELECT count(*) FROM contact_list").fetchall()[0][0])
    cut = f" LIMIT {limit:d}" if limit is not None else ""
    rows = StoredRows(con, _LIST, f"FROM contact_list ORDER BY customer{cut}", {}, min(count, limit or count))
    return Table(
        "contacts", _("Contacts"), _LIST, rows, total_rows=count if limit is not None and limit < count else None,
        empty=_("No contact is like that; all of them: crmcli contact list"),
    )  # fmt: skip
