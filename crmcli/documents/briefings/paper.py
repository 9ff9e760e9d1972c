"""Briefings as PDF, by typst: text goes in as data and can never become markup."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from crmcli.documents.paper import FONT, shortened, soft
from crmcli.documents.pictures import picture_kind
from crmcli.documents.typesetting import compiled
from crmcli.documents.words import own_template

TEMPLATE = "briefing.typ"
_SHORT = 90  # rows of tables up to which it is worth trying to keep the page one page


def pdf(data: Mapping[str, Any], made_on: dt.date, parts: Mapping[str, bytes]) -> bytes:
    """A briefing in the owner's template, or in ours.

    Raises:
        CrmError: The owner's template cannot be laid out.
    """
    pictures: dict[str, bytes] = {}
    if logo := parts.get("logo"):
        pictures[f"logo.{picture_kind(logo)}"] = logo
    told = {
        "page": soft(dict(data)),
        "short_title": shortened(data["title"]),
        "font": FONT,
        "is_short": _rows(data) <= _SHORT,
        "logo": next(iter(pictures), None),
        "year": made_on.year,
        "month": made_on.month,
        "day": made_on.day,
    }
    content = json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")
    files = {TEMPLATE: parts.get(TEMPLATE) or own_template(TEMPLATE), "page.json": content, **pictures}
    return compiled(files, made_on, TEMPLATE)


def _rows(data: Mapping[str, Any]) -> int:
    """How many rows all tables have together."""
    sections = [
        section
        for band in data["bands"]
        for section in ([band["whole"]] if "whole" in band else [*band["left"], *band["right"]])
    ]
    grids = [section["grid"] for section in sections if section["grid"]]
    return sum(len(group["rows"]) for grid in grids for group in grid["groups"])
