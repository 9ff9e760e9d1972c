"""Texts as they sound, and keys struck in the wrong keyboard layout.

Letter case, ё, accents, alphabets and spellings of one sound are put aside: "Щётка", "Schetka" and "shchyotka" fold alike or nearly so.

A folded text is lower-case Latin but for four capitals, each one sound: S (ш, щ, sh, sch), C (ч, ch), J (ж, zh).
"""

from __future__ import annotations

import re
import unicodedata

_FORMS = (
    "ооо оао зао пао ао нао ип чп тоо тов одо гуп муп фгуп нко ано "
    "ltd limited llc inc incorporated corp corporation co company plc lp llp "
    "gmbh mbh ag kg ohg ug gbr ev sa sas sarl srl spa nv bv oy ab as aps sro doo zoo"
)
LEGAL_FORMS = frozenset(_FORMS.split())
_LETTERS = str.maketrans(
    dict(zip("абвгдезийклмнопрстуфхцчшщыэюяіїєґёжyw", "abvgdeziiklmnoprstufhcCSSieuaiiegeJiv", strict=True))
    | {"ь": "", "ъ": "", "ß": "ss", "ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "đ": "d", "ı": "i"}
)
_SOUNDS = {
    "shch": "S", "sch": "S", "sh": "S", "ch": "C", "zh": "J", "kh": "h", "ts": "c", "tz": "c", "ck": "k", "ph": "f",
    "qu": "kv", "x": "ks", "ia": "a", "iu": "u", "ie": "e", "ja": "a", "ju": "u", "je": "e", "j": "i",
}  # fmt: skip
_SOUND = re.compile("|".join(sorted(_SOUNDS, key=len, reverse=True)))
_TWICE = re.compile(r"([^\W\d_])\1+")
_ACCENTS = re.compile("[\u0300-\u036f]")
_WORD = re.compile(r"[^\W_]+")
_LATIN = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
_CYRILLIC = "ёйцукенгшщзхъфывапролджэячсмитьбю"
_TO_CYRILLIC = str.maketrans(_LATIN + '~{}:"<>', _CYRILLIC + "ёхъжэбю")
_TO_LATIN = str.maketrans(_CYRILLIC, _LATIN)


def fold(text: str) -> str:
    """A text as it sounds; what parts words stays where it is, so that many can be folded joined by line ends."""
    plain = text.casefold()
    if not plain.isascii():
        plain = plain.translate(_LETTERS)  # й is a letter of its own, not и with a mark: before the marks go
        if not plain.isascii():
            plain = _ACCENTS.sub("", unicodedata.normalize("NFD", plain)).translate(_LETTERS)
    else:
        plain = plain.replace("y", "i").replace("w", "v")
    return _TWICE.sub(r"\1", _SOUND.sub(lambda found: _SOUNDS[found[0]], plain))


def words(text: str) -> list[str]:
    """The words of a text in lower case, in order: letters and digits."""
    return _WORD.findall(text.casefold())


def telling_words(text: str) -> list[str]:
    """The words without legal forms such as ООО or GmbH; with them where there is nothing else."""
    found = words(text)
    return [word for word in found if word not in LEGAL_FORMS] or found


def struck_otherwise(word: str) -> str | None:
    """What the same keys give in the other keyboard layout: hjvfirf → ромашка; None where the word mixes both."""
    lowered = word.casefold()
    letters = [sign for sign in lowered if sign.isalpha()]
    if letters and all(sign.isascii() for sign in letters):
        return lowered.translate(_TO_CYRILLIC)
    if letters and all(sign in _CYRILLIC for sign in letters):
        return lowered.translate(_TO_LATIN)
    return None
