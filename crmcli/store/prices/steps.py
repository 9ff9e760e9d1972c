"""Rows of price tables written, changed and removed as undoable steps; what all three kinds of them share."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from crmcli.errors import NotFoundError, UsageError
from crmcli.language import nearest
from crmcli.store.journal import Step, begin, finish

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    import duckdb

    from crmcli.rules.prices.faults import Fault

T = TypeVar("T")


def found(known: Mapping[str, T], name: str, *, missing: str, otherwise: str) -> T:
    """What bears a name.

    Args:
        known: By name.
        name: As typed.
        missing: What to say when there is none.
        otherwise: The hint when nothing is near either.

    Raises:
        NotFoundError: There is none.
    """
    if name not in known:
        raise NotFoundError(missing, nearest(name, list(known)) or otherwise)
    return known[name]


def require_sound(faults: Sequence[Fault]) -> None:
    """Refuse the first fault, if there is any.

    Raises:
        UsageError: There is one.
    """
    for fault in faults:
        raise UsageError(fault.words)


def free(name: str, taken: set[str]) -> str:
    """A number nobody took by hand."""
    while name in taken:
        name += "a"
    return name


def changed(
    con: duckdb.DuckDBPyConnection,
    table: str,
    name: str,
    row: Mapping[str, object],
    *,
    now: dt.datetime,
    command: str,
) -> Step:
    """Change the row that bears a name in the first column of `row` as one step. Call inside a transaction."""
    writer = begin(con)
    number, *_doubles = writer.ids(table, **{next(iter(row)): name})
    writer.change(table, tuple(row), [(number, *row.values())])
    return finish(writer, now=now, kind="price", command=command)


def dropped(
    con: duckdb.DuckDBPyConnection, name: str, tables: Sequence[tuple[str, str]], *, now: dt.datetime, command: str
) -> Step:
    """Remove the rows that bear a name in a column of each table, as one step. Call inside a transaction."""
    writer = begin(con)
    for table, column in tables:
        writer.drop(table, writer.ids(table, **{column: name}))
    return finish(writer, now=now, kind="price", command=command)
