"""Undo: exact right after a step, careful later, and itself undoable."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from crmcli.errors import ConflictError, NotFoundError
from crmcli.intake.entities import entities
from crmcli.store.check import check
from crmcli.store.connection import open_to_write, rows, scalar, transaction
from crmcli.store.differences import differences
from crmcli.store.journal import begin, finish, steps
from crmcli.store.undo import Undone, undo
from tests.store.made import NOW, contents, everything, take

CONTACT = {"code": "C1", "name": "First"}
ORDER = {"order_no": "O1", "ordered_on": "2026-01-05", "customer": "C1", "sku": "S1", "qty": 2, "unit_price": "10"}

# A row of every entity, and the same row changed where rows have a key.
ROWS: dict[str, tuple[dict[str, Any], dict[str, Any] | None]] = {
    "contacts": ({"code": "X", "name": "A", "city": "Omsk"}, {"code": "X", "name": "B", "city": "Perm"}),
    "people": ({"company": "C1", "name": "P", "phone": "1"}, {"company": "C1", "name": "P", "phone": "2"}),
    "managers": ({"code": "M", "name": "A"}, {"code": "M", "name": "B"}),
    "products": ({"sku": "K", "name": "A", "price": "1.25"}, {"sku": "K", "name": "A", "price": "1.30"}),
    "orders": (ORDER, {**ORDER, "qty": 3}),
    "invoices": (
        {"invoice_no": "I", "customer": "C1", "issued_on": "2026-01-01", "amount": "5", "paid_on": "2026-01-02"},
        {"invoice_no": "I", "customer": "C1", "issued_on": "2026-01-01", "amount": "6", "paid_on": "2026-01-03"},
    ),
    "payments": (
        {"payment_no": "P", "customer": "C1", "paid_on": "2026-01-01", "amount": "5"},
        {"payment_no": "P", "customer": "C1", "paid_on": "2026-01-01", "amount": "6"},
    ),
    "tickets": (
        {"ticket_no": "T", "customer": "C1", "opened_at": "2026-01-01 10:00", "subject": "a"},
        {"ticket_no": "T", "customer": "C1", "opened_at": "2026-01-01 10:00", "subject": "b"},
    ),
    "ticket_events": ({"ticket_no": "T", "at": "2026-01-01 11:00", "kind": "reply", "text": "a"}, None),
    "interactions": ({"customer": "C1", "at": "2026-01-01 10:00", "channel": "phone", "subject": "a"}, None),
    "opportunities": (
        {"opportunity_no": "D", "name": "a", "customer": "C1", "amount": "5"},
        {"opportunity_no": "D", "name": "a", "customer": "C1", "amount": "6"},
    ),
    "competitor_prices": (
        {"competitor": "R", "sku": "S1", "price": "5", "seen_on": "2026-01-01"},
        {"competitor": "R", "sku": "S1", "price": "6", "seen_on": "2026-01-01"},
    ),
    "cost_activities": (
        {"name": "Visit", "driver": "interaction", "rate": "5", "period_from": "2026-01-01"},
        {"name": "Visit", "driver": "interaction", "rate": "6", "period_from": "2026-01-01"},
    ),
    "categories": ({"name": "Hoses", "parent": "Goods"}, {"name": "Hoses", "parent": "Rubber"}),
    "product_costs": (
        {"sku": "S1", "from_on": "2026-01-01", "cost": "5"},
        {"sku": "S1", "from_on": "2026-01-01", "cost": "6"},
    ),
    "product_packs": ({"sku": "S1", "pack": "box", "pack_qty": "5"}, {"sku": "S1", "pack": "box", "pack_qty": "6"}),
    "product_options": (
        {"sku": "S1", "option": "colour", "value": "red", "amount": "5"},
        {"sku": "S1", "option": "colour", "value": "red", "amount": "6"},
    ),
    "price_rules": (
        {"price_list": "Shops", "sku": "S1", "price": "5"},
        {"price_list": "Shops", "sku": "S1", "price": "6"},
    ),
}


def back(con: Any, number: int | None = None) -> Undone:
    with transaction(con):
        done = undo(con, number, now=NOW)
        assert check(con, inside_import=True) == []
    return done


def test_every_entity_has_a_case() -> None:
    assert set(ROWS) == set(entities())


@pytest.mark.parametrize("entity", sorted(ROWS))
def test_every_table(empty: Path, tmp_path: Path, entity: str) -> None:
    """Added rows go and come back; changed rows get their values back, and lose them again."""
    added, changed = ROWS[entity]
    before = [("contacts", CONTACT), *([("tickets", ROWS["tickets"][0])] if entity == "ticket_events" else [])]
    with open_to_write(empty, wait=5) as con:
        for name, row in before:
            take(con, tmp_path, name, row)
        states = [contents(con)]
        for row in filter(None, (added, changed)):
            assert take(con, tmp_path, entity, row).step is not None
            assert contents(con) != states[-1]
            states.append(contents(con))
        for place in range(len(states) - 1, 0, -1):
            number = len(before) + place
            done = back(con, number)
            assert (contents(con), done.kept) == (states[place - 1], [])
            back(con, done.step.number)
            assert contents(con) == states[place]
            back(con, number)
        for number in range(len(before), 0, -1):
            back(con, number)
        assert all(not found for found in contents(con).values())
        assert check(con) == []


def test_newest_first_without_a_number(store: Path) -> None:
    with open_to_write(store, wait=5) as con:
        assert [back(con).target.number, back(con).target.number] == [2, 1]
        with pytest.raises(NotFoundError, match="nothing to undo"):
            back(con)


def test_twice_is_refused_and_says_how_to_redo(store: Path) -> None:
    with open_to_write(store, wait=5) as con:
        back(con, 2)
        with pytest.raises(ConflictError, match="undone already, by step 3") as refused:
            back(con, 2)
        assert refused.value.hint == "To have it again: crmcli undo 3"
        with pytest.raises(NotFoundError):
            back(con, 99)


def test_touched_row_stays_and_is_named(empty: Path, tmp_path: Path) -> None:
    with open_to_write(empty, wait=5) as con:
        take(con, tmp_path, "contacts", {"code": "A", "name": "a"}, {"code": "B", "name": "b"})
        take(con, tmp_path, "contacts", {"code": "A", "name": "a2"}, {"code": "B", "name": "b2"})
        take(con, tmp_path, "contacts", {"code": "A", "name": "a3"})
        done = back(con, 2)
        assert [(k.table, k.name, k.reason) for k in done.kept] == [("contacts", "A a3", "changed by a later step")]
        assert rows(con, "SELECT code, name FROM contacts ORDER BY code") == [("A", "a3"), ("B", "b")]


def test_customer_of_later_orders_stays(store: Path) -> None:
    with open_to_write(store, wait=5) as con:
        done = back(con, 1)
        assert {k.name for k in done.kept} == {"C0 Firm 0", "C1 Firm 1"}
        assert {k.reason for k in done.kept} == {"rows that stay refer to it"}
        back(con, 2)
        assert scalar(con, "SELECT count(*) FROM orders") == 0
        assert scalar(con, "SELECT count(*) FROM contacts") == 2


def test_order_with_a_later_line_keeps_all_its_lines(empty: Path, tmp_path: Path) -> None:
    with open_to_write(empty, wait=5) as con:
        take(con, tmp_path, "orders", {**ORDER, "line_no": 1}, {**ORDER, "line_no": 2})
        take(con, tmp_path, "orders", {**ORDER, "line_no": 3, "sku": "S3"})
        done = back(con, 1)
        assert scalar(con, "SELECT count(*) FROM order_lines") == 3
        assert {k.table for k in done.kept} >= {"orders", "order_lines"}


def test_order_with_a_touched_line_is_kept_whole(empty: Path, tmp_path: Path) -> None:
    with open_to_write(empty, wait=5) as con:
        take(con, tmp_path, "orders", {**ORDER, "line_no": 1}, {**ORDER, "line_no": 2})
        take(con, tmp_path, "orders", {**ORDER, "line_no": 2, "qty": 9})
        back(con, 1)
        assert rows(con, "SELECT line_no, qty::INT FROM order_lines ORDER BY 1") == [(1, 2), (2, 9)]


def test_line_touched_after_its_order_was_cancelled(empty: Path, tmp_path: Path) -> None:
    """The order goes back to confirmed; the touched line keeps its quantity and counts again."""
    with open_to_write(empty, wait=5) as con:
        take(con, tmp_path, "orders", {**ORDER, "line_no": 1, "status": "confirmed"})
        take(con, tmp_path, "orders", {**ORDER, "line_no": 1, "status": "cancelled"})
        take(con, tmp_path, "orders", {**ORDER, "line_no": 1, "status": "cancelled", "qty": 7})
        back(con, 2)
        assert rows(
            con, "SELECT o.status, l.qty::INT, l.counted FROM orders o JOIN order_lines l ON l.order_id = o.id"
        ) == [("confirmed", 7, True)]
        back(con, 3)
        assert rows(con, "SELECT qty::INT, counted FROM order_lines") == [(2, True)]
        back(con)
        assert scalar(con, "SELECT count(*) FROM orders") == 0


def test_old_values_that_refer_to_a_row_gone_stay_away(empty: Path, tmp_path: Path) -> None:
    with open_to_write(empty, wait=5) as con:
        take(con, tmp_path, "managers", {"code": "M1", "name": "One"}, {"code": "M2", "name": "Two"})
        take(con, tmp_path, "contacts", {**CONTACT, "manager": "M1"})
        take(con, tmp_path, "contacts", {**CONTACT, "manager": "M2"})
        done = back(con, 1)
        assert [k.name for k in done.kept] == ["M2 Two"]  # M1 was needed by nobody any more
        done = back(con, 3)
        assert [(k.name, k.reason) for k in done.kept] == [("C1 First", "what its old values refer to is gone")]


@pytest.mark.parametrize("entity", ["contacts", "interactions", "invoices", "payments"])
def test_what_came_again_does_not_come_twice(empty: Path, tmp_path: Path, entity: str) -> None:
    """Undo an import, take the file in again, then undo the undo: the rows are there once."""
    with open_to_write(empty, wait=5) as con:
        take(con, tmp_path, "contacts", CONTACT)
        take(con, tmp_path, entity, ROWS[entity][0])
        state = everything(con)
        first = back(con, 2)
        take(con, tmp_path, entity, ROWS[entity][0])
        done = back(con, first.step.number)
        assert everything(con) == state
        assert {k.reason for k in done.kept} <= {"there is one again", "what it refers to is gone"}
        assert done.kept
        assert check(con) == []


def test_lines_of_an_order_written_since_do_not_come_twice(empty: Path, tmp_path: Path) -> None:
    with open_to_write(empty, wait=5) as con:
        take(con, tmp_path, "orders", ORDER)
        take(con, tmp_path, "orders", ORDER, {**ORDER, "sku": "S2"})
        first = back(con, 2)
        take(con, tmp_path, "orders", ORDER, {**ORDER, "sku": "S2"})
        state = everything(con)
        back(con, first.step.number)
        assert everything(con) == state


def test_undo_of_something_older_counts_as_touch(empty: Path, tmp_path: Path) -> None:
    """Step 2 and step 3 change one row; both undone, newest first; having step 3 again must not bring step 2 back."""
    with open_to_write(empty, wait=5) as con:
        take(con, tmp_path, "contacts", {"code": "A", "name": "a", "city": "x"})
        take(con, tmp_path, "contacts", {"code": "A", "name": "b"})
        take(con, tmp_path, "contacts", {"code": "A", "city": "y", "name": "b"})
        third = back(con, 3)
        back(con, 2)
        done = back(con, third.step.number)
        assert [k.reason for k in done.kept] == ["changed by a later step"]
        assert rows(con, "SELECT name, city FROM contacts") == [("a", "x")]


def test_row_changed_and_removed_in_one_step_comes_back_as_it_was(store: Path) -> None:
    """A merge will do this: change a row, then remove it."""
    with open_to_write(store, wait=5) as con:
        back(con, 2)
        before = contents(con)
        with transaction(con):
            writer = begin(con)
            con.execute("CREATE OR REPLACE TEMP TABLE renamed AS SELECT id, 'Other' AS name FROM contacts")
            writer.update("contacts", ["name"], "renamed")
            writer.remove("contacts", "SELECT id FROM contacts WHERE code = 'C0'")
            number = finish(writer, now=NOW, kind="merge", command="merge").number
        assert contents(con) != before
        back(con, number)
        assert contents(con) == before


def test_differences_are_those_of_the_step_not_of_today(empty: Path, tmp_path: Path) -> None:
    with open_to_write(empty, wait=5) as con:
        for name in ("a", "b", "c"):
            take(con, tmp_path, "contacts", {"code": "A", "name": name})
        assert [(d.column, d.before, d.after) for d in differences(con, 2, limit=10)] == [("name", "a", "b")]
        assert [(d.column, d.before, d.after) for d in differences(con, 3, limit=10)] == [("name", "b", "c")]
        number = back(con, 3).step.number
        assert [(d.column, d.before, d.after) for d in differences(con, 3, limit=10)] == [("name", "b", "c")]
        assert [(d.column, d.before, d.after) for d in differences(con, number, limit=10)] == [("name", "c", "b")]
        assert differences(con, 1, limit=10) == []
        assert differences(con, 2, limit=0) == []
        with pytest.raises(NotFoundError):
            differences(con, 99, limit=10)


def test_differences_name_removed_and_returned_rows(store: Path) -> None:
    with open_to_write(store, wait=5) as con:
        gone = differences(con, back(con, 2).step.number, limit=100)
        assert {(d.table, d.before, d.after) for d in gone} >= {("orders", "was there", None)}
        again = differences(con, back(con, 3).step.number, limit=100)
        assert {(d.table, d.before, d.after) for d in again} >= {("orders", None, "is there again")}


def test_journal_is_newest_first_and_ids_are_never_used_twice(store: Path, tmp_path: Path) -> None:
    with open_to_write(store, wait=5) as con:
        used = scalar(con, "SELECT max(id) FROM contacts")
        back(con), back(con)
        take(con, tmp_path, "contacts", CONTACT)
        assert [s.number for s in steps(con)] == [5, 4, 3, 2, 1]
        assert scalar(con, "SELECT min(id) FROM contacts") > used


def test_history_has_every_column_of_its_table(empty: Path) -> None:
    from crmcli.store.migrate import unkept_columns

    with open_to_write(empty, wait=5) as con:
        assert unkept_columns(con) == []
        con.execute("ALTER TABLE contacts ADD COLUMN extra DATE")
        assert unkept_columns(con) == ["contacts"]


def test_a_row_removed_and_made_anew_in_one_step_comes_back(empty: Path, tmp_path: Path) -> None:
    with open_to_write(empty, wait=5) as con:
        take(con, tmp_path, "contacts", CONTACT)
        before = contents(con)
        with transaction(con):
            writer = begin(con)
            con.execute("CREATE OR REPLACE TEMP TABLE gone AS SELECT id FROM contacts")
            writer.remove("contacts", "SELECT id FROM gone")
            number = writer.reserve("contacts", 1)
            con.execute(f"CREATE OR REPLACE TEMP TABLE anew AS SELECT {number} AS id, 'C1' AS code, 'Second' AS name")
            writer.insert("contacts", ("code", "name"), "anew")
            step = finish(writer, now=NOW, kind="contact", command="made anew")
        after = contents(con)
        with transaction(con):
            done = undo(con, step.number, now=NOW)
        assert done.kept == []
        assert contents(con) == before
        with transaction(con):
            assert undo(con, done.step.number, now=NOW).kept == []
        assert contents(con) == after
        assert check(con) == []


def test_a_row_put_back_gives_way_to_one_that_must_stay(empty: Path, tmp_path: Path) -> None:
    with open_to_write(empty, wait=5) as con:
        take(con, tmp_path, "contacts", CONTACT)
        with transaction(con):
            writer = begin(con)
            con.execute("CREATE OR REPLACE TEMP TABLE gone AS SELECT id FROM contacts")
            writer.remove("contacts", "SELECT id FROM gone")
            number = writer.reserve("contacts", 1)
            con.execute(f"CREATE OR REPLACE TEMP TABLE anew AS SELECT {number} AS id, 'C1' AS code, 'Second' AS name")
            writer.insert("contacts", ("code", "name"), "anew")
            step = finish(writer, now=NOW, kind="contact", command="made anew")
        take(con, tmp_path, "orders", ORDER)
        with transaction(con):
            done = undo(con, step.number, now=NOW)
        assert {(kept.table, kept.reason) for kept in done.kept} == {
            ("contacts", "rows that stay refer to it"), ("contacts", "there is one again")
        }  # fmt: skip
        assert rows(con, "SELECT name FROM contacts") == [("Second",)]
        assert check(con) == []
