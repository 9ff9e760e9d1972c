"""Money divided: nothing lost, nobody given more than is asked, instalments in order."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.errors import CrmError, UsageError
from crmcli.rules.fulfilment import LineStanding, Reach, standing, stored_status
from crmcli.rules.numbering import count_of, next_number, require_series
from crmcli.rules.settling import (
    Asked,
    Instalment,
    equal_instalments,
    instalments_paid,
    months_later,
    settle,
    told_instalments,
)

DAY = dt.date(2026, 1, 31)
kopecks = st.integers(-10_000, 10_000).map(lambda n: Decimal(n) / 100)


@given(st.lists(kopecks.filter(bool), max_size=6), kopecks.filter(bool))
def test_a_receipt_is_divided_without_loss(amounts: list[Decimal], came: Decimal) -> None:
    asked = [Asked(f"I{place}", amount) for place, amount in enumerate(amounts)]
    settled = settle(asked, came)
    known = dict.fromkeys([one.number for one in asked])
    assert sum((part for _no, part in settled.parts), settled.rest) == came
    wanted = {one.number: one.amount for one in asked}
    assert all(0 < part / wanted[number] <= 1 for number, part in settled.parts)
    assert [number for number, _part in settled.parts] == [n for n in known if n in dict(settled.parts)]
    if settled.rest:  # nothing of that sign is left
        assert all(dict(settled.parts).get(n, 0) == a for n, a in wanted.items() if a * came > 0)


@given(st.integers(1, 100_000), st.integers(1, 24), st.sampled_from([0, 2, 3]))
def test_equal_instalments_make_up_the_whole(units: int, count: int, digits: int) -> None:
    gross = Decimal(units).scaleb(-digits)
    try:
        parts = equal_instalments(gross, count, DAY, digits=digits)
    except UsageError:
        assert units < count
        return
    assert sum(part.amount for part in parts) == gross
    assert len({part.amount for part in parts[:-1]}) <= 1
    assert [part.due_on for part in parts] == sorted({part.due_on for part in parts})
    paid = instalments_paid(parts, gross / 2)
    assert sum(part.paid for part in paid) == gross / 2
    assert all(before.open == 0 or after.paid == 0 for before, after in pairwise(paid))


def test_instalments_as_told() -> None:
    days = [DAY, months_later(DAY, 1), months_later(DAY, 13)]
    assert days[1:] == [dt.date(2026, 2, 28), dt.date(2027, 2, 28)]
    third = [(day, Decimal(share), True) for day, share in zip(days, ("33", "33", "34"), strict=True)]
    parts = told_instalments(Decimal("0.05"), third, digits=2)
    assert [part.amount for part in parts] == [Decimal("0.02"), Decimal("0.02"), Decimal("0.01")]
    for wrong in (
        [(DAY, Decimal(5), False)], [(DAY, Decimal(50), True)] * 2, [(DAY, Decimal(0), False), (days[1], Decimal(10), False)],
        [(DAY, Decimal("9.999"), False), (days[1], Decimal("0.001"), False)],
    ):  # fmt: skip
        with pytest.raises(UsageError):
            told_instalments(Decimal(10), wrong, digits=2)
    assert instalments_paid([Instalment(DAY, Decimal(5))], Decimal(-3))[0].paid == 0


def test_words_follow_from_quantities() -> None:
    def line(*sides: int) -> LineStanding:
        return LineStanding(*map(Decimal, sides))

    assert stored_status([line(5), line(3)], "confirmed") == "confirmed"
    assert stored_status([line(5, 5), line(3, 2)], "confirmed") == "confirmed"
    assert stored_status([line(5, 5, 5), line(3, 3)], "confirmed") == "shipped"
    assert stored_status([line(5, 6, 5)], "confirmed") == "shipped"
    assert stored_status([line(5, 5, 5)], "shipped") == "delivered"
    assert stored_status([line(5, 5, 5, 0, 5, 4)], "shipped") == "delivered"
    assert stored_status([line(5, 5, 5, 1, 4, 4)], "shipped") == "completed"
    assert stored_status([line(5)], "cancelled") == "cancelled"
    assert stored_status([line(-5)], "completed") == "completed"
    assert stored_status([], "confirmed") == "confirmed"
    assert standing([line(5, 5, 2)]).goods == "partly delivered"
    assert standing([line(5, 2)]).shipped is Reach.SOME
    assert (standing([line(5)]).bills, standing([line(5)]).money, standing([line(5)]).back) == (
        "not invoiced",
        "unpaid",
        "",
    )
    assert (line(5, 7, 0, 1).billable, line(5, 7, 0, 1).to_invoice, line(5, 7, 0, 1).shipped_to_invoice) == (6, 4, 6)  # type: ignore[comparison-overlap]
    assert line(-5).to_invoice == -5


def test_numbers() -> None:
    assert next_number("INV", 2026, 0, digits=5).text == "INV-2026-00001"
    assert next_number("S", 2026, 9999).text == "S-2026-10000"
    assert next_number("S", 2026, 0, taken={"S-2026-0001", "S-2026-0002"}).count == 3
    assert count_of("S-2026-0012", "S", 2026) == 12
    assert [count_of(text, "S", 2026) for text in ("S-2025-0012", "SX-2026-1", "S-2026-", "S-2026-1a", "S-2026-٣")] == [
        None
    ] * 5
    assert require_series("СПБ-А") == "СПБ-А"
    for year in (0, 10_000):
        with pytest.raises(CrmError):
            next_number("S", year, 0)
