"""Cards of phones as rows: contacts, and people of those who work for a firm; from there on the road of all files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from crmcli.errors import UsageError
from crmcli.intake.reading import Reading
from crmcli.intake.text.encoding import decode
from crmcli.intake.vcard_parts import Card, Property, read_cards
from crmcli.language import N_
from crmcli.language import gettext as _
from crmcli.rules.contacts.card_names import COMPANY, CUSTOM, UID, column_of, unescaped

GROUPS = N_("%(count)d cards of groups were left out: they are lists, no contacts")
BROKEN = N_("%(count)d places are no %(encoding)s and read �, the first on line %(line)d")
_RUSSIAN = re.compile("[а-яё]", re.IGNORECASE)
_PREFERRED = ("PREF", "CELL", "WORK", "VOICE")  # of several phones
_ALSO = {"TEL": N_("also phone: %(text)s"), "EMAIL": N_("also e-mail: %(text)s")}
_CONTACT = (
    "code", "name", "kind", "role", "tax_id", "email", "phone", "website", "address", "city", "region", "country",
    "industry", "group", "source", "channel", "manager", "price_list", "payment_terms_days", "credit_limit",
    "consent_mail", "consent_call", "created_on", "tags", "note", CUSTOM,
)  # fmt: skip
_PERSON = ("company", "name", "position", "email", "phone", "primary", "note", CUSTOM)


@dataclass(frozen=True, slots=True)
class _Row:
    """One row: of which entity, from which line, its cells, and why it is refused (a gettext message id)."""

    entity: str
    line: int
    cells: Mapping[str, str]
    refused: str | None = None


def read_vcard(path: Path, *, hint: str | None, origin: str) -> list[Reading]:
    """The contacts and people of a file of cards.

    A card of somebody with a firm is a person of that firm; a card of a firm, or of somebody without one, is a contact.
    Contacts that were written here before come with their codes and are read by themselves.

    Raises:
        UsageError: No cards, or an encoding that it is not in.
    """
    decoded = decode(path.read_bytes(), hint=hint, name=origin)
    cards = list(read_cards(decoded.text))
    if not cards:
        raise UsageError(_("%(file)s holds no cards") % {"file": origin})
    groups = sum(_is_group(card) for card in cards)
    warnings: list[tuple[str, dict[str, object]]] = [(GROUPS, {"count": groups})] if groups else []
    if decoded.broken_line is not None:
        count = decoded.text.count("\ufffd")
        warnings.append((BROKEN, {"count": count, "encoding": decoded.encoding, "line": decoded.broken_line}))
    rows = [row for card in cards if not _is_group(card) for row in _rows(card)]
    coded = [row for row in rows if row.entity == "contacts" and row.cells.get("code")]
    others = [row for row in rows if row.entity == "contacts" and not row.cells.get("code")]
    people = [row for row in rows if row.entity == "people"]
    readings: list[Reading] = []
    for entity, found, columns in (
        ("contacts", coded, _CONTACT),
        ("contacts", others, _CONTACT),
        ("people", people, _PERSON),
    ):
        if found:
            told = () if readings else tuple(warnings)
            readings.append(_reading(f"{origin}!{entity}", entity, found, columns, decoded.encoding, told))
    return readings


def _reading(
    origin: str,
    entity: str,
    rows: Sequence[_Row],
    columns: Sequence[str],
    encoding: str,
    warnings: tuple[tuple[str, dict[str, object]], ...],
) -> Reading:
    headings = tuple(c for c in columns if c == "name" or any(row.cells.get(c) for row in rows))
    return Reading(
        origin=origin,
        headings=headings,
        rows=[[row.cells.get(column, "") for column in headings] for row in rows],
        lines=[row.line for row in rows],
        encoding=encoding,
        warnings=warnings,
        entity=entity,
        refused=tuple((place, row.refused) for place, row in enumerate(rows, 1) if row.refused),
    )


def _is_group(card: Card) -> bool:
    return card.first("KIND").lower() == "group"


def _rows(card: Card) -> Iterator[_Row]:
    """A card as rows: what was kept of it where it is refused, so that it can be mended."""
    if card.refused:
        yield _Row("contacts", card.line, {"name": card.called, "note": card.text}, card.refused)
        return
    ours = {column: _ours(card, name) for name in _names(card) if (column := column_of(name))}
    firm, name = _firm(card), _name(card)
    if ours.get(COMPANY) or (firm and not _is_firm(card, firm, name) and not ours.get("code")):
        yield _Row("people", card.line, _person(card, name, ours.get(COMPANY) or firm, ours))
        return
    yield _Row("contacts", card.line, _contact(card, name or firm, firm, ours))


def _contact(card: Card, name: str, firm: str, ours: Mapping[str, str]) -> dict[str, str]:
    is_firm = _is_firm(card, firm, name)
    code = ours.get("code") or (card.first("UID").removeprefix(UID) if card.first("UID").startswith(UID) else "")
    kind = ours.get("kind", "") if code else ("company" if is_firm else "person")
    found = {
        "name": (firm or name) if is_firm and not code else name,
        "email": _preferred(card, "EMAIL"),
        "phone": _preferred(card, "TEL"),
        "website": card.first("URL"),
        "tags": ", ".join(part for one in card.named("CATEGORIES") for part in one.parts if part),
        "note": _note(card),
        **_place(card),
    }
    return {**found, **{k: v for k, v in ours.items() if k in _CONTACT}, "code": code, "kind": kind}


def _person(card: Card, name: str, firm: str, ours: Mapping[str, str]) -> dict[str, str]:
    place = _place(card)
    lines = [_note(card), ", ".join(filter(None, place.values())), card.first("URL")]
    found = {
        "company": firm,
        "name": name,
        "position": card.first("TITLE") or card.first("ROLE") or _unit(card),
        "email": _preferred(card, "EMAIL"),
        "phone": _preferred(card, "TEL"),
        "note": "\n".join(filter(None, lines)),
    }
    return {**found, **{k: v for k, v in ours.items() if k in ("primary", CUSTOM)}}


def _names(card: Card) -> list[str]:
    return list(dict.fromkeys(one.name for one in card.properties))


def _ours(card: Card, name: str) -> str:
    return unescaped(card.named(name)[0].parts[0])


def _firm(card: Card) -> str:
    return next((one.parts[0] for one in card.named("ORG") if one.parts and one.parts[0]), "")


def _unit(card: Card) -> str:
    return next((", ".join(filter(None, one.parts[1:])) for one in card.named("ORG")), "")


def _name(card: Card) -> str:
    """The name as it is shown, else put together; on one line."""
    prefix, family, given, more, suffix = next((one.parts for one in card.named("N")), ("",) * 5)
    # in Russian the family name comes first
    order = (prefix, family, given, more) if _RUSSIAN.search(family + given) else (prefix, given, more, family)
    together = " ".join(filter(None, (*order, suffix)))
    return " ".join((card.first("FN") or together or card.first("NICKNAME")).split())


def _is_firm(card: Card, firm: str, name: str) -> bool:
    if card.first("KIND").lower() in ("org", "organization") or card.first("X-ABSHOWAS").upper() == "COMPANY":
        return True
    return bool(firm) and (not name or name.casefold() == " ".join(firm.split()).casefold())


def _preferred(card: Card, name: str) -> str:
    """The phone or address to use: the preferred one, else a mobile, else the first that is no fax."""
    found = [(one, text) for one in card.named(name) if (text := _text(one))]
    return min(found, key=lambda pair: _rank(pair[0]))[1] if found else ""


def _rank(one: Property) -> tuple[int, int]:
    marked = next((place for place, mark in enumerate(_PREFERRED) if mark in one.marks), len(_PREFERRED))
    return ("FAX" in one.marks, marked)


def _text(one: Property) -> str:
    text = " ".join(filter(None, one.parts)).strip()
    for scheme in ("tel:", "mailto:"):
        text = text[len(scheme) :] if text.lower().startswith(scheme) else text
    return " ".join(text.split())


def _place(card: Card) -> dict[str, str]:
    parts = next((one.parts for one in card.named("ADR") if any(one.parts)), ("",) * 7)
    box, extended, street, city, region, code, country = (" ".join(part.split()) for part in parts)
    address = ", ".join(filter(None, (street, extended, box, code)))
    return {"address": address, "city": city, "region": region, "country": country}


def _note(card: Card) -> str:
    """The note, and what a contact has no second place for: other phones and addresses."""
    lines = [one.parts[0] for one in card.named("NOTE") if one.parts and one.parts[0]]
    for name, said in _ALSO.items():
        chosen = _preferred(card, name)
        others = dict.fromkeys(text for one in card.named(name) if (text := _text(one)) and text != chosen)
        lines += [_(said) % {"text": text} for text in others]
    return "\n".join(lines)
