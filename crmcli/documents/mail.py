"""A letter with its document, as an .eml file that any mail program opens and sends: RFC 5322, the same bytes every time."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from crmcli.documents.facts import Offer, PriceSheet, Statement
from crmcli.documents.figures import day, money
from crmcli.documents.offer_page import offer_title
from crmcli.documents.plain import one_line
from crmcli.documents.stored import Facts, to_json
from crmcli.documents.words import Words, load_words
from crmcli.errors import UsageError
from crmcli.language import gettext as _

_TYPES = {
    "pdf": ("application", "pdf"),
    "xlsx": ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "html": ("text", "html"),
    "json": ("application", "json"),
    "csv": ("text", "csv"),
    "md": ("text", "markdown"),
}
# what a mail address is here: plain enough to stand in a header without being quoted
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?"
)
_MEANT = re.compile(r"""[()<>@,:;\\"\[\]=?]""")
_PART_TEXT, _NAME_TEXT = 900, 100


def letter(
    facts: Facts,
    attachments: Mapping[str, bytes],
    *,
    to: str,
    sender: str = "",
    subject: str = "",
    language: str = "",
    parts: Mapping[str, bytes] | None = None,
) -> bytes:
    """A letter about a document.

    Args:
        facts: The document.
        attachments: Rendered files by name; the ending tells the kind.
        to: Mail address of the buyer; empty: to be filled in by the sender.
        sender: Mail address of the seller; empty: likewise.
        subject: Instead of the document's title.
        language: Of the letter; empty: the document's.
        parts: The owner's words, as for `render`.

    Returns:
        Bytes with CRLF; Message-ID, date and boundaries come from the content alone.

    Raises:
        UsageError: An address is none, or a file is of no kind for documents.
    """
    words = load_words(language or facts.language, parts or {})
    title = one_line(_title(facts, words))
    digest = hashlib.sha256("\0".join([to_json(facts), to, sender, subject, *attachments]).encode("utf-8", "replace"))
    for content in attachments.values():
        digest.update(content)
    message = EmailMessage(policy=SMTP)
    message["Subject"] = one_line(subject)[:_PART_TEXT] or title[:_PART_TEXT]
    if sender:
        message["From"] = address(sender, one_line(facts.seller.party.name))
    if to:
        message["To"] = address(to, "" if isinstance(facts, PriceSheet) else one_line(facts.buyer.name))
    message["Date"] = dt.datetime(facts.issued_on.year, facts.issued_on.month, facts.issued_on.day, 9, tzinfo=dt.UTC)
    domain = sender.rpartition("@")[2] or "crmcli.invalid"
    message["Message-ID"] = f"<{digest.hexdigest()[:32]}@{domain}>"
    message["X-Unsent"] = "1"  # mail programs open it as a draft
    message.set_content(_text(facts, title, words), charset="utf-8", cte="base64")
    for name, content in attachments.items():
        maintype, subtype = _kind(name)
        message.add_attachment(content, maintype=maintype, subtype=subtype, filename=_file_name(name))
    if attachments:
        message.set_boundary(f"=_{digest.hexdigest()[32:]}")
    return message.as_bytes()


def _title(facts: Facts, words: Words) -> str:
    if isinstance(facts, Offer):
        return offer_title(facts, words)
    return words["statement"] if isinstance(facts, Statement) else one_line(facts.title) or words["price_list"]


def _text(facts: Facts, title: str, words: Words) -> str:
    """A few lines: what is attached, what it comes to, until when, who writes."""
    lines = [words["letter_greeting"], "", words.say("letter_body", title=title)]
    if isinstance(facts, Offer):
        whole = money(facts.gross, facts.currency, facts.digits, facts.language)
        lines.append(words.say("letter_total", amount=one_line(whole)))
        if facts.until_on:
            label = words[f"until_{facts.kind.value}"]
            lines.append(words.say("letter_until", label=label, date=day(facts.until_on, facts.language)))
    lines += ["", words["letter_close"], one_line(facts.seller.party.name)]
    lines += [one_line(f"{label} {value}") for label, value in facts.seller.party.details]
    return "\n".join(lines) + "\n"


def address(text: str, name: str) -> Address:
    """An address of a name and a mail address.

    Raises:
        UsageError: It is no mail address: line breaks and further addresses among them.
    """
    bare = text.strip()
    if not _ADDRESS.fullmatch(bare) or len(bare) > 254:
        raise UsageError(_("%(text)s is no e-mail address") % {"text": repr(text[:100])}, "name@example.com")
    user, _at, domain = bare.rpartition("@")
    # signs that mean something in a header come out of a name wrong where the line is folded, so they go
    shown = " ".join(_MEANT.sub(" ", name).split())[:_NAME_TEXT]
    return Address(display_name=shown, username=user, domain=domain)


def _kind(name: str) -> tuple[str, str]:
    ending = name.rpartition(".")[2].lower()
    if ending not in _TYPES:
        raise UsageError(_("%(file)s is no document") % {"file": repr(name[:100])}, ", ".join(_TYPES))
    return _TYPES[ending]


def _file_name(name: str) -> str:
    """Letters, digits, dots, hyphens and blanks; no folder, no control characters."""
    return re.sub(r"[^\w.\- ]", "_", one_line(name)).lstrip(".")[-120:]
