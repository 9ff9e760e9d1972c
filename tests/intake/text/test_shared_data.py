"""Published CSV files, read told nothing."""

from __future__ import annotations

import json
import lzma
import tarfile
from pathlib import Path

import pytest

from crmcli.errors import CrmError
from crmcli.intake.reading import Hints
from crmcli.intake.text.read import read_text

DATA = Path(__file__).resolve().parents[3] / ".." / "shared" / "data"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="no shared data beside the project")


CASES = sorted(p for p in (DATA / "csv_spectrum" / "csvs").glob("*.csv") if p.stem != "location_coordinates")


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)  # the case left out has another number in its JSON
def test_spectrum(path: Path) -> None:
    expected = json.loads((path.parents[1] / "json" / f"{path.stem}.json").read_text("utf-8"))
    (reading,) = read_text(path, Hints(), origin=path.name)
    assert [dict(zip(reading.headings, row, strict=True)) for row in reading.rows] == expected


@pytest.mark.parametrize(
    ("name", "rows", "columns", "dropped"),
    [
        ("northwind/customers.csv", 91, 11, 0),
        ("northwind/orders.csv", 830, 14, 0),
        ("superstore/Sample - Superstore.csv", 10_194, 21, 0),
        ("ru_pharmacy/derived_1c_style_cp1251_dev.csv", 2_682, 14, 3),
        ("bank_marketing/bank-full.csv.gz", 45_211, 17, 0),
        ("ibm_campaigns/WA_Fn-UseC_-Marketing-Customer-Value-Analysis.csv", 9_134, 24, 0),
        ("ibm_campaigns/WA_Fn-UseC_-Marketing-Campaign-Plan_-GroceryS.csv", 1_496, 15, 0),
        ("telco_churn/WA_Fn-UseC_-Telco-Customer-Churn.csv", 7_043, 21, 0),
        ("maven_crm/sales_pipeline.csv", 8_800, 8, 0),
        ("febrl_duplicates/dataset1.csv", 1_000, 11, 0),
    ],
)
def test_business_files(name: str, rows: int, columns: int, dropped: int) -> None:
    (reading,) = read_text(DATA / name, Hints(), origin=name, plain_allowed=False)
    assert (len(reading.rows), len(reading.headings)) == (rows, columns)
    assert sum(d.count for d in reading.dropped) == dropped
    assert not reading.headerless


def test_database_test_files_never_crash(tmp_path: Path) -> None:
    with lzma.open(DATA / "duckdb_csv" / "duckdb_csv.tar.xz") as packed, tarfile.open(fileobj=packed) as archive:
        archive.extractall(tmp_path, filter="data")
    read = refused = 0
    for path in sorted(p for p in tmp_path.rglob("*.csv") if p.is_file() and p.stat().st_size < 200_000):
        try:
            readings = read_text(path, Hints(), origin=path.name)
        except CrmError:
            refused += 1
            continue
        read += 1
        assert all(len(row) == len(r.headings) for r in readings for row in r.rows), path
    assert read > 600
    assert refused < 300
