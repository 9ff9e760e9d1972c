"""Reports through the command line: the same cells in every format, conditions, order, limits, days, languages."""

from __future__ import annotations

import csv
import io
import json
import shutil
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from crmcli.output.write import write
from crmcli.reports import registry
from crmcli.reports.run import run
from crmcli.store.connection import open_to_read
from crmcli.table import Table
from tests.cli.program import SAMPLE, crmcli
from tests.output.page.reading import Page
from tests.store.made import make

DAY = "2026-06-30"
EXPECTED = json.loads((SAMPLE / "expected.json").read_text("utf-8"))


def as_csv(firm: Path, *words: str) -> list[dict[str, str]]:
    answer = crmcli("report", *words, "--as-of", DAY, "--format", "csv", store=firm)
    assert answer.code == 0, answer.err
    return list(csv.DictReader(io.StringIO(answer.out)))


def plain(value: object) -> str:
    """A cell of any format as CSV writes it, numbers without closing zeros."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return str(value) if any(value.timetuple()[3:6]) else str(value.date())
    if isinstance(value, date):
        return value.isoformat()
    try:
        return str(round(Decimal(str(value)), 9).normalize())
    except ArithmeticError:
        return str(value)


def written(table: Table, ending: str, room: Path) -> Path:
    """The file of a report in one format."""
    path = room / f"{table.name}.{ending}"
    write(table, format=ending, output=str(path), stdout=None, language="en")
    return path


@pytest.fixture
def chosen(firm: Path, tmp_path: Path) -> Path:
    """The sample firm with its key accounts chosen."""
    for part in firm.parent.glob(f"{firm.name}*"):
        shutil.copy(part, tmp_path / part.name)
    store = tmp_path / firm.name
    for words in (("rule", "write", SAMPLE / "key_accounts.toml", "--from", "2026-01-01"), ("select", "--as-of", DAY)):
        assert crmcli("keyaccount", *words, store=store).code == 0
    return store


@pytest.fixture
def dealing(firm: Path, tmp_path: Path) -> Path:
    """The sample firm with a deal open and one won."""
    for part in firm.parent.glob(f"{firm.name}*"):
        shutil.copy(part, tmp_path / part.name)
    store, env = tmp_path / firm.name, {"CRMCLI_TODAY": DAY}
    for words in (("add", "00056", "Racks", "--amount", "100"), ("add", "00055", "Lamps"), ("win", "DL-2026-0002")):
        assert crmcli("deal", *words, store=store, env=env).code == 0
    return store


@pytest.mark.parametrize("name", registry.names())
def test_every_format_holds_the_same_cells(name: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    stores = {"key-accounts": "chosen", "pipeline": "dealing", "winloss": "dealing"}
    store = request.getfixturevalue(stores.get(name, "firm"))
    with open_to_read(store, wait=30) as con:
        table = run(registry.find(name), con, as_of=date.fromisoformat(DAY), parameters={}, currency="RUB", beside=True)
        endings = ("csv", "tsv", "json", "jsonl", "parquet", "xlsx", "html")
        files = {ending: written(table, ending, tmp_path) for ending in endings}
    texts = {ending: path.read_bytes().decode("utf-8", "replace") for ending, path in files.items()}
    wanted = [[plain(c or None) for c in row.values()] for row in csv.DictReader(io.StringIO(texts["csv"]))]
    assert wanted
    tsv = csv.DictReader(io.StringIO(texts["tsv"]), delimiter="\t")
    assert [[plain(c or None) for c in row.values()] for row in tsv] == wanted
    whole = json.loads(texts["json"])
    assert [[plain(cell) for cell in row.values()] for row in whole["rows"]] == wanted
    lines = texts["jsonl"].splitlines()
    assert [[plain(cell) for cell in json.loads(line).values()] for line in lines] == wanted
    assert [[plain(cell) for cell in row] for row in pl.read_parquet(files["parquet"]).rows()] == wanted
    kinds = [column["kind"] for column in whole["columns"]]
    sheet = openpyxl.load_workbook(files["xlsx"]).worksheets[0]
    found = [[plain(cell.value) for cell in row] for row in sheet.iter_rows(min_row=2, max_row=1 + len(wanted))]
    same = [i for i, kind in enumerate(kinds) if kind != "level"]  # levels are words of the language there
    assert [[row[i] for i in same] for row in found] == [[row[i] for i in same] for row in wanted]
    page = Page(texts["html"])
    assert page.faults == []
    _same_on_page(page, wanted, kinds)


def _same_on_page(page: Page, wanted: list[list[str]], kinds: list[str]) -> None:
    """The first table of a page, by what its cells are sorted by; words of the language left out."""
    rows = page.tables[0][1 : 1 + len(wanted)]
    keys = page.keys[1 : 1 + len(wanted)]
    same = [i for i, kind in enumerate(kinds) if kind != "level"]
    found = [
        [
            ""
            if row[i] == "–"
            else plain(key[i].replace("T", " ") if key[i] is not None else row[i].replace("\xa0", " "))
            for i in same
        ]
        for row, key in zip(rows, keys, strict=True)
    ]
    assert found == [[row[i] for i in same] for row in wanted]


def test_totals_agree_with_the_control_sums_of_the_files(firm: Path) -> None:
    found = {row["measure"]: row["value"] for row in as_csv(firm, "totals")}
    sales, shop, invoices = (EXPECTED[f"{name}.csv"] for name in ("sales_1c_2023_2026", "webshop_2025", "invoices"))
    assert Decimal(found["revenue"]) == Decimal(sales["revenue"]) + Decimal(shop["revenue"])
    assert int(found["lines"]) + int(found["uncounted_lines"]) == sales["lines"] + shop["lines"]
    assert int(found["uncounted_orders"]) == shop["cancelled"]
    assert int(found["returns"]) == sales["returns"]
    assert int(found["invoices"]) == invoices["rows"]
    assert Decimal(found["invoiced_amount"]) == Decimal(invoices["amount"])
    assert Decimal(found["paid_amount"]) <= Decimal(invoices["paid_amount"])
    assert int(found["tickets"]) == EXPECTED["tickets.csv"]["rows"]
    assert (found["first_day"], found["last_day"]) == (sales["first_day"], DAY)


def test_conditions_order_and_limit(firm: Path) -> None:
    everyone = as_csv(firm, "rfm")
    chosen = as_csv(
        firm, "rfm", "--where", "monetary>1000000", "--where", "group in (champion, loyal)", "--sort", "name"
    )
    wanted = [r for r in everyone if Decimal(r["monetary"]) > 1_000_000 and r["group"] in ("champion", "loyal")]
    assert len(chosen) == len(wanted) > 0
    assert sorted(r["customer"] for r in chosen) == sorted(r["customer"] for r in wanted)
    assert as_csv(firm, "rfm", "--limit", "3") == everyone[:3]
    assert [r["recency_days"] for r in as_csv(firm, "rfm", "--sort", "-recency_days")] == sorted(
        (r["recency_days"] for r in everyone), key=int, reverse=True
    )


def test_a_past_day_gives_what_it_would_have_given_then(firm: Path, tmp_path: Path) -> None:
    """A store that only ever held what was known by then says the same."""
    text = (SAMPLE / "webshop_2025.csv").read_text("utf-8").splitlines()
    place = text[0].split(",").index("date") if "date" in text[0].split(",") else None
    if place is None:
        place = next(i for i, cell in enumerate(next(csv.reader([text[1]]))) if cell[:2] == "20" and cell[4:5] == "-")
    early = [text[0], *(line for line in text[1:] if next(csv.reader([line]))[place][:10] <= "2025-06-30")]
    assert 1 < len(early) < len(text)
    for name, lines in (("whole", text), ("early", early)):
        (tmp_path / f"{name}.csv").write_text("\n".join(lines) + "\n", "utf-8")
        store = make(tmp_path / f"{name}.duckdb")
        assert crmcli("import", "run", tmp_path / f"{name}.csv", store=store).code == 0
    for report in ("rfm", "value", "churn", "abc", "cohorts", "retention"):
        words = ("report", report, "--as-of", "2025-06-30", "--format", "csv")
        assert (
            crmcli(*words, store=tmp_path / "whole.duckdb").out == crmcli(*words, store=tmp_path / "early.duckdb").out
        )


def test_latest_and_today_and_a_word_about_old_facts(firm: Path) -> None:
    latest = crmcli("report", "totals", "--as-of", "latest", "--format", "csv", store=firm)
    assert latest.err == ""
    later = {"CRMCLI_TODAY": "2027-07-01"}
    today = crmcli("report", "totals", "--format", "csv", store=firm, env=later)
    assert today.out == latest.out
    assert "--as-of latest" in today.err


def test_card_and_timeline(firm: Path) -> None:
    card = json.loads(crmcli("card", "00056", "--as-of", DAY, "--format", "json", store=firm).out)
    assert {"card", "people", "orders"} & set(card) or len(card) >= 5
    timeline = crmcli("timeline", "00056", "--as-of", DAY, "--format", "csv", store=firm)
    moments = [row[0] for row in csv.reader(io.StringIO(timeline.out))][1:]
    assert moments == sorted(moments, reverse=True)
    assert len(moments) > 100


def test_formula_guard(firm: Path, tmp_path: Path) -> None:
    file = tmp_path / "c.csv"
    file.write_text("code,name,city\nE1,=1+1,@x\n")
    store = make(tmp_path / "s.duckdb")
    crmcli("import", "run", file, "--as", "contacts", store=store)
    assert ",=1+1," in crmcli("export", "contacts", store=store).out
    assert ",'=1+1," in crmcli("export", "contacts", "--excel-safe", store=store).out
    book = tmp_path / "c.xlsx"
    crmcli("export", "contacts", "--output", book, store=store)
    cells = [cell for row in openpyxl.load_workbook(book).worksheets[0].iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert "=1+1" in {cell.value for cell in cells}
