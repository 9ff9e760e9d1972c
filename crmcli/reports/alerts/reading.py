"""From the text of an alert to what it says.

alert      := both ("or" both)*            both  := one ("and" one)*
one        := "(" alert ")" | "rows" compare | FUNCTION "(" column ")" compare
            | ("any" | "all") "(" condition ")" | "count" ["(" condition ")"] compare
FUNCTION   := sum | min | max | avg        compare := (< <= > >= = !=) value
condition  := conditions of --where, joined by and / or, in parentheses where needed
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from crmcli.errors import UsageError
from crmcli.language import gettext as _
from crmcli.language import nearest
from crmcli.reports.alerts.tree import Figure, Joined, Leaf, Matching, Part

_TOKEN = re.compile(
    r"""\s*(?:(?P<quoted>"[^"]*"|'[^']*')|(?P<open>\()|(?P<close>\))"""
    r"""|(?P<operator><=|>=|!=|<>|==|=|<|>|~)|(?P<word>[^\s()<>=!~"']+)|(?P<stray>\S))""",
    re.DOTALL,
)
_SAME = {"==": "=", "<>": "!="}
_FIGURES = ("sum", "min", "max", "avg")
_MATCHES = ("any", "all", "count")
_LONGEST, _DEEPEST = 2_000, 20  # characters and parentheses; more is no alert but an accident


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text: its kind (quoted, open, close, operator, word, end), and where it stands."""

    kind: str
    text: str
    start: int
    end: int


def read_alert(text: str) -> Part:
    """What an alert says; columns are looked up only when there is an answer.

    Raises:
        UsageError: It cannot be read; the message says at which character.
    """
    if len(text) > _LONGEST:
        raise UsageError(_("an alert of %(length)s characters is too long") % {"length": len(text)}, _forms())
    reader = _Reader(text, _tokens(text))
    found = reader.joined(reader.one)
    if reader.next.kind != "end":
        raise reader.fault(_("expected and, or, or the end"))
    return found


def _tokens(text: str) -> list[Token]:
    found = []
    for match in _TOKEN.finditer(text.rstrip()):
        kind = str(match.lastgroup)
        if kind == "stray":
            message = _("a quote is not closed") if match[kind] in "\"'" else _("this character has no meaning here")
            raise _fault(text, match.start(kind), message)
        found.append(Token(kind, match[kind], match.start(kind), match.end(kind)))
    return [*found, Token("end", "", len(text), len(text))]


class _Reader:
    """A place in the tokens that moves on as they are understood."""

    def __init__(self, text: str, tokens: list[Token]) -> None:
        self._text, self._tokens, self._at, self._depth = text, tokens, 0, 0

    @property
    def next(self) -> Token:
        """The token not yet understood."""
        return self._tokens[self._at]

    def joined(self, one: Callable[[], Part], word: str = "or") -> Part:
        """Parts joined by `word`; "and" binds closer than "or"."""
        parts = [self.joined(one, "and") if word == "or" else one()]
        while self._is_word(word):
            self._at += 1
            parts.append(self.joined(one, "and") if word == "or" else one())
        return parts[0] if len(parts) == 1 else Joined(word, tuple(parts))

    def one(self) -> Part:
        """One comparison of figures, or an alert in parentheses."""
        if self.next.kind == "open":
            return self._nested(self.one)
        start, word = self.next.start, self.next.text.lower()
        if self.next.kind != "word" or word not in ("rows", *_FIGURES, *_MATCHES):
            raise self._no_figure()
        self._at += 1
        if word in _FIGURES:
            column = self._column(word)
            operator, value = self._compared()
            return Figure(word, column, operator, value, self._since(start))
        if word == "rows" or (word == "count" and self.next.kind != "open"):
            operator, value = self._compared()
            return Figure("rows", "", operator, value, self._since(start))
        condition = self._nested(self.leaf)
        operator, value = self._compared() if word == "count" else (">", "0")
        return Matching(word, condition, operator, value, self._since(start))

    def leaf(self) -> Part:
        """One condition on a row, up to and / or / a parenthesis that closes more than it opened."""
        if self.next.kind == "open":
            return self._nested(self.leaf)
        return Leaf(self._raw(_("expected a condition such as churn_risk >= 0.8")))

    def fault(self, message: str) -> UsageError:
        """A refusal that points at the next token."""
        return _fault(self._text, self.next.start, message)

    def _raw(self, missing: str) -> str:
        """The text up to the next and / or / closing parenthesis."""
        start, depth = self.next.start, 0
        while self.next.kind != "end" and not (
            depth == 0 and (self._is_word("and", "or") or self.next.kind == "close")
        ):
            depth += {"open": 1, "close": -1}.get(self.next.kind, 0)
            self._at += 1
        found = self._since(start)
        if not found:
            raise self.fault(missing)
        return found

    def _nested(self, one: Callable[[], Part]) -> Part:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self.fault(_("too many parentheses"))
        self._expect("open", "(")
        found = self.joined(one)
        self._expect("close", ")")
        self._depth -= 1
        return found

    def _column(self, function: str) -> str:
        self._expect("open", "(")
        name = self.next.text
        if self.next.kind != "word":
            raise self.fault(_("expected a column for %(function)s") % {"function": function})
        self._at += 1
        self._expect("close", ")")
        return name

    def _compared(self) -> tuple[str, str]:
        operator = _SAME.get(self.next.text, self.next.text)
        if self.next.kind != "operator" or operator == "~":
            raise self.fault(_("expected one of < <= > >= = !="))
        self._at += 1
        value = self._raw(_("expected a value to compare with"))
        return operator, value[1:-1] if value[0] == value[-1] and value[0] in "\"'" and len(value) > 1 else value

    def _expect(self, kind: str, sign: str) -> None:
        if self.next.kind != kind:
            raise self.fault(_("expected %(sign)s") % {"sign": sign})
        self._at += 1

    def _is_word(self, *words: str) -> bool:
        return self.next.kind == "word" and self.next.text.lower() in words

    def _since(self, start: int) -> str:
        return self._text[start : self._tokens[self._at - 1].end] if self._at else ""

    def _no_figure(self) -> UsageError:
        """Neither rows nor a function: mistyped, or a column by itself."""
        token, after = self.next, self._tokens[min(self._at + 1, len(self._tokens) - 1)]
        if token.kind != "word":
            return self.fault(_("expected rows, sum, min, max, avg, any, all or count"))
        hint = nearest(token.text.lower(), ["rows", *_FIGURES, *_MATCHES])
        if hint is None and after.kind == "operator":
            hint = _("of which rows? say any(%(column)s …), all(…), sum(%(column)s) … or max(%(column)s) …") % {
                "column": token.text
            }
        message = _("%(word)s is no figure of an answer") % {"word": repr(token.text)}
        return _fault(self._text, token.start, message, hint)


def _fault(text: str, place: int, message: str, hint: str | None = None) -> UsageError:
    told = {"text": repr(text), "place": place + 1, "message": message}
    return UsageError(_("cannot read the alert %(text)s: at character %(place)s: %(message)s") % told, hint or _forms())


def _forms() -> str:
    forms = 'rows > 0, sum(money_at_risk) > 100000, max(days_overdue) > 60, any(churn_risk >= 0.8 and band = "high")'
    return _("an alert reads like: %(forms)s") % {"forms": forms}
