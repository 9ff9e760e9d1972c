"""How the models did on past days of every data set at hand, written to docs/backtests.md: `python -m tests.proof.backtests`.

Simulated shops come from the models themselves; real sets are read beside the project and left out, visibly, where they
are not there. Nothing of the sets goes into the page but these measures.
"""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from crmcli.models.backtest import Backtest, backtest, origins
from crmcli.models.by_rhythm import PastDays, backtest_by_rhythm
from crmcli.models.interval import total_interval
from crmcli.models.occasions import Occasions
from crmcli.models.simulate import simulate_shop
from crmcli.reports.backtests import misses, verdict

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data"
PAGE = ROOT / "docs" / "backtests.md"
HORIZON = 90
SHOWN = 4  # past days of a shop; the four before them only tell how wide an interval must be, as they would have then
SIZES = (30, 60, 125, 250, 1_000)
WORLDS = (  # who buys how often and leaves how fast, in days
    ("mbg_nbd", {"r": 0.6, "alpha": 60.0, "a": 0.8, "b": 2.5}),
    ("mbg_nbd", {"r": 1.2, "alpha": 40.0, "a": 0.3, "b": 6.0}),
    ("bg_nbd", {"r": 0.3, "alpha": 30.0, "a": 0.8, "b": 2.4}),
    ("pareto_nbd", {"r": 0.6, "alpha": 60.0, "s": 0.6, "beta": 300.0}),
)
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Bought:
    """Occasions of a shop: customer and day, sorted, no day twice for a customer, and the last day that is known."""

    name: str
    customer: Whole
    day: Whole
    as_of: int

    def tests(self) -> tuple[Backtest, ...]:
        """Up to eight past days."""
        days = origins(int(self.day.min()), self.as_of, HORIZON, most=2 * SHOWN)
        return backtest(self.customer, self.day, origins=days, horizon=HORIZON)

    def fallen_back(self, tests: Sequence[Backtest]) -> tuple[Backtest, ...]:
        """The same past days by the fallback."""
        return backtest_by_rhythm(tests, PastDays(Occasions.of(self.customer, self.day), HORIZON))


def simulated(size: int, seeds: int) -> Iterator[Bought]:
    """Shops of one size in every world."""
    for model, parameters in WORLDS:
        for seed in range(seeds):
            shop = simulate_shop(model, parameters, n=size, span=900, seed=seed)
            pairs = np.unique(np.column_stack((shop.customer, np.floor(shop.day).astype(np.int64))), axis=0)
            yield Bought(f"{size} simulated customers", pairs[:, 0], pairs[:, 1], 899)


def intervals(tests: Sequence[Backtest]) -> Iterator[tuple[Backtest, float, float]]:
    """The past days shown with the 80 % interval of their total; each knows up to four earlier past days and nothing later."""
    for place, test in list(enumerate(tests))[-SHOWN:]:
        if test.occasions is not None and test.occasions.predicted > 0:
            earlier = misses(tests[max(0, place - SHOWN) : place])
            yield test, *total_interval(test.occasions.predicted, test.occasions.spread, earlier)


def covered(shops: Sequence[Sequence[Backtest]]) -> tuple[int, int, float]:
    """How many totals lay within their 80 % interval, of how many; and the usual half width, as a share of the total."""
    found = [(test.occasions, low, high) for tests in shops for test, low, high in intervals(tests)]
    inside = [total is not None and low <= total.actual <= high for total, low, high in found]
    widths = [np.log(high / low) / 2 for _total, low, high in found]
    return sum(inside), len(inside), float(np.expm1(np.mean(widths))) if widths else float("nan")


def stored(name: str, database: Path, as_of: dt.date) -> Bought:
    """Occasions of a store."""
    from crmcli.reports.outlook import look_ahead
    from crmcli.store.connection import open_to_read

    with open_to_read(database, wait=30) as con:
        found = look_ahead(con, as_of)
    return Bought(name, found.occasions.owner, found.occasions.day, found.as_of)


def cdnow() -> Bought | None:
    """Purchases of a music shop, from the published sample."""
    path = SHARED / "cdnow" / "CDNOW_sample.txt"
    if not path.exists():
        return None
    rows = [line.split() for line in path.read_text().splitlines() if line.strip()]
    keys = sorted(
        {(int(row[1]), dt.datetime.strptime(row[2], "%Y%m%d").toordinal()) for row in rows if float(row[4]) > 0}
    )
    _ids, customer = np.unique([key[0] for key in keys], return_inverse=True)
    days = np.array([key[1] for key in keys], np.int64)
    return Bought("cdnow (real)", customer.astype(np.int64), days, int(days.max()))


def imported(room: Path) -> Iterator[Bought]:
    """The sample firm, and the real order lines that are there."""
    from tests.proof.shops import online_retail, sample_firm, superstore

    for name, take in (
        ("sample firm", sample_firm),
        ("online_retail (real)", online_retail),
        ("superstore (real)", superstore),
    ):
        found = take(room)
        if found is not None:
            yield stored(name, *found)


def row(name: str, shops: Sequence[tuple[Backtest, ...]]) -> str:
    """One line of the page."""
    tests = [test for shop in shops for test in shop[-SHOWN:]]
    found, (inside, count, width) = verdict(tests), covered(shops)
    if not found["origins"]:
        return f"| {name} | 0 | too thin or too short | | | | | | | | |"
    share = lambda key: "–" if found[key] is None else f"{100 * found[key]:.1f} %"
    ratio = found["predicted"] / found["actual"] if found["actual"] else float("nan")
    counts = f"{found['mae']:.2f} / {found['mae_rate']:.2f}"
    cells = (name, found["origins"], share("auc"), share("auc_recency"), share("auc_overdue"), share("brier_skill"),
             counts, f"{ratio:.2f}", f"{inside} of {count}", f"±{100 * width:.0f} %", judged(found))  # fmt: skip
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def judged(found: dict[str, float | int | None]) -> str:
    """What the model beats."""
    auc = found["auc"] or 0.0
    beaten = [
        name
        for name, key in (("recency", "auc_recency"), ("overdue ratio", "auc_overdue"))
        if found[key] is not None and auc > found[key]
    ]
    if found["mae"] is not None and found["mae_rate"] is not None and found["mae"] < found["mae_rate"]:
        beaten.append("rate")
    return ", ".join(beaten) or "nothing"


def origin_rows(shop: Bought, tests: Sequence[Backtest]) -> list[str]:
    """Expected and made purchases of every past day of a shop."""
    lines = []
    for test, low, high in intervals(tests):
        total = test.occasions
        if total is not None and total.ratio is not None:
            day = f"{(shop.as_of - test.origin)} days before the end"
            lines.append(
                f"| {shop.name} | {day} | {test.customers} | {total.predicted:.0f} | {low:.0f}–{high:.0f} | {total.actual:.0f} | {total.ratio:.2f} |"
            )
    return lines


def main() -> None:
    """Write the page."""
    lines, made, real = [], [], []
    for size in SIZES:
        shops = [shop.tests() for shop in simulated(size, 6 if size < 1_000 else 2)]
        lines.append(row(f"{size} simulated customers", shops))
        made.extend(shops)
    details: list[str] = []
    with tempfile.TemporaryDirectory() as room:
        for shop in [one for one in (cdnow(), *imported(Path(room))) if one is not None]:
            tests = shop.tests()
            real.append(tests)
            lines.append(row(shop.name, [tests]))
            if (verdict(tests[-SHOWN:])["brier_skill"] or 0) <= 0:
                lines.append(row(f"{shop.name}, by the fallback", [shop.fallen_back(tests)]))
            details.extend(origin_rows(shop, tests))
    sums = [(*covered(shops), name) for name, shops in (("simulated", made), ("real, and the sample firm", real))]
    totals = "; ".join(
        f"{name}: {inside} of {count}, usually ±{100 * width:.0f} %" for inside, count, width, name in sums
    )
    PAGE.write_text(_PAGE.format(rows="\n".join(lines), details="\n".join(details), totals=totals), encoding="utf-8")
    sys.stdout.write(PAGE.read_text("utf-8"))


_PAGE = """# Back-tests

Refitted on up to four past days, 90 days apart, looking 90 days ahead; the model is MBG/NBD with weak priors, as `report
churn` and `report value` use it. Made by `python -m tests.proof.backtests`; simulated shops are of four worlds (two of the
model's own kind, one BG/NBD, one Pareto/NBD).

- *Ranks right*: of a customer who bought and one who did not, how often the score puts them in order (AUC).
- *Brier skill*: how much better the probabilities are than one figure for everybody.
- *Error of counts*: mean absolute error of purchases per customer, of the model / of each customer's rate so far.
- *Within 80 %*: how often the purchases made lay within the interval of the total, which knows up to four earlier past days.
- *Width*: half of that interval, the usual one.
- *By the fallback*: where the model did no better than one figure for everybody, `report churn` says what customers as late
  against their own rhythm did on past days.

| data | past days | ranks right | recency alone | overdue ratio alone | Brier skill | error of counts | expected ÷ made | within 80 % | width | better than |
|---|---|---|---|---|---|---|---|---|---|---|
{rows}

Totals within their 80 % interval. {totals}.

## Totals by past day

| data | looked from | customers | expected | 80 % | made | expected ÷ made |
|---|---|---|---|---|---|---|
{details}
"""

if __name__ == "__main__":
    main()
