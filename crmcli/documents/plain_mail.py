"""A plain letter without a document, such as the reply to a request, as an .eml file: the same bytes every time."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import dataclass, replace
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from crmcli.documents.plain import one_line
from crmcli.errors import UsageError
from crmcli.language import gettext as _

# what a mail address is here: plain enough to stand in a header without being quoted
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?"
)
_MEANT = re.compile(r"""[()<>@,:;\\"\[\]=?]""")
_SUBJECT, _NAME_TEXT = 200, 100  # characters


@dataclass(frozen=True, slots=True)
class PlainMail:
    """A letter: texts as they are; empty addresses are filled in by whoever sends it."""

    subject: str
    text: str
    at: dt.datetime
    sender: str = ""
    sender_name: str = ""
    to: str = ""
    to_name: str = ""

    def without_addresses(self) -> PlainMail:
        """The same, for nobody yet."""
        return replace(self, sender="", to="")


def plain_mail(mail: PlainMail) -> bytes:
    """The letter as RFC 5322 with CRLF; its date is written in the business's time as if that were UTC.

    Raises:
        UsageError: An address is none: line breaks and further addresses among them.
    """
    told = repr((mail.subject, mail.text, mail.at, mail.sender, mail.to))
    digest = hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()
    whole = replace(mail, subject=one_line(mail.subject)[:_SUBJECT], text=mail.text.replace("\r", "") + "\n")
    return draft(whole, digest).as_bytes()


def draft(mail: PlainMail, digest: str) -> EmailMessage:
    """The letter as a message that mail programs open as a draft.

    Args:
        mail: Its subject on one line, its text with a line end.
        digest: Of all that is in it, 32 digits or more: makes the Message-ID.

    Raises:
        UsageError: An address is none: line breaks and further addresses among them.
    """
    message = EmailMessage(policy=SMTP)
    message["Subject"] = mail.subject
    if mail.sender:
        message["From"] = _address(mail.sender, one_line(mail.sender_name))
    if mail.to:
        message["To"] = _address(mail.to, one_line(mail.to_name))
    message["Date"] = mail.at.replace(tzinfo=dt.UTC, microsecond=0)
    message["Message-ID"] = f"<{digest[:32]}@{mail.sender.rpartition('@')[2] or 'crmcli.invalid'}>"
    message["X-Unsent"] = "1"  # opens as a draft
    message.set_content(mail.text, charset="utf-8", cte="base64")
    return message


def _address(text: str, name: str) -> Address:
    bare = text.strip()
    if not _ADDRESS.fullmatch(bare) or len(bare) > 254:
        raise UsageError(_("%(text)s is no e-mail address") % {"text": repr(text[:100])}, "name@example.com")
    user, _at, domain = bare.rpartition("@")
    # signs that mean something in a header come out of a name wrong where the line is folded, so they go
    shown = " ".join(_MEANT.sub(" ", name).split())[:_NAME_TEXT]
    return Address(display_name=shown, username=user, domain=domain)
