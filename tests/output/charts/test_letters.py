"""Room of texts: never less than the widest font takes, and never more than the room when cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.output.charts.letters import cut, extent
from tests.output.charts.drawing import drawn_width

ALPHABETS = st.text("abcmwxyzABCMWXYZ 0123456789,.%№«»—…абвжшщюыфАБВЖШЩЮЫФ", max_size=40)


@given(ALPHABETS)
def test_the_room_holds_the_text(text: str) -> None:
    assert extent(text) >= drawn_width(text) - 1e-9


@given(st.text(min_size=1, max_size=60), st.floats(20, 300), st.booleans())
def test_a_cut_text_takes_its_room_at_most(text: str, room: float, within: bool) -> None:
    shown = cut(text, room, within=within)
    assert extent(shown) <= max(room + 0.01, extent(text[0]) + extent("…"))
    assert shown == text or "…" in shown


@pytest.mark.parametrize(
    ("text", "within", "wanted"),
    [
        ("Sample Fittings 22 Ltd", False, "Sample Fittings 22…"),
        ("Sample Fittings 22 Ltd", True, "Sample Fittin…2 Ltd"),
        ("short", True, "short"),
    ],
)
def test_an_end_or_a_middle_is_cut(text: str, within: bool, wanted: str) -> None:
    assert cut(text, 140, within=within) == wanted


def test_the_end_gives_way_to_the_first_letter() -> None:
    assert cut("W@:", 28, within=True) == "W…"


def test_marks_take_no_room_and_are_not_left_alone() -> None:
    assert extent("e\u0301") == extent("e")
    assert "…\u0301" not in "".join(cut("long " * 9 + "e\u0301" * n, 120, within=True) for n in range(9))


def test_bold_takes_more() -> None:
    assert extent("abc", bold=True) > extent("abc")
