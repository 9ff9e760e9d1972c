"""Several tables as one answer, and the smaller tables under one."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from crmcli.errors import UsageError
from crmcli.output.write import TOGETHER, WRITERS, write, write_tables
from crmcli.table import Table


def together(*tables: Table, form: str, title: str | None = None) -> bytes:
    stdout = io.BytesIO()
    write_tables(tables, title=title, format=form, output=None, stdout=stdout)
    return stdout.getvalue()


def alone(table: Table, form: str) -> bytes:
    stdout = io.BytesIO()
    write(table, format=form, output=None, stdout=stdout)
    return stdout.getvalue()


@pytest.mark.parametrize("form", TOGETHER)
def test_a_file_and_standard_output_get_the_same_bytes_each_time(table: Table, tmp_path: Path, form: str) -> None:
    path = tmp_path / "answer"
    tables = (table, replace(table, name="other", title="Other"))
    write_tables(tables, title="Both", format=form, output=str(path), stdout=None)
    assert path.read_bytes() == together(*tables, form=form, title="Both") != b""


@pytest.mark.parametrize("form", sorted(set(WRITERS) - set(TOGETHER)))
def test_formats_of_one_table_are_refused_with_the_others(table: Table, form: str) -> None:
    with pytest.raises(UsageError, match="Several tables cannot be one") as caught:
        together(table, table, form=form)
    assert caught.value.hint == "Formats: table, md, json, html, xlsx"


def test_texts_follow_each_other_under_the_title(table: Table) -> None:
    for form in ("table", "md"):
        one = alone(table, form)
        assert together(table, table, form=form) == one + b"\n" + one
        assert together(table, form=form, title="Today").endswith(b"Today\n\n" + one)


def test_json_is_one_object_by_name(table: Table) -> None:
    found = json.loads(together(table, table, form="json"))
    assert list(found) == ["sample", "sample_1"]
    assert found["sample"] == json.loads(alone(table, "json"))


def test_a_workbook_is_not_for_a_terminal(table: Table, terminal: Any) -> None:
    with pytest.raises(UsageError, match="not for a terminal"):
        write_tables((table,), title=None, format="xlsx", output=None, stdout=terminal.stdout)


@pytest.mark.parametrize("form", sorted(set(WRITERS) - {"table", "md", "html", "xlsx"}))
def test_machines_do_not_see_the_tables_beside(table: Table, form: str) -> None:
    assert alone(replace(table, beside=(replace(table, title="Below"),)), form) == alone(table, form)


def test_people_see_them_under_the_answer(table: Table) -> None:
    answer = replace(table, beside=(replace(table, name="small", title="Below", headline=None, notes=()),))
    told = alone(answer, "table").decode()
    assert told.startswith(alone(table, "table").decode().rstrip("\n"))
    assert "\n\nBelow\n\n" in told
    assert "\n\n### Below\n\n" in alone(answer, "md").decode()
    assert openpyxl.load_workbook(io.BytesIO(alone(answer, "xlsx"))).sheetnames == ["sample", "small", "About"]
