"""Flags of an import over the profile's: one value of rules."""

from __future__ import annotations

import codecs
from dataclasses import replace
from pathlib import Path
from typing import Any

from crmcli.errors import UsageError
from crmcli.intake.profile import Rules, constants, from_data, from_profile, meanings, over
from crmcli.intake.reading import Hints
from crmcli.language import gettext as _

_NAMED_DELIMITERS = {"tab": "\t", "\\t": "\t", "space": " ", "comma": ",", "semicolon": ";", "pipe": "|"}
_DIRECT = (
    "decimal", "dates", "mode", "empty", "strict", "unknown_customer", "ignore_unknown", "drop_repeated_lines",
    "round", "source", "latest_by",
)  # fmt: skip


def rules(profile: str | None, **flags: Any) -> Rules:
    """Rules from flags over those of the profile; a flag that was not given leaves the profile's word.

    Raises:
        UsageError: the profile or a flag cannot be understood.
    """
    kept = from_profile(Path(profile)) if profile else Rules()
    told = hints(flags.get("encoding"), flags.get("delimiter"), flags.get("sheet"), flags.get("header_row"))
    data: dict[str, Any] = {name: flags[name] for name in _DIRECT if flags.get(name) not in (None, False)}
    data |= {
        "as": flags.get("entity"),
        "missing": flags.get("missing") or [],
        "set": constants(flags.get("sets") or []),
        "values": meanings(flags.get("values") or []),
        "keep": constants(flags.get("keeps") or [], option="--keep"),
    }
    data |= {"encoding": told.encoding, "delimiter": told.delimiter, "sheet": told.sheet, "header_row": told.header_row}
    said = from_data({name: value for name, value in data.items() if value is not None}, origin=_("the command line"))
    settled = over(replace(said, maps=tuple(flags.get("maps") or ())), kept)
    policy = {name: flags[name] for name in ("mode", "empty", "unknown_customer") if flags.get(name)}
    return replace(settled, policy=replace(settled.policy, **policy))  # a default told outright is told, too


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
