"""Findings of the checks in the owner's language: they are put together in SQL, by a thing, its key and a remark."""

from __future__ import annotations

import re

from crmcli.language import N_
from crmcli.language import gettext as _

# Tables that checks name and nothing else does, as "thing" in the shapes below.
_THINGS = (
    N_("answer uses"), N_("answer versions"), N_("answers"), N_("calendar days"), N_("calendar hours"), N_("calendars"),
    N_("deal moves"), N_("deal stages"), N_("sla policies"), N_("ticket events"),
    N_("account needs"), N_("account plans"), N_("duties"), N_("key accounts"), N_("key picks"), N_("key rules"),
    N_("plan cadences"), N_("plan goals"), N_("plan moves"), N_("plan steps"), N_("preferences"),
    N_("document parts"), N_("documents"), N_("forecasts"), N_("instalments"), N_("invoice lines"), N_("order lines"),
    N_("price discounts"), N_("price lists"), N_("quote lines"), N_("quotes"), N_("segment members"), N_("segments"),
    N_("seller details"), N_("shipment lines"), N_("shipments"),
)  # fmt: skip
# The shape of a finding → the message it is; the first that fits. Remarks are marked by the check itself.
_SHAPES = (
    (r"(?P<thing>[a-z_]+) of step (?P<step>\d+)", N_("%(thing)s of step %(step)s")),
    (r"(?P<thing>[a-z_]+) of (?P<day>\d{4}-.+)", N_("%(thing)s of %(day)s")),
    (r"(?P<thing>[a-z_]+) with invoice (?P<key>.+)", N_("%(thing)s with invoice %(key)s")),
    (r"(?P<thing>[a-z_]+) (?P<key>.+), net (?P<net>-?[\d.]+)", N_("%(thing)s %(key)s, net %(net)s")),
    (
        r"(?P<thing>[a-z_]+) (?P<key>.+): paid (?P<paid>-?[\d.]+) of (?P<amount>-?[\d.]+)",
        N_("%(thing)s %(key)s: paid %(paid)s of %(amount)s"),
    ),
    (r"(?P<thing>[a-z_]+) (?P<key>.+): (?P<remark>[a-z ]+)", "%(thing)s %(key)s: %(remark)s"),
    (r"(?P<thing>[a-z_]+) (?P<key>.+)", "%(thing)s %(key)s"),
)
_TRANSLATED = frozenset({"thing", "remark"})


def worded(what: str) -> str:
    """A finding such as "order 17: shipped before it was ordered"; as it is where its shape is unknown."""
    for shape, message in _SHAPES:
        if found := re.fullmatch(shape, what, re.DOTALL):
            parts = found.groupdict()
            return _(message) % {n: _(t.replace("_", " ")) if n in _TRANSLATED else t for n, t in parts.items()}
    return what
