"""The parts of an XLSX package that say what its sheets are: workbook, relationships, styles.

Read with the standard library only, from members no bigger than limits.PART_BYTES; nothing is extracted to disk, and
relationships to other files are never followed.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from crmcli.intake.workbook import limits

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Number formats that mean a date without being spelled out in the file (ECMA-376, 18.8.30), by what they show.
BUILTIN_DATES = frozenset({14, 15, 16, 17, 22, *range(27, 37), *range(50, 59)})
BUILTIN_TIMES = frozenset({18, 19, 20, 21, 45, 46, 47})
BUILTIN_PERCENT = frozenset({9, 10})
_NO_PATTERN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Package:
    """What the package says about its sheets.

    Args:
        members: Sheet name → member of the archive that holds its cells, in the order of the tabs.
        hidden: Names of the sheets whose tabs are not shown.
        strings: Member with the shared strings, if there is one.
        since_1904: Dates are counted from 1904 on.
        styles: Per cell style (by its index): "number", "percent", "date" or "time" (time of day or duration).
    """

    members: dict[str, str]
    hidden: frozenset[str]
    strings: str | None
    since_1904: bool
    styles: tuple[str, ...]


def read_package(path: Path) -> Package | None:
    """The parts of an XLSX file, or None when they are not where the standard puts them."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.replace("\\", "/").lower().lstrip("/"): name for name in archive.namelist()}
            workbook = _target(_relationships(archive, names, ""), "officeDocument", "xl/workbook.xml")
            targets = _relationships(archive, names, workbook)
            sheets = list(_sheets(archive, names, workbook, targets))
            members = {name: member for name, member, _state in sheets}
            hidden = frozenset(name for name, _member, state in sheets if state in {"hidden", "veryHidden"})
            strings = names.get(_target(targets, "sharedStrings", "xl/sharedstrings.xml"))
            styles = _read_styles(archive, names, _target(targets, "styles", "xl/styles.xml"))
            return Package(members, hidden, strings, _is_since_1904(archive, names[workbook]), styles)
    except (ET.ParseError, zipfile.BadZipFile, KeyError, OSError, ValueError, EOFError, RuntimeError):
        return None


def _parse(archive: zipfile.ZipFile, name: str) -> ET.Element:
    with archive.open(name) as file:
        data = file.read(limits.PART_BYTES + 1)
    if len(data) > limits.PART_BYTES or b"<!ENTITY" in data:
        reason = "a part is too big, or declares entities"
        raise ValueError(reason)
    return ET.fromstring(data)  # noqa: S314 - entities are refused above, size is bounded


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _attribute(element: ET.Element, name: str) -> str | None:
    """The attribute whatever its name space: strict and transitional packages differ in it."""
    return next((value for key, value in element.attrib.items() if _local(key) == name), None)


def _relationships(archive: zipfile.ZipFile, names: dict[str, str], part: str) -> dict[str, tuple[str, str]]:
    """Relationship id → (last word of its type, member name in lower case), inner ones only."""
    folder, base = posixpath.split(part)
    rels = names[posixpath.join(folder, "_rels", base + ".rels").lower()]
    found = {}
    for relation in _parse(archive, rels):
        target = (relation.get("Target") or "").replace("\\", "/")
        if relation.get("TargetMode") == "External" or not target:
            continue
        inner = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        found[relation.get("Id") or ""] = ((relation.get("Type") or "").rpartition("/")[2], inner.lower())
    return found


def _target(relations: dict[str, tuple[str, str]], kind: str, usual: str) -> str:
    """Member of the first relationship of a type, or the usual one."""
    return next((inner for found, inner in relations.values() if found == kind), usual)


def _sheets(
    archive: zipfile.ZipFile, names: dict[str, str], workbook: str, targets: dict[str, tuple[str, str]]
) -> Iterator[tuple[str, str, str]]:
    """Name, member and state of each sheet of cells (charts and dialogues have other folders and types)."""
    for element in _parse(archive, names[workbook]).iter():
        if _local(element.tag) == "sheet":
            kind, target = targets.get(_attribute(element, "id") or "", ("", ""))
            if kind == "worksheet" and target in names:
                yield element.get("name") or "", names[target], element.get("state") or "visible"


def _is_since_1904(archive: zipfile.ZipFile, workbook: str) -> bool:
    properties = (element for element in _parse(archive, workbook).iter() if _local(element.tag) == "workbookPr")
    return any(element.get("date1904") in {"1", "true", "on"} for element in properties)


def _read_styles(archive: zipfile.ZipFile, names: dict[str, str], target: str) -> tuple[str, ...]:
    if target not in names:
        return ()
    root = _parse(archive, names[target])
    codes = {
        int(element.get("numFmtId") or 0): element.get("formatCode") or ""
        for element in root.iter()
        if _local(element.tag) == "numFmt"
    }
    cells = next((element for element in root if _local(element.tag) == "cellXfs"), ())
    return tuple(_style(int(xf.get("numFmtId") or 0), codes) for xf in cells)


def _style(number: int, codes: dict[int, str]) -> str:
    if number in codes:
        return classify_format(codes[number])
    if number in BUILTIN_DATES:
        return "date"
    if number in BUILTIN_TIMES:
        return "time"
    return "percent" if number in BUILTIN_PERCENT else "number"


def classify_format(code: str) -> str:
    """What a number format shows: "date" (also with a time), "time" (of day, or a duration), "percent" or "number".

    Text in quotes, colours and locales are left out first; then days and years make a date, hours and seconds a time.
    """
    bare = _NO_PATTERN.sub("", code.split(";", maxsplit=1)[0]).lower()
    if "general" in bare:
        return "number"
    if re.search(r"\[[hms]+\]", bare):
        return "time"
    if re.search(r"[yd]", bare) or bare.strip(" -./") in {"m", "mm", "mmm", "mmmm"}:
        return "date"
    if re.search(r"[hs]", bare):
        return "time"
    return "percent" if "%" in bare else "number"
