"""Ten thousand texts that might be rules: each is a rule that the database answers, or a sentence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmcli.errors import CrmError
from crmcli.metrics.catalogue import install
from crmcli.reports.segments.compiling import compiled, read
from crmcli.reports.segments.fields import fields
from tests.reports.living_store import living_store

WORDS = st.sampled_from(
    [*fields(), "revenue_90", "margin_7", "purchases_0", "and", "or", "not", "in", "is", "empty", "between", "segment", "(", ")", ",",
     "=", "!=", "<", ">=", "~", "!~", "5", "-3.5", "20%", "60d", "1y", "2026-01-01", "31.02.2026", '"x y"', "'; DROP TABLE contacts; --",
     "champion", "A", "yes", "today", "north", "$value_a", "--", ";", "'", "\x1b[31m", "[red]", "%s", "{0}"]
)  # fmt: skip


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    found = living_store(seed=2, customers=8)
    yield found
    found.close()


@settings(max_examples=10_000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(WORDS, max_size=12).map(" ".join) | st.text(max_size=60))
def test_any_text_is_answered_or_refused(con: duckdb.DuckDBPyConnection, text: str) -> None:
    try:
        selection = compiled(read(text), {"north": "region = North"}, as_of=dt.date(2025, 3, 31))
    except CrmError as error:
        refused = error.message
    else:
        install(con, selection.sql)
        found = con.execute(selection.sql, selection.values).fetchall()
        assert len(found) <= con.execute("SELECT count(*) FROM contacts").fetchall()[0][0]
        return
    assert refused
    assert "\n" not in refused
