"""Pages as PDF, by typst: text goes in as data, the font is built in, the day of making is the day of issue."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from crmcli.documents.page import Page, as_data
from crmcli.documents.pictures import code_picture, picture_kind
from crmcli.documents.plain import breakable
from crmcli.documents.typesetting import compiled
from crmcli.documents.words import own_template

TEMPLATE = "page.typ"
FONT = "Libertinus Serif"  # in typst itself; has Cyrillic and the rouble sign
_SHORT = 60
_TALL = 400  # characters of a cell from which a row may be broken over pages


def pdf(page: Page, issued_on: dt.date, parts: Mapping[str, bytes]) -> bytes:
    """A page in the owner's template, or in ours.

    Raises:
        CrmError: The owner's template cannot be laid out.
    """
    pictures: dict[str, bytes] = {}
    if logo := parts.get("logo"):
        pictures[f"logo.{picture_kind(logo)}"] = logo
    if page.code:
        pictures["code.svg"] = code_picture(page.code, "svg")
    data = _data(page, issued_on, list(pictures))
    files = {TEMPLATE: parts.get(TEMPLATE) or own_template(TEMPLATE), "page.json": data, **pictures}
    return compiled(files, issued_on, TEMPLATE, tagged=len(page.grid.rows) <= 400)


def _data(page: Page, issued_on: dt.date, pictures: list[str]) -> bytes:
    plain = soft(as_data(page))
    last = page.grid.rows[-1] if page.grid.rows else None
    tall = last is not None and max(len(last.note), *(len(cell.text) for cell in last.cells)) > _TALL
    data = {
        "page": plain,
        "short_title": shortened(page.title),
        "short_seller": shortened(page.seller.name),
        "font": FONT,
        "logo": next((name for name in pictures if name.startswith("logo.")), None),
        "code": next((name for name in pictures if name.startswith("code.")), None),
        "last_is_tall": tall,
        "year": issued_on.year,
        "month": issued_on.month,
        "day": issued_on.day,
    }
    return json.dumps(data, ensure_ascii=False).encode("utf-8", "replace")


def shortened(text: str) -> str:
    """A title or name short enough for the head or foot of a page."""
    return text if len(text) <= _SHORT else text[: _SHORT - 1] + "…"


def soft(value: Any) -> Any:
    """Words too long for any column get places to break at."""
    if isinstance(value, str):
        return breakable(value)
    if isinstance(value, list):
        return [soft(one) for one in value]
    return {key: soft(one) for key, one in value.items()} if isinstance(value, dict) else value
