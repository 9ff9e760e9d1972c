"""Running a report: rows stay in the database, totals and sentences come from there, options are checked."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from crmcli.errors import UsageError
from crmcli.language import settle
from crmcli.reports import registry
from crmcli.reports.run import run
from tests.reports.small_store import empty_store, line, store_of

AS_OF = dt.date(2025, 6, 30)
FACTS = [line("A", "2025-06-01", 1000), line("B", "2025-05-01", "500.25"), line("C", "2025-04-01", 99)]


def table_of(con: Any, name: str = "rfm", **options: Any) -> Any:
    """A report on the usual day."""
    shared = {key: options.pop(key) for key in ("where", "sort", "limit") if key in options}
    return run(registry.find(name), con, as_of=AS_OF, parameters=options, currency="EUR", **shared)


def test_totals_are_of_all_rows_that_meet_the_conditions_also_those_cut_off() -> None:
    con = store_of(FACTS)
    table = table_of(con, where=["monetary>100"], limit=1)
    assert len(table.rows) == len(table.rows.fetch()) == 1
    assert table.totals == {"frequency": 2, "monetary": Decimal("1500.25")}
    assert "2 rows meet: monetary>100." in table.notes


def test_when_no_row_meets_the_conditions_it_does_not_tell_to_import() -> None:
    table = table_of(store_of(FACTS), where=["monetary>9999"])
    assert (len(table.rows), table.empty, table.totals) == (0, "No row meets the conditions.", {})


def test_answers_live_side_by_side_on_one_connection() -> None:
    con = store_of(FACTS)
    first, second = table_of(con), table_of(con, "abc", clean=False)
    assert [row[0] for row in first.rows.fetch()] == [row[0] for row in second.rows.fetch()] == ["A", "B", "C"]
    assert len(first.rows.fetch()[0]) == 11


def test_a_read_only_store_will_do(tmp_path: Path) -> None:
    path = tmp_path / "store.duckdb"
    con = store_of(FACTS)
    con.execute("ATTACH '" + str(path) + "' AS kept")
    con.execute("COPY FROM DATABASE memory TO kept; DETACH kept")
    with duckdb.connect(str(path), read_only=True) as reading:
        assert [row[0] for row in table_of(reading).rows.fetch()] == ["A", "B", "C"]
        assert table_of(reading).rows.write(tmp_path / "out.csv", "csv")


def test_csv_is_written_by_the_database_byte_for_byte(tmp_path: Path) -> None:
    con = store_of(FACTS)
    con.execute("UPDATE contacts SET name = 'Cable, \"best\"' || chr(10) || 'Ltd' WHERE code = 'A'")
    con.execute("UPDATE contacts SET name = '=1+1; Кабель' WHERE code = 'B'")
    path = tmp_path / "it's.csv"
    assert table_of(con, limit=2).rows.write(path, "csv")
    assert path.read_text(encoding="utf-8") == (
        "customer,name,last_purchase_on,recency_days,frequency,monetary,r,f,m,rfm,group\n"
        'A,"Cable, ""best""\nLtd",2025-06-01,29,1,1000.0000,4,1,4,414,potential_loyal\n'
        "B,=1+1; Кабель,2025-05-01,60,1,500.2500,2,1,2,212,hibernating\n"
    )


def test_small_shares_have_no_exponent_in_text_files(tmp_path: Path) -> None:
    con = store_of([line("A", "2025-06-01", 99999), line("B", "2025-06-01", 1), line("C", "2025-06-01", 0, order="c")])
    path = tmp_path / "abc.tsv"
    assert table_of(con, "abc", clean=False).rows.write(path, "tsv")
    rows = [row.split("\t") for row in path.read_text(encoding="utf-8").splitlines()]
    assert rows[0][3:5] == ["share", "cumulative_share"]
    assert [row[3] for row in rows[1:]] == ["0.99999", "0.00001", "0.0"]


def test_json_lines_carry_exact_amounts_as_text(tmp_path: Path) -> None:
    path = tmp_path / "rfm.jsonl"
    assert table_of(store_of(FACTS)).rows.write(path, "jsonl")
    first = json.loads(path.read_text(encoding="utf-8").splitlines()[0])
    assert (first["monetary"], first["frequency"], first["last_purchase_on"]) == ("1000.0000", 1, "2025-06-01")


def test_parquet_is_typed(tmp_path: Path) -> None:
    path, con = tmp_path / "rfm.parquet", store_of(FACTS)
    assert table_of(con).rows.write(path, "parquet")
    described = con.execute("DESCRIBE SELECT * FROM read_parquet($path)", {"path": str(path)}).fetchall()
    assert {row[0]: row[1] for row in described}["monetary"] == "DECIMAL(38,4)"


def test_a_file_made_before_keeps_its_mode_and_other_formats_are_left_to_others(tmp_path: Path) -> None:
    path = tmp_path / "rfm.csv"
    path.touch(mode=0o600)
    rows = table_of(store_of(FACTS)).rows
    assert rows.write(path, "csv")
    assert path.stat().st_mode & 0o777 == 0o600
    assert not rows.write(tmp_path / "rfm.xlsx", "xlsx")


@pytest.mark.parametrize(
    "options",
    [{"window": "0"}, {"window": "abc"}, {"window": "1.5"}, {"measure": "weight"}, {"clean": "perhaps"}, {"a": "2"}, {"colour": "red"},
     {"limit": -1}, {"window": "99999999999"}],
)  # fmt: skip
def test_options_out_of_range_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        table_of(empty_store(), "abc", **options)


def test_options_are_taken_as_text_too() -> None:
    con = store_of([line("A", "2025-06-01", 60), line("B", "2025-06-01", 40)])
    table = table_of(con, "abc", clean="no", a="50 %", b="0,55", window="30")
    assert [row[5] for row in table.rows.fetch()] == ["A", "C"]
    assert any("2025-06-01 to 2025-06-30" in note for note in table.notes)


def test_a_window_longer_than_history_itself_reaches_back_to_its_beginning() -> None:
    assert len(table_of(store_of(FACTS), "abc", window=36_500, clean=False).rows) == 3


def test_sentences_and_reasons_follow_the_language_and_columns_do_not() -> None:
    con = store_of(FACTS)
    try:
        settle("ru")
        table = table_of(con)
        assert "30.06.2025" in table.notes[0]
        assert [column.name for column in table.columns][:2] == ["customer", "name"]
    finally:
        settle("en")


def test_control_characters_and_markup_in_names_pass_through_untouched() -> None:
    con = store_of(FACTS)
    name = "[red]\x1b[31m</script>{days}%(count)s$party"
    con.execute("UPDATE contacts SET name = $name", {"name": name})
    assert {row[1] for row in table_of(con, "churn").rows.fetch()} == {name}


@pytest.mark.parametrize("year", [1, 999, 9001, 9999])
def test_a_day_beyond_the_calendar_is_refused(year: int) -> None:
    with pytest.raises(UsageError, match="too far away"):
        run(registry.find("rfm"), empty_store(), as_of=dt.date(year, 12, 31), parameters={}, currency="EUR")
