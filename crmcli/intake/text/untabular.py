"""Texts that are no tables, however they are read: structured data and the exchange format of 1C with banks."""

from __future__ import annotations

import json
import re

from crmcli.errors import UsageError
from crmcli.language import gettext as _

EXCHANGE = "1CClientBankExchange"
LONGEST = 1 << 24  # characters; a longer text is not parsed only to be refused
_OPENS_JSON = re.compile(r"\s*(?:\[\s*)?\{\s*[\"}]")


def refuse_untabular(text: str, name: str) -> None:
    """Raise UsageError for a text whose lines are no rows.

    Args:
        text: The whole file, decoded.
        name: How the owner calls it.
    """
    if text.startswith(EXCHANGE):
        raise UsageError(
            _("%(file)s is an exchange of payment documents with 1C, not a table") % {"file": name},
            _("export the statement of the account as CSV or XLSX"),
        )
    if _is_json(text):
        raise UsageError(
            _("%(file)s is JSON, not CSV") % {"file": name},
            _("write one object a line and name the file .jsonl"),
        )


def _is_json(text: str) -> bool:
    """True for a whole JSON document, or for lines that are one object each."""
    if not _OPENS_JSON.match(text):
        return False
    first = text.lstrip().partition("\n")[0].strip()
    return _parses(first) or (len(text) <= LONGEST and _parses(text))


def _parses(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict | list)
    except (ValueError, RecursionError):
        return False
