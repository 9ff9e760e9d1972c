"""A letter with its document, as an .eml file that any mail program opens and sends: RFC 5322, the same bytes every time."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Mapping

from crmcli.documents.facts import Offer, PriceSheet, Statement
from crmcli.documents.figures import day, money
from crmcli.documents.offer_page import offer_title
from crmcli.documents.plain import one_line
from crmcli.documents.plain_mail import PlainMail, draft
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
_PART_TEXT = 900


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
    mail = PlainMail(
        one_line(subject)[:_PART_TEXT] or title[:_PART_TEXT],
        _text(facts, title, words),
        dt.datetime.combine(facts.issued_on, dt.time(9)),
        sender=sender,
        sender_name=facts.seller.party.name,
        to=to,
        to_name="" if isinstance(facts, PriceSheet) else facts.buyer.name,
    )
    message = draft(mail, digest.hexdigest())
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


def _kind(name: str) -> tuple[str, str]:
    ending = name.rpartition(".")[2].lower()
    if ending not in _TYPES:
        raise UsageError(_("%(file)s is no document") % {"file": repr(name[:100])}, ", ".join(_TYPES))
    return _TYPES[ending]


def _file_name(name: str) -> str:
    """Letters, digits, dots, hyphens and blanks; no folder, no control characters."""
    return re.sub(r"[^\w.\- ]", "_", one_line(name)).lstrip(".")[-120:]
