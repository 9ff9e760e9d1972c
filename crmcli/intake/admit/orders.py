"""Admission of orders: a row is a line, the order's own columns repeat, and one order may come in several files."""

from __future__ import annotations

from crmcli.intake.admit.admission import Admission
from crmcli.intake.admit.content import mark_sql, nth_sql
from crmcli.intake.admit.lines import DEFAULT_STATUS, NOT_COUNTED, Written, admit_lines
from crmcli.intake.admit.references import refer
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


def admit_orders(admission: Admission) -> None:
    """Admit the staged order lines."""
    _borrow_customer_name(admission)
    _refuse_foreign_money(admission)
    _refuse_giants(admission)
    _number_and_head(admission)
    _refuse_contradictions(admission)
    _refuse_strangers(admission)
    _resolve(admission)
    _note_disagreements(admission)
    _meet_orders(admission)
    _insert_orders(admission)
    changed = _update_orders(admission)
    written = admit_lines(admission)
    admission.created += written.created
    admission.updated += written.updated
    admission.unchanged += written.unchanged
    _count_alone(admission, written)
    if changed:
        admission.notes.append(
            ngettext("%(count)s order changed", "%(count)s orders changed", changed) % {"count": changed}
        )


def _borrow_customer_name(admission: Admission) -> None:
    """A file that names its customers without a code: the name is what they are known by."""
    if not admission.has("customer") and admission.has("customer_name"):
        admission.derive("SELECT *, customer_name AS customer FROM before")
        admission.stage.columns["customer"] = "customer"


def _refuse_foreign_money(admission: Admission) -> None:
    if admission.has("currency"):
        add_problems(
            admission.con,
            f"currency <> '{admission.currency}'",
            "currency",
            "currency",
            _("is not the store's currency %(currency)s, and there is no rate") % {"currency": admission.currency},
        )


def _refuse_giants(admission: Admission) -> None:
    """Quantity times price must fit fourteen digits, or the sum of the line could not be kept."""
    if not (admission.has("qty") and admission.has("unit_price")):
        return
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
        "CREATE OR REPLACE TEMP TABLE sold AS SELECT *, coalesce(order_no_, '#' || fingerprint) AS order_key "
        f"FROM (SELECT *, CASE WHEN order_no_ IS NULL THEN mark || '-' || {nth_sql(admission, 'orders', 'order_no_, mark')} "
        f"END AS fingerprint FROM (SELECT s.*, {order_no} AS order_no_, {mark} AS mark FROM {admission.fitting()} AS s))"
    )


def _require_dates(admission: Admission) -> None:
    if not admission.has("ordered_on"):
        add_problems(admission.con, "true", "ordered_on", "NULL", _("%(column)s is missing") % {"column": "ordered_on"})


def _number_and_head(admission: Admission) -> None:
    """Make `sold` and `heads` of the rows that fit by now."""
    _number_rows(admission)
    _make_heads(admission)


def _refuse_contradictions(admission: Admission) -> None:
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


def _refuse_strangers(admission: Admission) -> None:
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
        _number_and_head(admission)


def _resolve(admission: Admission) -> None:
    """References of the rows: customers, products, managers."""
    told = {
        "name": ("customer_name", "contacts"),
        "country": ("country", "contacts"),
        "region": ("region", "contacts"),
    }
    if admission.has("customer"):
        attributes = {key: f's."{column}"' for key, (column, _t) in told.items() if admission.has(column)}
        attributes.setdefault("name", "NULL::VARCHAR")
        attributes["role"] = "'customer'"
        refer(admission, "customer", "contacts", attributes, create=admission.policy.unknown_customer == "create")
        if admission.policy.unknown_customer != "create" and admission.rejected():
            _number_and_head(admission)
    if admission.has("sku"):
        attributes = {"name": admission.expression("description")}
        if admission.has("category"):
            attributes["category"] = "s.category"
        refer(admission, "sku", "products", attributes, create=True)
    if admission.has("manager"):
        refer(admission, "manager", "managers", {"name": "NULL::VARCHAR"}, create=True)


def _make_heads(admission: Admission) -> None:
    """Make `heads`: one row an order, the first value of each of its columns, and which of them disagree."""
    parts = ["order_key", "min(row_no) AS row_no", "any_value(fingerprint) AS fingerprint"]
    for name in _brought(admission):
        column = HEAD[name][0]
        parts.append(f'arg_min("{column}", row_no) AS "{name}", min("{column}") <> max("{column}") AS "torn_{name}"')
    for column in ("customer", "ordered_on"):
        if admission.has(column):
            parts.append(f"min({column}) AS {column}, max({column}) AS last_{column}")
    if admission.has("manager"):
        parts.append("arg_min(manager, row_no) AS manager")
    admission.con.execute(f"CREATE OR REPLACE TEMP TABLE heads AS SELECT {', '.join(parts)} FROM sold GROUP BY order_key")


def _brought(admission: Admission) -> list[str]:
    return [name for name, (column, _kind) in HEAD.items() if admission.has(column)]


def _note_disagreements(admission: Admission) -> None:
    brought = _brought(admission)
    if not brought:
        return
    torn = rows(admission.con, "SELECT " + ", ".join(f'count(*) FILTER ("torn_{n}")' for n in brought) + " FROM heads")[0]
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


def _meet_orders(admission: Admission) -> None:
    """Make `orders_in`: heads with ids: of the stored order they meet, or new ones in file order."""
    con = admission.con
    joins, customer, manager = [], "NULL::INTEGER", "NULL::INTEGER"
    if admission.has("customer"):
        joins.append("LEFT JOIN ref_customer AS c ON c.given = h.customer")
        customer = "c.id"
    if admission.has("manager"):
        joins.append("LEFT JOIN ref_manager AS m ON m.given = h.manager")
        manager = "m.id"
    met, parameters = "NULL::INTEGER", None
    if scalar(con, "SELECT count(*) FROM orders"):
        joins.append("LEFT JOIN orders AS o ON o.order_no = h.order_key AND NOT o.numbered_here")
        joins.append("LEFT JOIN orders AS f ON f.fingerprint = h.fingerprint AND f.source = $source")
        met, parameters = "coalesce(o.id, f.id)", {"source": admission.policy.source}
    first = admission.writer.reserve("orders", int(scalar(con, "SELECT count(*) FROM heads")))
    day = "" if admission.has("ordered_on") else ", NULL::DATE AS ordered_on"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE orders_in AS SELECT h.*{day}, {customer} AS customer_id, {manager} AS manager_id, "
        f"coalesce({met}, {first - 1} + row_number() OVER (ORDER BY h.row_no))::INTEGER AS id, {met} IS NULL AS is_new "
        f"FROM heads AS h {' '.join(joins)}",
        parameters,
    )


def _insert_orders(admission: Admission) -> None:
    con, writer = admission.con, admission.writer
    if not scalar(con, "SELECT count(*) FROM orders_in WHERE is_new"):
        return
    head = [name for name, (column, _k) in HEAD.items() if admission.has(column) and name != "status"]
    status = f"coalesce(status, '{DEFAULT_STATUS}')" if admission.has("status") else f"'{DEFAULT_STATUS}'"
    names = "".join(f', "{n}"' for n in head)
    con.execute(
        "CREATE OR REPLACE TEMP VIEW new_orders AS SELECT id, "
        "CASE WHEN fingerprint IS NULL THEN order_key ELSE '#' || lpad(id::VARCHAR, 6, '0') END AS order_no, "
        f"fingerprint IS NOT NULL AS numbered_here, ordered_on, customer_id, manager_id, {status} AS status, fingerprint, "
        f"CASE WHEN fingerprint IS NOT NULL THEN {_literal(admission.policy.source)} END AS source{names} "
        "FROM orders_in WHERE is_new"
    )
    columns = ["order_no", "numbered_here", "ordered_on", "customer_id", "manager_id", "status", "fingerprint", "source"]
    writer.insert("orders", [*columns, *head], "new_orders")


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _update_orders(admission: Admission) -> int:
    """Stored orders whose own columns the file changes; their lines follow customer, day and status."""
    con, policy = admission.con, admission.policy
    con.execute("CREATE OR REPLACE TEMP TABLE changed_orders AS SELECT id FROM orders LIMIT 0")
    met = scalar(con, "SELECT count(*) FROM orders_in WHERE NOT is_new")
    head = [name for name, (column, _k) in HEAD.items() if admission.has(column)]
    head += [n for n, c in (("customer_id", "customer"), ("manager_id", "manager")) if admission.has(c)]
    head += ["ordered_on"] if admission.has("ordered_on") else []
    if not met or not head:
        return 0
    value = 'coalesce(i."{0}", o."{0}")' if policy.empty == "skip" else 'i."{0}"'
    always = {"ordered_on", "status"}  # never empty in the store
    values = {n: ('coalesce(i."{0}", o."{0}")' if n in always else value).format(n) for n in head}
    differs = " OR ".join(f'o."{n}" IS DISTINCT FROM {sql}' for n, sql in values.items())
    listed = ", ".join(f'{sql} AS "{n}"' for n, sql in values.items())
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE changed_orders AS SELECT o.id, {listed} FROM orders_in AS i "
        f"JOIN orders AS o ON o.id = i.id WHERE NOT i.is_new AND ({differs})"
    )
    count = int(scalar(con, "SELECT count(*) FROM changed_orders"))
    if count:
        admission.writer.update("orders", head, "changed_orders")
        _lines_follow(admission)
    return count


def _lines_follow(admission: Admission) -> None:
    con = admission.con
    con.execute(
        "CREATE OR REPLACE TEMP TABLE following AS SELECT l.id, o.customer_id, o.ordered_on, "
        f"o.status NOT IN {NOT_COUNTED} AS counted FROM order_lines AS l JOIN orders AS o ON o.id = l.order_id "
        "WHERE o.id IN (SELECT id FROM changed_orders) AND (l.customer_id IS DISTINCT FROM o.customer_id "
        f"OR l.ordered_on <> o.ordered_on OR l.counted <> (o.status NOT IN {NOT_COUNTED}))"
    )
    if scalar(con, "SELECT count(*) FROM following"):
        admission.writer.update("order_lines", ["customer_id", "ordered_on", "counted"], "following")


def _count_alone(admission: Admission, written: Written) -> None:
    """Rows that brought no line (or a total the store knows better) count by what became of their order."""
    con = admission.con
    fitting = int(scalar(con, "SELECT count(*) FROM sold"))
    alone = fitting - written.created - written.updated - written.unchanged
    if not alone:
        return
    new, changed = rows(
        con,
        "SELECT count(*) FILTER (o.is_new), count(*) FILTER (o.id IN (SELECT id FROM changed_orders)) FROM sold AS s "
        "JOIN orders_in AS o USING (order_key) WHERE s.row_no NOT IN (SELECT row_no FROM lines_in)",
    )[0]
    admission.created += new
    admission.updated += changed
    admission.unchanged += alone - new - changed
