"""Who meets a rule: the SQL against a slow reading of the same rule over plain facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmcli.errors import ConflictError, NotFoundError, UsageError
from crmcli.metrics.catalogue import install
from crmcli.reports.segments.compiling import compiled, read
from crmcli.reports.segments.fields import fields
from crmcli.rules.segments.tree import Age, Comparison, Emptiness, FieldKind, Joined, Negation, Part
from tests.reports.living_store import living_store

if TYPE_CHECKING:
    import duckdb

DAY = dt.date(2025, 3, 31)
Facts = dict[str, Any]


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    found = living_store(seed=5, customers=60)
    found.execute("UPDATE contacts SET tags = CASE id % 3 WHEN 0 THEN 'vip; Old' WHEN 1 THEN 'new,vip' END")
    found.execute("UPDATE contacts SET created_on = DATE '2024-05-01' WHERE id > 60")
    yield found
    found.close()


def chosen(
    con: duckdb.DuckDBPyConnection, rule: str, rules: dict[str, str] | None = None, day: dt.date = DAY
) -> set[int]:
    """Ids of those who meet a rule."""
    selection = compiled(read(rule), rules or {}, as_of=day)
    install(con, selection.sql)
    found = [row for (row,) in con.execute(selection.sql, selection.values).fetchall()]
    assert len(found) == len(set(found))
    return set(found)


@pytest.fixture(scope="module")
def facts(con: duckdb.DuckDBPyConnection) -> dict[int, Facts]:
    """The facts of every contact known by the day, reckoned in Python from rows."""
    rows = {
        table: [dict(zip([d[0] for d in cursor.description], row, strict=True)) for row in cursor.fetchall()]
        for table in ("contacts", "orders", "order_lines", "invoices", "payments", "interactions", "tickets")
        for cursor in [con.execute(f"FROM {table}")]
    }
    return {contact["id"]: reckoned(contact, rows) for contact in rows["contacts"] if is_known(contact, rows)}


def is_known(contact: Facts, rows: dict[str, list[Facts]]) -> bool:
    days = [contact["created_on"]] if contact["created_on"] else []
    dated = (
        ("orders", "ordered_on"),
        ("invoices", "issued_on"),
        ("payments", "paid_on"),
        ("tickets", "opened_at"),
        ("interactions", "at"),
    )
    for table, column in dated:
        days += [_day(row[column]) for row in rows[table] if row["customer_id"] == contact["id"]]
    return not days or min(days) <= DAY


def _day(value: dt.date | dt.datetime) -> dt.date:
    return value.date() if isinstance(value, dt.datetime) else value


def reckoned(contact: Facts, rows: dict[str, list[Facts]]) -> Facts:
    own = [o for o in rows["orders"] if o["customer_id"] == contact["id"] and o["ordered_on"] <= DAY]
    own = [o for o in own if o["status"] not in ("draft", "cancelled")]
    totals = {o["id"]: sum(line["net"] for line in rows["order_lines"] if line["order_id"] == o["id"]) for o in own}
    occasions = sorted({o["ordered_on"] for o in own if totals[o["id"]] > 0})
    touches = [
        _day(t["at"]) for t in rows["interactions"] if t["customer_id"] == contact["id"] and _day(t["at"]) <= DAY
    ]
    has_bought = bool(occasions)
    since = DAY - dt.timedelta(days=200)
    return {
        "region": contact["region"], "name": contact["name"], "group": contact["group"],
        "tags": {t.strip().lower() for t in (contact["tags"] or "").replace(";", ",").split(",") if t.strip()},
        "purchases": len(occasions), "first_purchase": occasions[0] if has_bought else None,
        "last_purchase": occasions[-1] if has_bought else None,
        "revenue": sum(totals.values(), Decimal(0)) if has_bought else Decimal(0),
        "revenue_200": sum((totals[o["id"]] for o in own if o["ordered_on"] > since), Decimal(0)),
        "purchases_200": len([day for day in occasions if day > since]),
        "recency": (DAY - occasions[-1]).days if has_bought else None,
        "last_contact": max(touches, default=None),
    }  # fmt: skip


def meets(part: Part, one: Facts) -> bool | None:
    """A rule read slowly: None where it is unknown."""
    if isinstance(part, Joined):
        found = [meets(inner, one) for inner in part.parts]
        decisive = part.word == "or"
        return decisive if decisive in found else None if None in found else not decisive
    if isinstance(part, Negation):
        inner = meets(part.part, one)
        return None if inner is None else not inner
    if isinstance(part, Emptiness):
        return (one[part.field.name] in (None, "", set())) is part.is_empty
    assert isinstance(part, Comparison)
    states = [compared(part, value, one[part.field.name]) for value in part.values]
    if part.operator in ("!=", "!~"):
        return False if False in states else None if None in states else True
    return True if True in states else None if None in states else False


SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b, "!=": lambda a, b: a != b, "<": lambda a, b: a < b, "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b, ">=": lambda a, b: a >= b, "~": lambda a, b: b in a, "!~": lambda a, b: b not in a,
}  # fmt: skip


def compared(part: Comparison, value: Any, held: Any) -> bool | None:
    sign = SIGNS[part.operator]
    if part.field.kind is FieldKind.TAGS:
        is_tagged = str(value).lower() in held
        return (is_tagged if held else None) if part.operator == "=" else not is_tagged
    if part.field.kind is FieldKind.TEXT:
        return None if held is None and part.operator == "~" else sign((held or "").lower(), str(value).lower())
    if held is None:
        return None
    if isinstance(value, Age):  # so many days before the day, told the other way round
        return sign((DAY - held).days, (DAY - value.before(DAY)).days)
    return sign(held, value)


NUMBERS = st.sampled_from(["0", "1", "2.5", "500", "3000", "20_000"])
TESTS = st.one_of(
    st.builds("{} {} {}".format, st.sampled_from(["purchases", "revenue", "revenue_200", "purchases_200", "recency"]),
              st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), NUMBERS),
    st.builds("{} {} {}".format, st.sampled_from(["first_purchase", "last_purchase", "last_contact"]),
              st.sampled_from(["=", "<", "<=", ">", ">="]), st.sampled_from(["30d", "8w", "6m", "2y", "2024-06-30", "today"])),
    st.builds("{} {} {}".format, st.sampled_from(["region", "group", "name"]), st.sampled_from(["=", "!=", "~", "!~"]),
              st.sampled_from(["North", "SOUTH", '"wholesale"', "1", '""', '"o"'])),
    st.sampled_from(["region in (north, west)", "region not in (north, south)", "tags = VIP", "tags != vip", "tags in (old, new)",
                     "region is empty", "last_purchase is not empty", "recency between 10 and 90", "last_purchase between 30d and 1y"]),
)  # fmt: skip
RULES = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        st.builds("not {}".format, inner),
    ),
    max_leaves=5,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rule=RULES)
def test_the_database_reads_a_rule_as_people_do(
    con: duckdb.DuckDBPyConnection, facts: dict[int, Facts], rule: str
) -> None:
    part = read(rule)
    assert chosen(con, rule) == {key for key, one in facts.items() if meets(part, one)}, rule


def test_every_field_can_be_asked(con: duckdb.DuckDBPyConnection) -> None:
    value = {
        FieldKind.NUMBER: "> -1",
        FieldKind.SHARE: "> -900%",
        FieldKind.DATE: "< 90y",
        FieldKind.FLAG: "in (yes, no)",
    }
    for name, field in fields().items():
        sentence = f"{name} {value.get(field.kind, 'is not empty')}"
        known, unknown = chosen(con, sentence), chosen(con, f"{name} is empty")
        assert known | unknown or name in ("website", "address"), name
        if field.kind is not FieldKind.NUMBER:
            assert not known & unknown, name


def test_segments_may_speak_of_segments(con: duckdb.DuckDBPyConnection) -> None:
    rules = {"Big": "revenue > 3000", "North": "region = north", "Both": "in segment big and in segment north"}
    both = chosen(con, "in segment both", rules)
    assert both == chosen(con, rules["Big"]) & chosen(con, rules["North"])
    assert chosen(con, "in segment big and not in segment north", rules) == chosen(con, rules["Big"]) - both


def test_a_ring_of_segments_and_a_missing_one_are_refused(con: duckdb.DuckDBPyConnection) -> None:
    rules = {"a": "in segment b", "b": "in segment c or revenue > 1", "c": "not in segment a"}
    with pytest.raises(ConflictError, match="a → b → c → a"):
        chosen(con, "in segment a", rules)
    with pytest.raises(NotFoundError, match="no segment d"):
        chosen(con, "in segment d", rules)
    with pytest.raises(UsageError, match="no field nothing"):
        chosen(con, "in segment x", {"x": "nothing = 1"})


def test_nobody_who_came_later_is_chosen(con: duckdb.DuckDBPyConnection) -> None:
    early = dt.date(2023, 6, 30)
    before, after = chosen(con, 'code != ""', day=early), chosen(con, 'code != ""')
    assert before < after
    assert chosen(con, "first_purchase < 0d", day=early) == set()


def test_what_is_typed_is_never_sql(con: duckdb.DuckDBPyConnection) -> None:
    hostile = "'; DROP TABLE contacts; --"
    selection = compiled(read(f'name = "{hostile}" or region ~ "x$y"'), {}, as_of=DAY)
    assert hostile not in selection.sql
    assert hostile in selection.values.values()
    assert chosen(con, f'name = "{hostile}"') == set()
