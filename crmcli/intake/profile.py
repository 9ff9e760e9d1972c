"""Import rules as a value: from flags, from a TOML profile that cron can rerun, from a rejects file."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from crmcli.errors import UsageError
from crmcli.intake.admit.admission import Policy
from crmcli.intake.reading import Hints
from crmcli.language import gettext as _
from crmcli.language import nearest
from crmcli.settings import why_no_toml

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
    "latest_by": None,
}
_FLAGS = ("strict", "round", "ignore_unknown", "drop_repeated_lines", "exact")
_OTHER = ("map", "set", "missing", "sheets", "header_row", "keep", "values")
_KEPT = ("max", "min", "first", "last")
_VALUE = "--value status:Resolved=completed"


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything that decides how files are taken in.

    Args:
        maps: Texts as given to --map.
        said: Our column → text of the file → what it means; "" means that nothing is there.
        exact: No heading is recognised by itself: what `maps` does not name is a field of the owner's own.
        sheets: Sheet → its own rules, for a workbook of several entities; only these sheets are read then.
    """

    entity: str | None = None
    maps: tuple[str, ...] = ()
    constants: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    said: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    hints: Hints = field(default_factory=Hints)
    decimal: str | None = None
    dates: str | None = None
    policy: Policy = field(default_factory=Policy)
    strict: bool = False
    rounded: bool = False
    ignore_unknown: bool = False
    exact: bool = False
    sheets: Mapping[str, Rules] = field(default_factory=dict)

    def for_sheet(self, sheet: str) -> Rules:
        """The rules of one sheet of a workbook: its own where the profile has some."""
        return self.sheets.get(self.named_sheet(sheet) or "", self)

    def named_sheet(self, sheet: str) -> str | None:
        """The name under which the profile has rules for a sheet: exactly, then in any case; None when it has none."""
        if sheet in self.sheets:
            return sheet
        return next((name for name in self.sheets if name.strip().casefold() == sheet.strip().casefold()), None)

    @property
    def only_named(self) -> bool:
        """Whether only the sheets that the profile names are read: unless --sheet asks for another."""
        return bool(self.sheets) and self.hints.sheet in (None, "*")


def from_profile(path: Path) -> Rules:
    """Read a profile.

    Raises:
        UsageError: the file is missing, no TOML, or has a key or word nobody knows.
    """
    try:
        with path.open("rb") as file:
            data = tomllib.load(file)
    except OSError as error:
        raise UsageError(
            _("Profile %(path)s cannot be read: %(reason)s") % {"path": path, "reason": error.strerror}
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(
            _("Profile %(path)s is no TOML: %(reason)s") % {"path": path, "reason": why_no_toml(error)}
        ) from None
    return from_data(data, origin=str(path))


def from_data(data: Mapping[str, Any], *, origin: str) -> Rules:
    """Rules from the keys of a profile or of a rejects file."""
    _check(data, origin)
    header_row = data.get("header_row")
    sheets = {name: from_data({**_without(data, "sheets"), **spec}, origin=f"{origin} [{name}]")
              for name, spec in data.get("sheets", {}).items()}  # fmt: skip
    return Rules(
        entity=data.get("as"),
        maps=tuple(f"{theirs}={ours}" for theirs, ours in _pairs(data.get("map", {}))),
        constants={column: _text(value) for column, value in data.get("set", {}).items()},
        missing=tuple(data.get("missing", ())),
        said={
            column: {was: _text(means) for was, means in words.items()}
            for column, words in data.get("values", {}).items()
        },
        hints=Hints(
            data.get("encoding"), data.get("delimiter"), header_row, data.get("sheet") or ("*" if sheets else None)
        ),
        decimal=data.get("decimal"),
        dates=data.get("dates"),
        policy=Policy(
            mode=data.get("mode", "upsert"),
            empty=data.get("empty", "skip"),
            unknown_customer=data.get("unknown_customer", "create"),
            drop_repeated_lines=bool(data.get("drop_repeated_lines", False)),
            source=data.get("source", ""),
            latest_by=data.get("latest_by", ""),
            keep=dict(data.get("keep", {})),
        ),
        strict=bool(data.get("strict", False)),
        rounded=bool(data.get("round", False)),
        ignore_unknown=bool(data.get("ignore_unknown", False)),
        exact=bool(data.get("exact", False)),
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
        "exact": rules.exact,
    }
    policy, plain = rules.policy, Policy()
    for key in ("mode", "empty", "unknown_customer", "drop_repeated_lines", "source", "latest_by", "keep"):
        if getattr(policy, key) != getattr(plain, key):
            data[key] = getattr(policy, key)
    data["set"] = dict(rules.constants)
    data["values"] = {column: dict(words) for column, words in rules.said.items()}
    data["map"] = _by_heading(rules.maps)
    data["sheets"] = {name: to_data(sheet) for name, sheet in rules.sheets.items()}
    # 0 is a header row that was told
    return {
        key: value for key, value in data.items() if value is not None and value is not False and value not in ([], {})
    }


def to_toml(rules: Rules) -> str:
    """A profile as text."""
    return _toml(to_data(rules))


def _toml(data: Mapping[str, Any], prefix: str = "") -> str:
    """TOML of texts, flags, numbers, lists of texts and tables of them; JSON strings are TOML strings."""
    lines = [f"{_key(k)} = {_literal(v)}" for k, v in data.items() if not isinstance(v, dict)]
    for name, table in data.items():
        if isinstance(table, dict):
            inner = f"{prefix}{_key(name)}"
            if name in ("sheets", "values"):
                lines += [
                    f"\n[{inner}.{_key(sheet)}]\n{_toml(spec, f'{inner}.{_key(sheet)}.')}"
                    for sheet, spec in table.items()
                ]
            else:
                lines.append(f"\n[{inner}]\n{_toml(table)}")
    return "\n".join(lines) + ("" if prefix else "\n")


def _key(name: str) -> str:
    return name if name.isascii() and name.replace("_", "").isalnum() else _literal(name)


def _literal(value: object) -> str:
    """JSON that is TOML as well, which wants DEL escaped, and UTF-8, which knows no lone surrogates."""
    text = json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return text.encode("utf-8", "replace").decode("utf-8")


def _pairs(table: Mapping[str, str | Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Their heading and our column; one heading may serve several."""
    for theirs, ours in table.items():
        for column in [ours] if isinstance(ours, str) else ours:
            yield theirs, column


def _by_heading(maps: Sequence[str]) -> dict[str, str | list[str]]:
    found: dict[str, list[str]] = {}
    for text in maps:
        theirs, _equals, ours = text.rpartition("=")
        found.setdefault(theirs, []).append(ours)
    return {theirs: ours[0] if len(ours) == 1 else ours for theirs, ours in found.items()}


def column_of(text: str) -> str:
    """Our column of one --map text."""
    return text.rpartition("=")[2].partition("*")[0].strip()


def over(told: Rules, kept: Rules) -> Rules:
    """Rules told now over rules kept from before: what was told wins, also heading by heading."""
    data = {**to_data(kept), **to_data(told)}
    data["set"] = {**kept.constants, **told.constants}
    data["missing"] = [*kept.missing, *told.missing]
    data["keep"] = {**kept.policy.keep, **told.policy.keep}
    data["values"] = {c: {**kept.said.get(c, {}), **told.said.get(c, {})} for c in {**kept.said, **told.said}}
    merged = from_data(data, origin=_("the command line"))
    columns = {column_of(text) for text in told.maps if column_of(text) != "-"} | set(told.constants)
    headings = {text.rpartition("=")[0].strip() for text in told.maps}
    rest = [t for t in kept.maps if column_of(t) not in columns and t.rpartition("=")[0].strip() not in headings]
    left = {
        c: v for c, v in merged.constants.items() if c in told.constants or c not in {column_of(t) for t in told.maps}
    }
    return replace(merged, maps=(*told.maps, *rest), constants=left)


def constants(texts: Sequence[str], *, option: str = "--set") -> dict[str, str]:
    """`--set column=value`, or another option said like it, several.

    Raises:
        UsageError: no "=" in one of them.
    """
    found = {}
    for text in texts:
        column, separator, value = text.partition("=")
        if not separator or not column.strip():
            raise UsageError(_("%(option)s %(text)s: say it as column=value") % {"option": option, "text": text})
        found[column.strip()] = value.strip()
    return found


def meanings(texts: Sequence[str]) -> dict[str, dict[str, str]]:
    """`--value column:theirs=ours`, several: our column → their text → what it means, "" where nothing is there.

    Raises:
        UsageError: no ":" or "=" in one of them.
    """
    found: dict[str, dict[str, str]] = {}
    for text in texts:
        column, colon, pair = text.partition(":")
        theirs, equals, ours = pair.rpartition("=")
        if not colon or not equals or not column.strip() or not theirs.strip():
            raise UsageError(_("--value %(text)s: say it as column:theirs=ours") % {"text": text}, _VALUE)
        found.setdefault(column.strip(), {})[theirs.strip()] = ours.strip()
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
    for column, how in dict(data.get("keep", {})).items():
        if how not in _KEPT:
            raise UsageError(
                _("%(origin)s: of %(column)s cannot be kept %(value)s")
                % {"origin": origin, "column": column, "value": how},
                ", ".join(_KEPT),
            )


def _without(data: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {k: v for k, v in data.items() if k != key}


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
