"""A page read back with nothing but the parser of the standard library."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser
from typing import Any

from crmcli.output.manner import Manner
from crmcli.output.page.write import write_pages
from crmcli.table import Table

_VOID = frozenset({"meta", "input", "br", "wbr"})


class Page(HTMLParser):
    """Elements, rows of cells, texts; `faults` is what a browser would have to mend."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.faults: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.tables: list[list[list[str]]] = []
        self.keys: list[list[str | None]] = []
        self.scripts: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()
        self.faults += self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "table":
            self.tables.append([])
        if tag == "tr":
            self.tables[-1].append([])
            self.keys.append([])
        if tag in ("td", "th"):
            self.tables[-1][-1].append("")
            self.keys[-1].append(dict(attrs).get("data-v"))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("style", "script"):
            self.scripts.append(data)
            return
        self.text += data
        if "td" in self.open or "th" in self.open:
            self.tables[-1][-1][-1] += data

    def all(self, tag: str) -> list[dict[str, Any]]:
        return [attributes for name, attributes in self.elements if name == tag]


def written(*tables: Table, language: str = "en", title: str | None = None) -> str:
    sink = io.BytesIO()
    write_pages(tables, sink, Manner(language=language), title)
    return sink.getvalue().decode()


def outward(text: str) -> list[str]:
    """Whatever would make a browser ask another place for something."""
    page = Page(text)
    linked = [
        f"{tag} {name}"
        for tag, attributes in page.elements
        for name, value in attributes.items()
        if name in ("src", "href", "action", "data", "srcset", "poster", "style", "xlink:href") or name.startswith("on")
    ]
    return linked + re.findall(r"@import|url\(|https?://|<link|<iframe|<object|<base", "".join(page.scripts))
