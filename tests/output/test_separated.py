"""CSV and TSV: the same bytes as the database's COPY, and safe ones on request."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmcli.output.manner import Manner
from crmcli.output.separated import guarded, write_csv, write_tsv
from crmcli.table import Column, Figure, Kind, ListRows, Table

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared"
TYPES = {
    Kind.CODE: "VARCHAR", Kind.TEXT: "VARCHAR", Kind.LEVEL: "VARCHAR", Kind.COUNT: "BIGINT",
    Kind.QUANTITY: "DECIMAL(18,4)", Kind.MONEY: "DECIMAL(18,4)", Kind.SHARE: "DOUBLE", Kind.RATIO: "DOUBLE",
    Kind.DAYS: "DOUBLE", Kind.DATE: "DATE", Kind.MOMENT: "TIMESTAMP",
}  # fmt: skip


def written(table: Table, *, tab: bool = False, excel_safe: bool = False) -> bytes:
    sink = io.BytesIO()
    (write_tsv if tab else write_csv)(table, sink, Manner(excel_safe=excel_safe))
    return sink.getvalue()


@pytest.fixture(scope="module")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def copied(database: duckdb.DuckDBPyConnection, table: Table, path: Path, delimiter: str) -> bytes:
    """What the database writes for the same rows."""
    columns = ", ".join(f'"{column.name}" {TYPES[column.kind]}' for column in table.columns)
    database.execute(f"CREATE OR REPLACE TABLE answer ({columns})")
    marks = ", ".join("?" * len(table.columns))
    database.executemany(f"INSERT INTO answer VALUES ({marks})", table.rows.fetch())
    database.execute(f"COPY answer TO '{path}' (FORMAT csv, HEADER, DELIMITER '{delimiter}')")
    return path.read_bytes()


def test_every_kind_as_plain_values(table: Table) -> None:
    assert written(table).decode().splitlines() == [
        "customer,name,band,purchases,metres,revenue,risk,overdue,gap,last_on,seen_at",
        '00501,"Anna\'s ""Wires"", Ltd",high,1234,12.5000,1234.5000,0.97,3.25,12,2025-12-31,2025-12-31 10:00:00',
        'C-2,"",low,0,,-0.0100,0.0000001,,7.5,1899-01-01,',
        "C-3,,,,,,,,,,",
    ]


@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_the_same_bytes_as_the_database_writes(
    table: Table, database: duckdb.DuckDBPyConnection, tmp_path: Path, delimiter: str
) -> None:
    first, second, third = table.rows.fetch()
    typed = (*first[:8], 12.0, *first[9:])  # the database holds days as DOUBLE here
    plain = (*second[:6], 0.0001, *second[7:])  # below, it writes exponents, which are ours to avoid
    same = Table("t", "T", table.columns, ListRows([typed, plain, third]))
    assert written(same, tab=delimiter == "\t") == copied(database, same, tmp_path / "copy", delimiter)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.none() | st.text(alphabet=st.characters(exclude_categories=["Cs"]) | st.sampled_from("\",;\t\r\n#'=")),
            st.none() | st.decimals(-(10**9), 10**9, places=4),
            st.none() | st.floats(0.0001, 1e15) | st.just(0.0),
            st.none() | st.datetimes(),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_any_value_is_written_as_the_database_does(
    database: duckdb.DuckDBPyConnection, tmp_path: Path, rows: list[tuple[object, ...]]
) -> None:
    kinds = {"#note": Kind.TEXT, "a,mount": Kind.MONEY, "ratio": Kind.RATIO, "at": Kind.MOMENT}
    columns = tuple(Column(name, name, kind) for name, kind in kinds.items())
    table = Table("t", "T", columns, ListRows(rows))
    assert written(table) == copied(database, table, tmp_path / "copy", ",")


@pytest.mark.parametrize("text", ["=1+1", "+7 912", "-2+3", "@SUM(A1)", "\t=1", "\rx", "\n=1", "'=1", "＝1", "-"])
def test_what_a_spreadsheet_would_run_is_guarded(text: str) -> None:
    assert guarded(text) == "'" + text


@pytest.mark.parametrize("text", ["-5", "-12,50", "-1234.5", "5", "a=b", "it's", "'quoted'", "", "O'Neil", "C-1"])
def test_harmless_texts_stay(text: str) -> None:
    assert guarded(text) == text


@given(st.text(alphabet=st.sampled_from("'=+-@\t\r\n1a.")))
def test_taking_one_apostrophe_away_restores_every_text(text: str) -> None:
    written_text = guarded(text)
    restored = written_text[1:] if re.match(r"''*[=+\-@\t\r\n]", written_text) else written_text
    assert restored == text


def test_safe_files_leave_numbers_and_bytes_of_plain_files_alone(table: Table) -> None:
    assert written(table, excel_safe=True) == written(table)


def test_naughty_texts_come_back_exactly(texts: Callable[[list[str]], Table]) -> None:
    folder = SHARED / "data" / "naughty_strings"
    if not folder.exists():
        pytest.skip("shared naughty strings are not there")
    lines = [line for file in sorted(folder.glob("*.txt")) for line in file.read_text("utf-8").splitlines() if line]
    assert len(lines) > 100
    rows = list(csv.reader(io.StringIO(written(texts(lines)).decode(), newline="")))
    assert [row[0] for row in rows[1:]] == lines
    safe_rows = list(csv.reader(io.StringIO(written(texts(lines), excel_safe=True).decode(), newline="")))
    assert not [
        cell
        for [cell] in safe_rows[1:]
        if cell[0] in "=+@\t\r" or (cell[0] == "-" and not re.fullmatch(r"-[\d.,]+", cell))
    ]


def test_a_text_among_figures_is_quoted_and_guarded() -> None:
    facts = [Figure(text, text, Kind.TEXT) for text in ("a,b", "=1+1")] + [Figure("-5", -5, Kind.COUNT)]
    table = Table("t", "Facts", (Column("value", "Value", Kind.FIGURE),), ListRows([(fact,) for fact in facts]))
    assert written(table) == b'value\n"a,b"\n=1+1\n-5\n'
    assert written(table, excel_safe=True) == b'value\n"a,b"\n\'=1+1\n-5\n'
