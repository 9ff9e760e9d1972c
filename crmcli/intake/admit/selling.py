"""Admission of small tables: categories, dated costs, packs, made-to-order options, and cost activities."""

from __future__ import annotations

from collections.abc import Mapping

from crmcli.intake.admit.admission import Admission
from crmcli.intake.admit.rows import admit_rows
from crmcli.intake.problems import add_problems
from crmcli.language import gettext as _
from crmcli.rules.tree import in_rings
from crmcli.store.connection import rows, scalar


def admit_categories(admission: Admission) -> None:
    """Admit categories; a parent that is nobody yet is made, and one that would lie under itself is refused."""
    if admission.has("parent"):
        _refuse_rings(admission)
    admit_rows(admission)
    if admission.has("parent"):
        _make_parents(admission)


def admit_cost_activities(admission: Admission) -> None:
    """Admit cost activities; one without a first day holds from the beginning."""
    supply(admission, {"period_from": "DATE"})
    admit_rows(admission)


def admit_costs(admission: Admission) -> None:
    """Admit costs of products, each from a day on."""
    _refuse_below(admission, "cost", 0)
    admit_rows(admission)


def admit_packs(admission: Admission) -> None:
    """Admit packs: so many units of a product in one."""
    add_problems(
        admission.con, "pack_qty <= 0", "pack_qty", "pack_qty::VARCHAR", _("must be more than zero"), unless_known=True
    )
    admit_rows(admission)


def admit_options(admission: Admission) -> None:
    """Admit options of a product or a category: one row an allowed value, or a range of numbers that may be measured."""
    supply(admission, {"sku": "VARCHAR", "category": "VARCHAR", "value": "VARCHAR"})
    _refuse_unsound_options(admission)
    admit_rows(admission, complete=_complete_options)


def supply(admission: Admission, columns: Mapping[str, str]) -> None:
    """Staged columns that the file lacks, empty, where they are part of what tells a row."""
    absent = {column: kind for column, kind in columns.items() if not admission.has(column)}
    if absent:
        added = ", ".join(f'NULL::{kind} AS "{column}"' for column, kind in absent.items())
        admission.derive(f"SELECT *, {added} FROM before")
        admission.stage.columns |= {column: admission.entity.fields[column].type for column in absent}


def _refuse_below(admission: Admission, column: str, least: int) -> None:
    if admission.has(column):
        add_problems(
            admission.con, f'"{column}" < {least:d}', column, f'"{column}"::VARCHAR', _("cannot be below zero")
        )


def _refuse_rings(admission: Admission) -> None:
    con = admission.con
    parents: dict[str, str | None] = dict(rows(con, "SELECT name, parent FROM categories"))
    told = rows(con, f"SELECT name, parent FROM {admission.fitting()} WHERE parent IS NOT NULL ORDER BY row_no")
    if rings := in_rings({**parents, **dict(told)}):
        con.execute("CREATE OR REPLACE TEMP TABLE ringed (name VARCHAR)")
        con.executemany("INSERT INTO ringed VALUES ($1)", [[name] for name in sorted(rings)])
        add_problems(
            con,
            "parent IS NOT NULL AND name IN (FROM ringed)",
            "parent",
            "parent",
            _("would put the category under itself"),
        )


def _make_parents(admission: Admission) -> None:
    con = admission.con
    con.execute(
        "CREATE OR REPLACE TEMP TABLE parents_made AS SELECT row_number() OVER (ORDER BY parent) AS id, parent AS name "
        "FROM (SELECT DISTINCT parent FROM categories WHERE parent IS NOT NULL AND parent NOT IN (SELECT name FROM categories))"
    )
    count = int(scalar(con, "SELECT count(*) FROM parents_made"))
    if count:
        first = admission.writer.reserve("categories", count)
        con.execute(f"UPDATE parents_made SET id = id + {first - 1}")
        admission.writer.insert("categories", ["name"], "parents_made", order="id")


def _refuse_unsound_options(admission: Admission) -> None:
    con = admission.con
    add_problems(
        con,
        "(sku IS NULL) = (category IS NULL)",
        "sku",
        "sku",
        _("an option belongs to one product, or to one category"),
    )
    for column in ("minimum", "maximum", "step"):
        if admission.has(column):
            add_problems(
                con,
                f'value IS NOT NULL AND "{column}" IS NOT NULL',
                column,
                f'"{column}"::VARCHAR',
                _("goes with a number that is measured, not with a value"),
            )
            _refuse_below(admission, column, 0)
    if admission.has("step"):
        add_problems(con, "step = 0", "step", "step::VARCHAR", _("must be more than zero"))
    if admission.has("minimum") and admission.has("maximum"):
        add_problems(con, "minimum > maximum", "minimum", "minimum::VARCHAR", _("the minimum is above the maximum"))


def _complete_options(admission: Admission, stored: dict[str, str]) -> None:
    """What the file does not say stays as it is stored, or is a fixed charge of nothing."""
    same = " AND ".join(
        f't."{column}" IS NOT DISTINCT FROM i."{column}"' for column in ("product_id", "category", "name", "value")
    )
    charge = "i.charge" if "charge" in stored else "NULL"
    amount = "i.amount" if "amount" in stored else "NULL"
    admission.con.execute(
        "CREATE OR REPLACE TEMP TABLE completed AS SELECT i.* EXCLUDE "
        f"({', '.join(c for c in ('row_no', 'charge', 'amount') if c == 'row_no' or c in stored)}), i.row_no, "
        f"coalesce({charge}, t.charge, 'fixed') AS charge, coalesce({amount}, t.amount, 0)::DECIMAL(18, 4) AS amount "
        f"FROM incoming AS i LEFT JOIN product_options AS t ON {same}"
    )
    admission.con.execute("CREATE OR REPLACE TEMP TABLE incoming AS FROM completed")
    stored |= {"charge": "charge", "amount": "amount"}
