"""Amounts in words, against cases written by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from crmcli.documents.spelling import spell

RUSSIAN = [
    ("0", "RUB", "Ноль рублей 00 копеек"),
    ("0.01", "RUB", "Ноль рублей 01 копейка"),
    ("1", "RUB", "Один рубль 00 копеек"),
    ("2", "RUB", "Два рубля 00 копеек"),
    ("3.03", "RUB", "Три рубля 03 копейки"),
    ("5", "RUB", "Пять рублей 00 копеек"),
    ("11.11", "RUB", "Одиннадцать рублей 11 копеек"),
    ("14", "RUB", "Четырнадцать рублей 00 копеек"),
    ("21.21", "RUB", "Двадцать один рубль 21 копейка"),
    ("22.22", "RUB", "Двадцать два рубля 22 копейки"),
    ("101", "RUB", "Сто один рубль 00 копеек"),
    ("111", "RUB", "Сто одиннадцать рублей 00 копеек"),
    ("1000", "RUB", "Одна тысяча рублей 00 копеек"),
    ("1001", "RUB", "Одна тысяча один рубль 00 копеек"),
    ("1200.05", "RUB", "Одна тысяча двести рублей 05 копеек"),
    ("2000", "RUB", "Две тысячи рублей 00 копеек"),
    ("21000", "RUB", "Двадцать одна тысяча рублей 00 копеек"),
    ("1000000", "RUB", "Один миллион рублей 00 копеек"),
    ("2000000", "RUB", "Два миллиона рублей 00 копеек"),
    ("1234567.89", "RUB", "Один миллион двести тридцать четыре тысячи пятьсот шестьдесят семь рублей 89 копеек"),
    ("999999999999.99", "RUB", ("Девятьсот девяносто девять миллиардов девятьсот девяносто девять миллионов "
     "девятьсот девяносто девять тысяч девятьсот девяносто девять рублей 99 копеек")),
    ("-1.50", "RUB", "Минус один рубль 50 копеек"),
    ("0.999", "RUB", "Один рубль 00 копеек"),
    ("1", "EUR", "Один евро 00 центов"),
    ("22.02", "USD", "Двадцать два доллара США 02 цента"),
    ("5.01", "KZT", "Пять тенге 01 тиын"),
    ("3", "GBP", "Три фунта стерлингов 00 пенсов"),
]  # fmt: skip
ENGLISH = [
    ("0", "EUR", "Zero euros"),
    ("0.01", "EUR", "Zero euros and one cent"),
    ("1", "EUR", "One euro"),
    ("2.02", "USD", "Two US dollars and two cents"),
    ("11", "GBP", "Eleven pounds sterling"),
    ("1.01", "GBP", "One pound sterling and one penny"),
    ("21", "RUB", "Twenty-one roubles"),
    ("1001", "EUR", "One thousand and one euros"),
    ("2000000", "EUR", "Two million euros"),
    ("-5.50", "KZT", "Minus five tenge and fifty tiyn"),
]


@pytest.mark.parametrize(("amount", "currency", "words"), RUSSIAN)
def test_russian(amount: str, currency: str, words: str) -> None:
    assert spell(Decimal(amount), currency, 2, "ru") == words


@pytest.mark.parametrize(("amount", "currency", "words"), ENGLISH)
def test_english(amount: str, currency: str, words: str) -> None:
    assert spell(Decimal(amount), currency, 2, "en") == words


def test_currencies_without_words_are_digits_with_their_code() -> None:
    assert spell(Decimal("1200.5"), "CHF", 2, "en") == "1,200.50\u00a0CHF"
    assert spell(Decimal(1200), "JPY", 0, "ru") == "1\u00a0200\u00a0JPY"
    assert spell(Decimal("1.2345"), "KWD", 3, "ru") == "1,235\u00a0KWD"
    assert spell(Decimal(10) ** 15, "RUB", 2, "ru").endswith("RUB")
