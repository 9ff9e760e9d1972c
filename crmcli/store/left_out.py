"""Sheets of a workbook that an import did not read: each with its reason, when it is taken in and in the record."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from crmcli.language import N_
from crmcli.language import gettext as _

_REASONS = {
    "unfit": N_("not read: its headings fit nothing that can be taken in: %(headings)s"),
    "lacking": N_("not read: nothing in it is the %(columns)s of %(entity)s"),
    "unnamed": N_("not read: the profile names other sheets"),
    "absent": N_("the profile names it, but there is no such sheet with data"),
    "hidden": N_("hidden sheets are not read: %(sheets)s"),
    "empty": N_("sheets without data are not read: %(sheets)s"),
}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A sheet, or several hidden or empty ones of a file, that was not read.

    Args:
        origin: "book.xlsx!Sheet", or "book.xlsx" for several.
        kind: A word of the list of reasons.
        about: What the sentence of that reason names.
    """

    origin: str
    kind: str
    about: Mapping[str, str] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """Why, in the owner's language."""
        return _(_REASONS[self.kind]) % self.about


def to_text(left: LeftOut) -> str:
    """Kind and details for the record of imports."""
    return json.dumps({"left_out": left.kind, **left.about}, ensure_ascii=False)


def from_text(origin: str, text: str) -> LeftOut:
    """What `to_text` wrote."""
    about: dict[str, str] = json.loads(text)
    return LeftOut(origin, about.pop("left_out"), about)
