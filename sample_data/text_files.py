"""The wholesaler's text files, each in the manner of the program it is said to come from."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from sample_data.firm import dirty
from sample_data.firm.calendar import FIRST_DAY, LAST_DAY
from sample_data.firm.deals import deals
from sample_data.firm.interactions import interactions
from sample_data.firm.invoices import invoices
from sample_data.firm.managers import NAMES
from sample_data.firm.orders import Line, Order, orders, returns
from sample_data.firm.rivals import COST_ACTIVITIES, rival_prices
from sample_data.firm.tickets import tickets
from sample_data.firm.webshop import shop_orders

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SALES_HEADINGS = (
    "Дата;Номер документа;Покупатель;Код покупателя;Артикул;Номенклатура;Группа;Количество;"
    "Цена;Скидка %;Сумма;Себестоимость за ед.;Менеджер;Обещано;Отгружено;Доставлено"
)
WEBSHOP_HEADINGS = (
    "Order No;Order Date;Customer;Customer Name;Status;Channel;Campaign;Shipped On;Line No;"
    "SKU;Description;Category;Qty;Unit Price;Discount %;Amount;Currency"
)
INVOICE_HEADINGS = "Номер счёта;Дата счёта;Номер заказа;Код клиента;Срок оплаты;Сумма;Дата оплаты;Оплачено"
TICKET_HEADINGS = (
    "Ticket No;Customer;Kind;Priority;Subject;Channel;Status;Agent;"
    "Order No;Opened At;First Response At;Resolved At;Closed At;Reopened;CSAT"
)
DEAL_HEADINGS = (
    "Номер сделки;Название;Код клиента;Менеджер;Этап;Сумма;Дата создания;План закрытия;"
    "Дата закрытия;Причина отказа;Конкурент;Вероятность %;Примечание"
)
VISIT_HEADINGS = "Код клиента;Дата и время;Канал;Направление;Менеджер;Вид;Тема;Минут;Результат"


def separated(rows: Iterable[Sequence[str]], delimiter: str, newline: str = "\n") -> str:
    """Rows as CSV text, quoted only where needed."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=newline).writerows(rows)
    return out.getvalue()


def russian_day(day: date | None) -> str:
    """31.12.2025, or nothing."""
    return f"{day:%d.%m.%Y}" if day else ""


def iso(moment: date | None) -> str:
    """2025-12-31, with a moment's time behind it (2025-12-31 09:05), or nothing."""
    if isinstance(moment, datetime):
        return moment.isoformat(sep=" ", timespec="minutes")
    return moment.isoformat() if moment else ""


def russian_number(value: Decimal | None, thousands: str = "\u00a0") -> str:
    """1 234,56 with a no-break space between thousands, or nothing."""
    return "" if value is None else f"{value:,f}".replace(",", thousands).replace(".", ",")


def quantity_text(value: Decimal) -> Decimal:
    """The quantity without needless zeros."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def sales_row(order: Order, line: Line) -> list[str]:
    """One line of the export, as text."""
    party = order.party
    return [
        russian_day(order.ordered_on),
        order.order_no,
        party.name if party else "",
        party.code if party else "",
        line.product.sku,
        line.product.name,
        line.product.category,
        russian_number(quantity_text(line.qty)),
        russian_number(line.unit_price),
        str(line.discount_pct),
        russian_number(line.amount),
        russian_number(line.unit_cost),
        NAMES[order.manager],
        russian_day(order.promised_on),
        russian_day(order.shipped_on),
        russian_day(order.delivered_on),
    ]


def sales() -> bytes:
    """The export of sales in the manner of 1C: cp1251, a title above the headings, a total at the end."""
    everything = sorted((*orders(), *returns()), key=lambda order: (order.ordered_on, order.order_no))
    rows = [sales_row(order, line) for order in everything for line in order.lines]
    headings = SALES_HEADINGS.split(";")
    total = [""] * len(headings)
    total[0] = "Итого"
    total[headings.index("Сумма")] = russian_number(sum((order.total for order in everything), Decimal(0)))
    title = f"Продажи за период с {russian_day(FIRST_DAY)} по {russian_day(LAST_DAY)}"
    return (f"{title}\r\n\r\n" + separated([headings, *rows, total], ";", "\r\n")).encode("cp1251")


def webshop() -> bytes:
    """The online orders: clean UTF-8, ISO dates, dots."""
    rows: list[Sequence[str]] = [WEBSHOP_HEADINGS.split(";")]
    rows += [
        (
            order.order_no,
            iso(order.ordered_on),
            order.email,
            order.name,
            order.status,
            "webshop",
            order.campaign,
            iso(order.shipped_on),
            str(number),
            line.product.sku,
            line.product.name,
            line.product.category,
            f"{quantity_text(line.qty):f}",
            f"{line.unit_price}",
            str(line.discount_pct),
            f"{line.amount}",
            "RUB",
        )
        for order in shop_orders()
        for number, line in enumerate(order.lines, start=1)
    ]
    return separated(rows, ",").encode()


def invoice_list() -> bytes:
    """The invoices: UTF-8 with BOM, semicolons, Russian numbers without spaces."""
    rows: list[Sequence[str]] = [INVOICE_HEADINGS.split(";")]
    rows += [
        (
            one.invoice_no,
            russian_day(one.issued_on),
            one.order_no,
            one.customer,
            russian_day(one.due_on),
            russian_number(one.amount, ""),
            russian_day(one.paid_on),
            russian_number(one.paid_amount, ""),
        )
        for one in invoices()
    ]
    return separated(rows, ";", "\r\n").encode("utf-8-sig")


def ticket_list() -> bytes:
    """The tickets of a help desk: UTF-8, English headings, ISO moments."""
    rows: list[Sequence[str]] = [TICKET_HEADINGS.split(";")]
    rows += [
        (
            one.ticket_no,
            one.order.party.code if one.order.party else "",
            one.kind,
            one.priority,
            one.subject,
            one.channel,
            one.status,
            one.agent,
            one.order.order_no,
            iso(one.opened_at),
            iso(one.first_response_at),
            iso(one.resolved_at),
            iso(one.closed_at),
            str(one.reopened),
            str(one.csat or ""),
        )
        for one in tickets()
    ]
    return separated(rows, ",").encode()


def visit_log() -> bytes:
    """The log of calls, visits and mails: UTF-8, semicolons, Russian headings and words."""
    rows: list[Sequence[str]] = [VISIT_HEADINGS.split(";")]
    rows += [
        (
            one.customer,
            f"{one.at:%d.%m.%Y %H:%M}",
            one.channel,
            one.direction,
            one.manager,
            one.kind,
            one.subject,
            str(one.minutes or ""),
            one.outcome,
        )
        for one in interactions()
    ]
    return separated(rows, ";", "\r\n").encode()


def deal_list() -> bytes:
    """The deals of the managers: UTF-8 with BOM, semicolons, Russian headings, days and numbers."""
    rows: list[Sequence[str]] = [DEAL_HEADINGS.split(";")]
    rows += [
        (
            one.deal_no,
            one.name,
            one.customer,
            NAMES[one.manager],
            one.stage,
            russian_number(one.amount, ""),
            russian_day(one.opened_on),
            russian_day(one.expected_on),
            russian_day(one.closed_on),
            one.lost_reason,
            one.competitor,
            str(one.probability or ""),
            one.note,
        )
        for one in deals()
    ]
    return separated(rows, ";", "\r\n").encode("utf-8-sig")


def competitor_prices() -> bytes:
    """The competitors' prices: clean UTF-8."""
    rows: list[Sequence[str]] = [("Competitor", "SKU", "Price", "Seen On", "Source")]
    rows += [(one.competitor, one.sku, f"{one.price}", iso(one.seen_on), one.source) for one in rival_prices()]
    return separated(rows, ",").encode()


def cost_activities() -> bytes:
    """What serving costs, by activity: clean UTF-8."""
    return separated([("name", "driver", "rate", "pool", "period_from", "period_to"), *COST_ACTIVITIES], ",").encode()


def text_files() -> dict[str, bytes]:
    """File name → content."""
    return {
        "sales_1c_2023_2026.csv": sales(),
        "webshop_2025.csv": webshop(),
        "invoices.csv": invoice_list(),
        "tickets.csv": ticket_list(),
        "visits.csv": visit_log(),
        "competitor_prices.csv": competitor_prices(),
        "costs.csv": cost_activities(),
        "deals.csv": deal_list(),
        "dirty.csv": dirty.text().encode(),
    }
