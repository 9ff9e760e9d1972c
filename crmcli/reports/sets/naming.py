"""Names of the files a set writes: patterns filled in, and never outside the folder."""

from __future__ import annotations

import datetime as dt
import os
import string
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from crmcli.errors import ConflictError, UsageError
from crmcli.language import gettext as _
from crmcli.language import nearest

IN_FOLDER = ("set", "as_of", "year", "month")
IN_FILE = ("report", "name", *IN_FOLDER, "ext")
_HINT = "{as_of}-{name}.{ext}"


def check_pattern(pattern: str, *, file: bool) -> None:
    """Refuse a pattern that names no file or folder, or one outside.

    Args:
        pattern: Text with marks such as {as_of}.
        file: Whether it is of a file's name; else of a folder's.

    Raises:
        UsageError: A mark nobody knows, a step upwards, or a character that no name can hold.
    """
    known = IN_FILE if file else IN_FOLDER
    try:
        pieces = list(string.Formatter().parse(pattern))
    except ValueError as error:
        raise UsageError(_("%(pattern)s: %(reason)s") % {"pattern": repr(pattern), "reason": error}) from None
    for _text, mark, layout, conversion in pieces:
        if mark is not None and (mark not in known or layout or conversion):
            message = _("%(pattern)s: there is no {%(mark)s}") % {"pattern": repr(pattern), "mark": mark}
            marks = _("marks are: %(marks)s") % {"marks": " ".join(f"{{{one}}}" for one in known)}
            raise UsageError(message, nearest(mark, list(known)) or marks)
    if not pattern.strip() or any(unicodedata.category(character) in ("Cc", "Cs") for character in pattern):
        raise UsageError(_("%(pattern)s can be no name") % {"pattern": repr(pattern)}, _HINT if file else None)
    if file and (os.sep in pattern or "\\" in pattern or pattern.startswith(".")):
        message = _("%(pattern)s: a file name has no slash and no dot at its start") % {"pattern": repr(pattern)}
        raise UsageError(message, _("name the folder with folder = …"))


def set_folder(pattern: str, marks: Mapping[str, str], *, beside: Path) -> Path:
    """The folder of a set, absolute; a relative one lies beside the set's file."""
    return Path(os.path.normpath(beside / Path(pattern.format_map(marks)).expanduser()))


def inside(root: Path, folder: str, name: str) -> Path:
    """The path of a file below the folder of the set.

    Raises:
        UsageError: It would lie outside, by steps upwards or an absolute folder.
        ConflictError: A symbolic link on the way leads outside.
    """
    if name in ("", ".", "..") or os.sep in name or Path(folder).is_absolute() or ".." in Path(folder).parts:
        told = {"file": f"{folder}/{name}", "folder": root}
        raise UsageError(_("%(file)s would lie outside %(folder)s") % told, _("say folders below that of the set"))
    place = root / folder / name
    if not Path(os.path.realpath(place)).is_relative_to(os.path.realpath(root)):
        raise ConflictError(_("%(file)s leads out of %(folder)s by a link") % {"file": place, "folder": root})
    return place


def marks_of(set_name: str, day: dt.date) -> dict[str, str]:
    """Marks that every name may hold: {set} {as_of} {year} {month}."""
    return {
        "set": set_name.replace(os.sep, "-").lstrip(".") or "set",
        "as_of": day.isoformat(),
        "year": f"{day.year:04}",
        "month": f"{day.year:04}-{day.month:02}",
    }
