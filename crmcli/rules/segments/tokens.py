"""The pieces of a rule's text, each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass

from crmcli.errors import UsageError
from crmcli.language import gettext as _

LONGEST = 4_000  # characters; more is no rule but an accident
_TOKEN = re.compile(
    r"""\s*(?:(?P<quoted>"[^"]*"|'[^']*'|«[^»]*»)|(?P<open>\()|(?P<close>\))|(?P<comma>,)"""
    r"""|(?P<operator><=|>=|!=|<>|==|!~|=|<|>|~)"""
    r"""|(?P<date>\d{4}-\d{1,2}-\d{1,2}(?![\w-])|\d{1,2}\.\d{1,2}\.\d{4}(?![\w.]))"""
    r"""|(?P<age>\d+\s?[dwmyднмг](?!\w))"""
    r"""|(?P<number>[-+]?\d+(?:_\d{3})*(?:\.\d+)?(?:%|(?!\w)))"""
    r"""|(?P<word>[^\W\d][\w-]*)|(?P<stray>\S))""",
)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text: its kind (a name of the expression above, or "end") and where it stands."""

    kind: str
    text: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """All pieces, and an "end" behind the last.

    Raises:
        UsageError: A character without meaning, a quote that is not closed, or far too long a text.
    """
    if len(text) > LONGEST:
        raise UsageError(_("a rule of %(length)s characters is too long") % {"length": len(text)})
    found = []
    for match in _TOKEN.finditer(text.rstrip()):
        kind = str(match.lastgroup)
        start, end = match.span(kind)
        if kind == "stray":
            message = _("a quote is not closed") if match[kind] in "\"'«" else _("this character has no meaning here")
            raise fault(text, start, end, message)
        found.append(Token(kind, match[kind], start, end))
    return [*found, Token("end", "", len(text.rstrip()), len(text.rstrip()))]


def fault(text: str, start: int, end: int, message: str, hint: str | None = None) -> UsageError:
    """A refusal that names the word and its place; the hint, where there is none better, shows the words around it."""
    around = f"{text[max(0, start - 30) : start]}⟦{text[start:end]}⟧{text[end : end + 30]}".strip()
    told = {"place": start + 1, "message": message}
    return UsageError(_("cannot read the rule: at character %(place)s: %(message)s") % told, hint or around)
