"""Bad rows among many: counted, named by their physical line, and out of nobody's way."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest

from tests.intake.admit.shop import Shop, money

COUNT = 60_000
PAD = "x" * 60  # enough that the database reads the file by itself


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def lines() -> list[str]:
    return ["order_no,ordered_on,sku,qty,unit_price,shelf", *(f"{i},2026-01-05,A,1,1.50,{PAD}" for i in range(COUNT))]


def refused(shop: Shop) -> list[dict[str, str]]:
    with (shop.folder / "big.rejects.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("packed", [False, True])
def test_a_bad_cell_after_line_ends_in_quotes(shop: Shop, packed: bool) -> None:
    text = lines()
    text[10] = f'9,2026-01-05,A,1,1.50,"{PAD}\n{PAD}\n"'
    text[30_000] = f"29999,2026-02-31,A,1,1.50,{PAD}"
    data = ("\n".join(text) + "\n").encode()
    name = "big.csv.gz" if packed else "big.csv"
    (shop.folder / name).write_bytes(gzip.compress(data) if packed else data)
    counts = shop.take(name, code=5)
    assert (counts["rows_read"], counts["admitted"], counts["rejected"]) == (COUNT, COUNT - 1, 1)
    assert [(row["crmcli_line"], row["crmcli_value"]) for row in refused(shop)] == [("30003", "2026-02-31")]
    assert money(shop) == (COUNT - 1) * 1.5
    shop.mend("big.rejects.csv", **{"2026-02-31": "2026-02-28"})
    assert shop.take("big.rejects.csv")["created"] == 1


def test_a_row_with_too_many_cells_makes_the_whole_file_be_read_with_care(shop: Shop) -> None:
    text = lines()
    text[20_000] = f"19999,2026-01-05,A,x,1.50,{PAD},,,"
    shop.file("big.csv", "\n".join(text) + "\n")
    counts = shop.take("big.csv", code=5)
    assert counts["rows_read"] == COUNT
    assert [row["crmcli_line"] for row in refused(shop)] == ["20001"]


def test_several_faults_of_a_row_are_one_reject(shop: Shop) -> None:
    shop.file("big.csv", "order_no,ordered_on,sku,qty,unit_price\n1,2026-13-05,A,one,two\n2,2026-01-05,A,1,2.50\n")
    shop.take("big.csv", code=5)
    (row,) = refused(shop)
    assert row["crmcli_column"] == "ordered_on; qty; unit_price"
    assert row["crmcli_value"] == "2026-13-05; one; two"


def test_where_it_cannot_be_written(shop: Shop) -> None:
    shop.file("big.csv", "order_no,ordered_on,sku,qty,unit_price\n1,2026-13-05,A,1,2.50\n2,2026-01-05,A,1,2.50\n")
    assert shop.run("import", "run", "big.csv", "--rejects", "nowhere/r.csv") == 1
    assert "cannot be written" in shop.err


def test_a_word_nobody_knows_is_named_with_the_option_that_says_what_it_means(shop: Shop) -> None:
    shop.file(
        "s.csv", "order_no,ordered_on,customer,State,amount\nA1,2026-01-05,C1,Parked,10\nA2,2026-01-06,C2,sent,20\n"
    )
    told = ("--map", "State=status")
    shop.take("s.csv", *told, code=5)
    assert "Say what it means and run again: --value 'status:Parked=…'" in shop.err
    assert shop.take("s.csv", *told, "--value", "status:Parked=draft")["created"] == 1
    assert shop.rows("SELECT order_no, status FROM orders ORDER BY 1") == [("A1", "draft"), ("A2", "shipped")]


def test_a_word_that_means_nothing_known_is_refused_still(shop: Shop) -> None:
    shop.file("s.csv", "order_no,ordered_on,customer,status,amount\nA1,2026-01-05,C1,Parked,10\n")
    shop.take("s.csv", "--value", "status:Parked=stored", code=5)
    for wrong, place in (("status=draft", "--value status=draft"), ("statos:Parked=draft", "statos")):
        shop.expect(2, "import", "run", "s.csv", "--value", wrong)
        assert place in shop.err
