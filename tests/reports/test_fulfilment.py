"""Fulfilment: by hand, against a slow count in Python, on past days, and where there is nothing to count."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmcli.metrics.catalogue import install
from crmcli.reports import registry
from crmcli.reports.run import run
from tests.reports.small_store import empty_store, insert

AS_OF = dt.date(2026, 6, 30)
SINCE = AS_OF - dt.timedelta(days=365)
Order = dict[str, Any]


def sale(
    promised: int | None, lines: list[tuple[int, str]], *, status: str = "confirmed", shipped: int | None = None,
    delivered: int | None = None, sent: list[tuple[int, int | None, dict[int, int]]] | None = None, who: str = "A",
) -> Order:  # fmt: skip
    """One order: days before as_of; lines of quantity and net; shipments of line → quantity on a day, arriving on another."""
    return {"promised": promised, "lines": lines, "status": status, "shipped": shipped, "delivered": delivered,
            "sent": sent or [], "who": who}  # fmt: skip


def day(back: int | None) -> dt.date | None:
    return None if back is None else AS_OF - dt.timedelta(days=back)


def store_with(orders: list[Order]) -> duckdb.DuckDBPyConnection:
    con = empty_store()
    for number, who in enumerate("BA", 1):
        insert(con, "contacts", {"id": number, "code": who, "name": f"Firm {who}"})
    line_id = shipment_id = part_id = 0
    for number, one in enumerate(orders, 1):
        head = {"customer_id": 1 + "BA".index(one["who"]), "ordered_on": AS_OF - dt.timedelta(days=300)}
        insert(con, "orders", {
            "id": number, "order_no": f"S{number}", "numbered_here": False, "status": one["status"], **head,
            "promised_on": day(one["promised"]), "shipped_on": day(one["shipped"]), "delivered_on": day(one["delivered"]),
        })  # fmt: skip
        ids = []
        for qty, net in one["lines"]:
            line_id += 1
            ids.append(line_id)
            insert(con, "order_lines", {
                "id": line_id, "order_id": number, **head, "counted": one["status"] != "draft", "qty": qty, "net": net,
                "line_no": len(ids), "product_id": None,
            })  # fmt: skip
        for left, came, *rest in one["sent"]:
            shipment_id += 1
            goods = rest[-1]
            insert(con, "shipments", {
                "id": shipment_id, "shipment_no": f"D{shipment_id}", "order_id": number, "shipped_on": day(left),
                "delivered_on": day(came), "carrier": "Post" if len(rest) == 1 else rest[0],
            })  # fmt: skip
            for place, qty in goods.items():
                part_id += 1
                insert(
                    con,
                    "shipment_lines",
                    {"id": part_id, "shipment_id": shipment_id, "order_line_id": ids[place], "qty": qty},
                )
    return con


def by_hand(orders: list[Order], as_of: dt.date) -> list[tuple[dt.date, bool, Decimal]]:
    """Promised lines as of a day: promised on, in time, net not arrived though promised before."""
    since, found = as_of - dt.timedelta(days=365), []
    deliveries = any(
        on and on <= as_of
        for one in orders
        for on in (day(one["delivered"]), *(day(came) for _l, came, _g in one["sent"]))
    )
    shipped = any(
        on and on <= as_of
        for one in orders
        for on in (day(one["shipped"]), *(day(left) for left, _c, _g in one["sent"]))
    )
    for one in orders:
        promised = day(one["promised"])
        if one["status"] in ("draft", "cancelled") or promised is None or not since < promised <= as_of:
            continue
        for place, (qty, net) in enumerate(one["lines"]):
            if qty <= 0 or not (deliveries or shipped):
                continue
            if one["sent"]:
                came = sorted(
                    (on, goods.get(place, 0)) for left, arrived, goods in one["sent"]
                    if (on := day(arrived if deliveries else left)) and on <= as_of
                )  # fmt: skip
                total, arrived_on, inside = 0, None, 0
                for on, part in came:
                    total, inside = total + part, inside + part
                    if arrived_on is None and total >= qty:
                        arrived_on = on
                share = Decimal(max(qty - inside, 0)) / qty
            else:
                raw = day(one["delivered"] if deliveries else one["shipped"])
                if raw is None and one["status"] in ("delivered", "completed"):
                    continue
                arrived_on = raw if raw and raw <= as_of else None
                share = Decimal(1)
            late = Decimal(net) * share if arrived_on is None and promised < as_of else Decimal(0)
            found.append((promised, arrived_on is not None and arrived_on <= promised, late))
    return found


backs = st.integers(-5, 60)
goods = st.dictionaries(st.sampled_from([0, 1]), st.integers(1, 4), min_size=1)
made = st.builds(
    sale, st.one_of(st.none(), backs, st.just(364)), st.lists(st.tuples(st.integers(-1, 5), st.sampled_from(["10", "7.5", "0"])), min_size=2, max_size=2),
    status=st.sampled_from(["confirmed", "confirmed", "delivered", "cancelled", "shipped"]), shipped=st.one_of(st.none(), backs),
    delivered=st.one_of(st.none(), st.none(), backs), sent=st.lists(st.tuples(backs, st.one_of(st.none(), backs), goods), max_size=3),
    who=st.sampled_from("AB"),
)  # fmt: skip


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(made, max_size=4), st.sampled_from([AS_OF, AS_OF - dt.timedelta(days=20)]))
def test_shares_and_what_is_open_agree_with_a_slow_count(orders: list[Order], as_of: dt.date) -> None:
    con, hand = store_with(orders), by_hand(orders, as_of)
    for side in ("month", "customer", "carrier", "product"):
        table = run(registry.find("fulfilment"), con, as_of=as_of, parameters={"by": side}, currency="EUR")
        names = [column.name for column in table.columns]
        rows = [dict(zip(names, row, strict=True)) for row in table.rows.fetch()]
        assert sum(row["lines"] for row in rows) == len(hand)
        assert sum(row["lines_in_time"] for row in rows) == sum(in_time for _p, in_time, _l in hand)
        open_net = sum((row["open_late_net"] for row in rows), Decimal(0))
        assert abs(open_net - sum((late for *_x, late in hand), Decimal(0))) < Decimal("0.001")
        if side == "month":
            assert {row["month"] for row in rows} == {promised.replace(day=1) for promised, *_x in hand}


def test_the_measures_by_hand() -> None:
    orders = [
        sale(
            10, [(4, "40"), (1, "5")], sent=[(14, 12, {0: 2}), (12, 9, {0: 2}), (11, 11, {1: 1})]
        ),  # a day late, in parts
        sale(20, [(2, "20")], delivered=22, shipped=23),
        sale(5, [(3, "30")], sent=[(6, 4, {0: 1})], who="B"),  # two of three never came
        sale(0, [(1, "1")], who="B"),  # promised for today, still time
    ]
    con = store_with(orders)
    table = run(registry.find("fulfilment"), con, as_of=AS_OF, parameters={"by": "customer"}, currency="EUR")
    rows = {row[0]: row[2:] for row in table.rows.fetch()}
    assert rows["A"] == (2, 1, 0.5, 3, 2, pytest.approx(2 / 3), 1.0, 1.0, 1, 0, 0)
    assert rows["B"] == (2, 0, 0.0, 2, 0, 0.0, 5.0, 5.0, 1, 1, 20)
    assert table.headline is not None
    assert "1 order is late" in table.headline
    carriers = run(registry.find("fulfilment"), con, as_of=AS_OF, parameters={"by": "carrier"}, currency="EUR")
    assert {row[0] for row in carriers.rows.fetch()} == {None, "Post"}


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(made, max_size=4))
def test_the_score_card_counts_the_same_lines(orders: list[Order]) -> None:
    con = store_with(orders)
    sql = "SELECT count(*), count(*) FILTER (WHERE in_time) FROM promised_lines(?, ?)"
    install(con, sql)
    hand = by_hand(orders, AS_OF)
    assert con.execute(sql, [SINCE, AS_OF]).fetchall() == [(len(hand), sum(in_time for _p, in_time, _l in hand))]


def test_a_line_of_an_order_delivered_in_parts_is_in_time_by_its_own_parcel() -> None:
    """The first line came in time, half of the second late, the third has not come: the order as a whole has no day yet."""
    sent = [(12, 11, {0: 2}), (12, 8, {1: 1})]
    con = store_with([sale(10, [(2, "20"), (2, "20"), (1, "10")], sent=sent)])
    sql = "SELECT arrived_on, in_time FROM promised_lines(?, ?) ORDER BY arrived_on NULLS LAST"
    install(con, sql)
    came = AS_OF - dt.timedelta(days=11)
    assert con.execute(sql, [SINCE, AS_OF]).fetchall() == [(came, True), (None, False), (None, False)]
    table = run(registry.find("fulfilment"), con, as_of=AS_OF, parameters={}, currency="EUR")
    assert (table.totals["lines"], table.totals["lines_in_time"]) == (3, 1)


@pytest.mark.parametrize("orders", [
    [], [sale(None, [(1, "1")])], [sale(3, [(0, "0")])], [sale(3, [(-1, "-5")], delivered=2)], [sale(3, [(1, "1")], status="draft")],
    [sale(-9, [(1, "1")])], [sale(3, [(1, "99999999999999")], delivered=2)],
])  # fmt: skip
@pytest.mark.parametrize("side", ["month", "product", "carrier", "customer"])
def test_nothing_to_count_is_said(orders: list[Order], side: str) -> None:
    table = run(registry.find("fulfilment"), store_with(orders), as_of=AS_OF, parameters={"by": side}, currency="EUR")
    cells = [cell for row in table.rows.fetch() for cell in row] + list(table.totals.values())
    assert not [cell for cell in cells if isinstance(cell, float | Decimal) and not math.isfinite(cell)]
