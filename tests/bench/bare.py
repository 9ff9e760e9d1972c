"""A report's own SQL as a plain script, for a bare program to run on the same store."""

from __future__ import annotations

from crmcli.metrics import catalogue
from crmcli.reports import registry
from crmcli.reports.sections import sections


def script(name: str, day: str) -> str:
    """Statements that make the temp table `answer` as of a day."""
    report = registry.find(name)
    answer = sections(report.subject, report.name)["answer"].rstrip().rstrip(";")
    known = catalogue.metrics()
    macros = [known[metric].sql for metric in catalogue.needed(answer, known)]
    made = f"CREATE TEMP TABLE answer AS {answer};".replace("$as_of", f"DATE '{day}'")
    return "\n".join([*macros, made])
