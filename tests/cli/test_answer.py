"""`crmcli answer` as the owner uses it."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.cli.program import Answer, crmcli
from tests.store.made import make

NOW = "2026-07-01 09:00:00"
TEXT = "Two years from delivery, {customer}.\nYour request: {ticket}; order {order}; {price}.\tBye, {agent}"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small store: two managers, a customer with tickets, three answers."""
    folder = tmp_path_factory.mktemp("answers")
    store = folder / "crm.duckdb"
    assert crmcli("init", "--currency", "RUB", store=store).code == 0
    (folder / "managers.csv").write_text("code,name,role\nM1,Ann Lee,key\nM2,Bob Bell,agent\n")
    (folder / "contacts.csv").write_text("code,name\nK-01,=Atlas {ticket}\n")
    (folder / "tickets.csv").write_text(
        "ticket_no,customer,subject,opened_at,agent\n"
        + "".join(f"T-{n},K-01,Certificate for cable {n % 2},2026-06-0{n} 10:00,M2\n" for n in range(1, 6))
        + "T-8,K-01,How long does the warranty last,2026-06-08 10:00,M2\nT-9,K-01,,2026-06-09 10:00,\n"
        + "T-10,K-01,Certificate,2025-06-09 10:00,\n"
    )
    answer = crmcli("import", "run", "managers.csv", "contacts.csv", "tickets.csv", store=store, folder=folder)
    assert answer.code == 0, answer.err
    add = ("answer", "add", "--at", "2026-06-01 10:00", "--by", "M1")
    for words in (
        ("How long is the warranty?", "--text", TEXT, "--tag", "warranty,goods", "--approved"),
        ("Как вернуть товар?", "--text", "Верните за 14 дней с чеком.", "--approved"),
        ("[red]Hostile?", "--text", "=1+1 <script>alert(1)</script> [bold]x", "--language", "en"),
    ):
        assert crmcli(*add, *words, store=store, env={"CRMCLI_TODAY": NOW}).code == 0
    return store


@pytest.fixture
def store(made: Path, tmp_path: Path) -> Path:
    """A copy to write to."""
    for part in made.parent.glob(f"{made.name}*"):
        shutil.copy(part, tmp_path / part.name)
    return tmp_path / made.name


def say(store: Path, *words: str, **more: Any) -> Answer:
    return crmcli("answer", *words, store=store, env={"CRMCLI_TODAY": NOW, **more.pop("env", {})}, **more)


def rows(answer: Answer, name: str | None = None) -> list[dict[str, Any]]:
    assert answer.code == 0, answer.err
    found = json.loads(answer.out)
    listed: list[dict[str, Any]] = (found if name is None else found[name])["rows"]
    return listed


def states(store: Path, *words: str) -> dict[str, str]:
    return {row["answer"]: row["state"] for row in rows(say(store, "list", "--format", "json", *words))}


def test_answers_are_found_by_other_forms_and_shown_where(made: Path) -> None:
    (one,) = rows(say(made, "find", "возврат", "товаров", "--format", "json"))
    assert (one["answer"], one["question"], one["text"]) == (
        "A-0002",
        "Как *вернуть* *товар*?",
        "*Верните* за 14 дней с чеком.",
    )
    assert say(made, "find", "warrenties").code == 0
    missed = say(made, "find", "warrior clothes")
    assert missed.code == 3
    assert "Nearest: A-0001 How long is the warranty?" in missed.err
    assert "crmcli answer add" in missed.err
    assert say(made, "find", "warranty", "--language", "ru").code == 3
    assert say(made, "find", "warranty", "--tag", "GOODS").code == 0
    assert say(made, "find", "warranty", "--tag", "other").code == 3
    assert say(made, "find", "warranty", "--as-of", "2026-05-31").code == 3
    assert say(made, "find", "...").code == 2
    assert "A-0003 waits to be approved" in say(made, "find", "hostile").err


def test_a_use_is_the_text_alone_and_counted(store: Path) -> None:
    given = say(store, "use", "1", "--ticket", "T-8", "--agent", "M1")
    assert given.code == 0, given.err
    assert (
        given.out
        == "Two years from delivery, =Atlas {ticket}.\nYour request: T-8; order {order}; {price}.\tBye, Ann Lee\n"
    )
    assert "{order}, {price}" in given.err
    assert "Bob Bell" in say(store, "use", "A-0001", "--ticket", "T-8", "--dry-run").out
    (one,) = [row for row in rows(say(store, "list", "--format", "json")) if row["answer"] == "A-0001"]
    assert (one["uses_90"], one["last_used_on"], one["age_days"]) == (1, "2026-07-01", 30)
    assert crmcli("undo", store=store).code == 0
    assert {row["uses_90"] for row in rows(say(store, "list", "--format", "json"))} == {0}
    assert say(store, "use", "1", "--ticket", "T-77").code == 3
    assert say(store, "use", "3").code == 4, "a draft"
    assert say(store, "use", "77").code == 3


def test_versions_come_in_force_when_approved_and_are_compared(store: Path) -> None:
    edited = say(store, "edit", "2", "--text", "Верните за 30 дней с чеком.", "--by", "Bob Bell")
    assert edited.code == 0, edited.err
    assert "answer approve A-0002" in edited.err
    assert "14 дней" in say(store, "use", "2", "--dry-run").out
    assert say(store, "approve", "2", env={"CRMCLI_ME": "M1"}).code == 0
    assert say(store, "use", "2", "--dry-run").out == "Верните за 30 дней с чеком.\n"
    assert "14 дней" in say(store, "show", "2", "--as-of", "2026-06-15").out
    history = say(store, "history", "2", "--format", "json")
    versions = [
        (row["version"], row["state"], row["author"], row["approver"]) for row in rows(history, "answer_versions")
    ]
    assert versions == [(2, "in force", "Bob Bell", "Ann Lee"), (1, "replaced", "Ann Lee", "Ann Lee")]
    (change,) = rows(history, "answer_changes")
    assert (change["before"], change["after"]) == ("Верните за *14* дней с чеком.", "Верните за *30* дней с чеком.")
    assert say(store, "approve", "2").code == 4
    assert say(store, "edit", "2", "--text", "Верните за 30 дней с чеком.").err.startswith("Nothing to change")


def test_a_question_is_not_asked_twice(store: Path) -> None:
    again = say(store, "add", "how long are warranties", "--text", "x")
    assert again.code == 4
    assert "A-0001, How long is the warranty?" in again.err
    assert say(store, "add", "how long are warranties", "--text", "x", "--anyway", "--dry-run").code == 0
    assert list(states(store)) == ["A-0001", "A-0002", "A-0003"]
    assert say(store, "add", "Other?").code == 2
    assert say(store, "add", "Other?", "--text", " ").code == 2
    assert say(store, "add", "Other?", "--text", "x", "--file", "-").code == 2
    piped = say(
        store, "add", "Other thing?", "--file", "-", "--at", "-2h", stdin="из файла\r\n{who}\n".encode("cp1251")
    )
    assert piped.code == 0, piped.err
    assert "{who}" in piped.err
    assert "из файла" in say(store, "show", "4").out


def test_retired_ones_are_not_given(store: Path) -> None:
    assert say(store, "retire", "1").code == 2
    assert say(store, "retire", "1", "--reason", "no more sold", "--on", "2026-06-20").code == 0
    assert states(store) == {"A-0002": "in force", "A-0003": "draft"}
    assert states(store, "--all")["A-0001"] == "retired"
    assert states(store, "--as-of", "2026-06-15")["A-0001"] == "in force"
    assert states(store, "--state", "draft") == {"A-0003": "draft"}
    refused = say(store, "use", "1")
    assert (refused.code, "no more sold" in refused.err) == (4, True)
    assert say(store, "find", "warranty").code == 3


def test_old_approvals_are_stale(made: Path) -> None:
    assert states(made, "--stale", "10") == {"A-0001": "stale", "A-0002": "stale", "A-0003": "draft"}
    assert states(made, "--language", "ru") == {"A-0002": "in force"}


def test_gaps_are_subjects_that_no_answer_fits(store: Path) -> None:
    (gap,) = rows(say(store, "gaps", "--format", "json"))
    assert (gap["tickets"], gap["wordings"], gap["last_opened_on"]) == (5, 2, "2026-06-05")
    assert gap["share"] == pytest.approx(5 / 7, abs=1e-4)
    assert rows(say(store, "gaps", "--days", "2", "--format", "json")) == []
    assert rows(say(store, "gaps", "--least", "6", "--format", "json")) == []
    text = ("Certificates of cables?", "--text", "On the page of the product.", "--approved", "--at", "2026-06-01")
    assert say(store, "add", *text).code == 0
    assert rows(say(store, "gaps", "--format", "json")) == []


def test_a_base_goes_out_and_comes_back(store: Path, tmp_path: Path) -> None:
    for name in ("base.toml", "folder", "base.csv"):
        assert say(store, "export", "--output", name, folder=tmp_path).code == 0
        again = say(store, "import", name, "--approved", "--format", "json", folder=tmp_path)
        assert {row["result"] for row in rows(again)} == {"same"}
    assert sorted(path.name for path in (tmp_path / "folder").iterdir()) == ["A-0001.md", "A-0002.md", "A-0003.md"]
    other = make(tmp_path / "other.duckdb")
    taken = rows(say(other, "import", "base.csv", "--approved", "--format", "json", folder=tmp_path))
    assert [(row["answer"], row["result"]) for row in taken] == [(f"A-000{n}", "added") for n in (1, 2, 3)]
    assert states(other) == {"A-0001": "in force", "A-0002": "in force", "A-0003": "draft"}
    assert say(other, "export").out == (tmp_path / "base.csv").read_text("utf-8")
    assert crmcli("undo", store=other).code == 0
    assert states(other) == {}
    assert ",=1+1" not in (tmp_path / "base.csv").read_text("utf-8")


def test_numbers_from_elsewhere_do_not_lead_out_of_the_folder(store: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(store)) as con:
        con.execute("UPDATE answers SET answer_no = '../out' WHERE id = 2")
    assert say(store, "export", "--output", "folder", folder=tmp_path).code == 0
    assert sorted(path.name for path in (tmp_path / "folder").iterdir()) == ["A-0001.md", "A-0003.md", "answer-1.md"]
    assert not (tmp_path / "out.md").exists()


def test_bad_lines_are_refused_and_the_rest_taken(store: Path, tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_text(
        "question,text\nNew one about boxes?,yes\nhow long are the warranties,x\n,y\nEmpty?,\n"
    )
    dry = say(store, "import", "b.csv", "--dry-run", "--format", "json", folder=tmp_path)
    assert dry.code == 5
    assert [row["result"] for row in json.loads(dry.out)["rows"]] == ["added", "refused", "refused", "refused"]
    assert "A-0004" not in states(store)
    assert say(store, "import", "b.csv", folder=tmp_path).code == 5
    assert states(store)["A-0004"] == "draft"
    (tmp_path / "none").mkdir()
    for wrong in ("nowhere.csv", "none", "b\x00"):
        assert say(store, "import", wrong.replace("\x00", "?"), folder=tmp_path).code == 3
    (tmp_path / "x.toml").write_text("[[answer]]\nqestion = 'a'")
    assert say(store, "import", "x.toml", folder=tmp_path).code == 2
    assert say(store, "export", "--format", "docx").code == 2
    assert say(store, "export", "--format", "md").code == 2


def test_hostile_texts_are_only_texts(store: Path) -> None:
    assert say(store, "approve", "3").code == 0
    assert "[red]Hostile?" in say(store, "list").out
    page = say(store, "find", "hostile", "--format", "html").out
    assert "<script>alert" not in page
    assert say(store, "use", "3", "--dry-run").out == "=1+1 <script>alert(1)</script> [bold]x\n"
    assert say(store, "add", "\x1b[31mred", "--text", "x").code == 2


def test_any_words_to_find_are_only_words(made: Path) -> None:
    chance = random.Random(6)
    signs = "\"'*()-+^:{}[]<>=@|;, NEAR OR AND NOT % _ \\ ё № 12 a- \u202e \U0001f600 " + "warranty товар"
    for _n in range(6):
        words = "".join(chance.choices(signs, k=chance.randint(1, 25)))
        answer = say(made, "find", "--", words)
        assert answer.code in (0, 2, 3), (words, answer.err)
        assert "should not" not in answer.err, words


def test_an_empty_store_has_no_answers(tmp_path: Path) -> None:
    store = make(tmp_path / "crm.duckdb")
    assert states(store) == {}
    assert rows(say(store, "gaps", "--format", "json")) == []
    assert "crmcli answer add" in say(store, "find", "x").err
    assert say(store, "export").out == "answer,question,language,tags,approved,text\n"
    assert say(store, "show", "1").code == say(store, "use", "1").code == say(store, "history", "1").code == 3
