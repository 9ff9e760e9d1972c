"""A store with the sample firm in it, made once a session."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.program import SAMPLE, crmcli


@pytest.fixture(scope="session")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample firm: book, sales, invoices, tickets, visits, competitors' prices and costs."""
    store = tmp_path_factory.mktemp("firm") / "firm.duckdb"
    assert crmcli("init", store=store).code == 0
    names = ("book.xlsx", "sales_1c_2023_2026.csv", "webshop_2025.csv", "invoices.csv", "tickets.csv", "visits.csv",
             "competitor_prices.csv", "costs.csv")  # fmt: skip
    answer = crmcli("import", "run", *(SAMPLE / name for name in names), store=store)
    assert answer.code == 0, answer.err
    return store
