"""Back-tests as owners see them: a table of past days, fifths of probability against what happened, and sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmcli import numbers
from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.reports.definition import Beside
from crmcli.reports.outlook import day_of, make_rows
from crmcli.table import Chart, ChartKind, Column, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from duckdb import DuckDBPyConnection

    from crmcli.models.backtest import Backtest
    from crmcli.models.interval import Miss
    from crmcli.reports.telling import Figures

_ORIGIN = Column("origin", N_("Looked from"), Kind.DATE)
_CUSTOMERS = Column("customers", N_("Customers"), Kind.COUNT)
_AUC = (
    Column("auc", N_("Ranks right"), Kind.SHARE),
    Column("auc_recency", N_("by recency alone"), Kind.SHARE),
    Column("auc_overdue", N_("by overdue ratio alone"), Kind.SHARE),
)
_SKILL = Column("brier_skill", N_("Brier skill"), Kind.SHARE)
_TOTALS = (
    Column("expected", N_("Purchases expected"), Kind.RATIO),
    Column("actual", N_("Purchases made"), Kind.COUNT),
    Column("ratio", N_("Expected ÷ made"), Kind.RATIO),
)
BACKTEST_COLUMNS = (
    _ORIGIN,
    _CUSTOMERS,
    *_AUC,
    Column("brier", N_("Brier score"), Kind.RATIO),
    Column("brier_base", N_("of the base rate"), Kind.RATIO),
    _SKILL,
    *_TOTALS,
    Column("low", N_("From (80 %)"), Kind.RATIO),
    Column("high", N_("To (80 %)"), Kind.RATIO),
    Column("mae", N_("Error of counts"), Kind.RATIO),
    Column("mae_rate", N_("by rate alone"), Kind.RATIO),
    Column("capture", N_("Top fifth catches"), Kind.SHARE),
    Column("gini", N_("Gini"), Kind.RATIO),
)
BACKTEST = Beside(
    "backtest", N_("Back-test: how such figures would have done"), (_ORIGIN, _CUSTOMERS, *_AUC, _SKILL, *_TOTALS)
)
CALIBRATION = Beside(
    "calibration",
    N_("Calibration: said and seen, by fifths of the probability"),
    (
        Column("fifth", N_("Fifth"), Kind.COUNT),
        Column("customers", N_("Customers"), Kind.COUNT),
        Column("predicted", N_("Said"), Kind.SHARE),
        Column("observed", N_("Seen"), Kind.SHARE),
        Column("low", N_("From (95 %)"), Kind.SHARE),
        Column("high", N_("To (95 %)"), Kind.SHARE),
    ),
    charts=(
        Chart(
            ChartKind.CALIBRATION, N_("No purchase: seen over said"), "predicted", ("observed",), low="low", high="high"
        ),
    ),
)
_TEST_TYPES = {
    "origin": "DATE", "customers": "BIGINT", "auc": "DOUBLE", "auc_recency": "DOUBLE", "auc_overdue": "DOUBLE",
    "brier": "DOUBLE", "brier_base": "DOUBLE", "brier_skill": "DOUBLE", "expected": "DOUBLE", "actual": "BIGINT",
    "ratio": "DOUBLE", "low": "DOUBLE", "high": "DOUBLE", "mae": "DOUBLE", "mae_rate": "DOUBLE", "capture": "DOUBLE",
    "gini": "DOUBLE",
}  # fmt: skip
_FIFTH_TYPES = {
    "fifth": "BIGINT", "customers": "BIGINT", "predicted": "DOUBLE", "observed": "DOUBLE", "low": "DOUBLE", "high": "DOUBLE",
}  # fmt: skip
_Z = 1.959964  # 95 %


def keep_backtests(con: DuckDBPyConnection, tests: Sequence[Backtest], *, most: int | None = None) -> None:
    """The temporary tables backtests and calibration; origins with too little to fit are left out.

    Args:
        con: An open store.
        tests: Oldest first; the interval of each rests on those before it.
        most: Keep the last so many only; None: all.
    """
    shown = tests if most is None else tests[-most:]
    fitted = [test for test in shown if test.fit is not None and test.occasions is not None]
    make_rows(con, "backtests", _TEST_TYPES, [_row(test, tests) for test in fitted])
    make_rows(con, "calibration", _FIFTH_TYPES, _calibration(fitted))


def misses(tests: Sequence[Backtest]) -> list[Miss]:
    """How far off the purchases of each past day were, where both sums are above nothing."""
    from crmcli.models.interval import Miss

    found = [test.occasions for test in tests if test.occasions is not None]
    return [Miss(total.ratio, total.spread) for total in found if total.ratio is not None and total.ratio > 0]


def _row(test: Backtest, tests: Sequence[Backtest]) -> tuple[Any, ...]:
    from crmcli.models.interval import total_interval

    total = test.occasions
    assert total is not None
    earlier = misses([other for other in tests if other.origin < test.origin])  # only what was known then
    low, high = total_interval(total.predicted, total.spread, earlier)
    return (
        day_of(test.origin), test.customers, test.auc, test.auc_recency, test.auc_overdue, test.brier, test.brier_base,
        test.brier_skill, total.predicted, round(total.actual), total.ratio, low, high, total.error, total.error_of_rate,
        total.capture, total.gini,
    )  # fmt: skip


def _calibration(tests: Sequence[Backtest]) -> list[tuple[Any, ...]]:
    """Fifths of all past days together, with Wilson intervals of the share seen."""
    rows = []
    for place in range(5):
        parts = [test.fifths[place] for test in tests if len(test.fifths) > place and test.fifths[place].customers]
        count = sum(part.customers for part in parts)
        if not count:
            continue
        predicted = sum(part.predicted * part.customers for part in parts) / count
        observed = sum(part.observed * part.customers for part in parts) / count
        rows.append((place + 1, count, predicted, observed, *_wilson(observed, count)))
    return rows


def _wilson(share: float, count: int) -> tuple[float, float]:
    """Wilson's interval of a share, 95 %."""
    centre = (share + _Z**2 / (2 * count)) / (1 + _Z**2 / count)
    half = _Z / (1 + _Z**2 / count) * (share * (1 - share) / count + _Z**2 / (4 * count**2)) ** 0.5
    return max(0.0, centre - half), min(1.0, centre + half)


def verdict(tests: Sequence[Backtest], *, every: int = 1) -> dict[str, float | int | None]:
    """Means over the past days that could be fitted, for the sentences; `every`: one customer in so many was looked at."""
    fitted = [test for test in tests if test.fit is not None and test.occasions is not None]
    totals = [test.occasions for test in fitted if test.occasions is not None]
    return {
        "origins": len(fitted),
        "every": every,
        **{
            name: _mean([getattr(test, name) for test in fitted])
            for name in ("auc", "auc_recency", "auc_overdue", "brier_skill")
        },
        "predicted": sum(total.predicted for total in totals),
        "actual": sum(total.actual for total in totals),
        "mae": _mean([total.error for total in totals]),
        "mae_rate": _mean([total.error_of_rate for total in totals]),
    }


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def backtest_notes(figures: Figures) -> tuple[str, ...]:
    """How the figures did on past days, beside ranking by recency and by the overdue ratio; and whether they are of use."""
    found = figures["backtests"]
    if found is None:
        return ()
    if not found["origins"]:
        return (_("No back-test: the history is too short to look back from an earlier day."),)
    sentence = ngettext(
        "Back-test at %(origins)s past day: ranks right %(auc)s of pairs (recency alone %(recency)s, overdue ratio alone "
        "%(overdue)s); Brier skill %(skill)s; purchases expected %(predicted)s, made %(actual)s.",
        "Back-test at %(origins)s past days: ranks right %(auc)s of pairs (recency alone %(recency)s, overdue ratio alone "
        "%(overdue)s); Brier skill %(skill)s; purchases expected %(predicted)s, made %(actual)s.",
        found["origins"],
    )
    words = {
        "origins": found["origins"],
        "auc": _percent(found["auc"]),
        "recency": _percent(found["auc_recency"]),
        "overdue": _percent(found["auc_overdue"]),
        "skill": _percent(found["brier_skill"]),
        "predicted": numbers.cell(round(found["predicted"]), Kind.COUNT),
        "actual": numbers.cell(round(found["actual"]), Kind.COUNT),
    }
    return (sentence % words, *_sampled(found), *_judgement(found, is_model=not figures["road_sentence"]))


def _sampled(found: dict[str, Any]) -> tuple[str, ...]:
    """Whom the back-test looked at, where not at all."""
    if found["every"] == 1:
        return ()
    sentence = ngettext(
        "The back-test looks at one customer in %(every)s, evenly spread.",
        "The back-test looks at one customer in %(every)s, evenly spread.",
        found["every"],
    )
    return (sentence % {"every": numbers.cell(found["every"], Kind.COUNT)},)


def _judgement(found: dict[str, Any], *, is_model: bool) -> tuple[str, ...]:
    """Plain words where the figures are no better than a simple rule."""
    said = []
    naive = max((value for value in (found["auc_recency"], found["auc_overdue"]) if value is not None), default=None)
    if found["auc"] is not None and naive is not None and found["auc"] <= naive:
        said.append(
            _("The order of this list is no better than the best simple rule; its probabilities and sums may still be.")
        )
    if found["brier_skill"] is not None and found["brier_skill"] <= 0:
        said.append(
            _("The probabilities did no better than one figure for everybody: go by the overdue ratio and the reasons.")
            if is_model
            else _("Nor does the rhythm tell who will buy here, only about how many: go by the reasons.")
        )
    if found["mae"] is not None and found["mae_rate"] is not None and found["mae"] > found["mae_rate"]:
        said.append(_("Counts of purchases did no better than each customer's rate so far going on."))
    return tuple(said)


def backtest_headline(tests: Sequence[Backtest], horizon: int) -> str:
    """What a page of back-tests shows."""
    found = verdict(tests)
    if not found["origins"]:
        return _("No back-test: the history is too short to look %(horizon)s days back.") % {"horizon": horizon}
    return _(
        "Looked %(horizon)s days ahead from %(origins)s past days: %(predicted)s purchases expected, %(actual)s made; the "
        "order was right for %(auc)s of pairs."
    ) % {
        "horizon": horizon,
        "origins": found["origins"],
        "predicted": numbers.cell(round(found["predicted"] or 0), Kind.COUNT),
        "actual": numbers.cell(round(found["actual"] or 0), Kind.COUNT),
        "auc": _percent(found["auc"]),
    }


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.0f} %"
