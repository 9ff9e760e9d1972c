"""How wide a text is drawn, without the font that will draw it: by the widest of the usual screen fonts."""

from __future__ import annotations

import unicodedata
from functools import cache

from crmcli.output.words import width

# Units at the size 12. DejaVu Sans, which draws pages on many Linux machines, is the widest of the fonts the page asks
# for; Liberation Sans, Noto Sans and Segoe UI are narrower, and wider in single letters only.
_SLIM, _THIN, _SMALL, _LARGE, _BROAD, _FULL = 4.2, 5.0, 7.7, 9.5, 11.8, 13.2
_SIZES = {
    **dict.fromkeys(" \u00a0,.'/:;\\|ijlI\u2018\u2019·іїј", _SLIM),
    **dict.fromkeys('-()[]"`ftr!', _THIN),
    **dict.fromkeys("*_?$€₽£{}\u2013«»\u201c\u201d", _SMALL),
    **dict.fromkeys("йийнлпцъдЁ", 8.6),
    **dict.fromkeys("жшщфыюљњмwmMМ%æœ", _BROAD),
    **dict.fromkeys("ЖШЩЮЫФЪДЦW@\u2014…№™ÆŒ", _FULL),
}
BOLD = 1.15
_TAIL = 0.3  # the part of the room that goes to the end of a text cut in its middle
_CUT = "…"
_SLACK = 0.01  # what rounding may take


def extent(text: str, *, bold: bool = False) -> float:
    """Units across that a text takes at most, at the usual size of letters."""
    return sum(map(_letter, text)) * (BOLD if bold else 1.0)


def cut(text: str, room: float, *, within: bool = False) -> str:
    """The text, or as much of it as there is room for, with an ellipsis.

    Args:
        text: Harmless already.
        room: Units across; at least one letter is kept in any case.
        within: Cut in the middle and keep the end, which tells apart names that begin alike.
    """
    if extent(text) <= room + _SLACK:
        return text
    left = room - extent(_CUT)
    tail = _fitting(text[::-1], left * _TAIL)[::-1].lstrip() if within else ""
    while tail and width(tail[0]) == 0:  # a mark without its letter
        tail = tail[1:]
    head = _fitting(text, left - extent(tail))
    if not head:
        return text[0] + _CUT
    return head.rstrip() + _CUT + tail


def _fitting(text: str, room: float) -> str:
    """As much of the beginning as fits."""
    taken = 0.0
    for place, letter in enumerate(text):
        taken += _letter(letter)
        if taken > room:
            return text[:place]
    return text


@cache
def _letter(letter: str) -> float:
    """Units of one character; scripts that are not known are taken as full."""
    if letter in _SIZES:
        return _SIZES[letter]
    if width(letter) == 0:
        return 0.0
    plain = unicodedata.normalize("NFD", letter)[0]  # accents take no room
    if plain != letter:
        return _letter(plain)
    if letter.isdigit() and letter.isascii():
        return _SMALL
    if letter.isalpha() and letter < "\u0530":  # Latin, Greek, Cyrillic
        return _LARGE if letter.isupper() else 8.2
    return _FULL
