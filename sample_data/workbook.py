"""The wholesaler's Excel book: contacts, people, products, managers, and a hidden sheet."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from importlib import import_module
from typing import Any

from sample_data.firm import identity
from sample_data.firm.calendar import LAST_DAY
from sample_data.firm.chance import Chance
from sample_data.firm.managers import MANAGERS, on_duty
from sample_data.firm.parties import TWICE_ENTERED, Party, customers, outsiders
from sample_data.firm.products import products

Cell = str | int | Decimal | date | None
Rows = list[Sequence[Cell]]

MADE_AT = datetime(2026, 7, 1, 9, 0)  # noqa: DTZ001 (a workbook keeps no time zone)
FIRST_NAMES = ("Анна", "Борис", "Вера", "Глеб", "Дина", "Егор", "Инна", "Лев", "Майя", "Олег")
ENGLISH_NAMES = ("Alex", "Beth", "Chris", "Dana", "Ed", "Fay")
CONTACT_HEADINGS = (
    "Код;Наименование;Роль;ИНН;Телефон;E-mail;Город;Регион;Страна;"
    "Группа;Менеджер;Отсрочка дней;Кредитный лимит;Источник;Согласие на рассылку;Дата создания;Примечание"
)
POSITIONS = ("закупщик", "директор", "бухгалтер", "прораб", "кладовщик")


def contacts() -> Rows:
    """The contact book: a title, an empty row, the headings, then everyone."""
    rows: Rows = [[f"Справочник контрагентов на {LAST_DAY:%d.%m.%Y}"], [], CONTACT_HEADINGS.split(";")]
    for party in (*customers(), *outsiders()):
        chance = Chance(f"consent/{party.code}")
        rows.append(
            [
                party.code,
                party.name,
                party.role,
                party.tax_id,
                party.phone,
                party.email,
                party.city,
                party.region,
                party.country,
                party.group,
                on_duty(party.manager, LAST_DAY),
                party.terms_days,
                chance.pick((50_000, 100_000, 300_000)) if party.terms_days else None,
                party.source,
                chance.pick(("да", "да", "нет", "")),
                party.created_on,
                party.note,
            ]
        )
    return rows


def person(chance: Chance, party: Party, place: int) -> Sequence[Cell]:
    """One contact person of a customer; the first is the primary one."""
    abroad = party.country != "Россия"
    name = f"{chance.pick(ENGLISH_NAMES)} Sample" if abroad else f"{chance.pick(FIRST_NAMES)} Пример"
    number = int(party.code) * 10 + place
    phone = identity.british_phone(500 + int(party.code)) if abroad else identity.russian_phone("495", 5000 + number, 0)
    email = identity.mail_address("person", number)
    return [party.code, f"{name}-{number}", chance.pick(POSITIONS), email, phone, "no" if place else "yes"]


def people() -> Rows:
    """One to three persons for each customer that is a firm."""
    chance = Chance("people")
    rows: Rows = [["Company", "Name", "Position", "E-mail", "Phone", "Primary"]]
    for party in customers():
        if party.group != "Мастера" and party.code not in TWICE_ENTERED:
            rows += [person(chance, party, place) for place in range(chance.whole(1, 3))]
    return rows


def product_list() -> Rows:
    """The range with prices and costs of the last quarter; a cost not known is an empty cell."""
    rows: Rows = [["SKU", "Name", "Category", "Unit", "Price", "Cost", "Launched On", "Successor", "Active"]]
    rows += [
        [
            p.sku,
            p.name,
            p.category,
            p.unit,
            p.price,
            p.cost,
            p.launched_on,
            p.successor,
            "no" if p.retired_on else "yes",
        ]
        for p in products()
    ]
    return rows


def manager_list() -> Rows:
    """The managers with their skills and hours a month."""
    rows: Rows = [["Code", "Name", "Role", "Senior", "Region", "Skills", "Languages", "Capacity Hours", "Active"]]
    rows += [
        [
            m.code,
            m.name,
            m.role,
            m.senior,
            m.region,
            m.skills,
            m.languages,
            m.capacity_hours,
            "yes" if m.active else "no",
        ]
        for m in MANAGERS
    ]
    return rows


def archive() -> Rows:
    """The hidden sheet: an old list that must not be taken in unless named."""
    return [["Код", "Наименование"], *([f"9{n:04d}", f"Образец Архив {n}"] for n in range(1, 6))]


def write(sheet: Any, rows: Rows, day_format: Any) -> None:
    """Write rows as typed cells: text stays text, whatever it looks like."""
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(y, x, cell, day_format)
            elif isinstance(cell, (int, Decimal)):
                sheet.write_number(y, x, cell)
            elif cell:
                sheet.write_string(y, x, cell)


def repacked(content: bytes) -> bytes:
    """The same workbook with its parts stored as they are, so that no version of zlib can make a difference."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name), old.read(name))
    return out.getvalue()


def book() -> bytes:
    """The whole workbook."""
    out = io.BytesIO()
    with import_module("xlsxwriter").Workbook(out, {"in_memory": True}) as workbook:
        workbook.set_properties({"title": "Sample", "author": "Sample", "created": MADE_AT})
        day_format = workbook.add_format({"num_format": "dd.mm.yyyy"})
        for name, rows in {
            "Контакты": contacts(),
            "People": people(),
            "Products": product_list(),
            "Managers": manager_list(),
        }.items():
            write(workbook.add_worksheet(name), rows, day_format)
        hidden = workbook.add_worksheet("Архив")
        write(hidden, archive(), day_format)
        hidden.hide()
    return repacked(out.getvalue())
