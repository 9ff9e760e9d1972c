"""Canonical text of single values."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.intake.workbook.address import column_index, column_letters, parse_address, write_address
from crmcli.intake.workbook.values import round_digits, write_datetime, write_duration, write_number, write_value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"),
        (-0.0, "0"),
        (0.1 + 0.2, "0.3"),
        (1e21, "1000000000000000000000"),
        (1.5e-9, "0.0000000015"),
        (4.07028105e19, "40702810500000000000"),
        (float("nan"), "#NUM!"),
    ],
)
def test_numbers(value: float, text: str) -> None:
    assert write_number(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False, width=64))
def test_any_number_is_plain_and_keeps_fifteen_digits(value: float) -> None:
    text = write_number(value)
    assert "e" not in text.lower()
    assert not text.endswith(".0")
    assert Decimal(text) == Decimal(f"{value:.15g}")


def test_digits_of_written_numbers_are_rounded_but_texts_are_not() -> None:
    assert round_digits("0.30000000000000004") == "0.3"
    assert round_digits("123456789012345678") == "123456789012346000"
    assert round_digits("12345678901234567 pieces") == "12345678901234567 pieces"


def test_moments_lose_their_noise() -> None:
    assert write_datetime(dt.datetime(2025, 12, 31, 14, 4, 59, 999_900)) == "2025-12-31 14:05:00"
    assert write_datetime(dt.datetime(2025, 12, 31, 23, 59, 59, 999_900)) == "2026-01-01"
    assert write_datetime(dt.datetime(2025, 12, 31, 1, 0, 0, 250_000)) == "2025-12-31 01:00:00.250"
    assert write_duration(dt.timedelta(hours=-1, minutes=-30)) == "-01:30:00"
    assert write_value(dt.time(0, 0)) == ("00:00:00", "text")


@given(st.integers(0, 16_383), st.integers(0, 1_048_575))
def test_addresses_read_back(column: int, row: int) -> None:
    assert column_index(column_letters(column)) == column
    assert parse_address(write_address((row, column))) == (row, column)
