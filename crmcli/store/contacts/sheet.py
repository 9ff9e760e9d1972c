"""A contact and its people as plain texts, field by field: for screens, for before and after, and to be taken in again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from crmcli.errors import ConflictError, NotFoundError
from crmcli.language import gettext as _
from crmcli.language import nearest
from crmcli.store.connection import rows

if TYPE_CHECKING:
    import duckdb

CONTACT = (
    "code", "name", "kind", "role", "tax_id", "email", "phone", "website", "address", "city", "region", "country",
    "industry", "group", "source", "channel", "manager", "price_list", "payment_terms_days", "credit_limit",
    "consent_mail", "consent_call", "created_on", "tags", "note",
)  # fmt: skip
PERSON = ("name", "position", "email", "phone", "primary", "note")
_TOLD = {  # columns that are not text as they are stored
    "manager": "manager.code",
    "payment_terms_days": "t.payment_terms_days::VARCHAR",
    "credit_limit": "rtrim(rtrim(t.credit_limit::VARCHAR, '0'), '.')",
    "consent_mail": "CASE WHEN t.consent_mail THEN 'yes' WHEN NOT t.consent_mail THEN 'no' END",
    "consent_call": "CASE WHEN t.consent_call THEN 'yes' WHEN NOT t.consent_call THEN 'no' END",
    "created_on": "t.created_on::VARCHAR",
    "primary": "CASE WHEN t.\"primary\" THEN 'yes' WHEN NOT t.\"primary\" THEN 'no' END",
}


def contact_fields(con: duckdb.DuckDBPyConnection, number: int) -> dict[str, str | None]:
    """Every field of a contact as text, the owner's own among them; None where there is nothing."""
    con.execute("CREATE OR REPLACE TEMP TABLE sheet_wanted AS SELECT $1::INTEGER AS id", [number])
    fields = dict(next(iter(every_contact(con, "sheet_wanted").values())))
    custom = fields.pop("custom")
    return fields | own_fields(custom)


def every_contact(con: duckdb.DuckDBPyConnection, wanted: str) -> dict[int, dict[str, str | None]]:
    """Id → every field as text, the owner's own as JSON in "custom", of the contacts in a temp table of ours; by code."""
    found = rows(
        con,
        f"SELECT t.id, {_selected(CONTACT)}, t.custom FROM contacts AS t JOIN {wanted} USING (id) "
        "LEFT JOIN managers AS manager ON manager.id = t.manager_id ORDER BY t.code",
    )
    return {number: dict(zip((*CONTACT, "custom"), fields, strict=True)) for number, *fields in found}


def every_person(con: duckdb.DuckDBPyConnection, wanted: str) -> list[tuple[int, dict[str, str | None]]]:
    """Contact id and every field as text of the people of the contacts in a temp table of ours; by code and name."""
    found = rows(
        con,
        f"SELECT t.contact_id, {_selected(PERSON)}, t.custom FROM people AS t JOIN {wanted} AS w ON w.id = t.contact_id "
        "JOIN contacts AS c ON c.id = t.contact_id ORDER BY c.code, t.name, t.id",
    )
    return [(number, dict(zip((*PERSON, "custom"), fields, strict=True))) for number, *fields in found]


def own_fields(custom: str | None) -> dict[str, str | None]:
    """The owner's own fields of a row, from the JSON they are kept in."""
    kept = json.loads(custom) if custom else {}
    return {str(name): None if value is None else str(value) for name, value in kept.items()}


def people_of(con: duckdb.DuckDBPyConnection, number: int) -> list[dict[str, str | None]]:
    """The people of a contact, the primary first; each with its "id" as text besides its fields."""
    found = rows(
        con,
        f"SELECT t.id::VARCHAR, {_selected(PERSON)} FROM people AS t WHERE t.contact_id = $1 "
        'ORDER BY coalesce(t."primary", false) DESC, t.name, t.id',
        [number],
    )
    return [dict(zip(("id", *PERSON), row, strict=True)) for row in found]


def find_person(con: duckdb.DuckDBPyConnection, number: int, name: str) -> dict[str, str | None]:
    """The one person of a contact whom a name, or a part of it, means.

    Raises:
        NotFoundError: Nobody.
        ConflictError: Several.
    """
    people, wanted = people_of(con, number), " ".join(name.split()).casefold()
    same = [one for one in people if str(one["name"]).casefold() == wanted]
    found = same or [one for one in people if wanted and wanted in str(one["name"]).casefold()]
    names = [str(one["name"]) for one in people]
    if not found:
        hint = nearest(name, names) or (", ".join(names[:12]) or None)
        raise NotFoundError(_("there is no person %(name)s here") % {"name": repr(name)}, hint)
    if len(found) > 1:
        raise ConflictError(
            _("%(name)s could be several people") % {"name": repr(name)}, ", ".join(str(one["name"]) for one in found)
        )
    return found[0]


def _selected(columns: tuple[str, ...]) -> str:
    return ", ".join(f'{_TOLD[name]} AS "{name}"' if name in _TOLD else f't."{name}"' for name in columns)
