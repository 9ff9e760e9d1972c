"""The catalogue of measures: what each needs, and that every one can be made and explains itself."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from crmcli.metrics import catalogue
from crmcli.metrics.catalogue import Metric
from crmcli.reports.service.clock import prepare_clock
from tests.reports.small_store import empty_store

METRICS = catalogue.metrics()


def write(folder: Path, name: str, body: str) -> Metric:
    """A measure made for a test."""
    path = folder / f"{name}.sql"
    path.write_text(f"-- What?\nCREATE OR REPLACE TEMP MACRO {name}(x) AS TABLE {body};\n", encoding="utf-8")
    return Metric(name, "sales", path)


def test_what_is_needed_comes_before_what_needs_it_and_nothing_else_comes() -> None:
    order = catalogue.needed("SELECT * FROM rfm($as_of)", METRICS)
    assert (
        order.index("order_totals") < order.index("purchase_days") < order.index("customer_sales") < order.index("rfm")
    )
    assert set(order) == {"order_totals", "purchase_days", "customer_sales", "rfm_groups", "rfm"}


def test_names_in_comments_and_columns_are_no_calls() -> None:
    assert catalogue.needed("-- rhythm(x)\nSELECT rfm, rhythm FROM t", METRICS) == []


def test_a_ring_is_refused(tmp_path: Path) -> None:
    ring = {
        name: write(tmp_path, name, f"SELECT * FROM {other}(x)") for name, other in (("one", "two"), ("two", "one"))
    }
    with pytest.raises(ValueError, match="one > two > one"):
        catalogue.needed("FROM one(1)", ring)


@pytest.mark.parametrize("metric", METRICS.values(), ids=lambda metric: metric.name)
def test_every_measure_is_one_macro_of_its_file_name_that_says_what_it_answers(metric: Metric) -> None:
    assert re.search(rf"^CREATE OR REPLACE TEMP MACRO {metric.name}\(", metric.sql, re.MULTILINE)
    assert metric.sql.count(";") == metric.purpose.count(";") + 1
    assert len(metric.purpose) > 20


@pytest.mark.parametrize("metric", METRICS.values(), ids=lambda metric: metric.name)
def test_every_measure_can_be_asked_on_an_empty_store(metric: Metric) -> None:
    con = empty_store()
    if any("clock_" in METRICS[name].sql for name in catalogue.needed(f"{metric.name}(", METRICS)):
        prepare_clock(con, dt.datetime(2025, 6, 30))
    catalogue.install(con, f"{metric.name}(")
    names = re.search(r"TEMP MACRO \w+\(([^)]*)\)", metric.sql)
    assert names
    samples = {"as_of": "DATE '2025-06-30'", "since": "DATE '2024-06-30'", "until": "DATE '2025-06-30'"}
    samples |= {"measure_name": "'margin'", "is_clean": "true", "a_share": "0.8", "b_share": "0.95"}
    samples |= {
        "dimension": "'customer'",
        "months": "1",
        "yearly_rate": "0.15",
        "stated_share": "NULL",
        "base_weight": "100",
        "moment": "TIMESTAMP '2025-06-30 23:59:59'",
        "is_only_open": "true",
        "by_name": "'group'",
        "a_hours": "8",
        "b_hours": "4",
        "c_hours": "2",
        "least": "20",
    }
    arguments = ", ".join(samples[name.strip()] for name in names[1].split(",") if name.strip())
    rows = con.execute(f"SELECT * FROM {metric.name}({arguments})").fetchall()
    assert len(rows) == {"rfm_groups": 25, "sales_summary": 1, "level_grid": 9, "level_names": 5, "deal_words": 52}.get(
        metric.name, 0
    )


def test_a_measure_is_made_once_and_again_where_it_was_taken_back() -> None:
    con = empty_store()
    con.execute("BEGIN")
    catalogue.install(con, "rhythm(")
    con.execute("ROLLBACK")
    catalogue.install(con, "rhythm(")
    made = con.execute("FROM installed_metrics ORDER BY ALL").fetchall()
    catalogue.install(con, "rhythm(")
    assert con.execute("SELECT count(*) FROM rhythm(DATE '2025-06-30')").fetchall() == [(0,)]
    assert con.execute("FROM installed_metrics ORDER BY ALL").fetchall() == made


def test_no_measure_asks_the_clock() -> None:
    texts = [path.read_text(encoding="utf-8").lower() for path in Path(catalogue.__file__).parents[1].glob("*/*/*.sql")]
    assert len(texts) > 20
    assert not [text for text in texts if re.search(r"current_date|now\(|today\(|get_current|current_timestamp", text)]
