"""Names of properties that carry on a phone's card (vCard) what cards have no place for."""

from __future__ import annotations

PREFIX = "X-CRMCLI-"
COMPANY = "company"  # the code of the contact whom a person belongs to
CUSTOM = "custom"  # the owner's own fields as JSON
# Columns that a card has a place of its own for; all others are carried by a property of ours.
PLACED = frozenset(
    {"name", "email", "phone", "website", "address", "city", "region", "country", "note", "tags", "position"}
)
UID = "urn:crmcli:"


def property_of(column: str) -> str:
    """The property that carries a column: tax_id → X-CRMCLI-TAX-ID."""
    return PREFIX + column.upper().replace("_", "-")


def column_of(name: str) -> str | None:
    """The column that a property carries; None where it is none of ours."""
    bare = name.upper()
    return bare.removeprefix(PREFIX).lower().replace("-", "_") if bare.startswith(PREFIX) else None


def escaped(text: str) -> str:
    """A text as the value of a property of ours: one line."""
    return text.replace("\\", "\\\\").replace("\n", "\\n")


def unescaped(text: str) -> str:
    """The text of such a value."""
    found, signs = [], iter(text)
    for sign in signs:
        if sign != "\\":
            found.append(sign)
            continue
        after = next(signs, "\\")
        found.append("\n" if after in "nN" else after)
    return "".join(found)
