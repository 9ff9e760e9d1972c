"""Won and lost: how many, at which share, price and speed, for which reasons and to whom, against the period before."""

from __future__ import annotations

import datetime as dt
from math import sqrt
from typing import TYPE_CHECKING

from crmcli.language import N_, current, ngettext
from crmcli.language import gettext as _
from crmcli.numbers import cell
from crmcli.reports.deals.dimensions import key_columns, key_sql
from crmcli.reports.deals.weighing import LEAST_WON
from crmcli.reports.definition import Beside, Parameter, ParameterKind, Report, Shape, Story
from crmcli.reports.sections import sections
from crmcli.reports.telling import as_of_note, window_note
from crmcli.table import Chart, ChartKind, Column, Kind

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from crmcli.reports.definition import Values
    from crmcli.reports.telling import Figures

WAYS = (
    "manager", "senior", "product", "region", "stage", "competitor", "reason", "customer", "quarter", "industry", "campaign",
)  # fmt: skip
FIGURES = (
    Column("won", N_("Won"), Kind.COUNT, dear=True),
    Column("lost", N_("Lost"), Kind.COUNT, dear=True),
    Column("win_rate", N_("Win rate"), Kind.SHARE, bar=True, dear=True),
    Column("won_amount", N_("Won amount"), Kind.MONEY),
    Column("lost_amount", N_("Lost amount"), Kind.MONEY),
    Column("price_ratio", N_("Of list price"), Kind.RATIO),
    Column("won_days_median", N_("Days to win"), Kind.DAYS),
    Column("won_days_mean", N_("Mean"), Kind.DAYS),
    Column("lost_days_median", N_("Days to lose"), Kind.DAYS),
    Column("lost_days_mean", N_("Mean, lost"), Kind.DAYS),
    Column("win_rate_low", N_("Rate from"), Kind.SHARE),
    Column("win_rate_high", N_("Rate to"), Kind.SHARE),
    Column("won_before", N_("Won before"), Kind.COUNT),
    Column("lost_before", N_("Lost before"), Kind.COUNT),
    Column("win_rate_before", N_("Rate before"), Kind.SHARE),
    Column("win_rate_change", N_("Change"), Kind.SHARE),
)
REASONS = Beside(
    "reasons",
    N_("Why deals were lost"),
    (
        Column("reason", N_("Reason"), Kind.TEXT),
        Column("deals", N_("Deals"), Kind.COUNT),
        Column("share", N_("Share"), Kind.SHARE, bar=True),
        Column("amount", N_("Amount"), Kind.MONEY),
    ),
    charts=(Chart(ChartKind.BARS, N_("Why deals were lost"), "reason", ("deals",)),),
)
COMPETITORS = Beside(
    "competitors",
    N_("Against whom"),
    (
        Column("competitor", N_("Competitor"), Kind.TEXT),
        Column("lost", N_("Lost"), Kind.COUNT),
        Column("won", N_("Won"), Kind.COUNT),
        Column("win_rate", N_("Win rate"), Kind.SHARE),
        Column("lost_amount", N_("Lost amount"), Kind.MONEY),
    ),
)
_FEW = 30  # deals closed below which a share says little
_NOTABLE = 1.96  # standard errors between two shares


def prepare(con: DuckDBPyConnection, values: Values) -> Values:
    """The day before the period before, of the same length."""
    del con
    since: dt.date = values["since"]
    reach = min(values["window"], since.toordinal() - 2)
    return {
        "before_since": since - dt.timedelta(reach),
        "before_first": since - dt.timedelta(reach - 1),
        "least": LEAST_WON,
    }


def shape(con: DuckDBPyConnection, values: Values) -> Shape:
    """One row a manager, or what else was asked for; by stage with the days in each."""
    del con
    statements = sections("deals", "winloss")
    keys = key_columns(values["by"])
    names = ", ".join(f'"{column.name}"' for column in FIGURES)
    sql = f"SELECT {key_sql(values['by'])}, {names} FROM ({statements['answer']})"
    chart = Chart(
        ChartKind.BARS, N_("Win rate"), keys[-1].name, ("win_rate",), "win_rate_low", "win_rate_high", most=20
    )
    return Shape((*keys, *FIGURES), sql, (chart,), beside=(REASONS, COMPETITORS))


def tell(figures: Figures) -> Story:
    """What share was won, whether that changed, how long it took, and what to work on; how it was counted."""
    notes = [
        as_of_note(figures),
        window_note(figures),
        _("Win rate: won ÷ (won + lost), by the day they were closed; from–to is where it lies with 95 % certainty."),
        _("Days: from opened to closed; of list price: amounts won ÷ list prices of their products, one piece each."),
        _(
            "Before: the %(window)s days from %(first)s. Region: the manager's, else the customer's; reason: of lost deals."
        )
        % {"window": figures.count("window"), "first": figures.date("before_first")},
        *_gaps(figures),
    ]
    if figures["by"] == "stage":
        notes.append(
            _("Stage: the one a deal was in before it ended, by its moves; how long each takes: crmcli report pipeline")
        )
    return Story(_headline(figures), tuple(notes))


def _gaps(figures: Figures) -> list[str]:
    """What could not be counted."""
    notes = []
    if figures["undated"]:
        sentence = ngettext(
            "%(deals)s deal won or lost has no closing day and is in no period.",
            "%(deals)s deals won or lost have no closing day and are in no period.",
            figures["undated"],
        )
        notes.append(sentence % {"deals": figures.count("undated")})
    if figures["unknown_outcome"]:
        sentence = ngettext(
            "%(deals)s deal was closed, whether won or lost is not known: it counts as neither.",
            "%(deals)s deals were closed, whether won or lost is not known: they count as neither.",
            figures["unknown_outcome"],
        )
        notes.append(sentence % {"deals": figures.count("unknown_outcome")})
    if figures["cycleless"]:
        sentence = ngettext(
            "%(deals)s deal has no sound day of opening and is in no days.",
            "%(deals)s deals have no sound day of opening and are in no days.",
            figures["cycleless"],
        )
        notes.append(sentence % {"deals": figures.count("cycleless")})
    if figures["without_amount"]:
        sentence = ngettext(
            "%(deals)s deal won has no amount.", "%(deals)s deals won have no amount.", figures["without_amount"]
        )
        notes.append(sentence % {"deals": figures.count("without_amount")})
    if figures["reasonless"]:
        sentence = ngettext(
            "No reason is known of %(deals)s deal lost.",
            "No reason is known of %(deals)s deals lost.",
            figures["reasonless"],
        )
        notes.append(sentence % {"deals": figures.count("reasonless")})
    return notes


def _headline(figures: Figures) -> str:
    won, lost = figures["won"], figures["lost"]
    if not won + lost:
        return _("No deal was won or lost in these days; there were some in the period before.")
    words = {
        "won": figures.count("won"),
        "closed": _count(won + lost),
        "rate": cell(won / (won + lost), Kind.SHARE, language=current()),
        "amount": figures.whole_money("won_amount"),
        "days": _days(figures["won_days"]),
        "lost_days": _days(figures["lost_days"]),
        "reason": figures["top_reason"],
    }
    sentence = ngettext(
        "%(won)s of %(closed)s deal closed was won: %(rate)s",
        "%(won)s of %(closed)s deals closed were won: %(rate)s",
        won + lost,
    )
    parts = [sentence % words + (", " + _("for %(amount)s") % words if figures["won_amount"] is not None else "") + "."]
    if won + lost < _FEW:
        parts.append(_("That is too few to lean on."))
    elif (moved := _moved(figures)) is not None:
        parts.append(moved)
    if figures["won_days"] is not None and figures["lost_days"] is not None:
        parts.append(_("Half of those won took %(days)s days or less, of those lost %(lost_days)s.") % words)
    elif figures["won_days"] is not None:
        parts.append(_("Half of those won took %(days)s days or less.") % words)
    if figures["top_reason"]:
        parts.append(_("Lost most often for: %(reason)s.") % words)
    return " ".join(parts)


def _moved(figures: Figures) -> str | None:
    """Whether the share differs from that of the period before by more than chance would."""
    won, lost, won_before, lost_before = (figures[name] for name in ("won", "lost", "won_before", "lost_before"))
    now, before = won + lost, won_before + lost_before
    if before < _FEW:
        return None
    pooled = (won + won_before) / (now + before)
    error = sqrt(pooled * (1 - pooled) * (1 / now + 1 / before))
    words = {"before": cell(won_before / before, Kind.SHARE, language=current())}
    gap = won / now - won_before / before
    if error == 0 or abs(gap) < _NOTABLE * error:
        return _("That is no more than chance away from the period before (%(before)s).") % words
    return (_("That is more than in the period before (%(before)s).") if gap > 0 else
            _("That is less than in the period before (%(before)s).")) % words  # fmt: skip


def _days(number: float | None) -> str:
    """Days in words, a half only where there is one."""
    whole = number is not None and number == int(number)
    return cell(int(number or 0) if whole else number, Kind.COUNT if whole else Kind.DAYS, language=current())


def _count(number: int) -> str:
    return cell(number, Kind.COUNT, language=current())


REPORT = Report(
    name="winloss",
    subject="deals",
    title=N_("Won and lost"),
    question=N_("Which deals were won and lost, how fast, at what price, why, and to whom?"),
    columns=(*key_columns("manager"), *FIGURES),
    empty=N_(
        "No deal was won or lost in these days; look further back with --window, or import deals: crmcli import run FILE --as opportunities"
    ),
    tell=tell,
    parameters=(
        Parameter("by", ParameterKind.CHOICE, "manager", N_("What a row is."), choices=WAYS),
        Parameter("window", ParameterKind.COUNT, 365, N_("Days of the window, and of the one before."), least=1),
    ),
    totals={
        "won": "cast(sum(won) AS BIGINT)",
        "lost": "cast(sum(lost) AS BIGINT)",
        "win_rate": "cast(sum(won) AS DOUBLE) / nullif(sum(won) + sum(lost), 0)",
        "won_amount": "sum(won_amount)",
        "lost_amount": "sum(lost_amount)",
        "won_before": "cast(sum(won_before) AS BIGINT)",
        "lost_before": "cast(sum(lost_before) AS BIGINT)",
        "win_rate_before": "cast(sum(won_before) AS DOUBLE) / nullif(sum(won_before) + sum(lost_before), 0)",
    },
    shape=shape,
    prepare=prepare,
    beside=(REASONS, COMPETITORS),
)
