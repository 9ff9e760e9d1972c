"""What is said of the goods of a ticket: which they are, and whether their warranty holds on a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.numbers import cell
from crmcli.store.tickets.linking import goods_of, promised_warranty
from crmcli.table import Kind

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from crmcli.rules.tickets.warranty import Warranty

_WORDS = (N_("delivery"), N_("shipment"), N_("order"))


@dataclass(frozen=True, slots=True)
class NamedGoods:
    """A line of an order: its id, its name as typed (S-2026-0001/2), its product."""

    line_id: int
    name: str
    product: str
    sku: str

    @property
    def told(self) -> str:
        """As people read it."""
        return f"{self.name}: {self.product}"


def goods_named(con: DuckDBPyConnection, line: int | str | None) -> NamedGoods | None:
    """The line of an id, or of a name such as S-2026-0001/2; None where it is no line."""
    line_id = _line_id(con, line) if isinstance(line, str) else line
    goods = goods_of(con, line_id) if line_id is not None else None
    if goods is None:
        return None
    return NamedGoods(goods.line.id, goods.name, goods.line.name or goods.line.sku, goods.line.sku)


def warranty_told(con: DuckDBPyConnection, goods: NamedGoods | None, on: dt.date, *, asked: bool) -> str | None:
    """One sentence on the warranty of goods on a day; None where nothing is known and nobody asked."""
    if goods is None:
        return _("unknown: the ticket does not say which goods it is about") if asked else None
    known = promised_warranty(con, goods.line_id, on)
    if known is None:
        return None
    return _sentence(known, goods.sku) if known.months is not None or asked else None


def _sentence(known: Warranty, sku: str) -> str:
    if known.months is None or known.until_on is None or known.left_days is None:
        if not sku:
            return _("unknown: the line names no product")
        return _("unknown: no warranty is set for %(sku)s; set it: crmcli product edit %(sku)s --warranty-months N") % {
            "sku": sku
        }
    words = {
        "months": known.months,
        "until": cell(known.until_on, Kind.DATE),
        "from": cell(known.from_on, Kind.DATE),
        "what": _(known.counted_from),
        "days": cell(abs(known.left_days), Kind.COUNT),
    }
    period = ngettext(
        "%(months)s month from %(what)s on %(from)s", "%(months)s months from %(what)s on %(from)s", known.months
    ) % words  # fmt: skip
    if known.is_within:
        return _("in warranty until %(until)s, %(days)s days left (%(period)s)") % {**words, "period": period}
    return _("out of warranty since %(until)s, %(days)s days ago (%(period)s)") % {**words, "period": period}


def _line_id(con: DuckDBPyConnection, name: str) -> int | None:
    """The id of the line that a name means."""
    from crmcli.errors import CrmError
    from crmcli.store.orders.states import find_line, find_order

    order_no, slash, number = name.rpartition("/")
    if not slash or not number.isdigit():
        return None
    try:
        return find_line(find_order(con, order_no), int(number)).id
    except CrmError:
        return None
