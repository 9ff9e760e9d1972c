"""One figure of one customer, term by term: how it came about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crmcli.language import N_
from crmcli.reports.definition import Shape
from crmcli.reports.outlook import make_rows
from crmcli.table import Column, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from duckdb import DuckDBPyConnection

COLUMNS = (
    Column("measure", N_("Term"), Kind.LEVEL),
    Column("value", N_("Value"), Kind.FIGURE),
    Column("meaning", N_("Meaning"), Kind.TEXT),
)
_TYPES = {"place": "INTEGER", "measure": "VARCHAR", "value": "VARCHAR", "meaning": "VARCHAR"}


@dataclass(frozen=True, slots=True)
class Term:
    """One line of an explanation.

    Args:
        measure: English word for the term, such as "expected gap"; machines read it with underscores.
        value: Its value; None where unknown.
        kind: What it means.
        meaning: A sentence in the owner's language.
    """

    measure: str
    value: Any
    kind: Kind
    meaning: str

    @property
    def word(self) -> str:
        """The measure as machines read it."""
        return self.measure.replace(" ", "_")


def explain(con: DuckDBPyConnection, terms: Sequence[Term]) -> Mapping[str, Kind]:
    """Keep terms as the temporary table `explanation`; the kinds of their values by word."""
    rows = [
        (place, term.word, None if term.value is None else str(term.value), term.meaning)
        for place, term in enumerate(terms)
    ]
    make_rows(con, "explanation", _TYPES, rows)
    return {term.word: term.kind for term in terms}


def explained(kinds: Mapping[str, Kind]) -> Shape:
    """The answer made of the kept terms."""
    return Shape(
        COLUMNS,
        "SELECT measure, value, meaning FROM explanation ORDER BY place",
        measures=kinds,
        figures="SELECT count(*) AS terms FROM explanation",
        beside=(),
    )
