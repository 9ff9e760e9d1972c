"""The details an owner may set about the own firm: what each means, and what is wrong with a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from crmcli.errors import UsageError
from crmcli.language import N_, nearest
from crmcli.language import gettext as _
from crmcli.rules import check_digits
from crmcli.rules.numbering import require_series

_LONGEST = 4000
_MOST_DAYS = 3650
IN_LANGUAGES = ("name", "full_name", "address", "bank", "director", "accountant")  # may differ by language: name_en


@dataclass(frozen=True, slots=True)
class Key:
    """One detail: what it is called, what it means, and a value to show how it looks."""

    name: str
    meaning: str
    example: str


KEYS = (
    Key("name", N_("name of the firm"), "Sample Fittings Ltd"),
    Key("full_name", N_("name in full, for documents; else the name"), "Sample Fittings Limited"),
    Key("tax_id", N_("tax number (ИНН), 10 or 12 digits in Russia"), "9999000165"),
    Key("kpp", N_("КПП of a Russian firm"), "999901001"),
    Key("ogrn", N_("ОГРН, or the registration number"), "1999900000000"),
    Key("address", N_("address"), "1 Sample Street, Exampleton"),
    Key("phone", N_("telephone"), "+44 20 0000 0000"),
    Key("email", N_("e-mail address, also the sender of letters"), "sales@sample.example"),
    Key("website", N_("website"), "sample.example"),
    Key("bank", N_("name of the bank"), "Sample Bank"),
    Key("account", N_("account, 20 digits in Russia"), "40702810000000000005"),
    Key("bic", N_("БИК of a Russian bank, or its SWIFT/BIC"), "049900001"),
    Key("corr_account", N_("correspondent account of a Russian bank"), "30101810100000000001"),
    Key("iban", N_("IBAN, for payments in euro"), "GB72SAMP00000000000001"),
    Key("director", N_("who signs as director"), "J. Sample"),
    Key("accountant", N_("who signs as accountant"), "A. Sample"),
    Key("tax_rate", N_("usual rate of VAT, percent; unset: no VAT is stated"), "20"),
    Key("prices_include_tax", N_("whether the catalogue's prices include VAT: yes or no"), "yes"),
    Key("tax_mode", N_("where VAT is rounded: line (on each) or total (once for each rate)"), "total"),
    Key("invoice_series", N_("series of invoice numbers"), "INV"),
    Key("credit_series", N_("series of credit note numbers"), "CN"),
    Key("quote_valid_days", N_("days a quote holds"), "14"),
    Key("payment_terms_days", N_("days to pay an invoice"), "14"),
    Key("min_margin_percent", N_("least margin of a line of a quote, percent of its price before tax"), "5"),
    Key("quote_terms", N_("terms below quotes, in any language without its own"), "Delivery within five working days."),
    Key("quote_terms_en", N_("terms below quotes in English"), "Delivery within five working days."),
    Key("quote_terms_ru", N_("terms below quotes in Russian"), "Срок поставки 5 рабочих дней."),
    *(
        Key(f"{name}_{language}", meaning, example)
        for language, meaning, example in (
            ("en", N_("the same on documents in English"), "Sample"),
            ("ru", N_("the same on documents in Russian"), "Пример"),
        )
        for name in IN_LANGUAGES
    ),
)
_DAYS = {"quote_valid_days", "payment_terms_days"}
_PERCENTS = {"tax_rate", "min_margin_percent"}
_YES = {"yes": "yes", "no": "no", "да": "yes", "нет": "no", "true": "yes", "false": "no", "1": "yes", "0": "no"}


def checked(key: str, value: str) -> str:
    """The value of a detail as it is kept.

    Raises:
        UsageError: There is no such detail, or the value cannot be one of it.
    """
    known = [one.name for one in KEYS]
    if key not in known:
        hint = nearest(key, known) or _("All details: crmcli seller keys")
        raise UsageError(_("there is no detail %(key)s of the seller") % {"key": key}, hint)
    text = value.strip()
    if not text:
        raise UsageError(_("%(key)s: nothing was said") % {"key": key}, f"crmcli seller unset {key}")
    if len(text) > _LONGEST:
        raise UsageError(_("%(key)s: more than %(most)s characters") % {"key": key, "most": _LONGEST})
    if key in _DAYS:
        return _days(key, text)
    if key in _PERCENTS:
        return _percent(key, text)
    if key == "tax_mode" and text not in ("line", "total"):
        raise UsageError(_("%(key)s is one of: %(choices)s") % {"key": key, "choices": "line, total"})
    if key == "prices_include_tax":
        if text.lower() not in _YES:
            raise UsageError(_("%(key)s is one of: %(choices)s") % {"key": key, "choices": "yes, no"})
        return _YES[text.lower()]
    if key in ("invoice_series", "credit_series"):
        return require_series(text)
    return text


def doubts(details: Mapping[str, str]) -> list[tuple[str, str]]:
    """What looks wrong in details, as key and sentence: check digits, above all. Nothing here is refused."""
    account, bic = details.get("account", ""), details.get("bic", "")
    tax_id = details.get("tax_id", "")
    looks_like_inn = tax_id.isascii() and tax_id.isdigit() and len(tax_id) in (10, 12)
    is_russian = bool(account) and not details.get("iban")
    found = [
        ("tax_id", (is_russian or looks_like_inn) and not check_digits.is_inn(tax_id), _("the check digit of the ИНН is wrong")),
        ("kpp", not check_digits.is_kpp(details.get("kpp", "999901001")), _("a КПП has nine signs")),
        ("ogrn", is_russian and not check_digits.is_ogrn(details.get("ogrn", "1999900000000")), _("the check digit of the ОГРН is wrong")),
        ("bic", not (check_digits.is_bic_ru(bic) or check_digits.is_swift(bic)), _("this is neither a БИК of nine digits nor a SWIFT/BIC")),
        ("account", check_digits.is_bic_ru(bic) and not check_digits.is_account_ru(account, bic),
         _("the account does not go with the БИК: its check digit is wrong")),
        ("corr_account", check_digits.is_bic_ru(bic) and not check_digits.is_corr_account_ru(details.get("corr_account", ""), bic),
         _("the correspondent account does not go with the БИК")),
        ("iban", not check_digits.is_iban(details.get("iban", "")), _("the check digits of the IBAN are wrong")),
        ("email", "@" not in details.get("email", ""), _("this is no e-mail address")),
    ]  # fmt: skip
    return [(key, sentence) for key, wrong, sentence in found if wrong and details.get(key)]


def _days(key: str, text: str) -> str:
    if not text.isascii() or not text.isdigit() or int(text) > _MOST_DAYS:
        raise UsageError(_("%(key)s is a number of days, at most %(most)s") % {"key": key, "most": _MOST_DAYS})
    return str(int(text))


def _percent(key: str, text: str) -> str:
    try:
        number = Decimal(text.rstrip("% ").replace(",", "."))
    except InvalidOperation:
        number = Decimal(-1)
    if not (number.is_finite() and 0 <= number <= 100) or number != round(number, 4):
        raise UsageError(_("%(key)s is a percentage, 0 to 100") % {"key": key})
    return format(number.normalize(), "f")
