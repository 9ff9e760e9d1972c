"""What prices cost: the work itself, without starting a process, beside a bare loop that only multiplies and rounds.

`python -m tests.bench.prices [--products N]`
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import statistics
import time
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from crmcli.documents.facts import Party, Seller
from crmcli.documents.price_sheet import SheetPlan, price_sheet
from crmcli.documents.render import render
from crmcli.reports.price_effect import Sale, simulate
from crmcli.rules.prices.check import Surroundings, check_prices
from crmcli.rules.prices.pricing import Article, Buyer, PriceBook, PriceList, PriceRule, decide

DAY = dt.date(2026, 7, 1)
KINDS = [f"Category {n}" for n in range(60)]


def articles_of(count: int) -> list[Article]:
    """An invented catalogue in sixty categories under six roots."""
    made = []
    for n in range(count):
        kind = KINDS[n % 60]
        path = (kind, f"Root {n % 6}")
        price = Decimal(1000 + n % 977) / 10
        made.append(Article(f"S{n:05}", f"Product number {n}", "pcs", kind, path, price, price * Decimal("0.6"), tax_rate=Decimal(20)))  # fmt: skip
    return made


def book_of(count: int) -> PriceBook:
    """Rules for products, categories, roots and all, with breaks, over two lists."""
    chance = random.Random(7)
    rules = []
    for n in range(count):
        what = (
            {"sku": f"S{chance.randrange(5000):05}"},
            {"category": chance.choice(KINDS)},
            {"category": f"Root {n % 6}"},
            {},
        )[n % 4]
        rules.append(PriceRule(f"P{n}", ("Own", "Mother")[n % 2], **what, percent=Decimal(-n) / 5, priority=n,
                               qty_from=Decimal((1, 10, 50)[n % 3]), round_to=Decimal("0.05"), floor_percent=Decimal(5)))  # fmt: skip
    lists = (PriceList("Own", parent="Mother", currency="RUB", is_default=True), PriceList("Mother", currency="RUB"))
    return PriceBook(lists, tuple(rules), on=DAY, currency="RUB")


def bare(articles: list[Article]) -> None:
    """What a loop without any rule would do."""
    for article in articles:
        price = (article.list_price or Decimal(0)) * Decimal(93) / 100
        _kept = (price / Decimal("0.05")).quantize(Decimal(1), ROUND_HALF_UP) * Decimal("0.05")


def seconds(job: Callable[[], object], runs: int = 5) -> float:
    """Median of several runs after one to warm up."""
    job()
    taken = []
    for _turn in range(runs):
        began = time.perf_counter()
        job()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def main() -> None:
    """Print a table of jobs."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--products", type=int, default=5000)
    count = parser.parse_args().products
    articles, plain = articles_of(count), seconds(lambda: bare(articles_of(count)))
    plan = SheetPlan("", "", "en", Seller(Party("Sample Seller")), DAY, breaks=(Decimal(1), Decimal(10), Decimal(50)))
    known = {one.sku: one for one in articles}
    sales = [Sale(f"C{n % 500}", articles[n % count].sku, Decimal(1 + n % 40), Decimal(100), Decimal(100), Decimal(60)) for n in range(50_000)]  # fmt: skip
    buyers = {f"C{n}": Buyer(f"C{n}") for n in range(500)}
    other = book_of(49)
    jobs: dict[str, Callable[[], object]] = {
        "explain one of 100 rules": lambda: decide(book_of(100), articles[7], Buyer(), qty=Decimal(12), on=DAY, explain=True),
        "all products × 50 rules": lambda: [decide(fresh, one, Buyer(), qty=Decimal(12), on=DAY) for fresh in [book_of(50)] for one in articles],
        "sheet of 3 breaks × 50 rules": lambda: price_sheet(book_of(50), articles, Buyer(), plan),
        "the same as PDF": lambda: render(price_sheet(book_of(50), articles, Buyer(), plan), "pdf"),
        "check of 100 rules": lambda: check_prices(book_of(100), Surroundings(known)),
        "simulate over 50,000 lines": lambda: simulate(book_of(50), other, sales, articles=known, buyers=buyers, then=lambda buyer: buyer, elasticity=None, on=DAY),
    }  # fmt: skip
    print(f"{'bare loop over the products':32} {plain:8.3f} s")
    for name, job in jobs.items():
        taken = seconds(job, runs=3)
        print(f"{name:32} {taken:8.3f} s  {taken / plain:8.1f} × bare loop")


if __name__ == "__main__":
    main()
