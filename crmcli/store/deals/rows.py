"""Deals as they stand now, and how a typed number finds one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli.errors import NotFoundError
from crmcli.language import gettext as _
from crmcli.language import nearest
from crmcli.store.connection import rows

if TYPE_CHECKING:
    import duckdb

COLUMNS = (
    "opportunity_no", "name", "customer_id", "product_id", "manager_id", "stage", "status", "amount", "opened_on", "expected_on",
    "closed_on", "lost_reason", "competitor", "campaign", "probability", "note",
)  # fmt: skip
_KNOWN = 5000  # numbers looked through for the nearest


@dataclass(frozen=True, slots=True)
class Deal:
    """A deal; its fields are columns of opportunities, in the order of COLUMNS behind the id."""

    id: int
    opportunity_no: str
    name: str | None
    customer_id: int | None
    product_id: int | None
    manager_id: int | None
    stage: str | None
    status: str | None
    amount: Decimal | None
    opened_on: dt.date | None
    expected_on: dt.date | None
    closed_on: dt.date | None
    lost_reason: str | None
    competitor: str | None
    campaign: str | None
    probability: Decimal | None
    note: str | None


def find_deal(con: duckdb.DuckDBPyConnection, word: str) -> Deal:
    """The deal of a number, in any case of letters.

    Raises:
        NotFoundError: There is none; the hint names the closest.
    """
    names = ", ".join(f'"{name}"' for name in COLUMNS)
    sql = f"SELECT id, {names} FROM opportunities WHERE lower(opportunity_no) = lower(trim($1)) ORDER BY opportunity_no <> trim($1), id"
    if found := rows(con, sql, [word]):
        return Deal(*found[0])
    known = rows(con, f"SELECT opportunity_no FROM opportunities ORDER BY id DESC LIMIT {_KNOWN:d}")
    hint = nearest(word.strip().upper(), [str(number) for (number,) in known]) or _("All deals: crmcli deal list --all")
    raise NotFoundError(_("there is no deal %(word)s") % {"word": repr(word)}, hint)


def known_reasons(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Why deals were lost so far, the commonest first."""
    sql = (
        "SELECT arg_max(word, n) FROM (SELECT trim(lost_reason) AS word, count(*) AS n FROM opportunities "
        "WHERE trim(coalesce(lost_reason, '')) <> '' GROUP BY 1) GROUP BY lower(word) ORDER BY sum(n) DESC, 1"
    )
    return [str(word) for (word,) in rows(con, sql)]


def known_competitors(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Competitors met in deals or in prices noted, the commonest first."""
    sql = (
        "SELECT arg_max(word, n) FROM (SELECT word, count(*) AS n FROM (SELECT trim(competitor) AS word FROM opportunities "
        "UNION ALL SELECT trim(competitor) FROM competitor_prices) WHERE coalesce(word, '') <> '' GROUP BY 1) "
        "GROUP BY lower(word) ORDER BY sum(n) DESC, 1"
    )
    return [str(word) for (word,) in rows(con, sql)]
