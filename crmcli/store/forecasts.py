"""Kept forecasts: written as one step of the journal, so that what happens later can judge them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmcli.language import N_
from crmcli.store.connection import rows, scalar
from crmcli.store.journal import Step, Writer, begin, finish

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    import duckdb

TABLE = N_("forecasts")
_COLUMNS = (
    "made_on", "kept_on", "by", "series", "month", "horizon", "expected", "low", "high", "method", "scale",
    "months_known",
)  # fmt: skip
_FACTS = "series, month, horizon, expected, low, high, method, scale, CAST(months_known AS INTEGER) AS months_known"


@dataclass(frozen=True, slots=True)
class Standing:
    """A forecast of the same day and kind that is kept already.

    Args:
        step: The step that kept it.
        same: Whether it says the same, to the last figure.
    """

    step: int
    same: bool


def standing(con: duckdb.DuckDBPyConnection, source: str, *, made_on: dt.date, by: str) -> Standing | None:
    """Whether a forecast by `by` as of `made_on` is kept, and whether it is that of the temporary table `source`.

    Args:
        con: A store.
        source: Columns series, month, horizon, expected, low, high, method, scale, months_known.
        made_on: The day the forecast was made as of.
        by: Kind of series.
    """
    values = {"made_on": made_on, "by": by}
    step = scalar(con, 'SELECT max(added_in) FROM forecasts WHERE made_on = $made_on AND "by" = $by', values)
    if step is None:
        return None
    kept = f'SELECT {_FACTS} FROM forecasts WHERE made_on = $made_on AND "by" = $by'
    now = f"SELECT {_FACTS} FROM {source}"
    differs = scalar(con, f"SELECT count(*) FROM (({kept} EXCEPT {now}) UNION ALL ({now} EXCEPT {kept}))", values)
    return Standing(int(step), not differs)


def keep(
    con: duckdb.DuckDBPyConnection,
    source: str,
    *,
    made_on: dt.date,
    by: str,
    now: dt.datetime,
    command: str,
    more: Mapping[str, str] | None = None,
) -> Step:
    """Keep the rows of the temporary table `source` as a forecast; call inside a transaction.

    Args:
        con: A store open to write.
        source: As of `standing`.
        made_on: The day the forecast was made as of.
        by: Kind of series.
        now: The moment of the step.
        command: The command line, for the journal.
        more: Further forecasts kept in the same step: kind → table like `source`.
    """
    writer = begin(con)
    for kind, table in {by: source, **(more or {})}.items():
        _insert(writer, table, made_on=made_on, by=kind, now=now)
    return finish(writer, now=now, kind="forecast", command=command)


def _insert(writer: Writer, source: str, *, made_on: dt.date, by: str, now: dt.datetime) -> None:
    con = writer.con
    first = writer.reserve(TABLE, int(scalar(con, f"SELECT count(*) FROM {source}")))
    con.execute(
        "CREATE OR REPLACE TEMP TABLE forecast_to_keep AS SELECT "
        "CAST($first - 1 + row_number() OVER (ORDER BY series, month) AS INTEGER) AS id, $made_on AS made_on, "
        f'CAST($now AS DATE) AS kept_on, $by AS "by", {_FACTS} FROM {source}',
        {"first": first, "made_on": made_on, "now": now, "by": by},
    )
    writer.insert(TABLE, _COLUMNS, "forecast_to_keep", order="id")
    con.execute("DROP TABLE forecast_to_keep")


def kinds(con: duckdb.DuckDBPyConnection, *, as_of: dt.date) -> list[str]:
    """The kinds of series of which a forecast made by `as_of` is kept."""
    found = rows(con, 'SELECT DISTINCT "by" FROM forecasts WHERE made_on <= $as_of ORDER BY "by"', {"as_of": as_of})
    return [str(by) for (by,) in found]
