"""`crmcli contact`, `touch` and `find` as the owner uses them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import Answer, crmcli
from tests.store.made import make

NOW = "2026-06-30 15:00:00"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small store: three managers, two contacts, one order."""
    folder = tmp_path_factory.mktemp("contacts")
    store = folder / "crm.duckdb"
    assert crmcli("init", "--currency", "RUB", store=store).code == 0
    (folder / "managers.csv").write_text("code,name,role\nM1,Ann Lee,key\nM2,Bob Bell,agent\n")
    (folder / "contacts.csv").write_text(
        "code,name,tax_id,email,phone,city,manager\nK-01,ООО Ромашка,7707083893,info@romashka.example,8 (495) 000-00-01,Казань,M1\n"
        "K-02,Atlas Cable,,,,York,\n"
    )
    (folder / "orders.csv").write_text(
        "order_no,ordered_on,customer,sku,qty,unit_price\nA-1,2026-05-01,K-01,S1,2,100\n"
    )
    assert crmcli("import", "run", "managers.csv", "contacts.csv", "orders.csv", store=store, folder=folder).code == 0
    return store


@pytest.fixture
def store(made: Path, tmp_path: Path) -> Path:
    """A copy to write to."""
    for part in made.parent.glob(f"{made.name}*"):
        shutil.copy(part, tmp_path / part.name)
    return tmp_path / made.name


def say(store: Path, *words: str, **more: Any) -> Answer:
    return crmcli(*words, store=store, env={"CRMCLI_TODAY": NOW, **more.pop("env", {})}, **more)


def rows(answer: Answer) -> list[dict[str, Any]]:
    assert answer.code == 0, answer.err
    found: list[dict[str, Any]] = json.loads(answer.out)["rows"]
    return found


def shown(store: Path, customer: str) -> dict[str, str | None]:
    answer = say(store, "contact", "show", customer, "--format", "csv")
    assert answer.code == 0, answer.err
    pairs = [line.partition(",") for line in answer.out.splitlines()[1:]]
    return {name: value or None for name, _comma, value in pairs}


def test_a_contact_is_added_with_every_field(store: Path) -> None:
    added = say(
        store, "contact", "add", "Новый Кабель", "--kind", "компания", "--role", "клиент", "--tax-id", "1655000001", "--email",
        "a@b.example", "--phone", "+7 843 111", "--website", "b.example", "--address", "Main 1", "--city", "Казань", "--region",
        "Волга", "--country", "Россия", "--industry", "кабель", "--group", "опт", "--source", "выставка", "--channel", "shop",
        "--manager", "bob bell", "--price-list", "Base", "--payment-terms-days", "14", "--credit-limit", "1 000,50",
        "--consent-mail", "да", "--consent-call", "no", "--created-on", "01.02.2026", "--note", "x", "--tag", "a", "--tag", "b",
        "--field", "Сезон=лето",
    )  # fmt: skip
    assert added.code == 0, added.err
    assert "check digit" in added.err
    assert shown(store, "K-03") == {
        "code": "K-03", "name": "Новый Кабель", "kind": "company", "role": "customer", "tax_id": "1655000001",
        "email": "a@b.example", "phone": "+7 843 111", "website": "b.example", "address": "Main 1", "city": "Казань",
        "region": "Волга", "country": "Россия", "industry": "кабель", "group": "опт", "source": "выставка", "channel": "shop",
        "manager": "M2", "price_list": "Base", "payment_terms_days": "14", "credit_limit": "1000.5", "consent_mail": "yes",
        "consent_call": "no", "created_on": "2026-02-01", "tags": '"a, b"', "note": "x", "Сезон": "лето",
    }  # fmt: skip
    assert say(store, "undo").code == 0
    assert say(store, "contact", "show", "K-03").code == 3


@pytest.mark.parametrize(
    "field", [["--tax-id", "7707083893"], ["--email", "INFO@romashka.example"], ["--phone", "+7 495 0000001"]]
)
def test_who_is_likely_there_is_named_first(store: Path, field: list[str]) -> None:
    refused = say(store, "contact", "add", "Другое имя", *field)
    assert refused.code == 4
    assert "K-01" in refused.err
    assert "--force-new" in refused.err
    assert say(store, "contact", "add", "Другое имя", *field, "--force-new").code == 0


def test_a_name_alike_is_told_and_does_not_stop(store: Path) -> None:
    added = say(store, "contact", "add", "Romashka")
    assert added.code == 0
    assert "K-01" in added.err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["X", "--role", "friend"], 2),
        (["X", "--credit-limit", "much"], 2),
        (["X", "--credit-limit", "-5"], 2),
        (["X", "--created-on", "31.02.2026"], 2),
        (["X", "--field", "nothing"], 2),
        (["X", "--field", "city=York"], 2),
        (["X", "--manager", "Nobody"], 3),
        (["X", "--code", "k-01"], 4),
        ([" "], 2),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(store: Path, words: list[str], code: int) -> None:
    refused = say(store, "contact", "add", *words)
    assert refused.code == code, refused.err
    assert len(rows(say(store, "contact", "list", "--format", "json"))) == 2
    assert "Traceback" not in refused.err


def test_an_edit_shows_before_and_after_and_is_undone(store: Path) -> None:
    changed = say(store, "contact", "edit", "K-01", "--city", "Самара", "--clear", "phone", "--tag", "vip", "--name", "=1+1",
                  "--field", "Own=1", "--code", "K-77", "--format", "json")  # fmt: skip
    assert {(row["field"], row["before"], row["after"]) for row in rows(changed)} == {
        ("code", "K-01", "K-77"), ("name", "ООО Ромашка", "=1+1"), ("city", "Казань", "Самара"),
        ("phone", "8 (495) 000-00-01", None), ("tags", None, "vip"), ("Own", None, "1"),
    }  # fmt: skip
    assert say(store, "contact", "edit", "K-77", "--untag", "VIP", "--clear", "Own").code == 0
    assert shown(store, "K-77")["tags"] is None
    assert say(store, "undo").code == 0
    assert say(store, "undo").code == 0
    assert shown(store, "K-01")["city"] == "Казань"
    assert say(store, "check").out == ""


def test_an_edit_that_changes_nothing_leaves_no_step(store: Path) -> None:
    before = say(store, "log", "--format", "csv").out
    assert "already" in say(store, "contact", "edit", "K-01", "--city", "Казань").err
    assert say(store, "contact", "edit", "K-01", "--city", "Тверь", "--dry-run").code == 0
    assert say(store, "log", "--format", "csv").out == before
    for words in (
        ["--clear", "name"],
        ["--clear", "colour"],
        [],
        ["--untag", "none"],
        ["--city", "x", "--clear", "city"],
    ):
        assert say(store, "contact", "edit", "K-01", *words).code in (2, 3)


def test_contacts_are_listed_by_what_is_known(store: Path) -> None:
    def codes(*words: str) -> list[str]:
        return [row["customer"] for row in rows(say(store, "contact", "list", *words, "--format", "json"))]

    say(store, "contact", "edit", "K-02", "--tag", "vip", "--role", "supplier")
    assert codes() == ["K-01", "K-02"]
    assert codes("--manager", "Ann Lee") == ["K-01"]
    assert codes("--tag", "VIP") == codes("--role", "поставщик") == ["K-02"]
    assert codes("--where", "revenue > 100") == ["K-01"]
    assert codes("--limit", "1") == ["K-01"]


def test_only_a_contact_that_nothing_names_is_removed(store: Path) -> None:
    stays = say(store, "contact", "remove", "K-01")
    assert stays.code == 4
    assert "orders (1)" in stays.err
    say(store, "contact", "person", "add", "K-02", "Cy Young")
    assert say(store, "contact", "remove", "K-02").code == 0
    assert say(store, "contact", "show", "K-02").code == 3
    say(store, "undo")
    assert [row["name"] for row in rows(say(store, "contact", "person", "list", "K-02", "--format", "json"))] == [
        "Cy Young"
    ]


def test_people_of_a_contact(store: Path) -> None:
    def people() -> list[tuple[str, str | None, str | None]]:
        found = rows(say(store, "contact", "person", "list", "K-01", "--format", "json"))
        return [(one["name"], one["position"], one["primary"]) for one in found]

    assert say(store, "contact", "person", "add", "K-01", "Дарья Пример", "--position", "директор").code == 0
    assert say(store, "contact", "person", "add", "K-01", "Ann Other", "--email", "x").code == 0
    assert say(store, "contact", "person", "add", "K-01", "ann other").code == 4
    assert people() == [("Дарья Пример", "директор", "primary"), ("Ann Other", None, None)]
    assert say(store, "contact", "person", "edit", "K-01", "Ann", "--primary", "--position", "buyer").code == 0
    assert people() == [("Ann Other", "buyer", "primary"), ("Дарья Пример", "директор", None)]
    assert say(store, "contact", "person", "edit", "K-01", "пример", "--clear", "position", "--name", "Дарья").code == 0
    assert say(store, "contact", "person", "remove", "K-01", "Дарья").code == 0
    assert people() == [("Ann Other", "buyer", "primary")]
    assert say(store, "contact", "person", "edit", "K-01", "Nobody", "--position", "x").code == 3
    for _step in range(5):
        say(store, "undo")
    assert people() == []


def test_preferences_are_seen_on_card_timeline_and_quote(store: Path) -> None:
    assert say(store, "contact", "prefer", "K-01", "no deliveries before 10", "--on", "2026-06-01").code == 0
    assert say(store, "contact", "require", "K-01", "a [red]certificate", "--source", "Ann").code == 0
    assert say(store, "contact", "require", "K-01", "A [red]certificate").code == 4
    listed = rows(say(store, "contact", "preferences", "K-01", "--format", "json"))
    assert [(one["kind"], one["text"]) for one in listed] == [
        ("need", "a [red]certificate"), ("preference", "no deliveries before 10")
    ]  # fmt: skip
    card = json.loads(say(store, "card", "K-01", "--format", "json").out)
    assert "a [red]certificate" in json.dumps(card)
    assert "no deliveries before 10" in say(store, "timeline", "K-01").out
    quoted = say(store, "quote", "new", "--for", "K-01", "--item", "S1:1", "--price", "S1=5")
    assert "Needs: a [red]certificate" in quoted.err
    number = next(word for word in quoted.out.split() if word.startswith("Q-2026"))
    assert "Prefers: no deliveries before 10" in say(store, "quote", "show", number).out


def test_what_has_ended_holds_no_more_but_did_before(store: Path) -> None:
    say(store, "contact", "prefer", "K-01", "tea", "--on", "2026-05-01")
    assert say(store, "contact", "end", "K-01", "1", "--on", "2026-04-01").code == 4
    assert say(store, "contact", "end", "K-02", "1").code == 3
    assert say(store, "contact", "end", "K-01", "1", "--on", "2026-06-10").code == 0
    assert say(store, "contact", "end", "K-01", "1").code == 4

    def texts(*words: str) -> list[str]:
        return [one["text"] for one in rows(say(store, "contact", "preferences", "K-01", *words, "--format", "json"))]

    assert texts() == []
    assert texts("--as-of", "2026-06-09") == texts("--ended") == ["tea"]
    assert texts("--as-of", "2026-04-30", "--ended") == []
    say(store, "undo")
    assert texts() == ["tea"]


def test_a_touch_is_one_line_and_one_row(store: Path) -> None:
    told = say(store, "touch", "K-01", "c", "--minutes", "12", "--outcome", "asked for price", "--at", "14:30")
    assert told.code == 0, told.err
    assert told.err.splitlines()[0].startswith("Noted: ООО Ромашка (K-01), call, out")
    assert "Ann Lee" in told.err
    assert say(store, "touch", "K-02", "ви", "--in", "--channel", "телефон", "--manager", "M2").code == 0
    found = say(store, "export", "interactions", "--format", "csv").out.splitlines()
    assert sorted(found[1:]) == [
        "K-01,2026-06-30 14:30:00,phone,out,M1,call,,12.0000,asked for price,,,",
        "K-02,2026-06-30 15:00:00,phone,in,M2,visit,,,,,,",
    ]
    say(store, "undo")
    assert len(say(store, "export", "interactions", "--format", "csv").out.splitlines()) == 2


def test_who_i_am_comes_before_who_looks_after_the_customer(store: Path) -> None:
    told = say(store, "touch", "K-01", env={"CRMCLI_ME": "Bob Bell"})
    assert "Bob Bell" in told.err
    assert say(store, "touch", "K-01", env={"CRMCLI_ME": "Nobody"}).code == 3


@pytest.mark.parametrize(
    "words", [["m"], ["dance"], ["call", "--at", "tomorrow"], ["call", "--at", "1969-12-31"], ["call", "--at", "23:59"],
              ["call", "--minutes", "-1"], ["call", "--minutes", "x"], ["call", "--step", "x"]]
)  # fmt: skip
def test_a_touch_that_cannot_be_is_refused(store: Path, words: list[str]) -> None:
    refused = say(store, "touch", "K-01", *words)
    assert refused.code == 2, refused.err
    assert "Traceback" not in refused.err


def test_a_touch_in_a_dry_run_is_not_kept(store: Path) -> None:
    assert say(store, "touch", "K-01", "--dry-run").code == 0
    assert len(say(store, "export", "interactions", "--format", "csv").out.splitlines()) == 1


def test_a_step_of_a_plan_is_done_by_a_touch(store: Path) -> None:
    made = say(store, "keyaccount", "plan", "K-01", "--level", "proactive")
    assert made.code == 0, made.err
    due = rows(say(store, "plan", "due", "--within", "365", "--format", "json"))
    step = due[0]["step"]
    assert say(store, "touch", "K-02", "--step", step).code == 4
    done = say(store, "touch", "K-01", "--step", step, "--outcome", "well")
    assert done.code == 0, done.err
    assert "next by plan" in done.err
    left = rows(say(store, "plan", "due", "--within", "365", "--format", "json"))
    assert step not in {one["step"] for one in left}
    assert say(store, "touch", "K-01", "--step", step).code == 4
    assert say(store, "check").out == ""
    say(store, "undo")
    assert step in {one["step"] for one in rows(say(store, "plan", "due", "--within", "365", "--format", "json"))}


def test_somebody_is_found_and_nobody_is_told(store: Path) -> None:
    assert [row["customer"] for row in rows(say(store, "find", "hjvfirf", "--format", "json"))] == ["K-01"]
    assert [row["customer"] for row in rows(say(store, "find", "altas", "cabel", "--format", "json"))] == ["K-02"]
    assert [row["matched"] for row in rows(say(store, "find", "a-1", "--format", "json"))] == ["order"]
    assert say(store, "find", "qqqqzzzz").code == 3
    assert say(store, "find", "''").code == 2


def test_cards_make_the_same_contacts_elsewhere(store: Path, tmp_path: Path) -> None:
    say(
        store,
        "contact",
        "edit",
        "K-01",
        "--note",
        "line; one, \\ two",
        "--tag",
        "a;b",
        "--field",
        'Own=ж"x',
        "--kind",
        "person",
    )
    say(store, "contact", "person", "add", "K-01", "Дарья", "--position", "директор", "--phone", "+7 1 234567")
    for version in ("3.0", "4.0"):
        cards, other = tmp_path / f"all-{version}.vcf", tmp_path / f"other-{version}.duckdb"
        assert say(store, "contact", "export-vcard", "--card-version", version, "--output", str(cards)).code == 0
        make(other)
        taken = say(other, "contact", "import-vcard", str(cards), folder=tmp_path)
        assert taken.code == 0, taken.err
        for table in ("contacts", "people"):
            assert (
                say(other, "export", table, "--format", "csv").out == say(store, "export", table, "--format", "csv").out
            )


def test_cards_of_some_and_bad_cards(store: Path, tmp_path: Path) -> None:
    some = say(store, "contact", "export-vcard", "K-02")
    assert some.out.count("BEGIN:VCARD") == 1
    assert "your own phone" in some.err
    assert say(store, "contact", "export-vcard", "--where", "revenue > 100").out.count("BEGIN:VCARD") == 1
    assert say(store, "contact", "export-vcard", "K-02", "--where", "revenue > 1").code == 2
    assert say(store, "contact", "export-vcard", "--card-version", "5").code == 2
    assert say(store, "contact", "export-vcard", "--where", "revenue > 1000000").code == 3
    bad = tmp_path / "bad.vcf"
    bad.write_text("BEGIN:VCARD\nVERSION:3.0\nFN:Good\nEND:VCARD\nBEGIN:VCARD\ngarbage\nEND:VCARD\n")
    taken = say(store, "import", "run", "bad.vcf", "--as", "contacts", folder=tmp_path)
    assert taken.code == 5
    assert "cannot be read" in (tmp_path / "bad.rejects.csv").read_text("utf-8-sig")
    assert [row["customer"] for row in rows(say(store, "find", "good", "--format", "json"))] == ["Good"]
    (tmp_path / "book.csv").write_text("code,name\nX,Y\n")
    assert say(store, "contact", "import-vcard", "book.csv", folder=tmp_path).code == 2
    piped = say(
        store, "contact", "import-vcard", "-", stdin=b"BEGIN:VCARD\nVERSION:3.0\nFN:Piped\nEND:VCARD\n", folder=tmp_path
    )
    assert piped.code == 0, piped.err
    assert say(store, "import", "list", "--format", "csv").out.count("bad.vcf") == 1
