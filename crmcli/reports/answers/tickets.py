"""What a ticket fills into the text of an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_SQL = """
SELECT k.ticket_no, c.name, k.order_no, m.name
FROM (SELECT 1) AS one
LEFT JOIN tickets AS k ON k.id = $ticket
LEFT JOIN contacts AS c ON c.id = k.customer_id
LEFT JOIN managers AS m ON m.id = coalesce($agent, k.agent_id)
"""


def ticket_values(con: DuckDBPyConnection, ticket_id: int | None, agent_id: int | None) -> dict[str, str | None]:
    """Values of the names in braces: of a ticket (None: none), and of who answers (None: the ticket's own agent)."""
    ((ticket, customer, order, agent),) = con.execute(_SQL, {"ticket": ticket_id, "agent": agent_id}).fetchall()
    return {"customer": customer, "ticket": ticket, "order": order, "agent": agent}
