"""How one deal stands on a day, and which stages there are."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.metrics.catalogue import install
from crmcli.reports.deals.weighing import LEAST_WON
from crmcli.reports.sections import named, sections
from crmcli.rules.deals.stages import HOLD, OPEN, OUTCOMES
from crmcli.store.deals.stages import SeenStage
from crmcli.table import Column, Kind, ListRows, Table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

STAGES = (
    Column("stage_no", N_("No"), Kind.COUNT),
    Column("stage", N_("Stage"), Kind.TEXT),
    Column("outcome", N_("Outcome"), Kind.LEVEL, words=OUTCOMES),
    Column("probability", N_("Chance"), Kind.SHARE),
    Column("rot_days", N_("Rots after, days"), Kind.DAYS),
    Column("rot_source", N_("Limit by"), Kind.LEVEL),
    Column("open_deals", N_("Open deals"), Kind.COUNT),
    Column("deals", N_("All deals"), Kind.COUNT),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A deal on a day: fields as of the metric deals_on; outcome None: over, how is not known."""

    stage: str | None
    outcome: str | None
    closed_on: dt.date | None
    days_in_stage: int | None
    stage_since: dt.date | None
    has_moves: bool

    @property
    def is_over(self) -> bool:
        """Whether it was closed, in whatever way."""
        return self.outcome not in (OPEN, HOLD)


def standing(con: DuckDBPyConnection, deal_id: int, as_of: dt.date) -> Standing | None:
    """How a deal stands on a day; None where it was not known by then."""
    sql = sections("deals", "deal_lists")["standing"]
    install(con, sql)
    found = con.execute(sql, {"as_of": as_of, "deal": deal_id}).fetchall()
    return Standing(*found[0]) if found else None


def seen_stages(con: DuckDBPyConnection) -> list[SeenStage]:
    """Stages that deals are in and nobody has defined, with what their own words tell of their outcome."""
    sql = sections("deals", "deal_lists")["seen"]
    install(con, sql)
    return [
        SeenStage(str(name), int(deals), OPEN if outcome == HOLD else str(outcome))
        for name, deals, outcome in con.execute(sql).fetchall()
    ]


def stages_table(con: DuckDBPyConnection, as_of: dt.date) -> Table:
    """Stages in their order with the deals in each; those not defined at the end, without a number."""
    sql = sections("deals", "deal_lists")["stages"]
    install(con, sql)
    rows = con.execute(sql, named(sql, {"as_of": as_of, "least": LEAST_WON})).fetchall()
    loose = sum(row[0] is None for row in rows)
    notes = [
        _(
            "Rots after: the days said of a stage, else learned: four in five deals won were shorter in it (%(least)s at least)."
        )
        % {"least": LEAST_WON}
    ]
    headline = None
    if loose:
        sentence = ngettext(
            "%(count)s stage came with deals and is not defined; take it over: crmcli deal stages adopt",
            "%(count)s stages came with deals and are not defined; take them over: crmcli deal stages adopt",
            loose,
        )
        headline = sentence % {"count": loose}
    return Table(
        "deal_stages", _("Stages of deals"), STAGES, ListRows(rows), headline=headline, notes=tuple(notes),
        empty=_("There are no stages yet; begin with a ready set: crmcli deal stages start"),
    )  # fmt: skip
