"""Whether an e-mail address, a phone and a tax id can be right; doubts are told, never refused."""

from __future__ import annotations

import re

from crmcli.language import gettext as _
from crmcli.rules.check_digits import is_inn

_EMAIL = re.compile(r"[^@\s,;<>]{1,64}@[^@\s,;<>.]+(\.[^@\s,;<>.]+)+")
_INN_LENGTHS = (10, 12)
_LEAST_DIGITS, _MOST_DIGITS = 5, 15  # the most a number can have by ITU-T E.164


def digits(text: str) -> str:
    """The digits of a text."""
    return "".join(sign for sign in text if sign.isascii() and sign.isdigit())


def phone_digits(text: str) -> str:
    """What tells a phone from others however it is spelled: its last ten digits, all where there are fewer."""
    return digits(text)[-10:]


def doubts(*, email: str | None = None, phone: str | None = None, tax_id: str | None = None) -> list[str]:
    """What cannot be right about them, one sentence each; nothing where they are empty."""
    found = []
    if email and not _EMAIL.fullmatch(email):
        found.append(_("%(value)s does not look like an e-mail address") % {"value": repr(email)})
    if phone and not _LEAST_DIGITS <= len(digits(phone)) <= _MOST_DIGITS:
        found.append(_("%(value)s does not look like a phone number") % {"value": repr(phone)})
    bare = (tax_id or "").partition("/")[0].strip()
    if bare.isascii() and bare.isdigit() and len(bare) in _INN_LENGTHS and not is_inn(bare):
        found.append(_("tax id %(value)s: its check digit is wrong") % {"value": bare})
    return found
