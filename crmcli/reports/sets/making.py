"""One report of a set: its answer and what its alerts say, on a connection that all of the run share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crmcli import language
from crmcli.reports import registry
from crmcli.reports.alerts.judging import Verdict, judge
from crmcli.reports.run import run
from crmcli.reports.sets.plan import TODAY, Job
from crmcli.store.stored import quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from crmcli.table import Table


@dataclass(frozen=True, slots=True)
class Made:
    """An answer.

    Args:
        tables: One table; of the page of the day several.
        verdicts: What became of its alerts.
    """

    tables: tuple[Table, ...]
    verdicts: tuple[Verdict, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows it has in all."""
        return sum(len(table.rows) for table in self.tables)


def make(job: Job, con: DuckDBPyConnection, *, currency: str, beside: bool) -> Made:
    """The answer of one report of a set; its rows stay on the connection until `forget`.

    Raises:
        CrmError: As `crmcli.reports.run.run`.
    """
    entry = job.entry
    if entry.report == TODAY:
        from crmcli.reports.today.page import today

        return Made(tuple(today(con, as_of=job.day, currency=currency, limit=entry.limit)))
    table = run(
        registry.find(entry.report),
        con,
        as_of=job.day,
        parameters=entry.parameters,
        where=entry.where,
        sort=entry.sort,
        limit=entry.limit,
        currency=currency,
        beside=beside,
    )
    verdicts = judge(entry.fail_if, table)
    return Made((replace(table, title=entry.title or table.title),), verdicts)


def forget(con: DuckDBPyConnection) -> None:
    """Drop the answers made so far: a long set would keep them all in memory."""
    names = con.execute(
        "SELECT table_name FROM duckdb_tables() WHERE temporary AND starts_with(table_name, 'answer_') ORDER BY ALL"
    ).fetchall()
    for (name,) in names:
        con.execute(f"DROP TABLE temp.{quoted(name)}")


@contextmanager
def spoken(name: str | None) -> Iterator[None]:
    """The block in a language of its own; None: in that of the run."""
    before = language.current()
    language.settle(name or before)
    try:
        yield
    finally:
        language.settle(before)
