"""Adding and changing contacts and their people: what is typed goes down the road of files, doubts are told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmcli.cli.contacts.options import manager_code, retagged
from crmcli.cli.session import say, show
from crmcli.errors import ConflictError, UsageError
from crmcli.language import gettext as _
from crmcli.language import nearest
from crmcli.reports.lookup import find_party
from crmcli.rules.contacts.plausible import doubts
from crmcli.store.connection import rows, scalar
from crmcli.store.contacts.sheet import CONTACT, contact_fields

if TYPE_CHECKING:
    from crmcli.store.journal import Writer

Fields = dict[str, str | None]
_ALIKE = 0.9  # names at least so like are worth a word
_NEEDED = ("code", "name")


@dataclass(frozen=True, slots=True)
class New:
    """A contact just written, and what else is to be said."""

    fields: Fields
    notes: list[str]


@dataclass(frozen=True, slots=True)
class Edit:
    """What shall change: columns and own fields with their new texts, fields to empty, tags to put on and take off."""

    cells: Mapping[str, str]
    own: Mapping[str, str]
    clear: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    untag: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edited:
    """A contact before and after."""

    before: Fields
    after: Fields
    notes: list[str]


def add_contact(
    writer: Writer, cells: Mapping[str, str], own: Mapping[str, str], *, force: bool, today: dt.date
) -> New:
    """Write a new contact; without a code it gets the next one.

    Raises:
        UsageError: No name, or a value that its field cannot hold.
        ConflictError: The code is taken; or, unless `force`, a contact has the same tax id, e-mail or phone.
        NotFoundError: There is no such manager.
    """
    from crmcli.intake.typed import take_row
    from crmcli.rules.contacts.codes import next_code
    from crmcli.store.contacts.writing import require_free

    con = writer.con
    filled = {column: text for column, text in cells.items() if text}
    if "name" not in filled:
        raise UsageError(_("a contact needs a name"))
    if not force:
        _require_new(writer, filled)
    notes = [*_namesakes(writer, filled["name"]), *_doubted(filled)]
    if "code" in filled:
        require_free(con, filled["code"])
    else:
        filled["code"] = next_code([str(code) for (code,) in rows(con, "SELECT code FROM contacts")])
    filled.setdefault("created_on", today.isoformat())
    if "manager" in filled:
        filled["manager"] = manager_code(con, filled["manager"])
    notes += take_row(writer, "contacts", filled, {k: v for k, v in own.items() if v}, mode="create", today=today)
    return New(contact_fields(con, _number(writer, filled["code"])), notes)


def edit_contact(writer: Writer, word: str, edit: Edit, *, today: dt.date) -> Edited:
    """Change a contact.

    Raises:
        UsageError: Nothing is named, or a value that its field cannot hold, or a field to clear that is none.
        NotFoundError: There is no such contact, manager or tag.
        ConflictError: The new code is taken.
    """
    from crmcli.intake.typed import take_row
    from crmcli.store.contacts.writing import rename_code

    con = writer.con
    party = find_party(con, word)
    before = contact_fields(con, party.id)
    cells, own = dict(edit.cells), dict(edit.own)
    if edit.tag or edit.untag:
        cells["tags"] = retagged(before["tags"], edit.tag, edit.untag)
    _clear(edit.clear, before, cells, own)
    if not cells and not own:
        raise UsageError(_("nothing to change was named"), "--name --city --phone --tag --clear …")
    if "name" in cells and not cells["name"]:
        raise UsageError(_("a contact needs a name"))
    if cells.get("manager"):
        cells["manager"] = manager_code(con, cells["manager"])
    code = cells.pop("code", None)
    changed = {"code": party.code, "name": cells.pop("name", party.name), **cells}
    notes = _doubted({column: text for column, text in cells.items() if text != before.get(column)})
    if cells or own or changed["name"] != party.name:
        notes += take_row(writer, "contacts", changed, own, mode="update", today=today)
    if code is not None and code != party.code:
        rename_code(writer, party.id, code)
    return Edited(before, contact_fields(con, party.id), notes)


def _clear(names: Sequence[str], before: Fields, cells: dict[str, str], own: dict[str, str]) -> None:
    """Empty texts for the fields to be cleared."""
    for name in names:
        column = name.strip().replace("-", "_") if name.strip().replace("-", "_") in CONTACT else name.strip()
        if column in _NEEDED:
            raise UsageError(_("a contact needs its %(name)s") % {"name": column})
        if column not in before:
            raise UsageError(_("there is no field %(name)s") % {"name": repr(name)}, nearest(name, list(before)))
        if column in cells or column in own:
            raise UsageError(_("%(column)s is given twice") % {"column": column})
        (cells if column in CONTACT else own)[column] = ""


def _require_new(writer: Writer, filled: Mapping[str, str]) -> None:
    from crmcli.store.contacts.likely import likely

    alike = likely(writer.con, tax_id=filled.get("tax_id"), email=filled.get("email"), phone=filled.get("phone"))
    if alike:
        words = {"tax_id": _("the same tax id"), "email": _("the same e-mail"), "phone": _("the same phone")}
        named = ", ".join(f"{one.code} {one.name} ({words[one.field]})" for one in alike)
        raise ConflictError(
            _("it is likely there already: %(contacts)s") % {"contacts": named},
            _("To change that one: crmcli contact edit %(code)s; to add another all the same: --force-new")
            % {"code": alike[0].code},
        )


def _namesakes(writer: Writer, name: str) -> list[str]:
    """Contacts called alike: told, as two may well be."""
    from crmcli.reports.finding import search

    found = [one for one in search(writer.con, name)[:3] if one.matched == "name" and one.likeness >= _ALIKE]
    if not found:
        return []
    return [_("called alike: %(contacts)s") % {"contacts": ", ".join(f"{one.code} {one.name}" for one in found)}]


def _doubted(cells: Mapping[str, str]) -> list[str]:
    return doubts(email=cells.get("email"), phone=cells.get("phone"), tax_id=cells.get("tax_id"))


def _number(writer: Writer, code: str) -> int:
    return int(scalar(writer.con, "SELECT id FROM contacts WHERE code = $1", [code]))


def role_word(word: str | None) -> str | None:
    """A role as typed, in our word; None where nothing was typed.

    Raises:
        UsageError: It is none.
    """
    from crmcli.intake.entities import entity, levels, normal_word

    if word is None:
        return None
    known = levels("contacts", entity("contacts").fields["role"])
    if (found := known.get(normal_word(word))) is None:
        roles = list(dict.fromkeys(known.values()))
        raise UsageError(
            _("there is no role %(word)s") % {"word": repr(word)}, nearest(word, roles) or ", ".join(roles)
        )
    return found


def tell_sheet(
    title: str, before: Fields, after: Fields, notes: Sequence[str], *, format: str | None, output: str | None
) -> None:
    """What is there now, and for a change what was there before; doubts on stderr."""
    from crmcli.cli.contacts.screens import changes_table, sheet_table

    for note in notes:
        say("  " + note)
    name = f"{title}: {after.get('name')}" + (f" ({after['code']})" if after.get("code") else "")
    table = changes_table(name, before, after) if before else sheet_table(name, after, empty_too=False)
    show(table, format=format, output=output)
