"""JSON and JSON lines."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import duckdb

from crmcli.output.json_text import write_json, write_jsonl
from crmcli.output.manner import Manner
from crmcli.table import Column, Kind, ListRows, Table


def written(table: Table, *, lines: bool = False) -> str:
    sink = io.BytesIO()
    (write_jsonl if lines else write_json)(table, sink, Manner())
    return sink.getvalue().decode()


def test_one_object_says_everything(table: Table) -> None:
    found = json.loads(written(table), parse_float=Decimal)
    assert list(found) == [
        "report", "title", "columns", "rows", "totals", "headline", "notes", "currency", "total_rows",
    ]  # fmt: skip
    assert found["columns"][5] == {"name": "revenue", "title": "Revenue", "kind": "money"}
    assert found["totals"] == {"purchases": 1234, "revenue": "1234.49"}
    assert (found["report"], found["headline"], found["currency"], found["total_rows"]) == (
        "sample", "One is leaving.", "EUR", 20,
    )  # fmt: skip
    first = found["rows"][0]
    assert first["revenue"] == "1234.5000"
    assert first["metres"] == "12.5000"
    assert first["risk"] == Decimal("0.97")
    assert first["customer"] == "00501"
    assert first["last_on"] == "2025-12-31"
    assert found["rows"][2] == {"customer": "C-3", **dict.fromkeys(list(first)[1:])}


def test_an_empty_answer_is_an_object_too() -> None:
    table = Table("none", "Nothing", (Column("a", "A", Kind.TEXT),), ListRows([]))
    found = json.loads(written(table))
    assert (found["rows"], found["totals"], found["headline"], found["total_rows"]) == ([], {}, None, 0)
    assert written(table, lines=True) == ""


def test_lines_agree_with_the_object(table: Table) -> None:
    rows = [json.loads(line) for line in written(table, lines=True).splitlines()]
    assert rows == json.loads(written(table))["rows"]


def test_numbers_never_break_json() -> None:
    columns = (Column("x", "X", Kind.RATIO),)
    table = Table("t", "T", columns, ListRows([(float("inf"),), (float("nan"),), (1e300,), (1e-9,)]))
    text = written(table, lines=True)
    assert "e" not in text.lower()
    assert [json.loads(line)["x"] for line in text.replace("null", "0").splitlines()] == [0, 0, 1e300, 1e-9]


def test_lines_are_the_bytes_the_database_writes(texts: Callable[[list[str]], Table], tmp_path: Path) -> None:
    values = [
        "plain",
        'q"uote',
        "back\\slash",
        "\\u001b",
        "\x1b[0m",
        "new\nline\ttab",
        "\x00\x7f\u2028é😀",
        "</script>",
    ]
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE answer (text VARCHAR)")
        connection.executemany("INSERT INTO answer VALUES (?)", [[value] for value in values])
        connection.execute(f"COPY answer TO '{tmp_path / 'copy'}' (FORMAT json)")
    assert written(texts(values), lines=True) == (tmp_path / "copy").read_bytes().decode()


def test_half_characters_do_not_stop_the_output(texts: Callable[[list[str]], Table]) -> None:
    assert json.loads(written(texts(["a\ud800b"]), lines=True)) == {"text": "a?b"}
