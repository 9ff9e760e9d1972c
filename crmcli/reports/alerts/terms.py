"""The comparisons of an alert as SQL over an answer: columns looked up, values typed, nothing pasted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crmcli.errors import UsageError
from crmcli.language import gettext as _
from crmcli.reports.alerts.tree import Figure, Joined, Leaf, Matching, Part
from crmcli.reports.conditions import Clause, column_named, condition_clause
from crmcli.reports.values import parse_date, parse_number
from crmcli.store.stored import quoted
from crmcli.table import DATED, Column, Kind

_ADDED = frozenset({Kind.COUNT, Kind.QUANTITY, Kind.MONEY, Kind.SHARE, Kind.RATIO, Kind.DAYS, Kind.FIGURE})
_COMPARED = _ADDED | DATED


@dataclass(frozen=True, slots=True)
class Term:
    """One comparison as SQL: expressions over all rows of an answer.

    Args:
        part: The comparison.
        figure: What is compared; of any and all the number of rows that meet the condition.
        holds: Whether the comparison holds; NULL when unknown.
        unknown: Number of rows of which the value or the condition is unknown.
        values: Values of the parameters that they name.
        column: What a figure is of.
        condition: SQL condition of one row.
    """

    part: Figure | Matching
    figure: str
    holds: str
    unknown: str
    values: dict[str, Any]
    column: Column | None = None
    condition: str = ""


def terms_of(alert: Part, columns: Sequence[Column]) -> list[Term]:
    """Every comparison of an alert, in the order they are written.

    Raises:
        UsageError: An unknown column, or a value that is none of its column's kind.
    """
    found: list[Term] = []
    waiting = [alert]
    while waiting:
        part = waiting.pop(0)
        prefix = f"alert_{_letters(len(found))}"
        if isinstance(part, Joined):
            waiting = [*part.parts, *waiting]
        elif isinstance(part, Figure):
            found.append(_figure_term(part, columns, prefix))
        elif isinstance(part, Matching):
            found.append(_matching_term(part, columns, prefix))
    return found


def _figure_term(part: Figure, columns: Sequence[Column], prefix: str) -> Term:
    name = f"{prefix}_bound"
    if not part.column:
        values = {name: parse_number(part.value, "rows")}
        return Term(part, "count(*)", f"count(*) {part.operator} ${name}", "0", values)
    column = column_named(part.column, columns)
    allowed = _ADDED if part.function in ("sum", "avg") else _COMPARED
    if column.kind not in allowed:
        message = _("%(text)s: the column %(column)s holds no numbers") % {"text": part.text, "column": column.name}
        usable = [one.name for one in columns if one.kind in allowed]
        raise UsageError(
            message, _("columns that do: %(columns)s") % {"columns": ", ".join(usable)} if usable else None
        )
    cell = _cell(column)
    figure = f"{part.function}({cell})"
    if part.function == "sum":  # nothing sums to nothing; unknown values do not
        figure = f"CASE WHEN count(*) = 0 THEN 0 ELSE {figure} END"
    values = {name: _bound(part, column)}
    return Term(part, figure, f"{figure} {part.operator} ${name}", f"count(*) - count({cell})", values, column)


def _bound(part: Figure, column: Column) -> Any:
    if column.kind in DATED:
        return parse_date(part.value, column.name)
    return parse_number(part.value, column.name, percent=column.kind is Kind.SHARE)


def _matching_term(part: Matching, columns: Sequence[Column], prefix: str) -> Term:
    clause = _rows_clause(part.condition, columns, prefix)
    name = f"{prefix}_bound"
    met = f"count(*) FILTER (WHERE {clause.sql})"
    unknown = f"count(*) FILTER (WHERE ({clause.sql}) IS NULL)"
    holds, values = f"{met} > 0", dict(clause.values)
    if part.function == "all":
        holds = f"count(*) > 0 AND {met} + {unknown} = count(*)"
    elif part.function == "count":
        holds = f"{met} {part.operator} ${name}"
        values[name] = parse_number(part.value, "count")
    return Term(part, met, holds, unknown, values, condition=f"({clause.sql})")


def _cell(column: Column) -> str:
    """A value as it is compared: of a column of figures those that are numbers, of moments the day."""
    name = quoted(column.name)
    if column.kind is Kind.FIGURE:
        return f"TRY_CAST({name} AS DECIMAL(38, 4))"
    return f"CAST({name} AS DATE)" if column.kind is Kind.MOMENT else name


def _rows_clause(condition: Part, columns: Sequence[Column], prefix: str) -> Clause:
    """Conditions of --where, joined as typed."""
    if isinstance(condition, Leaf):
        clause = condition_clause(condition.text, columns, prefix)
        sql = clause.sql
        for column in columns:  # a column of figures lies as text: compared as text, 9 would exceed 10
            if column.kind is Kind.FIGURE:
                sql = sql.replace(quoted(column.name), _cell(column))
        return Clause(sql, clause.values)
    assert isinstance(condition, Joined)
    clauses = [
        _rows_clause(part, columns, f"{prefix}_{_letters(number)}") for number, part in enumerate(condition.parts)
    ]
    values = {name: value for clause in clauses for name, value in clause.values.items()}
    return Clause("(" + f" {condition.word.upper()} ".join(f"({clause.sql})" for clause in clauses) + ")", values)


def _letters(number: int) -> str:
    """A number as letters, of which names of parameters are made."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))
