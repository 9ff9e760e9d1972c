"""A report's own SQL as a plain script, for a bare program to run on the same store.

Reports of one statement are written out; those that prepare tables first are watched while they run, and what they asked of
the database is written down with its values. Models (churn, value, forecast) work outside SQL and have no such script.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

from crmcli.metrics import catalogue
from crmcli.reports import registry
from crmcli.reports.run import settle
from crmcli.reports.sections import named, sections
from tests.reports.small_store import empty_store

MODELLED = ("churn", "forecast", "pipeline", "pipeline-forecast", "value")


def prepared() -> tuple[str, ...]:
    """Reports that prepare tables by SQL alone, or look at the data first."""
    return tuple(name for name in registry.names() if name not in plain() and name not in MODELLED)


class Watched:
    """A connection that writes down the statements asked of it, values in their places."""

    def __init__(self, con: Any) -> None:
        self.con, self.script = con, list[str]()

    def execute(self, sql: str, values: Any = None) -> Any:
        """As the connection itself."""
        self.script.append(filled(sql, values))
        return self.con.execute(sql, values) if values else self.con.execute(sql)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.con, name)


def watched(name: str, store: Path, day: str) -> str:
    """Statements that a report of rows alone asks of this store, up to the table `answer`."""
    from crmcli.reports.run import run
    from crmcli.store.connection import open_to_read

    with open_to_read(store, wait=30) as con:
        seen: Any = Watched(con)
        run(registry.find(name), seen, as_of=dt.date.fromisoformat(day), parameters={}, currency="EUR", told=False)
    last = max(place for place, sql in enumerate(seen.script) if "TEMP TABLE answer AS" in sql)
    return "\n".join(f"{sql.strip().rstrip(';')};" for sql in seen.script[: last + 1])


def watched_due(store: Path, moment: dt.datetime) -> str:
    """Statements that `ticket due` asks of this store; what it lists becomes the table `answer`."""
    from crmcli.reports.service.due import Looked, due_table
    from crmcli.store.connection import open_to_read

    with open_to_read(store, wait=30) as con:
        seen: Any = Watched(con)
        due_table(seen, Looked(moment, 540))
    last = max(place for place, sql in enumerate(seen.script) if "TEMP TABLE promises_ranked AS" in sql)
    script = [*seen.script[: last + 1], "CREATE TEMP TABLE answer AS FROM promises_ranked ORDER BY score DESC"]
    return "\n".join(f"{sql.strip().rstrip(';')};" for sql in script)


def filled(sql: str, values: Any) -> str:
    """The statement with literals for $names, $1 or question marks."""
    if isinstance(values, dict):
        return re.sub(r"\$([a-z_]+)", lambda found: _literal(values[found[1]]), sql)
    if values and "$1" in sql:
        return re.sub(r"\$(\d+)", lambda found: _literal(values[int(found[1]) - 1]), sql)
    rest = iter(values or ())
    return re.sub(r"\?", lambda _mark: _literal(next(rest)), sql) if values else sql


def plain() -> tuple[str, ...]:
    """Reports that are one statement and nothing else; cohorts first looks which months there are."""
    return tuple(name for name in registry.names() if registry.find(name).prepare is None and name != "cohorts")


def script(name: str, day: str) -> str:
    """Statements that make the temp table `answer` as of a day, with the report's default options."""
    report, con = registry.find(name), empty_store()
    statements = sections(report.subject, report.name.replace("-", "_"))
    catalogue.install(con, "\n".join(statements.values()))
    values = settle(report, dt.date.fromisoformat(day), {})
    answer = report.shape(con, values).sql if report.shape else statements["answer"]
    known = catalogue.metrics()
    macros = [known[metric].sql for metric in catalogue.needed(answer, known)]
    for parameter in sorted(named(answer, values), key=len, reverse=True):
        answer = answer.replace(f"${parameter}", _literal(values[parameter]))
    return "\n".join([*macros, f"CREATE TEMP TABLE answer AS {answer.rstrip().rstrip(';')};"])


def _literal(value: Any) -> str:
    """A value as SQL writes it."""
    if value is None:
        return "NULL"
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    if isinstance(value, dt.datetime):
        return f"TIMESTAMP '{value}'"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dt.date):
        return f"DATE '{value}'"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)
