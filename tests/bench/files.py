"""Files for the benchmarks, made once a folder and always the same."""

from __future__ import annotations

import random
from pathlib import Path


def orders(folder: Path, count: int) -> Path:
    """A CSV of `count` order lines of about 70 bytes, three lines an order, count/10 customers, 5,000 products."""
    path = folder / f"orders_{count}.csv"
    if not path.exists():
        chance = random.Random(1)
        with path.open("w", encoding="utf-8") as file:
            file.write("order_no,ordered_on,customer,sku,qty,unit_price,amount,country\n")
            for line in range(count):
                order = line // 3
                customer = order * 7919 % (count // 10)
                qty, price = chance.randint(1, 50), chance.randint(50, 99_999)
                amount = qty * price
                file.write(
                    f"SO-{order:08d},20{22 + order % 3}-{order % 12 + 1:02d}-{order % 28 + 1:02d},C{customer:06d},"
                    f"SKU-{line % 5000:05d},{qty},{price // 100}.{price % 100:02d},{amount // 100}.{amount % 100:02d},"
                    f"Country{customer % 30:02d}\n"
                )
    return path


def shop(folder: Path, customers: int) -> Path:
    """A CSV of about ten order lines a customer, bought over a thousand days as the model of buying thinks customers do."""
    import numpy as np

    from crmcli.models.simulate import simulate_shop

    path = folder / f"shop_{customers}.csv"
    if not path.exists():
        world = {"r": 0.6, "alpha": 60.0, "a": 0.8, "b": 2.5}
        made = simulate_shop("mbg_nbd", world, n=customers, span=1_000, seed=1)
        days = np.datetime_as_string(np.datetime64("2022-04-07") + made.day)
        lines = max(1, round(10 * customers / len(made.day)))
        with path.open("w", encoding="utf-8") as file:
            file.write("order_no,ordered_on,customer,sku,qty,unit_price,amount,country\n")
            for order, (party, day) in enumerate(zip(made.customer.tolist(), days.tolist(), strict=True)):
                for line in range(lines):
                    qty, price = 1 + (order * 7 + line) % 50, 50 + order * 7919 % 9_950
                    file.write(
                        f"SO-{order:08d},{day},C{party:06d},SKU-{(order * 31 + line) % 5000:05d},{qty},{price}.00,"
                        f"{qty * price}.00,Country{party % 30:02d}\n"
                    )
    return path


def workbook(folder: Path, count: int) -> Path:
    """An XLSX of `count` rows × 12 columns: order lines with a date, texts and numbers."""
    import xlsxwriter

    path = folder / f"orders_{count}.xlsx"
    if not path.exists():
        chance = random.Random(2)
        book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
        sheet = book.add_worksheet("orders")
        headings = ("order_no", "ordered_on", "customer", "customer_name", "sku", "description", "category", "qty",
                    "unit_price", "amount", "country", "manager")  # fmt: skip
        sheet.write_row(0, 0, headings)
        for row in range(count):
            order, qty, price = row // 3, chance.randint(1, 50), chance.randint(50, 99_999) / 100
            sheet.write_row(row + 1, 0, (
                f"SO-{order:08d}", f"2024-{order % 12 + 1:02d}-{order % 28 + 1:02d}", f"C{order % 9000:06d}",
                f"Sample firm {order % 9000}", f"SKU-{row % 5000:05d}", f"Sample product {row % 5000}", f"Group {row % 40}",
                qty, price, round(qty * price, 2), f"Country{order % 30:02d}", f"M{order % 12:02d}",
            ))  # fmt: skip
        book.close()
    return path


def desk(store: Path, count: int) -> None:
    """Tickets of 100,000 customers over three years into a store, the last ones in fifty open, each with a thread of five events."""
    import duckdb

    con = duckdb.connect(str(store))
    con.execute(
        "INSERT INTO contacts (id, code, name, added_in, changed_in) SELECT i, 'C' || i, 'Name ' || i, 1, 1 FROM range(1, 100001) AS t (i)"
    )
    con.execute(
        "INSERT INTO tickets (id, ticket_no, customer_id, kind, priority, subject, channel, status, opened_at, first_response_at, "
        "resolved_at, added_in, changed_in) SELECT i, 'T-' || i, 1 + i % 100000, ['question', 'complaint', 'claim', 'suggestion'][1 + i % 4], "
        "['low', 'normal', 'high', 'urgent'][1 + (i // 7) % 4], 'Subject ' || i, 'mail', CASE WHEN still THEN 'open' ELSE 'resolved' END, "
        "opened, CASE WHEN i % 3 > 0 OR NOT still THEN opened + to_minutes((i * 37) % 2000) END, "
        "CASE WHEN NOT still THEN opened + to_minutes(2000 + (i * 37) % 5000) END, 1, 1 "
        "FROM (SELECT i, i % 50 = 0 AS still, TIMESTAMP '2023-07-01' + to_minutes((i * 1500000 // $1)) AS opened FROM range(1, $1 + 1) AS t (i))",
        [count],
    )
    con.execute(
        'INSERT INTO ticket_events (id, ticket_id, event_no, "at", kind, added_in, changed_in) '
        "SELECT id * 5 + k, id, k + 1, CASE k WHEN 1 THEN first_response_at WHEN 4 THEN resolved_at ELSE opened_at + to_minutes(k * 500) END, "
        "['opened', 'reply', 'waiting', 'message', 'resolved'][k + 1], 1, 1 FROM tickets, range(0, 5) AS r (k) "
        "WHERE (k <> 4 OR resolved_at IS NOT NULL) AND (k <> 1 OR first_response_at IS NOT NULL)"
    )
    con.close()
