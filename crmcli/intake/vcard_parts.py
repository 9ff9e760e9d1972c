"""Cards of phones (vCard 2.1, 3.0, 4.0) one by one: a bad card is told with its reason and spoils no other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from crmcli.language import N_

_BEGIN = re.compile(r"^\s*BEGIN\s*:\s*VCARD\s*$", re.IGNORECASE)
_END = re.compile(r"^\s*END\s*:\s*VCARD\s*$", re.IGNORECASE)
# Pictures, sounds and keys: long, of no use here, and where they are broken no reason to refuse a name and a phone.
_BULKY = re.compile(r"^(?:[\w-]+\.)?(PHOTO|LOGO|SOUND|KEY|X-MS-CARDPICTURE)[;:]", re.IGNORECASE)
_QUOTED = re.compile(r"^[^:]*;\s*(?:ENCODING\s*=\s*)?QUOTED-PRINTABLE[^:]*:", re.IGNORECASE)
_SHOWN = 1_000  # characters of a refused card that go back to the owner
_MOST_LINES = 2_000  # of one card, pictures left out
UNCLOSED = N_("the card has no end")
UNREADABLE = N_("the card has a line that cannot be read")
UNKNOWN_LETTERS = N_("the card is written in letters nobody knows")
TOO_LONG = N_("the card is longer than a card can be")


@dataclass(frozen=True, slots=True)
class Property:
    """One property of a card: name and parameters in capitals, and its value in parts (one where it has no structure)."""

    name: str
    parts: tuple[str, ...]
    marks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Card:
    """One card.

    Args:
        line: 1-based line of the file where it begins.
        properties: In file order.
        refused: Why it cannot be taken (a gettext message id), or None.
        text, called: Of a refused card its lines, and the name in them if it can be seen.
    """

    line: int
    properties: tuple[Property, ...] = ()
    refused: str | None = None
    text: str = ""
    called: str = ""
    _by_name: dict[str, list[Property]] = field(default_factory=dict, repr=False, compare=False)

    def named(self, name: str) -> list[Property]:
        """The properties of a name."""
        if not self._by_name:
            for one in self.properties:
                self._by_name.setdefault(one.name, []).append(one)
        return self._by_name.get(name, [])

    def first(self, name: str) -> str:
        """The text of the first property of a name, "" where there is none."""
        return next((text for one in self.named(name) if (text := ", ".join(filter(None, one.parts)).strip())), "")


def read_cards(text: str) -> Iterator[Card]:
    """Every card of a text, in order."""
    for line, lines, closed in _split(text):
        light = _light(lines)
        yield _read(line, light) if closed else _refused(line, light, UNCLOSED)


def _split(text: str) -> Iterator[tuple[int, list[str], bool]]:
    """Line numbers and lines of each card; False where it has no end."""
    start = 0
    lines: list[str] = []
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        if _BEGIN.match(line):
            if start:
                yield start, lines, False
            start, lines = number, [line.strip()]
        elif start and _END.match(line):
            yield start, [*lines, line.strip()], True
            start, lines = 0, []
        elif start:
            lines.append(line)
    if start:
        yield start, lines, False


def _light(lines: list[str]) -> list[str]:
    """The lines without pictures and blank lines."""
    kept, dropping, quoted = [], False, False
    for line in lines:
        follows = line[:1] in (" ", "\t")
        if quoted:  # a soft break goes on in the next line, however that begins
            kept.append(line)
            quoted = line.endswith("=")
            continue
        if dropping and follows:
            continue
        dropping = bool(_BULKY.match(line))
        if dropping or not line.strip():
            continue
        quoted = bool(_QUOTED.match(line)) and line.endswith("=")
        kept.append(line)
    return kept


def _read(line: int, lines: list[str]) -> Card:
    """One card by the library; whatever goes wrong in it is the card's fault."""
    import vobject

    if len(lines) > _MOST_LINES:
        return _refused(line, lines, TOO_LONG)
    try:
        found = vobject.readOne("\r\n".join(lines) + "\r\n", allowQP=True)
        return Card(line, tuple(_property(one) for one in found.getChildren() if hasattr(one, "value")))
    except LookupError:
        return _refused(line, lines, UNKNOWN_LETTERS)
    except Exception:  # noqa: BLE001  foreign text through a library: any failure is this card's alone
        return _refused(line, lines, UNREADABLE)


def _refused(line: int, lines: list[str], reason: str) -> Card:
    called = next((text.partition(":")[2] for text in lines if text.upper().startswith("FN:")), "")
    return Card(line, (), reason, "\n".join(lines)[:_SHOWN], " ".join(called.split())[:_SHOWN])


def _property(found: object) -> Property:
    name = str(getattr(found, "name", "")).upper()
    value = getattr(found, "value", "")
    marks = {str(word).upper() for words in getattr(found, "params", {}).values() for word in words}
    for given in getattr(found, "singletonparams", ()):
        marks.add(str(given).upper())
    if "PREF" in getattr(found, "params", {}):
        marks.add("PREF")
    return Property(name, tuple(_plain(part) for part in _parts(name, value)), frozenset(marks))


def _parts(name: str, value: object) -> list[object]:
    if name == "N":
        return [getattr(value, part, "") for part in ("prefix", "family", "given", "additional", "suffix")]
    if name == "ADR":
        return [getattr(value, part, "") for part in ("box", "extended", "street", "city", "region", "code", "country")]
    return list(value) if isinstance(value, list | tuple) else [value]


def _plain(part: object) -> str:
    """A part as text: several values of one part are parted by blanks, bytes are no text."""
    if isinstance(part, list | tuple):
        return " ".join(filter(None, map(_plain, part)))
    return "" if isinstance(part, bytes) else str(part).strip()
