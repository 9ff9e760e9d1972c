"""Is everybody answered alike? Groups of tickets compared by their times, promises kept and scores, and what came out in sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmcli import numbers
from crmcli.language import N_, current
from crmcli.language import gettext as _
from crmcli.reports.definition import Beside
from crmcli.reports.sections import named, sections
from crmcli.table import Column, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from duckdb import DuckDBPyConnection

    from crmcli.models.sameness import Difference
    from crmcli.reports.definition import Values

LEAST = 10  # tickets a group needs to be compared
SURE = 0.05  # corrected chance below which a difference is called one
# Measure → what its figure is; hours are better low, the others high.
MEASURES = {
    N_("first answer"): Kind.RATIO,
    N_("resolution"): Kind.RATIO,
    N_("answers kept"): Kind.SHARE,
    N_("resolutions kept"): Kind.SHARE,
    N_("kept as told"): Kind.SHARE,
    N_("satisfaction"): Kind.RATIO,
}
KINDS = {word.replace(" ", "_"): kind for word, kind in MEASURES.items()}
# Words of verdict and effect, for the translators.
WORDS = (
    N_("alike"), N_("differ"), N_("too few"), N_("negligible"), N_("small"), N_("medium"), N_("large"),
    N_("channels"), N_("agents"), N_("months"),
)  # fmt: skip
_HOURS = ("first_answer", "resolution")
SAMENESS = Beside(
    "sameness",
    N_("Are all treated alike?"),
    (
        Column("measure", N_("Measure"), Kind.LEVEL),
        Column("groups", N_("Compared"), Kind.COUNT),
        Column("tickets", N_("Tickets"), Kind.COUNT),
        Column("best", N_("Best"), Kind.TEXT),
        Column("best_figure", N_("Its figure"), Kind.FIGURE),
        Column("worst", N_("Worst"), Kind.TEXT),
        Column("worst_figure", N_("Its figure"), Kind.FIGURE),
        Column("chance", N_("By chance"), Kind.SHARE),
        Column("corrected", N_("Corrected"), Kind.SHARE),
        Column("effect", N_("Effect"), Kind.LEVEL, toned=False),
        Column("verdict", N_("Verdict"), Kind.LEVEL),
    ),
)


@dataclass(frozen=True, slots=True)
class Peer:
    """What one group brings to the comparison of one measure.

    Args:
        name: The group, as people know it.
        tickets: With a figure.
        rank_sum, ties: As models.sameness.by_ranks wants them; None where shares are compared, or tickets are below `LEAST`.
        kept: Tickets that kept the promise; None where ranks are compared.
        figure: Median hours, share kept or mean score.
    """

    name: str
    tickets: int
    rank_sum: float | None
    ties: float | None
    kept: int | None
    figure: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """One measure over the groups large enough.

    Args:
        measure: A word of KINDS.
        groups, tickets: Compared, or large enough to be.
        best, worst: The groups at either end; None where fewer than two could be compared.
        chance: Of so large a difference if all were alike; None as above.
        corrected: The same, corrected for all comparisons made at once; None as above.
        effect: How large the difference is, in one word; None as above.
    """

    measure: str
    groups: int
    tickets: int
    best: Peer | None = None
    worst: Peer | None = None
    chance: float | None = None
    corrected: float | None = None
    effect: str | None = None

    @property
    def verdict(self) -> str:
        """Differ, alike (nothing beyond chance was found), or too few to tell."""
        return "too_few" if self.corrected is None else "differ" if self.corrected < SURE else "alike"


def compare(con: DuckDBPyConnection, values: Values) -> tuple[Comparison, ...]:
    """Every measure that two groups or more have figures of, from the table ticket_report_facts."""
    sql = sections("service", "tickets")["peers"]
    found = con.execute(sql, named(sql, {**values, "least": LEAST})).fetchall()
    worded = values["by"] not in ("agent", "month")
    peers: dict[str, list[Peer]] = {measure: [] for measure in KINDS}
    for measure, name, *figures in found:
        peers[measure].append(Peer(_(name.replace("_", " ")) if worded else name, *figures))
    large = {measure: [peer for peer in own if peer.tickets >= LEAST] for measure, own in peers.items() if len(own) > 1}
    return _corrected(large)


def _corrected(peers: Mapping[str, Sequence[Peer]]) -> tuple[Comparison, ...]:
    """The tests, their chances corrected together; numpy and scipy are loaded only where there is something to test."""
    able = {measure: own for measure, own in peers.items() if len(own) > 1}
    tested: dict[str, tuple[Difference, float]] = {}
    if able:
        import numpy as np

        from crmcli.models.sameness import holm

        differences = [_difference(own) for own in able.values()]
        chances = holm(np.array([difference.chance for difference in differences]))
        tested = {
            measure: (difference, float(chance))
            for measure, difference, chance in zip(able, differences, chances, strict=True)
        }
    return tuple(_comparison(measure, own, tested.get(measure)) for measure, own in peers.items())


def _difference(own: Sequence[Peer]) -> Difference:
    import numpy as np

    from crmcli.models.sameness import by_ranks, by_shares

    counts = np.array([peer.tickets for peer in own], dtype=np.int64)
    kept = [peer.kept for peer in own if peer.kept is not None]
    if kept:
        return by_shares(np.array(kept, dtype=np.int64), counts)
    return by_ranks(counts, np.array([peer.rank_sum for peer in own], dtype=np.float64), own[0].ties or 0.0)


def _comparison(measure: str, own: Sequence[Peer], tested: tuple[Difference, float] | None) -> Comparison:
    tickets = sum(peer.tickets for peer in own)
    if tested is None:
        return Comparison(measure, len(own), tickets)
    ordered = sorted(own, key=lambda peer: peer.figure, reverse=measure not in _HOURS)
    return Comparison(measure, len(own), tickets, ordered[0], ordered[-1], tested[0].chance, tested[1], tested[0].size)


def keep(con: DuckDBPyConnection, found: Sequence[Comparison]) -> None:
    """The table ticket_report_sameness, one row a measure."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE ticket_report_sameness (place INTEGER, measure VARCHAR, groups INTEGER, tickets BIGINT, "
        "best VARCHAR, best_figure VARCHAR, worst VARCHAR, worst_figure VARCHAR, chance DOUBLE, corrected DOUBLE, effect VARCHAR, verdict VARCHAR)"
    )
    for place, one in enumerate(found):
        effect = (
            one.effect if one.verdict == "differ" else None
        )  # of a difference that chance explains there is none to tell
        ends = [(end.name, repr(end.figure)) if end else (None, None) for end in (one.best, one.worst)]
        con.execute(
            "INSERT INTO ticket_report_sameness VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                place,
                one.measure,
                one.groups,
                one.tickets,
                *ends[0],
                *ends[1],
                one.chance,
                one.corrected,
                effect,
                one.verdict,
            ],
        )


def sentences(found: Sequence[Comparison], by: str) -> tuple[str, ...]:
    """What came out, measures that could not be compared left aside; those that differ first."""
    told = sorted((one for one in found if one.best is not None), key=lambda one: one.verdict != "differ")
    return tuple(sentence(one, by) for one in told)


def sentence(one: Comparison, by: str) -> str:
    """One comparison that was made, in words."""
    if one.best is None or one.worst is None or one.chance is None:
        message = "nothing was compared"
        raise ValueError(message)
    kind = KINDS[one.measure]
    words = {
        "measure": _(one.measure.replace("_", " ")),
        "groups": one.groups,
        "side": _(side(by)),
        "best": one.best.name,
        "worst": one.worst.name,
        "low": numbers.cell(one.best.figure, kind, language=current()),
        "high": numbers.cell(one.worst.figure, kind, language=current()),
        "gap": numbers.cell(round(abs(one.worst.figure - one.best.figure), 1), Kind.DAYS, language=current()),
        "cases": round(one.chance * 100),
        "effect": _(one.effect or ""),
    }
    form = _differing(one) if one.verdict == "differ" else _alike(one)
    told = form % words
    told = told[:1].upper() + told[1:]
    if one.verdict == "alike" and one.chance < SURE:
        return f"{told} {_('That is rare, but not rare enough among so many comparisons made at once.')}"
    return told


def _differing(one: Comparison) -> str:
    """The sentence of a difference that is none of chance; two groups whose medians differ are set against each other."""
    apart = one.best is not None and one.worst is not None and round(abs(one.worst.figure - one.best.figure), 1) > 0
    if one.measure not in _HOURS:
        return _(
            "%(measure)s: %(high)s with %(worst)s, %(low)s with %(best)s, which is not chance; the effect is %(effect)s."
        )
    if one.groups > 2 or not apart:
        return _(
            "%(measure)s: %(side)s differ more than chance gives, from %(low)s hours (median of %(best)s) to %(high)s "
            "(%(worst)s); the effect is %(effect)s."
        )
    if one.measure == "first_answer":
        return _(
            "%(worst)s waits %(gap)s hours longer than %(best)s for the first answer (medians %(high)s and %(low)s), which "
            "is not chance; the effect is %(effect)s."
        )
    return _(
        "%(worst)s takes %(gap)s hours longer than %(best)s to be resolved (medians %(high)s and %(low)s), which is not "
        "chance; the effect is %(effect)s."
    )


def _alike(one: Comparison) -> str:
    """The sentence of a difference that chance explains."""
    if one.measure not in _HOURS:
        return _(
            "%(measure)s: no more difference between %(side)s than chance gives (%(low)s with %(best)s, %(high)s with "
            "%(worst)s; as large in %(cases)s of 100 cases)."
        )
    if one.measure == "first_answer":
        if one.groups == 2:
            return _(
                "%(best)s and %(worst)s are answered alike: a difference as large would come by chance in %(cases)s of 100 "
                "cases."
            )
        return _(
            "The %(groups)s %(side)s compared are answered alike: a difference as large would come by chance in %(cases)s of 100 cases."
        )
    if one.groups == 2:
        return _(
            "%(best)s and %(worst)s are resolved alike: a difference as large would come by chance in %(cases)s of 100 "
            "cases."
        )
    return _(
        "The %(groups)s %(side)s compared are resolved alike: a difference as large would come by chance in %(cases)s of "
        "100 cases."
    )


def side(by: str) -> str:
    """What is compared, in the plural: a word of WORDS."""
    return {"agent": "agents", "month": "months"}.get(by, "channels")
