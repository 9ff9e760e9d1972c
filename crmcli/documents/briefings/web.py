"""Briefings as HTML: one file, nothing fetched, readable on paper and in the dark."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crmcli.documents.web import filled, inline_logo

TEMPLATE = "briefing.html"


def html(data: Mapping[str, Any], parts: Mapping[str, bytes]) -> bytes:
    """A briefing in the owner's template, or in ours; every text is escaped.

    Raises:
        CrmError: The owner's template cannot be filled in.
    """
    return filled(TEMPLATE, parts, page=data, words=data["words"], logo=inline_logo(parts))
