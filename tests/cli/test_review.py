"""`crmcli keyaccount review`, and duties and plans as pages, as the owner uses them on the sample firm."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import Answer, crmcli
from tests.documents.test_figures_agree import html_text, pdf_text

DAY = "2026-06-30"
ENV = {"CRMCLI_TODAY": DAY}


@pytest.fixture
def own(firm: Path, tmp_path: Path) -> Path:
    """A copy of the sample firm to write to."""
    store = tmp_path / "own.duckdb"
    for part in firm.parent.glob(f"{firm.name}*"):
        shutil.copy(part, tmp_path / part.name.replace(firm.name, store.name))
    return store


def review(store: Path, *words: str | Path) -> Answer:
    return crmcli("keyaccount", "review", *words, store=store, env=ENV)


def test_the_screen_says_what_to_do_and_that_it_is_no_key_account(firm: Path) -> None:
    answer = review(firm, "00056")
    assert answer.code == 0, answer.err
    assert "Ask for the 217,239\u00a0₽ overdue on 3 invoices" in answer.out
    assert "They are no key account" in answer.out
    assert answer.out.index("What to do next") < answer.out.index("Revenue by month") < answer.out.index("Last orders")


def test_the_figures_are_those_of_report_and_card(firm: Path) -> None:
    found: dict[str, Any] = json.loads(review(firm, "00056", "--format", "json").out)
    figures = {row["measure"]: row for row in found["figures"]["rows"]}
    card = json.loads(crmcli("card", "00056", "--as-of", DAY, "--format", "json", store=firm).out)
    assert figures["revenue_365"]["value"] == card["figures"]["rows"][0]["revenue_365"]
    assert float(figures["churn_risk"]["value"]) == pytest.approx(card["outlook"]["rows"][0]["churn_risk"])
    assert figures["expected_value"]["value"] == card["outlook"]["rows"][0]["expected_npv"]
    assert found["categories"]["rows"] == card["categories"]["rows"]
    assert found["tickets"]["rows"] if "tickets" in found else "tickets" not in card


def test_the_page_says_the_same_in_pdf_and_html(firm: Path, tmp_path: Path) -> None:
    page, paper = tmp_path / "r.html", tmp_path / "r.pdf"
    for file in (page, paper):
        answer = review(firm, "00056", "--output", file)
        assert answer.code == 0, answer.err
        assert str(file) in answer.err
    for text in (html_text(page.read_bytes()), pdf_text(paper.read_bytes(), tmp_path)):
        for part in ("1,681,016", "367,827", "217,239", "No key account", "00056"):
            assert part in text


def test_a_past_day_knows_nothing_later(firm: Path) -> None:
    found = json.loads(review(firm, "00056", "--as-of", "2025-01-31", "--format", "json").out)
    assert max(row["ordered_on"] for row in found["orders"]["rows"]) <= "2025-01-31"
    assert found["months"]["rows"][-1]["month"] == "2025-01-01"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("00056", "--format", "docx"), 2), (("00056", "--format", "csv"), 2), (("00056", "--output", "x.parquet"), 2), ((), 2),
        (("00056", "--all"), 2), (("--all",), 2), (("--all", "--output", "x", "--format", "table"), 2), (("nobody",), 3),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(firm: Path, words: tuple[str, ...], code: int) -> None:
    answer = review(firm, *words)
    assert answer.code == code
    assert len(answer.err.strip().splitlines()) <= 3


def test_all_key_accounts_get_a_file_each(own: Path, tmp_path: Path) -> None:
    folder = tmp_path / "reviews"
    assert "nothing to write" in review(own, "--all", "--output", folder).err
    assert not folder.exists()
    rule = tmp_path / "rule.toml"
    rule.write_text(
        'where = "revenue_365 > 900000"\nscore = 0\nlimit = 1\n[weights]\nrevenue_365 = 1\n', encoding="utf-8"
    )
    assert crmcli("keyaccount", "rule", "write", rule, store=own, env=ENV).code == 0
    picked = crmcli("keyaccount", "pick", "00116", "in", "--reason", "test", store=own, env=ENV)
    assert picked.code == 0, picked.err
    assert crmcli("keyaccount", "select", store=own, env=ENV).code == 0
    answer = review(own, "--all", "--format", "md", "--output", folder)
    assert answer.code == 0, answer.err
    names = {file.name for file in folder.iterdir()}
    assert names == {"review-00056.md", "review-00116.md"}
    assert "of 2 key accounts" in answer.err
    assert "Key account since 2026-06-30" in (folder / "review-00116.md").read_text(encoding="utf-8")


def test_codes_become_safe_names_that_differ() -> None:
    from crmcli.cli.papers import file_names

    assert file_names(["a/b", "a\\b", "A_B", "..", "=1+1", "Ключ 1"]) == [
        "a_b",
        "a_b_2",
        "A_B_3",
        "_",
        "1_1",
        "Ключ_1",
    ]
    assert max(map(len, file_names(["x" * 300, "x" * 300]))) < 90


def test_duties_are_a_page_with_the_accounts(firm: Path, tmp_path: Path) -> None:
    answer = crmcli("manager", "duties", "show", "--manager", "M02", "--format", "html", store=firm, env=ENV)
    assert answer.code == 0, answer.err
    text = html_text(answer.out.encode())
    for part in ("Андрей Пример-М2 (M02)", "reports to Ольга Пример-М1 (M01)", "Looks after", "Read and agreed"):
        assert part in text
    paper = tmp_path / "duties.pdf"
    assert crmcli("manager", "duties", "show", "-o", paper, store=firm, env=ENV).code == 0
    assert "Senior manager" in pdf_text(paper.read_bytes(), tmp_path)


def test_a_plan_is_a_page_to_sign(own: Path, tmp_path: Path) -> None:
    made = crmcli("keyaccount", "plan", "00056", "--level", "partnership", store=own, env=ENV)
    assert made.code == 0, made.err
    paper = tmp_path / "plan.pdf"
    answer = crmcli("plan", "show", "00056", "--output", paper, store=own, env=ENV)
    assert answer.code == 0, answer.err
    text = pdf_text(paper.read_bytes(), tmp_path)
    for part in ("Relationship plan", "partnership", "Goals", "Cadence", "Steps", "Senior manager"):
        assert part in text
    found = json.loads(review(own, "00056", "--format", "json").out)
    assert {row["measure"] for row in found["goals"]["rows"]}
    assert any("plan" in row["field"] for row in found["review"]["rows"])
