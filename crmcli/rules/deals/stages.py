"""The steps of a deal, in their order: what each means, what is believed of a deal in it, how long one may stay."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from crmcli.errors import UsageError
from crmcli.language import N_
from crmcli.language import gettext as _

OPEN, HOLD, WON, LOST = "open", "hold", "won", "lost"
OUTCOMES = (N_("open"), N_("won"), N_("lost"))
MOST_DAYS, _MOST_STAGES, _LONGEST = 3660, 50, 80
_HEADINGS = ("name", "outcome", "probability", "rot_days")


@dataclass(frozen=True, slots=True)
class Stage:
    """One step.

    Args:
        name: In the owner's words.
        stage_no: Its place, from 1.
        outcome: A word of OUTCOMES: what a deal in it is.
        probability: 0–1, believed where history cannot tell; None: unknown.
        rot_days: A deal longer in it is rotting; None: learned from history.
    """

    name: str
    stage_no: int
    outcome: str = OPEN
    probability: Decimal | None = None
    rot_days: int | None = None


# Sensible for most trades: a fresh word, someone with a need and money, a quote sent, terms argued about.
_READY = (
    (N_("New"), OPEN, "0.1", 14),
    (N_("Qualified"), OPEN, "0.25", 21),
    (N_("Proposal"), OPEN, "0.5", 21),
    (N_("Negotiation"), OPEN, "0.7", 30),
    (N_("Won"), WON, "1", None),
    (N_("Lost"), LOST, "0", None),
)


def ready_stages() -> tuple[Stage, ...]:
    """The set to start with, in the owner's language."""
    return tuple(
        Stage(_(name), place, outcome, Decimal(share), days)
        for place, (name, outcome, share, days) in enumerate(_READY, 1)
    )


def require_stage(stage: Stage) -> Stage:
    """A stage that makes sense, its name tidied, its probability settled where its outcome leaves no doubt.

    Raises:
        UsageError: It makes none.
    """
    name = " ".join(stage.name.split())
    if not name or len(name) > _LONGEST:
        raise UsageError(_("a stage has a name of 1 to %(letters)s letters") % {"letters": _LONGEST})
    words = {"name": name}
    if stage.outcome not in OUTCOMES:
        raise UsageError(
            _("stage %(name)s: %(outcome)s is no outcome") % {**words, "outcome": repr(stage.outcome)},
            _("one of: %(outcomes)s") % {"outcomes": ", ".join(OUTCOMES)},
        )
    if stage.probability is not None and not 0 <= stage.probability <= 1:
        raise UsageError(_("stage %(name)s: a probability is between 0 and 100 percent") % words)
    if stage.rot_days is not None and not 1 <= stage.rot_days <= MOST_DAYS:
        raise UsageError(_("stage %(name)s: days from 1 to %(most)s") % {**words, "most": MOST_DAYS})
    if stage.outcome == OPEN:
        return Stage(name, stage.stage_no, stage.outcome, stage.probability, stage.rot_days)
    certain = Decimal(1) if stage.outcome == WON else Decimal(0)
    if stage.probability not in (None, certain):
        raise UsageError(_("stage %(name)s: its probability goes without saying, as its deals are over") % words)
    return Stage(name, stage.stage_no, stage.outcome, certain, None)


def require_stages(stages: Sequence[Stage]) -> tuple[Stage, ...]:
    """A whole set that makes sense, numbered in its order.

    Raises:
        UsageError: A stage makes none, one stands twice, or there is none to be open, won or lost in.
    """
    kept = tuple(
        require_stage(Stage(one.name, place, one.outcome, one.probability, one.rot_days))
        for place, one in enumerate(stages, 1)
    )
    if len(kept) > _MOST_STAGES:
        raise UsageError(_("more than %(most)s stages: nobody keeps them apart") % {"most": _MOST_STAGES})
    names = [one.name.casefold() for one in kept]
    for one in kept:
        if names.count(one.name.casefold()) > 1:
            raise UsageError(_("stage %(name)s stands twice") % {"name": one.name})
    for outcome in OUTCOMES:
        if not any(one.outcome == outcome for one in kept):
            raise UsageError(_("no stage has the outcome %(outcome)s") % {"outcome": outcome})
    return kept


def read_stages(text: str, file: str) -> tuple[Stage, ...]:
    """Stages of a table with headings name, outcome, probability and rot_days, one a line in their order.

    Args:
        text: CSV with commas or semicolons; probability as 0.4 or 40%.
        file: Its name, for messages.

    Raises:
        UsageError: It is none, or its stages make no sense.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    mark = ";" if lines and lines[0].count(";") > lines[0].count(",") else ","
    rows = list(csv.reader(lines, delimiter=mark))
    heads = [head.strip().lower() for head in rows[0]] if rows else []
    if "name" not in heads or (strange := set(heads) - set(_HEADINGS)):
        unknown = ", ".join(sorted(strange)) if "name" in heads else "?"
        raise UsageError(
            _("%(file)s: headings of stages are %(headings)s; not understood: %(unknown)s")
            % {"file": file, "headings": ", ".join(_HEADINGS), "unknown": unknown}
        )
    return require_stages([_read(dict(zip(heads, row, strict=False)), place) for place, row in enumerate(rows[1:], 1)])


def _read(row: dict[str, str], place: int) -> Stage:
    word = {name: row.get(name, "").strip() for name in _HEADINGS}
    days = word["rot_days"]
    if days and not (days.isascii() and days.isdigit() and len(days) < 6):
        raise UsageError(_("%(text)s is no number of days") % {"text": repr(days)})
    share = read_probability(word["probability"]) if word["probability"] else None
    return Stage(word["name"], place, word["outcome"].lower() or OPEN, share, int(days) if days else None)


def read_probability(text: str) -> Decimal:
    """A probability as typed: 40%, 0.4, 0,4 or 40 (anything above 1 is percent).

    Raises:
        UsageError: It is none.
    """
    percent = text.strip().endswith("%")
    try:
        number = Decimal(text.strip().removesuffix("%").strip().replace(",", "."))
    except InvalidOperation:
        number = Decimal(-1)
    if number.is_finite() and (percent or number > 1):
        number /= 100
    if not number.is_finite() or not 0 <= number <= 1:
        raise UsageError(_("%(text)s is no probability") % {"text": repr(text)}, _("Say it as 40%% or 0.4") % {})
    return round(number, 4)
