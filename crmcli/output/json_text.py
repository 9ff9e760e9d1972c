"""JSON: one object for a whole answer, or one object a row; amounts and quantities as text, unknown as null."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from io import BytesIO
from typing import Any, BinaryIO

from crmcli import numbers
from crmcli.output.manner import Manner
from crmcli.table import Column, Kind, Table

_quoted = json.JSONEncoder(ensure_ascii=False).encode
_BATCH = 2_000  # rows joined before a write
_ESCAPE = re.compile(r"(?<!\\)((?:\\\\)*)\\u00([01][a-f0-9])")


def write_json(table: Table, sink: BinaryIO, manner: Manner) -> None:
    """One object: report, title, columns, rows, totals, headline, notes, currency, total_rows; a row a line."""
    del manner
    sink.write(_bytes("{\n" + "".join(f"{_text(key)}: {value},\n" for key, value in _opening(table))))
    sink.write(b'"rows": [')
    separator = "\n"
    for batch in _batches(table, ", ", ": "):
        sink.write(_bytes(separator + ",\n".join(batch)))
        separator = ",\n"
    sink.write(b"\n],\n")
    sink.write(_bytes(",\n".join(f"{_text(key)}: {value}" for key, value in _closing(table)) + "\n}\n"))


def write_tables(tables: Sequence[Table], sink: BinaryIO, manner: Manner, title: str | None = None) -> None:
    """One object, with each answer under its table's name."""
    del title
    whole: dict[str, object] = {}
    for table in tables:
        part = BytesIO()
        write_json(table, part, manner)
        name = table.name if table.name not in whole else f"{table.name}_{len(whole)}"  # a preview of several files
        whole[name] = json.loads(part.getvalue())
    sink.write(_bytes(json.dumps(whole, ensure_ascii=False, indent=2) + "\n"))


def write_jsonl(table: Table, sink: BinaryIO, manner: Manner) -> None:
    """One compact object a row, as the database's own COPY writes it (amounts as text)."""
    del manner
    sink.writelines(_bytes("\n".join(batch) + "\n") for batch in _batches(table, ",", ":"))


def _bytes(text: str) -> bytes:
    """UTF-8; half characters, which it cannot hold, become "?"."""
    return text.encode("utf-8", "replace")


def _opening(table: Table) -> Iterator[tuple[str, str]]:
    yield "report", _text(table.name)
    yield "title", _text(table.title)
    columns = [{"name": c.name, "title": c.title, "kind": c.kind.value} for c in table.columns]
    yield "columns", "[\n" + ",\n".join(json.dumps(column, ensure_ascii=False) for column in columns) + "\n]"


def _closing(table: Table) -> Iterator[tuple[str, str]]:
    kinds = {column.name: column.kind for column in table.columns}
    yield "totals", _totals(table.totals, kinds)
    yield "headline", _literal(table.headline, Kind.TEXT)
    yield "notes", "[" + ", ".join(_text(note) for note in table.notes) + "]"
    yield "currency", _literal(table.currency, Kind.CODE)
    yield "total_rows", str(len(table.rows) if table.total_rows is None else table.total_rows)


def _totals(totals: Mapping[str, Any], kinds: Mapping[str, Kind]) -> str:
    members = (f"{_text(name)}: {_literal(value, kinds.get(name, Kind.TEXT))}" for name, value in totals.items())
    return "{" + ", ".join(members) + "}"


def _batches(table: Table, comma: str, colon: str) -> Iterator[list[str]]:
    """The rows as objects, so many at a time."""
    members = [_member(column, colon) for column in table.columns]
    rows = table.rows.fetch()
    for start in range(0, len(rows), _BATCH):
        yield [_object(row, members, comma) for row in rows[start : start + _BATCH]]


def _object(row: Sequence[object], members: Sequence[Callable[[object], str]], comma: str) -> str:
    return "{" + comma.join([member(value) for member, value in zip(members, row, strict=True)]) + "}"


def _member(column: Column, colon: str) -> Callable[[object], str]:
    """The function that writes `"name": value` for one column."""
    return partial(_named_literal, name=_text(column.name) + colon, kind=column.kind)


def _named_literal(value: object, name: str, kind: Kind) -> str:
    return name + _literal(value, kind)


def _literal(value: object, kind: Kind) -> str:
    """A value as JSON; amounts and quantities are text, as a reader's floats would not hold their digits."""
    if isinstance(value, str):
        return _text(value)
    plain = None if value is None else numbers.machine(value, kind)
    if plain is None:
        return "null"
    if isinstance(plain, str):
        return plain if isinstance(value, bool) else _text(plain)
    return numbers.decimal_text(plain) if isinstance(plain, float) else str(plain)


def _text(text: str) -> str:
    """A JSON string; hex digits of its escapes are capitals, as in COPY."""
    literal = _quoted(text)
    return _ESCAPE.sub(lambda match: f"{match[1]}\\u00{match[2].upper()}", literal) if "\\u00" in literal else literal
