"""Moves of deals that files tell of: a file that brings another stage or status of a deal than the store had."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from crmcli.store.connection import scalar

if TYPE_CHECKING:
    from crmcli.store.journal import Writer

_COLUMNS = ("opportunity_id", "move_no", "moved_on", "from_stage", "to_stage", "status", "manager_id")
# What this very step overwrote is in history; a deal newly closed moved on the day it was closed, others on the day of the import,
# and none before its last move.
_MOVED = """
CREATE OR REPLACE TEMP TABLE moves_told AS
WITH changed AS (
    SELECT
        deal.id AS opportunity_id,
        before.stage AS from_stage,
        deal.stage AS to_stage,
        CASE WHEN lower(deal.status) IN ('open', 'hold', 'won', 'lost') THEN lower(deal.status) END AS status,
        deal.manager_id,
        CASE WHEN deal.closed_on IS DISTINCT FROM before.closed_on AND deal.closed_on <= $day THEN deal.closed_on ELSE $day END AS told_on,
        (SELECT max(move.moved_on) FROM deal_moves AS move WHERE move.opportunity_id = deal.id) AS last_on,
        (SELECT coalesce(max(move.move_no), 0) FROM deal_moves AS move WHERE move.opportunity_id = deal.id) AS last_no
    FROM history.opportunities AS before
    INNER JOIN opportunities AS deal ON deal.id = before.id
    WHERE
        before.in_step = $step
        AND before.op = 'update'
        AND trim(coalesce(deal.stage, '')) <> ''
        AND (deal.stage IS DISTINCT FROM before.stage OR lower(deal.status) IS DISTINCT FROM lower(before.status))
)
SELECT
    row_number() OVER (ORDER BY opportunity_id) AS place,
    opportunity_id,
    last_no + 1 AS move_no,
    greatest(told_on, last_on) AS moved_on,
    from_stage,
    to_stage,
    status,
    manager_id
FROM changed
"""


def note_moves(writer: Writer, day: dt.date) -> int:
    """Write a move for every deal whose stage or status this step changed; returns how many. Call inside its transaction."""
    changes = writer.changes.get("opportunities")
    if changes is None or not changes.updated:
        return 0
    writer.con.execute(_MOVED, {"day": day, "step": writer.step})
    count = int(scalar(writer.con, "SELECT count(*) FROM moves_told"))
    if count:
        first = writer.reserve("deal_moves", count)
        writer.con.execute(
            f"CREATE OR REPLACE TEMP TABLE moves_new AS SELECT {first - 1:d} + place AS id, * FROM moves_told"
        )
        writer.insert("deal_moves", _COLUMNS, "moves_new", order="id")
    return count
