"""Event logs: the latest row of a key stands for all, whatever the order of rows and files."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from tests.intake.admit.shop import Shop

HEAD = "No,Version,State,Agent,Opened,Solved,Reopens,Shelf\n"
# One ticket changed four times, another twice; T1 was solved, opened again and is not solved now.
ROWS = (
    "T1,1,new,,2026-03-02 09:00,,0,A",
    "T1,2,in progress,Ann,2026-03-02 09:00,,0,A",
    "T1,10,solved,Ann,2026-03-02 09:00,2026-03-03 10:00,1,B",
    "T1,11,new,Bob,2026-03-02 09:00,,1,B",
    "T2,1,new,Bob,2026-03-04 12:00,,0,C",
    "T2,2,closed,,2026-03-04 12:00,2026-03-04 13:00,0,C",
)
MAPS = ("--as", "tickets", "--map", "No=ticket_no", "--map", "State=status", "--map", "Solved=resolved_at")  # fmt: skip
LOG = (*MAPS, "--map", "Reopens=reopened", "--latest-by", "Version", "--keep", "reopened=max")


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def told(shop: Shop) -> list[tuple[Any, ...]]:
    return shop.rows(
        "SELECT ticket_no, t.status, m.name, strftime(resolved_at, '%d %H:%M'), reopened, t.custom->>'Shelf' FROM tickets AS t "
        "LEFT JOIN managers AS m ON m.id = agent_id ORDER BY ticket_no"
    )


WHOLE = [("T1", "open", "Bob", "03 10:00", 1, "B"), ("T2", "closed", "Bob", "04 13:00", 0, "C")]


def test_the_latest_stands_by_number_not_by_text_or_place(shop: Shop) -> None:
    rows = list(ROWS)
    random.Random(4).shuffle(rows)
    counts = shop.take(shop.file("log.csv", HEAD + "\n".join(rows)), *LOG)
    assert (counts["rows_read"], counts["admitted"], counts["created"]) == (6, 6, 2)
    assert "6 rows are 2 tickets (4 folded); the row with the highest Version stands, its empty cells" in shop.err
    assert "the highest: reopened" in shop.err
    assert told(shop) == WHOLE


def test_with_empty_cells_cleared_the_row_stands_whole(shop: Shop) -> None:
    shop.take(shop.file("log.csv", HEAD + "\n".join(ROWS)), *LOG, "--empty", "clear")
    assert told(shop) == [("T1", "open", "Bob", None, 1, "B"), ("T2", "closed", None, "04 13:00", 0, "C")]
    shop.expect(0, "undo")
    shop.take(shop.file("log2.csv", HEAD + "\n".join(ROWS)), *LOG, "--empty", "clear", "--keep", "agent=last")
    assert [row[2] for row in told(shop)] == ["Bob", "Bob"]


@pytest.mark.parametrize("seed", range(4))
def test_pieces_in_any_order_are_the_whole(shop: Shop, seed: int) -> None:
    rows = list(ROWS)
    random.Random(seed).shuffle(rows)
    shop.take(shop.file("all.csv", HEAD + "\n".join(ROWS)), *LOG)
    whole = shop.exported("tickets")
    shop.expect(0, "undo")
    for place in range(0, 6, 2):
        shop.take(shop.file(f"part{place}.csv", HEAD + "\n".join(rows[place : place + 2])), *LOG)
    assert told(shop) == WHOLE
    assert shop.exported("tickets") == whole
    assert shop.take("all.csv", *LOG)["updated"] == 0  # and once more changes nothing


def test_an_older_piece_sets_nothing_back(shop: Shop) -> None:
    shop.take(shop.file("late.csv", HEAD + ROWS[3]), *LOG)
    shop.take(shop.file("early.csv", HEAD + ROWS[1]), *LOG)
    assert "of 1 the store knows a later row already" in shop.err
    assert told(shop) == [("T1", "open", "Bob", None, 1, "B")]


def test_ordered_by_a_moment_that_is_a_column_of_ours(shop: Shop) -> None:
    log = "ticket_no;opened_at;resolved_at;status\nT1;01.03.2026 09:00;05.03.2026 10:00;closed\nT1;01.03.2026 09:00;04.03.2026 10:00;new\n"
    shop.take(shop.file("log.csv", log), "--as", "tickets", "--latest-by", "resolved_at")
    assert shop.rows("SELECT status, day(resolved_at) FROM tickets") == [("closed", 5)]
    shop.take(shop.file("old.csv", log.replace("05.03", "02.03").replace("04.03", "03.03")), "--as", "tickets",
              "--latest-by", "resolved_at")  # fmt: skip
    assert shop.rows("SELECT status, day(resolved_at) FROM tickets") == [("closed", 5)]


def test_a_refused_row_refuses_its_log_and_mended_it_is_whole(shop: Shop) -> None:
    broken = [*ROWS[:2], ROWS[2].replace("2026-03-03 10:00", "the third"), *ROWS[3:]]
    counts = shop.take(shop.file("log.csv", HEAD + "\n".join(broken)), *LOG, code=5)
    assert (counts["rejected"], counts["created"]) == (4, 1)
    assert "another row of the same key is refused" in shop.err
    shop.mend("log.rejects.csv", **{"the third": "2026-03-03 10:00"})
    shop.take("log.rejects.csv")
    assert told(shop) == WHOLE


def test_what_the_store_refuses_takes_all_rows_of_the_key(shop: Shop) -> None:
    log = "ticket_no,customer,opened_at,v\nT1,C1,2026-03-01,1\nT1,C1,2026-03-01,2\nT2,,2026-03-01,1\n"
    words = ("--as", "tickets", "--latest-by", "v", "--unknown-customer", "reject")
    counts = shop.take(shop.file("log.csv", log), *words, code=5)
    assert (counts["rejected"], counts["created"]) == (2, 1)
    counts = shop.take(shop.file("again.csv", log), "--as", "tickets", "--latest-by", "v", "--mode", "create", code=5)
    assert (counts["rejected"], counts["created"]) == (1, 1)


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("--latest-by", "Versoin"), "Version"),
        (("--latest-by", "State"), "neither all numbers nor all dates"),
        (("--keep", "reopened=max"), "without --latest-by"),
        (("--latest-by", "Version", "--keep", "reopend=max"), "reopened"),
        (("--latest-by", "Version", "--keep", "reopened=most"), "max, min, first, last"),
        (("--latest-by", "Version", "--keep", "agent=max"), "agent=first"),
        (("--latest-by", "Version", "--keep", "ticket_no=max"), "no column ticket_no to keep"),
    ],
)
def test_what_cannot_be_folded_is_said(shop: Shop, words: tuple[str, ...], hint: str) -> None:
    shop.expect(2, "import", "run", shop.file("log.csv", HEAD + "\n".join(ROWS)), *MAPS, *words)
    assert hint in shop.err


@pytest.mark.parametrize("entity", ["orders", "interactions"])
def test_rows_without_a_key_do_not_fold(shop: Shop, entity: str) -> None:
    file = shop.file("x.csv", "customer,date,at,amount,v\nC1,2026-03-01,2026-03-01,5,1\n")
    shop.expect(2, "import", "run", file, "--as", entity, "--latest-by", "v")
    assert "no key of their own" in shop.err


@pytest.mark.parametrize("heading", ["a/b~c", "$.x", "'; drop table tickets; --", 'he said \\"v\\"', "[red]v"])
def test_hostile_headings_order_as_well(shop: Shop, heading: str) -> None:
    quoted = '"' + heading.replace('"', '""') + '"'
    text = f"ticket_no,opened_at,status,{quoted}\nT1,2026-03-01,closed,2\nT1,2026-03-01,new,1\n"
    words = ("--as", "tickets", "--latest-by", heading)
    shop.take(shop.file("log.csv", text), *words)
    assert shop.one("SELECT status FROM tickets") == "closed"
    assert json.loads(shop.one("SELECT custom FROM tickets")) == {heading: "2"}
    shop.take(shop.file("old.csv", text.replace("closed,2", "waiting,1")), *words)
    assert shop.one("SELECT status FROM tickets") == "closed"


def test_a_profile_keeps_it_and_says_words_our_way(shop: Shop) -> None:
    shop.take(shop.file("log.csv", HEAD + "\n".join(ROWS)), *LOG, "--save-profile", "kept.toml", "--dry-run")
    kept = (shop.folder / "kept.toml").read_text("utf-8")
    assert 'latest_by = "Version"' in kept
    assert "[keep]" in kept
    shop.file("kept.toml", kept + '\n[values.agent]\nBob = "Robert"\nAnn = ""\n')
    shop.take("log.csv", "--profile", "kept.toml")
    assert shop.rows("SELECT name FROM managers") == [("Robert",)]
    shop.preview("log.csv", "--profile", "kept.toml")
    assert "6 rows are 2 tickets" in shop.out
    shop.file("wrong.toml", '[values.agnet]\nBob = "Robert"\n')
    shop.expect(2, "import", "run", "log.csv", *MAPS, "--profile", "wrong.toml")
    assert "agent" in shop.err
