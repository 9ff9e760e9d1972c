"""How a step of a plan reaches the customer, and what kind of contact it becomes once it is done."""

from __future__ import annotations

from dataclasses import dataclass

from crmcli.errors import UsageError
from crmcli.language import N_, messages_read_as, nearest
from crmcli.language import gettext as _
from crmcli.rules.contacts.touching import CHANNELS


@dataclass(frozen=True, slots=True)
class Way:
    """A word of a plan, and the contact that does it.

    Args:
        word: As the plan keeps it.
        channel: Of the contact, as the book of contacts has it.
        kind: Of the contact.
    """

    word: str
    channel: str
    kind: str


# As contacts are typed; nobody plans complaints.
WAYS = {word: Way(word, channel, word) for word, channel in CHANNELS.items() if word != "complaint"}
# For the translators, and for reading the words in every language.
_WORDS = (N_("call"), N_("visit"), N_("meeting"), N_("mail"), N_("message"), N_("offer"), N_("follow up"))
_ALSO = {
    "phone": "call",
    "email": "mail",
    "e-mail": "mail",
    "letter": "mail",
    "messenger": "message",
    "chat": "message",
}


def way_of(text: str) -> Way:
    """The way a word means, in English or as translated.

    Raises:
        UsageError: None; the hint lists them.
    """
    word = "_".join(text.strip().lower().replace("-", "_").split())
    word = _ALSO.get(text.strip().lower(), word)
    if word in WAYS:
        return WAYS[word]
    for message in messages_read_as(text.strip().replace("_", " ")):
        if (known := message.replace(" ", "_")) in WAYS:
            return WAYS[known]
    listed = _("one of: %(ways)s") % {"ways": ", ".join(WAYS)}
    raise UsageError(
        _("%(word)s is no way to reach a customer") % {"word": repr(text)}, nearest(word, [*WAYS]) or listed
    )
