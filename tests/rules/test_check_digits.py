"""Check digits, against public examples and another implementation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban
from stdnum.iso7064 import mod_97_10
from stdnum.ru import inn

from crmcli.rules.check_digits import (
    is_account_ru,
    is_bic_ru,
    is_corr_account_ru,
    is_iban,
    is_inn,
    is_kpp,
    is_ogrn,
    is_swift,
)

DIGITS = st.text("0123456789", min_size=9, max_size=12)


@pytest.mark.parametrize(
    "text",
    ["GB72SAMP00000000000001", "DE89 3704 0044 0532 0130 00", "GB29NWBK60161331926819", "gb29nwbk60161331926819"],
)
def test_ibans(text: str) -> None:
    assert is_iban(text)


@pytest.mark.parametrize(
    "text", ["", "GB72SAMP00000000000002", "DE8937040044053201300", "XX", "DE٨٩370400440532013000", "=1+1"]
)
def test_no_ibans(text: str) -> None:
    assert not is_iban(text)


@given(
    st.sampled_from(["GB72SAMP00000000000001", "FR1420041010050500013M02606", "KZ86125KZT5004100100"]),
    st.integers(0, 30),
    st.sampled_from("0123456789AZ"),
)
def test_ibans_as_another_sees_them(text: str, place: int, sign: str) -> None:
    changed = text[:place] + sign + text[place + 1 :]
    is_formed = changed[:2].isalpha() and changed[2:4].isdigit()
    assert is_iban(changed) == (is_formed and mod_97_10.is_valid(changed[4:] + changed[:4]))
    if iban.is_valid(changed, check_country=False):  # which knows the form of each country's accounts besides
        assert is_iban(changed)


@given(DIGITS)
def test_inn_as_another_sees_it(text: str) -> None:
    assert is_inn(text) == inn.is_valid(text)


@given(st.text("0123456789", min_size=9, max_size=9))
def test_exactly_one_last_digit_of_an_inn_is_right(text: str) -> None:
    assert sum(is_inn(text + digit) for digit in "0123456789") == 1


def test_russian_bank_numbers() -> None:
    assert is_bic_ru("049900001")
    assert not is_bic_ru("144525225")
    assert is_corr_account_ru("30101810100000000001", "049900001")
    assert not is_corr_account_ru("30101810100000000002", "049900001")
    right = [digit for digit in "0123456789" if is_account_ru(f"40702810{digit}00000000005", "049900001")]
    assert len(right) == 1
    assert not is_account_ru("4070281", "049900001")


def test_other_numbers() -> None:
    assert is_kpp("999901001")
    assert is_kpp("7736AB001")
    assert not is_kpp("77360100")
    assert is_ogrn("1999900000000")
    assert not is_ogrn("1027700132196")
    assert is_ogrn("304500116000157")
    assert is_swift("SAMPGB2LXXX")
    assert is_swift("SAMPGB2L")
    assert not is_swift("COBADEF")
