"""Values for people and for machines."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli import numbers
from crmcli.table import Figure, Kind

S = numbers.SPACE


@pytest.mark.parametrize(
    ("value", "kind", "currency", "english", "russian"),
    [
        (Decimal("1234567.5"), Kind.MONEY, None, "1,234,567.50", f"1{S}234{S}567,50"),
        (Decimal("1234.5"), Kind.MONEY, "EUR", "€1,234.50", f"1{S}234,50{S}€"),
        (Decimal("-1234.5"), Kind.MONEY, "USD", "-$1,234.50", f"-1{S}234,50{S}$"),
        (Decimal(12), Kind.MONEY, "RUB", f"12.00{S}₽", f"12,00{S}₽"),
        (Decimal(12), Kind.MONEY, "PLN", f"12.00{S}PLN", f"12,00{S}PLN"),
        (Decimal("12.7"), Kind.MONEY, "JPY", f"13{S}JPY", f"13{S}JPY"),
        (Decimal("0.005"), Kind.MONEY, None, "0.01", "0,01"),
        (Decimal("-0.004"), Kind.MONEY, None, "0.00", "0,00"),
        (0.1234, Kind.SHARE, None, f"12.3{S}%", f"12,3{S}%"),
        (-0.0001, Kind.SHARE, None, f"0.0{S}%", f"0,0{S}%"),
        (12, Kind.DAYS, None, "12", "12"),
        (12.25, Kind.DAYS, None, "12.2", "12,2"),
        (12345, Kind.COUNT, None, "12,345", f"12{S}345"),
        (Decimal("1500.2500"), Kind.QUANTITY, None, "1,500.25", f"1{S}500,25"),
        (Decimal("100.0000"), Kind.QUANTITY, None, "100", "100"),
        (2.345, Kind.RATIO, None, "2.35", "2,35"),
        (dt.date(2025, 12, 31), Kind.DATE, None, "2025-12-31", "31.12.2025"),
        (dt.date(987, 1, 2), Kind.DATE, None, "0987-01-02", "02.01.0987"),
        (dt.datetime(2025, 1, 2, 3, 4, 5), Kind.MOMENT, None, "2025-01-02 03:04", "02.01.2025 03:04"),
        ("a_b", Kind.CODE, None, "a_b", "a_b"),
        ("cannot_lose", Kind.LEVEL, None, "cannot lose", "cannot lose"),
    ],
)
def test_values_are_worded_by_kind_and_language(
    value: object, kind: Kind, currency: str | None, english: str, russian: str
) -> None:
    assert numbers.cell(value, kind, language="en", currency=currency) == english
    assert numbers.cell(value, kind, language="ru", currency=currency) == russian


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_unknown_is_a_dash_in_every_kind(kind: Kind, language: str) -> None:
    assert numbers.cell(None, kind, language=language, currency="RUB") == "–"
    assert numbers.machine(None, kind) is None


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan, Decimal("nan"), Decimal("Infinity")])
@pytest.mark.parametrize("kind", [Kind.SHARE, Kind.RATIO, Kind.DAYS, Kind.MONEY, Kind.QUANTITY, Kind.COUNT])
def test_infinity_and_nan_never_come_out(value: float, kind: Kind) -> None:
    assert numbers.cell(value, kind, language="en") == "–"
    assert numbers.machine(value, kind) is None
    assert numbers.machine_text(value, kind) is None


def test_whole_amounts_round_halves_away_from_zero() -> None:
    assert numbers.money(Decimal("1234.50"), "RUB", language="ru", whole=True) == f"1{S}235{S}₽"
    assert numbers.money(Decimal("-1234.50"), language="en", whole=True) == "-1,235"


def test_sums_wider_than_the_default_precision_keep_every_digit() -> None:
    huge = Decimal("12345678901234567890123456789012.3456")
    assert numbers.cell(huge, Kind.MONEY, language="en").endswith("456,789,012.35")
    assert numbers.machine(huge, Kind.MONEY) == "12345678901234567890123456789012.3456"


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (Decimal("1.5000"), Kind.MONEY, "1.5000"),
        (Decimal("0E-10"), Kind.MONEY, "0.0000000000"),
        (5, Kind.MONEY, "5"),
        (Decimal("2.5"), Kind.QUANTITY, "2.5"),
        (Decimal(7), Kind.COUNT, 7),
        (Decimal("0.25"), Kind.SHARE, 0.25),
        (0.1, Kind.SHARE, 0.1),
        (7, Kind.COUNT, 7),
        (dt.date(2025, 12, 31), Kind.DATE, "2025-12-31"),
        (dt.datetime(2025, 1, 1, 10), Kind.MOMENT, "2025-01-01 10:00:00"),
        (dt.datetime(2025, 1, 1, 10, 0, 0, 500_000), Kind.MOMENT, "2025-01-01 10:00:00.5"),
    ],
)
def test_machines_get_plain_values(value: object, kind: Kind, expected: object) -> None:
    found = numbers.machine(value, kind)
    assert found == expected
    assert type(found) is type(expected)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_floats_are_written_without_exponent_and_read_back_the_same(value: float) -> None:
    text = numbers.machine_text(value, Kind.RATIO)
    assert text is not None
    assert "e" not in text.lower()
    assert float(text) == value


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**15), max_value=10**15))
def test_amounts_come_back_within_half_a_cent(amount: Decimal) -> None:
    shown = numbers.cell(amount, Kind.MONEY, language="ru").replace(S, "").replace(",", ".")
    assert abs(Decimal(shown) - amount) <= Decimal("0.005")


@pytest.mark.parametrize(
    ("figure", "english", "russian"),
    [
        (Figure("1234.5", Decimal("1234.5"), Kind.MONEY, "RUB"), "1,234.50 ₽", "1 234,50 ₽"),
        (Figure("0.945", 0.945, Kind.SHARE), "94.5 %", "94,5 %"),
        (Figure("9007", 9007, Kind.COUNT), "9,007", "9 007"),
        (Figure("2026-06-30", dt.date(2026, 6, 30), Kind.DATE), "2026-06-30", "30.06.2026"),
    ],
)
def test_a_figure_is_worded_by_its_own_kind(figure: Figure, english: str, russian: str) -> None:
    for language, wanted in (("en", english), ("ru", russian)):
        assert numbers.cell(figure, Kind.FIGURE, language=language).replace("\u00a0", " ") == wanted
    assert numbers.machine(figure, Kind.FIGURE) == figure.text
    assert numbers.cell(None, Kind.FIGURE, language="en") == "–"
