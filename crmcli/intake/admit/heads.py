"""Which rows are one order, and which rows cannot be any: `sold` (rows with the key of their order) and `heads`."""

from __future__ import annotations

from crmcli.intake.admit.admission import Admission
from crmcli.intake.admit.content import mark_sql, nth_sql
from crmcli.intake.problems import PROBLEMS, TABLE, add_problems
from crmcli.language import gettext as _
from crmcli.language import ngettext
from crmcli.store.connection import rows, scalar

# The order's own columns: stored name → (staged column, SQL type).
HEAD = {
    "country": ("country", "VARCHAR"),
    "region": ("region", "VARCHAR"),
    "status": ("status", "VARCHAR"),
    "channel": ("channel", "VARCHAR"),
    "campaign": ("campaign", "VARCHAR"),
    "promised_on": ("promised_on", "DATE"),
    "shipped_on": ("shipped_on", "DATE"),
    "delivered_on": ("delivered_on", "DATE"),
    "currency": ("currency", "VARCHAR"),
}
GIANT = 1e13  # money of one line; ten thousand billion


def refuse_foreign_money(admission: Admission) -> None:
    """Money of another currency cannot be added up with the rest."""
    if admission.has("currency"):
        add_problems(
            admission.con,
            f"currency <> '{admission.currency}'",
            "currency",
            "currency",
            _("is not the store's currency %(currency)s, and there is no rate") % {"currency": admission.currency},
        )


def refuse_giants(admission: Admission) -> None:
    """Quantity times price must fit fourteen digits, or the sum of the line could not be kept."""
    if not (admission.has("qty") and admission.has("unit_price")):
        return
    longest = admission.stage.longest
    if {"qty", "unit_price"} <= longest.keys() and 10 ** (longest["qty"] + longest["unit_price"]) <= GIANT:
        return  # too few digits for that
    largest = rows(admission.con, f"SELECT max(abs(qty))::DOUBLE, max(abs(unit_price))::DOUBLE FROM {TABLE}")[0]
    if None not in largest and largest[0] * largest[1] >= GIANT:
        value = "qty::VARCHAR || ' × ' || unit_price::VARCHAR"
        condition = f"abs(qty::DOUBLE * unit_price::DOUBLE) >= {GIANT:.0f}"
        add_problems(admission.con, condition, "qty × unit_price", value, _("is more than can be kept"))


def _number_rows(admission: Admission) -> None:
    """Make `sold`: fitting rows with an order key. Rows without a number are orders of their own, told by content."""
    con = admission.con
    if not admission.has("order_no"):
        order_no, blank = "NULL::VARCHAR", True
    else:
        order_no = "s.order_no"
        blank = bool(scalar(con, f"SELECT count(*) FROM {TABLE} WHERE order_no IS NULL"))
    if not blank:
        con.execute(
            f"CREATE OR REPLACE TEMP VIEW sold AS SELECT s.*, NULL::VARCHAR AS fingerprint, s.order_no AS order_key "
            f"FROM {admission.fitting()} AS s"
        )
        return
    _require_dates(admission)
    columns = [f's."{c}"' for c in sorted(admission.stage.columns)]
    mark = mark_sql([*columns, "s.custom"] if admission.stage.has_custom else columns)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE sold_rows AS SELECT *, coalesce(order_no_, '#' || fingerprint) AS order_key "
        f"FROM (SELECT *, CASE WHEN order_no_ IS NULL THEN mark || '-' || {nth_sql(admission, 'orders', 'order_no_, mark')} "
        f"END AS fingerprint FROM (SELECT s.*, {order_no} AS order_no_, {mark} AS mark FROM {admission.fitting()} AS s))"
    )
    con.execute("CREATE OR REPLACE TEMP VIEW sold AS FROM sold_rows")


def _require_dates(admission: Admission) -> None:
    if not admission.has("ordered_on"):
        add_problems(admission.con, "true", "ordered_on", "NULL", _("%(column)s is missing") % {"column": "ordered_on"})


def number_and_head(admission: Admission) -> None:
    """Make `sold` and `heads` of the rows that fit by now."""
    _number_rows(admission)
    _make_heads(admission)


def refuse_contradictions(admission: Admission) -> None:
    """Rows of one order must agree on customer and day with its first row."""
    con = admission.con
    reasons = {
        "customer": _("the order began with customer %(first)s"),
        "ordered_on": _("the order began on %(first)s"),
    }
    checked = {column: reason for column, reason in reasons.items() if admission.has(column)}
    if not checked:
        return
    torn = rows(con, "SELECT " + ", ".join(f"bool_or({c} <> last_{c})" for c in checked) + " FROM heads")[0]
    for (column, reason), is_torn in zip(checked.items(), torn, strict=True):
        if is_torn:
            con.execute(
                f"INSERT INTO {PROBLEMS} SELECT s.row_no, $column, s.{column}::VARCHAR, replace($reason, '%(first)s', "
                f"torn.first::VARCHAR) FROM sold AS s JOIN (SELECT order_key, arg_min({column}, row_no) AS first FROM sold "
                f"GROUP BY order_key HAVING min({column}) <> max({column})) AS torn USING (order_key) "
                f"WHERE s.{column} <> torn.first",
                {"column": column, "reason": reason},
            )
            _number_rows(admission)
    if any(torn):
        _make_heads(admission)


def _make_heads(admission: Admission) -> None:
    """Make `heads`: one row an order, the first value of each of its columns, and which of them disagree."""
    admission.agreed = _make_agreed(admission)
    if admission.agreed:
        return
    parts = ["order_key", "min(row_no) AS row_no", "any_value(fingerprint) AS fingerprint"]
    for name in _brought(admission):
        column = HEAD[name][0]
        parts.append(f'arg_min("{column}", row_no) AS "{name}", min("{column}") <> max("{column}") AS "torn_{name}"')
    parts += [f"min({c}) AS {c}, max({c}) AS last_{c}" for c in ("customer", "ordered_on") if admission.has(c)]
    if admission.has("manager"):
        parts.append("arg_min(manager, row_no) AS manager")
    admission.con.execute(
        f"CREATE OR REPLACE TEMP TABLE head_rows AS SELECT {', '.join(parts)} FROM sold GROUP BY order_key"
    )
    admission.con.execute("CREATE OR REPLACE TEMP VIEW heads AS FROM head_rows")


def _make_agreed(admission: Admission) -> bool:
    """Make `heads` where all rows of an order say the same of it, as in most files: told apart by all of its columns.

    Grouping by texts costs half of comparing them.

    Returns:
        Whether it is so; otherwise `heads` is still to be made.
    """
    own = {name: f'"{HEAD[name][0]}"' for name in _brought(admission)}
    own |= {column: column for column in ("customer", "ordered_on", "manager") if admission.has(column)}
    parts = ["order_key", "min(row_no) AS row_no", "any_value(fingerprint) AS fingerprint"]
    parts += [f'{sql} AS "{name}"' for name, sql in own.items()]
    admission.con.execute(
        f"CREATE OR REPLACE TEMP TABLE head_rows AS SELECT {', '.join(parts)} FROM sold "
        f"GROUP BY {', '.join(['order_key', *own.values()])}"
    )
    if scalar(admission.con, "SELECT count(*) <> count(DISTINCT order_key) FROM head_rows"):
        return False
    flags = "".join(f', false AS "torn_{name}"' for name in _brought(admission))
    flags += "".join(f", {c} AS last_{c}" for c in ("customer", "ordered_on") if admission.has(c))
    admission.con.execute(f"CREATE OR REPLACE TEMP VIEW heads AS SELECT *{flags} FROM head_rows")
    return True


def _brought(admission: Admission) -> list[str]:
    return [name for name, (column, _kind) in HEAD.items() if admission.has(column)]


def note_disagreements(admission: Admission) -> None:
    """Tell which columns differ within orders; the first value stands."""
    brought = _brought(admission)
    if not brought:
        return
    torn = rows(admission.con, "SELECT " + ", ".join(f'count(*) FILTER ("torn_{n}")' for n in brought) + " FROM heads")[
        0
    ]
    for name, count in zip(brought, torn, strict=True):
        _note_disagreement(admission, name, count)


def _note_disagreement(admission: Admission, column: str, count: int) -> None:
    if count:
        admission.notes.append(
            ngettext(
                "%(column)s differs within %(count)s order; its first value stands",
                "%(column)s differs within %(count)s orders; the first value of each stands",
                count,
            )
            % {"column": column, "count": count}
        )


def refuse_strangers(admission: Admission) -> None:
    """Refuse, before anything is made for them, orders that the mode or the lack of a date keeps out."""
    # an order begun by another file of this very command, or by the import that refused these rows, is no stranger
    own = f"({admission.writer.step:d}, {-1 if admission.fed is None else admission.fed:d})"
    by_number = "order_key IN (SELECT order_no FROM orders WHERE NOT numbered_here{0})"
    by_content = "fingerprint IN (SELECT fingerprint FROM orders WHERE numbered_here AND source = $source{0})"
    known = f"coalesce({by_number} OR {by_content}, false)"
    mode = admission.policy.mode
    if mode == "create":
        _refuse_orders(admission, known.format(f" AND added_in NOT IN {own}"), _("is in the store already"))
    elif mode == "update":
        _refuse_orders(admission, f"NOT {known.format('')}", _("is not in the store"))
    undated = "true"
    if admission.has("ordered_on"):
        if not scalar(admission.con, "SELECT EXISTS (FROM heads WHERE ordered_on IS NULL)"):
            return
        undated = "order_key IN (SELECT order_key FROM heads WHERE ordered_on IS NULL)"
    reason = _("the order is not in the store and has no date")
    _refuse_orders(admission, f"{undated} AND NOT {known.format('')}", reason)


def _refuse_orders(admission: Admission, condition: str, reason: str) -> None:
    parameters = {"reason": reason, "source": admission.policy.source}
    count = scalar(
        admission.con,
        f"INSERT INTO {PROBLEMS} SELECT row_no, 'order_no', order_key, $reason FROM sold WHERE {condition} AND $source IS NOT NULL",
        parameters,
    )
    if count:
        number_and_head(admission)
