"""What one cell of a foreign file looks like: number, date, code, words.

Looks only; nothing is converted here. Dialect, layout and mending of ragged rows all reason with these shapes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

EMPTY, NUMBER, DATE, TIME, LINK, WORD, TEXT = "empty", "number", "date", "time", "link", "word", "text"
TYPED = frozenset({NUMBER, DATE, TIME, LINK})
MISSING = frozenset({"null", "n/a", "na", "nan", "none", "-", "--", "–", "—", "?", "\\n", ".", "..", "#n/a"})

# Only codes that are in use: "UHF101" and "VAT20" are no sums of money.
_CODES = (
    "AED|AMD|ARS|AUD|AZN|BDT|BGN|BRL|BYN|CAD|CHF|CLP|CNY|COP|CZK|DKK|EGP|EUR|GBP|GEL|HKD|HRK|HUF|IDR|ILS|INR|ISK|"
    "JPY|KES|KGS|KRW|KZT|LKR|MAD|MDL|MXN|MYR|NGN|NOK|NZD|PEN|PHP|PKR|PLN|QAR|RON|RSD|RUB|RUR|SAR|SEK|SGD|THB|TJS|"
    "TMT|TND|TRY|TWD|UAH|USD|UYU|UZS|VND|ZAR"
)
_CURRENCY = rf"(?:[$€£¥₽₴₸]|{_CODES}|руб\.?|р\.|тг|грн)"
_NUMBER = re.compile(
    rf"[(]?{_CURRENCY}?\s?[+\-−]?\s?{_CURRENCY}?\s?"
    r"(?:\d{1,3}(?:[ \u00a0\u202f'.,]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?|[.,]\d+)"
    rf"(?:[eE][+-]?\d+)?\s?(?:%|‰|{_CURRENCY})?[)]?-?"
)
_DATE = re.compile(
    r"(?:\d{1,4}[-./]\d{1,2}[-./]\d{1,4}|\d{1,2}[- ./]?[A-Za-zА-Яа-я]{3,9}\.?[- ./,]{0,2}\d{2,4}"
    r"|[A-Za-z]{3,9}\.? \d{1,2},? \d{4})"
    r"(?:[ T,]{1,2}\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s?(?:[AaPp]\.?[Mm]\.?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
)
_TIME = re.compile(r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s?(?:[AaPp]\.?[Mm]\.?)?")
_LINK = re.compile(r"(?:https?://|www\.)\S+|[^\s@]+@[^\s@]+\.[^\s@]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_DIGITS = re.compile(r"\d+")
_SAYING = re.compile(r"[^\W_]")  # "**", "…" and "###" say nothing: published tables put them where a figure is withheld
LONG = 200  # characters; nothing longer is a number, a date or a name


def kind_of(cell: str) -> str:
    """EMPTY, NUMBER, DATE, TIME, LINK, WORD (no space in it) or TEXT."""
    text = cell.strip()
    if len(text) <= LONG:
        return _kind_of_short(text)
    if not _SAYING.search(text):
        return EMPTY
    return LINK if text.startswith("http") and " " not in text else TEXT


@lru_cache(1 << 14)  # values repeat, and every step from the dialect to the headings asks again
def _kind_of_short(text: str) -> str:
    """The kind of a stripped cell of at most LONG characters."""
    if not text or text.lower() in MISSING or not (text.isalnum() or _SAYING.search(text)):
        return EMPTY
    for kind, pattern in ((NUMBER, _NUMBER), (DATE, _DATE), (TIME, _TIME), (LINK, _LINK)):
        if pattern.fullmatch(text):
            return kind
    return TEXT if " " in text else WORD


def shape_of(cell: str) -> str:
    """The kind, and for a code such as "AB-1234" its pattern ("A-9") instead of WORD."""
    kind = kind_of(cell)
    if kind == WORD and any(c.isdigit() for c in cell):
        return _DIGITS.sub("9", _LETTERS.sub("A", cell.strip()))
    return kind


@dataclass(frozen=True, slots=True)
class Profile:
    """What one column of the body holds.

    Args:
        shapes: Shape → share of the non-empty cells.
        filled: Share of cells that are not empty.
        values: Distinct values of the sample, folded.
        length: Median length of the non-empty cells, in characters.
        fixed: True when all non-empty cells have one length.
        size: How many cells were not empty.
    """

    shapes: dict[str, float]
    filled: float
    values: frozenset[str]
    length: float
    fixed: bool
    size: int

    @property
    def typed(self) -> str | None:
        """The kind in TYPED that at least four of five non-empty cells have, or None."""
        return next((k for k, share in self.shapes.items() if k in TYPED and share >= 0.8), None)

    @property
    def closed(self) -> bool:
        """True when a few values come again and again, as from a list to choose from."""
        return self.size >= 20 and len(self.values) * 4 <= self.size

    @property
    def unique(self) -> bool:
        """True when hardly any value comes twice, as with names and keys."""
        return len(self.values) * 10 >= self.size * 9

    def likelihood(self, cell: str) -> float:
        """How well a cell fits in here, 0–1."""
        shape = shape_of(cell)
        if shape == EMPTY:
            return 1.0 - self.filled
        share = self.shapes.get(shape, 0.0)
        if shape not in TYPED:  # unlike words, but words all the same
            share = max(share, 0.5 * sum(s for other, s in self.shapes.items() if other not in TYPED))
        return self.filled * share


def profile(cells: Iterable[str]) -> Profile:
    """Describe the cells of one column (a sample of a few hundred is enough)."""
    every = list(cells)
    filled = [c for c in every if kind_of(c) != EMPTY]
    counts = Counter(map(shape_of, filled))
    lengths = sorted(len(c.strip()) for c in filled)
    return Profile(
        shapes={shape: n / len(filled) for shape, n in counts.most_common()},
        filled=len(filled) / len(every) if every else 0.0,
        values=frozenset(c.strip().casefold() for c in filled),
        length=lengths[len(lengths) // 2] if lengths else 0,
        fixed=bool(lengths) and lengths[0] == lengths[-1],
        size=len(filled),
    )


def profile_columns(rows: Sequence[Sequence[str]], width: int) -> list[Profile]:
    """One profile per column of (ragged) rows."""
    return [profile(row[j] if j < len(row) else "" for row in rows) for j in range(width)]
