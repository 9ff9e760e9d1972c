"""From a TOML file to a report set; every fault is told with its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crmcli.errors import CrmError, UsageError
from crmcli.language import LANGUAGES, nearest
from crmcli.language import gettext as _
from crmcli.reports.alerts.reading import read_alert
from crmcli.reports.sets.days import WORDS
from crmcli.reports.sets.definition import Entry, ReportSet
from crmcli.reports.sets.naming import check_pattern
from crmcli.reports.sets.places import Places, line_of, places
from crmcli.reports.values import parse_date
from crmcli.settings import why_no_toml

_SHARED = ("formats", "folder", "file", "language", "as_of", "excel_safe")
_SET = ("name", "title", "index", *_SHARED)
_ENTRY = ("name", "report", "title", "parameters", "where", "sort", "limit", "fail_if", *_SHARED)
_TOP = ("set", "report")
_MOST_BYTES = 1 << 20
_NAME = re.compile(r"[^\W_][\w .+-]*", re.UNICODE)
_LONGEST_NAME = 80


def read_set(path: Path, *, formats: Collection[str]) -> ReportSet:
    """Read a report set; what it says of reports themselves is checked by `plan.check`.

    Args:
        path: The file.
        formats: Formats that can be written to a file.

    Raises:
        UsageError: It cannot be read, is no TOML, has a key nobody knows, or a value of the wrong kind.
    """
    text = _text(path)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        told = {"file": path, "reason": why_no_toml(error)}
        raise UsageError(_("%(file)s is no TOML: %(reason)s") % told) from None
    except RecursionError:
        raise UsageError(_("%(file)s is no TOML: %(reason)s") % {"file": path, "reason": "[[[[…"}) from None
    return _Reading(path, places(text), frozenset(formats)).whole(data)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
        if len(content) > _MOST_BYTES:
            raise UsageError(_("%(file)s is too large for a report set") % {"file": path})
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        told = {"file": path, "reason": error.strerror or error}
        raise UsageError(_("Report set %(file)s cannot be read: %(reason)s") % told) from None
    except UnicodeDecodeError:
        raise UsageError(_("%(file)s is not in UTF-8") % {"file": path}, _("save it as UTF-8")) from None


@dataclass(frozen=True, slots=True)
class _Reading:
    """A file being read: what is told in its refusals."""

    path: Path
    lines: Places
    formats: frozenset[str]

    def whole(self, data: Mapping[str, Any]) -> ReportSet:
        """The set."""
        self._known(data, _TOP, ())
        head = self._typed(data, "set", dict, (), {})
        self._known(head, _SET, ("set",))
        written = self._typed(data, "report", list, (), [])
        if not written:
            raise self.fault((), _("there is no [[report]] in it"))
        shared = self._shared(head, ("set",))
        made = [self._entry(one, ("report", number), shared) for number, one in enumerate(written)]
        self._unique(made)
        name = self._name(head, "name", ("set",), self.path.stem)
        return ReportSet(
            name=name,
            path=self.path.absolute(),
            title=self._typed(head, "title", str, ("set",), name),
            folder=shared.get("folder", "."),
            index=self._typed(head, "index", bool, ("set",), False),
            language=shared.get("language"),
            as_of=shared.get("as_of", "today"),
            entries=tuple(made),
        )

    def fault(self, path: tuple[str | int, ...], message: str, hint: str | None = None) -> UsageError:
        """A refusal with file and line."""
        told = {"file": self.path, "line": line_of(self.lines, path), "message": message}
        return UsageError(_("%(file)s, line %(line)s: %(message)s") % told, hint)

    def _entry(self, data: object, path: tuple[str | int, ...], shared: Mapping[str, Any]) -> Entry:
        if not isinstance(data, dict):
            raise self.fault(path, _("reports are written as tables: [[report]]"))
        self._known(data, _ENTRY, path)
        if "report" not in data:
            raise self.fault(path, _('which report? say report = "churn"'))
        report = self._typed(data, "report", str, path, "")
        own = {**{key: value for key, value in shared.items() if key != "folder"}, **self._shared(data, path)}
        return Entry(
            name=self._name(data, "name", path, report),
            report=report,
            title=self._typed(data, "title", str, path, None),
            parameters=self._typed(data, "parameters", dict, path, {}),
            where=self._texts(data, "where", path),
            sort=self._texts(data, "sort", path),
            limit=self._limit(data, path),
            fail_if=self._alerts(data, path),
            line=line_of(self.lines, path),
            **own,
        )

    def _shared(self, data: Mapping[str, Any], path: tuple[str | int, ...]) -> dict[str, Any]:
        """Keys that may stand at the set, for all its reports, or at a report."""
        found: dict[str, Any] = {}
        if "formats" in data:
            found["formats"] = self._formats(data, path)
        for key in ("folder", "file"):
            if key in data:
                found[key] = self._typed(data, key, str, path, "")
                self._tried((*path, key), check_pattern, found[key], file=key == "file")
        if "language" in data:
            found["language"] = self._word(data, "language", LANGUAGES, path)
        if "as_of" in data:
            found["as_of"] = self._as_of(data, path)
        if "excel_safe" in data:
            found["excel_safe"] = self._typed(data, "excel_safe", bool, path, False)
        return found

    def _as_of(self, data: Mapping[str, Any], path: tuple[str | int, ...]) -> str:
        value = str(data["as_of"]).strip()  # TOML has dates of its own
        if value not in WORDS:
            try:
                parse_date(value, "as_of")
            except UsageError:
                hint = nearest(value, list(WORDS)) or _("say a date or one of: %(words)s") % {"words": ", ".join(WORDS)}
                message = _("%(value)s is no day") % {"value": repr(value)}
                raise self.fault((*path, "as_of"), message, hint) from None
        return value

    def _formats(self, data: Mapping[str, Any], path: tuple[str | int, ...]) -> tuple[str, ...]:
        found = self._texts(data, "formats", path)
        for name in found:
            if name not in self.formats:
                message = _("there is no format %(format)s") % {"format": repr(name)}
                known = sorted(self.formats)
                hint = nearest(name, known) or _("choose one of: %(choices)s") % {"choices": ", ".join(known)}
                raise self.fault((*path, "formats"), message, hint)
        if not found or len(set(found)) < len(found):
            raise self.fault((*path, "formats"), _("name each format once, and at least one"))
        return found

    def _alerts(self, data: Mapping[str, Any], path: tuple[str | int, ...]) -> tuple[str, ...]:
        found = self._texts(data, "fail_if", path)
        for text in found:
            self._tried((*path, "fail_if"), read_alert, text)
        return found

    def _limit(self, data: Mapping[str, Any], path: tuple[str | int, ...]) -> int | None:
        value: int | None = self._typed(data, "limit", int, path, None)
        if value is not None and value < 1:
            raise self.fault((*path, "limit"), _("limit must be a whole number above 0"))
        return value

    def _name(self, data: Mapping[str, Any], key: str, path: tuple[str | int, ...], default: str) -> str:
        """A name of letters and digits: it becomes part of file names."""
        name: str = self._typed(data, key, str, path, default)
        if key in data and not (_NAME.fullmatch(name) and len(name) <= _LONGEST_NAME and not name.endswith((" ", "."))):
            message = _("%(name)s cannot be part of a file name") % {"name": repr(name)}
            raise self.fault((*path, key), message, _("use letters, digits, and - _ + . or spaces between them"))
        return name

    def _word(self, data: Mapping[str, Any], key: str, words: Sequence[str], path: tuple[str | int, ...]) -> str:
        value: str = self._typed(data, key, str, path, "")
        if value not in words:
            message = _("%(key)s cannot be %(value)s") % {"key": key, "value": repr(value)}
            raise self.fault((*path, key), message, ", ".join(words))
        return value

    def _texts(self, data: Mapping[str, Any], key: str, path: tuple[str | int, ...]) -> tuple[str, ...]:
        """One text or several."""
        value = data.get(key, [])
        value = [value] if isinstance(value, str) else value
        if not (isinstance(value, list) and all(isinstance(one, str) for one in value)):
            raise self.fault((*path, key), _("%(key)s takes a text, or several in brackets") % {"key": key})
        return tuple(value)

    def _typed(self, data: Mapping[str, Any], key: str, kind: type, path: tuple[str | int, ...], default: Any) -> Any:
        value = data.get(key, default)
        if key in data and (not isinstance(value, kind) or (kind is int and isinstance(value, bool))):
            wanted = {str: _("a text"), bool: "true, false", int: _("a whole number"), dict: _("a table"),
                      list: _("tables: [[report]]")}[kind]  # fmt: skip
            raise self.fault((*path, key), _("%(key)s takes %(wanted)s") % {"key": key, "wanted": wanted})
        return value

    def _known(self, data: Mapping[str, Any], keys: Sequence[str], path: tuple[str | int, ...]) -> None:
        for key in data:
            if key not in keys:
                hint = nearest(key, list(keys)) or _("known are: %(keys)s") % {"keys": ", ".join(keys)}
                raise self.fault((*path, key), _("nobody knows %(key)s") % {"key": repr(key)}, hint)

    def _tried(self, path: tuple[str | int, ...], check: Any, *values: Any, **named: Any) -> None:
        """A check of another room, its refusal with the line."""
        try:
            check(*values, **named)
        except CrmError as error:
            raise self.fault(path, error.message, error.hint) from None

    def _unique(self, entries: Sequence[Entry]) -> None:
        seen: dict[str, Entry] = {}
        for entry in entries:
            if (first := seen.setdefault(entry.name.casefold(), entry)) is not entry:
                told = {"name": repr(entry.name), "first": first.line, "line": entry.line, "file": self.path}
                message = _("%(file)s, line %(line)s: %(name)s stands on line %(first)s already") % told
                raise UsageError(message, _("give one of the two a name of its own: name = …"))
