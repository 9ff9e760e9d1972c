"""Changes of price rules as told on the command line or in a file: a book as it would be, with nothing written."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crmcli.cli.prices.options import read_fields
from crmcli.cli.prices.rules import FIELDS
from crmcli.errors import NotFoundError, UsageError
from crmcli.language import gettext as _
from crmcli.language import nearest
from crmcli.rules.prices.book import PriceBook, PriceRule
from crmcli.rules.prices.faults import rule_faults

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_NAMES = ("rule_no", "price_list", *FIELDS)
_YES, _NO = frozenset({"true", "yes", "1", "да"}), frozenset({"false", "no", "0", "нет"})


def changed_book(
    book: PriceBook, *, rule: str | None, settings: Sequence[str], drop: Sequence[str], file: str | None
) -> PriceBook:
    """The book with a rule changed, rules dropped, and rules of a file put in.

    Args:
        book: As it is.
        rule: The rule that `settings` change; without one and with settings naming price_list, a new rule.
        settings: "percent=-5", "valid_to=none" …
        drop: Numbers of rules to leave out.
        file: CSV or TOML with rules; one whose rule_no is known replaces that rule.

    Raises:
        UsageError: A setting or the file makes no sense.
        NotFoundError: A rule that is not there.
    """
    known = {one.rule_no: one for one in book.rules}
    for number in (*drop, *([rule] if rule else [])):
        if number not in known:
            raise NotFoundError(_("there is no price rule %(rule)s") % {"rule": number}, nearest(number, list(known)))
    told = dict(_setting(text) for text in settings)
    if rule:
        known[rule] = replace(known[rule], **_fields(told))
    elif told:
        _put(known, [told])
    if file is not None:
        _put(known, _from_file(Path(file)))
    rules = tuple(one for number, one in known.items() if number not in drop)
    for one in set(rules) - set(book.rules):
        _require_sound(book, one)
    return PriceBook(book.lists, rules, book.discounts, book.on, book.currency, book.tax_included)


def _require_sound(book: PriceBook, one: PriceRule) -> None:
    """Refuse a rule that makes no sense, or is of a list that is not there."""
    for name in (one.price_list, one.base_list):
        if name and name not in book.by_name:
            raise NotFoundError(
                _("there is no price list %(name)s") % {"name": name}, nearest(name, list(book.by_name))
            )
    for fault in rule_faults(one):
        raise UsageError(_("rule %(rule)s: %(fault)s") % {"rule": one.rule_no, "fault": fault.words})


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    name = name.strip().replace("-", "_")
    if not equals or name not in _NAMES:
        hint = nearest(name, list(_NAMES)) or ", ".join(_NAMES)
        raise UsageError(_("--set needs NAME=VALUE, and %(text)s is none") % {"text": repr(text)}, hint)
    return name, value


def _put(known: dict[str, PriceRule], given: Iterable[Mapping[str, str]]) -> None:
    """Rules of a file among those known, over those of the same number."""
    for place, row in enumerate(given, 1):
        number = (row.get("rule_no") or "").strip() or f"new{place}"
        fields = _fields({name: value for name, value in row.items() if name != "rule_no" and value.strip()})
        if number in known:
            known[number] = replace(known[number], **fields)
            continue
        if not fields.get("price_list"):
            raise UsageError(_("a new rule needs price_list"), "price_list=Wholesale")
        base = "fixed" if fields.get("price") is not None else "price_list" if fields.get("base_list") else "list"
        known[number] = PriceRule(**{"rule_no": number, "base": base, **fields})


def _fields(told: Mapping[str, str]) -> dict[str, Any]:
    fields = read_fields(dict(told))
    for name in ("active", "priority"):
        if name in fields:
            fields[name] = _whole(name, str(fields[name]))
    return fields


def _whole(name: str, text: str) -> int | bool:
    """A switch or a whole number."""
    word = text.lower()
    if name == "active" and word in _YES | _NO:
        return word in _YES
    if name == "priority" and word.lstrip("-").isdecimal() and len(word) < 10:
        return int(word)
    raise UsageError(_("%(text)s makes no sense for %(name)s") % {"text": repr(text), "name": name})


def _from_file(path: Path) -> list[dict[str, str]]:
    """Rules of a file: CSV with headings, or TOML with [[rule]].

    Raises:
        UsageError: It cannot be read, or names a field that rules do not have.
    """
    try:
        text = path.read_text("utf-8-sig")
        if path.suffix.lower() == ".toml":
            found = tomllib.loads(text).get("rule", [])
            given = [{str(key): str(value) for key, value in row.items()} for row in found]
        else:
            dialect = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
            reader = csv.DictReader(text.splitlines(), delimiter=dialect)
            given = [{str(key): value or "" for key, value in row.items()} for row in reader]
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, AttributeError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(_("%(file)s cannot be read: %(reason)s") % {"file": str(path), "reason": reason}) from None
    for name in sorted({name for row in given for name in row} - set(_NAMES)):
        hint = nearest(name, list(_NAMES)) or ", ".join(_NAMES)
        raise UsageError(_("%(file)s: rules have no %(name)s") % {"file": str(path), "name": name}, hint)
    if not given:
        raise UsageError(_("%(file)s holds no rule") % {"file": str(path)}, ", ".join(_NAMES))
    return given
