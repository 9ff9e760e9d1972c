"""Every definition against its SQL: names, kinds, order; and what it promises about itself."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from typing import Any

import pytest

from crmcli.errors import NotFoundError
from crmcli.metrics import catalogue
from crmcli.reports import registry
from crmcli.reports.definition import ParameterKind, Report
from crmcli.reports.figures import FigureRows
from crmcli.reports.run import run
from crmcli.reports.sections import named, sections
from crmcli.store.stored import StoredRows
from crmcli.table import Kind
from tests.reports.small_store import empty_store, insert, line, store_of

NAMES = registry.names()
AS_OF = dt.date(2025, 6, 30)
TYPES = {
    Kind.CODE: {"VARCHAR"},
    Kind.TEXT: {"VARCHAR"},
    Kind.LEVEL: {"VARCHAR", "BOOLEAN"},
    Kind.COUNT: {"BIGINT", "INTEGER"},
    Kind.QUANTITY: {"DECIMAL(38,4)", "DECIMAL(18,4)"},
    Kind.MONEY: {"DECIMAL(38,4)", "DECIMAL(18,4)"},
    Kind.SHARE: {"DOUBLE"},
    Kind.RATIO: {"DOUBLE"},
    Kind.DAYS: {"BIGINT", "INTEGER", "DOUBLE"},
    Kind.DATE: {"DATE"},
    Kind.MONTH: {"DATE"},
    Kind.FIGURE: {"VARCHAR"},
    Kind.MOMENT: {"TIMESTAMP"},
}


def variants(report: Report) -> list[dict[str, Any]]:
    """Defaults, and every choice of every option."""
    choices = [
        {parameter.name: choice}
        for parameter in report.parameters
        for choice in parameter.choices
        if choice != parameter.default
    ]
    return [{}, *choices]


CASES = [(name, options) for name in NAMES for options in variants(registry.find(name))]


@pytest.mark.parametrize(("name", "options"), CASES, ids=[f"{name}-{'-'.join(o.values())}" for name, o in CASES])
def test_columns_are_named_and_typed_as_the_sql_yields_them(name: str, options: dict[str, Any]) -> None:
    con = store_of([line("A", "2025-01-01"), line("A", "2025-03-01")])
    table = run(registry.find(name), con, as_of=AS_OF, parameters=options, currency="EUR")
    rows = table.rows.rows if isinstance(table.rows, FigureRows) else table.rows
    assert isinstance(rows, StoredRows)
    source = rows.source.split()[1]  # stored rows say where they lie
    described = con.execute(f"DESCRIBE {source}").fetchall()
    assert [row[0] for row in described] == [column.name for column in table.columns]
    wrong = [
        (row[0], row[1])
        for row, column in zip(described, table.columns, strict=True)
        if row[1] not in TYPES[column.kind]
    ]
    assert wrong == []


@pytest.mark.parametrize("name", [name for name in NAMES if registry.find(name).shape is None])
def test_describe_agrees_without_any_data(name: str) -> None:
    con, report = empty_store(), registry.find(name)
    statements = sections(report.subject, report.name.replace("-", "_"))
    catalogue.install(con, "\n".join(statements.values()))
    values = {parameter.name: parameter.default for parameter in report.parameters}
    values |= {
        "as_of": AS_OF,
        "since": AS_OF,
        "day_after": AS_OF,
        "year_before": AS_OF,
        "window_first_on": AS_OF,
        **(report.words() if report.words else {}),
    }
    described = con.execute(f"DESCRIBE {statements['answer']}", named(statements["answer"], values)).fetchall()
    assert [row[0] for row in described] == [column.name for column in report.columns]


@pytest.mark.parametrize("name", NAMES)
def test_a_definition_says_what_it_answers_and_what_to_import(name: str) -> None:
    report = registry.find(name)
    assert report.name == name
    assert report.question.endswith("?")
    assert "import" in report.empty
    assert all(parameter.help.endswith(".") for parameter in report.parameters)
    assert all(
        parameter.default in parameter.choices
        for parameter in report.parameters
        if parameter.kind is ParameterKind.CHOICE
    )


@pytest.mark.parametrize("name", NAMES)
def test_every_report_tells_a_headline_and_how_it_counted(name: str) -> None:
    con = store_of(
        [line("A", "2024-01-01"), line("A", "2025-03-01"), line("B", "2025-03-01"), line(None, "2025-04-01", 50)]
    )
    insert(con, "invoices", {"id": 1, "invoice_no": "1", "customer_id": 1, "issued_on": AS_OF, "amount": 100})
    insert(con, "cost_activities", {"id": 1, "name": "Handling", "driver": "order", "rate": 5})
    insert(con, "products", {"id": 1, "sku": "P", "name": "New", "launched_on": AS_OF})
    insert(con, "competitor_prices", {"id": 1, "competitor": "R", "product_id": 1, "price": 5, "seen_on": AS_OF})
    insert(con, "tickets", {"id": 1, "ticket_no": "T", "opened_at": AS_OF, "status": "open"})
    insert(con, "key_accounts", {"id": 1, "customer_id": 1, "entered_on": AS_OF, "entry_reason": "picked by hand"})
    deal = {"customer_id": 1, "opened_on": AS_OF, "amount": 100}
    insert(con, "opportunities", {"id": 1, "opportunity_no": "O", "status": "open", "closed_on": None, **deal},
           {"id": 2, "opportunity_no": "W", "status": "won", "closed_on": AS_OF, **deal})  # fmt: skip
    con.execute("UPDATE order_lines SET category = 'lamps' WHERE id = 3")
    con.execute("UPDATE orders SET promised_on = ordered_on, delivered_on = ordered_on")
    table = run(registry.find(name), con, as_of=AS_OF, parameters={}, currency="EUR")
    assert table.headline
    assert "2025-06-30" in table.notes[0]
    assert "%(" not in " ".join([table.headline, *table.notes])


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_store_is_told_of_without_inventing_figures(name: str) -> None:
    table = run(registry.find(name), empty_store(), as_of=AS_OF, parameters={}, currency="EUR")
    assert len(table.rows) == 0 or "import" in (table.headline or "")
    assert "import" in (table.empty or "")
    assert "nan" not in " ".join([table.headline or "", *table.notes])


def test_an_unknown_report_is_refused_with_the_nearest() -> None:
    with pytest.raises(NotFoundError) as refusal:
        registry.find("rfn")
    assert refusal.value.hint == "did you mean rfm?"


def test_listing_names_imports_no_definition() -> None:
    code = (
        "import json, sys; from crmcli.reports import registry; names = registry.names();"
        "print(json.dumps([names, sorted(m for m in sys.modules if m.startswith('crmcli.reports.') or m == 'duckdb')]))"
    )
    names, modules = json.loads(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)
    assert tuple(names) == NAMES
    assert modules == ["crmcli.reports.registry"]
