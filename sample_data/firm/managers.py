"""Who looks after the customers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Manager:
    """One manager. Capacity is hours a month; role is agent, key or senior."""

    code: str
    name: str
    role: str
    senior: str
    region: str
    skills: str
    languages: str
    capacity_hours: int
    active: bool = True


LEFT_ON = date(2025, 3, 31)
LEAVER = "M05"
HEIR = "M06"

MANAGERS = (
    Manager("M01", "Ольга Пример-М1", "senior", "", "Москва", "кабель, щиты, переговоры", "ru, en", 80),
    Manager("M02", "Андрей Пример-М2", "key", "M01", "Москва", "кабель, автоматы", "ru", 130),
    Manager("M03", "Alex Sample-M3", "key", "M01", "United Kingdom", "cable, lighting", "en, ru", 120),
    Manager("M04", "Нина Пример-М4", "agent", "M01", "Санкт-Петербург", "розетки, свет", "ru", 150),
    Manager("M05", "Пётр Пример-М5", "agent", "M01", "Урал", "кабель, крепёж", "ru", 150, active=False),
    Manager("M06", "Вера Пример-М6", "agent", "M01", "Поволжье", "кабель, крепёж, свет", "ru", 150),
)
NAMES = {manager.code: manager.name for manager in MANAGERS}

BY_REGION = {
    "Москва": ("M02", "M02", "M01"),
    "Санкт-Петербург": ("M04",),
    "Урал": ("M05",),
    "Сибирь": ("M05", "M04"),
    "Поволжье": ("M06",),
    "United Kingdom": ("M03",),
}


def on_duty(code: str, day: date) -> str:
    """Code of the manager who serves that customer on that day: the leaver's customers passed to the heir."""
    return HEIR if code == LEAVER and day > LEFT_ON else code
