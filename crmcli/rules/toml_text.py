"""Files that owners write as TOML: tables of one name with only known words in them, and texts as TOML quotes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from crmcli.errors import UsageError
from crmcli.language import gettext as _
from crmcli.language import nearest


def quoted(text: str) -> str:
    """A text as TOML: JSON's strings are TOML's, but that TOML wants DEL escaped."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def tables(
    found: Mapping[str, Any], name: str, known: AbstractSet[str], within: str
) -> list[tuple[Mapping[str, Any], str]]:
    """The tables [[name]] in order, each with its place for messages; none where there is none.

    Args:
        found: What holds them.
        name: Of the tables.
        known: Keys that one may have.
        within: What stands before the name in a place, with a blank at its end; may be empty.

    Raises:
        UsageError: Something else is called so, or a key is not known.
    """
    listed = found.get(name, [])
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise UsageError(_("%(place)s: write it as [[%(name)s]]") % {"place": f"{within}{name}", "name": name})
    placed = [(one, f"{within}{name} {count}") for count, one in enumerate(listed, 1)]
    for one, place in placed:
        require_keys(one, known, place)
    return placed


def require_keys(found: Mapping[str, Any], known: AbstractSet[str], place: str) -> None:
    """See that all keys are known.

    Raises:
        UsageError: One is not.
    """
    for key in found:
        if key not in known:
            hint = nearest(key, sorted(known)) or _("one of: %(keys)s") % {"keys": ", ".join(sorted(known))}
            raise UsageError(_("%(place)s: there is no %(key)s") % {"place": place, "key": repr(key)}, hint)
