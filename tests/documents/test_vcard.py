"""Cards written and read back: what went on a card comes off it, whatever the text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.documents.vcard import VERSIONS, CardFacts, render_cards
from crmcli.intake.vcard import _rows
from crmcli.intake.vcard_parts import read_cards

LINE = st.text(st.characters(exclude_categories=("C", "Z")) | st.sampled_from(" ;,:\\\"'=%[]"), min_size=1, max_size=90).map(
    lambda text: " ".join(text.split())
).filter(bool)  # fmt: skip
TAG = LINE.map(lambda text: text.replace(",", "").strip()).filter(bool)


def back(facts: CardFacts, version: str) -> tuple[str, dict[str, str]]:
    written = render_cards([facts], version=version)
    assert max(len(line) for line in written.split(b"\r\n")) <= 75
    (card,) = read_cards(written.decode())
    assert card.refused is None, written
    (row,) = _rows(card)
    return row.entity, {column: text for column, text in row.cells.items() if text}


@given(name=LINE, tax_id=LINE, note=LINE, more=LINE, city=LINE, tags=st.lists(TAG, max_size=3), version=st.sampled_from(VERSIONS),
       is_firm=st.booleans())  # fmt: skip
def test_a_contact_comes_back_as_it_was(
    name: str, tax_id: str, note: str, more: str, city: str, tags: list[str], version: str, is_firm: bool
) -> None:
    fields = {"code": "K-1", "name": name, "kind": "company" if is_firm else "person", "tax_id": tax_id,
              "note": f"{note}\n{more}", "city": city, "tags": ", ".join(tags), "phone": "+7 (495) 000-00-01"}  # fmt: skip
    entity, found = back(CardFacts(fields, is_firm=is_firm, custom='{"a": "b\\n;c"}'), version)
    assert entity == "contacts"
    assert found == {column: text for column, text in fields.items() if text} | {"custom": '{"a": "b\\n;c"}'}


@given(name=LINE, firm=LINE, position=LINE, version=st.sampled_from(VERSIONS))
def test_a_person_comes_back_under_the_firm(name: str, firm: str, position: str, version: str) -> None:
    fields = {"name": name, "position": position, "primary": "yes"}
    entity, found = back(CardFacts(fields, firm=firm, firm_code="K-1"), version)
    assert (entity, found) == ("people", {**fields, "company": "K-1"})


@pytest.mark.parametrize("version", VERSIONS)
def test_hostile_signs_cannot_make_another_card(version: str) -> None:
    name = "Evil\r\nEND:VCARD\r\nBEGIN:VCARD\r\nFN:Other\x0b\x85\u2028x"
    written = render_cards([CardFacts({"code": "A\nB", "name": name, "tax_id": name}, custom=name)], version=version)
    assert len(list(read_cards(written.decode()))) == 1
    lines = written.upper().split(b"\r\n")
    assert (lines.count(b"BEGIN:VCARD"), lines.count(b"END:VCARD"), lines.count(b"FN:OTHER")) == (1, 1, 0)
