"""Whatever the rows hold, a picture is sound, or there is none."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from crmcli.table import ChartKind, Kind, Row
from tests.output.charts.drawing import assert_sound, chart, svg_of, table_of

VALUES = st.one_of(
    st.none(),
    st.sampled_from([0.0, -0.0, 1.0, float("nan"), float("inf"), -float("inf"), 1e300, -1e300, 5e-324]),
    st.floats(-1e9, 1e9),
)
AMOUNTS = st.one_of(st.none(), st.decimals(-(10**12), 10**12, places=4), st.just(Decimal("NaN")))
NAMES = st.one_of(
    st.none(), st.text(max_size=60), st.sampled_from(["", "<b>", "a" * 200, "Ж" * 50, "\u202eabc", "\x1b[31m"])
)
DAYS = st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31))
SHARES = st.floats(0, 1)


@settings(max_examples=30, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(st.sampled_from(list(ChartKind)), st.lists(st.tuples(NAMES, AMOUNTS, VALUES), max_size=30))
def test_names_along_amounts_and_numbers(kind: ChartKind, rows: list[Row]) -> None:
    columns = [("name", Kind.TEXT), ("amount", Kind.MONEY), ("number", Kind.RATIO)]
    for values in (("amount",), ("number",), ("amount", "number")):
        svg = svg_of(table_of(columns, rows, chart(kind, "name", *values)))
        if svg is not None:
            assert_sound(svg)


@settings(max_examples=30, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(st.lists(st.tuples(DAYS, VALUES, VALUES, VALUES), max_size=40), st.sampled_from(["en", "ru"]))
def test_lines_over_dates_with_a_band(rows: list[Row], language: str) -> None:
    columns = [("on", Kind.DATE), ("sales", Kind.MONEY), ("least", Kind.MONEY), ("most", Kind.MONEY)]
    svg = svg_of(table_of(columns, rows, chart(ChartKind.LINES, "on", "sales", low="least", high="most")), language)
    if svg is not None:
        assert_sound(svg)


@settings(max_examples=30, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(st.lists(st.tuples(SHARES, SHARES, SHARES, SHARES, st.integers(0, 10**6)), max_size=12))
def test_calibration(rows: list[Row]) -> None:
    columns = [(name, Kind.SHARE) for name in ("expected", "seen", "least", "most")]
    way = chart(ChartKind.CALIBRATION, "expected", "seen", "count", low="least", high="most")
    svg = svg_of(table_of([*columns, ("count", Kind.COUNT)], rows, way))
    assert (svg is None) == (not rows)
    if svg is not None:
        assert_sound(svg)


@settings(max_examples=30, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(st.lists(st.tuples(SHARES, st.floats(-2, 2)), max_size=40))
def test_curves(rows: list[Row]) -> None:
    svg = svg_of(table_of([("part", Kind.SHARE), ("whole", Kind.SHARE)], rows, chart(ChartKind.CURVE, "part", "whole")))
    if svg is not None:
        assert_sound(svg)


@pytest.mark.parametrize("kind", ChartKind)
@pytest.mark.parametrize("rows", [[], [("a", None)], [("a", float("nan"))]], ids=["none", "unknown", "nan"])
def test_nothing_to_draw_is_no_picture(kind: ChartKind, rows: list[Any]) -> None:
    columns = [("name", Kind.CODE), ("number", Kind.RATIO)]
    assert svg_of(table_of(columns, rows, chart(kind, "name", "number"))) is None


@pytest.mark.parametrize("missing", [("other", "number"), ("name", "other")])
def test_a_column_that_is_not_there_is_no_picture(missing: tuple[str, str]) -> None:
    label, value = missing
    table = table_of([("name", Kind.CODE), ("number", Kind.RATIO)], [("a", 1.0)], chart(ChartKind.BARS, label, value))
    assert svg_of(table) is None
