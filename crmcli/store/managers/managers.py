"""Managers: looked up, added and changed as undoable steps; nobody is their own senior."""

from __future__ import annotations

from dataclasses import astuple, dataclass, replace
from typing import TYPE_CHECKING, Any

from crmcli.errors import ConflictError, NotFoundError, UsageError
from crmcli.language import gettext as _
from crmcli.language import nearest
from crmcli.rules.assigning.fitting import ROLES
from crmcli.rules.assigning.lists import joined, words_of
from crmcli.rules.tree import ring
from crmcli.store.connection import rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    import duckdb

    from crmcli.store.journal import Writer

_COLUMNS = ("code", "name", "role", "senior", "region", "skills", "languages", "capacity_hours", "active")
MONTH_HOURS = 744  # as many as a month has


@dataclass(frozen=True, slots=True)
class Manager:
    """One manager; the fields are columns of the table, in their order there.

    Args:
        role: agent, key or senior; imports may bring other words, or none.
        senior: Code of the senior manager.
        region, skills, languages: Several words with semicolons or commas between.
        capacity_hours: A month, for looking after accounts.
        active: None: nobody has said, and it counts as active.
    """

    code: str
    name: str
    role: str | None = None
    senior: str | None = None
    region: str | None = None
    skills: str | None = None
    languages: str | None = None
    capacity_hours: Decimal | None = None
    active: bool | None = None

    @property
    def is_active(self) -> bool:
        """Whether accounts may be given to them."""
        return self.active is not False


def all_managers(con: duckdb.DuckDBPyConnection) -> list[tuple[int, Manager]]:
    """All managers with their ids, by code."""
    found = rows(con, f"SELECT id, {', '.join(_COLUMNS)} FROM managers ORDER BY code, id")
    return [(int(number), Manager(*values)) for number, *values in found]


def find_manager(con: duckdb.DuckDBPyConnection, word: str) -> tuple[int, Manager]:
    """The manager of a code or a name, in any letter case; with the id.

    Raises:
        NotFoundError: There is none; with the nearest.
        ConflictError: Several are called so.
    """
    known, wanted = all_managers(con), " ".join(word.split())
    for same in (
        [one for one in known if one[1].code == wanted],
        [one for one in known if one[1].code.casefold() == wanted.casefold()],
        [one for one in known if one[1].name.casefold() == wanted.casefold()],
    ):
        if len(same) == 1:
            return same[0]
        if same:
            codes = ", ".join(one.code for _number, one in same)
            raise ConflictError(_("several managers are called %(word)s") % {"word": wanted}, codes)
    names = [text for _number, one in known for text in (one.code, one.name)]
    hint = nearest(wanted, names) or _("All managers: crmcli manager list")
    raise NotFoundError(_("there is no manager %(word)s") % {"word": repr(wanted)}, hint)


def add_manager(writer: Writer, manager: Manager) -> Manager:
    """Write a new manager in the step of `writer`; as it was kept. Call inside its transaction.

    Raises:
        UsageError: No code or name, a role there is none of, or hours no month has.
        ConflictError: There is one of that code, or they would be their own senior.
        NotFoundError: The senior is not there.
    """
    kept = _sound(writer.con, manager)
    taken = [one.code for _number, one in all_managers(writer.con) if one.code.casefold() == kept.code.casefold()]
    if taken:
        hint = _("To change it: crmcli manager edit CODE")
        raise ConflictError(_("there is a manager %(code)s already") % {"code": taken[0]}, hint)
    writer.add("managers", _COLUMNS, [astuple(kept)])
    return kept


def edit_manager(writer: Writer, word: str, changes: Mapping[str, Any]) -> tuple[Manager, Manager]:
    """Change fields of a manager in the step of `writer`; before and after. Call inside its transaction.

    Raises:
        NotFoundError: There is no such manager, or the senior is not there.
        UsageError, ConflictError: As `add_manager`.
    """
    number, before = find_manager(writer.con, word)
    after = _sound(writer.con, replace(before, **changes), was=before)
    changed = [column for column in _COLUMNS if getattr(before, column) != getattr(after, column)]
    if changed:
        writer.change("managers", changed, [(number, *(getattr(after, column) for column in changed))])
    return before, after


def team_of(con: duckdb.DuckDBPyConnection, code: str) -> list[str]:
    """Codes of those whose senior is this manager."""
    return [one.code for _number, one in all_managers(con) if (one.senior or "").casefold() == code.casefold()]


def _sound(con: duckdb.DuckDBPyConnection, manager: Manager, *, was: Manager | None = None) -> Manager:
    """A manager fit to be written: texts tidied, the senior's code as it is kept."""
    code, name = " ".join(manager.code.split()), " ".join(manager.name.split())
    if not code or not name:
        raise UsageError(_("a manager needs a code and a name"))
    role = " ".join((manager.role or "").split()).lower() or None
    if role is not None and role not in ROLES and (was is None or was.role != manager.role):
        hint = nearest(role, list(ROLES)) or ", ".join(ROLES)
        raise UsageError(_("there is no role %(role)s") % {"role": repr(role)}, hint)
    if manager.capacity_hours is not None and not 0 <= manager.capacity_hours <= MONTH_HOURS:
        raise UsageError(_("hours a month lie between 0 and %(most)s") % {"most": MONTH_HOURS})
    senior = (manager.senior or "").strip() or None
    if was is None or senior != was.senior:
        senior = _senior(con, code, senior)
    return replace(
        manager,
        code=code,
        name=name,
        role=role if was is None or was.role != manager.role else was.role,
        senior=senior,
        region=_tidied(manager.region, None if was is None else was.region),
        skills=_tidied(manager.skills, None if was is None else was.skills),
        languages=_tidied(manager.languages, None if was is None else was.languages),
    )


def _tidied(text: str | None, before: str | None) -> str | None:
    """Several words with semicolons between; what was not changed stays as it was written."""
    return text if text == before else joined(words_of(text))


def _senior(con: duckdb.DuckDBPyConnection, code: str, senior: str | None) -> str | None:
    """The senior's code as it is kept.

    Raises:
        NotFoundError: There is no such manager.
        ConflictError: The manager would be their own senior.
    """
    if senior is None:
        return None
    if senior.casefold() == code.casefold():
        raise ConflictError(_("nobody can be their own senior: %(chain)s") % {"chain": f"{code} → {code}"})
    _number, found = find_manager(con, senior)
    parents = {one.code: one.senior for _number, one in all_managers(con)}
    if chain := ring({**parents, code: found.code}, code):
        raise ConflictError(_("nobody can be their own senior: %(chain)s") % {"chain": " → ".join(chain)})
    return found.code
