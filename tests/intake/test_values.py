"""Texts become numbers and dates exactly, or not at all."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmcli.intake.formats import decide
from crmcli.intake.looks import look
from crmcli.intake.values import date_sql, number_sql, share_like
from crmcli.store.connection import rows, scratch


def read(texts: list[str], kind: str = "number", *, rounded: bool = False, **told: Any) -> list[Any]:
    """The values of one column of texts, decided as a file of that column alone would be."""
    with scratch() as con:
        con.execute("CREATE TABLE landing AS SELECT unnest($1::VARCHAR[]) AS v", [texts])
        seen = look(con, "landing", "v", kind)
        said: dict[str, Any] = {"decimal": None, "dates": None, **told}
        how = decide({"x": seen}, {"x": kind}, native={}, names={"x": "X"}, **said)["x"]
        temporal = kind in ("date", "moment")
        sql = date_sql("v", how, kind) if temporal else number_sql("v", how, kind, rounded=rounded)
        return [value for (value,) in rows(con, f"SELECT {sql} FROM landing")]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 234,56", "1234.56"), ("1\u00a0234,56", "1234.56"), ("1\u202f234,5", "1234.5"), ("1.234.567,8", "1234567.8"),
        ("-12,5", "-12.5"), ("12,5-", "-12.5"), ("(12,5)", "-12.5"), ("−12,5", "-12.5"), ("12,50 руб.", "12.5"),
        ("€ 12,50", "12.5"), ("12,5%", "12.5"), ("1'234,5", "1234.5"), (",5", "0.5"), ("0,1234", "0.1234"), ("12,500000", "12.5"),
    ],
)  # fmt: skip
def test_numbers_with_a_comma(text: str, value: str) -> None:
    assert read([text, "1,25"]) == [Decimal(value), Decimal("1.25")]


@pytest.mark.parametrize(
    "text", ["--5", "-12-", "1O", "1,2,3,4", "0x10", "1e3", "12,34567", "1 2 3,4x", "Infinity", "NaN", "5+5", "1,234.5"]
)
def test_no_numbers(text: str) -> None:
    assert read([text, "1,25", "2,25"], decimal=",")[0] is None


def test_more_than_four_decimals_only_when_rounding() -> None:
    assert read(["0.33335", "1.5"])[0] is None
    assert read(["0.33335", "-0.33335"], rounded=True) == [Decimal("0.3334"), Decimal("-0.3334")]


@given(st.lists(st.decimals(-(10**9), 10**9, places=2), min_size=1, max_size=20))
@settings(max_examples=30, deadline=None)
def test_every_amount_survives_the_way_russians_write_it(amounts: list[Decimal]) -> None:
    texts = [f"{amount:,.2f}".replace(",", "\u00a0").replace(".", ",") for amount in amounts]
    assert read(texts) == amounts


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("31.12.2025", "2025-12-31"), ("1.2.2025", "2025-02-01"), ("31.12.25", "2025-12-31"), ("2025-12-31", "2025-12-31"),
        ("20251231", "2025-12-31"), ("5 января 2025 г.", "2025-01-05"), ("Jan 5, 2025", "2025-01-05"), ("5th March 2025", "2025-03-05"),
        ("31.12.2025 14:05", "2025-12-31"), ("2025-12-31T23:59:59", "2025-12-31"), ("45000", "2023-03-15"),
    ],
)  # fmt: skip
def test_days(text: str, day: str) -> None:
    assert str(read([text, "25.11.2025"], "date")[0]) == day


@pytest.mark.parametrize("text", ["31.02.2026", "13.13.2026", "32.01.2026", "today", "2026", "1.1"])
def test_no_days(text: str) -> None:
    assert read([text, "25.11.2025", "26.11.2025"], "date")[0] is None


def test_moments_keep_their_time() -> None:
    assert [str(m) for m in read(["29/2/2016 01:16", "3/12/2016 13:00", "25/12/2016 09:05"], "moment")] == [
        "2016-02-29 01:16:00", "2016-12-03 13:00:00", "2016-12-25 09:05:00",
    ]  # fmt: skip
    assert str(read(["2016-02-29 01:16:07.5"], "moment")[0]) == "2016-02-29 01:16:07.500000"


@pytest.mark.parametrize(
    ("texts", "is_share"),
    [(["0.2", "0"], True), (["0", "1"], False), (["0.2", "20"], False), (["-0.2"], False), ([], False)],
)
def test_share_like(texts: list[str], is_share: bool) -> None:
    with scratch() as con:
        con.execute("CREATE TABLE t AS SELECT unnest($1::VARCHAR[])::DECIMAL(18, 4) AS v", [texts])
        assert share_like(con, "t", "v") is is_share
