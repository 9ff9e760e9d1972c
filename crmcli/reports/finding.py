"""Finding contacts by words that may be mistyped, in another alphabet, or struck in the wrong keyboard layout.

Machine formats: customer, name, city, matched (where: code, name, person, phone, email, website, tax_id, tags, city,
region, group, industry, address, position, note, order, invoice, quote, ticket, opportunity), likeness (0–1).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmcli.errors import UsageError
from crmcli.language import N_
from crmcli.language import gettext as _
from crmcli.reports.sections import sections
from crmcli.rules.contacts.folding import fold, struck_otherwise, telling_words
from crmcli.rules.contacts.likeness import allowed_edits, likeness, near_pattern
from crmcli.rules.contacts.plausible import digits, phone_digits
from crmcli.table import Column, Kind, ListRows, Table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

COLUMNS = (
    Column("customer", N_("Customer"), Kind.CODE),
    Column("name", N_("Name"), Kind.TEXT),
    Column("city", N_("City"), Kind.TEXT),
    Column("matched", N_("Found in"), Kind.LEVEL),
    Column("likeness", N_("Likeness"), Kind.SHARE),
)
WHERE = (  # words of "matched", for the translators
    N_("code"), N_("name"), N_("contact person"), N_("phone"), N_("email"), N_("website"), N_("tax_id"), N_("tags"), N_("city"),
    N_("region"), N_("group"), N_("industry"), N_("address"), N_("position"), N_("note"), N_("order"), N_("invoice"),
    N_("quote"), N_("ticket"), N_("opportunity"),
)  # fmt: skip
_LEAST_DIGITS = 4  # fewer digits are in too many phones
_SPELLED = re.compile(r"[\d\s()+.\-/]+")  # a phone or a tax id, however it is spaced
_SURE = 0.7  # what is found as typed, and so likely, is not looked for in the other keyboard layout
_MOST_WORDS = 12
_MOST_NEAR = 200
_NOTHING = "[^\\s\\S]"
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Found:
    """A contact that words may mean: who, where they were found, and how like, 0–1."""

    id: int
    code: str
    name: str
    city: str | None
    matched: str
    likeness: float


def find(con: DuckDBPyConnection, text: str, *, limit: int) -> Table:
    """Contacts that words may mean, the likeliest first.

    Raises:
        UsageError: Nothing to look for.
    """
    found = search(con, text)
    rows = [(one.code, one.name, one.city, one.matched, round(one.likeness, 4)) for one in found]
    return Table(
        "found", _("Found for %(text)s") % {"text": text}, COLUMNS, ListRows(rows[:limit]),
        total_rows=len(rows) if len(rows) > limit else None,
        empty=_("Nobody is like that."),
    )  # fmt: skip


def search(con: DuckDBPyConnection, text: str) -> list[Found]:
    """As `find`, all of them (500 at most); an answer to every word stands before one to fewer.

    Raises:
        UsageError: Nothing to look for.
    """
    typed = _typed(text)
    if not typed:
        raise UsageError(_("say what to look for: a part of a name, a phone, a tax id, a number of a document"))
    statements = sections(".", "finding")
    pieces = con.execute(statements["vocabulary"]).fetchall()[0][0] or ""
    words = "\n".join(dict.fromkeys(_WORD.findall(pieces)))
    vocabulary = _Vocabulary(words, fold(words))
    found = _ask(con, statements["hits"], vocabulary, typed)
    if found and found[0].likeness >= _SURE:
        return found
    struck = _typed(struck_otherwise(text) or "")
    other = _ask(con, statements["hits"], vocabulary, struck) if struck else []
    return max(found, other, key=lambda one: one[0].likeness if one else 0.0)


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """Every word of the book, one a line, and the same folded."""

    words: str
    folded: str

    def near(self, wanted: str) -> list[tuple[str, float]]:
        """Words like the wanted one (folded), with how like; the likeliest where there are very many."""
        most = allowed_edits(wanted)
        lines = [
            (line.start(), quality)
            for line in near_pattern(wanted).finditer(self.folded)
            if (len(line[0]) >= len(wanted) - most) and (quality := likeness(wanted, line[0]))
        ]
        found, place, counted = [], 0, 0
        plain = self.words.split("\n") if lines else []
        for start, quality in lines:  # folding keeps the ends of lines, and nothing else of their lengths
            place += self.folded.count("\n", counted, start)
            counted = start
            found.append((plain[place], quality))
        return sorted(found, key=lambda one: -one[1])[:_MOST_NEAR]


def _typed(text: str) -> list[str]:
    """The words to look for; a number spelled with spaces is one."""
    if _SPELLED.fullmatch(text) and len(digits(text)) >= _LEAST_DIGITS:
        return ["".join(text.split())]
    found: list[str] = []
    for word in text.casefold().split():
        plain = word.strip("«»\"'“”„,;:!?()")
        if "@" in plain or any(sign.isdigit() for sign in plain):
            found.append(plain)
        else:
            found += telling_words(plain)
    kept = telling_words(" ".join(found)) if all(word.isalpha() for word in found) else found
    return [word for word in kept if word][:_MOST_WORDS]


def _ask(con: DuckDBPyConnection, sql: str, vocabulary: _Vocabulary, typed: Sequence[str]) -> list[Found]:
    """Who has words like these; of those with the most of them."""
    con.execute("CREATE OR REPLACE TEMP TABLE find_near (place INTEGER, word VARCHAR, quality DOUBLE)")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE find_typed (place INTEGER, word VARCHAR, digits VARCHAR, numbered BOOLEAN)"
    )
    every: list[str] = []
    for place, word in enumerate(typed):
        spelled = bool(_SPELLED.fullmatch(word)) and len(digits(word)) >= _LEAST_DIGITS
        asked = phone_digits(word) if word.startswith(("+", "8")) and len(digits(word)) > 10 else digits(word)
        numbered = len(word) > 1 and any(sign.isdigit() for sign in word)
        con.execute(
            "INSERT INTO find_typed VALUES ($1, $2, $3, $4)", [place, word, asked if spelled else None, numbered]
        )
        near = vocabulary.near(fold(word))
        every += [one for one, _quality in near]
        if near:
            con.execute(
                "INSERT INTO find_near SELECT $1, unnest($2::VARCHAR[]), unnest($3::DOUBLE[])",
                [place, [one for one, _quality in near], [quality for _one, quality in near]],
            )
    rows = con.execute(sql, {"near": "|".join(dict.fromkeys(every)) or _NOTHING}).fetchall()
    most = max((row[4] for row in rows), default=0)
    found = [
        Found(number, code, name, city, field, _likeness(score, len(typed), len(telling_words(name)) - matched, field))
        for code, name, city, field, matched, score, number in rows
        if matched == most
    ]
    return sorted(found, key=lambda one: (-one.likeness, one.code))


def _likeness(score: float, count: int, others: int, field: str) -> float:
    """The mean over the words asked; of names that have them, one with fewer other words is likelier."""
    return score / count * (1 - min(max(others, 0), 4) * 0.01 * (field == "name"))
