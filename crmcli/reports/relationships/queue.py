"""Queue: everything that waits for somebody on the day, by what the customer is worth and how urgent it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.language import N_
from crmcli.metrics import catalogue
from crmcli.reports.definition import Beside, Parameter, ParameterKind, Report, Shape
from crmcli.reports.relationships.queue_words import sentences, tell
from crmcli.reports.run import settle
from crmcli.reports.sections import named, sections
from crmcli.reports.service.due import keep_due_days
from crmcli.rules import urgency
from crmcli.table import Chart, ChartKind, Column, Kind

if TYPE_CHECKING:
    import datetime as dt

    from duckdb import DuckDBPyConnection

    from crmcli.reports.definition import Values

KINDS = (
    N_("complaint"),
    N_("claim"),
    N_("ticket"),
    N_("message"),
    N_("plan step"),
    N_("quote"),
    N_("late order"),
    N_("invoice"),
    N_("call"),
)
KIND_WORDS = tuple(kind.replace(" ", "_") for kind in KINDS)
_COLUMNS = (
    Column("rank", N_("Rank"), Kind.COUNT),
    Column("kind", N_("Kind"), Kind.LEVEL, words=KIND_WORDS),
    Column("customer", N_("Customer"), Kind.CODE),
    Column("name", N_("Name"), Kind.TEXT),
    Column("class", N_("Class"), Kind.LEVEL, words=("A", "B", "C")),
    Column("key", N_("Key"), Kind.LEVEL),
    Column("manager", N_("Manager"), Kind.CODE),
    Column("what", N_("Matter"), Kind.TEXT),
    Column("due_on", N_("Due"), Kind.DATE),
    Column("days_late", N_("Days late"), Kind.DAYS),
    Column("amount", N_("Amount"), Kind.MONEY),
    Column("weight", N_("Weight"), Kind.RATIO),
    Column("urgency", N_("Urgency"), Kind.RATIO),
    Column("priority", N_("Priority"), Kind.RATIO, bar=True),
)
_KINDS = Beside(
    "kinds",
    N_("What waits"),
    (
        Column("kind", N_("Kind"), Kind.LEVEL, words=KIND_WORDS),
        Column("things", N_("Things"), Kind.COUNT),
        Column("late", N_("Late"), Kind.COUNT),
        Column("amount", N_("Amount"), Kind.MONEY),
        Column("highest", N_("Highest priority"), Kind.RATIO),
        Column("together", N_("Priority together"), Kind.RATIO, bar=True),
    ),
    charts=(Chart(ChartKind.BARS, N_("Things that wait, by kind"), "kind", ("things",)),),
    totals={"things": "cast(sum(things) AS BIGINT)", "late": "cast(sum(late) AS BIGINT)", "together": "sum(together)"},
)
_MANAGERS = Beside(
    "managers",
    N_("For whom it waits"),
    (
        Column("manager", N_("Manager"), Kind.CODE),
        Column("things", N_("Things"), Kind.COUNT),
        Column("late", N_("Late"), Kind.COUNT),
        Column("highest", N_("Highest priority"), Kind.RATIO),
        Column("together", N_("Priority together"), Kind.RATIO, bar=True),
    ),
    totals={"things": "cast(sum(things) AS BIGINT)", "late": "cast(sum(late) AS BIGINT)", "together": "sum(together)"},
)


def prepare(con: DuckDBPyConnection, values: Values) -> Values:
    """The temporary table waiting, the constants of the formula, and the manager named.

    Raises:
        NotFoundError, ConflictError: The manager is not there, or could be several.
    """
    constants = {
        "soon": urgency.SOON,
        "due": urgency.DUE,
        "per_week": urgency.PER_WEEK,
        "most": urgency.MOST,
        "grave": urgency.GRAVE,
        "overdue_from": urgency.OVERDUE,
    }
    keep_due_days(con, values["as_of"])
    sql = sections("relationships", "queue")["waiting"]
    con.execute(f"CREATE OR REPLACE TEMP TABLE waiting AS {sql}", named(sql, {**values, **constants}))
    return {**constants, "manager_id": _manager(con, values["manager"])}


def shape(con: DuckDBPyConnection, values: Values) -> Shape:
    """What waits, read from the temporary table."""
    del con, values
    return Shape(_COLUMNS, sections("relationships", "queue")["answer"])


def keep_waiting(con: DuckDBPyConnection, as_of: dt.date) -> None:
    """The temporary table waiting, for other pages: kind, number, customer, class, days_late, amount, priority and more."""
    catalogue.install(con, sections("relationships", "queue")["waiting"])
    prepare(con, settle(REPORT, as_of, {}))


def _manager(con: DuckDBPyConnection, word: str | None) -> int | None:
    if word is None:
        return None
    from crmcli.store.managers.managers import find_manager

    return find_manager(con, word)[0]


REPORT = Report(
    name="queue",
    subject="relationships",
    title=N_("What waits, best first"),
    question=N_("What waits for somebody today, the most valuable and most urgent first?"),
    columns=_COLUMNS,
    parameters=(
        Parameter("manager", ParameterKind.TEXT, None, N_("Only what waits for this manager, by code or name.")),
        Parameter("kind", ParameterKind.CHOICE, "all", N_("Only things of one kind."), choices=("all", *KIND_WORDS)),
    ),
    empty=N_(
        "Nothing waits for anybody that day; import tickets, contacts, invoices and orders: crmcli import run FILE"
    ),
    tell=tell,
    shape=shape,
    words=sentences,
    prepare=prepare,
    beside=(_KINDS, _MANAGERS),
)
