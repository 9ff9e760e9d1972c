"""Import rules as a value: from flags, from a TOML profile that cron can rerun, from a rejects file."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from crmcli.errors import UsageError
from crmcli.intake.admit.admission import Policy
from crmcli.intake.reading import Hints
from crmcli.language import gettext as _
from crmcli.language import nearest

# Profile key → allowed words; None: any text.
_WORDS: Mapping[str, tuple[str, ...] | None] = {
    "as": None,
    "mode": ("upsert", "create", "update"),
    "empty": ("skip", "clear"),
    "encoding": None,
    "delimiter": None,
    "decimal": (".", ","),
    "dates": ("dmy", "mdy", "ymd"),
    "sheet": None,
    "unknown_customer": ("create", "reject"),
    "source": None,
}
_FLAGS = ("strict", "round", "ignore_unknown", "drop_repeated_lines")
_OTHER = ("map", "set", "missing", "sheets", "header_row")


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything that decides how files are taken in; `maps` are texts as given to --map."""

    entity: str | None = None
    maps: tuple[str, ...] = ()
    constants: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    hints: Hints = field(default_factory=Hints)
    decimal: str | None = None
    dates: str | None = None
    policy: Policy = field(default_factory=Policy)
    strict: bool = False
    rounded: bool = False
    ignore_unknown: bool = False
    sheets: Mapping[str, Rules] = field(default_factory=dict)

    def for_sheet(self, sheet: str) -> Rules:
        """The rules of one sheet of a workbook: its own where the profile has some."""
        return self.sheets.get(sheet, self)


def from_profile(path: Path) -> Rules:
    """Read a profile.

    Raises:
        UsageError: the file is missing, no TOML, or has a key or word nobody knows.
    """
    try:
        with path.open("rb") as file:
            data = tomllib.load(file)
    except OSError as error:
        raise UsageError(_("Profile %(path)s cannot be read: %(reason)s") % {"path": path, "reason": error.strerror}) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(_("Profile %(path)s is no TOML: %(reason)s") % {"path": path, "reason": error}) from None
    return from_data(data, origin=str(path))


def from_data(data: Mapping[str, Any], *, origin: str) -> Rules:
    """Rules from the keys of a profile or of a rejects file."""
    _check(data, origin)
    header_row = data.get("header_row")
    sheets = {name: from_data({**_without(data, "sheets"), **spec}, origin=f"{origin} [{name}]")
              for name, spec in data.get("sheets", {}).items()}  # fmt: skip
    return Rules(
        entity=data.get("as"),
        maps=tuple(f"{theirs}={ours}" for theirs, ours in data.get("map", {}).items()),
        constants={column: _text(value) for column, value in data.get("set", {}).items()},
        missing=tuple(data.get("missing", ())),
        hints=Hints(data.get("encoding"), data.get("delimiter"), header_row, data.get("sheet") or ("*" if sheets else None)),
        decimal=data.get("decimal"),
        dates=data.get("dates"),
        policy=Policy(
            mode=data.get("mode", "upsert"),
            empty=data.get("empty", "skip"),
            unknown_customer=data.get("unknown_customer", "create"),
            drop_repeated_lines=bool(data.get("drop_repeated_lines", False)),
            source=data.get("source", ""),
        ),
        strict=bool(data.get("strict", False)),
        rounded=bool(data.get("round", False)),
        ignore_unknown=bool(data.get("ignore_unknown", False)),
        sheets=sheets,
    )


def to_data(rules: Rules) -> dict[str, Any]:
    """The keys of a profile that gives these rules again; defaults are left out."""
    data: dict[str, Any] = {
        "as": rules.entity,
        "decimal": rules.decimal,
        "dates": rules.dates,
        "encoding": rules.hints.encoding,
        "delimiter": rules.hints.delimiter,
        "header_row": rules.hints.header_row,
        "sheet": rules.hints.sheet,
        "missing": list(rules.missing),
        "strict": rules.strict,
        "round": rules.rounded,
        "ignore_unknown": rules.ignore_unknown,
    }
    policy, plain = rules.policy, Policy()
    for key in ("mode", "empty", "unknown_customer", "drop_repeated_lines", "source"):
        if getattr(policy, key) != getattr(plain, key):
            data[key] = getattr(policy, key)
    data["set"] = dict(rules.constants)
    data["map"] = dict(text.rsplit("=", 1) for text in rules.maps)
    data["sheets"] = {name: to_data(sheet) for name, sheet in rules.sheets.items()}
    return {key: value for key, value in data.items() if value not in (None, False, [], {})}


def to_toml(rules: Rules) -> str:
    """A profile as text."""
    return _toml(to_data(rules))


def _toml(data: Mapping[str, Any], prefix: str = "") -> str:
    """TOML of texts, flags, numbers, lists of texts and tables of them; JSON strings are TOML strings."""
    lines = [f"{_key(k)} = {json.dumps(v, ensure_ascii=False)}" for k, v in data.items() if not isinstance(v, dict)]
    for name, table in data.items():
        if isinstance(table, dict):
            inner = f"{prefix}{_key(name)}"
            if name == "sheets":
                lines += [f"\n[{inner}.{_key(sheet)}]\n{_toml(spec, f'{inner}.{_key(sheet)}.')}" for sheet, spec in table.items()]
            else:
                lines.append(f"\n[{inner}]\n{_toml(table)}")
    return "\n".join(lines) + ("" if prefix else "\n")


def _key(name: str) -> str:
    return name if name.isascii() and name.replace("_", "").isalnum() else json.dumps(name, ensure_ascii=False)


def with_entity(rules: Rules, entity: str) -> Rules:
    """The same rules for a named entity."""
    return replace(rules, entity=entity)


def constants(texts: Sequence[str]) -> dict[str, str]:
    """`--set column=value`, several.

    Raises:
        UsageError: no "=" in one of them.
    """
    found = {}
    for text in texts:
        column, separator, value = text.partition("=")
        if not separator or not column.strip():
            raise UsageError(_("--set %(text)s: say it as column=value") % {"text": text})
        found[column.strip()] = value.strip()
    return found


def _check(data: Mapping[str, Any], origin: str) -> None:
    for key, value in data.items():
        if key not in (*_WORDS, *_FLAGS, *_OTHER):
            known = [*_WORDS, *_FLAGS, *_OTHER]
            raise UsageError(
                _("%(origin)s: nobody knows %(key)s") % {"origin": origin, "key": key},
                nearest(key, known) or ", ".join(known),
            )
        allowed = _WORDS.get(key)
        if allowed and value not in allowed:
            raise UsageError(
                _("%(origin)s: %(key)s cannot be %(value)s") % {"origin": origin, "key": key, "value": value},
                ", ".join(allowed),
            )


def _without(data: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {k: v for k, v in data.items() if k != key}


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
