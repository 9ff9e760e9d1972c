"""The whole program in Russian: no English word is left but names of commands, options, columns, files and codes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from crmcli import language
from crmcli.cli import russian
from crmcli.locale.marks import marked
from crmcli.output.words import wrapped
from crmcli.store.findings import worded

ROOT = Path(__file__).resolve().parents[1]

# Runs many command lines in one fresh process: help texts are worded when a command is first loaded.
DRIVER = """
import io, json, sys
from crmcli.cli.app import run
answers = []
for arguments in json.loads(sys.argv[1]):
    streams = [io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2)]
    sys.stdout, sys.stderr = streams
    code = run(arguments)
    for stream in streams:
        stream.flush()
    answers.append([code, *(stream.buffer.getvalue().decode() for stream in streams)])
sys.stdout = sys.__stdout__
print(json.dumps(answers))
"""

CONTACTS = "код;название;телефон;эл. почта;город\nК1;ООО «Щит»;+7 495 000-00-01;;Тверь\nК2;ИП Проводов;;;Тула\nК3;Жила;;;Псков\n"
ORDERS = """номер;дата;клиент;артикул;наименование;категория;количество;сумма;себестоимость;статус
1;12.01.2025;К1;10;кабель;кабель;5;500,00;60,00;отгружен
2;15.02.2025;К1;11;щит;щиты;1;900,50;600,00;выполнен
3;20.03.2025;К1;10;кабель;кабель;2;200,00;60,00;выполнен
4;13.01.2025;К2;10;кабель;кабель;9;870,00;60,00;выполнен
5;25.03.2025;К2;10;кабель;кабель;9;-87,00;60,00;выполнен
6;31.03.2025;;11;щит;щиты;1;900,00;;выполнен
7;31.02.2025;К2;10;кабель;кабель;9;870,00;60,00;выполнен
8;31.03.2025;К2;10;кабель;кабель;сто;870,00;60,00;выполнен
"""
INVOICES = "номер счёта;клиент;дата счёта;срок оплаты;сумма;оплачено;дата оплаты\nС1;К1;12.01.2025;20.01.2025;500,00;;\nС2;К2;13.01.2025;27.01.2025;870,00;870,00;15.01.2025\n"
TICKETS = "номер обращения;клиент;вид;приоритет;тема;канал;открыто\nО1;К1;жалоба;высокий;недовес бухты;телефон;21.03.2025 10:00\n"
VISITS = "клиент;дата и время;канал;направление;вид;тема;результат\nК1;22.03.2025 12:30;телефон;исходящий;звонок;новый щит;думает\n"

# Latin words that stay: names for machines, formats, encodings, currencies, letters of scores and classes.
KEPT = {
    "crmcli", "en", "ru", "csv", "tsv", "json", "jsonl", "md", "xlsx", "parquet", "table", "CSV", "TSV", "JSONL", "Parquet",
    "XLSX", "XLS", "XLSB", "ODS", "XML", "HTML", "html", "TOML", "Excel", "DuckDB", "CRM", "ISO", "RUB", "RU", "EUR", "USD", "KZT",
    "DE", "GB", "KZ", "ABC", "XYZ", "RFM", "mK", "CRMCLI_TODAY", "utf", "sig", "cp", "koi", "tab", "dmy", "mdy", "ymd",
    "today", "latest", "desc", "is", "not", "in", "empty", "upsert", "skip", "clear", "clean", "Ltd", "Client", "No",
    "as", "map", "exact", "true", "dates", "create", "update", "reject", "default", "messy", "sales", "crm", "xz", "gz", "zip", "wal", "rejects",
    "MASE", "MAPE", "MBG", "NBD", "TSB", "SBA", "DSO", "UTF", "systemd", "crontab", "cron", "stderr", "journalctl", "MAILTO", "alpha", "rows", "sum", "max", "any", "WAL", "Delivery",
    "offer", "visit", "none", "monday",
    # names and machine words of examples and options
    "HOSE", "Hoses", "Goods", "Rubber", "drum", "length", "fixed", "per_unit", "last_purchase", "revenue_", "purchases_", "Sleeping",
    "risk", "call", "mail", "Kind", "delivery", "line", "options", "with", "accepted", "draft", "expired", "rejected", "replaced",
    "sent", "pdf", "PDF", "eml", "quotes", "BOX", "CAB", "Courier", "all", "damaged", "confirmed", "INV", "Tea", "Wholesale", "Retail",
    "vCard", "iCalendar", "URL", "York", "dealer", "partner", "prospect", "supplier", "wholesale", "yes", "no", "buyer", "out", "cable",
    "accountable", "basic", "partnership", "proactive", "reactive", "every", "min", "event", "todo", "plans", "deals", "steps", "accounts",
    "follow_up", "me", "meeting", "messenger", "now", "shop", "site",
    "first", "last", "DL", "normal", "question", "replacement", "suggestion", "urgent", "warranty", "yesterday", "closed", "live", "nobody",
    "mon", "main", "free", "usual", "Support", "Markdown", "toml", "retired", "learned", "proposal", "negotiation", "unknown", "rot_days",
    "Demo", "Qualified", "Proposal", "answers", "calendars", "deal_moves",
    "prices", "tiered", "competitor_min", "down", "nearest", "up", "loyalty", "JPEG", "PNG", "SVG", "png", "Fittings", "Sample", "iban",
}  # fmt: skip

REPORTS = (
    "rfm", "abc", "churn", "value", "cohorts", "retention", "totals", "adoption", "costs", "efficiency", "forecast",
    "growth", "lifecycle", "payments", "profit", "receivables", "scorecard", "whitespace",
)  # fmt: skip
ANSWERS = [
    ["import", "list"],
    ["import", "show", "1"],
    ["import", "preview", "{contacts}"],
    ["import", "run", "{contacts}"],
    ["log"],
    ["log", "1"],
    ["undo", "--dry-run"],
    ["check"],
    ["check", "--format", "table"],
    ["migrate"],
    ["backup", "create", "{folder}/b.backup"],
    ["backup", "verify", "{folder}/b.backup"],
    ["report", "list"],
    ["report", "abc", "--by", "product", "--no-clean", "--measure", "margin", "--as-of", "latest"],
    ["report", "rfm", "--where", "monetary>1", "--as-of", "latest"],
    *(["report", name, "--as-of", "latest"] for name in REPORTS),
    *(["report", name, "--as-of", "2020-01-01"] for name in REPORTS),
    ["report", "rfm"],
    ["today", "--as-of", "latest"],
    ["today", "--as-of", "2020-01-01"],
    ["report", "churn", "--explain", "К1", "--as-of", "latest"],
    ["report", "churn", "--backtest", "--as-of", "latest"],
    ["report", "value", "--explain", "К1", "--as-of", "latest"],
    ["report", "lifecycle", "--from", "2025-02-01", "--as-of", "latest"],
    ["report", "profit", "--by", "customer", "--as-of", "latest"],
    ["report", "forecast", "--by", "category", "--as-of", "latest"],
    ["report", "runs"],
    ["cost", "list"],
    ["cost", "drivers"],
    ["forecast", "list"],
    ["forecast", "score", "--as-of", "latest"],
    ["model", "fit", "--to", "2025-03-31"],
    ["model", "compare", "--as-of", "latest"],
]
MISTAKES = [
    [],
    ["import"],
    ["import", "run"],
    ["import", "run", "{folder}/нет.csv"],
    ["import", "run", "{folder}"],
    ["import", "preview", "{orders}", "--as", "что"],
    ["import", "preview", "{orders}", "--map", "а"],
    ["import", "preview", "{orders}", "--dates", "а"],
    ["import", "preview", "{orders}", "--encoding", "а"],
    ["import", "preview", "{orders}", "--delimiter", "аа"],
    ["report", "чего"],
    ["report", "rfm", "--нечто"],
    ["report", "rfm", "--limit", "пять"],
    ["report", "rfm", "--limit", "0"],
    ["report", "rfm", "--as-of", "вчера"],
    ["report", "rfm", "--format", "а"],
    ["report", "rfm", "--sort", "а", "--as-of", "latest"],
    ["report", "rfm", "--output", "{folder}/нет/а.csv", "--as-of", "latest"],
    ["report", "abc", "--by", "а"],
    ["report", "cohorts", "--months", "а"],
    ["card"],
    ["card", "нет такого"],
    ["log", "1", "2"],
    ["log", "99"],
    ["undo", "99"],
    ["backup", "verify", "{orders}"],
    ["init"],
    ["init", "--currency", "рубль"],
    ["report", "run", "{folder}/нет.toml"],
    ["report", "run", "{orders}"],
    ["report", "runs", "--stale", "век"],
    ["report", "churn", "--fail-if", "а", "--as-of", "latest"],
    ["report", "churn", "--fail-if", "rows >", "--as-of", "latest"],
    ["report", "churn", "--where", "band=а", "--as-of", "latest"],
    ["report", "churn", "--explain", "нет такого", "--as-of", "latest"],
    ["report", "adoption", "--product", "нет", "--as-of", "latest"],
    ["report", "scorecard", "--hours", "ночь", "--as-of", "latest"],
    ["report", "lifecycle", "--from", "2030-01-01", "--as-of", "latest"],
    ["cron", "print", "{folder}/нет.toml"],
    ["cost", "add", "труд", "--driver", "нечто", "--rate", "1"],
    ["cost", "add", "труд", "--driver", "order"],
    ["cost", "remove", "труд"],
    ["forecast", "keep", "--as-of", "2020-01-01"],
    ["backup", "verify", "{folder}/нет.backup"],
    ["--db"],
    ["--wait", "долго", "log"],
    ["--db", "{folder}/нет.db", "log"],
    ["нечто"],
]
LEVELS = [
    ["card", "К1", "--as-of", "latest"],
    ["timeline", "К1", "--as-of", "latest"],
    ["import", "preview", "{orders}"],
]


class Answer(NamedTuple):
    """What one command line said."""

    arguments: Sequence[str]
    code: int
    text: str


def ask(lines: Sequence[Sequence[str]], folder: Path, lang: str = "ru") -> list[Answer]:
    """Run command lines, one after the other, in one fresh process of its own."""
    names = {"folder": folder, "orders": folder / "продажи.csv", "contacts": folder / "контрагенты.csv"}
    told = [[word.format(**names) if "{" in word else word for word in line] for line in lines]
    environment = {
        "CRMCLI_LANG": lang,
        "CRMCLI_DB": str(folder / "база.db"),
        "CRMCLI_TODAY": "2025-07-01",
        "LC_ALL": "C.UTF-8",
    }
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, json.dumps(told)],
        cwd=folder, env={**environment, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [Answer(line, a[0], a[1] + a[2]) for line, a in zip(told, json.loads(done.stdout), strict=True)]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small store, every name in it Russian, so that Latin words are the program's own."""
    folder = tmp_path_factory.mktemp("дело")
    files = {"контрагенты": CONTACTS, "продажи": ORDERS, "счета": INVOICES, "обращения": TICKETS, "визиты": VISITS}
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    answers = ask([["init"], *(["import", "run", f"{name}.csv"] for name in files)], folder)
    assert [answer.code for answer in answers] == [0, 0, 5, 0, 0, 0], [answer.text for answer in answers]
    assert [english(answer.text) for answer in answers] == [[]] * 6
    return folder


@cache
def machine_names() -> frozenset[str]:
    """Commands, options, columns, entities, levels: English in every language."""
    from crmcli.cli import app
    from crmcli.intake.entities import entities
    from crmcli.reports import registry
    from crmcli.reports.fitting import COMPARED, UNITS
    from crmcli.store.costing import DRIVERS

    names = {*registry.names(), *DRIVERS, *COMPARED, *UNITS, "interaction:CHANNEL", "gamma_gamma", "weak"}
    names |= {part for line in commands(app.build()) for part in line}
    for name in registry.names():
        report = registry.find(name)
        names |= {column.name for column in report.columns} | {p.name for p in report.parameters}
        names |= {choice for p in report.parameters for choice in p.choices}
    for entity in entities().values():
        names |= {entity.name, *entity.fields, "custom"}
    words = {word for name in names for word in re.findall(r"[A-Za-z_]+", name)}
    return frozenset(words | {"champion", "loyal", "paid_on", "days_overdue", "and"})


def commands(command: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command of the program, as words."""
    yield path
    names = getattr(command, "list_commands", None)
    for name in names(None) if names else ():
        yield from commands(command.get_command(None, name), (*path, name))  # type: ignore[attr-defined]


def english(text: str) -> list[str]:
    """Latin words of two letters and more that are no machine name, file, option, or quotation of what was typed."""
    text = re.sub(
        r"\S*/\S*|\S*\.(?:csv|toml|db|backup|xlsx|duckdb|vcf|ics|txt)\b\S*|--?[a-z][a-z-]*|'[^']*'|\"[^\"]*\"",
        " ",
        text,
    )
    known = KEPT | machine_names()
    return sorted(
        {
            word
            for word in re.findall(r"[A-Za-z][A-Za-z_]+", text)
            if word not in known and not re.fullmatch(r"m\d+", word)
        }
    )


def test_the_net_catches_english(store: Path) -> None:
    said = ask([["report", "rfm", "--as-of", "latest"], ["report", "rfm", "--limit", "0"], ["--help"]], store, "en")
    assert {"Customer", "Purchases", "Total"} <= set(english(said[0].text))
    assert "range" in english(said[1].text)
    assert {"Usage", "Options", "Show", "exit"} <= set(english(said[2].text))


def test_answers_are_russian(store: Path) -> None:
    answers = ask(ANSWERS, store)
    said = {" ".join(a.arguments): a.text for a in answers}
    assert {line: english(text) for line, text in said.items() if english(text)} == {}
    assert [(a.arguments, a.text) for a in answers if a.code] == []
    assert "ООО «Щит»" in said["report rfm --as-of latest"]
    assert "Ничего не записано; вот что произошло бы:" in said["undo --dry-run"]


@pytest.mark.parametrize("line", LEVELS, ids=lambda line: line[0])
def test_levels_inside_texts_are_russian(store: Path, line: list[str]) -> None:
    assert english(ask([line], store)[0].text) == []


def test_mistakes_are_told_in_russian(store: Path) -> None:
    answers = ask(MISTAKES, store)
    found = {" ".join(a.arguments): english(a.text) for a in answers}
    assert {line: words for line, words in found.items() if words} == {}
    assert [" ".join(a.arguments) for a in answers if a.code not in {1, 2, 3, 4, 6}] == []


def test_help_of_everything_is_russian(store: Path) -> None:
    from crmcli.cli import app

    lines = [[*path, "--help"] for path in commands(app.build())]
    found = {" ".join(a.arguments): english(a.text) for a in ask(lines, store)}
    assert len(found) > 20
    assert {line: words for line, words in found.items() if words} == {}


def test_a_wrong_option_is_told_in_the_language_named_beside_it(store: Path) -> None:
    (answer,) = ask([["log", "--lang", "ru", "--db"]], store, "en")
    assert answer.code == 2
    assert "нужно значение" in answer.text


def test_levels_are_taken_in_by_their_russian_words() -> None:
    from crmcli.intake.entities import entities, levels, normal_word

    language.settle("ru")
    try:
        lost = set()
        for entity in entities().values():
            for field in entity.fields.values():
                known = levels(entity.name, field) if field.type in {"level", "word"} else {}
                shown = {level: language.gettext(level.replace("_", " ")) for level in set(known.values())}
                lost |= {level for level, words in shown.items() if known.get(normal_word(words)) != level}
    finally:
        language.settle("en")
    assert lost == set()


@pytest.fixture
def _russian() -> Iterator[None]:
    language.settle("ru")
    yield
    language.settle("en")


@pytest.mark.usefixtures("_russian")
@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("No such option: --x (Possible options: --a, --b)", "нет параметра --x; есть: --a, --b"),
        ("Invalid value for '--limit' / '-n': 'x' is not a valid int range.", "--limit / -n: 'x' — не целое число"),
        ("Missing argument 'FILE...'.", "не указано: ФАЙЛ..."),
        ("a.csv cannot be read: Permission denied", "a.csv cannot be read: нет прав"),
        ("something else", "something else"),
    ],
)
def test_complaints_of_typer_are_translated(said: str, expected: str) -> None:
    assert russian.explained(said) == expected


@pytest.mark.usefixtures("_russian")
@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("order 17: shipped before it was ordered", "заказ 17: отгружен раньше, чем заказан"),
        ("contacts of step 3", "контрагенты шага 3"),
        ("order А 1, net 5.00", "заказ А 1, чистая сумма 5.00"),
        ("invoice С-1: paid 5.00 of 4.00", "счёт С-1: оплачено 5.00 из 4.00"),
        ("order_lines 7", "строки заказов 7"),
        ("unforeseen", "unforeseen"),
    ],
)
def test_findings_are_translated(what: str, expected: str) -> None:
    assert worded(what) == expected


def test_findings_stay_as_they_are_in_english() -> None:
    assert worded("invoice 1: due before it was issued") == "invoice 1: due before it was issued"


@pytest.mark.parametrize(
    ("heading", "cells", "expected"),
    [
        ("Обычный интервал", 7, ["Обычный", "интер-", "вал"]),
        ("Выручка, ₽", 7, ["Выру-", "чка, ₽"]),
        ("Состояние", 7, ["Состоя-", "ние"]),
        ("взгляд", 4, ["взг-", "ляд"]),  # the only syllable: broken where it must
        ("MASE", 2, ["M-", "A-", "SE"]),
    ],
)
def test_headings_are_broken_between_syllables(heading: str, cells: int, expected: list[str]) -> None:
    assert wrapped(heading, cells, "-") == expected
    assert max(map(len, wrapped(heading, cells, "-"))) <= cells


def test_typer_is_left_as_it_was() -> None:
    import typer.core
    from typer._click.core import Context

    before = (Context.formatter_class, typer.core._)
    language.settle("ru")
    try:
        with russian.speaking():
            assert Context.formatter_class is russian.Formatter
    finally:
        language.settle("en")
    assert (Context.formatter_class, typer.core._) == before


def test_english_does_not_load_the_translations_of_typer() -> None:
    code = "import sys; from crmcli.cli.app import run; run(['--help']); sys.exit('crmcli.cli.russian' in sys.modules)"
    environment = {"CRMCLI_LANG": "en", "PYTHONPATH": str(ROOT)}
    assert (
        subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=False).returncode == 0
    )


def test_words_of_data_files_are_marked() -> None:
    words = {message.one for message in marked(ROOT / "crmcli")[0]}
    assert {
        "confirmed",
        "cannot lose",
        "Does every key name one row?",
        "shipped before it was ordered",
        "Rows read",
    } <= words


def test_the_glossary_names_every_column_of_files() -> None:
    from crmcli.intake.entities import entities

    glossary = (ROOT / "docs" / "words.md").read_text("utf-8")
    names = {field for entity in entities().values() for field in entity.fields}
    assert sorted(name for name in names if f"`{name}`" not in glossary) == []


def test_the_glossary_and_the_catalog_say_the_same() -> None:
    glossary = (ROOT / "docs" / "words.md").read_text("utf-8")
    language.settle("ru")
    try:
        for word in (
            "champion",
            "cannot lose",
            "departed",
            "one off large",
            "cohorts",
            "hibernating",
            "confirmed",
            "urgent",
        ):
            assert word == "cohorts" or language.gettext(word) in glossary
        for title in ("Customer", "Revenue", "Margin", "Retention", "Order", "Invoice", "Ticket", "Journal", "Step"):
            assert language.gettext(title).lower() in glossary
    finally:
        language.settle("en")
