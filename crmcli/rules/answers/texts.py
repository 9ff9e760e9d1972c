"""Questions, texts and tags as they are kept: one line, whole lines, words with commas between."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from crmcli.errors import UsageError
from crmcli.language import gettext as _
from crmcli.rules.answers.words import listed, units

MOST_QUESTION = 300
MOST_TEXT = 50_000
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_TAG_ENDS = re.compile(r"[,;|\n]")


def kept_question(text: str) -> str:
    """A question on one line.

    Raises:
        UsageError: Empty, too long, or with control characters in it.
    """
    question = " ".join(_composed(text).split())
    if not question:
        raise UsageError(_("the question is empty"))
    if len(question) > MOST_QUESTION:
        words = {"most": MOST_QUESTION}
        raise UsageError(_("a question has at most %(most)s characters; the rest belongs into the text") % words)
    return _require_plain(question)


def kept_text(text: str) -> str:
    """A text in lines, without blank ones around it.

    Raises:
        UsageError: Empty, too long, or with control characters in it.
    """
    lines = [line.rstrip() for line in _composed(text).split("\n")]
    whole = "\n".join(lines).strip("\n")
    if not whole.strip():
        raise UsageError(_("the text of the answer is empty"))
    if len(whole) > MOST_TEXT:
        raise UsageError(_("a text has at most %(most)s characters") % {"most": MOST_TEXT})
    return _require_plain(whole)


def kept_language(word: str | None) -> str | None:
    """The code of a language in small letters, such as en, ru or pt-br; None where nothing is said.

    Raises:
        UsageError: No code of a language.
    """
    code = (word or "").strip().lower().replace("_", "-")
    if not code:
        return None
    if not re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{2,8})?", code):
        raise UsageError(_("%(word)s is no language") % {"word": repr(word)}, _("Say its code, such as en or ru"))
    return code


def likely_language(text: str) -> str | None:
    """The code en or ru, by the little words of a text; None where they do not tell."""
    found = [word for unit in units(text) for word in unit.parts if word in listed("stop")]
    russian = sum(1 for word in found if not word.isascii())
    if 2 * russian == len(found):
        return None
    return "ru" if 2 * russian > len(found) else "en"


def split_tags(texts: Iterable[str]) -> list[str]:
    """Tags one by one, in small letters, each once, in the order told."""
    found = (" ".join(tag.split()).casefold() for text in texts for tag in _TAG_ENDS.split(_composed(text)))
    return list(dict.fromkeys(tag for tag in found if tag))


def kept_tags(texts: Iterable[str]) -> str | None:
    """Tags as they are kept, with commas between; None where there are none.

    Raises:
        UsageError: Control characters in them.
    """
    return _require_plain(", ".join(split_tags(texts))) or None


def _composed(text: str) -> str:
    """Letters and their marks as one character each, as they are typed; lines with one kind of end."""
    return unicodedata.normalize("NFC", _LINE_ENDS.sub("\n", text))


def _require_plain(text: str) -> str:
    if found := _CONTROL.search(text):
        raise UsageError(_("there is a control character in it: %(sign)s") % {"sign": f"U+{ord(found[0]):04X}"})
    return text
