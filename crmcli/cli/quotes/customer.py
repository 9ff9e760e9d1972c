"""Who the quote is for, in a few words on stderr: group, class, what is overdue, what stands over the credit limit."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from crmcli.language import gettext as _
from crmcli.numbers import money

if TYPE_CHECKING:
    from decimal import Decimal

    import duckdb

_STANDING = """
WITH owed AS (
    SELECT
        coalesce(sum("open"), 0) AS open_amount,
        coalesce(sum("open") FILTER (WHERE due_on < $day), 0) AS overdue_amount
    FROM invoice_states($day)
    WHERE customer_id = $customer
)
SELECT
    contact."group", contact.price_list, contact.credit_limit, owed.open_amount, owed.overdue_amount,
    score.rfm, score."group" AS rfm_group, score.last_purchase_on
FROM contacts AS contact
CROSS JOIN owed
LEFT JOIN rfm($day) AS score ON score.customer_id = contact.id
WHERE contact.id = $customer
"""


def standing(
    con: duckdb.DuckDBPyConnection, customer_id: int, *, day: dt.date, amount: Decimal | None, currency: str
) -> list[str]:
    """What the owner should know of a customer before a quote goes out.

    Args:
        con: A store.
        customer_id: Who.
        day: As of which.
        amount: What the quote comes to; None: it is in another currency.
        currency: The store's, as invoices are in it.
    """
    from crmcli.metrics.catalogue import install
    from crmcli.store.connection import rows

    install(con, _STANDING)
    found = rows(con, _STANDING, {"day": day, "customer": customer_id})
    if not found:
        return []
    group, price_list, limit, owed, overdue, rfm, rfm_group, last = found[0]
    said = [_known(group, price_list, rfm, rfm_group, last)]
    if overdue > 0:
        words = {"overdue": money(overdue, currency), "open": money(owed, currency)}
        said.append(_("  Careful: %(overdue)s is overdue, of %(open)s not paid yet") % words)
    if limit is not None and amount is not None and owed + amount > limit:
        words = {"sum": money(owed + amount, currency), "limit": money(limit, currency)}
        said.append(_("  Careful: with this quote %(sum)s would be open; the credit limit is %(limit)s") % words)
    return [line for line in said if line]


def _known(
    group: str | None, price_list: str | None, rfm: str | None, rfm_group: str | None, last: dt.date | None
) -> str:
    facts = []
    if group:
        facts.append(_("group %(group)s") % {"group": group})
    if rfm_group:
        facts.append(_("RFM %(rfm)s, %(group)s") % {"rfm": rfm, "group": _(rfm_group.replace("_", " "))})
    if last:
        facts.append(_("last purchase %(day)s") % {"day": _day(last)})
    if price_list:
        facts.append(_("price list %(name)s") % {"name": price_list})
    return _("  Customer: %(facts)s") % {"facts": "; ".join(facts)} if facts else ""


def _day(day: dt.date) -> str:
    from crmcli.numbers import cell
    from crmcli.table import Kind

    return cell(day, Kind.DATE)
