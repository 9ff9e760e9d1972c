"""A file of orders in which nearly everything is wrong once, each line with what is to become of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DirtyLine:
    """One record of the dirty file.

    Args:
        text: As written, without the line end; may hold a line end inside quotes.
        verdict: "good" (to be taken in as it is), "bad" (to be refused), "dropped" (no data: heading, blank, total,
            footnote) or "doubtful" (to be refused or mended, but not passed over in silence).
        column: Heading of the wrong cell; "" where it is the whole line.
        problem: What is wrong, in English; "" for an ordinary line.
    """

    text: str
    verdict: str
    column: str = ""
    problem: str = ""


HEADINGS = "Заказ;Дата;Код клиента;Клиент;Артикул;Товар;Кол-во;Цена;Скидка %;Сумма;Полка;Примечание;Примечание"
WIRE = "010001;Кабель"
BOX = "090001;Подрозетник"

RECORDS = (
    DirtyLine("", "dropped", "", "blank line above the headings"),
    DirtyLine(HEADINGS, "dropped", "Примечание", "the same heading twice; Полка is no column of orders"),
    DirtyLine(f"D-001;12.03.2026;00001;Образец 1;{WIRE};10;50,00;0;500,00;A1;;", "good"),
    DirtyLine(
        f"D-001;12.03.2026;00001;Образец 1;{WIRE};10;50,00;0;500,00;A1;;", "good", "", "same line again: a sale too"
    ),
    DirtyLine(f"D-002;13.03.2026;00002;Образец 2;{BOX};1\u00a0200;12,50;5;14\u00a0250,00;;;", "good"),
    DirtyLine(f"D-003;31.02.2026;00003;Образец 3;{WIRE};5;50,00;0;250,00;;;", "bad", "Дата", "no such day"),
    DirtyLine(f"D-004;16.03.2026;00004;Образец 4;{WIRE};1O;50,00;0;500,00;;;", "bad", "Кол-во", "letter O in a number"),
    DirtyLine(
        f"D-005;16.03.2026;00005;Образец 5;{WIRE};2;сто;0;100,00;;;", "bad", "Цена", "a word in place of a number"
    ),
    DirtyLine(f"D-006;;00006;Образец 6;{WIRE};3;50,00;0;150,00;;;", "bad", "Дата", "no order date"),
    DirtyLine(f"D-007;17.03.2026;00007;Образец 7;{WIRE};--5;50,00;0;-250,00;;;", "bad", "Кол-во", "two minus signs"),
    DirtyLine(f"D-008;17.03.2026;00008;Образец 8;{WIRE};4;50,00;0;-12-;;;", "bad", "Сумма", "a minus on both sides"),
    DirtyLine(f"D-009;18.03.2026;00009;=1+1;{WIRE};4;50,00;0;200,00;;;", "good", "Клиент", "a formula as a name"),
    DirtyLine(
        f"D-010;18.03.2026;00010;[red]Образец[/red];{WIRE};4;50,00;0;200,00;;;", "good", "Клиент", "markup in a name"
    ),
    DirtyLine("", "dropped", "", "blank line"),
    DirtyLine(";;;;;;;;;;;;", "dropped", "", "line of empty cells"),
    DirtyLine(HEADINGS, "dropped", "", "headings again in the middle"),
    DirtyLine("D-011;19.03.2026;00011;Образец 11;010001", "doubtful", "", "short line: ends after the sku"),
    DirtyLine(
        f"D-012;19.03.2026;00012;Образец 12;{WIRE};4;50,00;0;200,00;;;;лишнее",
        "doubtful",
        "",
        "long line: one cell too many",
    ),
    DirtyLine(f"D-013;15.07.2062;00013;Образец 13;{WIRE};4;50,00;0;200,00;;;", "bad", "Дата", "far in the future"),
    DirtyLine(f"D-014;01.01.1905;00014;Образец 14;{WIRE};4;50,00;0;200,00;;;", "bad", "Дата", "before 1970"),
    DirtyLine(
        f"D-015;20.03.2026;00015;Образец 15;{WIRE};4;50,00;0;#ДЕЛ/0!;;;", "bad", "Сумма", "error value of a spreadsheet"
    ),
    DirtyLine(
        f"D-016;20.03.2026;00016;Образец 16;{WIRE};4;50,00;150;-100,00;;;",
        "doubtful",
        "Скидка %",
        "discount over 100 %",
    ),
    DirtyLine(
        f"D-017;23.03.2026;00017;Образец 17;{WIRE};1;50,00;0;50,00;;;",
        "doubtful",
        "",
        "order of two customers, first line",
    ),
    DirtyLine(
        f"D-017;23.03.2026;00018;Образец 18;{BOX};1;12,50;0;12,50;;;",
        "bad",
        "Код клиента",
        "same order, other customer",
    ),
    DirtyLine(
        f'D-018;23.03.2026;00019;"Образец 19\nфилиал";{WIRE};1;50,00;0;50,00;;;', "good", "Клиент", "line end in a name"
    ),
    DirtyLine(
        "D-019;24.03.2026;00020;Образец 20;999999;Нет в каталоге;1;70,00;0;70,00;;;", "good", "Артикул", "unknown sku"
    ),
    DirtyLine(
        f"D-020;24.03.2026;77777;Образец 77777;{WIRE};1;50,00;0;50,00;;;", "good", "Код клиента", "unknown customer"
    ),
    DirtyLine(
        f'D-021;25.03.2026;00021;"Образец \'); DROP TABLE orders; --";{WIRE};1;50,00;0;50,00;;;',
        "good",
        "Клиент",
        "SQL in a name",
    ),
    DirtyLine(f"D-022;25.03.2026;00022;<b>Образец</b>;{WIRE};1;50,00;0;50,00;;;", "good", "Клиент", "HTML in a name"),
    DirtyLine(
        f"D-023;25.03.2026;00023;\x1b[31mОбразец\x1b[0m;{WIRE};1;50,00;0;50,00;;;", "good", "Клиент", "terminal escape"
    ),
    DirtyLine(
        f"D-024;26.03.2026;00024;Образец 24;{WIRE};0;50,00;0;0,00;;;", "good", "Кол-во", "zero quantity is allowed"
    ),
    DirtyLine(
        f"D-025;26.03.2026;00025;Образец 25;{WIRE};1;10,12;0;10,12345;;;", "bad", "Сумма", "more than four decimals"
    ),
    DirtyLine(
        'D-026;27.03.2026;00026;Образец 26;050007;Труба 3/4" чёрная;2;50,00;0;100,00;;;', "good", "Товар", "lone quote"
    ),
    DirtyLine("", "dropped", "", "blank line"),
    DirtyLine("Итого;;;;;;1266;;;17544,62;;;", "dropped", "", "total line"),
    DirtyLine("* Цены без доставки", "dropped", "", "footnote"),
    DirtyLine("** Вопросы; sample@example.com", "doubtful", "", "footnote with a delimiter in it"),
)


def numbered() -> list[tuple[int, DirtyLine]]:
    """The records with the physical line on which each begins, from 1."""
    line = 1
    made: list[tuple[int, DirtyLine]] = []
    for record in RECORDS:
        made.append((line, record))
        line += 1 + record.text.count("\n")
    return made


def text() -> str:
    """The whole file."""
    return "".join(f"{record.text}\n" for record in RECORDS)
