"""The sample firm: made the same every time, sound in itself, plainly invented, and wrong only where it says so."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections import Counter, defaultdict
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import phonenumbers
import pytest
from openpyxl import load_workbook
from stdnum.ru import inn

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "sample_data"
SALES = "sales_1c_2023_2026.csv"
FORMS = {
    "webshop_2025.csv": ("utf-8", ","),
    "invoices.csv": ("utf-8-sig", ";"),
    "tickets.csv": ("utf-8", ","),
    "visits.csv": ("utf-8", ";"),
    "competitor_prices.csv": ("utf-8", ","),
    "costs.csv": ("utf-8", ","),
    "deals.csv": ("utf-8-sig", ";"),
}
MADE = {SALES, "book.xlsx", "dirty.csv", "expected.json", *FORMS}
Records = list[dict[str, str]]


def money(text: str) -> Decimal:
    """A number as Russians write it."""
    return Decimal(text.replace("\u00a0", "").replace(",", "."))


def day(text: str) -> date:
    """A day as Russians write it."""
    return datetime.strptime(text, "%d.%m.%Y").date()


def records(name: str) -> Records:
    """The rows of a clean file by heading."""
    encoding, delimiter = FORMS[name]
    text = (SAMPLE / name).read_bytes().decode(encoding)
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    """The control sums."""
    sums: dict[str, Any] = json.loads((SAMPLE / "expected.json").read_text(encoding="utf-8"))
    return sums


@pytest.fixture(scope="module")
def sales() -> Records:
    """The lines of the sales file, without title and total."""
    text = (SAMPLE / SALES).read_bytes().decode("cp1251")
    body = text.partition("\r\n\r\n")[2]
    return [row for row in csv.DictReader(io.StringIO(body, newline=""), delimiter=";") if row["Дата"] != "Итого"]


@pytest.fixture(scope="module")
def sheets() -> dict[str, list[tuple[Any, ...]]]:
    """Sheet name → rows of cell values."""
    book = load_workbook(SAMPLE / "book.xlsx", read_only=True)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


@pytest.fixture(scope="module")
def contacts(sheets: dict[str, list[tuple[Any, ...]]]) -> dict[str, dict[str, Any]]:
    """Code → entry of the contact book."""
    headings = sheets["Контакты"][2]
    return {row[0]: dict(zip(headings, row, strict=True)) for row in sheets["Контакты"][3:]}


def test_made_anew_byte_for_byte(tmp_path: Path) -> None:
    """The generator gives the kept files again, whatever the hash seed and the time zone."""
    environment = os.environ | {"PYTHONHASHSEED": "4711", "TZ": "Pacific/Kiritimati"}
    command = [sys.executable, "-m", "sample_data.make", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=60)
    assert {path.name for path in tmp_path.iterdir()} == MADE
    for name in sorted(MADE):
        assert (tmp_path / name).read_bytes() == (SAMPLE / name).read_bytes(), name


def test_small_enough() -> None:
    """All that is kept stays under 3 MB."""
    assert sum(path.stat().st_size for path in SAMPLE.rglob("*") if "__pycache__" not in path.parts) < 3_000_000


def test_sales_file_looks_like_1c() -> None:
    """Title, blank line, headings, total at the end; no-break spaces between thousands; CRLF throughout."""
    content = (SAMPLE / SALES).read_bytes()
    lines = content.decode("cp1251").split("\r\n")
    assert lines[0] == "Продажи за период с 01.07.2023 по 30.06.2026"
    assert lines[1] == ""
    assert lines[2].startswith("Дата;Номер документа;Покупатель;")
    assert lines[-2].startswith("Итого;")
    assert lines[-1] == ""
    assert b"1\xa0200" in content
    assert content.count(b"\n") == content.count(b"\r\n")
    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")


def test_sales_sums(sales: Records, expected: dict[str, Any]) -> None:
    """Lines, documents, customers and money are those of the control sums, and the total line agrees."""
    sums = expected[SALES]
    revenue = sum(money(row["Сумма"]) for row in sales)
    costed = [row for row in sales if row["Себестоимость за ед."]]
    margin = sum(money(r["Сумма"]) - money(r["Количество"]) * money(r["Себестоимость за ед."]) for r in costed)
    last = (SAMPLE / SALES).read_bytes().decode("cp1251").splitlines()[-1]
    assert len(sales) == sums["lines"]
    assert 6_000 <= len(sales) <= 9_000
    assert len({row["Номер документа"] for row in sales}) == sums["orders"] + sums["returns"]
    assert len({row["Код покупателя"] for row in sales} - {""}) == sums["customers"] == 150
    assert revenue == Decimal(sums["revenue"]) == money(last.split(";")[10])
    assert sum(money(row["Сумма"]) for row in costed) == Decimal(sums["revenue_with_line_cost"])
    assert margin == Decimal(sums["margin_with_line_cost"])
    assert sum(Decimal(total) for total in sums["revenue_by_year"].values()) == revenue


def test_every_line_is_right_in_itself(sales: Records) -> None:
    """Amount is quantity × price less discount, to a kopeck; returns are negative; delivery follows the order."""
    for row in sales:
        share = (100 - Decimal(row["Скидка %"])) / 100
        exact = money(row["Количество"]) * money(row["Цена"]) * share
        assert abs(money(row["Сумма"]) - exact) <= Decimal("0.005"), row
        assert (money(row["Количество"]) < 0) == row["Номер документа"].startswith("ВЗ-"), row
        assert not row["Доставлено"] or day(row["Дата"]) <= day(row["Отгружено"]) <= day(row["Доставлено"]), row


def test_documents_are_whole(sales: Records) -> None:
    """One customer and one day for each number, no gap in numbers, and returns only of what was bought."""
    heads: dict[str, set[tuple[str, str]]] = defaultdict(set)
    bought: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in sales:
        heads[row["Номер документа"]].add((row["Дата"], row["Код покупателя"]))
        bought[row["Код покупателя"], row["Артикул"]] += money(row["Количество"])
    assert all(len(head) == 1 for head in heads.values())
    for prefix in ("УТ", "ВЗ"):
        numbers = sorted(int(number[3:]) for number in heads if number.startswith(prefix))
        assert numbers == list(range(1, len(numbers) + 1))
    assert min(bought.values()) >= 0


def test_revenue_is_uneven_and_margin_partly_known(sales: Records, expected: dict[str, Any]) -> None:
    """A fifth of the customers brings most; most lines earn, some lose; some cost is unknown."""
    revenue: Counter[str] = Counter()
    for row in sales:
        revenue[row["Код покупателя"]] += int(money(row["Сумма"]))
    del revenue[""]
    top = sum(amount for _, amount in revenue.most_common(30))
    assert 0.55 < top / sum(revenue.values()) < 0.85
    known = [row for row in sales if row["Себестоимость за ед."] and money(row["Количество"]) > 0]
    lost = sum(money(row["Сумма"]) < money(row["Количество"]) * money(row["Себестоимость за ед."]) for row in known)
    assert 0 < lost < len(known) * 0.1
    sums = expected[SALES]
    assert 0.85 < float(sums["revenue_with_line_cost"]) / float(sums["revenue"]) < 0.98


def test_rhythm_holds_every_kind(expected: dict[str, Any]) -> None:
    """By the definitions of the metrics there are departed, new and one-off customers, and most are neither."""
    rhythm = expected[SALES]["rhythm"]
    assert 15 < len(rhythm["departed"]) < 45
    assert 8 < len(rhythm["new"]) < 25
    assert len(set(rhythm["bought_once"]) - set(rhythm["departed"])) >= 3
    assert not set(rhythm["new"]) & set(rhythm["departed"])


def test_book(sheets: dict[str, list[tuple[Any, ...]]], expected: dict[str, Any]) -> None:
    """Four sheets and a hidden one; a title above the contacts' headings; skus as text; costs missing for some."""
    book = load_workbook(SAMPLE / "book.xlsx")
    assert {sheet.title: sheet.sheet_state for sheet in book} == {
        **dict.fromkeys(("Контакты", "People", "Products", "Managers"), "visible"),
        "Архив": "hidden",
    }
    assert [cell for cell in sheets["Контакты"][0] if cell] == ["Справочник контрагентов на 30.06.2026"]
    assert len(sheets["Контакты"]) - 3 == expected["book.xlsx"]["contacts"]
    products = sheets["Products"][1:]
    assert all(isinstance(row[0], str) and re.fullmatch(r"\d{6}", row[0]) for row in products)
    assert any(row[0].startswith("0") for row in products)
    assert sum(row[5] is None for row in products) == expected["book.xlsx"]["products_without_cost"] > 0
    assert {row[7] for row in products if row[7]} <= {row[0] for row in products}
    with zipfile.ZipFile(SAMPLE / "book.xlsx") as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_nobody_is_real(contacts: dict[str, dict[str, Any]], sheets: dict[str, list[tuple[Any, ...]]]) -> None:
    """Names, tax numbers, phones and mail are well formed and plainly of samples."""
    people = [dict(zip(sheets["People"][0], row, strict=True)) for row in sheets["People"][1:]]
    names = [entry["Наименование"] for entry in contacts.values()] + [person["Name"] for person in people]
    assert all(re.search("образец|пример|sample", name, re.IGNORECASE) for name in names)
    for number in filter(None, (entry["ИНН"] for entry in contacts.values())):
        assert number.startswith("9999")
        assert inn.is_valid(number), number
    for entry in [*contacts.values(), *people]:
        phone, email = entry.get("Телефон") or entry.get("Phone"), entry["E-mail"]
        assert not email or email.lower().endswith(("@example.com", "@sample.test")), email
        if phone:
            number = phonenumbers.format_number(phonenumbers.parse(phone, "RU"), phonenumbers.PhoneNumberFormat.E164)
            assert re.fullmatch(r"\+7\d{3}000\d{4}|\+4420794600?\d{3}", number), phone


def test_entered_twice(contacts: dict[str, dict[str, Any]], expected: dict[str, Any]) -> None:
    """Each double has the tax number of its original in another spelling of name, and no others share one."""
    for second, first in expected["book.xlsx"]["entered_twice"].items():
        one, other = contacts[first], contacts[second]
        assert one["Наименование"] != other["Наименование"]
        assert one["ИНН"]
        assert one["ИНН"] == other["ИНН"]
    doubled = [
        number for number, count in Counter(e["ИНН"] for e in contacts.values() if e["ИНН"]).items() if count > 1
    ]
    assert len(doubled) == len(expected["book.xlsx"]["entered_twice"])


def test_codes_and_skus_exist(
    sales: Records, contacts: dict[str, dict[str, Any]], sheets: dict[str, list[tuple[Any, ...]]]
) -> None:
    """Every customer, sku, order, manager and competitor named anywhere is in the book or in the sales file."""
    skus = {row[0] for row in sheets["Products"][1:]}
    managers = {row[0]: row[1] for row in sheets["Managers"][1:]}
    owner = {row["Номер документа"]: row["Код покупателя"] for row in sales}
    assert {row["Артикул"] for row in sales} <= skus
    assert {(row["Код покупателя"], row["Покупатель"]) for row in sales} - {("", "")} <= {
        (code, entry["Наименование"]) for code, entry in contacts.items()
    }
    assert {row["Менеджер"] for row in sales} <= set(managers.values())
    assert {entry["Менеджер"] for entry in contacts.values()} <= set(managers)
    assert all(owner[one["Номер заказа"]] == one["Код клиента"] for one in records("invoices.csv"))
    assert all(owner[one["Order No"]] == one["Customer"] for one in records("tickets.csv"))
    assert {one["Код клиента"] for one in records("visits.csv")} <= set(contacts)
    assert {one["SKU"] for name in ("webshop_2025.csv", "competitor_prices.csv") for one in records(name)} <= skus
    rivals = {entry["Наименование"] for entry in contacts.values() if entry["Роль"] == "competitor"}
    assert {one["Competitor"] for one in records("competitor_prices.csv")} == rivals


def test_invoices(sales: Records, expected: dict[str, Any]) -> None:
    """Each is its order's total on its order's day; open, part-paid, early and late ones all occur; nobody overpaid."""
    totals: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in sales:
        totals[row["Номер документа"], row["Дата"]] += money(row["Сумма"])
    invoices, sums = records("invoices.csv"), expected["invoices.csv"]
    assert all(totals[one["Номер заказа"], one["Дата счёта"]] == money(one["Сумма"]) for one in invoices)
    paid = [one for one in invoices if one["Оплачено"]]
    assert all(bool(one["Дата оплаты"]) == bool(one["Оплачено"]) for one in invoices)
    assert all(0 < money(one["Оплачено"]) <= money(one["Сумма"]) for one in paid)
    assert all(day(one["Дата оплаты"]) <= date(2026, 6, 30) for one in paid)
    assert sum(money(one["Сумма"]) for one in invoices) == Decimal(sums["amount"])
    assert sum(money(one["Оплачено"]) for one in paid) == Decimal(sums["paid_amount"])
    assert len(invoices) - len(paid) == sums["open"] > 20
    assert sum(money(one["Оплачено"]) < money(one["Сумма"]) for one in paid) == sums["part_paid"] > 20
    assert any(day(one["Дата оплаты"]) < day(one["Дата счёта"]) for one in paid)
    assert any(day(one["Дата оплаты"]) > day(one["Срок оплаты"]) for one in paid)


def test_webshop_and_tickets(expected: dict[str, Any], sales: Records) -> None:
    """Online orders are others than the office's and sum up; a ticket's moments follow one another."""
    shop, sums = records("webshop_2025.csv"), expected["webshop_2025.csv"]
    assert len(shop) == sums["lines"]
    assert not {row["Order No"] for row in shop} & {row["Номер документа"] for row in sales}
    assert sum(Decimal(row["Amount"]) for row in shop if row["Status"] != "cancelled") == Decimal(sums["revenue"])
    assert len({row["Customer"] for row in shop} - {""}) == sums["customers"]
    for one in records("tickets.csv"):
        moments = [one[key] for key in ("Opened At", "First Response At", "Resolved At", "Closed At") if one[key]]
        assert moments == sorted(moments), one
        assert max(moments) < "2026-07-01", one
    for name in ("tickets.csv", "visits.csv", "competitor_prices.csv", "costs.csv"):
        assert len(records(name)) == expected[name]["rows"]


def test_dirty_file_is_as_the_readme_says(expected: dict[str, Any]) -> None:
    """Every record is judged, and the table in the README says of each named line what the control sums say."""
    verdicts = {line: verdict for verdict, lines in expected["dirty.csv"].items() for line in lines}
    lines = (SAMPLE / "dirty.csv").read_text(encoding="utf-8").split("\n")
    told = re.findall(r"^\| (\d+) \| (\w+) \|", (SAMPLE / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(told) > 25
    assert all(verdicts[int(line)] == verdict for line, verdict in told)
    assert set(verdicts) - {int(line) for line, _ in told} <= set(expected["dirty.csv"]["good"])
    assert set(range(1, len(lines))) - set(verdicts) == {26}  # the second half of a name with a line end in it
    for text in ("31.02.2026", "1O;", ";=1+1;", "[red]", "#ДЕЛ/0!", "\x1b[31m"):
        assert any(text in line for line in lines), text
