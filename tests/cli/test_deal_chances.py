"""`crmcli deal chances` as its user meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.program import crmcli


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty closed deals of two managers, three open ones with hostile names."""
    folder = tmp_path_factory.mktemp("chances")
    lines = ["deal no,deal name,stage,manager,engage date,close date"]
    for number in range(40):
        day = f"2026-0{1 + number % 5}-{10 + number % 15}"
        lines.append(f"E{number},x,{'Won' if number % 2 else 'Lost'},M{number % 2},2026-01-0{1 + number % 9},{day}")
    lines += [
        "[red]O1,=1+1,Engaging,M1,2026-06-20,",
        "O2,<script>,Engaging,M0,2026-06-01,",
        "O3,x,Engaging,M0,2026-01-01,",
    ]
    (folder / "deals.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    store = folder / "deals.duckdb"
    assert crmcli("init", store=store).code == 0
    answer = crmcli("import", "run", folder / "deals.csv", "--as", "opportunities", store=store)
    assert answer.code == 0, answer.err + answer.out
    return store


def test_open_deals_with_their_chances(store: Path) -> None:
    answer = crmcli("deal", "chances", "--format", "json", store=store)
    assert answer.code == 0, answer.err
    rows = json.loads(answer.out)["rows"]
    assert {row["deal"] for row in rows} == {"[red]O1", "O2", "O3"}
    assert all(0 < row["probability"] < 1 for row in rows)
    assert "[red]O1" in crmcli("deal", "chances", store=store).out


def test_one_deal_and_the_past(store: Path) -> None:
    explained = crmcli("deal", "chances", "o2", "--explain", store=store)
    assert explained.code == 0, explained.err
    assert "base rate" in explained.out
    assert crmcli("deal", "chances", "--backtest", store=store).code == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--explain",), 2, "which deal"),
        (("O2", "--backtest"), 2, "all deals together"),
        (("O9",), 3, "no deal"),
        (("E1",), 3, "not open"),
    ],
)
def test_wrong_words_are_told(store: Path, words: tuple[str, ...], code: int, said: str) -> None:
    answer = crmcli("deal", "chances", *words, store=store)
    assert (answer.code, answer.out) == (code, "")
    assert said in answer.err
