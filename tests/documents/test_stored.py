"""Facts to JSON and back."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmcli.documents.facts import Entry, Line, Offer, PricedProduct, PriceSheet, Statement
from crmcli.documents.stored import from_json, to_json
from crmcli.errors import CrmError
from tests.documents.made import HOSTILE, hostile_offer, hostile_prices, hostile_statement, offer, prices, statement

TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
AMOUNT = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**14), max_value=10**14)
DAYS = st.dates()

st.register_type_strategy(Decimal, AMOUNT)
st.register_type_strategy(str, TEXT)
st.register_type_strategy(dt.date, DAYS)


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.from_type(Offer), st.from_type(Statement), st.from_type(PriceSheet)))
def test_facts_come_back_equal_and_to_the_same_text(facts: Offer | Statement | PriceSheet) -> None:
    text = to_json(facts)
    back = from_json(text)
    assert back == facts
    assert to_json(back) == text


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_come_back(text: str) -> None:
    for facts in (hostile_offer(text), hostile_prices(text), hostile_statement(text)):
        assert from_json(to_json(facts)) == facts


def test_amounts_are_exact_texts() -> None:
    plain = json.loads(to_json(offer(lines=1, beside=False)))
    assert plain["document"] == "offer"
    assert plain["lines"][0]["unit_price"] == "1234.56"
    assert plain["issued_on"] == "2026-03-12"
    facts = from_json(to_json(statement()))
    assert isinstance(facts, Statement)
    assert isinstance(facts.entries[0], Entry)
    assert facts.entries[0].debit.as_tuple() == Decimal("1200.10").as_tuple()


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"document": "offer", "version": 1}', '{"document": "other", "version": 1}']
)
def test_what_is_no_document_is_refused(text: str) -> None:
    with pytest.raises(CrmError):
        from_json(text)


def test_a_later_version_and_a_wrong_type_are_refused() -> None:
    plain = json.loads(to_json(prices()))
    with pytest.raises(CrmError, match="later"):
        from_json(json.dumps(plain | {"version": 2}))
    with pytest.raises(CrmError):
        from_json(json.dumps(plain | {"digits": "2"}))


def test_no_amount_is_refused() -> None:
    broken = PricedProduct("a", "b", "c", (Decimal("NaN"),))
    with pytest.raises(ValueError, match="no amount"):
        to_json(
            PriceSheet(
                "en",
                "",
                "",
                dt.date(2026, 1, 1),
                None,
                None,
                "EUR",
                2,
                False,
                prices().seller,
                (Decimal(1),),
                (("", (broken,)),),
            )
        )


def test_lines_keep_what_is_not_there() -> None:
    line = Line(1, "", "a", Decimal(1), "", Decimal(1), Decimal(1), Decimal(0), Decimal(1))
    facts = offer(lines=0, beside=False)
    back = from_json(to_json(Offer(**{name: getattr(facts, name) for name in Offer.__slots__} | {"lines": (line,)})))
    assert isinstance(back, Offer)
    assert back.lines[0].discount_pct is None
    assert back.lines[0].tax_rate is None
