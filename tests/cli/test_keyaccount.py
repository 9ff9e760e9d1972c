"""`crmcli keyaccount` as the owner uses it: the rule, the selection, picks by hand, lists, and the report."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import Answer, crmcli
from tests.store.made import make

DAY = "2026-06-30"
RULE = """# the big ones that still buy
where = "revenue_365 >= 400_000"
stay = "revenue_365 >= 300_000 and not departed"
limit = 12
border = 3

[weights]
revenue_365 = 60
growth = 30
class = 10
"""


@pytest.fixture
def own(firm: Path, tmp_path: Path) -> Path:
    """A copy of the sample firm to write to, with a rule beside it."""
    store = tmp_path / "own.duckdb"
    for part in firm.parent.glob(f"{firm.name}*"):
        shutil.copy(part, tmp_path / part.name.replace(firm.name, store.name))
    (tmp_path / "keys.toml").write_text(RULE, "utf-8")
    return store


def key(store: Path, *words: str, stdin: bytes | None = None, today: str = DAY) -> Answer:
    return crmcli("keyaccount", *words, store=store, folder=store.parent, env={"CRMCLI_TODAY": today}, stdin=stdin)


def rows(answer: Answer) -> list[dict[str, Any]]:
    assert answer.code == 0, answer.err
    found: list[dict[str, Any]] = json.loads(answer.out)["rows"]
    return found


def asked(store: Path, *words: str) -> list[dict[str, Any]]:
    return rows(key(store, *words, "--format", "json"))


def steps(store: Path) -> int:
    return len(json.loads(crmcli("log", "--format", "json", store=store).out)["rows"])


def test_a_rule_is_written_shown_listed_and_taken_back(own: Path) -> None:
    wrote = key(own, "rule", "write", "keys.toml", "--note", "the first")
    assert wrote.code == 0
    assert "Version 1" in wrote.err
    before = steps(own)
    again = key(own, "rule", "write", "-", stdin=RULE.replace("\n", "\r\n").encode())
    assert "Nothing to change" in again.err
    assert steps(own) == before, "the same text leaves no step"
    shown = key(own, "rule", "show")
    assert shown.out == RULE
    assert "the first" in shown.err
    assert key(own, "rule", "write", "-", "--dry-run", stdin=RULE.replace("12", "13").encode()).code == 0
    assert key(own, "rule", "write", "-", stdin=RULE.replace("12", "14").encode()).code == 0
    listed = asked(own, "rule", "list")
    assert [(row["version"], row["state"], row["accounts"]) for row in listed] == [
        (2, "in_force", 0),
        (1, "replaced", 0),
    ]
    assert key(own, "rule", "show", "--version", "1").out == RULE
    assert key(own, "rule", "show", "--version", "3").code == 3
    assert crmcli("undo", store=own).code == 0
    assert key(own, "rule", "show").out == RULE


@pytest.mark.parametrize(
    ("text", "told", "hint"),
    [
        (RULE.replace("growth", "grwoth"), "line 9 of the rule: there is no weight grwoth", "growth"),
        (
            RULE.replace("departed", "deprated"),
            "line 3 of the rule: stay: cannot read the rule: at character 32",
            "departed",
        ),
        (RULE.replace('where = "', "where = "), "line 2, column 9", "rule example"),
        (RULE.replace("limit", "limt"), "line 4 of the rule: there is no limt", "limit"),
        ("", "is empty", "rule example"),
        ("where = 'in segment nowhere'", "there is no segment nowhere", ""),
    ],
)
def test_a_fault_of_the_rule_is_pointed_at(own: Path, text: str, told: str, hint: str) -> None:
    for command in ("write", "try"):
        answer = key(own, "rule", command, "-", stdin=text.encode())
        assert answer.code in (2, 3)
        assert told in answer.err.splitlines()[0]
        assert hint in "".join(answer.err.splitlines()[1:])
        assert "Traceback" not in answer.err


def test_what_cannot_be_read_is_refused(own: Path) -> None:
    assert key(own, "rule", "write", "nowhere.toml").code == 2
    assert key(own, "rule", "write", "-", stdin=b"\xff\xfe\x00").code == 2
    assert "UTF-8" in key(own, "rule", "try", "-", stdin=b"where = '\xd1'").err
    assert key(own, "rule", "write", str(own.parent)).code == 2
    assert key(own, "rule", "write", "keys.toml", "--from", "never").code == 2
    assert "no rule" in key(own, "select").err


def test_the_example_is_a_rule_in_both_languages(own: Path) -> None:
    for language in ("en", "ru"):
        example = key(own, "rule", "example", "--lang", language)
        tried = key(own, "rule", "try", "-", "--format", "csv", stdin=example.out.encode())
        assert tried.code == 0, tried.err
        found = list(csv.DictReader(io.StringIO(tried.out)))
        assert sum(row["verdict"] == "enters" for row in found) == 30
        assert {"value_points", "growth_points", "potential_points", "class_points"} <= set(found[0])


def test_a_selection_is_kept_once_shown_and_taken_back(own: Path) -> None:
    key(own, "rule", "write", "keys.toml")
    dry = key(own, "select", "--dry-run", "--format", "json")
    assert "Nothing was kept" in dry.err
    assert asked(own, "list") == []
    made = rows(key(own, "select", "--format", "json"))
    assert made == rows(dry)
    entering = [row["customer"] for row in made if row["verdict"] == "enters"]
    assert 3 <= len(entering) <= 12
    assert all(
        "revenue_365" in row["reasons"] and "growth" in row["reasons"] for row in made if row["verdict"] == "enters"
    )
    before = steps(own)
    again = key(own, "select")
    assert "Nothing to change" in again.err
    assert steps(own) == before
    listed = asked(own, "list")
    assert {row["customer"] for row in listed} == set(entering)
    assert {(row["since"], row["rule_version"]) for row in listed} == {(DAY, 1)}
    assert asked(own, "list", "--as-of", "2026-06-29") == []
    assert asked(own, "rule", "list")[0]["accounts"] == len(entering)
    report = crmcli("report", "key-accounts", "--as-of", DAY, "--format", "json", store=own)
    assert {row["customer"] for row in rows(report)} == set(entering)
    keyed = crmcli("segment", "preview", "key", "--as-of", DAY, "--format", "json", store=own)
    assert {row["customer"] for row in rows(keyed)} == set(entering)
    assert crmcli("undo", store=own).code == 0
    assert asked(own, "list") == []
    assert asked(own, "history") == []


def test_days_are_selected_in_their_order_and_history_tells_who_came_and_left(own: Path) -> None:
    key(own, "rule", "write", "keys.toml", "--from", "2025-01-01")
    assert key(own, "select", "--as-of", "2025-06-30").code == 0
    assert key(own, "select", "--as-of", "2026-06-30").code == 0
    assert "Nothing to change" in key(own, "select", "--as-of", "2025-12-31").err, "it would contradict nothing"
    key(own, "pick", "00003", "in", "--reason", "x", "--from", "2025-12-01", "--until", "2025-12-31")
    back = key(own, "select", "--as-of", "2025-12-31")
    assert back.code == 4
    assert "2026-06-30" in back.err
    assert "--dry-run" in back.err
    assert key(own, "select", "--as-of", "2025-12-31", "--dry-run").code == 0
    assert key(own, "select", "--as-of", "2025-06-30").code == 0, "it would say the same"
    assert key(own, "select", "--as-of", "2024-06-30").code == 3, "no rule was in force"
    assert key(own, "select", "--as-of", "2026-07-31").code == 2, "has not come yet"
    events = asked(own, "history")
    came = {row["customer"] for row in events if row["event"] == "came_in"}
    left = {row["customer"] for row in events if row["event"] == "left"}
    assert left
    assert left < came
    assert {row["customer"] for row in asked(own, "list")} == came - left
    assert all(row["days"] == 365 and row["reason"] for row in events if row["event"] == "left")
    one = min(left)
    assert [row["event"] for row in asked(own, "history", one)] == ["left", "came_in"]
    assert [row["event"] for row in asked(own, "history", one, "--as-of", "2026-06-29")] == ["came_in"]
    assert key(own, "history", "nobody at all").code == 3


def test_a_customer_is_picked_in_and_out_and_left_to_the_rule_again(own: Path) -> None:
    key(own, "rule", "write", "keys.toml", "--from", "2026-01-01")
    key(own, "select", "--as-of", "2026-03-31")
    inside = [row["customer"] for row in asked(own, "list")]
    picked = key(
        own, "pick", "00003", "in", "--reason", "=1+1 [red]opens doors", "--from", "2026-04-01", "--until", "2026-04-30"
    )
    assert picked.code == 0
    assert "keyaccount select" in picked.err
    assert key(own, "pick", inside[0], "out", "--reason", "never pays", "--from", "2026-04-01").code == 0
    assert asked(own, "list") != []
    made = {row["customer"]: row for row in rows(key(own, "select", "--as-of", "2026-04-15", "--format", "json"))}
    assert made["00003"]["verdict"] == "picked_in"
    assert made["00003"]["reasons"].startswith("picked in by hand: =1+1 [red]opens doors")
    assert made[inside[0]]["verdict"] == "picked_out"
    now = {row["customer"]: row for row in asked(own, "list")}
    assert inside[0] not in now
    assert now["00003"]["rule_version"] is None
    plain = key(own, "list").out
    assert "[red]opens doors" in plain.replace("\n", " ")
    guarded = key(own, "picks", "--format", "csv")
    assert "=1+1 [red]opens doors" in guarded.out
    states = {row["customer"]: row["state"] for row in asked(own, "picks", "--as-of", "2026-05-02")}
    assert states == {"00003": "ended", inside[0]: "in_force"}
    assert key(own, "pick", inside[0], "rule", "--from", "2026-05-01").code == 0
    later = {
        row["customer"]: row["verdict"] for row in rows(key(own, "select", "--as-of", "2026-05-02", "--format", "json"))
    }
    assert later["00003"] == "leaves"
    assert later.get(inside[0]) != "picked_out"
    assert crmcli("check", store=own).code == 0


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("00003", "inn", "--reason", "x"), 2, "in, out, or left to the rule"),
        (("00003", "in"), 2, "say why"),
        (("00003", "in", "--reason", " "), 2, "say why"),
        (("nobody at all", "in", "--reason", "x"), 3, "no contact"),
        (("00003", "in", "--reason", "x", "--until", "2026-01-01"), 2, "--until"),
        (("00003", "in", "--reason", "x", "--from", "soon"), 2, "no date"),
        (("00003", "rule"), 3, "not picked by hand"),
        (("00003", "rule", "--until", "2026-12-31"), 2, "--until"),
    ],
)
def test_a_wrong_pick_is_refused(own: Path, words: tuple[str, ...], code: int, told: str) -> None:
    answer = key(own, "pick", *words)
    assert answer.code == code
    assert told in answer.err
    assert asked(own, "picks") == []


def test_a_dry_run_of_a_pick_keeps_nothing(own: Path) -> None:
    before = steps(own)
    assert "Nothing was kept" in key(own, "pick", "00003", "out", "--reason", "x", "--dry-run").err
    assert asked(own, "picks") == []
    assert steps(own) == before


def test_an_empty_store_is_told_what_to_do(tmp_path: Path) -> None:
    store = make(tmp_path / "new.duckdb")
    assert "rule example" in key(store, "rule", "list").out
    assert "rule example" in key(store, "select").err
    assert key(store, "rule", "write", "-", stdin=RULE.encode()).code == 0
    chosen = key(store, "select")
    assert chosen.code == 0
    assert "Nobody meets the rule" in chosen.out
    assert "keyaccount select" in key(store, "list").out
    assert "keyaccount pick" in key(store, "picks").out
    assert key(store, "history").code == 0
    assert "keyaccount select" in crmcli("report", "key-accounts", "--as-of", DAY, store=store).out


def test_every_command_of_the_group_has_a_help_with_an_example(firm: Path) -> None:
    for words in (("select",), ("list",), ("history",), ("pick",), ("picks",), ("rule", "write"), ("rule", "show"),
                  ("rule", "list"), ("rule", "try"), ("rule", "example")):  # fmt: skip
        told = key(firm, *words, "--help")
        assert told.code == 0
        assert f"crmcli keyaccount {' '.join(words)}" in " ".join(told.out.split())


def test_hostile_names_are_shown_as_they_are(tmp_path: Path) -> None:
    store = make(tmp_path / "new.duckdb")
    (tmp_path / "contacts.csv").write_text(
        'code,name\nC1,"[red]x <script>alert(1)</script>"\nC2,=1+1\nC3,"\x1b[31mred"\n', "utf-8"
    )
    assert crmcli("import", "run", "contacts.csv", "--as", "contacts", store=store, folder=tmp_path).code == 0
    rule = "where = 'name ~ \"[red]\" or code in (C2, C3)'"
    assert key(store, "rule", "write", "-", "--note", "[bold]=1+1", stdin=rule.encode()).code == 0
    chosen = key(store, "select")
    assert chosen.code == 0, chosen.err
    assert "[red]x <script>" in chosen.out
    assert "\x1b" not in chosen.out
    assert "<script>alert" not in key(store, "list", "--format", "html").out
    assert "[bold]=1+1" in key(store, "rule", "list").out
    assert {row["customer"] for row in asked(store, "list")} == {"C1", "C2", "C3"}
    assert (
        "'=1+1" in crmcli("report", "key-accounts", "--as-of", DAY, "--format", "csv", "--excel-safe", store=store).out
    )
