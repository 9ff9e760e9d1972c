"""`crmcli quote` as the owner sees it: from a basket to a document, on to an order, and what is refused on the way."""

from __future__ import annotations

import copy
import csv
import email
import email.policy
import io
import json
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from tests.intake.admit.shop import Shop

D = Decimal
HOSTILE = (
    "=cmd|' /C calc'!A0 <script>alert(1)</script> [red]#set page(fill: red)[/red] {{ 7*7 }} ../../etc $x$ \x1b[31m"
)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A firm with VAT, goods with costs, four customers and a few orders; made once."""
    shop = Shop(tmp_path_factory.mktemp("model") / "room")
    book = "code,name,email,consent_mail,group,tags,credit_limit\n"
    book += 'C1,"ООО ""Пример""",one@x.test,yes,Дилеры,,500\nC2,Second,two@x.test,,Дилеры,,\n'
    book += f'C3,"{HOSTILE}",three@x.test,yes,Дилеры,do-not-contact,\nC4,Fourth,,yes,Дилеры,,\n'
    shop.take(shop.file("contacts.csv", book))
    goods = "sku,name,category,unit,price,cost,tax_rate\nA,Кабель,Кабели,м,100.50,60,20\nB,Box,Boxes,pc,19.99,15,20\n"
    shop.take(shop.file("products.csv", goods + f'H,"{HOSTILE}",Boxes,pc,1,0.50,20\nZ,No price,Boxes,pc,,,\n'))
    orders = "order_no,ordered_on,customer,sku,qty,amount\n" + "".join(
        f"{n},2026-0{n}-10,{customer},{sku},{qty},{qty * 10}\n"
        for customer, n, sku, qty in (("C1", 1, "A", 3), ("C1", 2, "A", 5), ("C1", 3, "A", 4), ("C4", 4, "B", 2))
    )
    shop.take(shop.file("orders.csv", orders))
    shop.expect(0, "seller", "set", "name", "ООО «Продавец»")
    return shop


@pytest.fixture
def shop(model: Shop, tmp_path: Path) -> Shop:
    """A copy of the firm."""
    shutil.copytree(model.folder, tmp_path / "room")
    return replace_folder(model, tmp_path / "room")


def replace_folder(shop: Shop, folder: Path) -> Shop:
    """The same shop elsewhere; nothing is made anew."""
    other = copy.copy(shop)
    other.folder = folder
    return other


def lines(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def new(shop: Shop, *words: str, code: int = 0) -> list[dict[str, str]]:
    return lines(shop.expect(code, "quote", "new", *words, "--format", "csv"))


def facts(shop: Shop, number: str = "Q-2026-0001", *words: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(
        shop.expect(0, "quote", "render", number, "--format", "json", "-o", "-", *words)
    )
    return found


def test_from_the_usual_basket_to_a_russian_pdf(shop: Shop) -> None:
    (line,) = new(shop, "--for", "C1", "--usual", "--language", "ru")
    assert (line["sku"], line["qty"], line["net"], line["tax"], line["gross"]) == (
        "A",
        "4",
        "402.00",
        "80.40",
        "482.40",
    )
    assert "three" not in shop.err
    assert "median" in shop.err
    assert shop.expect(0, "quote", "render", "Q-2026-0001") == ""
    (pdf,) = shop.folder.glob("Q-2026-0001_C1-*.pdf")
    assert pdf.read_bytes().startswith(b"%PDF")
    page = shop.expect(0, "quote", "render", "Q-2026-0001", "--format", "md", "-o", "-")
    assert "482,40" in page
    assert "Четыреста восемьдесят два рубля 40 копеек" in page


def test_a_basket_by_hand_and_by_file_are_one(shop: Shop) -> None:
    by_hand = new(shop, "--for", "C1", "--item", "A:2,5", "--item", "B:3", "--no-suggestions")
    name = shop.file("basket.csv", "Артикул;Количество\nA;2,5\nB;3\nZ;\n")
    assert new(shop, "--for", "C1", "--from", name, "--no-suggestions") == by_hand
    assert "1 row" in shop.err
    assert [one["net"] for one in by_hand] == ["251.25", "59.97"]


def test_options_made_to_order(shop: Shop) -> None:
    shop.expect(
        0,
        "product",
        "option",
        "A",
        "length",
        "--charge",
        "fixed",
        "--amount",
        "50",
        "--minimum",
        "0.5",
        "--step",
        "0.5",
    )
    shop.expect(0, "product", "option", "A", "colour", "--value", "red", "--charge", "percent", "--amount", "10")
    (line,) = new(shop, "--for", "C1", "--item", "A:2:length=2,5,colour=red", "--no-suggestions")
    assert (line["unit_price"], line["net"]) == ("110.55", "271.10")
    assert "2.5" in line["description"]
    new(shop, "--for", "C1", "--item", "A:2:length=2.7", code=4)
    assert "length" in shop.err
    new(shop, "--for", "C1", "--item", "A:2:weight=2", code=4)


def test_every_step_can_be_taken_back_and_nothing_is_kept_of_a_dry_run(shop: Shop) -> None:
    dry = shop.expect(0, "quote", "new", "--for", "C1", "--item", "A:1", "--dry-run", "--format", "csv")
    assert shop.one("SELECT count(*) FROM quotes") == 0
    assert shop.expect(0, "quote", "new", "--for", "C1", "--item", "A:1", "--format", "csv") == dry
    for words, column, value in (
        (("send", "Q-2026-0001"), "status", "sent"),
        (("revise", "Q-2026-0001", "--discount", "5"), "revision", 2),
        (("reject", "Q-2026-0001", "--reason", "too dear"), "reject_reason", "too dear"),
    ):
        before = shop.rows("SELECT * FROM quotes ORDER BY id")
        shop.expect(0, "quote", *words, "--dry-run")
        assert shop.rows("SELECT * FROM quotes ORDER BY id") == before
        shop.expect(0, "quote", *words)
        assert shop.one(f"SELECT {column} FROM quotes ORDER BY revision DESC") == value
    for _step in range(4):
        shop.expect(0, "undo")
    assert shop.one("SELECT count(*) FROM quotes") + shop.one("SELECT count(*) FROM documents") == 0
    assert shop.expect(0, "check") == ""


def test_what_was_sent_stays_as_it_was(shop: Shop) -> None:
    new(shop, "--for", "C1", "--usual")
    shop.expect(0, "quote", "send", "Q-2026-0001", "--eml", "mail.eml")
    names = {kind: f"sent.{kind}" for kind in ("pdf", "html", "xlsx", "md", "json", "csv")}
    for name in names.values():
        shop.expect(0, "quote", "render", "Q-2026-0001", "-o", name)
    before = {name: (shop.folder / name).read_bytes() for name in names.values()}
    shop.expect(0, "seller", "set", "name", "Another")
    shop.take(shop.file("contacts.csv", "code,name\nC1,Renamed\n"))
    shop.take(shop.file("products.csv", "sku,name,price\nA,Renamed,1\n"))
    shop.expect(0, "quote", "accept", "Q-2026-0001")
    for name in names.values():
        shop.expect(0, "quote", "render", "Q-2026-0001", "-o", name)
    assert {name: (shop.folder / name).read_bytes() for name in names.values()} == before
    mail = email.message_from_bytes((shop.folder / "mail.eml").read_bytes(), policy=email.policy.default)
    assert mail["To"].addresses[0].addr_spec == "one@x.test"
    (attached,) = mail.iter_attachments()
    assert attached.get_content() == before["sent.pdf"]


def test_the_order_brings_the_revenue_of_the_quote(shop: Shop) -> None:
    def revenue() -> Decimal:
        (row,) = (one for one in lines(shop.expect(0, "report", "rfm", "--as-of", "2026-07-02", "--format", "csv"))
                  if one["customer"] == "C1")  # fmt: skip
        return D(row["monetary"])

    before = revenue()
    new(shop, "--for", "C1", "--item", "A:3", "--item", "B:7", "--discount", "3.3", "--tax-mode", "total")
    document = facts(shop)
    shop.expect(0, "quote", "accept", "Q-2026-0001")
    assert revenue() - before == D(str(document["net"]))
    assert shop.run("quote", "accept", "Q-2026-0001") == 4
    (row,) = lines(shop.expect(0, "quote", "list", "--status", "accepted", "--format", "csv"))
    assert (row["order_no"], row["gross"]) == ("S-2026-0001", f"{D(str(document['gross'])):.4f}")


@pytest.mark.parametrize("format", ["pdf", "html", "xlsx", "md", "json", "csv"])
def test_no_document_tells_costs_floors_or_rules(shop: Shop, format: str) -> None:
    shop.expect(0, "pricelist", "add", "Secret list", "--default")
    shop.expect(0, "pricelist", "rule", "add", "Secret list", "--sku", "A", "--percent", "-1", "--floor", "77.7777")
    shop.take(shop.file("products.csv", "sku,name,cost\nA,Cable,66.6543\n"))
    table = shop.expect(0, "quote", "new", "--for", "C1", "--item", "A:1000", "--override", "old friend", "--discount", "30",
                        "--note", "private note", "--margin", "--format", "csv")  # fmt: skip
    assert "66.6543" in table
    shop.expect(0, "quote", "render", "Q-2026-0001", "-o", f"offer.{format}")
    content = (shop.folder / f"offer.{format}").read_bytes()
    for text in _texts(content, format):
        for secret in ("66.65", "66,65", "77.77", "77,77", "old friend", "private note", "Secret list", "margin"):
            assert secret not in text


def _texts(content: bytes, format: str) -> list[str]:
    """Everything a reader could find in a document, its parts unpacked."""
    if format == "xlsx":
        import zipfile

        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return [parts.read(name).decode("utf-8", "replace").split("<pageMargins")[0] for name in parts.namelist()
                    if "sheet" in name or "sharedStrings" in name or "docProps" in name]  # fmt: skip
    if format == "pdf":
        import re
        import zlib

        streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL)
        found = [content.decode("latin-1")]
        for stream in streams:
            try:
                found.append(zlib.decompress(stream).decode("latin-1"))
            except zlib.error:
                continue
        return found
    text = content.decode("utf-8")
    return [text.partition("<body")[2]] if format == "html" else [text]


@pytest.mark.parametrize("format", ["pdf", "html", "xlsx", "md", "json", "csv"])
def test_hostile_names_stay_text(shop: Shop, format: str) -> None:
    shop.expect(
        0, "quote", "new", "--for", "C3", "--item", "H:2", "--terms", HOSTILE, "--note", HOSTILE, "--no-suggestions"
    )
    assert "\x1b" not in shop.out + shop.err
    shop.expect(0, "quote", "render", "Q-2026-0001", "--format", format)
    (written,) = shop.folder.glob(f"Q-2026-0001*.{format}")
    assert written.parent == shop.folder
    content = written.read_bytes()
    if format == "html":
        assert b"<script>alert" not in content
        assert b"&lt;script&gt;" in content
    if format == "pdf":
        assert b"/JavaScript" not in content
    if format == "xlsx":
        import openpyxl

        cells = [cell for row in openpyxl.load_workbook(written).active.iter_rows() for cell in row]
        assert not [cell.value for cell in cells if cell.data_type == "f" and "cmd" in str(cell.value)]
    if format == "md":
        assert b"49" not in content


def test_the_mail_of_a_hostile_customer_has_no_headers_of_his(shop: Shop) -> None:
    shop.take(shop.file("contacts.csv", 'code,name,email\nC3,"x\nBcc: all@x.test","a@x.test\nBcc: b@x.test"\n'))
    new(shop, "--for", "C3", "--item", "A:1")
    shop.expect(0, "quote", "send", "Q-2026-0001", "--eml", ".")
    (path,) = shop.folder.glob("*.eml")
    assert email.message_from_bytes(path.read_bytes())["Bcc"] is None


def test_floors_refuse_and_reasons_are_kept(shop: Shop) -> None:
    shop.expect(0, "seller", "set", "min_margin_percent", "40")
    new(shop, "--for", "C1", "--item", "A:1", "--price", "A=99.99", code=4)
    assert "A at 99.99, floor 100" in shop.err
    new(shop, "--for", "C1", "--item", "A:1", "--price", "A=99.99", "--override", "old friend")
    assert shop.one("SELECT override_reason FROM quote_lines WHERE line_no = 1") == "old friend"
    assert "old friend" in shop.expect(0, "log")
    assert "old friend" in shop.expect(0, "quote", "show", "Q-2026-0001")


def test_careful_words_about_the_customer(shop: Shop) -> None:
    shop.take(
        shop.file("invoices.csv", "invoice_no,customer,issued_on,due_on,amount\nI1,C1,2026-05-01,2026-05-15,300\n")
    )
    new(shop, "--for", "C1", "--item", "A:1")
    assert "300.00\u00a0₽ is overdue" in shop.err
    assert "credit limit" not in shop.err
    new(shop, "--for", "C1", "--item", "A:2")
    assert "credit limit is 500.00" in shop.err
    assert "Дилеры" in shop.err


def test_a_batch_for_a_group_is_one_step(shop: Shop) -> None:
    shop.expect(
        0, "quote", "batch", "--group", "Дилеры", "--usual", "--out-dir", "out", "--format", "html", "-o", "made.csv"
    )
    made = lines((shop.folder / "made.csv").read_text("utf-8"))
    assert [(one["customer"], one["quote_no"]) for one in made] == [
        ("C1", "Q-2026-0001"),
        ("C2", ""),
        ("C3", ""),
        ("C4", "Q-2026-0002"),
    ]
    assert "consent" in made[1]["reason"]
    assert "contacted" in made[2]["reason"]
    assert {path.name for path in (shop.folder / "out").iterdir()} == {
        Path(one["file"]).name for one in made if one["file"]
    }
    assert shop.one("SELECT count(DISTINCT added_in) FROM quotes") == 1
    shop.expect(0, "undo")
    assert shop.one("SELECT count(*) FROM quotes") == 0
    codes = shop.file("codes.csv", "Код клиента\nC4\n")
    shop.expect(0, "quote", "batch", "--customers", codes, "--item", "B:1", "--out-dir", "out2", "--format", "md")
    assert len(list((shop.folder / "out2").iterdir())) == 1
    shop.expect(0, "quote", "batch", "--segment", 'group = "Дилеры"', "--item", "B:1", "--dry-run")
    assert shop.one("SELECT count(*) FROM quotes") == 1


def test_a_batch_that_cannot_write_its_files_writes_nothing(shop: Shop) -> None:
    shop.file("blocked", "a file where a folder is asked for")
    assert shop.run("quote", "batch", "--group", "Дилеры", "--item", "B:1", "--out-dir", "blocked") == 1
    assert shop.one("SELECT count(*) FROM quotes") == 0


def test_a_deal_brings_its_customer_and_product(shop: Shop) -> None:
    shop.take(
        shop.file(
            "opportunities.csv",
            "opportunity_no,customer,product,stage,status,opened_on\nD7,C4,B,offer,open,2026-06-01\n",
        )
    )
    (line,) = new(shop, "--deal", "D7", "--no-suggestions")
    assert (line["sku"], line["qty"]) == ("B", "1")
    assert shop.rows("SELECT opportunity_no FROM quotes") == [("D7",)]
    new(shop, "--deal", "D7", "--for", "C1", code=2)
    new(shop, "--deal", "D8", code=3)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--for", "C1"), 2),
        (("--item", "A:1"), 2),
        (("--for", "nobody", "--item", "A:1"), 3),
        (("--for", "C1", "--item", "A"), 2),
        (("--for", "C1", "--item", "A:0"), 2),
        (("--for", "C1", "--item", "A:-1"), 2),
        (("--for", "C1", "--item", "A:1.23456"), 2),
        (("--for", "C1", "--item", "Z:1"), 4),
        (("--for", "C1", "--item", "none:1"), 4),
        (("--for", "C1", "--item", "A:1", "--price", "B=1"), 2),
        (("--for", "C1", "--item", "A:1", "--price", "A=-1"), 2),
        (("--for", "C1", "--item", "A:1", "--discount", "101"), 2),
        (("--for", "C1", "--item", "A:1", "--currency", "EUR"), 4),
        (("--for", "C1", "--item", "A:1", "--tax-mode", "page"), 2),
        (("--for", "C1", "--item", "A:1", "--language", "de"), 2),
        (("--for", "C1", "--item", "A:1", "--manager", "nobody"), 3),
        (("--for", "C2", "--usual"), 4),
        (("--for", "C1", "--from", "missing.csv"), 2),
    ],
)
def test_refusals_of_a_new_quote(model: Shop, words: tuple[str, ...], code: int) -> None:
    assert model.run("quote", "new", *words) == code, model.err
    assert model.out == ""
    assert model.err.startswith("crmcli: ")
    assert model.one("SELECT count(*) FROM quotes") == 0


def test_refusals_of_what_becomes_of_it(shop: Shop) -> None:
    new(shop, "--for", "C1", "--item", "A:1", "--valid", "0", "--on", "2026-06-01")
    for words, code in (
        (("show", "Q-1"), 3),
        (("send", "Q-2026-0001"), 4),
        (("accept", "Q-2026-0001"), 4),
        (("accept", "Q-2026-0001", "--lines", "9", "--late"), 3),
        (("accept", "Q-2026-0001", "--lines", "x", "--late"), 2),
        (("reject", "Q-2026-0001"), 2),
        (("take", "Q-2026-0001", "1"), 3),
        (("render", "Q-2026-0001", "--format", "docx"), 2),
        (("list", "--status", "lost"), 2),
    ):
        assert shop.run("quote", *words) == code, (words, shop.err)
    (row,) = lines(shop.expect(0, "quote", "list", "--format", "csv"))
    assert row["status"] == "expired"
    shop.expect(0, "quote", "accept", "Q-2026-0001", "--late")
