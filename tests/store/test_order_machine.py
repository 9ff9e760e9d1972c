"""Orders through all their fates against a model a page long: quantities, words, money, and undo that restores."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from contextlib import ExitStack
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from crmcli.errors import CrmError
from crmcli.store.accounts import load_account
from crmcli.store.check import check
from crmcli.store.connection import open_to_write, rows, transaction
from crmcli.store.orders.states import find_order
from crmcli.store.undo import undo
from tests.store.made import NOW
from tests.store.selling import DAY, arrive, back, bill, customer_id, note, order, pay, send, shop, step

if TYPE_CHECKING:
    import duckdb

PRICES = {1: (Decimal(10), Decimal(20)), 2: (Decimal("99.99"), Decimal(0))}  # price and tax in percent
_TABLES = (
    "orders", "order_lines", "shipments", "shipment_lines", "invoices", "invoice_lines", "payments", "documents",
)  # fmt: skip
few = st.integers(-1, 7)
lines = st.sampled_from([1, 2])


def contents(con: duckdb.DuckDBPyConnection) -> list[list[tuple[Any, ...]]]:
    """All rows an order touches, their bookkeeping too."""
    return [rows(con, f"FROM {table} ORDER BY id") for table in _TABLES]


@cache
def _model_shop() -> Path:
    folder = Path(tempfile.mkdtemp())
    shop(folder / "crm.duckdb")
    return folder


class Fates(RuleBasedStateMachine):
    """One order of 5 nails and 3 doors; quantities by line in plain integers, money as it was asked and came."""

    def __init__(self) -> None:
        super().__init__()
        self.exits = ExitStack()
        folder = Path(self.exits.enter_context(tempfile.TemporaryDirectory()))
        for path in _model_shop().glob("crm.duckdb*"):
            shutil.copy(path, folder / path.name)
        self.con = self.exits.enter_context(open_to_write(folder / "crm.duckdb", wait=5))
        self.order = step(self.con, lambda w: order(w, {"NAIL": "5", "DOOR": "3"}))[0]
        zero = {1: 0, 2: 0}
        self.q = {side: dict(zero) for side in ("shipped", "delivered", "returned", "invoiced")}
        self.ordered = {1: 5, 2: 3}
        self.bills: list[tuple[str, int, int]] = []  # number, line, quantity
        self.credited: dict[str, int] = {}
        self.asked = self.came = Decimal(0)

    def teardown(self) -> None:
        try:
            assert not check(self.con)
        finally:
            self.exits.close()

    def attempt(self, is_allowed: bool, do: object) -> bool:
        """A step that must succeed, or must be refused and leave nothing; sometimes taken back and done again."""
        before = contents(self.con)
        if not is_allowed:
            with pytest.raises(CrmError):
                step(self.con, do)  # type: ignore[arg-type]
            assert contents(self.con) == before
            return False
        step(self.con, do)  # type: ignore[arg-type]
        with transaction(self.con):
            undone = undo(self.con, None, now=NOW)
        assert contents(self.con) == before
        with transaction(self.con):
            undo(self.con, undone.step.number, now=NOW)
        return True

    @rule(line=lines, qty=few, over=st.booleans())
    def ship(self, line: int, qty: int, over: bool) -> None:
        fits = qty > 0 and (over or self.q["shipped"][line] + qty <= self.ordered[line])
        if self.attempt(fits, lambda w: send(w, self.order, {line: str(qty)}, over=over)):
            self.q["shipped"][line] += qty

    @rule()
    def deliver(self) -> None:
        if self.attempt(self.q["shipped"] != self.q["delivered"], lambda w: arrive(w, self.order)):
            self.q["delivered"] = dict(self.q["shipped"])

    @rule(line=lines, qty=few)
    def take_back(self, line: int, qty: int) -> None:
        fits = 0 < qty <= self.q["shipped"][line] - self.q["returned"][line]
        if self.attempt(fits, lambda w: back(w, self.order, {line: str(qty)})):
            self.q["returned"][line] += qty

    @rule(line=lines, qty=few)
    def invoice(self, line: int, qty: int) -> None:
        most = max(self.ordered[line], self.q["shipped"][line]) - self.q["returned"][line]
        fits = 0 < qty <= most - self.q["invoiced"][line]
        if self.attempt(fits, lambda w: bill(w, self.order, {line: str(qty)})):
            number = f"INV-2026-{len(self.bills) + 1:05d}"
            self.bills.append((number, line, qty))
            self.q["invoiced"][line] += qty
            self.asked += self.money(line, qty)

    @precondition(lambda self: self.bills)
    @rule(data=st.data(), qty=few)
    def credit(self, data: st.DataObject, qty: int) -> None:
        number, line, whole = data.draw(st.sampled_from(self.bills))
        fits = 0 < qty <= whole - self.credited.get(number, 0)
        if self.attempt(fits, lambda w: note(w, number, {1: str(qty)})):
            self.credited[number] = self.credited.get(number, 0) + qty
            self.q["invoiced"][line] -= qty
            self.asked -= self.money(line, qty)

    @rule(amount=st.sampled_from(["1", "12", "60.50", "119.99", "500"]))
    def receive(self, amount: str) -> None:
        if self.attempt(is_allowed=True, do=lambda w: pay(w, amount)):
            self.came += Decimal(amount)

    @staticmethod
    def money(line: int, qty: int) -> Decimal:
        price, tax = PRICES[line]
        net = price * qty
        return net + (net * tax / 100).quantize(Decimal("0.01"))

    @invariant()
    def quantities_agree(self) -> None:
        state = find_order(self.con, self.order)
        for line in state.lines:
            now = line.standing
            told = {side: self.q[side][line.number] for side in self.q}
            assert {side: getattr(now, side) for side in told} == told
            assert min(now.shipped, now.delivered, now.returned, now.invoiced, now.paid) >= 0
            assert now.returned <= now.shipped

    @invariant()
    def status_is_right(self) -> None:
        stages = [("delivered", "delivered"), ("shipped", "shipped")]
        word = "confirmed"
        for side, name in stages:
            needed = self.q["shipped"] if side == "delivered" else self.ordered
            if all(self.q[side][n] >= max(needed[n], self.ordered[n]) for n in self.ordered):
                word = name
                break
        stored = find_order(self.con, self.order).status
        assert stored == word or (word, stored) == ("delivered", "completed")

    @invariant()
    def money_agrees(self) -> None:
        account = load_account(self.con, customer_id(self.con, "AB"), since=dt.date(2020, 1, 1), until=DAY)
        assert account.closing == self.asked - self.came
        returned = rows(self.con, "SELECT coalesce(sum(net), 0) FROM order_lines")[0][0]
        left = {n: self.ordered[n] - min(self.q["returned"][n], self.ordered[n]) for n in self.ordered}
        assert returned == sum(PRICES[n][0] * left[n] for n in left)


Fates.TestCase.settings = settings(
    max_examples=5, stateful_step_count=10, deadline=None, suppress_health_check=list(HealthCheck)
)
TestFates = Fates.TestCase
