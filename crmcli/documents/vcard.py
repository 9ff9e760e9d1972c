"""Cards of phones (vCard 3.0 and 4.0): contacts and their people, whole enough to be taken in again elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from crmcli.rules.contacts.card_names import COMPANY, CUSTOM, PLACED, UID, escaped, property_of

VERSIONS = ("3.0", "4.0")
_LINE, _ENDLESS = 75, 1 << 30  # octets
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u2028\u2029]"
)  # would break the lines of a card, and say nothing


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What goes on one card.

    Args:
        fields: Column of contacts or people → text; empty ones are left out.
        is_firm: A firm rather than somebody.
        firm, firm_code: Of a person of a firm its name and code.
        custom: The owner's own fields as JSON.
    """

    fields: Mapping[str, str | None]
    is_firm: bool = False
    firm: str | None = None
    firm_code: str | None = None
    custom: str | None = None


def render_cards(cards: Iterable[CardFacts], *, version: str) -> bytes:
    """Cards one after the other, UTF-8, lines of at most 75 octets ended by CR LF.

    Args:
        cards: In order.
        version: "3.0" or "4.0".
    """
    return "".join(_card(card, version) for card in cards).encode("utf-8")


def _card(facts: CardFacts, version: str) -> str:
    import vobject

    text = {column: _clean(value) for column, value in facts.fields.items() if value and _clean(value)}
    card = vobject.vCard()
    card.add("version").value = version
    name = text.get("name", "")
    card.add("fn").value = name
    card.add("n").value = vobject.vcard.Name() if facts.is_firm else vobject.vcard.Name(given=name)
    if facts.is_firm or facts.firm:
        card.add("org").value = [_clean(facts.firm) if facts.firm else name]
    if facts.is_firm:
        mark = ("kind", "org") if version == "4.0" else ("x-abshowas", "COMPANY")
        card.add(mark[0]).value = mark[1]
    for column, label in (
        ("email", "email"),
        ("phone", "tel"),
        ("website", "url"),
        ("position", "title"),
        ("note", "note"),
    ):
        if column in text:
            card.add(label).value = text[column] if column == "note" else " ".join(text[column].split())
    if any(column in text for column in ("address", "city", "region", "country")):
        place = [text.get(column, "") for column in ("address", "city", "region", "country")]
        card.add("adr").value = vobject.vcard.Address(street=place[0], city=place[1], region=place[2], country=place[3])
    if tags := [tag.strip() for tag in text.get("tags", "").split(",") if tag.strip()]:
        card.add("categories").value = tags
    _ours(card, facts, text)
    return "".join(map(_folded, str(card.serialize(lineLength=_ENDLESS)).split("\r\n")[:-1]))


def _folded(line: str) -> str:
    """A line in pieces of at most 75 octets, none of which ends within a letter; the library's own are one too long."""
    pieces, room = [""], _LINE
    for sign in line:
        size = len(sign.encode())
        if size > room:
            pieces.append(" ")
            room = _LINE - 1
        pieces[-1] += sign
        room -= size
    return "\r\n".join(pieces) + "\r\n"


def _ours(card: Any, facts: CardFacts, text: Mapping[str, str]) -> None:
    """What cards have no place for, as properties of ours; the code stands in the UID too, which phones keep."""
    carried = {column: value for column, value in text.items() if column not in PLACED}
    if facts.firm_code:
        carried[COMPANY] = facts.firm_code
    if facts.custom:
        carried[CUSTOM] = facts.custom
    if "code" in carried:
        card.add("uid").value = UID + carried["code"]
    for column, value in carried.items():
        card.add(property_of(column)).value = escaped(_clean(value))


def _clean(text: str) -> str:
    """A text whose line breaks are plain ones, without signs that nobody sees."""
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
