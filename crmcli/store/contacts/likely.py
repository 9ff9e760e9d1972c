"""Who may be entered already: the same tax id, e-mail address or phone, however it is spelled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmcli.rules.contacts.plausible import digits, phone_digits
from crmcli.store.connection import rows

if TYPE_CHECKING:
    import duckdb

_LEAST_DIGITS = 5
_SQL = """
WITH given AS (SELECT $tax_id::VARCHAR AS tax_id, lower($email::VARCHAR) AS email, $phone::VARCHAR AS phone),
alike AS (
    SELECT t.id, 'tax_id' AS field FROM contacts AS t, given
    WHERE split_part(t.tax_id, '/', 1) = given.tax_id
    UNION ALL
    SELECT t.id, 'email' FROM contacts AS t, given WHERE lower(t.email) = given.email
    UNION ALL
    SELECT t.contact_id, 'email' FROM people AS t, given WHERE lower(t.email) = given.email
    UNION ALL
    SELECT t.id, 'phone' FROM contacts AS t, given WHERE right(regexp_replace(t.phone, '[^0-9]', '', 'g'), 10) = given.phone
    UNION ALL
    SELECT t.contact_id, 'phone' FROM people AS t, given WHERE right(regexp_replace(t.phone, '[^0-9]', '', 'g'), 10) = given.phone
)
SELECT c.code, c.name, a.field FROM contacts AS c JOIN (SELECT id, min(field) AS field FROM alike GROUP BY id) AS a ON a.id = c.id
ORDER BY c.code LIMIT 5
"""


@dataclass(frozen=True, slots=True)
class Likely:
    """A contact that has a field alike: tax_id, email or phone."""

    code: str
    name: str
    field: str


def likely(con: duckdb.DuckDBPyConnection, *, tax_id: str | None, email: str | None, phone: str | None) -> list[Likely]:
    """Contacts with the same tax id, e-mail address or phone; five at most."""
    given = {
        "tax_id": (tax_id or "").partition("/")[0].strip() or None,
        "email": (email or "").strip() or None,
        "phone": phone_digits(phone) if phone and len(digits(phone)) >= _LEAST_DIGITS else None,
    }
    return [Likely(*row) for row in rows(con, _SQL, given)] if any(given.values()) else []
