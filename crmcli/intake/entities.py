"""What can be taken in: entities, their columns and the headings they are known by (entities.toml, levels.toml)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from crmcli.errors import UsageError
from crmcli.language import gettext as _
from crmcli.language import nearest


@dataclass(frozen=True, slots=True)
class Field:
    """One column of an entity.

    Args:
        type: key, text, number, percent, share, int, date, moment, flag, level, word, customer, product or manager.
        synonyms: Bare headings it is recognised by, its own name first.
    """

    name: str
    type: str
    required: bool
    synonyms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entity:
    """One kind of row the owner's files hold.

    Args:
        names: What files and sheets that hold it are called, normal headings.
    """

    name: str
    title: str
    table: str
    natural: tuple[str, ...]
    fields: Mapping[str, Field]
    names: tuple[str, ...] = ()

    @property
    def required(self) -> tuple[str, ...]:
        """Columns no row can do without."""
        return tuple(f.name for f in self.fields.values() if f.required)


def normal_heading(heading: str) -> str:
    """A heading as it is compared: lower case, "ё" as "е", punctuation as single spaces ("%" and "+" stay)."""
    lowered = heading.casefold().replace("ё", "е")
    return " ".join("".join(c if c.isalnum() or c in "%+" else " " for c in lowered).split())


def bare_heading(heading: str) -> str:
    """A normal heading without its spaces: "Customer ID", "customer_id" and "CustomerID" are one."""
    return normal_heading(heading).replace(" ", "")


@cache
def entities() -> Mapping[str, Entity]:
    """All entities by name, in the order of the documentation."""
    found = _data("entities.toml")
    return {name: _entity(name, spec) for name, spec in found.items()}


def entity(name: str) -> Entity:
    """The entity of a name.

    Raises:
        UsageError: there is none of that name.
    """
    try:
        return entities()[name]
    except KeyError:
        names = list(entities())
        raise UsageError(
            _("There is no entity %(name)s") % {"name": name},
            nearest(name, names) or ", ".join(names),
        ) from None


@cache
def levels(entity_name: str, field: Field) -> Mapping[str, str]:
    """Normalised word → level, for a field of type level, word or flag."""
    data = _data("levels.toml")
    lists: Mapping[str, Mapping[str, str]] = data.get(entity_name, {})
    spec = data["flags"]["flag"] if field.type == "flag" else lists.get(field.name, {})
    words = {normal_word(level): level for level in spec}
    for level, synonyms in spec.items():
        words.update({normal_word(word): level for word in synonyms.split("|")})
    return words


def normal_word(word: str) -> str:
    """A word of a closed list as it is compared."""
    return " ".join(word.casefold().replace("ё", "е").translate(str.maketrans("._-", "   ")).split())


def _entity(name: str, spec: Mapping[str, Any]) -> Entity:
    fields = {column: _field(column, text) for column, text in spec["columns"].items()}
    names = tuple(normal_heading(word) for word in str(spec.get("names", "")).split("|") if word.strip())
    return Entity(name, str(spec["title"]), str(spec["table"]), tuple(spec["natural"]), fields, names)


def _field(name: str, text: str) -> Field:
    kind, *synonyms = [part.strip() for part in text.split("|")]
    headings = dict.fromkeys([bare_heading(name), *map(bare_heading, synonyms)])
    return Field(name, kind.rstrip("!"), kind.endswith("!"), tuple(headings))


@cache
def _data(file: str) -> dict[str, Any]:
    return tomllib.loads((files("crmcli.intake") / file).read_text("utf-8"))
