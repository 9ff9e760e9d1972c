"""Admission of orders: a row is a line, the order's own columns repeat, and one order may come in several files."""

from __future__ import annotations

from crmcli.intake.admit.admission import Admission
from crmcli.intake.admit.heads import (
    HEAD,
    note_disagreements,
    number_and_head,
    refuse_contradictions,
    refuse_foreign_money,
    refuse_giants,
    refuse_strangers,
)
from crmcli.intake.admit.lines import DEFAULT_STATUS, NOT_COUNTED, Written, admit_lines
from crmcli.intake.admit.references import refer
from crmcli.language import ngettext
from crmcli.store.connection import rows, scalar


def admit_orders(admission: Admission) -> None:
    """Admit the staged order lines."""
    _borrow_customer_name(admission)
    refuse_foreign_money(admission)
    refuse_giants(admission)
    number_and_head(admission)
    refuse_contradictions(admission)
    refuse_strangers(admission)
    _resolve(admission)
    note_disagreements(admission)
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
        # where every order agrees with itself, its head tells all but the name
        source = "heads" if admission.agreed and not admission.has("customer_name") else ""
        create = admission.policy.unknown_customer == "create"
        refer(admission, "customer", "contacts", attributes, create=create, source=source)
        if admission.policy.unknown_customer != "create" and admission.rejected():
            number_and_head(admission)
    if admission.has("sku"):
        attributes = {"name": admission.expression("description")}
        if admission.has("category"):
            attributes["category"] = "s.category"
        refer(admission, "sku", "products", attributes, create=True)
    if admission.has("manager"):
        refer(admission, "manager", "managers", {"name": "NULL::VARCHAR"}, create=True)


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
    day = "h.ordered_on" if admission.has("ordered_on") else "NULL::DATE"
    if scalar(con, "SELECT count(*) FROM orders"):
        joins.append("LEFT JOIN orders AS o ON o.order_no = h.order_key AND NOT o.numbered_here")
        # a number of ours in a file means our order only where the rest agrees: it came from an export
        joins.append(
            "LEFT JOIN orders AS n ON n.order_no = h.order_key AND n.numbered_here "
            f"AND n.ordered_on = {day} AND n.customer_id IS NOT DISTINCT FROM {customer}"
        )
        joins.append("LEFT JOIN orders AS f ON f.fingerprint = h.fingerprint AND f.source = $source")
        met, parameters = "coalesce(o.id, n.id, f.id)", {"source": admission.policy.source}
    ours = bool(scalar(con, "SELECT EXISTS (FROM heads WHERE fingerprint IS NOT NULL)"))
    fresh = "NULL"
    if not ours:  # ids in file order, with gaps where an order is more than a row
        first = admission.writer.reserve("orders", int(scalar(con, "SELECT coalesce(max(row_no), 0) FROM heads")))
        fresh = f"{first - 1} + h.row_no"
    undated = "" if admission.has("ordered_on") else ", NULL::DATE AS ordered_on"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE orders_in AS SELECT h.*{undated}, {customer} AS customer_id, "
        f"{manager} AS manager_id, coalesce({met}, {fresh})::INTEGER AS id, {met} IS NULL AS is_new "
        f"FROM heads AS h {' '.join(joins)}",
        parameters,
    )
    if ours:
        _number_new(admission)


def _number_new(admission: Admission) -> None:
    """Where the id makes the number the owner sees: one after the other, in file order."""
    con = admission.con
    first = admission.writer.reserve("orders", int(scalar(con, "SELECT count(*) FROM orders_in WHERE is_new")))
    con.execute(
        f"UPDATE orders_in SET id = {first - 1} + n.nth FROM (SELECT order_key, row_number() OVER (ORDER BY row_no) AS nth "
        "FROM orders_in WHERE is_new) AS n WHERE n.order_key = orders_in.order_key"
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
    columns = [
        "order_no",
        "numbered_here",
        "ordered_on",
        "customer_id",
        "manager_id",
        "status",
        "fingerprint",
        "source",
    ]
    # sorted, the rows arrive in whole row groups, which the checkpoint keeps; loose ones it would compress once more
    writer.insert("orders", [*columns, *head], "new_orders", order="id")


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _update_orders(admission: Admission) -> int:
    """Stored orders whose own columns the file changes; their lines follow customer, day and status."""
    con, policy = admission.con, admission.policy
    con.execute("CREATE OR REPLACE TEMP TABLE changed_orders (id INTEGER)")
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
