"""Checks that follow from the shape of the store alone: written from `schema`, so that no table is forgotten.

Each is asked of the tables named: to plan a question about thirty empty ones costs more than to answer it for the rest.
Not `named`, an answer only says which table is unsound: naming every row costs as much as looking at it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from crmcli.store.schema import KEYS, REFERENCES, ROW_NAME, TABLES

# lines_follow_order compares these with their order's own, which is checked here.
_FOLLOWING = {("order_lines", "customer_id")}
# Keys that tell two takings of one fact apart; what is taken in by them is told by them, so no import can break them.
_TAKEN_BY = {"fingerprint", "with_invoice"}


def double_ids(tables: Collection[str] = TABLES, *, named: bool = True) -> str:
    """SQL: ids that several rows of a table bear."""
    what = " || id" if named else ""
    return _union(
        f"SELECT '{table} '{what} AS what FROM {table} GROUP BY id HAVING count(*) > 1"
        for table in TABLES
        if table in tables
    )


def step_marks(tables: Collection[str] = TABLES, *, named: bool = True) -> str:  # noqa: ARG001  names no row
    """SQL: rows that bear the number of a step which is not in the journal."""
    marks = _union(
        f"SELECT DISTINCT '{table} of step ' || u.mark AS what, u.mark "
        f"FROM {table}, unnest([added_in, changed_in]) AS u (mark)"
        for table in TABLES
        if table in tables
    )
    return (
        marks
        and f"SELECT DISTINCT m.what FROM (\n{marks}\n) AS m WHERE m.mark NOT IN (SELECT s.step FROM meta.steps AS s)"
    )


def orphan_references(tables: Collection[str] = TABLES, *, named: bool = True) -> str:
    """SQL: rows that refer to a row which is not there."""
    return _union(
        f"SELECT '{child} '{f' || {_own_name(child)}' if named else ''} AS what FROM {child} AS t "
        f'WHERE t."{column}" IS NOT NULL AND t."{column}" NOT IN (SELECT id FROM {parent})'
        for parent, children in REFERENCES.items()
        for child, column in children
        if child in tables and (child, column) not in _FOLLOWING
    )


def _own_name(table: str) -> str:
    """SQL: what a row (t) is called by itself; its id where its name is that of the row it may have lost."""
    return "t.id" if "SELECT" in ROW_NAME[table] else f"coalesce({ROW_NAME[table]}, t.id::VARCHAR)"


def double_keys(tables: Collection[str] = TABLES, *, named: bool = True) -> str:
    """SQL: keys that name several rows."""
    return _doubles(lambda told_by: not told_by & _TAKEN_BY, tables, named=named)


def double_facts(tables: Collection[str] = TABLES, *, named: bool = True) -> str:
    """SQL: rows without a key of their own that one source brought twice."""
    return _doubles(lambda told_by: bool(told_by & _TAKEN_BY), tables, named=named)


def _doubles(is_wanted: Callable[[set[str]], bool], tables: Collection[str], *, named: bool) -> str:
    return _union(
        f"SELECT '{table} '{f' || min(coalesce({ROW_NAME[table]}, t.id::VARCHAR))' if named else ''} AS what FROM {table} AS t "
        f"WHERE {extra.format('t')} GROUP BY {_listed(columns)} HAVING count(*) > 1"
        for table in TABLES
        for columns, extra in KEYS.get(table, ())
        if table in tables and is_wanted({*columns, extra.removeprefix("{0}.")})
    )


def _listed(columns: tuple[str, ...]) -> str:
    return ", ".join(f't."{column}"' for column in columns)


def _union(selects: Iterator[str]) -> str:
    return "\nUNION ALL ".join(selects)
