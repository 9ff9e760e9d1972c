"""Whom a word on the command line means: a code, a tax id, an e-mail address, a name or part of one."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmcli.errors import ConflictError, NotFoundError, UsageError
from crmcli.language import gettext as _
from crmcli.reports.sections import sections

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_WAYS = ("code", "tax_id", "email", "name", "part")  # from the surest to the loosest; the first that finds decides
_SHOWN = 5
_CLOSEST = 3


@dataclass(frozen=True, slots=True)
class Party:
    """A contact found."""

    id: int
    code: str
    name: str


def find_party(con: DuckDBPyConnection, word: str) -> Party:
    """The one contact a word means.

    Args:
        con: An open store.
        word: A code, a tax id, an e-mail address (the firm's or a person's), a name, or a part of a name only one has.

    Raises:
        NotFoundError: Nobody; the hint names the closest.
        ConflictError: Several; the hint names them.
        UsageError: The word is blank.
    """
    word = word.strip()
    if not word:
        raise UsageError(_("say which customer: a code, a tax id, an e-mail address or a name"))
    statements = sections(".", "lookup")
    for way in _WAYS:
        found = [Party(*row) for row in con.execute(statements[way], {"word": word}).fetchall()]
        if len(found) == 1:
            return found[0]
        if found:
            raise ConflictError(
                _("%(word)s could be %(count)s contacts") % {"word": repr(word), "count": len(found)},
                _("say the code: %(candidates)s") % {"candidates": _listed(found)},
            )
    closest = _like(con, word) or con.execute(statements["closest"], {"word": word}).fetchall()
    hint = _("closest: %(candidates)s") % {"candidates": ", ".join(f"{code} ({name})" for code, name in closest)}
    raise NotFoundError(_("there is no contact %(word)s") % {"word": repr(word)}, hint if closest else None)


def _like(con: DuckDBPyConnection, word: str) -> list[tuple[str, str]]:
    """Who is like the word, as `find` has it: the three likeliest."""
    from crmcli.reports.finding import search

    with suppress(UsageError):  # nothing in it that could be looked for
        return [(one.code, one.name) for one in search(con, word)[:_CLOSEST]]
    return []


def _listed(found: list[Party]) -> str:
    names = ", ".join(f"{party.code} ({party.name})" for party in found[:_SHOWN])
    return names if len(found) <= _SHOWN else names + ", …"
