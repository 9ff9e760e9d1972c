"""A plain letter without a document, such as the reply to a request, as an .eml file: the same bytes every time."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, replace
from email.message import EmailMessage
from email.policy import SMTP

from crmcli.documents.mail import address
from crmcli.documents.plain import one_line

_SUBJECT = 200  # characters


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
    message = EmailMessage(policy=SMTP)
    message["Subject"] = one_line(mail.subject)[:_SUBJECT]
    if mail.sender:
        message["From"] = address(mail.sender, one_line(mail.sender_name))
    if mail.to:
        message["To"] = address(mail.to, one_line(mail.to_name))
    message["Date"] = mail.at.replace(tzinfo=dt.UTC, microsecond=0)
    digest = hashlib.sha256(
        repr((mail.subject, mail.text, mail.at, mail.sender, mail.to)).encode("utf-8", "replace")
    ).hexdigest()
    message["Message-ID"] = f"<{digest[:32]}@{mail.sender.rpartition('@')[2] or 'crmcli.invalid'}>"
    message["X-Unsent"] = "1"  # mail programs open it as a draft
    message.set_content(mail.text.replace("\r", "") + "\n", charset="utf-8", cte="base64")
    return message.as_bytes()
