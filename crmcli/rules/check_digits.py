"""Check digits of numbers that banks and tax offices give out: IBAN, ИНН, КПП, БИК, accounts, ОГРН."""

from __future__ import annotations

import re

_INN_10 = (2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN_12 = ((7, 2, 4, 10, 3, 5, 9, 4, 6, 8), (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8))
_ACCOUNT = (7, 1, 3) * 8


def is_iban(text: str) -> bool:
    """ISO 13616: two letters, two check digits, the account; modulo 97 is 1."""
    iban = _bare(text).upper()
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", iban):
        return False
    return int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97 == 1


def is_swift(text: str) -> bool:
    """ISO 9362, by form: it has no check digit."""
    return bool(re.fullmatch(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?", _bare(text).upper()))


def is_inn(text: str) -> bool:
    """ИНН of a firm (10 digits) or of a person (12)."""
    digits = _digits(text)
    if len(digits) == 10:
        return digits[9] == _control(digits, _INN_10)
    return len(digits) == 12 and all(digits[len(weights)] == _control(digits, weights) for weights in _INN_12)


def is_kpp(text: str) -> bool:
    """КПП, by form: it has no check digit."""
    return bool(re.fullmatch(r"[0-9]{4}[0-9A-Z]{2}[0-9]{3}", _bare(text)))


def is_ogrn(text: str) -> bool:
    """ОГРН (13 digits) or ОГРНИП (15): the last is the rest of the others by 11 or 13."""
    bare = _bare(text)
    if not re.fullmatch(r"[0-9]{13}|[0-9]{15}", bare):
        return False
    return int(bare[:-1]) % (len(bare) - 2) % 10 == int(bare[-1])


def is_bic_ru(text: str) -> bool:
    """БИК of a Russian bank, by form: nine digits, the first two 00, 01, 02 or 04."""
    return bool(re.fullmatch(r"(?:00|01|02|04)[0-9]{7}", _bare(text)))


def is_account_ru(account: str, bic: str) -> bool:
    """A 20-digit account at the bank of a БИК: the weighted sum of the bank's three digits and its own ends in 0."""
    own, bank = _bare(account), _bare(bic)
    if not re.fullmatch(r"[0-9]{20}", own) or not is_bic_ru(bank):
        return False
    return _ends_in_zero(bank[-3:] + own)


def is_corr_account_ru(account: str, bic: str) -> bool:
    """The bank's own account: begins with 301; digits 5 and 6 of the БИК stand for the bank."""
    own, bank = _bare(account), _bare(bic)
    if not re.fullmatch(r"301[0-9]{17}", own) or not is_bic_ru(bank):
        return False
    return _ends_in_zero("0" + bank[4:6] + own)


def _ends_in_zero(digits: str) -> bool:
    return sum(int(digit) * weight % 10 for digit, weight in zip(digits, _ACCOUNT, strict=False)) % 10 == 0


def _control(digits: list[int], weights: tuple[int, ...]) -> int:
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=False)) % 11 % 10


def _digits(text: str) -> list[int]:
    bare = _bare(text)
    return [int(sign) for sign in bare] if re.fullmatch(r"[0-9]+", bare) else []


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)
