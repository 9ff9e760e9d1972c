"""Facts as JSON text and back, exactly: what is kept when a document is issued, and what `--format json` gives.

Amounts are texts ("1234.50"), days ISO texts, tuples lists; `document` says which facts they are. Back from text gives
equal facts, and their text again is the same to the byte.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
import types
from dataclasses import fields, is_dataclass
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

from crmcli.documents.facts import Offer, PriceSheet, Statement
from crmcli.errors import CrmError
from crmcli.language import gettext as _

Facts = Offer | Statement | PriceSheet

_KINDS: dict[str, type[Facts]] = {
    "offer": Offer,
    "statement": Statement,
    "price_list": PriceSheet,
}
_VERSION = 1  # of this writing; a later one reads the earlier


def to_json(facts: Facts) -> str:
    """The facts as one JSON object, keys in the order of the fields, without a line break at the end.

    Raises:
        ValueError: An amount is no number.
    """
    kind = next(name for name, made in _KINDS.items() if isinstance(facts, made))
    plain = {"document": kind, "version": _VERSION, **_plain_fields(facts)}
    return json.dumps(plain, ensure_ascii=False, indent=1, allow_nan=False)


def from_json(text: str) -> Facts:
    """The facts that `to_json` wrote.

    Raises:
        CrmError: The text is no such JSON, or was written by a later version.
    """
    try:
        plain = json.loads(text)
        made = _KINDS[plain["document"]]
        if plain["version"] > _VERSION:
            raise CrmError(_("the document was kept by a later version of crmcli"))
        built: Facts = _built(made, plain)
    except (ValueError, KeyError, TypeError, AttributeError, InvalidOperation) as error:
        raise CrmError(_("the kept facts of the document cannot be read"), str(error)) from error
    return built


def _plain_fields(value: Any) -> dict[str, Any]:
    return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}


def _plain(value: Any) -> Any:
    """One value in JSON's own types."""
    if is_dataclass(value):
        return _plain_fields(value)
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError(f"{value} is no amount")
        return format(value, "f")
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    # half a surrogate pair has no place in any encoding
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _built(kind: Any, value: Any) -> Any:
    """One value of the annotated type `kind`."""
    if kind in (str, int, bool):
        if type(value) is not kind:
            raise TypeError(f"{value!r} is no {kind.__name__}")
        return value
    if get_origin(kind) in (Union, types.UnionType):
        return None if value is None else _built(next(one for one in get_args(kind) if one is not type(None)), value)
    if get_origin(kind) is tuple:
        return _tuple(get_args(kind), value)
    if isinstance(kind, type) and is_dataclass(kind):
        return kind(**{name: _built(own, value[name]) for name, own in _types(kind).items() if name in value})
    if kind is Decimal:
        return Decimal(_built(str, value))
    return dt.date.fromisoformat(value) if kind is dt.date else kind(value)


def _tuple(inner: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    if len(inner) == 2 and inner[1] is Ellipsis:
        return tuple(_built(inner[0], one) for one in value)
    return tuple(_built(kind, one) for kind, one in zip(inner, value, strict=True))


@functools.cache
def _types(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)
