"""Undo against many random histories (short form: tests/store/test_undo_random.py)."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.test_undo_random import HISTORIES, IMPORTS, SLOW, back_to_nothing, exact_and_sound


@given(HISTORIES)
@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
def test_undo_is_exact_right_after_its_step_and_sound_in_any_order(history: list[tuple[str, Any]]) -> None:
    exact_and_sound(history)


@given(st.lists(IMPORTS, min_size=1, max_size=8))
@settings(max_examples=30, deadline=None, suppress_health_check=SLOW)
def test_newest_first_goes_back_through_every_state_to_nothing(history: list[tuple[str, Any]]) -> None:
    back_to_nothing(history)
