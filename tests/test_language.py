"""The owner's language and its catalogs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from crmcli import language
from crmcli.errors import UsageError
from crmcli.locale import messages
from crmcli.locale.marks import Message, marked

PACKAGE = Path(language.__file__).parent


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    language.settle("en")


@pytest.mark.parametrize(
    ("option", "environment", "expected"),
    [
        (None, {}, "en"),
        ("ru", {"CRMCLI_LANG": "en"}, "ru"),
        ("RU_ru.UTF-8", {}, "ru"),
        (None, {"CRMCLI_LANG": "ru", "LC_ALL": "en_GB.UTF-8"}, "ru"),
        (None, {"CRMCLI_LANG": "", "LC_ALL": "ru_RU.UTF-8"}, "ru"),
        (None, {"LC_ALL": "C", "LC_MESSAGES": "ru_RU", "LANG": "ru_RU"}, "en"),
        (None, {"LC_ALL": "", "LC_MESSAGES": "ru_RU", "LANG": "de_DE"}, "ru"),
        (None, {"LANG": "de_DE.UTF-8"}, "en"),
        (None, {"LANG": "ru@latin"}, "ru"),
    ],
)
def test_the_first_that_is_said_settles(option: str | None, environment: dict[str, str], expected: str) -> None:
    assert language.settle(option, environment) == expected
    assert language.current() == expected


@pytest.mark.parametrize(("option", "environment"), [("de", {}), (None, {"CRMCLI_LANG": "klingon"})])
def test_a_language_named_outright_must_exist(option: str | None, environment: dict[str, str]) -> None:
    with pytest.raises(UsageError) as caught:
        language.settle(option, environment)
    assert "en, ru" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("option", "environment", "expected"),
    [(None, {}, "ru"), (None, {"LANG": "de_DE"}, "ru"), ("en", {}, "en"), (None, {"CRMCLI_LANG": "en"}, "en")],
)
def test_the_store_s_language_yields_to_one_that_was_named(
    option: str | None, environment: dict[str, str], expected: str
) -> None:
    language.settle(option, environment)
    language.prefer("fr")
    language.prefer("ru")
    assert language.current() == expected


def test_words_are_found_by_any_of_their_readings() -> None:
    assert language.readings("Total") == ("Total", "Итого")
    assert "Total" in language.messages_read_as("итого")
    assert language.messages_read_as("no such words") == ()


def test_messages_follow_the_language() -> None:
    assert language.gettext("Total") == "Total"
    language.settle("ru")
    assert language.gettext("Total") == "Итого"
    assert language.gettext("no such message") == "no such message"
    assert language.gettext("") == ""


@pytest.mark.parametrize(
    ("n", "expected"), [(1, "строки"), (2, "строк"), (5, "строк"), (11, "строк"), (21, "строки"), (112, "строк")]
)
def test_russian_has_three_plural_forms(n: int, expected: str) -> None:
    language.settle("ru")
    one, many = "Shown %(shown)s of %(total)s row.", "Shown %(shown)s of %(total)s rows."
    assert language.ngettext(one, many, n) % {"shown": 0, "total": n} == f"Показано 0 из {n} {expected}."


def test_english_needs_no_catalog_and_starting_needs_no_gettext() -> None:
    code = (
        "import sys; from crmcli import language as l; l.gettext('x'); print({'gettext', 'babel'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_catalogs_are_complete_and_fresh() -> None:
    assert [fault for name in messages.LANGUAGES for fault in messages.faults(name)] == []


def test_extract_keeps_translations_and_changes_nothing_twice(tmp_path: Path) -> None:
    copy = tmp_path / "ru" / "LC_MESSAGES" / "crmcli.po"
    copy.parent.mkdir(parents=True)
    copy.write_bytes((PACKAGE / "locale" / "ru" / "LC_MESSAGES" / "crmcli.po").read_bytes())
    messages.extract("ru", tmp_path)
    once = copy.read_text("utf-8")
    messages.extract("ru", tmp_path)
    assert copy.read_text("utf-8") == once
    assert 'msgid "Total"\nmsgstr "Итого"\n' in once
    assert "-Date:" not in once


def test_marks_are_found_and_bad_marks_refused(tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text(
        "_('one'); N_('a' 'b'); language.gettext('three'); ngettext('%(n)s day', '%(n)s days', n)\n"
        "gettext(column.title)\n"
        "_(f'{x}')\n"
        "_('a' + b)\n"
        "N_(name)\n",
        "utf-8",
    )
    found, blunders = marked(tmp_path)
    assert found == {Message("one"), Message("ab"), Message("three"), Message("%(n)s day", "%(n)s days")}
    assert [blunder.line for blunder in blunders] == [3, 4, 5]


PO = """msgid ""
msgstr ""
"Language: ru\\n"
"Content-Type: text/plain; charset=utf-8\\n"

msgid "Total"
msgstr "Итого %(file)s"

msgid "%(file)s is a folder"
msgstr "%(file) папка"

#, fuzzy
msgid "nothing to show"
msgstr "ничего"
"""


def test_check_finds_wrong_placeholders_doubts_and_stale_files(tmp_path: Path) -> None:
    folder = tmp_path / "ru" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "crmcli.po").write_text(PO, "utf-8")
    (folder / "crmcli.mo").write_bytes(b"old")
    found = "\n".join(messages.faults("ru", tmp_path))
    assert "placeholders differ: 'Итого %(file)s'" in found
    assert "placeholders differ: '%(file) папка'" in found
    assert "doubtful: 'nothing to show'" in found
    assert "not in crmcli.po, run extract: 'About'" in found
    assert "crmcli.mo is older" in found
    assert "ничего".encode() not in messages.compiled("ru", tmp_path)
