"""What each row of a grid is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.intake.layout import DATA, HEADING, find_layout, name_columns

BODY = [["C-01", "Cable", "12", "3.50"], ["C-02", "Wire", "7", "1.20"], ["C-03", "Plug", "40", "0.80"]]
NAMES = ["code", "name", "qty", "price"]


def verdicts(rows: list[list[str]], header_row: int | None = None) -> list[str]:
    return list(find_layout(rows, header_row=header_row).verdicts)


def test_plain_table() -> None:
    layout = find_layout([NAMES, *BODY], header_row=None)
    assert layout.headings == ("code", "name", "qty", "price")
    assert layout.verdicts == ("heading", "data", "data", "data")
    assert layout.header_row == 1
    assert layout.dropped == ()


def test_no_headings() -> None:
    layout = find_layout(BODY, header_row=None)
    assert layout.headerless
    assert layout.headings == ("column_1", "column_2", "column_3", "column_4")
    assert layout.data_rows == [0, 1, 2]


def test_titles_blanks_totals_and_notes_are_told_apart() -> None:
    rows = [["Stock list"], [""], NAMES, *BODY, ["Total", "", "59", "5.50"], [""], ["Printed on 1 March by the office"]]
    layout = find_layout(rows, header_row=None)
    assert [d.kind for d in layout.dropped] == ["title", "blank", "total", "footnote"]
    assert layout.data_rows == [3, 4, 5]
    assert [d.line for d in layout.dropped] == [1, 2, 7, 9]


@pytest.mark.parametrize("label", ["Итого", "Всего:", "Total", "Grand total", "Gesamtsumme", "Итого по складу 2"])
def test_words_for_totals(label: str) -> None:
    assert verdicts([NAMES, *BODY, [label, "", "59", "5.50"]])[-1] == "total"


def test_customer_called_total_is_data() -> None:
    rows = [
        ["customer", "qty", "amount"],
        ["Total Gas Ltd", "5", "6"],
        ["Total", "7", "9"],
        ["Acme", "1", "2"],
        ["Sumer", "3", "4"],
    ]
    assert verdicts(rows) == ["heading", "data", "data", "data", "data"]


def test_subtotal_that_adds_up_is_left_out() -> None:
    rows = [["item", "qty"], ["a", "2"], ["b", "3"], ["Subtotal", "5"], ["c", "4"], ["d", "1"]]
    assert verdicts(rows)[3] == "total"


def test_two_rows_of_headings_become_one_name_per_column() -> None:
    rows = [
        ["", "2023", "", "2024", ""],
        ["item", "qty", "sum", "qty", "sum"],
        ["A", "1", "2", "3", "4"],
        ["B", "5", "6", "7", "8"],
    ]
    layout = find_layout(rows, header_row=None)
    assert layout.headings == ("item", "2023 qty", "2023 sum", "2024 qty", "2024 sum")
    assert layout.header_row == 2


def test_years_may_be_headings() -> None:
    rows = [["region", "2022", "2023", "2024"], ["North", "17", "25", "31"], ["South", "4", "8", "15"]]
    assert find_layout(rows, header_row=None).header_row == 1


def test_units_row() -> None:
    rows = [["name", "length", "price"], ["", "м", "руб."], ["Cable", "3", "4.5"], ["Wire", "2", "1.5"]]
    assert verdicts(rows)[1] == "units"


def test_first_data_row_of_ones_is_no_column_numbering() -> None:
    assert verdicts([["a", "b", "c", "d", "e"], ["1", "2", "3", "4", "5"], ["6", "7", "8", "9", "9"]])[1] == DATA


def test_repeated_heading_of_a_printed_page() -> None:
    assert verdicts([NAMES, *BODY, NAMES, *BODY])[4] == "repeated_heading"


def test_sparse_data_rows_stay() -> None:
    rows = [NAMES, *BODY, ["C-04", "", "", ""], ["C-05", "", "", ""]]
    assert verdicts(rows)[-2:] == [DATA, DATA]


def test_owner_names_the_heading_row() -> None:
    assert verdicts([BODY[0], NAMES, *BODY], header_row=2)[:3] == ["title", "heading", "data"]
    assert find_layout([NAMES, *BODY], header_row=0).headerless


def test_native_kinds_of_a_workbook_count() -> None:
    rows = [["2023", "2024 plan"], ["5", "7"], ["6", "8"]]
    native = [["text", "text"], ["number", "number"], ["number", "number"]]
    assert find_layout(rows, header_row=None, native_rows=native).header_row == 1


def test_names_are_unique_and_never_empty() -> None:
    assert name_columns(["amount", "amount", "", "amount_2", "amount"]) == (
        "amount", "amount_3", "column_3", "amount_2", "amount_4",
    )  # fmt: skip


@given(st.lists(st.lists(st.text(max_size=6), max_size=5), max_size=12))
def test_every_row_has_a_verdict_and_every_dropped_row_is_counted(rows: list[list[str]]) -> None:
    layout = find_layout(rows, header_row=None)
    assert len(layout.verdicts) == len(rows)
    kept = sum(verdict in (DATA, HEADING) for verdict in layout.verdicts)
    assert kept + sum(d.count for d in layout.dropped) == len(rows)
    assert len(set(layout.headings)) == len(layout.headings)
    assert all(layout.headings)
