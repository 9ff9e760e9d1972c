"""Open deals with their chances, where these come from and why; one of them term by term."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmcli import numbers
from crmcli.errors import NotFoundError
from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.metrics import catalogue
from crmcli.reports.deals.chance_words import (
    SOURCES,
    base_rate_words,
    percent,
    reason_words,
    reasons_words,
    source_notes,
)
from crmcli.reports.deals.chances import BY_HAND, LEARNED, win_chances
from crmcli.reports.explained import COLUMNS as EXPLAINED
from crmcli.reports.sections import records, sections
from crmcli.table import Column, Figure, Kind, ListRows, Table

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from duckdb import DuckDBPyConnection

    from crmcli.reports.deals.chances import Chance, Chances

COLUMNS = (
    Column("deal", N_("Deal"), Kind.CODE),
    Column("customer", N_("Customer"), Kind.CODE),
    Column("stage", N_("Stage"), Kind.TEXT),
    Column("days_open", N_("Days open"), Kind.DAYS),
    Column("probability", N_("Chance"), Kind.SHARE),
    Column("low", N_("From"), Kind.SHARE),
    Column("high", N_("To"), Kind.SHARE),
    Column("source", N_("Source"), Kind.LEVEL, words=SOURCES, toned=False),
    Column("reasons", N_("Reasons (points)"), Kind.TEXT),
    Column("learned", N_("Learned"), Kind.SHARE),
)


def chances_table(con: DuckDBPyConnection, as_of: dt.date, *, deal_id: int | None = None) -> Table:
    """Open deals, the likeliest first.

    Args:
        con: An open store.
        as_of: What came later does not exist.
        deal_id: Only this one.

    Raises:
        NotFoundError: That one is not open on the day.
    """
    chances = win_chances(con, as_of)
    if deal_id is not None and deal_id not in chances.by_deal:
        raise _not_open(as_of)
    rows = [
        _row(facts, chances.by_deal[facts["opportunity_id"]])
        for facts in _open_deals(con, as_of)
        if deal_id in (None, facts["opportunity_id"])
    ]
    rows.sort(key=lambda row: (-(row[4] if row[4] is not None else -1.0), row[0]))
    undated = sum(row[3] is None for row in rows)
    notes = (*source_notes(chances), *_overdue_note(chances), *_undated_note(chances, undated)) if rows else ()
    return Table(
        "deal_chances",
        _("Chances of open deals"),
        COLUMNS,
        ListRows(rows),
        headline=_headline(chances) if rows and deal_id is None else None,
        notes=notes,
        empty=_("No deal is open on %(day)s.") % {"day": numbers.cell(as_of, Kind.DATE)},
    )


def explained_table(con: DuckDBPyConnection, as_of: dt.date, *, deal_id: int) -> Table:
    """How the chance of one deal came about, term by term.

    Raises:
        NotFoundError: It is not open on the day.
    """
    chances = win_chances(con, as_of)
    chance = chances.by_deal.get(deal_id)
    if chance is None:
        raise _not_open(as_of)
    facts = next(facts for facts in _open_deals(con, as_of) if facts["opportunity_id"] == deal_id)
    return Table(
        "deal_chance_explained",
        _("How the chance of deal %(deal)s came about") % {"deal": facts["opportunity_no"]},
        EXPLAINED,
        ListRows(_terms(chances, chance)),
        headline=_("Chance of deal %(deal)s: %(chance)s.")
        % {"deal": facts["opportunity_no"], "chance": percent(chance.probability)},
        notes=source_notes(chances),
    )


def _terms(chances: Chances, chance: Chance) -> list[tuple[Any, ...]]:
    learned = chances.learned
    rows = [
        ("won", _count(chances.won), _("deals won by then")),
        ("lost", _count(chances.lost), _("deals lost by then")),
        ("base_rate", _share(chances.base_rate), _("(won + 1) ÷ (won + lost + 2), 80 %% interval: %(rate)s") % {"rate": base_rate_words(chances)}),
    ]  # fmt: skip
    if learned is not None and learned.is_used:
        rows += [
            (
                "horizon",
                Figure(str(learned.horizon), learned.horizon, Kind.DAYS),
                _("days within which it is to be won"),
            ),
            *(("reason", _share(reason.points), reason_words(reason)) for reason in chance.reasons),
        ]
        if chance.source == BY_HAND:
            rows.append(("learned", _share(chance.learned), _("what history says; the hand goes first")))
        rows.append(("brier_skill", _share(learned.today.skill), _("how much better than the base rate on past days")))
    if chance.low is not None:
        rows += [("low", _share(chance.low), _("80 % interval")), ("high", _share(chance.high), _("80 % interval"))]
    return [*rows, ("chance", _share(chance.probability), _(chance.source))]


def _share(value: float | None) -> Figure | None:
    return None if value is None else Figure(numbers.decimal_text(value), value, Kind.SHARE)


def _count(value: int) -> Figure:
    return Figure(str(value), value, Kind.COUNT)


def _open_deals(con: DuckDBPyConnection, as_of: dt.date) -> list[dict[str, Any]]:
    sql = sections("deals", "chance_facts")["open_deals"]
    catalogue.install(con, sql)
    return records(con, sql, {"as_of": as_of})


def _row(facts: dict[str, Any], chance: Chance) -> tuple[Any, ...]:
    return (
        facts["opportunity_no"], facts["customer"], facts["stage"], facts["days_open"], chance.probability, chance.low,
        chance.high, chance.source, reasons_words(chance) or None,
        chance.learned if chance.source == BY_HAND else None,
    )  # fmt: skip


def _headline(chances: Chances) -> str:
    count, wins = len(chances.by_deal), chances.expected_wins()
    words = {"deals": numbers.cell(count, Kind.COUNT)}
    if wins is None:
        sentence = ngettext(
            "%(deals)s deal is open; its chance is not known.", "%(deals)s deals are open; no chance is known.", count
        )
        return sentence % words
    words |= {
        name: numbers.cell(round(value), Kind.COUNT) for name, value in zip(("wins", "low", "high"), wins, strict=True)
    }
    sentence = ngettext(
        "%(deals)s deal is open; by its chance %(wins)s will be won (80 %% sure: %(low)s to %(high)s).",
        "%(deals)s deals are open; by their chances %(wins)s will be won (80 %% sure: %(low)s to %(high)s).",
        count,
    )
    return sentence % words


def _overdue_note(chances: Chances) -> Sequence[str]:
    """Deals that have hung longer than any deal that was won."""
    old = sum(one.low == 0.0 and one.source == LEARNED for one in chances.by_deal.values())
    if not old:
        return ()
    sentence = ngettext(
        "%(count)s deal has been open longer than any that was won: close it, or say its chance by hand.",
        "%(count)s deals have been open longer than any that was won: close them, or say their chances by hand.",
        old,
    )
    return (sentence % {"count": numbers.cell(old, Kind.COUNT)},)


def _undated_note(chances: Chances, undated: int) -> Sequence[str]:
    """Deals whose opening is not known."""
    if not undated or not chances.is_learned:
        return ()
    sentence = ngettext(
        "When %(count)s deal was opened is not known: it counts as new.",
        "When %(count)s deals were opened is not known: they count as new.",
        undated,
    )
    return (sentence % {"count": numbers.cell(undated, Kind.COUNT)},)


def _not_open(as_of: dt.date) -> NotFoundError:
    return NotFoundError(
        _("the deal is not open on %(day)s") % {"day": numbers.cell(as_of, Kind.DATE)},
        _("Open deals: crmcli deal list"),
    )
