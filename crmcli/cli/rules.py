"""Flags of an import over the profile's: one value of rules."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from crmcli.errors import UsageError
from crmcli.intake.profile import Rules, constants, from_data, from_profile, to_data
from crmcli.intake.reading import Hints
from crmcli.language import gettext as _

_NAMED_DELIMITERS = {"tab": "\t", "\\t": "\t", "space": " ", "comma": ",", "semicolon": ";", "pipe": "|"}
_DIRECT = (
    "decimal", "dates", "mode", "empty", "strict", "unknown_customer", "ignore_unknown", "drop_repeated_lines",
    "round", "source",
)  # fmt: skip


def rules(profile: str | None, **flags: Any) -> Rules:
    """Rules from flags over those of the profile; a flag that was not given leaves the profile's word.

    Raises:
        UsageError: the profile or a flag cannot be understood.
    """
    base = from_profile(Path(profile)) if profile else Rules()
    data: dict[str, Any] = {**to_data(base)}
    if flags.get("entity"):
        data["as"] = flags["entity"]
    data.update({name: flags[name] for name in _DIRECT if flags.get(name) not in (None, False)})
    if flags.get("missing"):
        data["missing"] = [*data.get("missing", []), *flags["missing"]]
    if flags.get("sets"):
        data["set"] = {**data.get("set", {}), **constants(flags["sets"])}
    told = hints(flags.get("encoding"), flags.get("delimiter"), flags.get("sheet"), flags.get("header_row"))
    for name, value in _filled(told).items():
        data[name] = value
    settled = from_data(data, origin=_("the command line"))
    return replace(settled, maps=(*_maps(flags.get("maps")), *settled.maps))


def _maps(texts: list[str] | None) -> tuple[str, ...]:
    return tuple(texts or ())


def hints(encoding: str | None, delimiter: str | None, sheet: str | None, header_row: int | None) -> Hints:
    """What was said about the file itself.

    Raises:
        UsageError: there is no such encoding, or the delimiter is no single character.
    """
    if encoding is not None:
        try:
            codecs.lookup(encoding)
        except LookupError:
            raise UsageError(
                _("There is no encoding %(name)s") % {"name": encoding}, "utf-8, cp1251, koi8-r, cp866, utf-16"
            ) from None
    if delimiter is not None:
        delimiter = _NAMED_DELIMITERS.get(delimiter.lower(), delimiter)
        if len(delimiter) != 1:
            raise UsageError(_("--delimiter takes one character"), "';', ',', tab, '|'")
    return Hints(encoding, delimiter, header_row, sheet)


def _filled(told: Hints) -> Mapping[str, Any]:
    pairs = {"encoding": told.encoding, "delimiter": told.delimiter, "sheet": told.sheet, "header_row": told.header_row}
    return {name: value for name, value in pairs.items() if value is not None}
