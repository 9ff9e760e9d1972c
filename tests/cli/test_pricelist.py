"""`crmcli pricelist` and `crmcli price` as the owner sees them."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import pytest

from tests.cli.program import Answer, crmcli

HOSTILE = "=1+1 [red]x[/red] <script>{{ #set '; DROP"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A firm with three products, two customers, sales of a year, two lists and some rules."""
    room = tmp_path_factory.mktemp("prices")
    store = room / "crm.duckdb"
    files = {
        "products": "sku,name,category,unit,price,cost,tax_rate,launched_on,active\nT1,Tea,Green,kg,100,60,20,2026-05-01,\n"
        f'T2,"{HOSTILE}",Black,kg,10,9,10,2020-01-01,\nT3,Old tea,Green,kg,5,1,20,,false\nT4,Unpriced,Green,kg,,,,,\n',
        "contacts": "code,name,group,tags,price_list\nC1,Ann,shops,vip,\nC2,Bob,,,Own\n",
        "orders": "order_no,ordered_on,customer,sku,qty,amount\nO1,2026-01-10,C1,T1,10,950\nO2,2026-02-10,C2,T1,20,1800\n"
        "O3,2026-02-11,C2,T2,5,50\nO4,2025-01-01,C1,T1,10,999\nO5,2026-03-01,,T1,1,100\nO6,2026-03-02,C1,T1,-1,-95\n",
    }
    assert crmcli("init", "--currency", "EUR", store=store).code == 0
    for name, text in files.items():
        (room / f"{name}.csv").write_text(text, "utf-8")
        assert crmcli("import", "run", room / f"{name}.csv", store=store).code == 0
    for words in (
        ("add", "Own", "--default"),
        ("add", "Child", "--parent", "Own", "--with-tax"),
        ("rule", "add", "Own", "--category", "Green", "--percent", "-5"),
        ("rule", "add", "Own", "--category", "Green", "--percent", "-10", "--qty-from", "10", "--floor-percent", "20"),
        ("rule", "add", "Own", "--sku", "T1", "--customer", "C1", "--price", "91", "--to", "2026-06-30"),
        ("rule", "add", "Own", "--base", "cost", "--percent", "50", "--round-to", "1", "--round", "up", "--surcharge", "-0.01"),
        ("discount", "add", "--kind", "volume", "--from-amount", "1000", "--percent", "3"),
    ):  # fmt: skip
        assert crmcli("pricelist", *words, store=store).code == 0, words
    return room


@pytest.fixture
def store(model: Path, tmp_path: Path) -> Path:
    for path in model.glob("crm.duckdb*"):
        shutil.copy(path, tmp_path / path.name)
    return tmp_path / "crm.duckdb"


def table(answer: Answer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.out)))


def explain(store: Path, *words: str) -> dict[str, list[dict[str, object]]]:
    answer = crmcli("price", "explain", *words, "--format", "json", store=store)
    assert answer.code == 0, answer.err
    return {name: part["rows"] for name, part in json.loads(answer.out).items()}


def test_explain_names_the_winner_the_steps_and_every_loser(store: Path) -> None:
    found = explain(store, "--customer", "C2", "--sku", "T1", "--qty", "12", "--on", "2026-06-30")
    assert (
        found["price"][0] | {"price": "90.0000", "rule": "P2", "floor_price": "72.0000", "currency": "EUR"}
        == found["price"][0]
    )
    assert [(step["kind"], step["price"]) for step in found["steps"]] == [("list", "100.0000"), ("percent", "90.0000")]
    assert [(lost["rule"], lost["reason"], lost["price"]) for lost in found["lost_rules"]] == [
        ("P1", "break", "95.0000"), ("P4", "what", "89.9900"), ("P3", "other_customer", None),
    ]  # fmt: skip
    assert explain(store, "-c", "C1", "-s", "T1", "--on", "2026-06-30")["price"][0]["rule"] == "P3"
    assert explain(store, "-c", "C1", "-s", "T1", "--on", "2026-07-01")["price"][0]["rule"] == "P1"
    assert explain(store, "-s", "T1", "--price-list", "Child")["price"][0]["price"] == "114.0000"


def test_explain_is_readable_and_safe(store: Path) -> None:
    shown = crmcli("price", "explain", "--sku", "T2", "--customer", "C2", store=store)
    assert shown.code == 0
    for words in (HOSTILE, "€13.99 by rule P4", "cost that day", "rounded up to a multiple", "is for product T1",
                  "is for category Green; the product is in Black", "a margin of 35.7"):  # fmt: skip
        assert words.replace(" ", "") in shown.out.replace("\u00a0", " ").replace(" ", ""), words
    nothing = crmcli("price", "explain", "--sku", "T4", store=store)
    assert (nothing.code, "Nothing says what it costs" in nothing.out) == (0, True)
    russian = crmcli("--lang", "ru", "price", "explain", "--sku", "T1", store=store)
    assert russian.code == 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("price", "explain", "--sku", "T9"), 3),
        (("price", "explain", "--sku", "T1", "--customer", "C9"), 3),
        (("price", "explain", "--sku", "T1", "--qty", "0"), 2),
        (("price", "explain", "--sku", "T1", "--on", "soon"), 2),
        (("price", "list", "T9"), 3),
        (("price", "simulate"), 2),
        (("price", "simulate", "--drop", "P9"), 3),
        (("price", "simulate", "--rule", "P1", "--set", "percent"), 2),
        (("price", "simulate", "--rule", "P1", "--set", "qty_from=5", "--set", "qty_to=4"), 2),
        (("price", "simulate", "--set", "percent=5"), 2),
        (("price", "simulate", "--set", "price_list=Gone"), 3),
        (("price", "simulate", "--from", "nowhere.csv"), 2),
        (("pricelist", "print"), 2),
        (("pricelist", "print", "Gone"), 3),
        (("pricelist", "print", "Own", "--format", "doc"), 2),
        (("pricelist", "print", "Own", "--breaks", "0,1"), 2),
        (("pricelist", "show", "Gone"), 3),
        (("pricelist", "edit", "Own"), 2),
        (("pricelist", "edit", "Own", "--currency", "roubles"), 2),
        (("pricelist", "add", "Own"), 4),
        (("pricelist", "drop", "Own"), 4),
        (("pricelist", "rule", "add", "Own", "--percent", "1.23456"), 2),
        (("pricelist", "rule", "add", "Own", "--qty-from", "9", "--qty-to", "8"), 2),
        (("pricelist", "rule", "edit", "P9", "--percent", "1"), 3),
        (("pricelist", "discount", "add", "--kind", "odd", "--from-amount", "1", "--percent", "1"), 2),
    ],
)
def test_what_is_wrong_is_one_line_and_an_exit_code(store: Path, words: tuple[str, ...], code: int) -> None:
    answer = crmcli(*words, store=store)
    assert (answer.code, answer.out) == (code, "")
    assert sum(line.startswith("crmcli: ") for line in answer.err.splitlines()) == 1
    assert "Traceback" not in answer.err


def test_a_tie_is_refused_at_use_and_named_by_check(store: Path) -> None:
    assert (crmcli("pricelist", "check", store=store).code, crmcli("pricelist", "check", store=store).out) == (0, "")
    assert crmcli("pricelist", "rule", "add", "Own", "--category", "Green", "--percent", "-6", store=store).code == 0
    refused = crmcli("price", "explain", "--sku", "T1", store=store)
    assert refused.code == 4
    assert "rules P1 and P5 of price list Own both fit T1" in refused.err
    named = crmcli("pricelist", "check", "--format", "csv", store=store)
    assert named.code == 4
    assert [(row["fault"], row["rule"], row["other"]) for row in table(named)] == [("tie", "P1", "P5")]
    assert crmcli("pricelist", "rule", "edit", "P5", "--priority", "1", store=store).code == 0
    assert explain(store, "--sku", "T1")["price"][0]["rule"] == "P5"


def test_writing_can_be_tried_dry_edited_cleared_and_undone(store: Path) -> None:
    def rules() -> list[dict[str, str]]:
        return table(crmcli("pricelist", "show", "Own", "--format", "csv", store=store))

    before = rules()
    dry = crmcli("pricelist", "rule", "edit", "P1", "--percent", "-50%", "--dry-run", "--format", "csv", store=store)
    assert "−50" in table(dry)[0]["formula"]
    assert (rules(), dry.err) == (before, "Nothing was kept: this was a dry run\n")
    assert crmcli("pricelist", "rule", "edit", "P3", "--to", "none", "--inactive", store=store).code == 0
    assert next(row for row in rules() if row["rule"] == "P3")["days"] == ""
    assert crmcli("pricelist", "rule", "drop", "P2", store=store).code == 0
    assert [row["rule"] for row in rules()] == ["P1", "P3", "P4"]
    assert crmcli("undo", store=store).code == crmcli("undo", store=store).code == 0
    lists = table(crmcli("pricelist", "list", "--format", "csv", store=store))
    assert [(row["name"], row["parent"], row["currency"], row["rules"]) for row in lists] == [
        ("Child", "Own", "EUR", "0"),
        ("Own", "", "EUR", "4"),
    ]
    assert crmcli("pricelist", "drop", "Child", store=store).code == 0
    assert crmcli("pricelist", "discount", "edit", "B1", "--percent", "4", store=store).code == 0
    assert table(crmcli("pricelist", "discount", "list", "--format", "csv", store=store))[0]["percent"] == "4.0000"
    assert crmcli("pricelist", "discount", "drop", "B1", store=store).code == 0
    assert crmcli("check", store=store).code == 0


def test_prices_of_many_products(store: Path) -> None:
    answer = crmcli("price", "list", "--customer", "C2", "--qty", "10", "--format", "csv", store=store)
    assert [(row["sku"], row["price"], row["rule"]) for row in table(answer)] == [
        ("T1", "90.0000", "P2"),
        ("T2", "13.9900", "P4"),
        ("T4", "", ""),
    ]
    assert [row["sku"] for row in table(crmcli("price", "list", "T3", "--format", "csv", store=store))] == ["T3"]
    assert crmcli("price", "list", "--category", "Nothing", store=store).code == 0


def effect(store: Path, *words: str) -> dict[str, list[dict[str, object]]]:
    answer = crmcli("price", "simulate", *words, "--format", "json", store=store)
    assert answer.code == 0, answer.err
    return {name: part["rows"] for name, part in json.loads(answer.out).items()}


def test_simulate_changes_what_was_paid_as_the_price_does(store: Path, tmp_path: Path) -> None:
    logged = crmcli("log", "--format", "csv", store=store).out
    # on 2026-07-01 T1 costs C1 90 for ten (P2), C2 90 for twenty, one unit 95 (P1); −20 % would make 80
    found = effect(store, "--rule", "P2", "--set", "percent=-20")
    sums = {row["measure"]: (row["before"], row["after"]) for row in found["price_effect"]}
    assert sums["revenue"] == ("2900.0000", "2594.4444")  # 950 and 1800 × 8/9, 100 and 50 as they were
    assert sums["margin"] == ("995.0000", "689.4444")  # less cost 31 × 60 + 5 × 9
    assert [(row["customer"], row["change"]) for row in found["customers"]] == [
        ("C2", "-200.0000"),
        ("C1", "-105.5556"),
    ]
    assert [row["sku"] for row in found["products"]] == ["T1"]
    assert len(effect(store, "--drop", "P2", "--customer", "C2")["customers"]) == 1
    (tmp_path / "rules.csv").write_text("rule_no;price_list;category;percent;qty_from\nP2;;;-20;\n", "utf-8")
    assert effect(store, "--from", str(tmp_path / "rules.csv")) == found
    (tmp_path / "rules.toml").write_text('[[rule]]\nrule_no = "P2"\npercent = -20\n', "utf-8")
    assert effect(store, "--from", str(tmp_path / "rules.toml")) == found
    assert effect(store, "--rule", "P2", "--set", "note=x")["customers"] == []
    elastic = effect(store, "--rule", "P2", "--set", "percent=-20", "--elasticity", "-1")
    assert elastic["price_effect"][0]["change"] == "0.0000"  # as much money for more goods
    assert effect(store, "--price-list", "Child", "--group", "shops")["price_effect"][0]["after"] == "1140.0000"
    assert crmcli("log", "--format", "csv", store=store).out == logged


def test_print_in_every_format(store: Path, tmp_path: Path) -> None:
    answer = crmcli("pricelist", "print", "Own", "--format", "csv", store=store)
    assert answer.err == "1 active product has no price and is left out\n"
    rows = {row["sku"]: row for row in table(answer)}
    assert {sku: (row["price_from_1"], row["price_from_10"]) for sku, row in rows.items()} == {
        "T1": ("95.00", "90.00"),
        "T2": ("13.99", "13.99"),
    }
    assert (rows["T1"]["is_new"], rows["T2"]["is_new"]) == ("true", "false")
    taxed = table(crmcli("pricelist", "print", "Own", "--with-tax", "--breaks", "1", "--format", "csv", store=store))
    assert [list(row.values())[4] for row in taxed] == ["15.39", "114.00"]  # 10 % on 13.99, 20 % on 95
    net = table(crmcli("pricelist", "print", "Child", "--without-tax", "--breaks", "1", "--format", "csv", store=store))
    assert [list(row.values())[4] for row in net] == ["13.99", "95.00"]
    for ending in ("pdf", "html", "xlsx", "md", "json"):
        path = tmp_path / f"list.{ending}"
        assert crmcli("pricelist", "print", "--customer", "C1", "-o", path, store=store).code == 0
        assert path.stat().st_size > 300
    page = (tmp_path / "list.html").read_text("utf-8")
    assert "<script>{{" not in page
    facts = json.loads((tmp_path / "list.json").read_text("utf-8"))
    assert "Ann" in json.dumps(facts)


def test_prices_of_the_catalogue_have_tax_where_the_seller_says_so(tmp_path: Path) -> None:
    store = tmp_path / "own.duckdb"
    (tmp_path / "products.csv").write_text("sku,name,price,cost,tax_rate\nT1,Tea,120,50,20\n", "utf-8")
    for words in (("init", "--currency", "EUR"), ("import", "run", tmp_path / "products.csv")):
        assert crmcli(*words, store=store).code == 0
    assert "Prices are in EUR, without tax." in crmcli("price", "explain", "--sku", "T1", store=store).out
    assert crmcli("seller", "set", "prices_include_tax", "yes", store=store).code == 0
    shown = crmcli("price", "explain", "--sku", "T1", store=store).out
    assert "Prices are in EUR, with tax." in shown
    assert "without tax" not in shown
    assert "120" in shown, "the price itself is as in the catalogue"
    assert "Prices are in EUR, with tax." in crmcli("price", "list", store=store).out
