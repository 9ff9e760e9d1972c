"""Win chances of open deals: by hand where somebody said so, else learned from closed ones, else of the stage or of all.

Learned chances are used where there is enough to learn from and where they did better than the base rate on past days; numpy
is loaded only where there is enough.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmcli.metrics import catalogue
from crmcli.models.level import Z80
from crmcli.reports.sections import sections

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from duckdb import DuckDBPyConnection

    from crmcli.reports.deals.chance_history import Learned, Reason, Told

LEAST_CLOSED, LEAST_EACH = 30, 10  # closed deals with a known day, and of each outcome, below which nothing is learned
BY_HAND, LEARNED, STAGE, BASE_RATE, UNKNOWN = "by hand", "learned", "stage", "base rate", "unknown"
_USUAL_SHIFT = 0.25  # of the log-odds of all deals together, where no past day tells


@dataclass(frozen=True, slots=True)
class Chance:
    """The chance of one open deal.

    Args:
        probability: P(won), 0–1; None where nothing tells (no deal has closed yet, the stage says nothing).
        low, high: 80 % interval; None where it was given by hand or by the stage.
        source: "by hand", "learned", "stage", "base rate" or "unknown".
        reasons: Why history says what it says, the largest first; () where nothing is learned.
        learned: What history says, also where a hand or the stage goes before it; None where nothing is learned.
    """

    probability: float | None
    low: float | None
    high: float | None
    source: str
    reasons: tuple[Reason, ...] = ()
    learned: float | None = None


@dataclass(frozen=True, slots=True)
class Chances:
    """Chances of all deals open on a day.

    Args:
        by_deal: opportunity_id → chance, of deals open or on hold.
        won, lost: Closed deals by then.
        base_rate, base_low, base_high: Smoothed share won of them, (won + 1) ÷ (closed + 2), and its 80 % interval; None
            without closed deals.
        dated: Closed deals whose day of closing is known, (won, lost); learning takes 30 of them, 10 of each.
        learned: What was learned and how it did on past days; None where there is too little to learn from.
    """

    by_deal: Mapping[int, Chance]
    won: int
    lost: int
    base_rate: float | None
    base_low: float | None
    base_high: float | None
    dated: tuple[int, int] = (0, 0)
    learned: Learned | None = None

    @property
    def is_learned(self) -> bool:
        """Whether chances are learned ones, where no hand goes before them."""
        return self.learned is not None and self.learned.is_used

    def expected_wins(self) -> tuple[float, float, float] | None:
        """How many of the open deals will be won, with an 80 % interval; None where no chance is known.

        Chances that all err together, as they did on past days, widen it.
        """
        known = [one.probability for one in self.by_deal.values() if one.probability is not None]
        if not known:
            return None
        noise = sum(chance * (1 - chance) for chance in known)
        shift = self.learned.looked.shift if self.learned is not None and self.learned.is_used else _USUAL_SHIFT
        half = Z80 * (noise + (shift * noise) ** 2) ** 0.5
        return sum(known), max(0.0, sum(known) - half), min(float(len(known)), sum(known) + half)


def win_chances(con: DuckDBPyConnection, as_of: dt.date) -> Chances:
    """Chances of the deals open or on hold on a day, from what was known then."""
    sql = sections("deals", "chance_facts")["stated"]
    catalogue.install(con, sql)
    rows = con.execute(sql, {"as_of": as_of}).fetchall()
    ends = Counter((row[1], row[4]) for row in rows)
    dated = (ends["won", True], ends["lost", True])
    won, lost = dated[0] + ends["won", False], dated[1] + ends["lost", False]
    base = (won + 1) / (won + lost + 2) if won + lost else None
    low, high = wilson(base, won + lost + 2, Z80) if base is not None else (None, None)
    learned = _learn(con, as_of) if sum(dated) >= LEAST_CLOSED and min(dated) >= LEAST_EACH else None
    plain = Chance(base, low, high, UNKNOWN if base is None else BASE_RATE)
    told = learned.by_deal if learned is not None and learned.is_used else {}
    stage_first = learned is not None and learned.stage_is_better
    open_deals = (row for row in rows if row[1] in ("open", "hold"))
    found = {row[0]: _chance(row[2], row[3], plain, told.get(row[0]), stage_first=stage_first) for row in open_deals}
    return Chances(found, won, lost, base, low, high, dated, learned)


def keep_chances(con: DuckDBPyConnection, chances: Chances) -> None:
    """The temporary table deal_chances: opportunity_id, probability, low, high, source; one row an open deal."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE deal_chances "
        "(opportunity_id INTEGER, probability DOUBLE, low DOUBLE, high DOUBLE, source VARCHAR)"
    )
    rows = [(deal, one.probability, one.low, one.high, one.source) for deal, one in chances.by_deal.items()]
    columns = [list(column) for column in zip(*rows, strict=True)]
    if columns:
        con.execute(
            "INSERT INTO deal_chances SELECT unnest($1), unnest($2::DOUBLE[]), unnest($3::DOUBLE[]), "
            "unnest($4::DOUBLE[]), unnest($5::VARCHAR[])",
            columns,
        )


def _learn(con: DuckDBPyConnection, as_of: dt.date) -> Learned:
    from crmcli.reports.deals.chance_history import learn_chances

    return learn_chances(con, as_of)


def _chance(
    by_hand: float | None, by_stage: float | None, plain: Chance, told: Told | None, *, stage_first: bool
) -> Chance:
    """By hand, else learned where that is of use, else what is believed of the stage, else the base rate."""
    learned = told.probability if told is not None else None
    if by_hand is not None:
        return Chance(by_hand, None, None, BY_HAND, told.reasons if told is not None else (), learned)
    if by_stage is not None and (told is None or stage_first):
        return Chance(by_stage, None, None, STAGE, learned=learned)
    if told is not None:
        return Chance(told.probability, told.low, told.high, LEARNED, told.reasons, learned)
    return plain


def wilson(share: float, count: int, z: float) -> tuple[float, float]:
    """Wilson's interval of a share of so many, z deviations wide."""
    centre = (share + z**2 / (2 * count)) / (1 + z**2 / count)
    half = z / (1 + z**2 / count) * (share * (1 - share) / count + z**2 / (4 * count**2)) ** 0.5
    return max(0.0, centre - half), min(1.0, centre + half)
