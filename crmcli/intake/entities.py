"""What can be taken in: entities, their columns and the headings they are known by (entities.toml, levels.toml)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from crmcli.errors import UsageError
from crmcli.language import gettext as _
from crmcli.language import nearest


@dataclass(frozen=True, slots=True)
class Field:
    """One column of an entity.

    Args:
        type: key, text, number, percent, int, date, moment, flag, level, customer, product or manager.
        synonyms: Normalised headings it is recognised by, its own name first.
    """

    name: str
    type: str
    required: bool
    synonyms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entity:
    """One kind of row the owner's files hold."""

    name: str
    title: str
    table: str
    natural: tuple[str, ...]
    fields: Mapping[str, Field]

    @property
    def required(self) -> tuple[str, ...]:
        """Columns no row can do without."""
        return tuple(f.name for f in self.fields.values() if f.required)


def normal_heading(heading: str) -> str:
    """A heading as it is compared: lower case, "ё" as "е", punctuation as single spaces ("%" and "+" stay)."""
    lowered = heading.casefold().replace("ё", "е")
    return " ".join("".join(c if c.isalnum() or c in "%+" else " " for c in lowered).split())


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
    """Normalised word → level, for a field of type level or flag."""
    data = _data("levels.toml")
    spec = data["flags"]["flag"] if field.type == "flag" else data.get(entity_name, {}).get(field.name, {})
    words = {normal_word(level): level for level in spec}
    for level, synonyms in spec.items():
        words.update({normal_word(word): level for word in synonyms.split("|")})
    return words


def normal_word(word: str) -> str:
    """A word of a closed list as it is compared."""
    return " ".join(word.strip().casefold().replace("ё", "е").replace(".", " ").replace("_", " ").split())


def _entity(name: str, spec: dict[str, object]) -> Entity:
    columns = spec["columns"]
    assert isinstance(columns, dict)  # noqa: S101  our own file
    fields = {column: _field(column, text) for column, text in columns.items()}
    return Entity(name, str(spec["title"]), str(spec["table"]), tuple(spec["natural"]), fields)  # type: ignore[arg-type]


def _field(name: str, text: str) -> Field:
    kind, *synonyms = [part.strip() for part in text.split("|")]
    headings = dict.fromkeys([normal_heading(name), *map(normal_heading, synonyms)])
    return Field(name, kind.rstrip("!"), kind.endswith("!"), tuple(headings))


@cache
def _data(file: str) -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads((files("crmcli.intake") / file).read_text("utf-8"))  # type: ignore[return-value]
