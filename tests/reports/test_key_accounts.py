"""Key accounts over a store: whom a rule chooses, why, on past days too, and the report on those who are in."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from crmcli.errors import NotFoundError, UsageError
from crmcli.metrics.catalogue import install
from crmcli.reports import registry
from crmcli.reports.keys.facts import read_rule_text
from crmcli.reports.keys.selecting import Selected, select
from crmcli.reports.run import run
from crmcli.reports.segments.compiling import compiled, read
from tests.reports.living_store import as_it_stood, living_store
from tests.reports.small_store import answer, empty_store, insert, line, store_of

DAY = dt.date(2025, 3, 31)
EXAMPLE = """
where = "revenue_365 >= 3000"
stay = "revenue_365 >= 2000"
score = 40
limit = 8
border = 4
[weights]
value = 50
growth = 20
potential = 20
class = 10
"""
CHEAP = EXAMPLE.replace("value", "revenue_365").replace("potential", "purchases_365")  # no model to fit
Row = dict[str, Any]


def chosen(
    con: duckdb.DuckDBPyConnection, text: str, day: dt.date = DAY, rules: dict[str, str] | None = None
) -> Selected:
    return select(con, read_rule_text(text, rules or {}), rules or {}, as_of=day, currency="EUR")


def rows_of(found: Selected) -> list[Row]:
    names = [column.name for column in found.table.columns]
    rows = [dict(zip(names, row, strict=True)) for row in found.table.rows.fetch()]
    return [{**row, "reasons": row["reasons"].replace("\u00a0", " ")} for row in rows]


def keep(con: duckdb.DuckDBPyConnection, found: Selected, day: dt.date) -> None:
    """What the writer does, on a store without a journal."""
    number = con.execute("SELECT coalesce(max(id), 0) FROM key_accounts").fetchall()[0][0]
    inside = {row[0] for row in con.execute("SELECT customer_id FROM key_accounts WHERE left_on IS NULL").fetchall()}
    for customer, why in found.leaving.items():
        con.execute(
            "UPDATE key_accounts SET left_on = $1, left_reason = $2 WHERE customer_id = $3 AND left_on IS NULL",
            [day, why, customer],
        )
    new = [(customer, entry) for customer, entry in found.members.items() if customer not in inside]
    insert(con, "key_accounts", *(
        {"id": number + place, "customer_id": customer, "entered_on": day, "left_on": None, "rule_version": 1,
         "score": entry.score, "entry_reason": entry.reason, "left_reason": None}
        for place, (customer, entry) in enumerate(new, 1)
    ))  # fmt: skip


@pytest.fixture(scope="module")
def firm() -> Iterator[duckdb.DuckDBPyConnection]:
    found = living_store(seed=5, customers=40)
    yield found
    found.close()


@pytest.fixture
def own() -> Iterator[duckdb.DuckDBPyConnection]:
    found = living_store(seed=5, customers=40)
    yield found
    found.close()


# -- the same by slow reckoning --------------------------------------------------------------------------------------------


def sums(con: duckdb.DuckDBPyConnection, start: dt.date, end: dt.date) -> dict[int | None, Decimal]:
    """Net amounts of counted lines in (start, end], line by line."""
    found: dict[int | None, Decimal] = {}
    for customer, on, is_counted, net in con.execute(
        "SELECT customer_id, ordered_on, counted, net FROM order_lines"
    ).fetchall():
        if is_counted and start < on <= end:
            found[customer] = found.get(customer, Decimal(0)) + net
    return found


def slow_scores(values: dict[str, Decimal | None]) -> dict[str, float]:
    known = {code: value for code, value in values.items() if value is not None}
    shares = {}
    for code, value in known.items():
        below = sum(other < value for other in known.values())
        same = sum(other == value for other in known.values())
        shares[code] = (below + (same + 1) / 2) / len(known)
    return {code: shares.get(code, 0.0) for code in values}


@pytest.mark.parametrize("least", [1000, 3000, 6000])
def test_a_selection_is_what_a_slow_reckoning_gives(firm: duckdb.DuckDBPyConnection, least: int) -> None:
    year = dt.timedelta(days=365)
    codes = dict(firm.execute("SELECT id, code FROM contacts").fetchall())
    now, before = sums(firm, DAY - year, DAY), sums(firm, DAY - year * 2, DAY - year)
    revenue = {codes[one]: now.get(one, Decimal(0)) for one in codes}
    changes = {
        codes[one]: (now.get(one, Decimal(0)) - was) / was for one, was in before.items() if one is not None and was > 0
    }
    meet = {code for code, value in revenue.items() if value >= least}
    able = meet | {code for code, value in revenue.items() if value >= least - 900}
    by_revenue = slow_scores({code: revenue[code] for code in able})
    by_change = slow_scores({code: changes.get(code) for code in able})
    score = {code: 100 * (3 * by_revenue[code] + by_change[code]) / 4 for code in able}
    line_ = sorted((code for code in meet if score[code] >= 45), key=lambda code: (-round(score[code], 4), code))
    conditions = f'where = "revenue_365 >= {least}"\nstay = "revenue_365 >= {least - 900}"'
    rule = f"{conditions}\nscore = 45\nlimit = 6\n[weights]\nrevenue_365 = 3\ngrowth = 1"
    rows = rows_of(chosen(firm, rule))
    entering = [row for row in rows if row["verdict"] == "enters"]
    assert [row["customer"] for row in entering] == line_[:6]
    assert [float(row["score"]) for row in entering] == pytest.approx([score[code] for code in line_[:6]], abs=1e-3)
    assert {row["customer"] for row in rows if row["verdict"] == "border"} >= set(line_[6:12])
    places = sorted(able, key=lambda code: (-round(score[code], 4), code))
    assert all(row["rank"] == places.index(row["customer"]) + 1 for row in rows if row["rank"] is not None)


def test_value_potential_and_class_are_those_of_their_reports(firm: duckdb.DuckDBPyConnection) -> None:
    rows = rows_of(chosen(firm, EXAMPLE))
    values = {row["customer"]: row["expected_npv"] for row in answer(firm, "value", DAY)}
    gaps: dict[str, float] = {}
    for row in answer(firm, "whitespace", DAY):
        gaps[row["customer"]] = gaps.get(row["customer"], 0.0) + float(row["expected_amount"]) * row["peers_share"]
    classes = {row["customer"]: row["class"] for row in answer(firm, "abc", DAY)}
    ranked = [row for row in rows if row["rank"] is not None]
    for one in ranked:
        for other in ranked:
            a, b = one["customer"], other["customer"]
            assert (values[a] > values[b]) == (one["value_points"] > other["value_points"])
            assert (gaps.get(a, 0) > gaps.get(b, 0)) == (one["potential_points"] > other["potential_points"])
    assert {classes[row["customer"]]: row["class_points"] for row in ranked if classes[row["customer"]]} == {
        one: points for one, points in (("A", 10), ("B", 5), ("C", 0)) if one in {classes[r["customer"]] for r in ranked}
    }  # fmt: skip


MONTHS = [dt.date(2024 + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1) for month in (2, 6, 10, 15)]


def test_a_past_day_gives_what_it_gave_then(firm: duckdb.DuckDBPyConnection) -> None:
    for day, rule in ((MONTHS[1], CHEAP), (MONTHS[3], EXAMPLE)):
        then = as_it_stood(firm, day)
        now_found, then_found = chosen(firm, rule, day), chosen(then, rule, day)
        assert rows_of(now_found) == rows_of(then_found), day
        assert now_found.table.headline == then_found.table.headline


def test_who_is_in_stays_while_stay_holds_and_every_day_keeps_its_members(own: duckdb.DuckDBPyConnection) -> None:
    inside: set[str] = set()
    stayed_below = 0
    history = {}
    for day in MONTHS:
        found = chosen(own, CHEAP, day)
        rows = rows_of(found)
        members = {row["customer"] for row in rows if row["verdict"] in ("enters", "stays")}
        assert {row["customer"] for row in rows if row["verdict"] in ("stays", "leaves")} == inside
        assert all(row["revenue_365"] >= 2000 for row in rows if row["verdict"] == "stays")
        stayed_below += sum("below the line, but stays" in row["reasons"] for row in rows)
        keep(own, found, day)
        history[day] = members
        inside = members
    assert stayed_below > 0
    assert rows_of(chosen(own, CHEAP, MONTHS[-1])) == rows, "asked again on the same day, it says the same"
    assert {row["customer"] for row in answer(own, "key-accounts", MONTHS[1])} == history[MONTHS[1]]
    again = rows_of(chosen(own, CHEAP, MONTHS[2]))
    assert {row["customer"] for row in again if row["verdict"] in ("enters", "stays")} == history[MONTHS[2]]


def test_the_report_tells_what_the_rows_say(own: duckdb.DuckDBPyConnection) -> None:
    keep(own, chosen(own, CHEAP), DAY)
    year = dt.timedelta(days=365)
    now, before = sums(own, DAY - year, DAY), sums(own, DAY - year * 2, DAY - year)
    whole = sum(now.values())
    ids = dict(own.execute("SELECT code, id FROM contacts").fetchall())
    costs = dict(own.execute("SELECT id, cost FROM products").fetchall())
    lines = own.execute("SELECT customer_id, ordered_on, counted, net, qty, product_id FROM order_lines").fetchall()
    touches = own.execute('SELECT customer_id, "at"::DATE FROM interactions').fetchall()
    rows = answer(own, "key-accounts", DAY)
    assert len(rows) == 8
    paid = {row["customer"]: row["open_amount"] for row in answer(own, "payments", DAY)}
    for row in rows:
        customer = ids[row["customer"]]
        assert row["revenue_365"] == now[customer]
        assert row["share"] == pytest.approx(float(now[customer] / whole))
        was = before.get(customer, Decimal(0))
        assert row["change"] == (pytest.approx(float((now[customer] - was) / was)) if was > 0 else None)
        margin = sum(
            net - qty * costs[product] for who, on, is_counted, net, qty, product in lines
            if who == customer and is_counted and DAY - year < on <= DAY and costs[product] is not None
        )  # fmt: skip
        assert row["margin_365"] == margin
        assert row["open_amount"] == paid.get(row["customer"], 0)
        last = max((on for who, on in touches if who == customer and on <= DAY), default=None)
        assert row["last_contact_days"] == (None if last is None else (DAY - last).days)
    assert [row["revenue_365"] for row in rows] == sorted((row["revenue_365"] for row in rows), reverse=True)


def test_plans_and_their_steps_are_counted(own: duckdb.DuckDBPyConnection) -> None:
    keep(own, chosen(own, CHEAP), DAY)
    first = own.execute("SELECT min(customer_id) FROM key_accounts").fetchall()[0][0]
    plan = {
        "customer_id": first,
        "from_on": dt.date(2025, 1, 1),
        "to_on": dt.date(2025, 12, 31),
        "closed_on": None,
        "note": None,
    }
    insert(own, "account_plans", {"id": 1, "plan_no": "P-1", "level": "proactive", **plan})
    dues = {1: dt.date(2025, 2, 1), 2: dt.date(2025, 3, 1), 3: dt.date(2025, 5, 1)}
    insert(own, "plan_steps", *(
        {"id": n, "plan_id": 1, "step_no": n, "made_on": dt.date(2025, 1, 1), "first_due_on": due, "due_on": due,
         "done_on": dt.date(2025, 2, 2) if n == 1 else None, "skipped_on": None, "manager_id": None}
        for n, due in dues.items()
    ))  # fmt: skip
    told = {row["plan_no"]: row for row in answer(own, "key-accounts", DAY)}
    row = told["P-1"]
    assert (row["level"], row["steps_done"], row["steps_late"]) == ("proactive", 1, 1)
    assert row["next_due_on"] == dues[2], "what is late comes first"
    assert told[None]["steps_done"] is None


# -- by hand, and at the border --------------------------------------------------------------------------------------------

SHOP = [
    line("A", "2025-01-10", 500),
    line("B", "2025-01-10", 400),
    line("C", "2025-01-10", 390),
    line("D", "2025-01-10", 100),
]
RULE = 'where = "revenue_365 >= 400"\n[weights]\nrevenue_365 = 1'


def pick(con: duckdb.DuckDBPyConnection, code: str, side: str, start: str, end: str | None = None) -> None:
    number = con.execute("SELECT id FROM contacts WHERE code = $1", [code]).fetchall()[0][0]
    insert(con, "key_picks", {
        "id": number, "customer_id": number, "side": side, "from_on": start, "to_on": end, "reason": "[red]because",
    })  # fmt: skip


def verdicts(found: Selected) -> dict[str, str]:
    return {row["customer"]: row["verdict"] for row in rows_of(found)}


def test_hand_picked_hold_from_their_first_to_their_last_day() -> None:
    con = store_of(SHOP)
    pick(con, "D", "in", "2025-02-01", "2025-02-10")
    pick(con, "A", "out", "2025-02-05")
    asked = {
        day: verdicts(chosen(con, RULE, dt.date(2025, *day))) for day in ((1, 31), (2, 1), (2, 5), (2, 10), (2, 11))
    }
    assert [asked[day].get("D") for day in asked] == [None, "picked_in", "picked_in", "picked_in", None]
    assert [asked[day]["A"] for day in asked] == ["enters", "enters", "picked_out", "picked_out", "picked_out"]
    found = rows_of(chosen(con, RULE, dt.date(2025, 2, 5)))
    assert next(row for row in found if row["customer"] == "D")["reasons"] == "picked in by hand: [red]because"
    assert next(iter(chosen(con, RULE, dt.date(2025, 2, 5)).members.values())).rule_version is None


def test_the_border_says_by_how_much_and_only_near_misses_are_there() -> None:
    rows = {row["customer"]: row for row in rows_of(chosen(store_of(SHOP), RULE))}
    assert rows["C"]["verdict"] == "border"
    assert rows["C"]["reasons"] == "fails: revenue_365 >= 400 (it is €390.00, off by €10.00 or 2.5 %)"
    assert "D" not in rows, "a quarter of the line is not near it"
    assert verdicts(chosen(store_of(SHOP), RULE.replace("[w", "border = 0\n[w"))) == {"A": "enters", "B": "enters"}


def test_who_leaves_is_told_which_condition_failed() -> None:
    con = store_of(SHOP)
    keep(con, chosen(con, RULE, dt.date(2025, 1, 31)), dt.date(2025, 1, 31))
    insert(con, "order_lines", {
        "id": 99, "order_id": 1, "customer_id": con.execute("SELECT id FROM contacts WHERE code = 'A'").fetchall()[0][0],
        "ordered_on": "2025-02-10", "counted": True, "qty": -1, "net": -300,
    })  # fmt: skip
    rows = {row["customer"]: row for row in rows_of(chosen(con, RULE))}
    assert rows["A"]["verdict"] == "leaves"
    assert (
        rows["A"]["reasons"] == "since 2025-01-31; fails: revenue_365 >= 400 (it is €200.00, off by €200.00 or 50.0 %)"
    )


def test_weights_below_zero_reward_little() -> None:
    con = store_of(SHOP)
    rows = rows_of(chosen(con, 'where = "revenue_365 > 0"\n[weights]\nrevenue_365 = -1'))
    assert [row["customer"] for row in rows] == ["D", "C", "B", "A"]


def test_value_falls_back_and_says_so() -> None:
    rule = 'where = "revenue_365 > 0"\n[weights]\nvalue = 1'
    without = chosen(store_of(SHOP), rule)
    assert any("revenue so far" in note for note in without.table.notes)
    assert [row["customer"] for row in rows_of(without)] == ["A", "B", "C", "D"]
    lines = [
        line("A", "2025-01-10", 500, unit_cost=450),
        line("B", "2025-01-10", 400, unit_cost=100),
        line("C", "2025-01-10", 90),
    ]
    costed = chosen(store_of(lines), rule)
    assert any("margin less cost to serve so far" in note for note in costed.table.notes)
    assert [row["customer"] for row in rows_of(costed)] == ["B", "A", "C"]
    assert "value not known (0 of 100)" in rows_of(costed)[2]["reasons"]
    assert any("not known: value 1" in note for note in costed.table.notes)


def test_potential_is_nothing_for_those_who_leave_nothing_out_and_unknown_without_categories() -> None:
    goods = {"P": {"cost": None, "category": "Cable"}}
    rule = 'where = "revenue_365 > 0"\n[weights]\npotential = 1'
    assert all("potential €0, place 1 of 4" in row["reasons"] for row in rows_of(chosen(
        store_of([{**one, "sku": "P"} for one in SHOP], goods), rule)))  # fmt: skip
    assert all("potential not known" in row["reasons"] for row in rows_of(chosen(store_of(SHOP), rule)))


def test_a_rule_may_ask_segments_but_not_who_is_a_key_account() -> None:
    con = store_of(SHOP)
    rules = {"Big": "revenue > 450", "Ring": "in segment big and key"}
    assert verdicts(chosen(con, "where = 'in segment big'", rules=rules)) == {"A": "enters"}
    for where in ("key", "not key and revenue > 5", "in segment ring"):
        with pytest.raises(UsageError, match="cannot ask who is one"):
            chosen(con, f"where = '{where}'", rules=rules)
    with pytest.raises(NotFoundError, match="no segment bgi"):
        chosen(con, "where = 'in segment bgi'", rules=rules)


STORES: dict[str, list[dict[str, Any]]] = {
    "nothing": [], "one order": [line("A", "2025-01-01")], "one day": [line(who, "2025-01-01", 10) for who in "ABC"],
    "only returns": [line("A", "2025-01-01", -10)], "only anonymous": [line(None, "2025-01-01")], "only the future": [line("A", "2026-06-01")],
    "only drafts": [line("A", "2025-01-01", status="draft")], "very large": [line("A", "2025-01-01", "99999999999999")] * 3,
}  # fmt: skip
WEIGHED = ("nothing", "one order", "only returns")  # stores on which the model is tried, too
TEXTS = (
    CHEAP,
    'where = "revenue_365 >= 0"\n[weights]\nchange = 1\nbasket = -1\ndays_to_pay = 3',
    "where = 'code != \"\"'",
)


@pytest.mark.parametrize("name", STORES)
def test_nothing_fails_or_shows_what_is_no_number(name: str) -> None:
    con = store_of(STORES[name])
    for text in (*((EXAMPLE,) if name in WEIGHED else ()), *TEXTS):
        found = chosen(con, text)
        cells = [cell for row in found.table.rows.fetch() for cell in row]
        assert not [cell for cell in cells if isinstance(cell, float | Decimal) and not math.isfinite(cell)]
        assert "%(" not in " ".join([found.table.headline or "", *found.table.notes])
    keep(con, found, DAY)
    table = run(registry.find("key-accounts"), con, as_of=DAY, parameters={}, currency="EUR", beside=True)
    cells = [cell for row in table.rows.fetch() for cell in row] + list(table.totals.values())
    assert not [cell for cell in cells if isinstance(cell, float | Decimal) and not math.isfinite(cell)]
    assert (table.headline is None) == (len(table.rows) == 0)


def test_a_day_at_the_end_of_the_calendar_is_refused() -> None:
    for day in (dt.date.min, dt.date.max):
        with pytest.raises(UsageError, match="too far away"):
            chosen(empty_store(), EXAMPLE, day)


def test_segments_may_ask_who_is_a_key_account_and_which_deals_there_are() -> None:
    con = store_of(SHOP)
    keep(con, chosen(con, RULE, dt.date(2025, 2, 1)), dt.date(2025, 2, 1))
    ids = dict(con.execute("SELECT code, id FROM contacts").fetchall())
    insert(con, "opportunities", *(
        {"id": n, "opportunity_no": f"O{n}", "customer_id": ids[who], "status": status, "amount": 70, "opened_on": "2025-01-01", "closed_on": end}
        for n, (who, status, end) in enumerate(
            [("A", "won", "2025-02-01"), ("A", "won", "2025-04-01"), ("A", "open", None), ("B", "lost", "2025-02-01"), ("C", "won", "2024-03-31")], 1
        )
    ))  # fmt: skip

    def who(rule: str, day: dt.date = DAY) -> set[str]:
        selection = compiled(read(rule), {}, as_of=day)
        install(con, selection.sql)
        found = {row[0] for row in con.execute(selection.sql, selection.values).fetchall()}
        return {code for code, number in ids.items() if number in found}

    assert who("key") == {"A", "B"}
    assert who("not key") == {"C", "D"}
    assert who("key", dt.date(2025, 1, 31)) == set()
    assert who("won = 70 and deals_won = 1 and open_deals = 2") == {"A"}
    assert who("open_deals = 0 and won = 0") == {"B", "C", "D"}
