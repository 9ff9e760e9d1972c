"""Which stored line each row of a file is: by number, by content, and for complete orders by product."""

from __future__ import annotations

from collections.abc import Sequence

from crmcli.intake.admit.admission import Admission
from crmcli.language import ngettext
from crmcli.store.connection import scalar


def pair_lines(admission: Admission, compared: Sequence[str]) -> None:
    """Make `lines_met`, `lines_there` and `paired` (row_no, line_id).

    Identical lines pair as a multiset, so the same file again changes nothing, and half a file and then all of it adds
    the other half. What is left pairs by product only where the file has the order whole (no fewer rows than the
    store has lines): there a changed quantity is a correction, elsewhere it is another line of the order.

    Args:
        admission: Its views `lines_in` and `orders_in` are there.
        compared: Stored columns that make two lines the same line.
    """
    con = admission.con
    columns = ", ".join('"' + column + '"' for column in compared)
    content = f"hash({columns})" if compared else "0"
    # lines the refusing import added came from other rows of the same file: a mended row is none of them
    fed = f" AND l.added_in <> {admission.fed:d}" if admission.fed is not None else ""
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE lines_met AS SELECT *, {content} AS content FROM lines_in WHERE NOT is_new"
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE lines_there AS SELECT l.*, {content} AS content FROM order_lines AS l "
        f"WHERE l.order_id IN (SELECT id FROM orders_in WHERE NOT is_new){fed}"
    )
    con.execute("CREATE OR REPLACE TEMP TABLE paired (row_no BIGINT, line_id INTEGER)")
    if admission.has("line_no"):
        _pair(admission, "line_no", "line_no IS NOT NULL")
    _pair(admission, "content")
    if _left(admission, "lines_met", "row_no") and _left(admission, "lines_there", "id", "line_id"):
        _retire_totals(admission)
        _pair(admission, "product_id" if admission.has("sku") else "description", _complete())


def _left(admission: Admission, table: str, column: str, paired: str = "row_no") -> bool:
    return bool(
        scalar(admission.con, f"SELECT EXISTS (FROM {table} WHERE {column} NOT IN (SELECT {paired} FROM paired))")
    )


def _complete() -> str:
    """SQL: the order of a row or line comes whole in the file, and the line is no total."""
    return (
        "line_no IS DISTINCT FROM 0 AND order_id IN (SELECT m.order_id FROM (SELECT order_id, count(*) AS n FROM lines_met "
        "GROUP BY order_id) AS m JOIN (SELECT order_id, count(*) AS n FROM lines_there GROUP BY order_id) AS t "
        "USING (order_id) WHERE m.n >= t.n)"
    )


def _pair(admission: Admission, column: str, condition: str = "true") -> None:
    """Pair the nth unpaired row with the nth unpaired line among those of one order alike in `column`."""
    sides = {"lines_met": ("row_no", "row_no"), "lines_there": ("id", "line_id")}
    queries = [
        f"(SELECT {key}, order_id, coalesce({column}::VARCHAR, '') AS alike, row_number() OVER ("
        f"PARTITION BY order_id, {column} ORDER BY {key}) AS nth FROM {table} "
        f"WHERE {condition} AND {key} NOT IN (SELECT {paired} FROM paired))"
        for table, (key, paired) in sides.items()
    ]
    if column == "content":  # a number already: no text is needed to make NULL equal NULL
        queries = [query.replace("coalesce(content::VARCHAR, '')", "content") for query in queries]
    admission.con.execute(
        f"INSERT INTO paired SELECT a.row_no, b.id FROM {queries[0]} AS a JOIN {queries[1]} AS b USING (order_id, alike, nth)"
    )


def _retire_totals(admission: Admission) -> None:
    """The line that stood for a whole order goes when the file brings lines of it."""
    con = admission.con
    con.execute(
        "CREATE OR REPLACE TEMP TABLE retired AS SELECT id, order_id, net FROM lines_there WHERE line_no = 0 "
        "AND product_id IS NULL AND description IS NULL AND unit_price IS NULL AND id NOT IN (SELECT line_id FROM paired) "
        "AND order_id IN (SELECT order_id FROM lines_met WHERE line_no IS DISTINCT FROM 0)"
    )
    orders = int(scalar(con, "SELECT count(DISTINCT order_id) FROM retired"))
    if not orders:
        return
    differing = int(
        scalar(
            con,
            "SELECT count(*) FROM (SELECT order_id, sum(net) AS net FROM retired GROUP BY order_id) AS r JOIN "
            "(SELECT order_id, sum(net) AS net FROM lines_met GROUP BY order_id) AS m USING (order_id) WHERE r.net <> m.net",
        )
    )
    admission.writer.remove("order_lines", "SELECT id FROM retired")
    con.execute("DELETE FROM lines_there WHERE id IN (SELECT id FROM retired)")
    admission.notes.append(
        ngettext(
            "%(count)s order was known by its total only; its lines took the place, %(differing)s with another sum",
            "%(count)s orders were known by their total only; their lines took the place, %(differing)s with another sum",
            orders,
        )
        % {"count": orders, "differing": differing}
    )
