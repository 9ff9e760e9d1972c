"""Sentences on a page: what belongs together is never broken at the end of a line."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from crmcli.numbers import SPACE

if TYPE_CHECKING:
    from markupsafe import Markup

_WHOLE = re.compile(r"\b\d{4}-\d\d-\d\d\b|\b\d+–\d+\b")  # dates, and ranges as "31–60"
_UNITS = r"[%€₽£$¥₸₴]|days?\b|hours?\b|months?\b|years?\b|дн[яей]|день\b|час|мес|год|лет\b"
_APART = re.compile(rf"(?<=\d) (?={_UNITS})|(?<=№) (?=\d)")


def tied(text: str) -> str:
    """The text with unbroken spaces between numbers and their units: "20 %", "180 days"."""
    return _APART.sub(SPACE, text) if " " in text else text


def whole(text: str) -> Markup:
    """A sentence as markup whose dates, ranges, and numbers with units are never broken."""
    from markupsafe import Markup

    return Markup(_WHOLE.sub(r'<span class="c">\g<0></span>', escape(tied(text))))  # noqa: S704  escaped just now
