"""Undo against random histories of tiny imports: exact right after a step, sound in any order, empty at the end."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmcli.errors import ConflictError, NotFoundError
from crmcli.store.check import check
from crmcli.store.connection import open_to_write, transaction
from crmcli.store.journal import steps
from crmcli.store.undo import Undone, undo
from tests.store.made import NOW, contents, everything, make, take

CODES = st.sampled_from(["A", "B"])
AMOUNTS = st.sampled_from(["1", "2.50"])
SHAPES: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "contacts": st.fixed_dictionaries({"code": CODES, "name": CODES, "manager": st.sampled_from(["", "M", "N"])}),
    "orders": st.fixed_dictionaries(
        {"order_no": st.sampled_from(["", "1", "2"]), "ordered_on": st.just("2026-01-05"), "customer": CODES,
         "status": st.sampled_from(["confirmed", "cancelled"]), "sku": CODES, "amount": AMOUNTS}
    ),
    "invoices": st.fixed_dictionaries(
        {"invoice_no": CODES, "customer": CODES, "issued_on": st.just("2026-01-05"), "amount": AMOUNTS,
         "paid_on": st.sampled_from(["", "2026-01-09"])}
    ),
    "payments": st.fixed_dictionaries({"customer": CODES, "paid_on": st.just("2026-01-07"), "amount": AMOUNTS}),
    "people": st.fixed_dictionaries({"company": CODES, "name": CODES, "phone": st.sampled_from(["", "1", "2"])}),
    "interactions": st.fixed_dictionaries({"customer": CODES, "at": st.just("2026-01-05 10:00"), "subject": CODES}),
}  # fmt: skip
IMPORTS = st.sampled_from(sorted(SHAPES)).flatmap(
    lambda name: st.tuples(st.just(name), st.lists(SHAPES[name], min_size=1, max_size=3))
)
UNDOS = st.tuples(st.just("undo"), st.integers(1, 8))
HISTORIES = st.lists(st.one_of(IMPORTS, IMPORTS, UNDOS), min_size=1, max_size=7)
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


def back(con: Any, number: int | None) -> Undone | None:
    """Undo in a transaction, the store sound after it; None where there is nothing to take back."""
    try:
        with transaction(con):
            done = undo(con, number, now=NOW)
    except (NotFoundError, ConflictError):
        return None
    # an invoice may have been lowered by the file itself after it was paid: the owner's matter, before the undo as after it
    assert [finding for finding in check(con) if finding.check != "overpaid_invoices"] == []
    return done


def play(con: Any, folder: Path, name: str, what: Any) -> None:
    """One event of a history."""
    if name == "undo":
        back(con, what)
    else:
        take(con, folder, name, *what)


@given(HISTORIES)
@settings(max_examples=4, deadline=None, suppress_health_check=SLOW)
def test_undo_is_exact_right_after_its_step_and_sound_in_any_order(history: list[tuple[str, Any]]) -> None:
    exact_and_sound(history)


@given(st.lists(IMPORTS, min_size=1, max_size=5))
@settings(max_examples=3, deadline=None, suppress_health_check=SLOW)
def test_newest_first_goes_back_through_every_state_to_nothing(history: list[tuple[str, Any]]) -> None:
    back_to_nothing(history)


def exact_and_sound(history: list[tuple[str, Any]]) -> None:
    """After each import, its undo restores every row, and the undo of that restores it again."""
    with tempfile.TemporaryDirectory() as folder, open_to_write(make(Path(folder) / "crm.duckdb"), wait=5) as con:
        for name, what in history:
            number = steps(con)[0].number if steps(con) else 0
            before = contents(con)
            play(con, Path(folder), name, what)
            newest = steps(con)[0].number if steps(con) else 0
            if newest == number:
                assert contents(con) == before
                continue
            after = contents(con)
            taken_back = back(con, newest)
            assert taken_back is not None
            assert (contents(con), taken_back.kept) == (before, [])
            back(con, taken_back.step.number)
            assert contents(con) == after


def back_to_nothing(history: list[tuple[str, Any]]) -> None:
    """Undo without a number, until there is nothing to undo: every earlier state comes by, to the byte."""
    with tempfile.TemporaryDirectory() as folder, open_to_write(make(Path(folder) / "crm.duckdb"), wait=5) as con:
        states = [everything(con)]
        for name, rows in history:
            if take(con, Path(folder), name, *rows).step is not None:
                states.append(everything(con))
        for state in reversed(states[:-1]):
            assert back(con, None) is not None
            assert everything(con) == state
        assert back(con, None) is None
        assert not any(everything(con).values())
