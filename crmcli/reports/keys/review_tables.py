"""The tables of a review, from the facts gathered for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from crmcli import numbers
from crmcli.language import N_, current
from crmcli.language import gettext as _
from crmcli.reports.keys.review_figures import figures_table
from crmcli.reports.keys.review_headline import headline
from crmcli.reports.keys.review_parts import PARTS, Part
from crmcli.reports.keys.review_steps import next_steps
from crmcli.rules.plans.goals import MEASURES
from crmcli.table import Chart, Column, Figure, Kind, ListRows, Table

if TYPE_CHECKING:
    from crmcli.reports.lookup import Party

Found = Mapping[str, list[dict[str, Any]]]
_FIELDS = (Column("field", N_("Field"), Kind.LEVEL), Column("value", N_("Value"), Kind.TEXT))
_NEXT = (
    Column("place", N_("No."), Kind.COUNT),
    Column("step", N_("What to do"), Kind.TEXT),
    Column("amount", N_("About"), Kind.MONEY),
)
_MOST = {
    "whitespace": 5,
    "tickets": 6,
    "invoices": 6,
    "preferences": 6,
    "deals": 6,
}  # rows; the rest is counted in a note


def tables_of(party: Party, found: Found, *, as_of: dt.date, currency: str) -> list[Table]:
    """All tables of a review.

    Args:
        party: Whose it is.
        found: Rows by name, as `review` gathers them.
        as_of: The day of the look.
        currency: ISO code of the amounts.
    """
    facts = {**found, "goals": [_goal(row, currency) for row in found["goals"]], "steps": found["plan_steps"]}
    facts["months"] = _unless_still(found["months"], "revenue")
    facts["deal_months"] = _unless_still(found["deal_months"], "amount")
    tables = [_who(party, found, as_of, currency), _next(found, as_of, currency), figures_table(found, currency)]
    return tables + [_table(part, facts[part.name], as_of, currency) for part in PARTS if facts[part.name]]


def _unless_still(rows: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """Months in which anything happened at all; else nothing."""
    return rows if any(row[name] or row[f"{name}_before"] for row in rows) else []


def _who(party: Party, found: Found, as_of: dt.date, currency: str) -> Table:
    """Who it is, and in one sentence how things stand."""
    day = numbers.cell(as_of, Kind.DATE, language=current())
    notes = [
        _("As of %(as_of)s: facts dated later are left out; name, address and manager are as they are now.")
        % {"as_of": day}
    ]
    if not found["key"]:
        notes.append(_("They are no key account; reviews can be made of any customer."))
    return Table(
        name="review",
        title=_("Review: %(name)s (%(code)s)") % {"name": party.name, "code": party.code},
        columns=_FIELDS,
        rows=ListRows([*_fields(found)]),
        headline=headline(found, currency),
        notes=tuple(notes),
        currency=currency,
    )


def _fields(found: Found) -> list[tuple[str, Any]]:
    who, outlook = found["who"][0], _first(found["outlook"])
    key, level, plan = _first(found["key"]), _first(found["relationship"]), _first(found["plan"])
    person = _first(found["people"])
    spoken = ", ".join(part for part in (person.get("name"), person.get("position"), person.get("phone")) if part)
    fields: list[tuple[str, Any]] = [
        *((name, who[name]) for name in ("code", "manager", "group", "industry", "place")),
        ("speaks_to", spoken),
        ("key_account_since", _dated(key.get("entered_on"))),
        ("key_account_because", key.get("entry_reason")),
        ("last_purchase_on", _dated(outlook.get("last_purchase_on"))),
        ("signs_of_leaving", outlook.get("reasons")),
        ("relationship", _level(level.get("actual"))),
        ("recommended", _level(level.get("recommended"))),
        ("next_level_by", level.get("next_step")),
        ("plan", plan.get("plan_no")),
        ("plan_until", _dated(plan.get("to_on"))),
    ]
    return [(name, value) for name, value in fields if value]


def _next(found: Found, as_of: dt.date, currency: str) -> Table:
    steps = next_steps(found, as_of=as_of, currency=currency)
    rule = _(
        "In this order: what is owed to them, what they owe, what may be lost, what may be won, what is missing in the books; "
        "within each the larger amount first."
    )
    return Table(
        name="next",
        title=_("What to do next"),
        columns=_NEXT,
        rows=ListRows([(place, step.text, step.amount) for place, step in enumerate(steps, 1)]),
        notes=(rule,) if steps else (),
        empty=_quiet(found, as_of),
        currency=currency,
    )


def _quiet(found: Found, as_of: dt.date) -> str:
    """What to say when nothing is pressing."""
    outlook = _first(found["outlook"])
    if not outlook and found["won"]:
        return _("Nothing pressing.")
    if not outlook:
        return _("Nothing pressing: a prospect who has not bought yet.")
    if outlook["expected_gap"] is None:
        return _("Nothing pressing; the rhythm is not known yet.")
    due = outlook["last_purchase_on"] + dt.timedelta(days=round(outlook["expected_gap"]))
    sentence = (
        _("Nothing pressing; the next purchase is expected about %(day)s.")
        if due >= as_of
        else _("Nothing pressing; the next purchase was expected about %(day)s.")
    )
    return sentence % {"day": numbers.cell(due, Kind.DATE, language=current())}


def _table(part: Part, rows: Sequence[Mapping[str, Any]], as_of: dt.date, currency: str) -> Table:
    most = _MOST.get(part.name, len(rows))
    tuples = [tuple(row[column.name] for column in part.columns) for row in rows[:most]]
    return Table(
        part.name,
        _(part.title),
        part.columns,
        ListRows(tuples),
        currency=currency,
        total_rows=len(rows),
        notes=_month_note(as_of) if part.name in ("months", "deal_months") else (),
        charts=tuple(Chart(one.kind, _(one.title), one.label, one.values) for one in part.charts),
    )


def _month_note(as_of: dt.date) -> tuple[str, ...]:
    """Which months are meant, where they are none of the calendar."""
    if (as_of + dt.timedelta(days=1)).day == 1:
        return ()
    return (
        _("Months run from day to day and are named by their last one: each ends on day %(day)s.") % {"day": as_of.day},
    )


def _goal(row: Mapping[str, Any], currency: str) -> dict[str, Any]:
    """A goal whose figures carry what they mean."""
    kind = MEASURES.get(row["measure"], Kind.QUANTITY)
    return {**row, **{name: _figure(row[name], kind, currency) for name in ("target", "fact")}}


def _figure(value: Any, kind: Kind, currency: str) -> Figure | None:
    if value is None:
        return None
    plain = int(value) if kind is Kind.COUNT and value == int(value) else value
    return Figure(numbers.machine_text(plain, kind) or "", plain, kind, currency)


def _dated(day: dt.date | None) -> Figure | None:
    return Figure(day.isoformat(), day, Kind.DATE) if day else None


def _level(word: str | None) -> Figure | None:
    return Figure(word, word, Kind.LEVEL) if word else None


def _first(rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    return rows[0] if rows else {}


# words of the column `field`, for the translators
FIELDS = (N_("key account since"), N_("key account because"), N_("speaks to"), N_("last purchase on"), N_("signs of leaving"), N_("relationship"),
          N_("recommended"), N_("next level by"), N_("plan"), N_("plan until"))  # fmt: skip
