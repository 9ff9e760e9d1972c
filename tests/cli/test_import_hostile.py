"""Texts that want to be code: stored to the byte, never run, whatever place of a file they stand in."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.intake.admit.shop import Shop, shared

PAYLOADS = [
    "=1+1", "+1", "-1+1", "@SUM(A1)", '=HYPERLINK("http://x")', "'; DROP TABLE contacts; --", '"; DROP TABLE contacts; --',
    "\\", "\\'", "{}", "{0}", "{name}", "%s", "%(count)s", "%n", "$x", "$1", "?", ":x", "[bold]x[/bold]", "[/nosuch]",
    "<script>alert(1)</script>", "\x1b[31mred", "\u202eabc", "\u202e", "NULL ", "null", "None", "../../etc/passwd", "a\tb", "a\u00a0b",
    "ёЁ", "😀", "ﷺ", "a" * 5000, "\x7f", "\x01", "'", '"', "''", '""', "--", "/*", "*/", ";", "#", "\\N x", "x\\0y",
]  # fmt: skip
# Unlike the rest these mean that nothing is there, or are trimmed, as everywhere.
MEANINGLESS = {"NULL "}


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def written(rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
    return text.getvalue()


def naughty() -> list[str]:
    lines = shared("naughty_strings", "blns.txt").read_text("utf-8").split("\n")
    lines += shared("naughty_strings", "csv-injection-payloads.txt").read_text("utf-8").split("\n")
    return [line for line in lines if line.strip() and not line.startswith("#")]


def take_all(shop: Shop, texts: list[str]) -> None:
    """Every text as a name, a note, a product and a subject; back as it was, less the blanks around it."""
    rows = [["code", "name", "note"], *([f"K{i:04}", text, text] for i, text in enumerate(texts))]
    shop.take(shop.file("c.csv", written(rows)))
    kept = shop.rows("SELECT name, note FROM contacts ORDER BY code")
    assert len(kept) == len(texts)
    for text, (name, note) in zip(texts, kept, strict=True):
        assert name == note == text.strip(" \t\r\n\u00a0")
    rows = [["order_no", "ordered_on", "customer", "sku", "description", "amount"]]
    rows += [[f"N{i}", "2026-01-05", "K0000", f"S{i:04}", text, "1"] for i, text in enumerate(texts)]
    shop.take(shop.file("o.csv", written(rows)))
    assert [name for (name,) in shop.rows("SELECT name FROM products ORDER BY sku")] == [name for name, _note in kept]
    shop.expect(0, "check")


def test_payloads_as_values(shop: Shop) -> None:
    take_all(shop, [text for text in PAYLOADS if text not in MEANINGLESS])


def test_naughty_strings_as_values(shop: Shop) -> None:
    texts = [text for text in naughty() if text.strip(" \t\r\n\u00a0") not in ("NULL", "\\N", "(null)", "")]
    assert len(texts) > 400
    errors = ("#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#N/A", "#NULL!")
    take_all(shop, [text for text in texts if text.strip() not in errors])


def test_payloads_as_keys_and_references(shop: Shop) -> None:
    """The customer, the product, the manager and the order number are such texts."""
    texts = [text for text in PAYLOADS if text not in MEANINGLESS]
    rows = [
        ["order_no", "ordered_on", "customer", "sku", "manager", "amount"],
        *([t, "2026-01-05", t, t, t, "1"] for t in texts),
    ]
    shop.take(shop.file("o.csv", written(rows)))
    for table, key in (("contacts", "code"), ("products", "sku"), ("managers", "code"), ("orders", "order_no")):
        assert {value for (value,) in shop.rows(f"SELECT {key} FROM {table}")} == set(texts), table
    assert shop.take("o.csv")["unchanged"] == len(texts)


def test_payloads_as_headings(shop: Shop) -> None:
    """Headings become fields of the owner's own: in JSON, never in SQL."""
    texts = [text for text in PAYLOADS if text not in MEANINGLESS and len(text) < 100]
    shop.take(
        shop.file("c.csv", written([["code", "name", *texts], ["K", "Kappa", *(str(i) for i in range(len(texts)))]])),
        "--header-row",
        "1",
        "--as",
        "contacts",
    )
    own = json.loads(shop.one("SELECT custom FROM contacts"))
    assert list(own.values()) == [str(i) for i in range(len(texts))]
    assert sum(text in own for text in texts) >= len(texts) - 3  # those that fold to the same visible name are numbered
    assert shop.take("c.csv", "--header-row", "1", "--as", "contacts")["unchanged"] == 1
    shop.preview("c.csv", "--header-row", "1", "--as", "contacts")
    assert "\x1b" not in shop.out


@pytest.mark.parametrize(
    "heading", ["a\"b'c", "'; DROP TABLE contacts; --", "{x}", "$set_role", "%(count)s", "\\", "a=b", "x*2", "=1+1"]
)
def test_a_hostile_heading_can_be_mapped_refused_and_fed_back(shop: Shop, heading: str) -> None:
    shop.file("c.csv", written([["code", heading, "name"], ["K", "12", "Kappa"], ["L", "x", "Lambda"]]))
    maps = ("--map", f"{heading}=credit_limit", "--save-profile", "p.toml", "--as", "contacts")
    shop.take("c.csv", *maps, code=5)
    shop.mend("c.rejects.csv", x="7")
    shop.take("c.rejects.csv")
    assert [int(limit) for (limit,) in shop.rows("SELECT credit_limit FROM contacts ORDER BY code")] == [12, 7]
    assert shop.take("c.csv", "--profile", "p.toml", code=5)["unchanged"] == 1


def test_hostile_sheet_and_file_names(shop: Shop) -> None:
    import xlsxwriter

    name = "a'; DROP TABLE x; --\x1b[31m$(touch pwned) {0} %s.xlsx"
    with xlsxwriter.Workbook(str(shop.folder / name)) as book:
        sheet = book.add_worksheet("'; DROP {0} %s \"$x") if False else book.add_worksheet('; DROP {0} %s "$x')
        sheet.write_row(0, 0, ["code", "name", "city"])
        sheet.write_row(1, 0, ["K", "Kappa", "Tver"])
    shop.take(name)
    assert "\x1b" not in shop.err
    assert not (shop.folder / "pwned").exists()
    assert shop.one("SELECT count(*) FROM contacts") == 1
    shop.expect(0, "import", "list")


def test_hostile_flag_values(shop: Shop) -> None:
    shop.file("c.csv", "code,name\nK,Kappa\n")
    for text in ("'; DROP TABLE contacts; --", "$1", "{}", "\\", "%s", '"'):
        shop.take("c.csv", "--as", "contacts", "--set", f"note={text}", "--source", text, "--missing", text)
        assert shop.one("SELECT note FROM contacts") == text
    shop.file("o.csv", "ordered_on,customer,amount\n2026-01-05,K,5\n")
    shop.take("o.csv", "--as", "orders", "--source", "'; DROP TABLE orders; --")
    assert shop.one("SELECT source FROM orders") == "'; DROP TABLE orders; --"


def test_nul_bytes_are_no_traceback(shop: Shop) -> None:
    shop.file("c.csv", "code,na\x00me,city\nK,Kap\x00pa,Tver\n")
    assert shop.run("import", "run", "c.csv", "--as", "contacts", "--map", "city=name") in (0, 2, 5)
    assert "something went wrong" not in shop.err


def test_what_a_spreadsheet_did_is_told(shop: Shop) -> None:
    rows = [["order_no", "ordered_on", "customer", "sku", "amount"]]
    rows += [
        ["1", "2026-01-05", "17850.0", "5-20", "1.50"],
        ["2", "2026-01-05", "17851.0", "2026-05-20 00:00:00", "1.50"],
    ]
    rows += [["3", "2026-01-05", "17852.0", "4,07E+19", "1.50"], ["4", "2026-01-05", "17852.0", "A", "#DIV/0!"]]
    counts = shop.take(shop.file("o.csv", written(rows)), code=5)
    assert counts["rejected"] == 2
    for told in ("ended in .0", "dates among codes", "scientific notation", "error cell"):
        assert told in shop.err.replace("is a date among codes", "dates among codes"), told
    assert shop.one("SELECT count(*) FROM contacts WHERE code = '17850'") == 1


def test_lost_leading_zeros_are_told(shop: Shop) -> None:
    shop.take(shop.file("c.csv", "code,name\n00501,Kappa\n00502,Lambda\n"), "--as", "contacts")
    shop.take(shop.file("o.csv", "order_no,ordered_on,customer,sku,amount\n1,2026-01-05,501,A,1\n"))
    assert "501 for 00501" in shop.err
