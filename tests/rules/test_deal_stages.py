"""Stages of deals as typed and as read from a file."""

from __future__ import annotations

from decimal import Decimal

import pytest

from crmcli.errors import UsageError
from crmcli.rules.deals.stages import (
    LOST,
    OPEN,
    WON,
    Stage,
    read_probability,
    read_stages,
    ready_stages,
    require_stages,
)


def test_the_ready_set_makes_sense_as_it_stands() -> None:
    stages = ready_stages()
    assert require_stages(stages) == stages
    shares = [stage.probability for stage in stages if stage.outcome == OPEN]
    assert shares == sorted(shares, key=lambda share: share or 0)


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("40%", "0.4"),
        ("0.4", "0.4"),
        ("0,4", "0.4"),
        ("40", "0.4"),
        ("1", "1"),
        ("1%", "0.01"),
        ("100", "1"),
        ("0", "0"),
    ],
)
def test_a_probability_is_read_however_it_is_typed(text: str, share: str) -> None:
    assert read_probability(text) == Decimal(share)


@pytest.mark.parametrize("text", ["", "x", "140", "-1", "nan", "inf", "1e9", "101%", "½"])
def test_what_is_no_probability_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        read_probability(text)


def test_stages_are_read_from_a_table_with_either_mark() -> None:
    text = "\nName;Outcome;Probability;Rot_days\nЗвонок;;10%;7\nДоговор; won ;;\nОтказ;lost;0;\n"
    assert read_stages(text, "f") == (
        Stage("Звонок", 1, OPEN, Decimal("0.1"), 7),
        Stage("Договор", 2, WON, Decimal(1)),
        Stage("Отказ", 3, LOST, Decimal(0)),
    )


@pytest.mark.parametrize(
    "text",
    [
        "", "name\n", "stage,outcome\nA,open\n", "name,outcome,colour\nA,open,red\n",
        "name,outcome\nA,open\na,won\nL,lost\n", "name,outcome\nA,open\nW,won\n", "name,outcome\nA,perhaps\nW,won\nL,lost\n",
        "name,outcome,probability\nA,open,200\nW,won,\nL,lost,\n", "name,outcome,rot_days\nA,open,0\nW,won,\nL,lost,\n",
        "name,outcome,rot_days\nA,open,²\nW,won,\nL,lost,\n", "name,outcome,probability\nA,open,\nW,won,50%\nL,lost,\n",
        "name,outcome\n ,open\nW,won\nL,lost\n", f"name,outcome\n{'A' * 81},open\nW,won\nL,lost\n",
    ],
)  # fmt: skip
def test_stages_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(UsageError):
        read_stages(text, "f")
