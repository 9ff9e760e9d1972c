"""Open deals with what each is worth: amount or list price × chance of winning; and which of them are rotting."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from crmcli.language import gettext as _
from crmcli.language import ngettext
from crmcli.metrics.catalogue import install
from crmcli.numbers import cell
from crmcli.reports.deals.chances import keep_chances, win_chances
from crmcli.reports.sections import named, sections
from crmcli.table import Kind

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from crmcli.reports.deals.chances import Chances

LEAST_WON = 20  # deals won that must tell how long a stage takes, before a limit is learned from them
SILENT_DAYS = 30  # days without a touch after which an open deal is rotting, unless said


def weigh(con: DuckDBPyConnection, as_of: dt.date, *, silent: int = SILENT_DAYS) -> Chances:
    """The temporary table weighed_deals: deals open or on hold on a day, by opportunity_id; returns their chances.

    Columns: those of deals_on; code and name of customer, manager, product; region (the manager's, else the customer's),
    stage_no and stage_name as defined; value (amount, else list price, NULL: neither), is_list_price; probability, low, high, source; weighted; limit_days
    and limit_source (stage; or learned, of deals without moves: of the days since opening), age, touched_on, silent_days (NULL:
    no touch is recorded in the store at all); is_stuck, is_silent, is_rotting (never of those on hold).
    """
    chances = win_chances(con, as_of)
    keep_chances(con, chances)
    sql = sections("deals", "weighed_deals")["deals"]
    install(con, sql)
    values = {"as_of": as_of, "day_after": as_of + dt.timedelta(1), "silent": silent, "least": LEAST_WON}
    con.execute(f"CREATE OR REPLACE TEMP TABLE weighed_deals AS {sql}", named(sql, values))
    return chances


def rotting_note(silent: int) -> str:
    """When a deal is called rotting."""
    return _(
        "Rotting: longer in its stage than the days said of it (crmcli deal stages), else than four in five deals won were "
        "(where %(least)s of them tell; of deals whose moves are not known: since they were opened), or no touch for "
        "%(silent)s days where touches are noted. Deals on hold do not rot."
    ) % {"least": LEAST_WON, "silent": cell(silent, Kind.COUNT)}


def unmoved_note(count: int) -> str:
    """From when the days in the stage of so many deals are counted."""
    sentence = ngettext(
        "No move of %(deals)s deal is known: its days are counted from its opening, its limit is that of all stages so far.",
        "No move of %(deals)s deals is known: their days are counted from their opening, their limit is that of all stages so far.",
        count,
    )
    return sentence % {"deals": cell(count, Kind.COUNT)}
