"""Adding and changing people of a contact."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from crmcli.cli.contacts.keeping import Edited, Fields
from crmcli.errors import ConflictError, UsageError
from crmcli.language import gettext as _
from crmcli.language import nearest
from crmcli.reports.lookup import find_party
from crmcli.rules.contacts.plausible import doubts
from crmcli.store.contacts.sheet import PERSON, find_person, people_of
from crmcli.store.contacts.writing import make_primary

if TYPE_CHECKING:
    from crmcli.store.journal import Writer

_TEXTS = tuple(column for column in PERSON if column != "primary")


def add_person(
    writer: Writer, word: str, cells: Mapping[str, str], own: Mapping[str, str], *, primary: bool | None, today: dt.date
) -> Edited:
    """Add a person to the contact that a word means; the first one is the primary one unless said.

    Raises:
        UsageError: No name.
        ConflictError: There is a person of that name.
    """
    from crmcli.intake.typed import take_row

    con, party = writer.con, find_party(writer.con, word)
    filled = {column: text for column, text in cells.items() if text}
    if "name" not in filled:
        raise UsageError(_("a person needs a name"))
    people = people_of(con, party.id)
    _require_free(people, filled["name"])
    first = primary if primary is not None else not people
    row = {"company": party.code, **filled, "primary": "yes" if first else "no"}
    notes = doubts(email=filled.get("email"), phone=filled.get("phone"))
    notes += take_row(writer, "people", row, {k: v for k, v in own.items() if v}, mode="create", today=today)
    added = next(one for one in people_of(con, party.id) if one["name"] == filled["name"])
    if first:
        make_primary(writer, party.id, int(str(added["id"])))
    return Edited({}, added, notes)


def edit_person(
    writer: Writer, word: str, name: str, cells: Mapping[str, str], *, clear: Sequence[str], primary: bool | None
) -> Edited:
    """Change a person of the contact that a word means.

    Raises:
        UsageError: Nothing is named, or a field to clear that is none, or no name is left.
        ConflictError: Another person has the new name.
    """
    con, party = writer.con, find_party(writer.con, word)
    before = find_person(con, party.id, name)
    wanted: Fields = {**cells, **dict.fromkeys(_cleared(clear, cells), "")}
    if not wanted and primary is None:
        raise UsageError(_("nothing to change was named"), "--name --position --email --phone --primary --note --clear")
    if "name" in wanted and not wanted["name"]:
        raise UsageError(_("a person needs a name"))
    number = int(str(before["id"]))
    _require_free([one for one in people_of(con, party.id) if one["id"] != before["id"]], wanted.get("name") or "")
    changed = {column: text or None for column, text in wanted.items() if (text or None) != before[column]}
    if changed:
        _write(writer, number, {column: changed.get(column, before[column]) for column in _TEXTS}, list(changed))
    if primary:
        make_primary(writer, party.id, number)
    elif primary is not None and before["primary"] != "no":
        con.execute(
            'CREATE OR REPLACE TEMP TABLE person_primary AS SELECT $1::INTEGER AS id, false AS "primary"', [number]
        )
        writer.update("people", ["primary"], "person_primary")
    after = next(one for one in people_of(con, party.id) if one["id"] == before["id"])
    return Edited(before, after, doubts(email=changed.get("email"), phone=changed.get("phone")))


def _write(writer: Writer, number: int, values: Fields, changed: list[str]) -> None:
    marks = ", ".join(f'${place} AS "{column}"' for place, column in enumerate(_TEXTS, 2))
    writer.con.execute(
        f"CREATE OR REPLACE TEMP TABLE person_changed AS SELECT $1::INTEGER AS id, {marks}",
        [number, *(values[column] for column in _TEXTS)],
    )
    writer.update("people", changed, "person_changed")


def _cleared(names: Sequence[str], cells: Mapping[str, str]) -> list[str]:
    for name in names:
        if name not in _TEXTS:
            raise UsageError(_("there is no field %(name)s") % {"name": repr(name)}, nearest(name, list(_TEXTS)))
        if name in cells:
            raise UsageError(_("%(column)s is given twice") % {"column": name})
    return list(names)


def _require_free(people: Sequence[Fields], name: str) -> None:
    if any(str(one["name"]).casefold() == " ".join(name.split()).casefold() for one in people):
        raise ConflictError(
            _("there is a person %(name)s here already") % {"name": name}, _("To change it: crmcli contact person edit")
        )
