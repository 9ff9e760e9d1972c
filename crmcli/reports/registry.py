"""Which reports there are: found by their file names, so that listing them imports none."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.errors import NotFoundError
from crmcli.language import gettext as _

if TYPE_CHECKING:
    from crmcli.reports.definition import Report


def names() -> tuple[str, ...]:
    """Names of all reports, in alphabetical order; reads folder names only."""
    return tuple(sorted(_subjects()))


def find(name: str) -> Report:
    """The definition of one report.

    Raises:
        NotFoundError: There is none of that name.
    """
    subjects = _subjects()
    if name not in subjects:
        import difflib

        close = difflib.get_close_matches(name, subjects, n=1)
        hint = _("did you mean %(name)s?") % {"name": close[0]} if close else None
        known = ", ".join(sorted(subjects))
        raise NotFoundError(
            _("there is no report %(name)s; there are: %(known)s") % {"name": name, "known": known}, hint
        )
    report: Report = import_module(f"crmcli.reports.{subjects[name]}.{name.replace('-', '_')}").REPORT
    return report


@cache
def _subjects() -> dict[str, str]:
    """Subject of every report by its name: each has a .py and a .sql file; key-accounts lies in key_accounts."""
    files = Path(__file__).parent.glob("*/*.sql")
    return {path.stem.replace("_", "-"): path.parent.name for path in files if path.with_suffix(".py").exists()}
