"""Admission of prices: each row is a rule of a price list; lists that are new are made, rules without a number get one."""

from __future__ import annotations

from crmcli.intake.admit.admission import Admission
from crmcli.intake.admit.rows import admit_rows
from crmcli.intake.admit.selling import supply
from crmcli.intake.problems import add_problems
from crmcli.language import gettext as _
from crmcli.store.connection import scalar

# What tells a rule where the file gives no number: what × who × from which quantity × from which day, in one list.
_KEY = ("price_list", "product_id", "category", "customer_id", "group", "segment", "qty_from", "valid_from")
_KEY_COLUMNS = {
    "sku": "VARCHAR", "category": "VARCHAR", "customer": "VARCHAR", "group": "VARCHAR", "segment": "VARCHAR",
    "qty_from": "DECIMAL(18, 4)", "valid_from": "DATE",
}  # fmt: skip
# What a new rule is where the file does not say.
_USUAL = {
    "base": "CASE WHEN i.price IS NOT NULL THEN 'fixed' ELSE 'list' END",
    "priority": "0",
    "active": "true",
}


def admit_price_rules(admission: Admission) -> None:
    """Admit prices of price lists; a row without a number is known again by what it prices, for whom and from when."""
    supply(admission, {**_KEY_COLUMNS, "price": "DECIMAL(18, 4)", "rule_no": "VARCHAR"})
    _refuse_unsound(admission)
    _make_lists(admission)
    admit_rows(admission, complete=_complete)


def _refuse_unsound(admission: Admission) -> None:
    con = admission.con
    price = "price IS NULL AND (base IS NULL OR base = 'fixed')" if admission.has("base") else "price IS NULL"
    if admission.has("percent"):
        price = f"({price}) AND percent IS NULL"
    add_problems(con, price, "price", "NULL", _("neither price nor percent is told"), unless_known=True)
    for column in ("price", "qty_from", "floor_price", "ceiling_price"):
        if admission.has(column):
            add_problems(con, f'"{column}" < 0', column, f'"{column}"::VARCHAR', _("cannot be below zero"))
    if admission.has("valid_to"):
        add_problems(con, "valid_to < valid_from", "valid_to", "valid_to::VARCHAR", _("ends before it begins"))
    if admission.has("qty_to"):
        add_problems(con, "qty_to < qty_from", "qty_to", "qty_to::VARCHAR", _("ends before it begins"))
    if admission.has("base") and not admission.has("base_list"):
        add_problems(con, "base = 'price_list'", "base", "base", _("the other price list is not named: base_list"))


def _make_lists(admission: Admission) -> None:
    """Price lists that are new: prices without tax, a break prices the whole quantity."""
    con = admission.con
    con.execute(
        "CREATE OR REPLACE TEMP TABLE lists_made AS SELECT row_number() OVER (ORDER BY min(s.row_no)) AS id, "
        "s.price_list AS name, false AS tax_included, false AS is_default, 'volume' AS qty_mode "
        f"FROM {admission.fitting()} AS s WHERE s.price_list IS NOT NULL "
        "AND s.price_list NOT IN (SELECT name FROM price_lists) GROUP BY s.price_list"
    )
    count = int(scalar(con, "SELECT count(*) FROM lists_made"))
    if count:
        first = admission.writer.reserve("price_lists", count)
        con.execute(f"UPDATE lists_made SET id = id + {first - 1}")
        columns = ["name", "tax_included", "is_default", "qty_mode"]
        admission.writer.insert("price_lists", columns, "lists_made", order="id")
        admission.notes.append(
            _("new price lists hold prices without tax, until you say otherwise: crmcli pricelist edit")
        )


def _complete(admission: Admission, stored: dict[str, str]) -> None:
    """The number of the rule that is alike, else a new one; and what the store needs besides."""
    con = admission.con
    _match(admission)
    number = _next_number(admission)
    replaced = [column for column in ("rule_no", *_USUAL) if column in stored]
    usual = ", ".join(
        f"coalesce({f'i.{column}' if column in stored else 'NULL'}, t.{column}, {sql}) AS {column}"
        for column, sql in _USUAL.items()
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE completed AS SELECT i.* EXCLUDE ({', '.join(replaced)}), {usual}, "
        f"coalesce(i.rule_no, a.known, 'P' || ({number} + a.place)::VARCHAR) AS rule_no "
        "FROM incoming AS i LEFT JOIN alike AS a USING (row_no) "
        "LEFT JOIN price_rules AS t ON t.rule_no = coalesce(i.rule_no, a.known)"
    )
    con.execute("CREATE OR REPLACE TEMP TABLE incoming AS FROM completed")
    stored |= {column: column for column in ("rule_no", *_USUAL)}


def _match(admission: Admission) -> None:
    """Make `alike` (row_no, known, place): the rule in the store that a row without a number means, or its new place."""
    same = " AND ".join(f't."{column}" IS NOT DISTINCT FROM i."{column}"' for column in _KEY)
    keys = ", ".join(f'i."{column}"' for column in _KEY)
    admission.con.execute(
        "CREATE OR REPLACE TEMP TABLE alike AS WITH met AS ("
        f"SELECT i.row_no, min(t.rule_no) AS known, min(i.row_no) OVER (PARTITION BY {keys}) AS first_row "
        f"FROM incoming AS i LEFT JOIN price_rules AS t ON {same} WHERE i.rule_no IS NULL GROUP BY i.row_no, {keys}) "
        "SELECT row_no, known, CASE WHEN known IS NULL THEN dense_rank() OVER (PARTITION BY known IS NULL ORDER BY first_row) END "
        "AS place FROM met"
    )


def _next_number(admission: Admission) -> int:
    """The highest number of ours so far, also among those of this file."""
    found = scalar(
        admission.con,
        r"SELECT max(try_cast(regexp_extract(rule_no, '^P(\d{1,9})$', 1) AS INTEGER)) "
        "FROM (SELECT rule_no FROM price_rules UNION ALL SELECT rule_no FROM incoming)",
    )
    return int(found or 0)
