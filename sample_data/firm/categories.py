"""The twelve product groups of the firm."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Category:
    """A product group: how its products are named, sized and priced.

    Args:
        name: Russian name, as in the firm's books.
        stem: First words of every product name.
        variants: What tells its products apart, cheapest first, divided by " | ".
        unit: Unit of sale.
        low, high: Range of prices in roubles per unit.
        pack: Quantity in which it is usually sold.
    """

    name: str
    stem: str
    variants: str
    unit: str
    low: int
    high: int
    pack: int

    @property
    def sizes(self) -> list[str]:
        """The variants, one by one."""
        return self.variants.split(" | ")


CATEGORIES = (
    Category(
        "Кабель силовой",
        "Кабель ВВГ-Образец",
        "2х1,5 | 2х2,5 | 3х1,5 | 3х2,5 | 3х4 | 3х6 | 4х4 | 4х6 | 4х10 | 5х2,5 | 5х4 | 5х6 | 5х10 | 5х16",
        "м",
        38,
        890,
        50,
    ),
    Category(
        "Провод установочный",
        "Провод ПуВ-Образец",
        "1х0,75 | 1х1 | 1х1,5 | 1х2,5 | 1х4 | 1х6 | 1х10 | 1х16 | 1х25 | 1х35",
        "м",
        12,
        260,
        100,
    ),
    Category(
        "Кабель слаботочный",
        "Cable Sample LAN",
        "UTP 2x2 | UTP 4x2 | FTP 4x2 | UTP 4x2 outdoor | FTP 4x2 outdoor | coax 75 | coax 50 | "
        "alarm 4x0,22 | alarm 8x0,22 | phone 2x0,5",
        "м",
        14,
        95,
        305,
    ),
    Category(
        "Кабель-каналы",
        "Кабель-канал Образец",
        "12х12 | 15х10 | 16х16 | 20х10 | 25х16 | 40х16 | 40х25 | 60х40 | 80х40 | 100х60",
        "м",
        28,
        420,
        20,
    ),
    Category(
        "Трубы и гофра",
        "Труба гофрированная Образец",
        '16 мм | 20 мм | 25 мм | 32 мм | 40 мм | 50 мм | 3/4" с зондом | 1" с зондом | 2" гладкая',
        "м",
        9,
        160,
        50,
    ),
    Category(
        "Автоматы",
        "Автомат Sample-63",
        "1P 6A | 1P 10A | 1P 16A | 1P 25A | 1P 32A | 2P 16A | 2P 25A | 2P 40A | 3P 16A | 3P 25A | 3P 40A | "
        "3P 63A | УЗО 25A 30mA | УЗО 40A 30mA | АВДТ 16A | АВДТ 25A",
        "шт",
        140,
        2900,
        6,
    ),
    Category(
        "Щиты и боксы",
        "Щит Образец",
        "ЩРН-9 | ЩРН-12 | ЩРН-24 | ЩРН-36 | ЩРВ-12 | ЩРВ-24 | ЩМП-1 | ЩМП-2 | ЩМП-3 | бокс IP65 8 мод. | "
        "бокс IP65 12 мод.",
        "шт",
        620,
        7400,
        1,
    ),
    Category(
        "Розетки и выключатели",
        "Sample Home",
        "розетка белая | розетка бежевая | розетка с крышкой | розетка USB | розетка двойная | "
        "выключатель 1-кл. | выключатель 2-кл. | выключатель проходной | диммер | рамка 1 | рамка 2 | рамка 3",
        "шт",
        45,
        1450,
        10,
    ),
    Category(
        "Коробки и подрозетники",
        "Коробка Образец",
        "подрозетник 68х45 | подрозетник 68х60 | распаячная 80х80 | распаячная 100х100 | IP55 100х100 | "
        "IP55 150х110 | IP66 190х140",
        "шт",
        11,
        380,
        20,
    ),
    Category(
        "Наконечники и клеммы",
        "Клемма Sample",
        "2 провода | 3 провода | 5 проводов | наконечник 2,5 | наконечник 6 | наконечник 10 | "
        "наконечник 16 | гильза 6 | гильза 10 | DIN 4 мм2 | DIN 10 мм2",
        "шт",
        4,
        120,
        50,
    ),
    Category(
        "Крепёж",
        "Крепёж Образец",
        "дюбель 6х40 | дюбель 8х60 | саморез 3,5х25; оцинк. | саморез 4,2х32; оцинк. | хомут 3х150 | "
        "хомут 5х300 | скоба 6 мм | скоба 10 мм | DIN-рейка 1 м | перфолента 20 м",
        "уп",
        60,
        640,
        2,
    ),
    Category(
        "Светильники",
        "Светильник LED Sample",
        "18W | 36W | 36W IP65 | 54W IP65 | панель 595 | панель 595 аварийная | прожектор 30W | "
        "прожектор 50W | прожектор 100W | лента 5 м",
        "шт",
        390,
        5200,
        2,
    ),
)

# What is bought together: the second goes with the first in part of the orders.
COMPANIONS = {
    "Розетки и выключатели": "Коробки и подрозетники",
    "Щиты и боксы": "Автоматы",
    "Кабель силовой": "Наконечники и клеммы",
    "Кабель-каналы": "Крепёж",
}
