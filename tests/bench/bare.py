"""A report's own SQL as a plain script, for a bare program to run on the same store."""

from __future__ import annotations

import datetime as dt
from typing import Any

from crmcli.metrics import catalogue
from crmcli.reports import registry
from crmcli.reports.run import settle
from crmcli.reports.sections import named, sections
from tests.reports.small_store import empty_store


def plain() -> tuple[str, ...]:
    """Reports that are one statement and nothing else; cohorts first looks which months there are."""
    return tuple(name for name in registry.names() if registry.find(name).prepare is None and name != "cohorts")


def script(name: str, day: str) -> str:
    """Statements that make the temp table `answer` as of a day, with the report's default options."""
    report, con = registry.find(name), empty_store()
    catalogue.install(con, "\n".join(sections(report.subject, report.name).values()))
    values = settle(report, dt.date.fromisoformat(day), {})
    answer = report.shape(con, values).sql if report.shape else sections(report.subject, report.name)["answer"]
    known = catalogue.metrics()
    macros = [known[metric].sql for metric in catalogue.needed(answer, known)]
    for parameter in sorted(named(answer, values), key=len, reverse=True):
        answer = answer.replace(f"${parameter}", _literal(values[parameter]))
    return "\n".join([*macros, f"CREATE TEMP TABLE answer AS {answer.rstrip().rstrip(';')};"])


def _literal(value: Any) -> str:
    """A value as SQL writes it."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dt.date):
        return f"DATE '{value}'"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)
