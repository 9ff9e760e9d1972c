"""Words of LEVEL columns as owners type them: the machine word, or the word shown in either language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import UsageError
from crmcli.language import gettext as _
from crmcli.language import messages_read_as, nearest, readings

if TYPE_CHECKING:
    from crmcli.table import Column

_TRUTHS = {"yes": "true", "no": "false"}  # a level that the database holds as a truth value is shown as yes or no


def meant(column: Column, text: str) -> tuple[str, ...]:
    """Machine words, in lower case, that a typed word stands for; several where a translation is shared.

    Raises:
        UsageError: The column's list is closed, and this is no word of it.
    """
    typed = _bare(text)
    if not column.words:
        words = [typed, *(_bare(message) for message in messages_read_as(" ".join(text.replace("_", " ").split())))]
        return tuple(dict.fromkeys([*map(_machine, words), *(_TRUTHS[word] for word in words if word in _TRUTHS)]))
    found = [word for word in column.words if typed in map(_bare, _forms(word))]
    if not found:
        shown = [readings(word.replace("_", " "))[0] for word in column.words]
        known = dict.fromkeys(_bare(form) for word in column.words for form in _forms(word))
        hint = nearest(typed, list(known)) or _("its words: %(words)s") % {"words": ", ".join(shown)}
        message = _("%(value)s is no word of the column %(column)s")
        raise UsageError(message % {"value": repr(text), "column": column.name}, hint)
    return tuple(word.lower() for word in found)


def close(column: Column, text: str) -> tuple[str, ...]:
    """Machine words, in lower case, that hold a typed part of a word in any of their forms."""
    if not column.words:
        return meant(column, text)
    part = _bare(text)
    return tuple(w.lower() for w in column.words if any(part in _bare(form) for form in _forms(w)))


def _forms(word: str) -> tuple[str, ...]:
    """A machine word as it is and as people see it."""
    return (word, *readings(word.replace("_", " ")))


def _bare(text: str) -> str:
    """A word as it is compared."""
    return " ".join(text.replace("_", " ").casefold().replace("ё", "е").split())


def _machine(text: str) -> str:
    return text.replace(" ", "_")
