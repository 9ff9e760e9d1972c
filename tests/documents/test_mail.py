"""Letters with documents."""

from __future__ import annotations

import email
from dataclasses import replace
from email.message import EmailMessage
from email.policy import default

import pytest

from crmcli.documents.facts import Party
from crmcli.documents.mail import letter
from crmcli.documents.render import render
from crmcli.errors import UsageError
from tests.documents.made import HOSTILE, hostile_offer, offer, prices, statement


def read(content: bytes) -> EmailMessage:
    message = email.message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def test_a_letter_with_its_document() -> None:
    facts = offer()
    paper = render(facts, "pdf")
    content = letter(facts, {"Q-2026-0001.pdf": paper}, to="buyer@example.com", sender="sales@example.org")
    assert content == letter(facts, {"Q-2026-0001.pdf": paper}, to="buyer@example.com", sender="sales@example.org")
    message = read(content)
    assert message["Subject"].replace("\u00a0", " ") == "Коммерческое предложение № Q-2026-0001 от 12 марта 2026 г."
    assert message["From"].addresses[0].addr_spec == "sales@example.org"
    assert message["To"].addresses[0].display_name == "ООО «Образец Строй»"
    assert message["Date"].datetime.date() == facts.issued_on
    assert message["Message-ID"].endswith("@example.org>")
    body = message.get_body()
    assert body is not None
    assert "₽" in body.get_content()
    (attached,) = message.iter_attachments()
    assert (attached.get_filename(), attached.get_content_type()) == ("Q-2026-0001.pdf", "application/pdf")
    assert attached.get_content() == paper
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_other_documents_and_no_addresses() -> None:
    for facts in (statement(), prices("en"), offer("invoice", "en", currency="EUR")):
        message = read(letter(facts, {"a.xlsx": b"x", "b.html": b"y"}, to=""))
        assert message["To"] is None
        assert [part.get_filename() for part in message.iter_attachments()] == ["a.xlsx", "b.html"]


@pytest.mark.parametrize(
    "to",
    [
        "a@b.example\nBcc: c@d.example",
        "a@b.example, c@d.example",
        "<a@b.example>",
        "a b@c.example",
        "a@",
        "@b",
        "a@б.рф\n",
    ],
)
def test_addresses_that_are_none(to: str) -> None:
    with pytest.raises(UsageError):
        letter(offer(), {}, to=to)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_makes_a_header(text: str) -> None:
    text = f"{text}\r\nBcc: thief@example.com"
    facts = hostile_offer(text)
    facts = replace(facts, buyer=Party(text))
    message = read(letter(facts, {f"../{text[:50]}.pdf": b"x"}, to="a@b.example", sender="c@d.example", subject=text))
    assert sorted(message.keys()) == sorted(
        ["Subject", "From", "To", "Date", "Message-ID", "X-Unsent", "MIME-Version", "Content-Type"]
    )
    assert [address.addr_spec for address in message["To"].addresses] == ["a@b.example"]
    (attached,) = message.iter_attachments()
    name = attached.get_filename() or ""
    assert "/" not in name
    assert "\\" not in name
    assert not name.startswith(".")
