"""Cards of phones on their way in: versions, letters, bad cards, firms and their people."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.errors import UsageError
from crmcli.intake.profile import Rules
from crmcli.intake.reading import Hints
from crmcli.intake.run import Imported, run
from crmcli.intake.sources import Source, read
from crmcli.intake.vcard_parts import TOO_LONG, UNCLOSED, UNKNOWN_LETTERS, UNREADABLE, read_cards
from crmcli.store.connection import open_to_write, rows, transaction
from crmcli.store.undo import undo
from tests.store.made import make

if TYPE_CHECKING:
    import duckdb

NOW = datetime(2026, 7, 1, 9, 0)
QUOTED = (
    "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=98=D0=B2=D0=B0=D0=BD=D0=BE=D0=B2;=D0=\r\n"
    "=98=D0=B2=D0=B0=D0=BD;;;\r\nTEL;CELL;PREF:+79210000000\r\nTEL;FAX:111\r\nPHOTO;ENCODING=BASE64;JPEG:/9j/4A\r\n SkZJ\r\n\r\n"
    "END:VCARD\r\n"
)
FIRM = "BEGIN:VCARD\nVERSION:4.0\nKIND:org\nFN:Acme\\, Inc.\nTEL;VALUE=uri:tel:+1-202-555-0100\nADR:;;1 Main St\\, 2;York;;YO1;UK\nEND:VCARD\n"
PERSON = "BEGIN:VCARD\nVERSION:3.0\nitem1.ORG:Acme\\, Inc.;Sales\nFN:Ann Lee\nN:Lee;Ann;;;\nEMAIL;TYPE=INTERNET:ann@acme.example\nNOTE:two\\nlines\\; and\n  a long one\nEND:VCARD\n"
LONELY = "BEGIN:VCARD\nVERSION:3.0\nN:Bell;Bob;;;\nCATEGORIES:friend,b\\,c\nEND:VCARD\n"


def put(folder: Path, text: str | bytes, name: str = "phone.vcf") -> Source:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return Source(path, name)


def take(con: duckdb.DuckDBPyConnection, source: Source, rules: Rules | None = None) -> Imported:
    with transaction(con):
        return run(con, [source], rules or Rules(), now=NOW, command="crmcli import run")


def contacts(
    con: duckdb.DuckDBPyConnection, columns: str = "name, kind, phone, city, tags"
) -> list[tuple[object, ...]]:
    return rows(con, f"SELECT {columns} FROM contacts ORDER BY name")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return make(tmp_path / "s.duckdb")


def test_cards_of_every_version_are_contacts_and_people(store: Path, tmp_path: Path) -> None:
    source = put(tmp_path, QUOTED + FIRM + PERSON + LONELY)
    with open_to_write(store, wait=5) as con:
        done = take(con, source)
        assert done.rejected == 0
        assert contacts(con) == [
            ("Acme, Inc.", "company", "+1-202-555-0100", "York", None),
            ("Bob Bell", "person", None, None, "friend, b,c"),
            ("Иванов Иван", "person", "+79210000000", None, None),
        ]
        people = rows(
            con,
            'SELECT p.name, p."position", p.email, p.note, c.name FROM people AS p JOIN contacts AS c ON c.id = p.contact_id',
        )
        assert people == [("Ann Lee", "Sales", "ann@acme.example", "two\nlines; and a long one", "Acme, Inc.")]
        assert rows(con, "SELECT note FROM contacts WHERE kind = 'person' AND note IS NOT NULL") == [
            ("also phone: 111",)
        ]
        assert rows(con, "SELECT address FROM contacts WHERE city = 'York'") == [("1 Main St, 2, YO1",)]


def test_the_same_cards_again_change_nothing_and_undo_takes_them_back(store: Path, tmp_path: Path) -> None:
    source = put(tmp_path, QUOTED + FIRM + PERSON)
    with open_to_write(store, wait=5) as con:
        first = take(con, source)
        again = take(con, source)
        assert again.step is None
        assert first.step is not None
        with transaction(con):
            undo(con, first.step.number, now=NOW)
        assert contacts(con) == []


def test_a_card_meets_the_contact_it_is_known_by(store: Path, tmp_path: Path) -> None:
    book = put(
        tmp_path,
        "code,name,email,phone\nK-1,Acme Inc.,info@acme.example,\nK-2,Other,,8 (495) 000-00-01\n",
        "contacts.csv",
    )
    cards = (
        "BEGIN:VCARD\nVERSION:3.0\nFN:acme inc.\nORG:acme inc.\nURL:acme.example\nEND:VCARD\n"
        "BEGIN:VCARD\nVERSION:3.0\nFN:Другой\nTEL:+7 495 0000001\nEND:VCARD\n"
        "BEGIN:VCARD\nVERSION:3.0\nFN:Stranger\nEND:VCARD\n"
    )
    with open_to_write(store, wait=5) as con:
        take(con, book)
        take(con, put(tmp_path, cards))
        assert contacts(con, "code, name, website") == [
            ("Stranger", "Stranger", None), ("K-1", "acme inc.", "acme.example"), ("K-2", "Другой", None)
        ]  # fmt: skip


BAD = {
    "garbage": ("BEGIN:VCARD\nVERSION:3.0\nFN:Bad\ngarbage line\nEND:VCARD\n", UNREADABLE),
    "open": ("BEGIN:VCARD\nVERSION:3.0\nFN:Bad\n", UNCLOSED),
    "letters": (
        "BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=klingon;ENCODING=QUOTED-PRINTABLE:=D0\nEND:VCARD\n",
        UNKNOWN_LETTERS,
    ),
    "long": ("BEGIN:VCARD\nVERSION:3.0\nFN:Bad\n" + "NOTE:x\n" * 2001 + "END:VCARD\n", TOO_LONG),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_card_goes_back_with_its_reason_and_stops_no_other(kind: str, store: Path, tmp_path: Path) -> None:
    text, reason = BAD[kind]
    source = put(tmp_path, FIRM + text + LONELY)
    with open_to_write(store, wait=5) as con:
        done = take(con, source)
        assert [name for (name,) in contacts(con, "name")] == ["Acme, Inc.", "Bob Bell"]
        assert done.rejected == 1
        (refused,) = (reject for _reading, _rules, rejects in done.rejects for reject in rejects)
        assert reason in refused.reason
        assert refused.line == FIRM.count("\n") + 1


def test_a_card_without_any_name_is_refused(store: Path, tmp_path: Path) -> None:
    with open_to_write(store, wait=5) as con:
        done = take(con, put(tmp_path, "BEGIN:VCARD\nVERSION:4.0\nTEL:12345\nEND:VCARD\n" + LONELY))
        assert done.rejected == 1
        assert contacts(con, "name") == [("Bob Bell",)]


def test_a_refused_card_is_mended_in_the_file_of_rejects(store: Path, tmp_path: Path) -> None:
    from crmcli.intake.rejects import write

    with open_to_write(store, wait=5) as con:
        done = take(con, put(tmp_path, BAD["garbage"][0]))
        write(tmp_path / "back.csv", done.rejects, done.step)
        assert take(con, Source(tmp_path / "back.csv", "back.csv")).rejected == 0
        assert contacts(con, "name") == [("Bad",)]


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "cp1251"])
def test_letters_of_any_encoding(codec: str, tmp_path: Path) -> None:
    text = "BEGIN:VCARD\nVERSION:3.0\nFN:Мария Пример\nNOTE:заметка о поставке кабеля на склад\nEND:VCARD\n"
    (reading,) = read(put(tmp_path, text.encode(codec), "cards.bin"), Hints())
    assert dict(zip(reading.headings, reading.rows[0], strict=True))["name"] == "Мария Пример"


def test_groups_are_left_out_and_said_so(tmp_path: Path) -> None:
    group = "BEGIN:VCARD\nVERSION:4.0\nKIND:group\nFN:All\nEND:VCARD\n"
    (reading,) = read(put(tmp_path, group + LONELY), Hints())
    assert [row[0] for row in reading.rows] == ["Bob Bell"]
    assert reading.warnings[0][1] == {"count": 1}


def test_a_file_without_cards_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        read(put(tmp_path, "nothing here\n"), Hints())


@given(st.lists(st.sampled_from(["BEGIN:VCARD", "END:VCARD", "FN:x", "N:a;b", "ORG:", "garbage", " folded", "TEL;TYPE=:1", "NOTE;ENCODING=QUOTED-PRINTABLE:=", "=", "",
                                 "VERSION:3.0", "ADR:;;;", "PHOTO:aa", "AGENT:BEGIN:VCARD", "X:\x00", "item1.TEL:tel:5", ":", ";", "BEGIN:VEVENT"]), max_size=14))  # fmt: skip
def test_any_lines_are_cards_or_reasons(lines: list[str]) -> None:
    for card in read_cards("\n".join(lines)):
        assert card.refused or card.line >= 1
