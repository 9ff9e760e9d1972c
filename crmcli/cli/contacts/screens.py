"""How contacts, their people and changes of both look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crmcli.language import N_
from crmcli.language import gettext as _
from crmcli.table import Column, Kind, ListRows, Table

_SHEET = (Column("field", N_("Field"), Kind.LEVEL), Column("value", N_("Value"), Kind.TEXT))
_CHANGES = (
    Column("field", N_("Field"), Kind.LEVEL),
    Column("before", N_("Before"), Kind.TEXT),
    Column("after", N_("After"), Kind.TEXT),
)
_PEOPLE = (
    Column("name", N_("Name"), Kind.TEXT),
    Column("position", N_("Position"), Kind.TEXT),
    Column("email", N_("E-mail"), Kind.TEXT),
    Column("phone", N_("Phone"), Kind.TEXT),
    Column("primary", N_("Primary"), Kind.LEVEL),
    Column("note", N_("Note"), Kind.TEXT),
)


def sheet_table(title: str, fields: Mapping[str, str | None], *, empty_too: bool = True) -> Table:
    """Fields of one contact or person, one a row."""
    rows = [(name, text) for name, text in fields.items() if name != "id" and (text or empty_too)]
    return Table("contact", title, _SHEET, ListRows(rows))


def changes_table(title: str, before: Mapping[str, str | None], after: Mapping[str, str | None]) -> Table:
    """Fields that changed, before and after."""
    names = dict.fromkeys([*before, *after])
    rows = [
        (name, before.get(name), after.get(name))
        for name in names
        if name != "id" and (before.get(name) or None) != (after.get(name) or None)
    ]
    return Table("changes", title, _CHANGES, ListRows(rows), empty=_("It is so already."))


def people_table(people: Sequence[Mapping[str, str | None]]) -> Table:
    """People of one contact."""
    rows = [
        tuple(("primary" if one["primary"] == "yes" else None) if c.name == "primary" else one[c.name] for c in _PEOPLE)
        for one in people
    ]
    empty = _("No people yet; add one: crmcli contact person add CUSTOMER NAME")
    return Table("people", _("People"), _PEOPLE, ListRows(rows), empty=empty)
