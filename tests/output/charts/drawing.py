"""Pictures read back: their elements, their texts with the room they take."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

from crmcli.output.charts.draw import draw
from crmcli.table import Chart, ChartKind, Column, Kind, ListRows, Row, Table

_TICK = 11.5 / 12  # the size most words of a picture have
# Advances of DejaVu Sans at 12, as a browser measured them: the widest font pages are drawn in.
_ADVANCES = {
    3.3: "'ijlіїј", 3.8: " \u00a0,.", 4.0: "/:;|", 4.3: "f-", 4.9: "()[]t!r", 6.4: "*_zs?ге", 6.7: "cLсзэ", 7.3: "FkvxyPTYoГТУовухчьт",
    7.6: "$0123456789ESbdghnpqueabRЕрлЗ", 7.9: "Kийнпк", 8.4: "ABVXZRCАБВХЧЬцСЭ", 8.8: "UКъ", 9.2: "HNDGмИЙЛНП", 9.5: "ОДQO&ыЦ",
    10.1: "wюЪ#+<=>", 10.6: "ФфМMжЫ", 11.4: "%шщ", 11.7: "m", 12.0: "W@—…", 13.1: "ШЖЮЩ№",
}  # fmt: skip
_ADVANCE = {letter: wide for wide, letters in _ADVANCES.items() for letter in letters}
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


@dataclass(frozen=True)
class Box:
    """Where a text stands."""

    text: str
    left: float
    right: float
    middle: float

    def touches(self, other: Box) -> bool:
        return abs(self.middle - other.middle) < 9 and self.left < other.right - 0.5 and other.left < self.right - 0.5


def drawn_width(text: str) -> float:
    """Units a text takes in that font; letters not listed as 7.4, ideographs as 12."""
    return sum(_ADVANCE.get(letter, 12.0 if letter > "\u2e80" else 7.4) for letter in text)


def table_of(columns: list[tuple[str, Kind]], rows: list[Row], *charts: Chart, **more: Any) -> Table:
    made = tuple(Column(name, name, kind) for name, kind in columns)
    return Table("t", "T", made, ListRows(rows), charts=charts, currency="EUR", **more)


def svg_of(table: Table, language: str = "en") -> str | None:
    (chart,) = table.charts
    return draw(table, table.rows.fetch(), chart, language=language, ident="x")


def root_of(svg: str) -> ET.Element:
    return ET.fromstring(svg)


def marks(root: ET.Element, name: str, style: str = "") -> list[ET.Element]:
    return [e for e in root.iter(name) if style in (e.get("class") or "")]


def boxes(root: ET.Element) -> Iterator[Box]:
    for element in root.iter("text"):
        words = (element.text or "") + "".join(child.tail or "" for child in element)
        wide, x = drawn_width(words) * _TICK, float(element.get("x") or 0)
        left = {"end": x - wide, "middle": x - wide / 2}.get(element.get("text-anchor") or "", x)
        yield Box(words, left, left + wide, float(element.get("y") or 0))


def assert_sound(svg: str) -> None:
    """Well formed, named, finite; texts within the picture and apart from each other."""
    root = root_of(svg)
    assert root.get("role") == "img"
    assert [child.tag for child in root][:2] == ["title", "desc"]
    assert not re.search(r"\b(nan|inf)", " ".join(v for e in root.iter() for v in e.attrib.values()), re.IGNORECASE)
    for element in root.iter():
        for name in ("x", "y", "width", "height", "x1", "x2", "y1", "y2", "cx", "cy"):
            assert _NUMBER.fullmatch(element.get(name, "0")), (element.tag, name, element.get(name))
        assert float(element.get("width", "0")) >= 0
        assert float(element.get("height", "0")) >= 0
    across, down = (float(part) for part in (root.get("viewBox") or "").split()[2:])
    found = list(boxes(root))
    assert [box for box in found if box.left < -2 or box.right > across + 2 or not 0 <= box.middle <= down] == []
    touching = [(a, b) for place, a in enumerate(found) for b in found[place + 1 :] if a.touches(b)]
    assert touching == []


def chart(kind: ChartKind, label: str, *values: str, **more: Any) -> Chart:
    return Chart(kind, "Title", label, values, **more)
