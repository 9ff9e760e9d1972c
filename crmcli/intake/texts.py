"""The trimmed texts of landed columns as SQL: trimmed and freed of words for "missing" only where there are any."""

from __future__ import annotations

import mmap
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from crmcli.intake import looks, values
from crmcli.intake.entities import Field
from crmcli.intake.landing import TABLE as LANDING
from crmcli.intake.mapping import ColumnMap, Source
from crmcli.intake.reading import Reading
from crmcli.store.connection import rows

if TYPE_CHECKING:
    import duckdb

KEYS = frozenset({"key", "customer", "product", "manager"})
# Types whose every text is welcome; in the others a "-" or "n/a" means that nothing is there.
FREE = frozenset({"text", *KEYS})


class Texts:
    """SQL of the text of each mapped column, NULL where there is nothing.

    Attributes:
        sql: Our column → SQL. custom: their heading → SQL of a field of the owner's own.
        looks: Our typed columns whose every value is plain → what was seen of them.
        exponents: Our key columns in which some value may be in scientific notation.
    """

    def __init__(
        self, con: duckdb.DuckDBPyConnection, reading: Reading, mapping: ColumnMap, missing: tuple[str, ...]
    ) -> None:
        self._missing = missing
        self.exponents: set[str] = set()
        self.looks = _plain_columns(con, mapping)
        plain = {mapping.columns[name].positions[0] for name in self.looks}
        self._untidy = _untidy(con, reading, mapping, missing, plain)
        self.sql = {name: self._text(source, mapping.entity.fields[name]) for name, source in mapping.columns.items()}
        self.custom = {heading: self._cell(position, values.MISSING) for heading, position in mapping.custom.items()}

    def _text(self, source: Source, spec: Field) -> str:
        tokens = (*values.MISSING, *(() if spec.type in FREE else values.MISSING_TYPED), *self._missing)
        cells = [self._cell(position, tokens) for position in source.positions]
        return cells[0] if len(cells) == 1 else f"nullif(concat_ws('/', {', '.join(cells)}), '')"

    def _cell(self, position: int, tokens: tuple[str, ...]) -> str:
        blank, missing = self._untidy[position]
        text = f"nullif(trim(c{position}, ' \t\r\n\u00a0'), '')" if blank else f"c{position}"
        return f"CASE WHEN {text} NOT IN ({literals(tokens)}) THEN {text} END" if missing else text


def _untidy(
    con: duckdb.DuckDBPyConnection,
    reading: Reading,
    mapping: ColumnMap,
    missing: tuple[str, ...],
    plain: Collection[int],
) -> dict[int, tuple[int, int]]:
    """Position → cells with blanks around or nothing in them, and cells with a word for "missing"; in one pass.

    Trimming every cell of a million rows costs more than reading the file, and hardly any file needs it.
    """
    positions = sorted({p for s in mapping.columns.values() for p in s.positions} | set(mapping.custom.values()))
    positions = [p for p in positions if p not in plain]
    if not positions:
        return dict.fromkeys(plain, (0, 0))
    words, rare = (*values.MISSING, *values.MISSING_TYPED, *missing), _rare_blanks(reading)
    tests = ", ".join(f"{_count_blanks(f'c{p}', rare)}, {_count_words(f'c{p}', words)}" for p in positions)
    counts = rows(con, f"SELECT {tests} FROM {LANDING}")[0]
    found = {p: (counts[2 * i], counts[2 * i + 1]) for i, p in enumerate(positions)}
    return {**dict.fromkeys(plain, (0, 0)), **found}


def _count_blanks(column: str, rare: Collection[str]) -> str:
    ends = " OR ".join(f"{column} LIKE '%{blank}'" for blank in (" ", *rare))
    front = f"{column} < '!'"  # every ASCII blank in front sorts before "!"
    if "\u00a0" in rare:
        front += f" OR {column} LIKE '\u00a0%'"
    return f"count(*) FILTER ({front} OR {ends})"


def _count_words(column: str, words: Collection[str]) -> str:
    # the length is known without a look at the text, and nearly every text is longer than such a word
    longest = max(len(word.encode()) for word in words)
    return f"count(*) FILTER (strlen({column}) <= {longest} AND {column} IN ({literals(words)}))"


def _rare_blanks(reading: Reading) -> tuple[str, ...]:
    """Blanks other than spaces that the file has anywhere: looking for them in every cell costs as much as reading it."""
    rare = ("\u00a0", "\t", "\n", "\r")
    plain = reading.plain
    if plain is None or plain.path.suffix != ".csv" or plain.path.stat().st_size == 0:
        return rare
    with plain.path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        there = {blank for blank in ("\u00a0", "\t") if blank != plain.delimiter and data.find(blank.encode()) >= 0}
        if data.find(b'"') >= 0:  # line ends within cells need quotes
            there |= {"\n", "\r"}
    return tuple(blank for blank in rare if blank in there)


def _plain_columns(con: duckdb.DuckDBPyConnection, mapping: ColumnMap) -> dict[str, looks.Looks]:
    """Typed columns of one source whose every value is plain: they need no second look, and hold no blanks."""
    fields = mapping.entity.fields
    found = {}
    for name, source in mapping.columns.items():
        if len(source.positions) == 1 and fields[name].type in values.NUMERIC | values.TEMPORAL:
            seen = looks.look_plain(con, LANDING, f"c{source.positions[0]}", fields[name].type)
            if seen is not None:
                found[name] = seen
    return found


def literals(words: Iterable[str]) -> str:
    """Texts as a list of SQL literals."""
    return ", ".join("'" + word.replace("'", "''") + "'" for word in words)
