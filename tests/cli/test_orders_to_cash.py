"""Order, invoice, payment, statement as an owner types them: words, exit codes, formats, hostile names."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from crmcli.store.connection import open_to_write
from tests.cli.program import Answer, crmcli
from tests.store.selling import bill, order, send, shop, step

HOSTILE = "=cmd|' /C calc'!A0 [red]<script>\x1b[31m{{7*7}}"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop with an order, half of it shipped and one of it invoiced."""
    folder = tmp_path_factory.mktemp("shop")
    with open_to_write(shop(folder / "crm.duckdb"), wait=5) as con:
        number = step(con, lambda w: order(w, {"NAIL": "10", "DOOR": "2"}))[0]
        step(con, lambda w: send(w, number, {1: "5"}, carrier=HOSTILE))
        step(con, lambda w: bill(w, number, {1: "1"}))
    return folder


@pytest.fixture
def store(made: Path, tmp_path: Path) -> Path:
    for path in made.glob("crm.duckdb*"):
        shutil.copy(path, tmp_path / path.name)
    return tmp_path / "crm.duckdb"


def table(answer: Answer) -> list[dict[str, Any]]:
    assert answer.code == 0, answer.err
    return list(csv.DictReader(io.StringIO(answer.out)))


def test_from_an_order_to_its_money(store: Path) -> None:
    added = crmcli("order", "add", "--for", "cd", "--item", "NAIL:3@9.5", "--item", "DOOR", "--promised", "2026-07-02",
                   "--format", "csv", store=store)  # fmt: skip
    assert [(row["ordered"], row["net"]) for row in table(added)] == [("3.0000", "28.5000"), ("1.0000", "99.9900")]
    assert "undo 6" in added.err
    assert crmcli("order", "ship", "S-2026-0002", "--carrier", "Post", store=store).code == 0
    assert crmcli("order", "deliver", "D-2026-0002", "--on", "2026-07-03", store=store).code == 0
    issued = crmcli(
        "invoice", "issue", "S-2026-0002", "--shipped", "--instalments", "3", "--due", "2026-07-15", store=store
    )
    assert "INV-2026-00002" in issued.out
    assert "2026-09-15" in issued.out
    paid = crmcli("payment", "add", "--from", "CD", "--amount", "134.19", "--format", "json", store=store)
    assert paid.code == 0, paid.err
    shown = crmcli("order", "show", "S-2026-0002", store=store)
    assert "Completed. Delivered, invoiced, paid." in shown.out
    account = crmcli("statement", "CD", "--format", "csv", store=store)
    assert [(row["kind"], row["balance"]) for row in table(account)] == [
        ("opening", "0"), ("invoice", "134.1900"), ("payment", "0.0000")]  # fmt: skip
    assert crmcli("check", store=store).code == 0


def test_a_dry_run_takes_no_number_and_leaves_no_step(store: Path) -> None:
    log = crmcli("log", store=store).out
    for words in (
        ("order", "add", "--for", "AB", "--item", "NAIL:1"), ("order", "ship", "S-2026-0001"), ("order", "deliver", "D-2026-0001"),
        ("order", "return", "S-2026-0001", "--line", "1:1"), ("order", "cancel", "S-2026-0001"),
        ("invoice", "issue", "S-2026-0001"), ("invoice", "credit", "INV-2026-00001"),
        ("payment", "add", "--from", "AB", "--amount", "5"),
    ):  # fmt: skip
        answer = crmcli(*words, "--dry-run", store=store)
        assert (answer.code, "dry run" in answer.err) == (0, True), answer.err
    assert crmcli("log", store=store).out == log
    assert "INV-2026-00002" in crmcli("invoice", "issue", "S-2026-0001", store=store).out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("order", "ship", "S-2026-0001", "--line", "1:6"), 4, "--over"),
        (("order", "ship", "S-2026-0001", "--line", "9:1"), 3, "Its lines: 1, 2"),
        (("order", "ship", "S-2026-0001", "--line", "x"), 2, "--line 2:5"),
        (("order", "ship", "S-2026-0002"), 3, "S-2026-0001"),
        (("order", "ship", "S-2026-0001", "--on", "2026-06-30"), 4, "nothing of it can leave before"),
        (("order", "deliver", "D-2026-0001", "--on", "2026-06-30"), 4, "cannot arrive before"),
        (("order", "return", "S-2026-0001", "--line", "1:6"), 4, "with the customer are 5"),
        (("order", "return", "S-2026-0001"), 2, "--line N:QTY"),
        (("order", "add", "--for", "nobody", "--item", "NAIL:1"), 3, "there is no contact"),
        (("order", "add", "--for", "AB", "--item", "NAILS:1"), 3, "NAIL"),
        (("order", "add", "--for", "AB", "--item", "NAIL:-1"), 2, "above zero"),
        (("order", "add", "--for", "AB", "--item", "NAIL:1@-5"), 2, "zero or more"),
        (("order", "add", "--for", "AB", "--item", "NAIL:0.00001"), 2, "four decimals"),
        (("order", "add", "--for", "AB"), 2, "--item SKU:QTY"),
        (("invoice", "issue", "S-2026-0001", "--line", "1:10"), 4, "not invoiced yet are 9"),
        (("invoice", "issue", "S-2026-0001", "--due", "2026-01-01"), 2, "due before its day"),
        (("invoice", "issue", "S-2026-0001", "--on", "2026-06-30"), 2, "before its order"),
        (("invoice", "issue", "S-2026-0001", "--series", "../A"), 2, "series"),
        (("invoice", "issue", "S-2026-0001", "--instalment", "2026-08-01=5"), 2, "the instalments make 5"),
        (("invoice", "issue", "S-2026-0001", "--tax-mode", "both"), 2, "line|total"),
        (("invoice", "credit", "INV-2026-00001", "--amount", "13"), 4, "more than the 12"),
        (("invoice", "credit", "INV-2026-00001", "--line", "1:2"), 4, "not credited yet are 1"),
        (("invoice", "show", "INV-2026-0001"), 3, "INV-2026-00001"),
        (("payment", "add", "--from", "AB", "--amount", "5", "--invoice", "INV-2026-00001=13"), 4, "no more than 12"),
        (("payment", "add", "--from", "AB", "--amount", "-5"), 4, "0 of credit left"),
        (("payment", "apply", "AB"), 4, "no credit"),
        (("statement", "AB", "--from", "2026-08-01"), 2, "ends before it begins"),
        (("undo", "3"), 0, ""),
    ],
)  # fmt: skip
def test_what_is_refused_says_why(store: Path, words: tuple[str, ...], code: int, said: str) -> None:
    answer = crmcli(*words, store=store)
    assert (answer.code, said in answer.err) == (code, True), answer.err


def test_cancelling_what_is_invoiced_is_refused_and_the_rest_shrinks(store: Path) -> None:
    assert crmcli("invoice", "issue", "S-2026-0001", "--line", "2:1", store=store).code == 0
    refused = crmcli("order", "cancel", "S-2026-0001", store=store)
    assert (refused.code, "credit note" in refused.err) == (4, True)
    assert crmcli("invoice", "credit", "INV-2026-00002", store=store).code == 0
    shown = table(crmcli("order", "cancel", "S-2026-0001", "--format", "csv", store=store))
    assert [(row["ordered"], row["net"]) for row in shown] == [("5.0000", "50.0000"), ("0.0000", "0.0000")]
    assert crmcli("check", store=store).code == 0


def test_late_orders_raise_an_alarm(store: Path) -> None:
    crmcli(
        "order", "add", "--for", "AB", "--item", "NAIL:2", "--on", "2026-06-01", "--promised", "2026-06-20", store=store
    )
    late = crmcli("order", "late", "--fail-if", "rows > 0", "--format", "json", store=store)
    assert late.code == 10
    row = json.loads(late.out)["rows"][0]
    assert (row["order"], row["days_late"], row["goods"], row["open_net"]) == ("S-2026-0002", 11, "to_ship", "20.0000")
    assert crmcli("order", "late", "--as-of", "2026-06-20", "--fail-if", "rows > 0", store=store).code == 0


def test_a_document_is_rendered_and_hostile_names_are_shown_as_they_are(store: Path, tmp_path: Path) -> None:
    for ending in ("html", "json", "md", "csv"):
        file = tmp_path / f"invoice.{ending}"
        answer = crmcli("invoice", "render", "INV-2026-00001", "--output", file, store=store)
        assert answer.code == 0, answer.err
        assert file.read_bytes()
    assert b"<b>" not in (tmp_path / "invoice.html").read_bytes().split(b"Alder", 1)[1][:40]
    shown = crmcli("order", "show", "S-2026-0001", store=store)
    assert "[red]<script>" in shown.out
    assert "\x1b[31m" not in shown.out
    assert crmcli("invoice", "render", "INV-2026-00001", "--format", "docx", store=store).code == 2
    paper = crmcli("statement", "AB", "--format", "md", store=store)
    assert "INV-2026-00001" in paper.out


@pytest.mark.parametrize("words", [
    ("order", "list"), ("order", "late"), ("invoice", "list"), ("payment", "list"), ("report", "fulfilment"), ("statement", "AB"),
    ("order", "show", "S-2026-0001"), ("invoice", "show", "INV-2026-00001"),
])  # fmt: skip
@pytest.mark.parametrize("format", ["table", "json", "csv"])
def test_every_screen_in_both_languages(store: Path, words: tuple[str, ...], format: str) -> None:
    for lang in ("en", "ru") if format == "table" else ("en",):
        answer = crmcli(*words, "--format", format, "--lang", lang, store=store, env={"COLUMNS": "80"})
        assert (answer.code, "Traceback" in answer.err) == (0, False), answer.err
        assert answer.out
