"""`crmcli deal` as the owner uses it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import Answer, crmcli
from tests.store.made import copied, make

DAY = "2026-06-30"
DEALS = """opportunity_no,customer,stage,amount,opened_on,closed_on,lost_reason,competitor
X1,A1,Meeting,100,2026-01-05,,,
X2,A1,Won,200,2026-01-05,2026-02-01,,
X3,A1,Lost,300,2026-01-05,2026-02-01,Price too high,Rival Ltd
X4,A1,Lead,,,,,
"""


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two customers and a product."""
    folder = tmp_path_factory.mktemp("own")
    store = make(folder / "own.duckdb")
    (folder / "people.csv").write_text("code,name\nA1,Firm One\nA2,=1+1 [red]x\n", encoding="utf-8")
    (folder / "goods.csv").write_text("sku,name,price\nP1,Rack,150\n", encoding="utf-8")
    for file, kind in (("people.csv", "contacts"), ("goods.csv", "products")):
        assert crmcli("import", "run", folder / file, "--as", kind, store=store).code == 0
    return store


@pytest.fixture
def own(taken: Path, tmp_path: Path) -> Path:
    """A copy to write to."""
    return copied(taken, tmp_path)


def deal(store: Path, *words: str, day: str = DAY) -> Answer:
    return crmcli("deal", *words, store=store, env={"CRMCLI_TODAY": day})


def rows_of(answer: Answer) -> list[dict[str, str]]:
    assert answer.code == 0, answer.err
    return list(csv.DictReader(io.StringIO(answer.out)))


def tables_of(answer: Answer) -> dict[str, Any]:
    assert answer.code == 0, answer.err
    found: dict[str, Any] = json.loads(answer.out)
    return {name: table["rows"] for name, table in found.items() if isinstance(table, dict) and "rows" in table}


def brought(store: Path, tmp_path: Path, text: str = DEALS) -> None:
    file = tmp_path / "deals.csv"
    file.write_text(text, encoding="utf-8")
    answer = crmcli("import", "run", file, "--as", "opportunities", store=store, env={"CRMCLI_TODAY": DAY})
    assert answer.code == 0, answer.err


def test_a_deal_goes_from_the_first_word_to_money_and_back(own: Path) -> None:
    added = deal(own, "add", "A1", "New racks", "--amount", "1000", "--opened", "2026-05-01", "--product", "P1")
    assert added.code == 0, added.err
    assert "Stages made to begin with" in added.err
    assert deal(own, "move", "dl-2026-0001", "prop", "--on", "2026-05-11").code == 0
    assert deal(own, "win", "DL-2026-0001", "--amount", "900", "--on", "2026-06-10").code == 0
    (row,) = rows_of(deal(own, "list", "--all", "--format", "csv"))
    assert [row[name] for name in ("deal", "stage", "outcome", "amount", "closed_on")] == [
        "DL-2026-0001", "Won", "won", "900.0000", "2026-06-10",
    ]  # fmt: skip
    moves = tables_of(deal(own, "show", "DL-2026-0001", "--format", "json"))["deal_moves"]
    assert [(one["to_stage"], one["days"]) for one in moves] == [("New", 10), ("Proposal", 30), ("Won", None)]
    (past,) = rows_of(deal(own, "list", "--as-of", "2026-05-20", "--format", "csv"))
    assert (past["stage"], past["outcome"], past["days_in_stage"]) == ("Proposal", "open", "9")
    assert crmcli("undo", store=own).code == 0
    (row,) = rows_of(deal(own, "list", "--format", "csv"))
    assert (row["stage"], row["outcome"], row["amount"]) == ("Proposal", "open", "1000.0000")
    assert crmcli("check", store=own).code == 0


def test_a_loss_needs_its_reason_and_its_competitor_in_words_used_before(own: Path, tmp_path: Path) -> None:
    brought(own, tmp_path)
    assert deal(own, "add", "A1", "x").code == 0
    missing = deal(own, "lose", "DL-2026-0001", "--competitor", "none")
    assert missing.code == 2
    assert "Price too high" in missing.err
    assert "Rival Ltd" in deal(own, "lose", "DL-2026-0001", "--reason", "late").err
    near = deal(own, "lose", "DL-2026-0001", "--reason", "price to high", "--competitor", "none")
    assert near.code == 2
    assert "Did you mean Price too high?" in near.err
    assert deal(own, "lose", "DL-2026-0001", "--reason", "PRICE TOO HIGH", "--competitor", "rival ltd").code == 0
    (row,) = rows_of(crmcli("report", "winloss", "--by", "reason", "--as-of", DAY, "--format", "csv", store=own))[:1]
    assert (row["lost_reason"], row["lost"]) == ("Price too high", "2")
    over = deal(own, "move", "DL-2026-0001", "New")
    assert over.code == 4
    assert "crmcli deal resume DL-2026-0001" in over.err


def test_stages_that_came_with_deals_are_listed_adopted_and_renamed(own: Path, tmp_path: Path) -> None:
    brought(own, tmp_path)
    listed = deal(own, "stages", "list")
    assert "deal stages adopt" in listed.out
    rows = rows_of(deal(own, "stages", "adopt", "--format", "csv"))
    assert [(row["stage"], row["outcome"]) for row in rows] == [
        ("Lead", "open"), ("Meeting", "open"), ("Won", "won"), ("Lost", "lost"),
    ]  # fmt: skip
    assert deal(own, "stages", "remove", "Lead").code == 4
    assert (
        deal(own, "stages", "edit", "Lead", "--name", "First word", "--probability", "15%", "--rot-days", "9").code == 0
    )
    (row,) = rows_of(deal(own, "list", "--stage", "first", "--format", "csv"))
    assert (row["deal"], row["stage"]) == ("X4", "First word")
    assert deal(own, "stages", "add", "Offer", "--after", "Meeting").code == 0
    rows = rows_of(deal(own, "stages", "list", "--format", "csv"))
    assert [row["stage"] for row in rows] == ["First word", "Meeting", "Offer", "Won", "Lost"]
    for _step in range(3):
        assert crmcli("undo", store=own).code == 0
    assert rows_of(deal(own, "stages", "list", "--format", "csv"))[0]["stage_no"] == ""


def test_a_file_that_brings_another_stage_leaves_a_move(own: Path, tmp_path: Path) -> None:
    brought(own, tmp_path)
    changed = DEALS.replace("X1,A1,Meeting,100,2026-01-05,,,", "X1,A1,Won,100,2026-01-05,2026-06-20,,")
    brought(own, tmp_path, changed)
    moves = tables_of(deal(own, "show", "X1", "--format", "json"))["deal_moves"]
    assert [(one["moved_on"], one["from_stage"], one["to_stage"]) for one in moves] == [
        ("2026-06-20", "Meeting", "Won")
    ]
    (past,) = rows_of(deal(own, "list", "--as-of", "2026-06-19", "--stage", "Meeting", "--format", "csv"))
    assert (past["deal"], past["outcome"]) == ("X1", "open")
    assert tables_of(deal(own, "show", "X2", "--format", "json")).get("deal_moves") == []
    assert crmcli("undo", store=own).code == 0
    assert tables_of(deal(own, "show", "X1", "--format", "json")).get("deal_moves") == []


def test_a_dry_run_and_a_refusal_leave_nothing_behind(own: Path) -> None:
    assert "dry run" in deal(own, "add", "A1", "x", "--dry-run").err
    assert rows_of(deal(own, "stages", "list", "--format", "csv")) == []
    refused = {
        ("add", "A1", "x", "--amount", "-1"): 2, ("add", "nobody at all", "x"): 3, ("add", "A1", "x", "--stage", "Won"): 2,
        ("add", "A1", "x", "--expected", "2020-01-01"): 2, ("add", "A1", "x", "--opened", "2027-01-01"): 2,
        ("add", "A1", "x", "--probability", "200"): 2, ("add", "A1", "x", "--product", "P9"): 3, ("win", "DL-2026-0001"): 3,
        ("stages", "set", "/nowhere.csv"): 3, ("list", "--state", "opne"): 2, ("edit", "DL-2026-0001"): 2,
    }  # fmt: skip
    assert {words: deal(own, *words).code for words in refused} == refused
    assert rows_of(deal(own, "list", "--all", "--format", "csv")) == []


def test_hostile_words_are_printed_as_text_and_a_touch_is_tied_to_its_deal(own: Path) -> None:
    assert deal(own, "add", "A2", "[bold]x\x1b[31m<script>", "--note", "=2+2").code == 0
    shown = deal(own, "show", "DL-2026-0001")
    assert "\x1b" not in shown.out
    assert "[bold]x" in shown.out
    touched = crmcli(
        "touch", "A2", "call", "--deal", "DL-2026-0001", "--subject", "terms", store=own, env={"CRMCLI_TODAY": DAY}
    )
    assert touched.code == 0, touched.err
    touches = tables_of(deal(own, "show", "DL-2026-0001", "--format", "json"))["deal_touches"]
    assert [one["subject"] for one in touches] == ["terms"]
    assert crmcli("touch", "A1", "call", "--deal", "DL-2026-0001", store=own, env={"CRMCLI_TODAY": DAY}).code == 4


def test_an_own_chance_goes_first_and_a_rotting_deal_raises_the_alarm(own: Path) -> None:
    assert deal(own, "add", "A1", "x", "--amount", "1000", "--opened", "2026-06-10").code == 0
    assert deal(own, "edit", "DL-2026-0001", "--probability", "80%").code == 0
    (row,) = rows_of(deal(own, "list", "--format", "csv"))
    assert (row["probability"], row["source"], row["weighted"]) == ("0.8", "by hand", "800.0000")
    assert deal(own, "edit", "DL-2026-0001", "--probability", "learned").code == 0
    (row,) = rows_of(deal(own, "list", "--format", "csv"))
    assert (row["probability"], row["source"]) == ("0.1", "stage")
    alarm = deal(own, "rotting", "--fail-if-any", "--format", "csv")  # New rots after 14 days
    assert alarm.code == 10
    assert alarm.out.count("DL-2026-0001") == 1
    assert deal(own, "rotting", "--fail-if-any", "--as-of", "2026-06-20").code == 0
    assert deal(own, "hold", "DL-2026-0001").code == 0
    assert deal(own, "rotting", "--fail-if-any").code == 0
