"""Plans again, slow and obvious: every step by itself, day by day."""

from __future__ import annotations

import datetime as dt
from typing import Any

Row = dict[str, Any]


def state(plan: Row, step: Row, moves: list[Row], day: dt.date) -> tuple[dt.date, str] | None:
    """Due day and state of a step as known on a day; None: it was not there."""
    if step["made_on"] > day:
        return None
    due_on = step["first_due_on"]
    for move in sorted(moves, key=lambda one: one["move_no"]):
        same = move["plan_id"] == plan["id"] and move["step_no"] == step["step_no"]
        if same and move["moved_on"] <= day:
            due_on = move["due_on"]
    if step["done_on"] is not None and step["done_on"] <= day:
        return due_on, "done"
    if step["skipped_on"] is not None and step["skipped_on"] <= day:
        return due_on, "skipped"
    if plan["closed_on"] is not None and plan["closed_on"] <= day:
        return due_on, "dropped"
    return due_on, "late" if due_on < day else "due"


def kept(
    plan: Row, steps: list[Row], moves: list[Row], day: dt.date
) -> tuple[int, int, float | None, dt.date | None] | None:
    """Steps asked, steps done, their share, and the next open day of one plan; None: it has no step by then."""
    asked = done = count = 0
    following: list[dt.date] = []
    for step in steps:
        found = state(plan, step, moves, day) if step["plan_id"] == plan["id"] else None
        if found is None:
            continue
        count += 1
        due_on, word = found
        done += word == "done"
        if word in ("done", "skipped", "late") or (word == "dropped" and due_on < plan["closed_on"]):
            asked += 1
        if word in ("due", "late"):
            following.append(due_on)
    if not count:
        return None
    return asked, done, done / asked if asked else None, min(following, default=None)
