"""Two of the figures that key accounts are weighed by: what a customer will be worth, and what they could buy besides."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from crmcli.metrics.catalogue import install
from crmcli.reports.registry import find
from crmcli.reports.run import settle
from crmcli.reports.sections import named, sections

if TYPE_CHECKING:
    import duckdb

VALUES = ("expected_npv", "realised", "revenue")  # the first that is known of anybody stands for value


def keep_value(con: duckdb.DuckDBPyConnection, as_of: dt.date) -> str:
    """The temp table key_value (customer_id, figure), as report value reckons it by its usual options.

    Expected value where the model could be fitted; else margin less cost to serve so far; without costs revenue so far.
    One figure for all, as a rank among unlike figures would mean nothing.

    Returns:
        Which of VALUES the figure is.
    """
    values = {**settle(find("value"), as_of, {}), "told": False}
    statement = sections("value", "value")["answer"]
    install(con, statement)
    prepare = find("value").prepare
    assert prepare is not None
    values |= prepare(con, values)
    con.execute(f"CREATE OR REPLACE TEMP TABLE key_worth AS {statement}", named(statement, values))
    known = con.execute(f"SELECT {', '.join(f'count({name})' for name in VALUES)} FROM key_worth").fetchall()[0]
    by = next((name for name, count in zip(VALUES, known, strict=True) if count), VALUES[-1])
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE key_value AS SELECT contact.id AS customer_id, worth.{by} AS figure "
        "FROM key_worth AS worth INNER JOIN contacts AS contact ON contact.code = worth.customer"
    )
    return by


def keep_potential(con: duckdb.DuckDBPyConnection, as_of: dt.date) -> None:
    """The temp table key_potential (customer_id, figure): what report whitespace finds missing, by share of peers.

    Nothing for buyers of the year who leave nothing out; unknown for those who bought nothing, and where nothing sold
    names its category.
    """
    values = settle(find("whitespace"), as_of, {})
    statement = sections("products", "whitespace")["answer"]
    install(con, statement)
    con.execute(f"CREATE OR REPLACE TEMP TABLE key_gaps AS {statement}", named(statement, values))
    con.execute(
        "CREATE OR REPLACE TEMP TABLE key_potential AS "
        "WITH bought AS ("
        "SELECT line.customer_id, sum(line.net) AS net, count(coalesce(line.category, product.category)) AS told "
        "FROM order_lines AS line LEFT JOIN products AS product ON product.id = line.product_id "
        "WHERE line.counted AND line.customer_id IS NOT NULL AND line.ordered_on > $since AND line.ordered_on <= $as_of "
        "GROUP BY line.customer_id), "
        "missing AS (SELECT customer, "
        "cast(sum(cast(expected_amount AS DOUBLE) * peers_share) AS DECIMAL(38, 4)) AS amount FROM key_gaps GROUP BY customer) "
        "SELECT bought.customer_id, coalesce(missing.amount, 0) AS figure FROM bought "
        "INNER JOIN contacts AS contact ON contact.id = bought.customer_id "
        "LEFT JOIN missing ON missing.customer = contact.code "
        "WHERE bought.net > 0 AND (SELECT sum(told) FROM bought) > 0",
        {"since": values["since"], "as_of": as_of},
    )
