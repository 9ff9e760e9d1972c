"""The figures of a review: revenue, margin, value, risk, payments, deliveries, plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from crmcli import numbers
from crmcli.language import N_, current, ngettext
from crmcli.language import gettext as _
from crmcli.table import Column, Figure, Kind, ListRows, Table

Found = Mapping[str, list[dict[str, Any]]]
VERDICTS = (N_("good"), N_("fair"), N_("bad"))
COLUMNS = (
    Column("measure", N_("Figure"), Kind.LEVEL),
    Column("value", N_("Value"), Kind.FIGURE),
    Column("before", N_("A year before"), Kind.FIGURE),
    Column("change", N_("Change"), Kind.SHARE),
    Column("verdict", N_("Verdict"), Kind.LEVEL, words=VERDICTS),
    Column("remark", N_("Remark"), Kind.TEXT),
)
STEADY = 0.1  # a change up to a tenth either way is none, as in report growth
_MOSTLY = 0.8  # on time, kept: from here on good
_HALF = 0.5  # below: bad
# Words of the column `measure`.
MEASURES = (N_("revenue 365"), N_("margin 365"), N_("purchases 365"), N_("deals won 365"), N_("realised value"), N_("expected value"),
            N_("churn risk"), N_("paid on time"), N_("open amount"), N_("overdue amount"), N_("orders late"),
            N_("plan kept"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Line:
    """One figure: its word, value, what it means, the value a year before, a verdict and a remark."""

    measure: str
    value: Any
    kind: Kind
    before: Any = None
    verdict: str | None = None
    remark: str | None = None

    def row(self, currency: str) -> tuple[Any, ...]:
        now, past = (_figure(value, self.kind, currency) for value in (self.value, self.before))
        return (self.measure, now, past, change(self.value, self.before), self.verdict, self.remark)


def figures_table(found: Found, currency: str) -> Table:
    """The figures that are known, in the order of a talk."""
    lines = [line for line in _lines(found, currency) if line.value is not None]
    return Table(
        name="figures",
        title=_("Figures"),
        columns=COLUMNS,
        rows=ListRows([line.row(currency) for line in lines]),
        notes=(
            _(
                "Revenue, margin, purchases and deals: 365 days against the 365 before. Risk: of no purchase in 90 days; expected: over "
                "36 months, discounted, as reports churn and value say. Deliveries: of 180 days."
            ),
        ),
        empty=_("Nothing is known yet: they have neither bought nor been invoiced."),
        currency=currency,
    )


def change(now: Any, before: Any) -> float | None:
    """The change as a share of before; None where there was nothing, or less, to change from."""
    if now is None or before is None or before <= 0:
        return None
    return round(float(now - before) / float(before), 12)


def _lines(found: Found, currency: str) -> Iterator[_Line]:
    growth, outlook, paid = (first(found[name]) for name in ("growth", "outlook", "discipline"))
    for name, kind in (("revenue", Kind.MONEY), ("margin", Kind.MONEY), ("occasions", Kind.COUNT)):
        now, before = growth.get(name), growth.get(f"{name}_before")
        measure = {"occasions": "purchases"}.get(name, name)
        yield _Line(f"{measure}_365", now, kind, before, _moved(now, before))
    yield _won(found)
    yield _Line("realised_value", outlook.get("realised"), Kind.MONEY, remark=_purchases(outlook))
    yield _expected(outlook)
    yield _churn(outlook, currency)
    yield _on_time(paid)
    yield _Line("open_amount", paid.get("open_amount"), Kind.MONEY)
    yield _overdue(paid.get("overdue_amount"), [row for row in found["invoices"] if row["days_overdue"]])
    yield _late(first(found["late"]))
    yield from map(_kept, found["plan"])


def _won(found: Found) -> _Line:
    """Deals won; nothing where there never was one to win."""
    won, before = first(found["won"]), first(found["won_before"])
    if not won or not (won["deals_won"] or won["open_deals"] or before.get("deals_won")):
        return _Line("deals_won_365", None, Kind.MONEY)
    told = {"won": won["deals_won"], "open": won["open_deals"]}
    sentence = ngettext("%(won)s deal, %(open)s open", "%(won)s deals, %(open)s open", won["deals_won"])
    past = before.get("won")
    return _Line("deals_won_365", won["won"], Kind.MONEY, past, _moved(won["won"], past), sentence % told)


def _expected(outlook: Mapping[str, Any]) -> _Line:
    low, high = outlook.get("expected_low"), outlook.get("expected_high")
    words = numbers.formatter(Kind.MONEY, current(), whole=True)
    told = {"low": words(low), "high": words(high)}
    remark = _("80 %%: %(low)s to %(high)s") % told if low is not None and high is not None else None
    return _Line("expected_value", outlook.get("expected_npv"), Kind.MONEY, remark=remark)


def _churn(outlook: Mapping[str, Any], currency: str) -> _Line:
    """The risk as a share; where the model says none, the band by rhythm alone stands in."""
    band, at_risk, risk = outlook.get("band"), outlook.get("money_at_risk"), outlook.get("churn_risk")
    verdict = {"high": "bad", "medium": "fair", "low": "good"}.get(band or "")
    remark = _("%(amount)s at risk") % {"amount": money(at_risk, currency)} if at_risk else None
    if risk is None and band is not None:
        return _Line("churn_risk", band, Kind.LEVEL, verdict=verdict, remark=remark)
    return _Line("churn_risk", risk, Kind.SHARE, verdict=verdict, remark=remark)


def _on_time(paid: Mapping[str, Any]) -> _Line:
    days = paid.get("days_to_pay_median")
    remark = (
        _("%(days)s days to pay, median") % {"days": numbers.cell(round(days), Kind.DAYS, language=current())}
        if days is not None
        else None
    )
    share = paid.get("on_time_share")
    return _Line("paid_on_time", share, Kind.SHARE, verdict=_judged(share), remark=remark)


def _overdue(amount: Decimal | None, invoices: Sequence[Mapping[str, Any]]) -> _Line:
    if not amount or not invoices:
        return _Line("overdue_amount", amount, Kind.MONEY, verdict="bad" if amount else "good")
    sentence = ngettext("%(count)s invoice, %(days)s days", "%(count)s invoices, up to %(days)s days", len(invoices))
    told = {"count": len(invoices), "days": max(row["days_overdue"] for row in invoices)}
    return _Line("overdue_amount", amount, Kind.MONEY, verdict="bad", remark=sentence % told)


def _late(late: Mapping[str, Any]) -> _Line:
    promised = late.get("promised")
    sentence = ngettext("of %(count)s promised in 180 days", "of %(count)s promised in 180 days", promised or 0)
    count = late.get("late")
    return _Line(
        "orders_late",
        count,
        Kind.COUNT,
        verdict=None if count is None else "bad" if count else "good",
        remark=sentence % {"count": promised} if promised else None,
    )


def _kept(plan: Mapping[str, Any]) -> _Line:
    late = plan["late"]
    sentence = ngettext("%(plan)s: %(late)s step late", "%(plan)s: %(late)s steps late", late or 0)
    remark = sentence % {"plan": plan["plan_no"], "late": late} if late else plan["plan_no"]
    return _Line("plan_kept", plan["kept_share"], Kind.SHARE, verdict=_judged(plan["kept_share"]), remark=remark)


def _purchases(outlook: Mapping[str, Any]) -> str | None:
    count = outlook.get("occasions")
    return ngettext("from %(count)s purchase", "from %(count)s purchases", count) % {"count": count} if count else None


def _moved(now: Any, before: Any) -> str | None:
    moved = change(now, before)
    return None if moved is None else "fair" if abs(moved) <= STEADY else "good" if moved > 0 else "bad"


def _judged(share: float | None) -> str | None:
    return None if share is None else "good" if share >= _MOSTLY else "fair" if share >= _HALF else "bad"


def _figure(value: Any, kind: Kind, currency: str) -> Figure | None:
    return None if value is None else Figure(numbers.machine_text(value, kind) or "", value, kind, currency)


def money(amount: Decimal | None, currency: str) -> str:
    """An amount in words, without its minor unit."""
    return numbers.money(amount, currency, language=current(), whole=True)


def first(rows: list[dict[str, Any]]) -> Mapping[str, Any]:
    """The first row; nothing known where there is none."""
    return rows[0] if rows else {}
