"""Amounts in words, as Russian and English documents write them.

Russian custom: "Одна тысяча двести рублей 05 копеек", the minor unit in digits. English: both in words.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from crmcli.documents.figures import amount
from crmcli.numbers import SPACE, rounded

_LIMIT = 10**15  # beyond it, digits say it better


@dataclass(frozen=True, slots=True)
class _Names:
    """Forms for 1, 2–4 and 5; English uses the first and the last."""

    major: tuple[str, str, str]
    minor: tuple[str, str, str]


_RUSSIAN = {
    "RUB": _Names(("рубль", "рубля", "рублей"), ("копейка", "копейки", "копеек")),
    "EUR": _Names(("евро", "евро", "евро"), ("цент", "цента", "центов")),
    "USD": _Names(("доллар США", "доллара США", "долларов США"), ("цент", "цента", "центов")),
    "KZT": _Names(("тенге", "тенге", "тенге"), ("тиын", "тиына", "тиынов")),
    "GBP": _Names(("фунт стерлингов", "фунта стерлингов", "фунтов стерлингов"), ("пенс", "пенса", "пенсов")),
}
_ENGLISH = {
    "RUB": _Names(("rouble", "", "roubles"), ("kopeck", "", "kopecks")),
    "EUR": _Names(("euro", "", "euros"), ("cent", "", "cents")),
    "USD": _Names(("US dollar", "", "US dollars"), ("cent", "", "cents")),
    "KZT": _Names(("tenge", "", "tenge"), ("tiyn", "", "tiyn")),
    "GBP": _Names(("pound sterling", "", "pounds sterling"), ("penny", "", "pence")),
}


def spell(value: Decimal, currency: str, digits: int, language: str) -> str:
    """An amount in words, capitalised; of a currency without words here, in digits with its ISO code.

    Args:
        value: The amount; rounded to `digits`.
        currency: ISO code.
        digits: Decimals of its minor unit.
        language: "en" or "ru".
    """
    exact = rounded(value, digits)
    names = (_RUSSIAN if language == "ru" else _ENGLISH).get(currency.upper())
    if names is None or digits != 2 or abs(exact) >= _LIMIT:
        return f"{amount(exact, digits, language)}{SPACE}{currency}"
    whole, part = divmod(int(abs(exact) * 100), 100)
    said = _russian(whole, part, names) if language == "ru" else _english(whole, part, names)
    if exact < 0:
        said = f"{'минус' if language == 'ru' else 'minus'} {said}"
    return said[0].upper() + said[1:]


def _russian(whole: int, part: int, names: _Names) -> str:
    from num2words import num2words

    said = str(num2words(whole, lang="ru"))
    said = f"одна {said}" if said.startswith("тысяча") else said  # on documents the first word is never left out
    said = f"один {said}" if said.startswith(("миллион", "миллиард", "триллион")) else said
    return f"{said} {_form(whole, names.major)} {part:02} {_form(part, names.minor)}"


def _english(whole: int, part: int, names: _Names) -> str:
    from num2words import num2words

    said = f"{num2words(whole, lang='en')} {names.major[0 if whole == 1 else 2]}"
    return f"{said} and {num2words(part, lang='en')} {names.minor[0 if part == 1 else 2]}" if part else said


def _form(number: int, forms: tuple[str, str, str]) -> str:
    """The form of a Russian noun after a number."""
    if number % 100 in range(11, 15):
        return forms[2]
    last = number % 10
    return forms[0] if last == 1 else forms[1] if last in range(2, 5) else forms[2]
