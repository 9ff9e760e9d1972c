"""Settings: flags > CRMCLI_* variables > crmcli.toml > defaults, as one frozen value.

The list SETTINGS also writes docs/settings.md.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crmcli.errors import UsageError
from crmcli.language import gettext as _


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as the owner sees it."""

    name: str
    variable: str
    default: str
    meaning: str


SETTINGS = (
    Setting("db", "CRMCLI_DB", "./crm.duckdb if there, else the user data folder", "the store"),
    Setting(
        "lang",
        "CRMCLI_LANG",
        "the language the store was made in; before it is open, ru where LANG says so, else en",
        "language of messages and tables: en or ru",
    ),
    Setting("wait", "CRMCLI_WAIT", "30", "seconds to wait while another command uses the store"),
    Setting("me", "CRMCLI_ME", "", "who you are, a manager's code or name: whose touches are noted"),
    Setting("scorecard_hours", "CRMCLI_SCORECARD_HOURS", "9-18", "working hours, Monday to Friday, of the scorecard"),
    Setting(
        "scorecard_response", "CRMCLI_SCORECARD_RESPONSE", "2 4 8 24", "hours to the first answer for levels 5 4 3 2"
    ),
    Setting("scorecard_satisfaction", "CRMCLI_SCORECARD_SATISFACTION", "4.5 4 3.5 3", "mean rating for levels 5 4 3 2"),
    Setting("scorecard_reopened", "CRMCLI_SCORECARD_REOPENED", "2% 5% 10% 20%", "tickets reopened for levels 5 4 3 2"),
    Setting("scorecard_quality", "CRMCLI_SCORECARD_QUALITY", "1% 2% 5% 10%", "returned share for levels 5 4 3 2"),
    Setting("scorecard_time", "CRMCLI_SCORECARD_TIME", "98% 95% 90% 80%", "lines in time for levels 5 4 3 2"),
    Setting(
        "scorecard_price", "CRMCLI_SCORECARD_PRICE", "0.95 1 1.05 1.15", "own price ÷ competitor's for levels 5 4 3 2"
    ),
)
FILE = "crmcli.toml"
STORE = "crm.duckdb"


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for this run.

    Args:
        db: The store, absolute.
        lang: "en", "ru", or None where nothing was said.
        wait: Seconds to wait for the store.
        chosen_by: Where `db` came from, for messages.
    """

    db: Path
    lang: str | None
    wait: float
    chosen_by: str


def settle(
    flags: Mapping[str, str | None], *, environ: Mapping[str, str] | None = None, folder: Path | None = None
) -> Settings:
    """Settle all settings; `flags` holds db, lang and wait as given on the command line, None where not.

    Raises:
        UsageError: crmcli.toml cannot be read, names an unknown setting, or a value is unusable.
    """
    environ = os.environ if environ is None else environ
    folder = folder or Path.cwd()
    written = _from_file(folder / FILE)
    values: dict[str, tuple[str, str]] = {}
    for setting in SETTINGS:
        for value, origin in (
            (flags.get(setting.name), f"--{setting.name}"),
            (environ.get(setting.variable) or None, setting.variable),
            (written.get(setting.name), FILE),
        ):
            if value is not None:
                values[setting.name] = (str(value), origin)
                break
    db, chosen_by = _store(values.get("db"), folder)
    lang, origin = values.get("lang", (None, ""))
    if lang not in (None, "en", "ru"):
        raise UsageError(_("%(origin)s: there is no language %(value)s") % {"origin": origin, "value": lang}, "en, ru")
    return Settings(db, lang, _seconds(*values.get("wait", ("30", ""))), chosen_by)


def chosen(name: str, *, environ: Mapping[str, str] | None = None, folder: Path | None = None) -> str:
    """One setting that only some reports need, as text: its variable, crmcli.toml, or its default.

    Raises:
        UsageError: crmcli.toml cannot be read or names an unknown setting.
    """
    setting = next(setting for setting in SETTINGS if setting.name == name)
    environ = os.environ if environ is None else environ
    written = environ.get(setting.variable) or _from_file((folder or Path.cwd()) / FILE).get(name)
    return setting.default if written is None else str(written)


def _store(given: tuple[str, str] | None, folder: Path) -> tuple[Path, str]:
    if given:
        return (folder / Path(given[0]).expanduser()).absolute(), given[1]
    if (folder / STORE).exists():
        return (folder / STORE).absolute(), f"./{STORE}"
    from platformdirs import user_data_path

    return user_data_path("crmcli", appauthor=False) / STORE, "user data folder"


def _seconds(value: str, origin: str) -> float:
    try:
        seconds = float(value.replace(",", "."))
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < 1e6:
        raise UsageError(_("%(origin)s: %(value)s is no number of seconds") % {"origin": origin, "value": value})
    return seconds


def why_no_toml(error: Exception) -> str:
    """What is wrong with a TOML file, in the owner's language: the place, which is what helps."""
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    if isinstance(error, UnicodeDecodeError):
        return _("it is not written in UTF-8")
    place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
    twice = str(error).startswith(("Cannot overwrite", "Cannot declare", "Cannot mutate"))
    if place is None:
        return _("something is said twice in it") if twice else _("it breaks off in the middle of a statement")
    where = {"line": place[1], "column": place[2]}
    if twice:
        return _("line %(line)s, column %(column)s: this is said twice") % where
    return _("line %(line)s, column %(column)s cannot be understood") % where


def _from_file(path: Path) -> Mapping[str, Any]:
    if not path.exists():
        return {}
    import tomllib

    try:
        with path.open("rb") as file:
            found: dict[str, Any] = tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(
            _("%(path)s cannot be read: %(reason)s") % {"path": path, "reason": why_no_toml(error)}
        ) from None
    names = {setting.name for setting in SETTINGS}
    for name in found:
        if name not in names:
            raise UsageError(
                _("%(path)s: there is no setting %(name)s") % {"path": path, "name": name}, ", ".join(sorted(names))
            )
    return found
