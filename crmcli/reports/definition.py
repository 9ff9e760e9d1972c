"""What a report is: one value from which command, options, columns, answer and sentences come.

Signatures others may lean on::

    registry.names() -> tuple[str, ...]                    # cheap: file names only
    registry.find("rfm") -> Report                         # NotFoundError with the closest name
    run(report, con, *, as_of, parameters, where=(), sort=(), limit=None, currency, beside=False) -> Table
    card(con, customer, *, as_of, currency) -> list[Table]
    timeline(con, customer, *, as_of, limit, since) -> Table

`report.parameters` gives the options: `parameter.name` ("window"), `.kind`, `.default`, `.help`, `.choices`.
`run` takes their values as text or typed, fills in defaults and refuses what is out of range (UsageError).
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from crmcli.reports.telling import Figures
    from crmcli.table import Chart, Column, Kind

Values = Mapping[str, Any]


class ParameterKind(enum.Enum):
    """What an option of a report takes."""

    COUNT = "count"  # int
    SHARE = "share"  # Decimal, 0–1
    CHOICE = "choice"  # one word of `choices`
    FLAG = "flag"  # bool; offered as --name and --no-name
    DATE = "date"  # datetime.date, or None when not given
    TEXT = "text"  # str, or None when not given


@dataclass(frozen=True, slots=True)
class Parameter:
    """One option of a report, and one $parameter of its SQL.

    Args:
        name: snake_case name, the option without its dashes.
        kind: What it takes.
        default: Value when not given; typed.
        help: One sentence (a gettext message id).
        choices: The words of a CHOICE.
        least, most: Bounds of a COUNT or SHARE, both allowed.
    """

    name: str
    kind: ParameterKind
    default: Any
    help: str
    choices: tuple[str, ...] = ()
    least: int = 0
    most: int = 36_500


@dataclass(frozen=True, slots=True)
class Story:
    """What an answer means: one sentence, and how it was counted; in the owner's language."""

    headline: str | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """An answer whose form depends on parameters or data.

    Args:
        columns, charts, measures: As of a report.
        sql: Its statement.
        figures: Statement of the figures, when not the report's own section "figures".
        beside: Smaller tables under it; None: the report's own.
        totals: Of the totals row; None: the report's own.
    """

    columns: tuple[Column, ...]
    sql: str
    charts: tuple[Chart, ...] = ()
    measures: Mapping[str, Kind] = field(default_factory=dict)
    figures: str | None = None
    beside: tuple[Beside, ...] | None = None
    totals: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """A smaller table shown under the answer to people, such as the back-test of a prediction.

    Args:
        section: Heading of its statement in the report's .sql; it may read `answer`.
        title: Heading (message id).
        columns: Its columns.
        charts: Pictures of it.
        totals: Column name → SQL aggregate over it, for the totals row.
        empty: What to say when there is no row (message id); None: the table is left out then.
    """

    section: str
    title: str
    columns: tuple[Column, ...]
    charts: tuple[Chart, ...] = ()
    totals: Mapping[str, str] = field(default_factory=dict)
    empty: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """A report.

    Args:
        name: Machine name; also of its two files, crmcli/reports/SUBJECT/NAME.py and .sql.
        subject: Folder of the two files.
        title: Heading (message id).
        question: What it answers, for --help (message id).
        columns: Columns of the answer in the usual form; names and order are a promise.
        empty: What to say, and what to import, when there is no row (message id).
        tell: Sentences from the figures that the section "figures" of the SQL yields.
        parameters: Options.
        totals: Column name → SQL aggregate over the answer, for the totals row.
        shape: Chooses columns and SQL when they depend on parameters or data; (connection, values) → Shape.
        measures: Word of the column `measure` → what its `value` means, for reports of one figure a row.
        words: Translated templates that the SQL takes as $parameters.
        prepare: What must be computed outside SQL before the answer is made: leaves temporary tables that the SQL reads,
            and returns further $parameters and figures; (connection, values) → values.
        charts: Pictures of the answer in its usual form.
        beside: Smaller tables under the answer.
    """

    name: str
    subject: str
    title: str
    question: str
    columns: tuple[Column, ...]
    empty: str
    tell: Callable[[Figures], Story]
    parameters: tuple[Parameter, ...] = ()
    totals: Mapping[str, str] = field(default_factory=dict)
    shape: Callable[[DuckDBPyConnection, Values], Shape] | None = None
    measures: Mapping[str, Kind] = field(default_factory=dict)
    words: Callable[[], Mapping[str, str]] | None = None
    prepare: Callable[[DuckDBPyConnection, Values], Values] | None = None
    charts: tuple[Chart, ...] = ()
    beside: tuple[Beside, ...] = ()
