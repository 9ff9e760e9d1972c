"""How urgent a ticket is: what it is about, and who asks. Points of both are added; the sum decides.

| kind | points | | customer | points |
|---|---|---|---|---|
| complaint, claim | +2 | | key account | +2 |
| warranty, replacement | +1 | | class A | +1 |
| question | 0 | | class B, or not classed yet | 0 |
| suggestion | −1 | | class C | −1 |

Below 0: low; 0: normal; 1 and 2: high; 3 and more: urgent.
"""

from __future__ import annotations

from dataclasses import dataclass

from crmcli.language import N_
from crmcli.language import gettext as _

KINDS = ("question", "complaint", "suggestion", "claim", "warranty", "replacement")
PRIORITIES = ("low", "normal", "high", "urgent")
CLASSES = ("key", "A", "B", "C")  # of customers, the best first
KIND_POINTS = {"complaint": 2, "claim": 2, "warranty": 1, "replacement": 1, "question": 0, "suggestion": -1}
CLASS_POINTS = {"key": 2, "A": 1, "B": 0, "C": -1}
BY_HAND = "by hand"
_WORDS = (
    N_("question"), N_("complaint"), N_("suggestion"), N_("claim"), N_("warranty"), N_("replacement"), N_("low"), N_("normal"),
    N_("high"), N_("urgent"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ranked:
    """A priority and why; `reason` as it is kept: "complaint +2, A +1", or "by hand: TEXT"."""

    priority: str
    reason: str


def rank(kind: str, customer_class: str | None) -> Ranked:
    """The priority of a ticket by the table above.

    Args:
        kind: A word of KINDS; others count nothing.
        customer_class: A word of CLASSES; None: not classed yet.
    """
    of_kind, of_class = KIND_POINTS.get(kind, 0), CLASS_POINTS.get(customer_class or "", 0)
    points = of_kind + of_class
    priority = "low" if points < 0 else "normal" if points == 0 else "high" if points <= 2 else "urgent"
    return Ranked(priority, f"{kind} {of_kind:+d}, {customer_class or '-'} {of_class:+d}")


def by_hand(priority: str, why: str | None = None) -> Ranked:
    """A priority that somebody chose."""
    return Ranked(priority, f"{BY_HAND}: {why}" if why else BY_HAND)


def explained(priority: str | None, reason: str | None) -> str | None:
    """Both in words: "urgent: complaint (+2) of a class A customer (+1)"; None where nobody ranked it here."""
    if not priority or not reason:
        return None
    head = _(priority)
    if reason.startswith(BY_HAND):
        why = reason.removeprefix(BY_HAND).removeprefix(":").strip()
        told = _("%(priority)s: set by hand") % {"priority": head}
        return f"{told} ({why})" if why else told
    parts = [part.rpartition(" ") for part in reason.split(", ")]
    if len(parts) != 2:
        return f"{head}: {reason}"
    (kind, _a, kind_points), (letter, _b, class_points) = parts
    words = {
        "priority": head,
        "kind": _(kind),
        "points": _sign(kind_points),
        "of": _sign(class_points),
        "class": letter,
    }
    if letter == "key":
        return _("%(priority)s: %(kind)s (%(points)s) of a key account (%(of)s)") % words
    if letter == "-":
        return _("%(priority)s: %(kind)s (%(points)s) of a customer not classed yet (%(of)s)") % words
    return _("%(priority)s: %(kind)s (%(points)s) of a class %(class)s customer (%(of)s)") % words


def _sign(points: str) -> str:
    """+2, −1, 0."""
    return "0" if points in ("+0", "-0") else points.replace("-", "−")
