"""Their headings, our columns."""

from __future__ import annotations

from decimal import Decimal

import pytest

from crmcli.errors import UsageError
from crmcli.intake.entities import bare_heading, entities, entity, levels, normal_word
from crmcli.intake.mapping import Told, guess_entity, missing, parse_told, settle_mapping


@pytest.mark.parametrize(
    "heading",
    ["Customer ID", "customer_id", "CustomerID", "customerId", " CUSTOMER  ID ", "Код клиента", "код_клиента"],
)
def test_spellings_of_a_heading(heading: str) -> None:
    assert settle_mapping([heading], entity("contacts")).columns["code"].positions == (0,)


def test_every_heading_ends_up_somewhere_once() -> None:
    headings = ("Код", "Наименование", "ИНН", "Полка", "Код клиента", "Город")
    found = settle_mapping(headings, entity("contacts"))
    used = [p for s in found.columns.values() for p in s.positions] + list(found.custom.values())
    assert sorted(used) == list(range(len(headings)))


def test_synonyms_name_one_column_of_an_entity() -> None:
    """Where two columns share a synonym the rank decides; that must be meant, so the pairs are written down."""
    shared = set()
    for candidate in entities().values():
        seen: dict[str, str] = {}
        for name, spec in candidate.fields.items():
            for place, synonym in enumerate(spec.synonyms):
                if place == 0:
                    assert synonym == bare_heading(name)
                if synonym in seen:
                    shared.add((candidate.name, synonym))
                seen[synonym] = name
    assert len(shared) < 40


def test_words_of_a_list_stand_for_one_level() -> None:
    for candidate in entities().values():
        for spec in candidate.fields.values():
            if spec.type in ("level", "word", "flag"):
                known = levels(candidate.name, spec)
                assert known, (candidate.name, spec.name)
                assert all(word == normal_word(word) for word in known)
                assert all(known[normal_word(level)] == level for level in known.values())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("A=sku", Told(("A",), "sku")),
        ("A + B=order_no", Told(("A", "B"), "order_no")),
        ("a=b=sku", Told(("a=b",), "sku")),
        ("A = discount_pct * 100", Told(("A",), "discount_pct", Decimal(100))),
        ("A=-", Told(("A",), "-")),
    ],
)
def test_parse_told(text: str, told: Told) -> None:
    assert parse_told(text) == told


def test_a_heading_with_a_plus_is_one_heading() -> None:
    assert parse_told("A+B=sku", ["A+B"]) == Told(("A+B",), "sku")


def test_guess() -> None:
    assert guess_entity(["Номер счёта", "Код клиента", "Дата счёта", "Сумма", "Срок оплаты"])[0] == entity("invoices")
    found, rivals = guess_entity(["code", "name"])
    assert found is None
    assert {rival.name for rival in rivals} >= {"contacts", "managers"}
    assert guess_entity(["x", "y"]) == (None, [])


def test_exact_recognises_nothing() -> None:
    found = settle_mapping(["Город", "Имя"], entity("contacts"), [Told(("Имя",), "name")], exact=True)
    assert list(found.columns) == ["name"]
    assert found.custom == {"Город": 0}


def test_stand_ins_for_required_columns() -> None:
    assert missing(settle_mapping(["Имя"], entity("contacts"))) == []
    assert missing(settle_mapping(["sku"], entity("products"))) == []
    assert missing(settle_mapping(["sku"], entity("orders"))) == ["ordered_on"]
    assert missing(settle_mapping(["Город"], entity("contacts"))) == ["code", "name"]


def test_told_twice_or_nowhere() -> None:
    with pytest.raises(UsageError, match="given twice"):
        settle_mapping(["A", "B"], entity("contacts"), [Told(("A",), "name"), Told(("B",), "name")])
    with pytest.raises(UsageError, match="no heading Nam"):
        settle_mapping(["Name"], entity("contacts"), [Told(("Nam",), "name")])


@pytest.mark.parametrize(
    ("headings", "name"),
    [
        (["Номер", "Клиент", "Этап", "Сумма", "Дата создания", "Менеджер"], "opportunities"),
        (["Номер", "Название", "Клиент", "Вероятность", "Бюджет"], "opportunities"),
        (["КодЗаказа", "КодТовара", "Цена", "Количество"], "orders"),
        (["Номер заказа", "ИД клиента", "ИД товара", "Количество", "Цена продажи за единицу"], "orders"),
        (["Наименование контрагента", "Тип контрагента", "Ответственный менеджер*:"], "contacts"),
    ],
)
def test_guess_by_what_owners_write(headings: list[str], name: str) -> None:
    assert guess_entity(headings)[0] == entity(name)


@pytest.mark.parametrize("headings", [["Дата", "Бюджет"], ["Дата", "День недели", "Месяц", "Год"], ["date", "country"]])
def test_a_day_alone_is_no_sale(headings: list[str]) -> None:
    assert guess_entity(headings) == (None, [])


def test_a_number_alone_makes_no_deal() -> None:
    found, rivals = guess_entity(["Номер", "Дата", "Контрагент", "Сумма"])
    assert "opportunities" not in {e.name for e in [*rivals, *([found] if found else [])]}
