"""Segments that need no definition: RFM groups, stages of the life cycle, ABC classes, growth, and bands of value."""

from __future__ import annotations

from functools import cache

from crmcli.reports.sales.growth import LABELS
from crmcli.reports.value.lifecycle import STAGES
from crmcli.reports.value.rfm import GROUP_WORDS

FAMILIES = ("rfm", "stage", "abc", "growth")


@cache
def ready_rules() -> dict[str, str]:
    """Name → rule; a name is family and word, such as rfm-champion."""
    words = {"rfm": GROUP_WORDS, "stage": STAGES, "abc": ("A", "B", "C"), "growth": LABELS}
    return {f"{family}-{word.lower()}": f"{family} = {word}" for family in FAMILIES for word in words[family]}
