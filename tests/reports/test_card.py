"""Finding a party, its card and its timeline."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from crmcli.errors import ConflictError, NotFoundError, UsageError
from crmcli.reports.card import card
from crmcli.reports.lookup import find_party
from crmcli.reports.timeline import timeline
from crmcli.table import Figure
from tests.reports.small_store import insert, line, store_of

AS_OF = dt.date(2025, 6, 30)


def moment(day: int, hour: int = 9, month: int = 6) -> dt.datetime:
    """An hour of 2025."""
    return dt.datetime(2025, month, day, hour, 0)


@pytest.fixture
def con() -> Any:
    """A shop with one busy customer (id 2), one quiet one (id 1) and a prospect."""
    facts = [
        line("ACME", "2025-01-10", 100, sku="P", category="cable"),
        line("ACME", "2025-03-10", 300, sku="Q", category="lamps"),
        line(
            "ACME",
            "2025-05-10",
            200,
            sku="P",
            category="cable",
            promised_on=dt.date(2025, 5, 15),
            delivered_on=dt.date(2025, 5, 20),
        ),
        line("ACME", "2025-07-10", 900, sku="P"),
        line("BETA", "2025-06-20", 50),
    ]
    store = store_of(facts, {"P": {"cost": Decimal(10), "category": "cable"}, "Q": {"cost": None, "category": "lamps"}})
    store.execute(
        "UPDATE contacts SET name = 'Acme Wires', tax_id = '7700', email = 'Info@acme.test' WHERE code = 'ACME'"
    )
    store.execute("UPDATE contacts SET name = 'Beta Wires' WHERE code = 'BETA'")
    insert(
        store,
        "contacts",
        {"id": 50, "code": "P1", "name": "Prospective Lamps", "custom": '{"colour": "blue", "gone": null}'},
    )
    insert(store, "people", {"id": 1, "contact_id": 2, "name": "Ann", "email": "ann@acme.test", "primary": True})
    insert(
        store,
        "invoices",
        {
            "id": 1,
            "invoice_no": "I1",
            "customer_id": 2,
            "issued_on": "2025-05-10",
            "due_on": "2025-06-10",
            "amount": 200,
        },
        {
            "id": 2,
            "invoice_no": "I2",
            "customer_id": 2,
            "issued_on": "2025-07-10",
            "due_on": "2025-08-10",
            "amount": 900,
        },
    )
    insert(
        store,
        "payments",
        {"id": 1, "invoice_id": 1, "customer_id": None, "paid_on": "2025-06-15", "amount": 50, "with_invoice": False},
        {"id": 2, "invoice_id": 1, "customer_id": None, "paid_on": "2025-07-15", "amount": 150, "with_invoice": False},
    )
    insert(
        store,
        "tickets",
        {
            "id": 1,
            "ticket_no": "T1",
            "customer_id": 2,
            "kind": "complaint",
            "subject": "late",
            "opened_at": moment(20),
            "closed_at": moment(3, month=7),
        },
        {
            "id": 2,
            "ticket_no": "T2",
            "customer_id": 2,
            "kind": "question",
            "subject": "when",
            "opened_at": moment(21),
            "closed_at": moment(21, 12),
        },
    )
    insert(
        store,
        "interactions",
        {
            "id": 1,
            "customer_id": 2,
            "at": moment(22, 23),
            "channel": "call",
            "direction": "in",
            "kind": "call",
            "subject": "asks",
            "outcome": "promised",
        },
        {
            "id": 2,
            "customer_id": 2,
            "at": moment(1, month=7),
            "channel": "mail",
            "direction": "out",
            "kind": "offer",
            "subject": "later",
            "outcome": None,
        },
    )
    return store


@pytest.mark.parametrize(
    "word", ["ACME", " ACME ", "acme", "7700", "info@ACME.test", "ann@acme.test", "acme wires", "Acme"]
)
def test_a_party_is_found_by_what_only_one_has(con: Any, word: str) -> None:
    assert find_party(con, word).code == "ACME"


def test_several_are_named_and_nobody_gets_the_closest(con: Any) -> None:
    with pytest.raises(ConflictError, match="2 contacts") as conflict:
        find_party(con, "wires")
    assert conflict.value.hint == "say the code: ACME (Acme Wires), BETA (Beta Wires)"
    with pytest.raises(NotFoundError) as missing:
        find_party(con, "Acne Wires")
    assert missing.value.hint
    assert missing.value.hint.startswith("closest: ACME (Acme Wires)")
    with pytest.raises(UsageError):
        find_party(con, "  ")


def rows(tables: list[Any], name: str) -> list[dict[str, Any]]:
    """Rows of one table of the card."""
    table = next(table for table in tables if table.name == name)
    names = [column.name for column in table.columns]
    plain = [[str(value) if isinstance(value, Figure) else value for value in row] for row in table.rows.fetch()]
    return [dict(zip(names, row, strict=True)) for row in plain]


def test_the_card_holds_the_day_s_figures(con: Any) -> None:
    tables = card(con, "ACME", as_of=AS_OF, currency="EUR")
    assert [table.name for table in tables] == [
        "card", "people", "figures", "outlook", "orders", "products", "categories", "invoices", "tickets", "contacts",
    ]  # fmt: skip
    figures = rows(tables, "figures")[0]
    assert (figures["occasions"], figures["revenue"], figures["recency_days"]) == (3, 600, 51)
    assert figures["expected_gap"] == 60
    assert (figures["rfm"], figures["class"], figures["margin"]) == ("133", "A", 280)
    assert [row["order_no"] for row in rows(tables, "orders")] == [
        "ACME/2025-05-10",
        "ACME/2025-03-10",
        "ACME/2025-01-10",
    ]
    assert [(row["sku"], row["revenue"]) for row in rows(tables, "products")] == [("P", 300), ("Q", 300)]
    assert [row["share"] for row in rows(tables, "categories")] == [0.5, 0.5]
    assert [(row["invoice_no"], row["open_amount"], row["days_overdue"]) for row in rows(tables, "invoices")] == [
        ("I1", 150, 20)
    ]
    assert [row["ticket_no"] for row in rows(tables, "tickets")] == ["T1"]
    assert [row["subject"] for row in rows(tables, "contacts")] == ["asks"]


def test_the_card_suggests_why_to_call_most_pressing_first(con: Any) -> None:
    told = {"opened_at": dt.datetime(2024, 1, 1, 9), "first_response_at": dt.datetime(2024, 1, 1, 10)}
    insert(con, "tickets", {"id": 90, "ticket_no": "T90", **told, "closed_at": dt.datetime(2024, 1, 1, 11)})
    headline = card(con, "ACME", as_of=AS_OF, currency="EUR")[0].headline
    assert headline == (
        "Reason to call: settle the complaint T1; 1 invoice overdue, €150.00; late deliveries: 1 of 1; "
        "answers take 255 hours."
    )
    con.execute("UPDATE tickets SET first_response_at = NULL")  # then nobody noted answers, and the wait is unknown
    headline = card(con, "ACME", as_of=AS_OF, currency="EUR")[0].headline
    assert headline is not None
    assert headline.endswith("late deliveries: 1 of 1.")
    assert card(con, "BETA", as_of=AS_OF, currency="EUR")[0].headline == (
        "Nothing pressing; the next purchase is expected about 2025-08-19."
    )


def test_a_prospect_has_a_card_with_the_owner_s_own_fields_and_no_figures(con: Any) -> None:
    tables = card(con, "P1", as_of=AS_OF, currency="EUR")
    assert [table.name for table in tables] == ["card"]
    assert rows(tables, "card") == [
        {"field": "code", "value": "P1"},
        {"field": "name", "value": "Prospective Lamps"},
        {"field": "colour", "value": "blue"},
    ]
    assert tables[0].headline == "Reason to call: a prospect who has not bought yet."


def test_the_timeline_tells_all_channels_newest_first(con: Any) -> None:
    table = timeline(con, "ACME", as_of=AS_OF, currency="EUR")
    told = [(str(row[0])[:10], row[1], row[4]) for row in table.rows.fetch()]
    assert told == [
        ("2025-06-22", "contact", None),
        ("2025-06-21", "ticket", "T2"),
        ("2025-06-20", "ticket", "T1"),
        ("2025-06-15", "payment", "I1"),
        ("2025-05-20", "delivery", "ACME/2025-05-10"),
        ("2025-05-10", "invoice", "I1"),
        ("2025-05-10", "order", "ACME/2025-05-10"),
        ("2025-03-10", "order", "ACME/2025-03-10"),
        ("2025-01-10", "order", "ACME/2025-01-10"),
    ]
    assert table.rows.fetch()[4][6] == "5 days late"
    assert table.rows.fetch()[0][5:7] == ("call", "asks → promised")
    assert table.headline == "9 events, the last 8 days ago (2025-06-22)."


def test_the_timeline_is_cut_by_day_and_number(con: Any) -> None:
    table = timeline(con, "ACME", as_of=AS_OF, since=dt.date(2025, 5, 10), limit=2)
    assert len(table.rows) == 2
    assert "Shown: the newest 2 of 7 events." in table.notes
    assert timeline(con, "P1", as_of=AS_OF).empty == "Nothing is recorded with Prospective Lamps in that time."


def test_facts_after_the_day_change_neither(con: Any) -> None:
    def told() -> list[Any]:
        tables = [*card(con, "ACME", as_of=AS_OF, currency="EUR"), timeline(con, "ACME", as_of=AS_OF)]
        return [(table.headline, table.rows.fetch()) for table in tables]

    before = told()
    for table, moment_of in (
        ("order_lines", "ordered_on"),
        ("orders", "ordered_on"),
        ("invoices", "issued_on"),
        ("payments", "paid_on"),
        ("interactions", '"at"'),
    ):
        con.execute(f"DELETE FROM {table} WHERE CAST({moment_of} AS DATE) > $day", {"day": AS_OF})
    con.execute("UPDATE tickets SET closed_at = NULL WHERE CAST(closed_at AS DATE) > $day", {"day": AS_OF})
    assert told() == before


@pytest.mark.parametrize(
    ("contact", "shown"),
    [
        ({"address": "1 Quay St", "city": "Tver"}, {"address": "1 Quay St, Tver"}),
        ({"address": None, "city": "Tver", "country": "RU"}, {"place": "Tver, RU"}),
        ({"address": "", "region": "North"}, {"place": "North"}),
        ({"address": None, "city": None}, {}),
    ],
)
def test_a_town_alone_is_a_place_and_no_address(contact: dict[str, Any], shown: dict[str, str]) -> None:
    store = store_of([])
    insert(store, "contacts", {"id": 1, "code": "K", "name": "Kappa", **contact})
    rows = dict(card(store, "K", as_of=AS_OF, currency="EUR")[0].rows.fetch())
    assert {name: rows[name] for name in ("address", "place") if name in rows} == shown
