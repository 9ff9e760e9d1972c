"""`crmcli segment` as the owner uses it, on the sample firm."""

from __future__ import annotations

import csv
import io
import json
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import Answer, crmcli

DAY = "2026-06-30"


@pytest.fixture
def own(firm: Path, tmp_path: Path) -> Path:
    """A copy of the sample firm to write to."""
    store = tmp_path / "own.duckdb"
    for part in firm.parent.glob(f"{firm.name}*"):
        shutil.copy(part, tmp_path / part.name.replace(firm.name, store.name))
    return store


def segment(store: Path, *words: str) -> Answer:
    return crmcli("segment", *words, store=store, env={"CRMCLI_TODAY": DAY})


def rows_of(answer: Answer) -> list[dict[str, Any]]:
    assert answer.code == 0, answer.err
    rows: list[dict[str, Any]] = json.loads(answer.out)["rows"]
    return rows


def members(answer: Answer) -> set[str]:
    assert answer.code == 0, answer.err
    return {row["customer"] for row in csv.DictReader(io.StringIO(answer.out))}


def test_a_segment_is_saved_shown_and_taken_back(own: Path) -> None:
    rule = "revenue_365 > 100000 and last_purchase > 60d and not departed"
    saved = segment(own, "define", "Sleeping", rule, "--note", "to call")
    assert saved.code == 0
    assert "crmcli undo" in saved.err
    shown = members(segment(own, "show", "SLEEPING", "--format", "csv"))
    assert shown == members(segment(own, "preview", rule, "--format", "csv", "--limit", "999"))
    listed = rows_of(segment(own, "list", "--format", "json"))
    assert [(row["segment"], row["customers"], row["note"]) for row in listed] == [("Sleeping", len(shown), "to call")]
    assert crmcli("undo", store=own).code == 0
    assert segment(own, "show", "Sleeping").code == 3


def test_a_rule_is_changed_and_the_old_one_comes_back(own: Path) -> None:
    segment(own, "define", "Big", "revenue > 1000")
    segment(own, "define", "big", "revenue > 500_000")
    (row,) = rows_of(segment(own, "list", "--format", "json"))
    assert row["rule"] == "revenue > 500_000"
    crmcli("undo", store=own)
    (row,) = rows_of(segment(own, "list", "--format", "json"))
    assert (row["segment"], row["rule"]) == ("Big", "revenue > 1000")


def test_ready_made_groups_are_those_of_the_reports(firm: Path) -> None:
    rfm = csv.DictReader(io.StringIO(crmcli("report", "rfm", "--as-of", DAY, "--format", "csv", store=firm).out))
    champions = {row["customer"] for row in rfm if row["group"] == "champion"}
    assert champions
    assert members(segment(firm, "show", "rfm-champion", "--format", "csv")) == champions
    stages = csv.DictReader(
        io.StringIO(crmcli("report", "lifecycle", "--as-of", DAY, "--format", "csv", store=firm).out)
    )
    cherished = {row["customer"] for row in stages if row["stage"] == "cherish"}
    assert members(segment(firm, "show", "stage-cherish", "--format", "csv")) == cherished


def test_how_a_rule_is_read_is_told(firm: Path) -> None:
    told = rows_of(
        segment(firm, "preview", "not new and (region is empty or revenue_90 > 0)", "--explain", "--format", "json")
    )
    assert [row["condition"].strip() for row in told] == [
        "all of these:",
        "not new",
        "any of these:",
        "region is empty",
        "revenue_90 > 0",
    ]
    assert all(row["customers"] > 0 for row in told)


def test_a_wrong_word_is_pointed_at(firm: Path) -> None:
    answer = segment(firm, "preview", "revenue > 5 and regoin = North")
    assert answer.code == 2
    assert "character 17" in answer.err
    assert "regoin" in answer.err
    assert "region" in answer.err.splitlines()[1]
    assert "Traceback" not in answer.err


def test_only_those_who_agreed_are_exported(own: Path) -> None:
    segment(own, "define", "Everyone", 'code != ""')
    everyone = segment(own, "export", "everyone", "--format", "csv")
    agreed = segment(own, "export", "everyone", "--for", "mail", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(agreed.out)))
    assert rows
    assert {row["consent_mail"] for row in rows} == {"true"}
    left_out = len(list(csv.DictReader(io.StringIO(everyone.out)))) - len(rows)
    assert f"{left_out} contacts were left out" in agreed.err
    assert segment(own, "export", "everyone", "--for", "mial").code == 2


def test_a_segment_others_speak_of_is_not_dropped(own: Path) -> None:
    segment(own, "define", "Big", "revenue > 1000")
    segment(own, "define", "Big and late", "in segment big and overdue > 1")
    refused = segment(own, "drop", "big")
    assert refused.code == 4
    assert "Big and late" in refused.err
    assert segment(own, "drop", "big and late").code == 0
    assert segment(own, "drop", "big").code == 0
    assert segment(own, "drop", "big").code == 3


def test_a_kept_list_stays_when_the_rule_changes(own: Path) -> None:
    segment(own, "define", "Big", "revenue > 1000")
    before = members(segment(own, "show", "big", "--format", "csv"))
    assert segment(own, "snapshot", "big").code == 0
    assert segment(own, "snapshot", "big").code == 4, "one list a day"
    segment(own, "define", "Big", "revenue > 900_000")
    now = members(segment(own, "show", "big", "--format", "csv"))
    assert now < before
    rows = rows_of(segment(own, "history", "big", "--months", "1", "--format", "json"))
    assert [(row["day"], row["kept"]) for row in rows] == [("2026-05-31", "no"), (DAY, "yes")]
    assert rows[-1]["members"] == len(before)


def test_members_that_came_and_went_add_up(firm: Path) -> None:
    rows = rows_of(segment(firm, "history", "rfm-champion", "--months", "8", "--format", "json"))
    assert len(rows) == 9
    for earlier, later in pairwise(rows):
        assert later["members"] == earlier["members"] + later["entered"] - later["left"]


def test_moves_are_the_cross_table_of_two_days(firm: Path) -> None:
    start = "2025-12-31"
    rows = rows_of(segment(firm, "moves", "abc", "--from", start, "--format", "json"))
    then = members(crmcli("segment", "show", "abc-a", "--as-of", start, "--format", "csv", store=firm))
    now = members(segment(firm, "show", "abc-b", "--format", "csv"))
    counts = {(row["from_segment"], row["to_segment"]): row["customers"] for row in rows}
    assert counts["abc-a", "abc-b"] == len(then & now)
    assert sum(count for (origin, _place), count in counts.items() if origin == "abc-a") == len(then)


def test_clusters_cover_everyone_once_and_are_kept_as_segments(own: Path) -> None:
    rows = rows_of(segment(own, "cluster", "--keep", "Kind", "--format", "json"))
    everyone = members(segment(own, "preview", "purchases_365 > 0", "--limit", "9999", "--format", "csv"))
    kept = [members(segment(own, "show", f"kind {row['cluster']}", "--format", "csv")) for row in rows]
    assert [len(group) for group in kept] == [row["customers"] for row in rows]
    assert set().union(*kept) == everyone
    assert sum(map(len, kept)) == len(everyone)
    assert [row["revenue_365"] for row in rows] == sorted((row["revenue_365"] for row in rows), key=float, reverse=True)
    assert crmcli("undo", store=own).code == 0
    assert rows_of(segment(own, "list", "--format", "json")) == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--by", "revnue"), "no field revnue"),
        (("--by", "region"), "no field of numbers"),
        (("--of", "revenue > 1e9"), "cannot read the rule"),
        (("--of", "revenue > 10000000000"), "too few"),
    ],
)
def test_what_cannot_be_clustered_is_said(firm: Path, words: tuple[str, ...], told: str) -> None:
    answer = segment(firm, "cluster", *words)
    assert answer.code == 2
    assert told in answer.err


def test_categories_make_clusters_too(firm: Path) -> None:
    rows = rows_of(segment(firm, "cluster", "--by", "category", "--groups", "3", "--format", "json"))
    assert len(rows) == 3
    assert all("average" in row["description"] for row in rows)


def test_fields_name_every_word_a_rule_may_use(firm: Path) -> None:
    listed = rows_of(segment(firm, "fields", "--format", "json"))
    assert {"revenue", "rfm", "last_purchase", "tags", "open_complaints"} <= {row["field"] for row in listed}
    assert next(row["words"] for row in listed if row["field"] == "abc") == "A, B, C"


@pytest.mark.parametrize("name", ["", "a;b", "x" * 99, "[red]", "rfm-lost", "-x"])
def test_names_that_could_not_be_typed_are_refused(own: Path, name: str) -> None:
    assert segment(own, "define", "--", name, "revenue > 1").code == 2
    assert rows_of(segment(own, "list", "--format", "json")) == []
