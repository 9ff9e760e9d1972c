"""Numbers and addresses that are well formed and belong to nobody."""

from __future__ import annotations

INN_PREFIX = "9999"
LAST_DIGIT = (2, 4, 10, 3, 5, 9, 4, 6, 8)
ELEVENTH_DIGIT = (7, *LAST_DIGIT)
TWELFTH_DIGIT = (3, *ELEVENTH_DIGIT)


def checked(digits: str, weights: tuple[int, ...]) -> str:
    """The digits with the check digit of a Russian tax number (INN) behind them."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))
    return digits + str(total % 11 % 10)


def company_inn(number: int) -> str:
    """A ten-digit INN with right check digit, beginning 9999 as every sample here."""
    return checked(f"{INN_PREFIX}{number:05d}", LAST_DIGIT)


def trader_inn(number: int) -> str:
    """A twelve-digit INN of a sole trader with right check digits, beginning 9999."""
    return checked(checked(f"{INN_PREFIX}{number:06d}", ELEVENTH_DIGIT), TWELFTH_DIGIT)


def russian_phone(area: str, number: int, style: int) -> str:
    """A phone in one of four ways of writing; no Russian subscriber's number begins with 000.

    Args:
        area: Three-digit area code.
        number: 0–9999.
        style: 0–3, which way of writing.
    """
    first, last = divmod(number, 100)
    return (
        f"+7 ({area}) 000-{first:02d}-{last:02d}",
        f"8 ({area}) 000-{first:02d}-{last:02d}",
        f"+7{area}000{number:04d}",
        f"8-{area}-000-{first:02d}-{last:02d}",
    )[style % 4]


def british_phone(number: int) -> str:
    """A London number out of those kept for drama: +44 20 7946 0000–0999."""
    return f"+44 20 7946 0{number % 1000:03d}"


def mail_address(word: str, number: int) -> str:
    """An address in a domain that is reserved for examples."""
    domain = "example.com" if number % 4 else "sample.test"
    return f"{word}{number:03d}@{domain}"
