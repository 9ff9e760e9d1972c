"""Tickets again, slow and obvious: how one stands at a moment, by walking its events from the first to the last."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

Event = dict[str, Any]


def stands(events: Sequence[Event], moment: dt.datetime) -> dict[str, Any] | None:
    """Everything ticket_states says of a ticket with a whole thread, None before it was opened."""
    past = [event for event in events if event["at"] <= moment]
    if not past:
        return None
    opened = past[0]
    now: dict[str, Any] = {
        "status": opened["became"] or "open", "agent_id": opened["agent_id"], "first_response_at": None, "resolved_at": None,
        "closed_at": None, "reopened": int(opened["was"]) if opened["was"] else None, "reassigned": 0, "waiting_since": None,
        "priority": None, "csat": None, "nps": None,
    }  # fmt: skip
    for event in past[1:]:
        _follow(now, event)
    return now


def _follow(now: dict[str, Any], event: Event) -> None:
    kind, at = event["kind"], event["at"]
    if kind == "reply" and now["first_response_at"] is None:
        now["first_response_at"] = at
    if kind in ("reply", "message", "resumed") and now["status"] == "waiting":
        now["status"], now["waiting_since"] = "open", None
    if kind == "waiting":
        now["status"], now["waiting_since"] = "waiting", at
    if kind == "resolved":
        now["status"], now["resolved_at"], now["waiting_since"] = "resolved", at, None
    if kind == "closed":
        now["status"], now["closed_at"], now["waiting_since"] = "closed", at, None
    if kind == "reopened":
        now["status"], now["resolved_at"], now["closed_at"] = "open", None, None
        now["waiting_since"], now["reopened"] = None, (now["reopened"] or 0) + 1
    if kind == "assigned":
        now["agent_id"] = event["agent_id"]
        now["reassigned"] += event["was"] is not None
    if kind == "priority":
        now["priority"] = event["became"]
    if kind == "rated":
        name, mark = event["became"].split()
        now[name] = Decimal(mark) if name == "csat" else int(mark)
