"""Customers, prospects, suppliers and competitors, as the contact book has them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

from sample_data.firm import identity, managers
from sample_data.firm.calendar import FIRST_DAY
from sample_data.firm.chance import Chance
from sample_data.firm.habits import Habit, habits


@dataclass(frozen=True, slots=True)
class Party:
    """One entry of the contact book.

    Args:
        code: Five digits, text.
        habit: How it buys; None for those who do not.
        terms_days: Days it may take to pay; 0 is payment in advance.
        discount_pct: Standing discount, whole percents.
        manager: Code of the manager of its first day.
    """

    code: str
    name: str
    role: str
    group: str
    tax_id: str
    email: str
    phone: str
    city: str
    region: str
    country: str
    manager: str
    source: str
    terms_days: int
    discount_pct: int
    created_on: date
    habit: Habit | None = None
    note: str = ""


# City, region, area code.
CITIES = (
    ("Москва", "Москва", "495"),
    ("Москва", "Москва", "495"),
    ("Санкт-Петербург", "Санкт-Петербург", "812"),
    ("Екатеринбург", "Урал", "343"),
    ("Казань", "Поволжье", "843"),
    ("Самара", "Поволжье", "846"),
    ("Новосибирск", "Сибирь", "383"),
)
# Group, Russian form of name, English form of name.
GROUPS = (
    ("Электромонтаж", "ООО «Образец Электромонтаж {}»", "Sample Wiring {} Ltd"),
    ("Магазины", "ООО «Образец Электротовары {}»", "Sample Fittings {} Ltd"),
    ("Производство", "АО «Образец Щит {}»", "Sample Panels {} Ltd"),
    ("Застройщики", "ООО «Образец Строй {}»", "Sample Homes {} Ltd"),
    ("Мастера", "ИП Пример-Мастер {}", "Sample Electrician {}"),
)
SOURCES = ("рекомендация", "сайт", "выставка", "холодный звонок", "webshop")
FOREIGN_EVERY = 11
TERMS = {0: 25, 7: 15, 14: 25, 30: 25, 45: 10}
# The second of each pair was entered anew for the first: same tax number, phone and mail, other spelling.
TWICE_ENTERED = {"00131": "00003", "00137": "00021", "00146": "00064"}


def place_of(chance: Chance, number: int) -> tuple[str, str, str, str]:
    """City, region, country and phone of the party of that number."""
    if number % FOREIGN_EVERY == 0:
        return "London", "United Kingdom", "United Kingdom", identity.british_phone(number)
    city, region, area = chance.pick(CITIES)
    return city, region, "Россия", identity.russian_phone(area, number, number)


def tax_number(number: int, group: str, country: str) -> str:
    """INN of the party: twelve digits for a sole trader, ten for a firm, none abroad."""
    if country != "Россия":
        return ""
    return identity.trader_inn(number) if group == "Мастера" else identity.company_inn(number)


def customer(number: int, habit: Habit) -> Party:
    """The customer of that number, 1–150."""
    chance = Chance(f"party/{number}")
    group, russian, english = GROUPS[habit.group]
    city, region, country, phone = place_of(chance, number)
    return Party(
        code=f"{number:05d}",
        name=(russian if country == "Россия" else english).format(number),
        role="customer",
        group=group,
        tax_id=tax_number(number, group, country),
        email=identity.mail_address("client", number) if chance.happens(0.9) else "",
        phone=phone if chance.happens(0.95) else "",
        city=city,
        region=region,
        country=country,
        manager=chance.pick(managers.BY_REGION[region]),
        source=chance.pick(SOURCES),
        terms_days=chance.weighted(TERMS),
        discount_pct=chance.weighted({0: 3, 3: 2, 5: 3, 7: 2, 10: 1}),
        created_on=habit.first_day - timedelta(days=chance.whole(1, 40)),
        habit=habit,
    )


def entered_twice(second: Party, first: Party) -> Party:
    """The second entry of a party that is in the book already, spelt in another way."""
    bare = first.name.replace("«", '"').replace("»", '"')
    form, _, rest = bare.partition(" ")
    name = f"{rest}, {form}" if form in {"ООО", "АО", "ИП"} else bare.upper()
    return replace(
        second,
        name=name,
        tax_id=first.tax_id,
        phone=first.phone.replace(" ", ""),
        email=first.email.upper(),
        city=first.city,
        region=first.region,
        country=first.country,
        group=first.group,
        manager=first.manager,
        note="заведён повторно?",
    )


def outsider(number: int, role: str, name: str) -> Party:
    """A party that buys nothing: prospect, supplier, competitor, partner or dealer."""
    chance = Chance(f"party/{number}")
    city, region, area = chance.pick(CITIES)
    return Party(
        code=f"{number:05d}",
        name=name,
        role=role,
        group="",
        tax_id=identity.company_inn(number),
        email=identity.mail_address(role, number),
        phone=identity.russian_phone(area, number, number),
        city=city,
        region=region,
        country="Россия",
        manager=chance.pick(managers.BY_REGION[region]),
        source=chance.pick(SOURCES),
        terms_days=0,
        discount_pct=0,
        created_on=FIRST_DAY + timedelta(days=chance.whole(0, 1000)),
    )


@cache
def customers() -> tuple[Party, ...]:
    """The 150 customers, by code; three of them are second entries of others."""
    made = {f"{number:05d}": customer(number, habit) for number, habit in enumerate(habits(), start=1)}
    for second, first in TWICE_ENTERED.items():
        made[second] = entered_twice(made[second], made[first])
    return tuple(made.values())


@cache
def outsiders() -> tuple[Party, ...]:
    """Twenty parties beside the customers."""
    made = [("prospect", f"ООО «Образец Проспект {n}»") for n in range(151, 163)]
    made += [("supplier", f"АО «Образец Кабельный завод {n}»") for n in range(163, 166)]
    made += [("competitor", f"ООО «Образец Конкурент {n}»") for n in range(166, 169)]
    made += [("partner", "ООО «Образец Доставка 169»"), ("dealer", "Sample Dealer 170 Ltd")]
    return tuple(outsider(number, role, name) for number, (role, name) in enumerate(made, start=151))
