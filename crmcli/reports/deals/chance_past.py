"""How chances of deals would have done on past days, beside the base rate and the owner's defaults by stage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmcli.language import N_
from crmcli.language import gettext as _
from crmcli.reports.deals.chance_verdict import Hands, conclusions, how_tried, verdict, within_words
from crmcli.reports.deals.chance_words import source_notes
from crmcli.reports.deals.chances import wilson, win_chances
from crmcli.reports.outlook import day_of
from crmcli.reports.sections import sections
from crmcli.table import Chart, ChartKind, Column, Kind, ListRows, Table

if TYPE_CHECKING:
    import datetime as dt

    from duckdb import DuckDBPyConnection

    from crmcli.models.past_deals import Method
    from crmcli.models.win_scores import Score
    from crmcli.reports.deals.chance_history import Learned

COLUMNS = (
    Column("origin", N_("Looked from"), Kind.DATE),
    Column("deals", N_("Open deals"), Kind.COUNT),
    Column("base_rate", N_("Base rate"), Kind.SHARE),
    Column("auc", N_("Ranks right"), Kind.SHARE),
    Column("brier_skill", N_("Brier skill"), Kind.SHARE),
    Column("brier_skill_told", N_("as told then"), Kind.SHARE),
    Column("expected", N_("Wins expected"), Kind.RATIO),
    Column("low", N_("From (80 %)"), Kind.RATIO),
    Column("high", N_("To (80 %)"), Kind.RATIO),
    Column("won", N_("Won"), Kind.COUNT),
)
_METHODS = (
    Column("method", N_("Made of"), Kind.TEXT),
    Column("brier_skill", N_("Brier skill"), Kind.SHARE),
    Column("error", N_("± error"), Kind.SHARE),
    Column("auc", N_("Ranks right"), Kind.SHARE),
    Column("expected", N_("Wins expected"), Kind.RATIO),
    Column("won", N_("Won"), Kind.COUNT),
    Column("used", N_("Used"), Kind.LEVEL, words=(N_("yes"), N_("no")), toned=False),
)
_FIFTHS = (
    Column("fifth", N_("Fifth"), Kind.COUNT),
    Column("deals", N_("Deals"), Kind.COUNT),
    Column("predicted", N_("Said"), Kind.SHARE),
    Column("observed", N_("Won"), Kind.SHARE),
    Column("low", N_("From (95 %)"), Kind.SHARE),
    Column("high", N_("To (95 %)"), Kind.SHARE),
)

_Z95 = 1.959964
_SHOWN = 8  # methods: the best ones


def past_table(con: DuckDBPyConnection, as_of: dt.date) -> Table:
    """One row a past day; beside it calibration by fifths, and everything that was tried."""
    chances = win_chances(con, as_of)
    learned = chances.learned
    title = _("Back-test: how chances of deals would have done")
    if learned is None or not learned.looked.origins:
        return Table("deal_chances_backtest", title, COLUMNS, ListRows([]), empty=" ".join(source_notes(chances)))
    rows, hands = _days(learned), _hands(con, learned)
    return Table(
        "deal_chances_backtest",
        title,
        COLUMNS,
        ListRows(rows),
        headline=verdict(learned),
        notes=(*how_tried(learned), *within_words(rows), *conclusions(learned, hands)),
        beside=(_calibration(learned), _tried(learned, hands)),
    )


def _days(learned: Learned) -> list[tuple[Any, ...]]:
    from crmcli.models.win_scores import score, shift_of, wins_interval

    rows = []
    for origin in learned.looked.origins:
        said = origin.told[learned.method]
        earlier = [other for other in learned.looked.origins if other.day + learned.horizon <= origin.day]
        low, high = wins_interval(said, shift_of(earlier, learned.method))  # only what was known then
        found, told = score([origin], [said]), score([origin], [origin.said])
        rows.append(
            (day_of(origin.day), found.deals, origin.base_rate, found.auc, found.skill, told.skill, found.expected, low, high,
             found.actual)
        )  # fmt: skip
    return rows


def _hands(con: DuckDBPyConnection, learned: Learned) -> Hands:
    """Chances given by hand as they were on past days, scored, and the learned ones on the same deals."""
    import numpy as np

    from crmcli.models.win_scores import score

    found = con.execute(sections("deals", "chance_facts")["hands"]).fetchnumpy()
    origins, said = learned.looked.origins, []
    for origin in origins:
        held = (found["from_day"] <= origin.day) & (origin.day < found["to_day"])
        given = dict(zip(found["opportunity_id"][held].tolist(), found["by_hand"][held].tolist(), strict=True))
        ids = learned.ids[origin.deals].tolist()
        said.append(np.array([given.get(deal, np.nan) for deal in ids], dtype=np.float64))
    among = [np.isfinite(values) for values in said]
    told = [origin.told[learned.method] for origin in origins]
    return Hands(score(origins, said, among), score(origins, told, among))


def _calibration(learned: Learned) -> Table:
    import numpy as np

    from crmcli.models.measures import fifths

    origins = learned.looked.origins
    said = np.concatenate([origin.told[learned.method] for origin in origins])
    happened = np.concatenate([origin.happened for origin in origins])
    rows = [
        (place, part.customers, part.predicted, part.observed, *wilson(part.observed, part.customers, _Z95))
        for place, part in enumerate(fifths(said, happened), 1)
    ]
    title = _("Calibration: said and won, by fifths of the chance")
    chart = Chart(ChartKind.CALIBRATION, title, "predicted", ("observed",), low="low", high="high")
    return Table("deal_chances_calibration", title, _FIFTHS, ListRows(rows), charts=(chart,))


def _tried(learned: Learned, hands: Hands) -> Table:
    """Every method on the same deals, and the owner's defaults by stage."""
    from crmcli.models.past_deals import BASE
    from crmcli.models.win_scores import score

    origins = learned.looked.origins
    scores = {method: score(origins, [origin.told[method] for origin in origins]) for method in sorted(origins[0].told)}
    best = sorted(scores, key=lambda method: -(scores[method].skill or 0))[:_SHOWN]
    rows = []
    for method, found in scores.items():
        if method not in (BASE, learned.method, *best):
            continue
        used = learned.is_used if method == learned.method else method == BASE and not learned.is_used
        rows.append(_tried_row(_method_words(method), found, used=used))
    if learned.stage.deals:
        words = _among(_("chances given to stages"), learned.stage, learned)
        rows.append(_tried_row(words, learned.stage, used=learned.stage_is_better))
    if hands.own.deals:
        rows.append(_tried_row(_among(_("chances given by hand"), hands.own, learned), hands.own, used=True))
    return Table("deal_chances_tried", _("What was tried"), _METHODS, ListRows(rows))


def _among(words: str, found: Score, learned: Learned) -> str:
    """Of how many of the deals something was said."""
    return _("%(method)s (%(deals)s of %(all)s)") % {"method": words, "deals": found.deals, "all": learned.today.deals}


def _tried_row(words: str, found: Score, *, used: bool) -> tuple[Any, ...]:
    return (words, found.skill, found.skill_error, found.auc, found.expected, found.actual, "yes" if used else "no")


def _method_words(method: Method) -> str:
    parts = [
        *([_("age")] if method.age else []),
        *([_("stage")] if method.stage else []),
        *([_("fields") if method.fields == 1 else _("fields drawn more")] if method.fields else []),
    ]
    made = " + ".join(parts) or _("base rate")
    return _("%(method)s, calibrated") % {"method": made} if method.calibrated else made
