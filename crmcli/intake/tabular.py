"""Files that bring their own types: JSON lines and Parquet, read by the database."""

from __future__ import annotations

from pathlib import Path

from crmcli.errors import UsageError
from crmcli.intake.reading import Reading
from crmcli.intake.reasons import in_words
from crmcli.language import gettext as _
from crmcli.store.connection import rows, scratch

_TEMPORAL = ("DATE", "TIMESTAMP")
_NUMERIC = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
    "FLOAT",
    "DOUBLE",
    "DECIMAL",
)


def read_tabular(path: Path, *, origin: str) -> list[Reading]:
    """One reading of a .parquet or .jsonl file; nested values come as their JSON text.

    Raises:
        UsageError: the file is empty or not what its name says.
    """
    import duckdb

    reader = (
        "read_parquet($1)"
        if path.suffix.lower() == ".parquet"
        else "read_json($1, format = 'newline_delimited', maximum_sample_files = 1, sample_size = -1)"
    )
    if path.stat().st_size == 0:
        raise UsageError(_("%(file)s is empty") % {"file": origin})
    with scratch() as con:
        try:
            described = rows(con, f"DESCRIBE SELECT * FROM {reader}", [str(path)])
            columns = ", ".join(_as_text(name, kind) for name, kind, *_rest in described)
            cells = rows(con, f"SELECT {columns} FROM {reader}", [str(path)])
        except duckdb.Error as error:
            message = _("%(file)s cannot be read: %(reason)s") % {"file": origin, "reason": in_words(error)}
            raise UsageError(message) from None
    return [
        Reading(
            origin=origin,
            headings=tuple(name for name, *_rest in described),
            rows=[["" if cell is None else cell for cell in row] for row in cells],
            lines=range(1, len(cells) + 1),
            encoding="utf-8",
            native=tuple(_native(kind) for _name, kind, *_rest in described),
        )
    ]


def _as_text(name: str, kind: str) -> str:
    quoted = '"' + name.replace('"', '""') + '"'
    if kind in ("FLOAT", "DOUBLE"):  # 15 digits, as a spreadsheet shows them: 0.30000000000000004 is 0.3
        return f"CASE WHEN isfinite({quoted}) THEN CAST(round(CAST({quoted} AS DECIMAL(38, 10)), 10) AS VARCHAR) END"
    if kind.startswith("TIMESTAMP"):
        return f"CASE WHEN CAST({quoted} AS TIMESTAMP) = CAST({quoted} AS DATE) THEN CAST(CAST({quoted} AS DATE) AS VARCHAR) ELSE CAST({quoted} AS VARCHAR) END"
    if kind.endswith("]") or kind.startswith(("STRUCT", "MAP")):
        return f"CAST(to_json({quoted}) AS VARCHAR)"
    return f"CAST({quoted} AS VARCHAR)"


def _native(kind: str) -> str:
    if kind.startswith(_TEMPORAL):
        return "date"
    return "number" if kind.startswith(_NUMERIC) else "text"
