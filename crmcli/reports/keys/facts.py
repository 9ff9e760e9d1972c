"""What the selection of key accounts rests on: everybody's standing on a day, and the figures that are weighed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from crmcli.errors import UsageError
from crmcli.language import gettext as _
from crmcli.metrics.catalogue import install
from crmcli.reports.keys.figures import keep_potential, keep_value
from crmcli.reports.sections import records
from crmcli.reports.segments.compiling import compiled, read
from crmcli.reports.segments.fields import fields, find_field
from crmcli.rules.keys.reading import read_key_rule
from crmcli.rules.keys.rule import Condition, KeyRule
from crmcli.rules.segments.tree import Comparison, Field, FieldKind, Joined, Part, fields_of, segments_of
from crmcli.store.stored import quoted

if TYPE_CHECKING:
    import duckdb

FIELD_OF = {"growth": "change", "class": "abc"}  # weights of their own that a field answers
WORTH = "revenue_365"
_NEAR = 0.5  # of the bound, missed by at most so much: near the border
_EARLIEST, _LATEST = 1000, 9000  # years; windows reach back from the day, and the calendar ends


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer on the day.

    Args:
        id, code, name: Of the contact.
        meets: Whether `where` is known to hold.
        stays: Whether `stay` is known to hold.
        since: Since when a key account, as of the day before; None: was none.
        pick: "in" or "out" where picked by hand.
        pick_reason: Why.
        figures: Name of a weight → its figure; None where unknown.
        values: Field → its value, for every field that the rule speaks of.
        holds: Column of a condition (where_1, stay_1 …) → whether it holds; None where unknown.
    """

    id: int
    code: str
    name: str
    meets: bool
    stays: bool
    since: dt.date | None
    pick: str | None
    pick_reason: str | None
    figures: Mapping[str, Any]
    values: Mapping[str, Any]
    holds: Mapping[str, bool | None]


@dataclass(frozen=True, slots=True)
class Facts:
    """Everybody whom the rule may concern.

    Args:
        customers: By code: candidates, those who were in, those picked by hand, and those near the border.
        near: Codes of those who miss one condition of `where` by little, nearest first.
        tests: Column → the condition it tells of, for the parts of `where` and of `stay` that must all hold.
        value_by: Which figure stands for value: expected_npv, realised, revenue; "" where value is not weighed.
        revenue: Of the firm in the last 365 days, sales to nobody known included.
    """

    customers: Mapping[str, Customer]
    near: Sequence[str]
    tests: Mapping[str, tuple[Condition, Part]]
    value_by: str
    revenue: Decimal


def read_rule_text(text: str, rules: Mapping[str, str]) -> KeyRule:
    """A rule as written, about the fields and segments of this store.

    Args:
        text: The rule.
        rules: Rules of the saved segments by name.

    Raises:
        UsageError: It cannot be read, or asks who is a key account.
        NotFoundError: It speaks of a segment that is not there.
        ConflictError: Segments speak of each other in a ring.
    """
    rule = read_key_rule(text, find_field, fields())
    for condition in (rule.where, rule.stay):
        if condition is not None:
            compiled(condition.part, rules, as_of=dt.date(2000, 1, 1))
            _require_no_ring(condition.part, rules)
    return rule


def _require_no_ring(part: Part, rules: Mapping[str, str]) -> None:
    if "key" in fields_of(part):
        hint = _("say in stay who remains one")
        raise UsageError(_("the rule that chooses key accounts cannot ask who is one: key"), hint)
    known = {name.casefold(): rule for name, rule in rules.items()}
    for name in segments_of(part):
        _require_no_ring(read(known[name.casefold()]), rules)


def gather(con: duckdb.DuckDBPyConnection, rule: KeyRule, rules: Mapping[str, str], as_of: dt.date) -> Facts:
    """Everybody's standing, leaving the temp table key_facts with one row a contact known by the day."""
    if not _EARLIEST <= as_of.year <= _LATEST:
        raise UsageError(_("%(day)s is too far away to look from") % {"day": as_of.isoformat()})
    tests = _tests("where", rule.where) | (_tests("stay", rule.stay) if rule.stay else {})
    shown = _shown(rule)
    _keep_facts(con, rule, rules, as_of, shown, {name: part for name, (_condition, part) in tests.items()})
    weighed = {name for name, _weight in rule.weights}
    value_by = keep_value(con, as_of) if "value" in weighed else ""
    if "potential" in weighed:
        keep_potential(con, as_of)
    near = _near(con, rule, tests)
    picked = _fetch(con, near, weighed)
    customers = {row["code"]: _customer(row, rule, shown, tests) for row in picked}
    install(con, "sales_summary()")
    revenue = con.execute(
        "SELECT coalesce(sum(revenue), 0) FROM sales_summary(cast($day AS DATE) - 365, cast($day AS DATE))",
        {"day": as_of},
    ).fetchall()[0][0]
    return Facts(customers, [code for code in near if code in customers], tests, value_by, revenue)


def _tests(name: str, condition: Condition) -> dict[str, tuple[Condition, Part]]:
    """The parts of a condition that must all hold, each with the name of its column."""
    return {f"{name}_{place}": (condition, part) for place, part in enumerate(_parts(condition.part), 1)}


def _parts(part: Part) -> list[Part]:
    if isinstance(part, Joined) and part.word == "and":
        return [one for inner in part.parts for one in _parts(inner)]
    return [part]


def _shown(rule: KeyRule) -> list[Field]:
    """Fields to look up: those weighed and those the conditions speak of."""
    names = ["code", "name", WORTH]
    names += [FIELD_OF.get(name, name) for name, _weight in rule.weights if name not in ("value", "potential")]
    for condition in (rule.where, rule.stay):
        names += fields_of(condition.part) if condition else []
    found = [find_field(name) for name in dict.fromkeys(names)]
    return [field for field in found if field is not None]


def _keep_facts(
    con: duckdb.DuckDBPyConnection,
    rule: KeyRule,
    rules: Mapping[str, str],
    as_of: dt.date,
    shown: Sequence[Field],
    tests: Mapping[str, Part],
) -> None:
    besides = {"stays": rule.stay.part, **tests} if rule.stay else tests
    selection = compiled(rule.where.part, rules, as_of=as_of, shown=shown, everyone=True, besides=besides)
    install(con, selection.sql)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE key_facts AS SELECT asked.*, before.entered_on AS was_in_since, "
        f"pick.side AS pick_side, pick.reason AS pick_reason FROM ({selection.sql}) AS asked "
        "LEFT JOIN key_accounts AS before ON before.customer_id = asked.customer_id "
        "AND before.entered_on < cast($as_of AS DATE) AND (before.left_on IS NULL OR before.left_on >= cast($as_of AS DATE)) "
        "LEFT JOIN key_picks AS pick ON pick.customer_id = asked.customer_id "
        "AND pick.from_on <= cast($as_of AS DATE) AND (pick.to_on IS NULL OR pick.to_on >= cast($as_of AS DATE))",
        selection.values,
    )


def _near(con: duckdb.DuckDBPyConnection, rule: KeyRule, tests: Mapping[str, tuple[Condition, Part]]) -> list[str]:
    """Who misses exactly one condition of `where`, a number, by little; nearest first."""
    columns = [name for name in tests if name.startswith("where_")]
    gaps, values = [], {}
    for name in columns:
        part = tests[name][1]
        if isinstance(part, Comparison) and _is_bound(part):
            values[f"bound_{name}"] = part.values[0]
            field = quoted(part.field.name)
            gaps.append(
                f"CASE WHEN NOT {name} THEN abs({field} - $bound_{name})::DOUBLE / nullif(abs($bound_{name})::DOUBLE, 0) END"
            )
    if not gaps or not rule.border:
        return []
    missed = " + ".join(f"CASE WHEN {name} THEN 0 ELSE 1 END" for name in columns)
    sql = (
        f"SELECT code FROM (SELECT code, coalesce({', '.join([*gaps, 'NULL'])}) AS gap FROM key_facts "
        f"WHERE was_in_since IS NULL AND pick_side IS NULL AND {missed} = 1) WHERE gap <= {_NEAR} "
        f"ORDER BY gap, code LIMIT {rule.border:d}"
    )
    return [code for (code,) in con.execute(sql, values).fetchall()]


def _is_bound(part: Comparison) -> bool:
    """Whether a figure is compared with a line it can be near to."""
    return part.field.kind in (FieldKind.NUMBER, FieldKind.SHARE) and part.operator in ("<", "<=", ">", ">=")


def _fetch(con: duckdb.DuckDBPyConnection, near: Sequence[str], weighed: set[str]) -> list[dict[str, Any]]:
    joins = "".join(
        f" LEFT JOIN key_{name} ON key_{name}.customer_id = fact.customer_id"
        for name in ("value", "potential")
        if name in weighed
    )
    more = "".join(f", key_{name}.figure AS weighed_{name}" for name in ("value", "potential") if name in weighed)
    stays = "OR stays " if any(row[0] == "stays" for row in con.execute("DESCRIBE key_facts").fetchall()) else ""
    sql = (
        f"SELECT fact.*{more} FROM key_facts AS fact{joins} WHERE meets {stays}OR was_in_since IS NOT NULL "
        "OR pick_side IS NOT NULL OR code IN (SELECT unnest($near::VARCHAR[])) ORDER BY code"
    )
    return records(con, sql, {"near": list(near)})


def _customer(
    row: Mapping[str, Any], rule: KeyRule, shown: Sequence[Field], tests: Mapping[str, tuple[Condition, Part]]
) -> Customer:
    figures = {
        name: row[f"weighed_{name}"] if name in ("value", "potential") else row[FIELD_OF.get(name, name)]
        for name, _weight in rule.weights
    }
    return Customer(
        row["customer_id"],
        row["code"],
        row["name"],
        bool(row["meets"]),
        bool(row.get("stays")),
        row["was_in_since"],
        row["pick_side"],
        row["pick_reason"],
        figures,
        {field.name: row[field.name] for field in shown},
        {name: row[name] for name in tests},
    )
