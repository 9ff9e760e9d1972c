"""What the managers hoped to sell at one stroke: projects, yearly contracts, new shops; won, lost, or open still."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from sample_data.firm.calendar import LAST_DAY, days_after
from sample_data.firm.chance import Chance, rounded
from sample_data.firm.managers import on_duty
from sample_data.firm.parties import TWICE_ENTERED, Party, customers, outsiders


@dataclass(frozen=True, slots=True)
class Deal:
    """One opportunity. Amount in roubles; probability 0–100, only where the manager said one."""

    deal_no: str
    name: str
    customer: str
    manager: str
    stage: str
    amount: Decimal
    opened_on: date
    expected_on: date
    closed_on: date | None
    lost_reason: str = ""
    competitor: str = ""
    probability: int | None = None
    note: str = ""


COUNT, RECENT = 120, 18
LATELY_DAYS = 70
FIRST_OPENED = date(2024, 1, 9)
# Name of the deal → how large against an ordinary order.
NAMES = {
    "Кабель на объект": 3.0,
    "Щитовое оборудование": 4.0,
    "Годовой договор": 8.0,
    "Освещение склада": 5.0,
    "Оснащение магазина": 2.5,
    "Sample project: LED lighting": 4.0,
}
STAGES = ("Новая", "Квалификация", "Предложение", "Переговоры")
WON, LOST = "Выиграна", "Проиграна"
REASONS = {"цена": 5, "срок поставки": 3, "нет в наличии": 2, "отложили проект": 2, "выбрали прежнего поставщика": 3}
TO_RIVALS = frozenset({"цена", "срок поставки", "выбрали прежнего поставщика"})
NOTES = ("", "", "", "просят отсрочку 45 дней", "решает закупочный комитет", "ждут смету")
# How likely a deal is won, by how the customer behaves; a prospect has no habit yet.
HOPES = {"loyal": 0.72, "growing": 0.78, "seasonal": 0.55, "dying": 0.25, "departed": 0.2, "": 0.3}
LARGEST_ORDER = 120_000  # an ordinary order of any size counts as this at most
LARGE, DEAR = 400_000, 0.6  # a large deal is won that much more seldom


def hope(party: Party, amount: Decimal) -> float:
    """How likely the deal is won, 0–1."""
    kind = party.habit.kind if party.habit is not None else ""
    return HOPES.get(kind, 0.45) * (DEAR if amount > LARGE else 1)


def outcome(chance: Chance, deal: Deal, *, won: bool) -> Deal:
    """The deal as it ended, or as it stands when that lies past the last day."""
    days = chance.whole(20, 110) if won else chance.whole(8, 160)
    closed = days_after(deal.opened_on, days)
    if closed > LAST_DAY:
        stage = chance.pick(STAGES)
        said = chance.pick((30, 50, 80)) if chance.happens(0.15) else None
        return replace(deal, stage=stage, probability=said)
    rivals = [party.name for party in outsiders() if party.role == "competitor"]
    if won:
        return replace(deal, stage=WON, closed_on=closed, competitor=chance.pick(rivals) if chance.happens(0.2) else "")
    reason = chance.weighted(REASONS)
    rival = chance.pick(rivals) if reason in TO_RIVALS else ""
    return replace(deal, stage=LOST, closed_on=closed, lost_reason=reason, competitor=rival)


def deal(chance: Chance, party: Party, *, lately: bool = False) -> Deal:
    """A deal with the party, unnumbered; `lately`: opened in the last weeks."""
    name = chance.pick(tuple(NAMES))
    size = min(party.habit.order_total, LARGEST_ORDER) if party.habit is not None else 40_000
    amount = rounded(max(15_000.0, chance.around(size * NAMES[name], 0.5)) / 1000, "1") * 1000
    habit = party.habit
    first = max(FIRST_OPENED, habit.first_day if habit is not None else party.created_on)
    last = min(LAST_DAY, habit.last_day + timedelta(days=60)) if habit is not None else LAST_DAY
    first = max(first, LAST_DAY - timedelta(days=LATELY_DAYS)) if lately else first
    opened = days_after(first, chance.whole(0, max(0, (last - first).days - 5)))
    opened = min(opened, LAST_DAY)
    begun = Deal(
        "", name, party.code, on_duty(party.manager, opened), STAGES[0], amount, opened,
        opened + timedelta(days=chance.whole(30, 90)), None, note=chance.pick(NOTES),
    )  # fmt: skip
    return outcome(chance, begun, won=chance.happens(hope(party, amount)))


@cache
def deals() -> tuple[Deal, ...]:
    """All deals, by the day they were opened."""
    chance = Chance("deals")
    once = [p for p in customers() if p.code not in TWICE_ENTERED and p.habit and p.habit.last_day >= FIRST_OPENED]
    prospects = [party for party in outsiders() if party.role == "prospect"]
    bought = [party for party in once if party.habit and party.habit.kind not in {"one_off_small", "new"}]
    active = [party for party in bought if party.habit and party.habit.last_day == LAST_DAY]
    chosen = [*chance.some(bought, COUNT - RECENT - len(prospects) - 20), *chance.some(active, 20), *prospects]
    made = [deal(chance, party) for party in chosen]
    made += [deal(chance, party, lately=True) for party in chance.some([*active, *prospects], RECENT)]
    made.sort(key=lambda one: (one.opened_on, one.customer, one.name))
    return tuple(replace(one, deal_no=f"С-{number:04d}") for number, one in enumerate(made, start=1))
