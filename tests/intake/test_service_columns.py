"""Columns of service and sales: recognised by what owners call them, and only by that; shares said in three ways."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from crmcli.intake.entities import entity
from crmcli.intake.mapping import settle_mapping
from tests.intake.admit.shop import Shop

DEALS = "opportunity_no,customer,{0}\nD1,C1,{1}\nD2,C1,{2}\n"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


@pytest.mark.parametrize(
    ("name", "heading", "column"),
    [
        ("tickets", "Reassignment count", "reassigned"), ("tickets", "Число переназначений", "reassigned"),
        ("tickets", "made_sla", "sla_kept"), ("tickets", "SLA соблюдён", "sla_kept"), ("tickets", "NPS", "nps"),
        ("tickets", "Дата открытия", "opened_at"), ("tickets", "Переоткрыто", "reopened"),
        ("products", "Гарантия, мес.", "warranty_months"), ("products", "Warranty months", "warranty_months"),
        ("opportunities", "Вероятность, %", "probability"), ("opportunities", "Примечание", "note"),
        ("interactions", "Сделка", "opportunity"),
    ],
)  # fmt: skip
def test_headings(name: str, heading: str, column: str) -> None:
    assert set(settle_mapping([heading], entity(name)).columns) == {column}


@pytest.mark.parametrize(
    ("name", "heading"),
    [("products", "Warranty"), ("products", "Гарантия"), ("tickets", "SLA"), ("tickets", "assignment_group"),
     ("opportunities", "description"), ("tickets", "Recommendation")],
)  # fmt: skip
def test_headings_that_may_mean_anything_stay_the_owners_own(name: str, heading: str) -> None:
    found = settle_mapping([heading], entity(name))
    assert (found.columns, list(found.custom)) == ({}, [heading])


@pytest.mark.parametrize(("heading", "first", "second"), [("chance", "0.25", "1"), ("chance", "25", "100"), ("chance", "25%", "100 %"), ("chance", '"0,25"', "0")])  # fmt: skip
def test_a_share_is_a_share(shop: Shop, heading: str, first: str, second: str) -> None:
    shop.take(shop.file("deals.csv", DEALS.format(heading, first, second)), "--as", "opportunities")
    assert shop.one("SELECT probability FROM opportunities WHERE opportunity_no = 'D1'") == Decimal("0.25")
    assert shop.one("SELECT probability FROM opportunities WHERE opportunity_no = 'D2'") in (0, 1)
    shares = shop.exported("opportunities")
    assert shop.take(shop.file("again.csv", shares), "--as", "opportunities")["unchanged"] == 2


def test_a_share_that_may_be_either_is_asked(shop: Shop) -> None:
    file = shop.file("deals.csv", DEALS.format("chance", "0.5", "50"))
    shop.expect(2, "import", "run", file, "--as", "opportunities")
    assert "chance=probability*0.01" in shop.err
    shop.take(file, "--as", "opportunities", "--map", "chance=probability*0.01")
    assert sorted(shop.rows("SELECT probability FROM opportunities")) == [(Decimal("0.005"),), (Decimal("0.5"),)]


def test_more_than_all_is_refused(shop: Shop) -> None:
    shop.take(shop.file("deals.csv", DEALS.format("chance", "120", "50")), "--as", "opportunities", code=5)
    assert "is no share of a whole" in shop.err


def test_marks_off_their_scale_are_refused(shop: Shop) -> None:
    tickets = "ticket_no,opened_at,nps,reassigned,status\nT1,2026-03-01,11,0,Закрыто\nT2,2026-03-01,9,-1,Active\nT3,2026-03-01,10,2,Закрыта\nT4,2026-03-01,,,на складе\n"
    assert shop.take(shop.file("tickets.csv", tickets), "--as", "tickets", code=5)["rejected"] == 2
    assert shop.rows("SELECT status, nps FROM tickets ORDER BY ticket_no") == [("closed", 10), ("на складе", None)]
