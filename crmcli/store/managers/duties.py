"""Duties of managers by role: the owner's own, else those that come with crmcli."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import UsageError
from crmcli.language import gettext as _
from crmcli.language import nearest
from crmcli.rules.assigning.duties import DUTIES
from crmcli.rules.assigning.fitting import ROLES
from crmcli.store.connection import rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from crmcli.store.journal import Writer

_MOST_LINES, _LONGEST = 100, 500


def duties_of(con: duckdb.DuckDBPyConnection, role: str) -> tuple[str, ...]:
    """Duties of a role in the owner's language, one a line; () for a role nobody has written duties of."""
    return own_duties(con, role) or tuple(_(text) for text in DUTIES.get(role, ()))


def own_duties(con: duckdb.DuckDBPyConnection, role: str) -> tuple[str, ...]:
    """Duties of a role as the owner wrote them; () where they have not."""
    found = rows(con, 'SELECT "text" FROM duties WHERE role = $1 ORDER BY line_no, id', [role])
    return tuple(str(text) for (text,) in found)


def role_named(word: str) -> str:
    """A role as typed.

    Raises:
        UsageError: There is none.
    """
    role = word.strip().lower()
    if role not in ROLES:
        raise UsageError(
            _("there is no role %(role)s") % {"role": repr(role)}, nearest(role, list(ROLES)) or ", ".join(ROLES)
        )
    return role


def set_duties(writer: Writer, role: str, lines: Sequence[str]) -> tuple[str, ...]:
    """Replace the duties of a role in the step of `writer`; as they were kept. Call inside its transaction.

    Raises:
        UsageError: No line, or more or longer ones than a page of duties has.
    """
    kept = tuple(text for line in lines if (text := " ".join(line.split())))
    if not kept or len(kept) > _MOST_LINES or any(len(line) > _LONGEST for line in kept):
        raise UsageError(
            _("duties are 1 to %(lines)s lines of at most %(letters)s letters")
            % {"lines": _MOST_LINES, "letters": _LONGEST}
        )
    if own_duties(writer.con, role) == kept:
        return kept
    reset_duties(writer, role)
    writer.add("duties", ("role", "line_no", "text"), [(role, place, text) for place, text in enumerate(kept, 1)])
    return kept


def reset_duties(writer: Writer, role: str) -> int:
    """Go back to the duties that come with crmcli; how many lines of the owner's went. Call inside a transaction."""
    return writer.drop("duties", writer.ids("duties", role=role))
