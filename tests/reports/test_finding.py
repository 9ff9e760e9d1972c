"""`find`: who is meant by words that may be mistyped, in another alphabet, struck in the wrong layout, or numbers."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmcli.errors import NotFoundError, UsageError
from crmcli.reports.finding import find, search
from crmcli.reports.lookup import find_party
from tests.reports.small_store import empty_store, insert

_SYLLABLES = "ка ро ма то ри на ли со ду бра че жи щу ни тра ко ви зел гур пен".split()  # noqa: SIM905
_TOWNS = ("Казань", "Самара", "York", "Тверь")
_LETTERS = "абвгдежзиклмнопрстуфхцчшщыэюя"


def made_up_names(count: int) -> list[str]:
    """Names of one word of six letters or more, none like another."""
    numbers = random.Random(11)
    names: dict[str, None] = {}
    while len(names) < count:
        name = "".join(numbers.choice(_SYLLABLES) for _syllable in range(numbers.randint(3, 5)))
        if len(name) >= 6:
            names.setdefault(name.capitalize())
    return list(names)


NAMES = made_up_names(300)


@pytest.fixture(scope="module")
def book() -> Iterator[duckdb.DuckDBPyConnection]:
    con = empty_store()
    insert(
        con, "contacts",
        *({"id": n, "code": f"{n:05d}", "name": f"ООО «{name}»", "city": _TOWNS[n % 4], "email": f"info@firm{n}.example",
           "phone": f"+7 (495) 000-{n // 100:02d}-{n % 100:02d}", "tax_id": f"77000{n:05d}", "tags": "опт; кабель" if n == 7 else None,
           "website": None, "note": "любит чай" if n == 8 else None}
          for n, name in enumerate(NAMES, 1)),
        {"id": 900, "code": "90000", "name": "Ромашка Плюс", "city": "Казань", "email": "hello@romashka.example",
         "phone": "8 843 111-22-33", "tax_id": "1655000001", "tags": None, "website": "www.romashka.example", "note": None},
        {"id": 901, "code": "90001", "name": "Ромашка", "city": "Тверь", "email": None, "phone": None, "tax_id": None,
         "tags": None, "website": None, "note": "[red]=1+1'; DROP TABLE contacts; --"},
    )  # fmt: skip
    insert(con, "people", {"id": 1, "contact_id": 5, "name": "Аннеке Вандербильт", "position": "снабженец",
                           "email": "anneke@private.example", "phone": "+31 6 1234 5678"})  # fmt: skip
    insert(con, "tickets", {"id": 1, "ticket_no": "INC-77", "customer_id": 9, "opened_at": dt.datetime(2026, 1, 1)})
    insert(con, "orders", {"id": 1, "order_no": "S-2026-0042", "numbered_here": True, "ordered_on": dt.date(2026, 1, 1),
                           "customer_id": 10, "status": "confirmed"})  # fmt: skip
    yield con
    con.close()


def codes(con: duckdb.DuckDBPyConnection, text: str) -> list[str]:
    return [one.code for one in search(con, text)]


@st.composite
def slips(draw: st.DrawFn) -> tuple[int, str]:
    """A firm's number and its name with one slip: a letter left out, put in, changed, or two swapped."""
    number = draw(st.integers(1, len(NAMES)))
    name = NAMES[number - 1].lower()
    place = draw(st.integers(0, len(name) - 1))
    letter = draw(st.sampled_from(_LETTERS))
    kind = draw(st.sampled_from(["out", "in", "other", "swap"]))
    if kind == "swap":
        place = min(place, len(name) - 2)
        return number, name[:place] + name[place + 1] + name[place] + name[place + 2 :]
    return number, name[:place] + {"out": "", "in": letter + name[place], "other": letter}[kind] + name[place + 1 :]


@given(slips())
@settings(max_examples=40, deadline=None)
def test_one_slip_in_a_long_name_keeps_it_among_the_first_three(
    book: duckdb.DuckDBPyConnection, slip: tuple[int, str]
) -> None:
    number, typed = slip
    assert f"{number:05d}" in codes(book, typed)[:3], (NAMES[number - 1], typed)


@pytest.mark.parametrize(
    "typed",
    ["ромашка плюс", "плюс ромашка", "Romashka plus", "ООО «Ромашка-Плюс»", "hjvfirf gk.c", "ромшака плюс", "романка казань плюс",
     "8 (843) 111 22 33", "+78431112233", "1112233", "1655000001", "HELLO@romashka.example", "90000"],
)  # fmt: skip
def test_one_firm_is_found_by_whatever_is_known_of_it(book: duckdb.DuckDBPyConnection, typed: str) -> None:
    assert codes(book, typed)[0] == "90000"


@pytest.mark.parametrize(
    ("typed", "code", "where"),
    [
        ("вандербильт", "00005", "contact_person"),
        ("vanderbilt anneke", "00005", "contact_person"),
        ("anneke@private.example", "00005", "email"),
        ("31612345678", "00005", "phone"),
        ("inc-77", "00009", "ticket"),
        ("s-2026-0042", "00010", "order"),
        ("0042", "00010", "order"),
        ("опт", "00007", "tags"),
        ("чай", "00008", "note"),
        ("firm17.example", "00017", "email"),
        ("00017", "00017", "code"),
    ],
)
def test_where_it_was_found_is_told(book: duckdb.DuckDBPyConnection, typed: str, code: str, where: str) -> None:
    found = [(one.code, one.matched) for one in search(book, typed)]
    assert (code, where) in found[:3]


def test_a_name_that_is_nothing_else_stands_before_longer_ones(book: duckdb.DuckDBPyConnection) -> None:
    assert codes(book, "ромашка")[:2] == ["90001", "90000"]


def test_who_has_all_words_stands_alone(book: duckdb.DuckDBPyConnection) -> None:
    assert codes(book, "ромашка казань") == ["90000"]


def test_a_word_nobody_has_does_not_hide_the_rest(book: duckdb.DuckDBPyConnection) -> None:
    assert codes(book, "ромашка qqzzqqzz")[0] == "90001"


def test_nobody_and_nothing(book: duckdb.DuckDBPyConnection) -> None:
    assert search(book, "qqzzqqzz") == []
    assert len(find(book, "qqzzqqzz", limit=10).rows) == 0
    for blank in ("", "   ", "«»"):
        with pytest.raises(UsageError):
            search(book, blank)
    assert search(empty_store(), "ромашка") == []


@given(st.text(min_size=1, max_size=30))
@settings(max_examples=40, deadline=None)
def test_any_text_is_an_answer_or_a_sentence(book: duckdb.DuckDBPyConnection, text: str) -> None:
    try:
        found = search(book, text)
    except UsageError:
        return
    assert all(0 < one.likeness <= 1 for one in found)


def test_the_limit_cuts_and_says_so(book: duckdb.DuckDBPyConnection) -> None:
    table = find(book, "казань", limit=3)
    assert len(table.rows) == 3
    assert table.total_rows is not None
    assert table.total_rows > 3


def test_who_is_not_there_is_answered_with_the_closest(book: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(NotFoundError) as error:
        find_party(book, "romoshka plus")
    assert "90000" in str(error.value.hint)
