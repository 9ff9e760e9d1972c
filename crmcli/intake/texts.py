"""The trimmed texts of landed columns as SQL: trimmed and freed of words for "missing" only where there are any."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from crmcli.intake import looks, values
from crmcli.intake.entities import Field
from crmcli.intake.landing import TABLE as LANDING
from crmcli.intake.mapping import ColumnMap, Source
from crmcli.intake.reading import RARE_BLANKS, Reading
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
        self,
        con: duckdb.DuckDBPyConnection,
        reading: Reading,
        mapping: ColumnMap,
        missing: tuple[str, ...],
        said: Mapping[str, Mapping[str, str]],
    ) -> None:
        self._missing = missing
        self.exponents: set[str] = set()
        self.looks = _plain_columns(con, mapping)
        plain = {mapping.columns[name].positions[0] for name in self.looks}
        self.looks = {name: seen for name, seen in self.looks.items() if name not in said}
        self._untidy = _untidy(con, reading, mapping, missing, plain)
        self.sql = {name: self._text(source, mapping.entity.fields[name]) for name, source in mapping.columns.items()}
        self.sql |= {name: _said(self.sql[name], words) for name, words in said.items() if name in self.sql and words}
        self.custom = {heading: self._cell(position, values.MISSING) for heading, position in mapping.custom.items()}

    def _text(self, source: Source, spec: Field) -> str:
        tokens = (*values.MISSING, *(() if spec.type in FREE else values.MISSING_TYPED), *self._missing)
        cells = [self._cell(position, tokens) for position in source.positions]
        return cells[0] if len(cells) == 1 else f"nullif(concat_ws('/', {', '.join(cells)}), '')"

    def _cell(self, position: int, tokens: tuple[str, ...]) -> str:
        blank, missing = self._untidy[position]
        text = trimmed(f"c{position}") if blank else f"c{position}"
        return unless_missing(text, tokens) if missing else text


def _untidy(
    con: duckdb.DuckDBPyConnection,
    reading: Reading,
    mapping: ColumnMap,
    missing: tuple[str, ...],
    plain: Collection[int],
) -> dict[int, tuple[bool, bool]]:
    """Position → whether cells have blanks around or nothing in them, and whether some are a word for "missing".

    Trimming every cell of a million rows costs more than reading the file, and hardly any file needs it.
    """
    positions = sorted({p for s in mapping.columns.values() for p in s.positions} | set(mapping.custom.values()))
    tidy = dict.fromkeys(plain, (False, False))
    positions = [p for p in positions if p not in plain]
    if not positions:
        return tidy
    words = (*values.MISSING, *values.MISSING_TYPED, *missing)
    rare = RARE_BLANKS if reading.plain is None else reading.plain.blanks
    sides = ", ".join(f"min(strlen(c{p})), coalesce(bool_or({_blank_sides(f'c{p}', rare)}), false)" for p in positions)
    seen = rows(con, f"SELECT {sides} FROM {LANDING}")[0]
    # the length is known without a look at the text, and most columns have nothing as short as such a word
    longest = max(len(word.encode()) for word in words)
    short = {p for p, length in zip(positions, seen[::2], strict=True) if length is not None and length <= longest}
    # every ASCII blank in front, and the empty text, sorts before "!": the column's statistics mostly know of none
    tests = [
        f"EXISTS (FROM {LANDING} WHERE c{p} < '!'), {_has_words(f'c{p}', words) if p in short else 'false'}"
        for p in positions
    ]
    closer = rows(con, f"SELECT {', '.join(tests)}")[0]
    return {**tidy, **{p: (seen[2 * i + 1] or closer[2 * i], closer[2 * i + 1]) for i, p in enumerate(positions)}}


def _blank_sides(column: str, rare: Collection[str]) -> str:
    """SQL: a cell ends with a blank, or begins with one that is no ASCII."""
    front = [f"{column} LIKE '\u00a0%'"] if "\u00a0" in rare else []
    return " OR ".join([*(f"{column} LIKE '%{blank}'" for blank in (" ", *rare)), *front])


def _has_words(column: str, words: Collection[str]) -> str:
    """SQL: whether some cell is a word for "missing"."""
    longest = max(len(word.encode()) for word in words)
    return f"EXISTS (FROM {LANDING} WHERE strlen({column}) <= {longest} AND {column} IN ({literals(words)}))"


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


def trimmed(cell: str) -> str:
    """SQL of a cell without the blanks around it, NULL where there is nothing else."""
    return f"nullif(trim({cell}, ' \t\r\n\u00a0'), '')"


def unless_missing(text: str, words: Iterable[str]) -> str:
    """SQL of a text, NULL where it is one of the words for "missing"."""
    return f"CASE WHEN {text} NOT IN ({literals(words)}) THEN {text} END"


def _said(text: str, words: Mapping[str, str]) -> str:
    """SQL of what a text means by the owner's own list; a text that is not in it stands for itself."""
    cases = " ".join(f"WHEN {literals([was])} THEN {literals([means])}" for was, means in words.items())
    return f"nullif(CASE {text} {cases} ELSE {text} END, '')"


def literals(words: Iterable[str]) -> str:
    """Texts as a list of SQL literals."""
    return ", ".join("'" + word.replace("'", "''") + "'" for word in words)
