"""Accounts of real firms given to their managers: maven_crm (85 accounts, 35 agents), northwind; skipped where absent."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

import pytest

from tests.intake.admit.shop import Shop, shared
from tests.real.test_northwind import fill


def assigned(shop: Shop, *words: str) -> list[dict[str, str]]:
    shop.expect(0, "keyaccount", "assign", *words, "--format", "csv")
    return list(csv.DictReader(io.StringIO(shop.out)))


def test_maven_accounts_go_to_agents_who_deal_with_them(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.take(shared("maven_crm", "accounts.csv"))
    shop.take(shared("maven_crm", "sales_teams.csv"), "--as", "managers")
    shop.take(shared("maven_crm", "sales_pipeline.csv"))
    shop.expect(0, "segment", "define", "All", 'code != ""')
    words = ("--segment", "All", "--as-of", "2017-12-31", "--hours", "C=10", "--balance", "0")
    found = assigned(shop, *words, "--dry-run")
    assert len(found) == 85
    assert {row["status"] for row in found} == {"new"}
    assert max(Counter(row["manager"] for row in found).values()) <= 12, "120 hours at 10 hours an account"
    # without a limit that binds, each goes to whom it had the most deals with, counted from the file
    free = assigned(shop, *words[:-4], "--hours", "C=0", "--balance", "0", "--dry-run")
    deals: dict[str, Counter[str]] = {}
    with shared("maven_crm", "sales_pipeline.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            day = row["engage_date"] or row["close_date"]
            if row["account"] and "2016-12-31" < day <= "2017-12-31":
                deals.setdefault(row["account"], Counter())[row["sales_agent"]] += 1
    names = dict(shop.rows("SELECT code, name FROM managers"))
    for row in free:
        counts = deals[row["name"]]
        share = counts[names[row["manager"]]] / counts.total()
        best = max(counts.values()) / counts.total()
        assert round(30 * share / 5) == round(30 * best / 5), "as near as points in fives tell"
    shop.expect(0, "manager", "load", "--as-of", "2017-12-31", "--senior", "Dustin Brinkmann", "--format", "csv")
    with shared("maven_crm", "sales_teams.csv").open(encoding="utf-8-sig", newline="") as file:
        team = {row["sales_agent"] for row in csv.DictReader(file) if row["manager"] == "Dustin Brinkmann"}
    assert {row["name"] for row in csv.DictReader(io.StringIO(shop.out))} == team


@pytest.fixture(scope="module")
def northwind(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    shop = Shop(tmp_path_factory.mktemp("northwind_managers"))
    fill(shop)
    return shop


def test_northwind_key_accounts_get_managers_within_their_hours(northwind: Shop) -> None:
    rule = northwind.file("keys.toml", 'where = "abc in (A, B)"\nlimit = 30\n[weights]\nvalue = 100\n')
    northwind.expect(0, "keyaccount", "rule", "write", rule, "--from", "1996-01-01")
    northwind.expect(0, "keyaccount", "select", "--as-of", "1998-05-06", "--format", "csv")
    words = ("--as-of", "1998-05-06")
    assert {row["status"] for row in assigned(northwind, *words, "--dry-run")} == {"not_served"}
    found = assigned(northwind, *words, "--roles", "agent")
    assert len(found) == 30
    assert {row["status"] for row in found} == {"new"}
    assert all(
        ("knows the customer" in row["reasons"] or "same region" in row["reasons"])
        for row in found
        if int(row["fit"]) > 40
    )
    given = dict(northwind.rows("SELECT c.code, m.code FROM contacts AS c JOIN managers AS m ON m.id = c.manager_id"))
    assert given == {row["customer"]: row["manager"] for row in found}
    northwind.expect(0, "check")
    northwind.expect(0, "undo")
    assert northwind.one("SELECT count(*) FROM contacts WHERE manager_id IS NOT NULL") == 0
