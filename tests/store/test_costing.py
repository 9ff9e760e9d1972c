"""Cost activities: written as undoable steps, refused when they could charge nothing or nonsense."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from crmcli.errors import ConflictError, NotFoundError, UsageError
from crmcli.store.check import check
from crmcli.store.connection import open_to_write, rows, transaction
from crmcli.store.costing import CostActivity, add_activity, cost_activities, remove_activity, require_sound
from crmcli.store.journal import steps
from crmcli.store.undo import undo
from tests.store.made import NOW, take

DAY, END = dt.date(2026, 1, 1), dt.date(2026, 12, 31)
POOL = CostActivity("Stock", "order_line", None, Decimal(500), DAY, END, Decimal(1000))


def test_what_is_added_can_be_undone_and_what_is_removed_comes_back(empty: Path) -> None:
    with open_to_write(empty, wait=0) as con:
        with transaction(con):
            assert add_activity(con, POOL, now=NOW, command="a").created == 1
        assert cost_activities(con) == [POOL]
        with transaction(con):
            step, gone = remove_activity(con, "Stock", None, now=NOW, command="r")
        assert (step.removed, gone, cost_activities(con)) == (1, [POOL], [])
        with transaction(con):
            undo(con, None, now=NOW)
        assert cost_activities(con) == [POOL]
        with transaction(con):
            undo(con, 1, now=NOW)
        assert cost_activities(con) == []
        assert [s.kind for s in steps(con)] == ["undo", "undo", "cost", "cost"]
        assert check(con) == []


def test_one_name_may_have_several_periods_and_then_the_day_says_which(empty: Path) -> None:
    later = CostActivity("Stock", "order_line", Decimal(1), None, END)
    with open_to_write(empty, wait=0) as con, transaction(con):
        add_activity(con, POOL, now=NOW, command="a")
        add_activity(con, later, now=NOW, command="a")
        with pytest.raises(ConflictError, match="from that day on already"):
            add_activity(con, POOL, now=NOW, command="a")
        with pytest.raises(ConflictError, match="several") as refused:
            remove_activity(con, "Stock", None, now=NOW, command="r")
        assert "2026-01-01, 2026-12-31" in str(refused.value.hint)
        with pytest.raises(NotFoundError):
            remove_activity(con, "Stock", dt.date(2026, 5, 5), now=NOW, command="r")
        assert remove_activity(con, "Stock", END, now=NOW, command="r")[1] == [later]
        assert cost_activities(con) == [POOL]


def test_a_name_that_is_not_there_gets_the_nearest(empty: Path) -> None:
    with open_to_write(empty, wait=0) as con, transaction(con):
        add_activity(con, POOL, now=NOW, command="a")
        with pytest.raises(NotFoundError) as refused:
            remove_activity(con, "Stok", None, now=NOW, command="r")
        assert "Stock" in str(refused.value.hint)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"driver": "ordr"},
        {"driver": "interaction:"},
        {"driver": "interaction:CHANNEL"},
        {"rate": Decimal(1)},
        {"pool": None},
        {"pool": Decimal(-1)},
        {"period_from": None},
        {"period_to": None},
        {"period_to": dt.date(2025, 12, 31)},
        {"capacity": Decimal(0)},
        {"rate": Decimal(1), "pool": None},
        {"rate": Decimal(-1), "pool": None, "capacity": None},
    ],
)
def test_an_unsound_activity_is_refused(wrong: dict[str, Any]) -> None:
    fields = {name: getattr(POOL, name) for name in POOL.__slots__}
    require_sound(POOL)
    with pytest.raises(UsageError):
        require_sound(CostActivity(**{**fields, **wrong}))


def test_hostile_names_are_kept_as_they_are(empty: Path) -> None:
    name = "x'); DROP TABLE cost_activities; --[red]\x1b[31m=1+1"
    with open_to_write(empty, wait=0) as con, transaction(con):
        add_activity(con, CostActivity(name, "interaction:=cmd", Decimal("0.0001")), now=NOW, command="a")
        assert cost_activities(con)[0].name == name
        assert remove_activity(con, name, None, now=NOW, command="r")[1][0].rate == Decimal("0.0001")


def test_capacity_can_be_imported_under_its_heading_in_either_language(empty: Path, tmp_path: Path) -> None:
    with open_to_write(empty, wait=0) as con:
        row = {
            "name": "Stock",
            "driver": "order_line",
            "pool": "500",
            "period_from": "2026-01-01",
            "period_to": "2026-12-31",
        }
        take(con, tmp_path, "cost_activities", {**row, "Мощность": "1000"})
        assert cost_activities(con) == [POOL]
        take(con, tmp_path, "cost_activities", {**row, "capacity": "1200"})
        assert rows(con, "SELECT name, capacity FROM cost_activities") == [("Stock", 1200)]
