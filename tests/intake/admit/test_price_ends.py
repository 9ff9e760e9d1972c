"""Ends of prices that never come: 31.12.2099 and 9999-12-31 are taken in, and mean no end; other dates so far are refused."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path

import pytest

from crmcli.rules.prices.book import end_of
from crmcli.store.connection import open_to_read, open_to_write, rows
from crmcli.store.prices.pricing import price_rules
from tests.cli.program import crmcli
from tests.store.made import make, take


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return make(tmp_path / "crm.duckdb")


@pytest.mark.parametrize(
    ("written", "kept"),
    [("31.12.2099", None), ("9999-12-31", None), ("2100-01-01", None), ("31.12.2045", dt.date(2045, 12, 31)), ("30.06.2026", dt.date(2026, 6, 30))],
)  # fmt: skip
def test_a_far_end_is_taken_in_and_is_none(store: Path, tmp_path: Path, written: str, kept: dt.date | None) -> None:
    with open_to_write(store, wait=5) as con:
        row = {"price_list": "Own", "price": "5", "rule_no": "R1", "valid_from": "2026-01-01", "valid_to": written}
        take(con, tmp_path, "price_rules", row)
        assert [rule.valid_to for rule in price_rules(con)] == [kept]
        take(con, tmp_path, "price_rules", {**row, "valid_to": "2026-03-31"})  # and can be given an end again
        take(con, tmp_path, "price_rules", row)
        assert [rule.valid_to for rule in price_rules(con)] == [kept]


def test_dates_elsewhere_stay_refused(store: Path, tmp_path: Path) -> None:
    for entity, text in (
        ("price_rules", "price_list,price,valid_from\nOwn,5,31.12.2099\n"), ("price_rules", "price_list,price,valid_to\nOwn,5,31.12.1969\n"),
        ("orders", "order_no,ordered_on,customer,sku,qty,amount\nO1,31.12.2099,C1,S1,1,5\n"),
    ):  # fmt: skip
        (tmp_path / "far.csv").write_text(text, "utf-8")
        answer = crmcli(
            "import",
            "run",
            tmp_path / "far.csv",
            "--as",
            entity,
            "--rejects",
            tmp_path / "far.rejects.csv",
            store=store,
        )
        assert answer.code in (1, 5), answer.err
    with open_to_read(store, wait=5) as con:
        assert rows(con, "SELECT count(*) FROM price_rules UNION ALL SELECT count(*) FROM orders") == [(0,), (0,)]


def test_a_far_end_is_typed_as_none_and_no_overlap(store: Path) -> None:
    assert crmcli("pricelist", "add", "Own", "--default", "--to", "9999-12-31", store=store).code == 0
    for more in (("--to", "31.12.2099"), ("--from", "2026-05-01")):
        added = crmcli("pricelist", "rule", "add", "Own", "--percent", "-5", *more, "--format", "csv", store=store)
        assert added.code == 0, added.err
    days = [
        row["days"]
        for row in csv.DictReader(io.StringIO(crmcli("pricelist", "show", "Own", "--format", "csv", store=store).out))
    ]
    assert days[0] == ""
    assert crmcli("pricelist", "check", store=store).code == 0
    with open_to_read(store, wait=5) as con:
        assert rows(con, "SELECT valid_to FROM price_lists UNION ALL SELECT valid_to FROM price_rules") == [(None,)] * 3


def test_where_for_ever_begins() -> None:
    assert [end_of(day) for day in (None, dt.date.max, dt.date(2099, 1, 1), dt.date(2098, 12, 31))] == [
        None,
        None,
        None,
        dt.date(2098, 12, 31),
    ]
