"""Words that reach the owner from data files and from the store: closed lists, names of tables and fields, checks.

They are looked up by their text, as `numbers` does with LEVEL values ("cannot_lose" → "cannot lose").
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crmcli.language import N_

STATES = (N_("open"), N_("waiting"), N_("resolved"), N_("closed"), N_("yes"), N_("no"))  # of tickets; of flags

_CODES = frozenset({"orders.currency", "flags.flag"})
_THING = re.compile(r"'([a-z_]+)(?: [a-z ]+)? ' \|\|")
_REMARK = re.compile(r"': ([a-z]+(?: [a-z]+)+)'")


def written(package: Path) -> set[str]:
    """Every word of the package's data files that is shown to people, as it is looked up."""
    return {word.replace("_", " ") for word in _words(package)}


def _words(package: Path) -> Iterator[str]:
    for list_name, words in _flat(_toml(package / "intake" / "levels.toml")):
        if list_name not in _CODES:
            yield from words
    for name, entity in _toml(package / "intake" / "entities.toml").items():
        yield name
        yield entity["title"]
    for file in sorted((package / "store" / "checks").glob("*.sql")):
        text = file.read_text("utf-8")
        yield text.splitlines()[0].removeprefix("-- ")
        yield from [*_THING.findall(text), *_REMARK.findall(text)]


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8")) if path.exists() else {}


def _flat(levels: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """List → its words: "orders.status", ["draft", "confirmed", …]."""
    for entity, lists in levels.items():
        for column, words in lists.items():
            yield f"{entity}.{column}", list(words)
