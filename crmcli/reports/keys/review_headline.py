"""How things stand with a customer, in one or two sentences: business, risk, plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crmcli import numbers
from crmcli.language import current, ngettext
from crmcli.language import gettext as _
from crmcli.reports.keys.review_figures import STEADY, Found, change, first, money
from crmcli.table import Kind


def headline(found: Found, currency: str) -> str:
    """How things stand: business, risk, plan."""
    growth, outlook = first(found["growth"]), first(found["outlook"])
    if not outlook:
        won = first(found["won"])
        return " ".join(filter(None, (_deals(won, first(found["won_before"]), currency), _open(won))))
    parts = [_business(growth, currency), _risk(outlook, currency), _plan(first(found["plan"]))]
    return " ".join(part for part in parts if part)


def _business(growth: Mapping[str, Any], currency: str) -> str:
    """Revenue of the year, and how it moved."""
    if not growth or not growth["revenue"]:
        return _("They bought nothing in the last 365 days.")
    now, before = growth["revenue"], growth["revenue_before"]
    moved, told = change(now, before), {"revenue": money(now, currency)}
    if moved is None:
        return _("Revenue of 365 days: %(revenue)s, after none the year before.") % told
    told["share"] = numbers.formatter(Kind.SHARE, current(), whole=True)(abs(moved))
    if abs(moved) <= STEADY:
        return _("Revenue of 365 days: %(revenue)s, about as the year before.") % told
    if moved > 0:
        return _("Revenue of 365 days: %(revenue)s, %(share)s more than the year before.") % told
    return _("Revenue of 365 days: %(revenue)s, %(share)s less than the year before.") % told


def _deals(won: Mapping[str, Any], before: Mapping[str, Any], currency: str) -> str:
    """Of one who has no order, but may have deals."""
    if not won or not (won["won"] or before.get("won")):
        return _("A prospect who has not bought yet.")
    told, moved = {"amount": money(won["won"], currency)}, change(won["won"], before.get("won"))
    if moved is None:
        return _("Deals won in 365 days: %(amount)s.") % told
    told["share"] = numbers.formatter(Kind.SHARE, current(), whole=True)(abs(moved))
    if abs(moved) <= STEADY:
        return _("Deals won in 365 days: %(amount)s, about as the year before.") % told
    if moved > 0:
        return _("Deals won in 365 days: %(amount)s, %(share)s more than the year before.") % told
    return _("Deals won in 365 days: %(amount)s, %(share)s less than the year before.") % told


def _open(won: Mapping[str, Any]) -> str:
    count = won.get("open_deals")
    return ngettext("%(count)s deal is open.", "%(count)s deals are open.", count) % {"count": count} if count else ""


def _risk(outlook: Mapping[str, Any], currency: str) -> str:
    amount = {"amount": money(outlook["money_at_risk"], currency)}
    if outlook["band"] == "high":
        return _("They may well be leaving: %(amount)s at risk.") % amount
    if outlook["band"] == "medium":
        return _("They may be leaving: %(amount)s at risk.") % amount
    return _("They are expected to buy again.") if outlook["band"] == "low" else ""


def _plan(plan: Mapping[str, Any]) -> str:
    if not plan or plan["kept_share"] is None:
        return ""
    share = {"share": numbers.formatter(Kind.SHARE, current(), whole=True)(plan["kept_share"])}
    return _("Of the plan %(share)s is kept.") % share
