"""The page of a review, from its tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from crmcli.documents.briefings.facts import Bar, BarChart, Briefing, KeyFigure, Section, Tone
from crmcli.documents.briefings.tables import records, section_of, worded
from crmcli.documents.page import Group
from crmcli.language import N_
from crmcli.language import gettext as _
from crmcli.table import Kind, Table

_TONES = {"good": Tone.GOOD, "bad": Tone.BAD}
_TILES = 8
# Figures in the order in which they get a tile, with their labels.
_LABELS = {
    "revenue_365": N_("Revenue, 365 days"),
    "margin_365": N_("Margin, 365 days"),
    "realised_value": N_("Value so far"),
    "expected_value": N_("Value to expect, 36 months"),
    "churn_risk": N_("Risk of leaving, 90 days"),
    "paid_on_time": N_("Paid on time"),
    "overdue_amount": N_("Overdue"),
    "orders_late": N_("Orders late"),
    "plan_kept": N_("Plan kept"),
    "deals_won_365": N_("Deals won, 365 days"),
    "purchases_365": N_("Purchases, 365 days"),
    "open_amount": N_("Open on invoices"),
}
_FIRST = ("revenue_365", "margin_365", "deals_won_365", "realised_value", "expected_value", "churn_risk", "paid_on_time", "overdue_amount",
          "orders_late")  # fmt: skip
# Table → its columns on the page, shorter headings, the column that takes what is left.
_PARTS: Mapping[str, tuple[tuple[str, ...], Mapping[str, str], str]] = {
    "goals": (("measure", "fact", "target", "reached", "by_on"), {}, "measure"),
    "steps": (("due_on", "channel", "subject"), {}, "subject"),
    "orders": (
        ("order_no", "ordered_on", "status", "days_late", "amount"),
        {"days_late": N_("Late, days")},
        "status",
    ),
    "invoices": (
        ("invoice_no", "due_on", "days_overdue", "open_amount"),
        {"days_overdue": N_("Over, days")},
        "invoice_no",
    ),
    "tickets": (("ticket_no", "kind", "subject", "days_open"), {"days_open": N_("Open, days")}, "subject"),
    "deals": (("opportunity_no", "name", "stage", "days_open", "amount"), {"days_open": N_("Open, days")}, "name"),
    "categories": (("category", "revenue", "share"), {}, "category"),
    "whitespace": (
        ("category", "peers_buying", "expected_amount"),
        {"peers_buying": N_("Peers who buy"), "expected_amount": N_("A year, about")},
        "category",
    ),
    "preferences": (("kind", "text"), {}, "text"),
}

_MARKS = {"state": "late", "verdict": "behind"}  # column → the word that is worth a mark


def review_briefing(
    tables: Sequence[Table], *, language: str, as_of: dt.date, currency: str, made_for: str = ""
) -> Briefing:
    """A review as a page.

    Args:
        tables: Of the review, in the settled language.
        language: That language.
        as_of: Its day.
        currency: ISO code of the amounts.
        made_for: The owner's firm.
    """
    by_name = {table.name: table for table in tables}
    who, figures = by_name["review"], by_name["figures"]
    fields = {row["field"]: worded(row["value"], Kind.TEXT, language) for row in records(who)}
    return Briefing(
        kind="review",
        language=language,
        overline=_("Account review"),
        title=who.title.partition(": ")[2] or who.title,
        as_of=as_of,
        made_for=made_for,
        subtitles=tuple(_subtitles(fields)),
        headline=who.headline or "",
        figures=tuple(_tiles(figures, language, currency)),
        sections=tuple(_sections(by_name, fields, language)),
        notes=(
            who.notes[0],
            *figures.notes,
            *_month_notes(by_name),
            _("Amounts in %(currency)s.") % {"currency": currency},
        ),
        stamp=_("for our own use"),
    )


def _month_notes(by_name: Mapping[str, Table]) -> tuple[str, ...]:
    return next((by_name[name].notes for name in ("months", "deal_months") if name in by_name), ())


def _subtitles(fields: Mapping[str, str]) -> Iterator[str]:
    """Who it is on one line, what they are to the house on the next."""
    manager = _("manager %(name)s") % {"name": fields["manager"]} if "manager" in fields else _("no manager")
    place = ", ".join(dict.fromkeys(fields.get("place", "").split(", ")))  # a town that is its own region, once
    said = (fields.get("group"), fields.get("industry"), place, manager)
    yield " · ".join(part for part in said if part)
    if "key_account_since" in fields:
        since = _("Key account since %(day)s") % {"day": fields["key_account_since"]}
        yield ": ".join(part for part in (since, fields.get("key_account_because")) if part)
    else:
        yield _("No key account")
    if "speaks_to" in fields:
        yield _("Speak to: %(person)s") % {"person": fields["speaks_to"]}


def _tiles(table: Table, language: str, currency: str) -> Iterator[KeyFigure]:
    """Eight figures at most: the first ones, the plan in place of the last of them, others where some are not known."""
    known = {row["measure"]: row for row in records(table)}
    order = [name for name in _FIRST if name in known]
    if "plan_kept" in known:
        order = [*order[: _TILES - 1], "plan_kept"]
    order += [name for name in _LABELS if name in known and name not in order]
    for name in order[:_TILES]:
        row = known[name]
        tone = _TONES.get(row["verdict"] or "", Tone.NEUTRAL)
        text = worded(row["value"], Kind.FIGURE, language, currency)
        yield KeyFigure(_(_LABELS[name]), text, row["value"].text, _remark(row), tone)


def _remark(row: Mapping[str, Any]) -> str:
    if row["remark"]:
        return str(row["remark"])
    if row["change"] is None:
        return ""
    sign = "+" if row["change"] > 0 else ""
    return _("%(change)s on the year before") % {"change": sign + worded(row["change"], Kind.SHARE, "")}


def _sections(by_name: Mapping[str, Table], fields: Mapping[str, str], language: str) -> Iterator[Section]:
    """What to do first; then the course of business; then the tables side by side."""
    yield _points(by_name["next"])
    for name, amount in (("months", "revenue"), ("deal_months", "amount")):
        if name in by_name:
            yield _course(by_name[name], amount, language)
    if "relationship" in fields:
        yield _relationship(fields)
    if "signs_of_leaving" in fields:
        signs = tuple(fields["signs_of_leaving"].split("; "))
        yield Section(_("Signs of leaving"), sentences=signs, is_half=True)
    for name, (columns, titles, free) in _PARTS.items():
        if name in by_name:
            heads = {key: _(title) for key, title in titles.items()}
            section = section_of(
                by_name[name], language=language, columns=columns, titles=heads, free=free, marks=_MARKS, is_half=True
            )
            yield _by_one_day(section, by_name[name], language) if name == "goals" else section


def _by_one_day(section: Section, table: Table, language: str) -> Section:
    """Goals that all end on one day have it in the heading, where it takes less room than in a column."""
    days = {row["by_on"] for row in records(table)}
    grid = section.grid
    if grid is None or len(days) != 1:
        return section
    rows = tuple(replace(row, cells=row.cells[:-1]) for row in grid.rows)  # the day is the last
    told = {"title": section.title, "day": worded(days.pop(), Kind.DATE, language)}
    grid = replace(grid, columns=grid.columns[:-1], groups=(Group("", rows),))
    return replace(section, title=_("%(title)s, by %(day)s") % told, grid=grid)


def _points(table: Table) -> Section:
    points = tuple(row["step"] for row in records(table))
    return Section(table.title, points=points, sentences=() if points else (table.empty or "",), is_strong=True)


def _course(table: Table, amount: str, language: str) -> Section:
    """Two years month by month, the earlier one faint."""
    rows = records(table)
    months = [(_year_before(row["month"]), row[f"{amount}_before"], True) for row in rows]
    months += [(row["month"], row[amount], False) for row in rows]
    bars = tuple(
        Bar(_month(month, language), worded(value, Kind.MONEY, language), value, is_faint=is_faint)
        for month, value, is_faint in months
    )
    chart = BarChart(bars, _("the last 12 months"), _("the 12 before"))
    return Section(table.title, chart=chart)


def _month(month: dt.date, language: str) -> str:
    """A month in little room: "Jul", with the year at January."""
    name = worded(month, Kind.MONTH, language).replace("\u00a0", " ").split(" ")[0][:3]
    return f"{name} {month.year % 100:02}" if month.month == 1 else name


def _year_before(month: dt.date) -> dt.date:
    return month.replace(year=month.year - 1)


def _relationship(fields: Mapping[str, str]) -> Section:
    """The level there is, the one there should be, and the way."""
    sentence = (
        _("Level now: %(actual)s; recommended: %(recommended)s.")
        if "recommended" in fields
        else _("Level now: %(actual)s.")
    )
    told = {"actual": fields["relationship"], "recommended": fields.get("recommended", "")}
    section = Section(_("Relationship"), sentences=(sentence % told,), is_half=True)
    way = fields.get("next_level_by")
    return replace(section, sentences=(*section.sentences, way)) if way else section
