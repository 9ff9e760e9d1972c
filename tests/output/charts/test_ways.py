"""Each way of drawing: what stands where."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

import pytest

from crmcli import language
from crmcli.output.charts.scale import scale_of
from crmcli.table import ChartKind, Kind
from tests.output.charts.drawing import assert_sound, chart, drawn_width, marks, root_of, svg_of, table_of


def texts(svg: str) -> list[str]:
    return ["".join(e.itertext()) for e in root_of(svg).iter("text")]


def test_bars_are_as_long_as_their_values_and_negative_ones_go_left() -> None:
    rows = [("a", Decimal(100)), ("b", Decimal(50)), ("c", Decimal(-50)), ("d", None)]
    svg = svg_of(table_of([("name", Kind.CODE), ("sum", Kind.MONEY)], rows, chart(ChartKind.BARS, "name", "sum")))
    assert svg is not None
    assert_sound(svg)
    a, b, c = (e for e in root_of(svg).iter("rect"))
    assert float(a.get("width", 0)) == pytest.approx(2 * float(b.get("width", 0)), abs=0.2)
    assert float(c.get("x", 0)) + float(c.get("width", 0)) == pytest.approx(float(a.get("x", 0)), abs=0.2)
    assert "minus" in (c.get("class") or "")
    assert {"€100", "-€50", "–"} <= set(texts(svg))


def test_only_the_first_rows_become_bars() -> None:
    rows = [(f"c{n}", n) for n in range(50)]
    svg = svg_of(table_of([("name", Kind.CODE), ("n", Kind.COUNT)], rows, chart(ChartKind.BARS, "name", "n", most=7)))
    assert svg is not None
    assert len(marks(root_of(svg), "rect")) == 7


def test_a_long_name_is_cut_and_whole_when_pointed_at() -> None:
    rows = [("Very long name of a customer indeed & <b>", 1)]
    svg = svg_of(table_of([("name", Kind.TEXT), ("n", Kind.COUNT)], rows, chart(ChartKind.BARS, "name", "n")))
    assert svg is not None
    (label,) = [e for e in root_of(svg).iter("text") if (e.findtext("title") or "").startswith("Very long")]
    assert label.findtext("title") == rows[0][0]
    shown = label.find("title").tail or ""  # type: ignore[union-attr]
    assert re.fullmatch(r"Very long .*….*d & <b>", shown)  # the end tells apart names that begin alike


def test_names_stand_within_the_picture_in_the_widest_font() -> None:
    names = [
        "ООО «Образец Электротовары 106»",
        "ШИРОКАЯ ЖЮЩЫФШЮЖЩ",
        "WWWW MMMM WWWW MMMM WWWW",
        "株式会社見本電気工業商店東京都",
        "a" * 90,
    ]
    way = chart(ChartKind.BARS, "name", "n")
    svg = svg_of(table_of([("name", Kind.TEXT), ("n", Kind.COUNT)], [(name, 1) for name in names], way))
    labels = [e for e in root_of(svg or "").iter("text") if e.get("text-anchor") == "end"]
    assert len(labels) == len(names)
    for label in labels:
        title = label.find("title")
        shown = (label.text or "") if title is None else (title.tail or "")
        assert drawn_width(shown) <= float(label.get("x", 0)), shown


def test_columns_of_two_series_have_a_key_and_a_zero_line() -> None:
    rows = [(f"2025-{m:02}", m * 10.0, -5.0) for m in range(1, 13)]
    columns = [("month", Kind.CODE), ("now", Kind.RATIO), ("then", Kind.RATIO)]
    svg = svg_of(table_of(columns, rows, chart(ChartKind.COLUMNS, "month", "now", "then")))
    assert svg is not None
    assert_sound(svg)
    assert {"now", "then", "2025-01"} <= set(texts(svg))
    assert len(marks(root_of(svg), "rect", "minus")) == 12


def test_a_line_breaks_where_a_value_is_unknown_and_a_lone_value_is_a_dot() -> None:
    rows = [(dt.date(2025, 1, day), value) for day, value in ((1, 1.0), (2, 2.0), (3, None), (4, 3.0))]
    svg = svg_of(table_of([("on", Kind.DATE), ("x", Kind.RATIO)], rows, chart(ChartKind.LINES, "on", "x")))
    assert svg is not None
    assert len(marks(root_of(svg), "path", "l1")) == 1
    assert len(marks(root_of(svg), "circle")) == 3


def test_dates_stand_by_their_distance() -> None:
    rows = [(dt.date(2025, 1, day), 1.0) for day in (1, 2, 11)]
    svg = svg_of(table_of([("on", Kind.DATE), ("x", Kind.RATIO)], rows, chart(ChartKind.LINES, "on", "x")))
    first, second, last = (float(e.get("cx", 0)) for e in marks(root_of(svg or ""), "circle"))
    assert (last - first) / (second - first) == pytest.approx(10, abs=0.1)


def test_the_band_lies_between_its_bounds() -> None:
    rows = [(n, 5.0, 4.0, 6.0) for n in range(4)]
    columns = [("n", Kind.COUNT), ("x", Kind.RATIO), ("a", Kind.RATIO), ("b", Kind.RATIO)]
    svg = svg_of(table_of(columns, rows, chart(ChartKind.LINES, "n", "x", low="a", high="b")))
    assert len(marks(root_of(svg or ""), "path", "band")) == 1


def test_a_heat_map_prints_values_leaves_unknown_cells_empty_and_ends_with_the_totals() -> None:
    rows = [("2025-01", 1.0, 0.5), ("2025-02", 0.25, None)]
    way = chart(ChartKind.HEAT, "month", "m1", "m2")
    columns = [("month", Kind.CODE), ("m1", Kind.SHARE), ("m2", Kind.SHARE)]
    svg = svg_of(table_of(columns, rows, way, totals={"m1": 0.6}))
    assert svg is not None
    assert_sound(svg)
    assert texts(svg)[:5] == ["m1", "m2", "2025-01", "2025-02", "Total"]
    assert [text.replace("\u00a0", " ") for text in texts(svg)[5:]] == ["100 %", "25 %", "60 %", "50 %"]
    depths = [float(e.get("fill-opacity", 0)) for e in marks(root_of(svg), "rect", "heat")]
    assert depths == sorted(depths, reverse=True)[:1] + depths[1:]
    assert depths[0] == 1.0


@pytest.mark.parametrize(
    ("points", "wanted"),
    [
        ([(0.1, 0.5), (0.3, 0.82), (1.0, 1.0)], "82.0 % from the first 30.0 %"),
        ([(0.5, 1.4), (1.0, 1.0)], "140.0 % from the first 50.0 %, the rest costs money"),
    ],
)
def test_the_curve_marks_what_is_worth_knowing(points: list[tuple[float, float]], wanted: str) -> None:
    language.settle("en")
    svg = svg_of(table_of([("p", Kind.SHARE), ("w", Kind.SHARE)], list(points), chart(ChartKind.CURVE, "p", "w")))
    assert svg is not None
    assert_sound(svg)
    assert wanted in [text.replace("\u00a0", " ") for text in texts(svg)]
    assert len(marks(root_of(svg), "line", "diagonal")) == 1


def test_calibration_has_a_dot_and_whiskers_for_each_group() -> None:
    rows = [(0.1, 0.12, 0.05, 0.2, 40), (0.5, 0.45, 0.3, 0.6, 31)]
    columns = [(name, Kind.SHARE) for name in ("p", "seen", "a", "b")]
    way = chart(ChartKind.CALIBRATION, "p", "seen", "n", low="a", high="b")
    svg = svg_of(table_of([*columns, ("n", Kind.COUNT)], rows, way))
    root = root_of(svg or "")
    assert (len(marks(root, "circle")), len(marks(root, "line", "whisker"))) == (2, 2)
    assert {"40", "31"} <= set(texts(svg or ""))


def test_the_words_of_a_picture_say_what_it_shows() -> None:
    table = table_of([("name", Kind.CODE), ("n", Kind.COUNT)], [("a", 3), ("b", 1)], chart(ChartKind.BARS, "name", "n"))
    root = root_of(svg_of(table) or "")
    assert (root.findtext("title"), root.findtext("desc")) == ("Title", "a: 3; b: 1")


@pytest.mark.parametrize(
    ("values", "whole", "ticks"),
    [
        ([0, 97], False, (0, 20, 40, 60, 80, 100)), ([3], True, (0, 1, 2, 3)), ([], False, (0, 0.2, 0.4, 0.6, 0.8, 1)),
        ([0, 0], False, (0, 0.2, 0.4, 0.6, 0.8, 1)), ([-40, 60], False, (-40, -20, 0, 20, 40, 60)),
    ],
)  # fmt: skip
def test_axes_end_at_round_values(values: list[float], whole: bool, ticks: tuple[float, ...]) -> None:
    assert scale_of(values, start=0, end=1, whole=whole).ticks == pytest.approx(ticks)
