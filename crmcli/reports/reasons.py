"""Why a customer may leave, in words with figures: one template a reason, filled by the database or here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmcli.language import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

# reason → the fact of metric churn_facts that is empty unless it holds, and the marks of its template with their facts
_MARKS = {
    "overdue": ("overdue_days", {"days": "overdue_days", "gap": "expected_gap"}),
    "falling": ("spend_fall_pct", {"percent": "spend_fall_pct"}),
    "narrower": ("categories_now", {"now": "categories_now", "before": "categories_before"}),
    "late": ("late", {"late": "late", "promised": "promised"}),
    "complaint": ("complaint_days", {"days": "complaint_days"}),
    "slow": ("answer_hours", {"hours": "answer_hours"}),
    "dearer": ("price_gap_pct", {"percent": "price_gap_pct"}),
    "silent": ("silent_days", {"days": "silent_days"}),
}


def templates() -> Mapping[str, str]:
    """Reason → sentence in the owner's language with marks such as {days}, in the order they are given."""
    return {
        "overdue": _("{days} days since the last purchase, usually every {gap}"),
        "falling": _("spend down {percent} % in 180 days"),
        "narrower": _("categories bought: {now}, before {before}"),
        "late": _("late deliveries: {late} of {promised}"),
        "complaint": _("complaint open, days: {days}"),
        "slow": _("answers take {hours} hours"),
        "dearer": _("pays {percent} % above the cheapest competitor"),
        "silent": _("contact lost: no word for {days} days"),
    }


def sentences(facts: Mapping[str, Any]) -> list[str]:
    """The reasons that hold for one row of churn_facts."""
    found = []
    for reason, template in templates().items():
        holds, marks = _MARKS[reason]
        if facts[holds] is None:
            continue
        for mark, fact in marks.items():
            template = template.replace(f"{{{mark}}}", str(round(facts[fact])))  # noqa: PLW2901  # filled mark by mark
        found.append(template)
    return found
