"""What nothing in the file decides is asked for, with both spellings of the answer."""

from __future__ import annotations

import pytest

from crmcli.errors import UsageError
from crmcli.intake.formats import decide
from crmcli.intake.looks import look
from crmcli.intake.values import Format
from crmcli.store.connection import scratch


def settle(
    columns: dict[str, tuple[str, list[str]]], decimal: str | None = None, dates: str | None = None
) -> dict[str, Format]:
    looks = {}
    with scratch() as con:
        for name, (kind, texts) in columns.items():
            con.execute(f"CREATE TABLE {name} AS SELECT unnest($1::VARCHAR[]) AS v", [texts])
            looks[name] = look(con, name, "v", kind)
    kinds = {name: kind for name, (kind, _texts) in columns.items()}
    return decide(looks, kinds, decimal=decimal, dates=dates, native={}, names={n: n.upper() for n in columns})


def test_a_thousand_or_one_and_a_bit() -> None:
    with pytest.raises(UsageError) as refused:
        settle({"a": ("number", ["1,234", "5"])})
    assert "1,234" in refused.value.message
    assert "--decimal" in str(refused.value.hint)
    assert settle({"a": ("number", ["1,234"])}, decimal=".")["a"].decimal == "."
    assert settle({"a": ("number", ["1,234"]), "b": ("number", ["1,5"])})["a"].decimal == ","


def test_a_point_of_three_is_asked_as_well() -> None:
    with pytest.raises(UsageError):
        settle({"a": ("number", ["1.234", "5.678"])})
    assert settle({"a": ("number", ["0.125", "0.250"])})["a"].decimal == "."


def test_columns_of_one_file_may_differ() -> None:
    found = settle({"a": ("number", ["1,5"]), "b": ("number", ["1.5"])})
    assert (found["a"].decimal, found["b"].decimal) == (",", ".")


def test_one_column_that_says_both_is_refused() -> None:
    with pytest.raises(UsageError) as refused:
        settle({"a": ("number", ["1,5", "2,5", "1.5", "2.5"])})
    assert "A" in refused.value.message


def test_third_of_april_or_fourth_of_march() -> None:
    with pytest.raises(UsageError) as refused:
        settle({"a": ("date", ["03/04/2025", "05/06/2025"])})
    assert "--dates dmy" in str(refused.value.hint)
    assert settle({"a": ("date", ["03/04/2025"])}, dates="mdy")["a"].order == "mdy"
    assert settle({"a": ("date", ["03/04/2025"]), "b": ("date", ["25/12/2025"])})["a"].order == "dmy"


def test_points_and_a_full_year_need_no_question() -> None:
    assert settle({"a": ("date", ["03.04.2025"])})["a"].order == "dmy"
    with pytest.raises(UsageError):
        settle({"a": ("date", ["03.04.25"])})


def test_day_first_and_month_first_together_are_refused() -> None:
    with pytest.raises(UsageError):
        settle({"a": ("date", ["25/12/2025", "26/12/2025", "12/25/2025", "12/26/2025"])})


def test_whole_numbers_say_nothing_of_a_mark() -> None:
    found = settle({"a": ("number", ["5", "7"])})["a"]
    assert (found.decimal, found.plain) == (None, True)
