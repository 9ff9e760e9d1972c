"""Bytes → text: byte order mark, UTF-8, UTF-16, Cyrillic and Western code pages, decided over the whole file."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from dataclasses import dataclass

from crmcli.errors import UsageError
from crmcli.language import gettext as _

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CYRILLIC = ("cp1251", "koi8-r", "cp866", "mac-cyrillic", "iso8859-5")
# How often a letter occurs among 1,000 letters of Russian prose.
RUSSIAN = dict(
    zip(
        "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",
        (110, 85, 80, 74, 67, 63, 55, 47, 45, 44, 35, 32, 30, 28, 26, 20, 19, 17, 17, 16, 16, 14, 12, 10, 9, 7, 6, 5,
         4, 3, 3, 1, 1),
        strict=True,
    )
)  # fmt: skip
WESTERN = ("cp1252", "cp1250", "iso8859-2", "cp1254", "mac-roman", "cp850")
_LATIN = "äöüßéèêëàâçùûîïôœñóíáúãõåæøìòº"
_CENTRAL = "ąćęłńóśźżáčďéěíňřšťúůýžľĺŕôäöüßőűășțţ"
_TURKISH = "çğıöşüâîûİ"
LETTERS = dict.fromkeys((*WESTERN, "latin-1"), _LATIN)
LETTERS |= {"cp1250": _CENTRAL, "iso8859-2": _CENTRAL, "cp1254": _TURKISH}
# Letters beyond ASCII of single languages, by the page they are written in: a text is mostly in one of them.
_OF_THE_WEST = (
    "äöüß",
    "éèêëàâçùûîïôœæ",
    "áéíóúñü",
    "ãõáâàçéêíóôú",
    "àèéìòù",
    "åäöæøéü",
    "éèàóòíúïüç",
    "áéíóúýðþæö",
    "ëïéèöü",
)
_OF_THE_CENTRE = ("áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "ąćęłńóśźż", "áéíóöőúüű", "ăâîșțşţ", "čćđšž", "äöüß")
LANGUAGES: dict[str, tuple[str, ...]] = dict.fromkeys((*WESTERN, "latin-1"), _OF_THE_WEST)
LANGUAGES |= {"cp1250": _OF_THE_CENTRE, "iso8859-2": _OF_THE_CENTRE, "cp1254": (_TURKISH,)}
SOUND = 0.3  # least naturalness of another page than that
SIGNS = "‘“”„–—…«»°€£§©®™•½¼¾¹²³ªº№±µ¿¡×÷"  # usual beside words, not within
CLEARLY = 0.2  # by how much another page than cp1252 has to read better
CHUNK = 1 << 20  # bytes looked at in one go
EVIDENCE = 1 << 15  # bytes above 0x7F that decide on a code page
STRETCH = 1 << 17  # bytes of a file that are looked at together for them
BROKEN = 50  # valid UTF-8 characters per broken one, from which on the file is UTF-8 with slips
_ASCII = bytes(range(128))
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_HIGH_TEXT = re.compile(r"([^\W\d_]?)([^\x00-\x7f]+)([^\W\d_]?)")
_CONTROL = re.compile(rb"[\x01-\x06\x0e-\x1a\x7f]")
_MAGIC = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PAR1", b"SQLite format", b"\x7fELF", b"Rar!", b"7z\xbc\xaf",
          b"\xd0\xcf\x11\xe0", b"\x28\xb5\x2f\xfd", b"BZh9", b"ARROW1")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text and how it was found.

    Args:
        text: Without byte order mark.
        encoding: Name of the codec.
        broken_line: First line with bytes that are no characters in it (they read U+FFFD), or None.
        broken: How many such places there are.
    """

    text: str
    encoding: str
    broken_line: int | None = None
    broken: int = 0


def decode(data: bytes, *, hint: str | None, name: str) -> Decoded:
    """The text of a file.

    Args:
        data: The whole file.
        hint: Codec named by the owner, or None.
        name: How the owner calls the file.

    Raises:
        UsageError: No text, an unknown codec, or bytes that the named codec cannot read.
    """
    if hint is not None:
        return _decode_as(data, hint, name)
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _decode_marked(data, encoding, name)
    wide = _wide(data)
    if wide is not None:
        return Decoded(data.decode(wide, "replace"), wide)
    refuse_binary(data, name)
    if b"\0" in data:
        line = data[: data.index(b"\0")].count(b"\n") + 1
        raise UsageError(
            _("%(file)s is not text: there is a NUL byte on line %(line)d") % {"file": name, "line": line},
            _("export it as CSV again, or say --encoding if it is UTF-16"),
        )
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as slip:
        return _decode_other(data, slip.start)


def refuse_binary(data: bytes, name: str) -> None:
    """Raise UsageError for a file that is recognisably something else than text."""
    head = data[:4096]
    start = head.lstrip()[:200].lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<?xml")):
        raise UsageError(
            _("%(file)s is a web page or XML, not CSV") % {"file": name},
            _("open it in a spreadsheet and save it as CSV or XLSX"),
        )
    controls = len(_CONTROL.findall(head))
    if head.startswith(_MAGIC) or controls * 20 > len(head):
        raise UsageError(_("%(file)s is not text") % {"file": name}, _("give a CSV, TSV or XLSX file, packed or not"))


def _decode_as(data: bytes, hint: str, name: str) -> Decoded:
    """Strictly by the named codec."""
    try:
        codec = codecs.lookup(hint).name
        text = data.decode("utf-8-sig" if codec == "utf-8" else codec)
    except (LookupError, UnicodeEncodeError):
        raise UsageError(
            _("there is no encoding %(encoding)s") % {"encoding": repr(hint)}, _("for example utf-8, cp1251, cp1252")
        ) from None
    except UnicodeDecodeError as slip:
        line = data[: slip.start].count(b"\n") + 1
        raise UsageError(
            _("line %(line)d of %(file)s is not %(encoding)s") % {"line": line, "file": name, "encoding": hint},
            _("leave --encoding out to have it found"),
        ) from None
    if not isinstance(text, str):
        raise UsageError(_("there is no encoding %(encoding)s") % {"encoding": repr(hint)})
    return Decoded(text.removeprefix("\ufeff"), codec)


def _decode_marked(data: bytes, encoding: str, name: str) -> Decoded:
    """By the byte order mark; slips become U+FFFD."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode(encoding, "replace")
        line = text[: text.find("\ufffd")].count("\n") + 1
        return Decoded(text, encoding, line, text.count("\ufffd"))
    if "\0" in text:
        raise UsageError(_("%(file)s is not text") % {"file": name})
    return Decoded(text, encoding)


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark: every other byte is one of very few."""
    head = data[: CHUNK & ~1]
    if len(head) < 4 or len(data) % 2 or b"\0" not in head:
        return None
    for encoding, high in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        few = high.count(b"\0") + high.count(b"\x04")
        if few * 10 >= len(high) * 9 and high.count(b"\0") * 20 >= len(high):
            text = head.decode(encoding, "replace")
            if "\0" not in text and text.count("\ufffd") <= 1:
                return encoding
    return None


def _decode_other(data: bytes, slip: int) -> Decoded:
    """No UTF-8: either UTF-8 with a few slips, or a code page."""
    window = data[max(0, slip - CHUNK) : slip + CHUNK]
    proper = len(_MULTIBYTE.findall(window))
    if proper:
        text = data.decode("utf-8", "replace")
        broken = text.count("\ufffd") - data.count(b"\xef\xbf\xbd")
        whole = proper if len(window) == len(data) else len(_MULTIBYTE.findall(data))
        if broken * BROKEN <= whole or (broken <= 3 < whole):
            return Decoded(text, "utf-8", data[:slip].count(b"\n") + 1, broken)
    encoding = guess_page(data)
    try:
        return Decoded(data.decode(encoding), encoding)
    except UnicodeDecodeError:
        return Decoded(data.decode("latin-1"), "latin-1")


def guess_page(data: bytes) -> str:
    """Name of the code page that makes the likeliest text of bytes that are no UTF-8."""
    sample = _evidence(data)
    runs = _HIGH_RUN.findall(sample)
    long_share = sum(len(run) for run in runs if len(run) >= 3) / max(1, sum(map(len, runs)))
    best = max(CYRILLIC, key=lambda page: russian_score(sample, page))
    if russian_score(sample, best) > 0.35 and (long_share > 0.4 or _whole_words(sample)):
        return best
    if long_share > 0.5:  # neither Western letters nor Russian: let another opinion decide
        from charset_normalizer import from_bytes

        match = from_bytes(sample).best()
        if match is not None:
            return str(match.encoding)
    return _western(sample)


def _evidence(data: bytes) -> bytes:
    """The stretches of a file that hold bytes above 0x7F, at most EVIDENCE of those."""
    parts, high = [], 0
    for start in range(0, len(data), STRETCH):
        chunk = data[start : start + STRETCH]
        if not chunk.isascii():
            parts.append(chunk)
            high += len(chunk.translate(None, _ASCII))
            if high >= EVIDENCE:
                break
    return b"".join(parts)


def russian_score(sample: bytes, page: str) -> float:
    """How Russian the bytes above 0x7F read in a code page: 1 is ordinary prose, around 0 is noise."""
    text = sample.decode(page, "replace")
    letters = {c: n for c, n in Counter(text).items() if c > "\x7f"}
    if not letters:
        return 0.0
    usual = sum(
        n * RUSSIAN.get(c.lower(), -60 if not c.isspace() and c not in "«»№–—…°" else 0) for c, n in letters.items()
    )
    words, swapped = len(re.findall(r"[А-Яа-яЁё]{2,}", text)), len(re.findall(r"[а-яё][А-ЯЁ]{2,}", text))
    if swapped * 3 > words:  # "мОСКВА": another alphabet, or another page
        return 0.0
    turned = len(re.findall(r"[а-яё][А-ЯЁ]", text))  # a capital inside a word: the cases are swapped
    return (usual - 60 * turned) / sum(letters.values()) / 55


def _whole_words(sample: bytes) -> bool:
    """True when bytes above 0x7F hardly ever stand beside Latin letters."""
    beside = len(re.findall(rb"[A-Za-z][\x80-\xff]|[\x80-\xff][A-Za-z]", sample))
    return beside * 5 < len(_HIGH_RUN.findall(sample))


def _western(sample: bytes) -> str:
    """The page of Western or Central Europe that reads most naturally; cp1252 on a tie."""
    natural = {page: western_score(sample, page) for page in WESTERN}
    scores = {page: natural[page] + one_language(sample, page) for page in WESTERN}
    best = max(WESTERN, key=lambda page: scores[page])
    if "\ufffd" not in sample.decode("cp1252", "replace"):
        return best if natural[best] > SOUND and scores[best] > scores["cp1252"] + CLEARLY else "cp1252"
    readable = [page for page in ("cp1250", "mac-roman", "cp850") if "\ufffd" not in sample.decode(page, "replace")]
    return max([*readable, "latin-1"], key=lambda page: western_score(sample, page))


def western_score(sample: bytes, page: str) -> float:
    """How natural the bytes above 0x7F read in a code page: 1 where each is a usual one in its place, below 0 is noise."""
    text = sample.decode(page, "replace")
    score = high = 0
    for found in _HIGH_TEXT.finditer(text):
        before, run, after = found[1], found[2], found[3]
        high += len(run)
        for place, letter in enumerate(run):
            left = run[place - 1] if place else before
            right = run[place + 1] if place + 1 < len(run) else after
            score += _natural(letter, left, right, LETTERS[page])
    return score / high if high else 0.0


def one_language(sample: bytes, page: str) -> float:
    """Share of the characters above 0x7F that are usual signs, or letters of the likeliest single language, 0–1."""
    text = sample.decode(page, "replace").lower()
    high = {letter: n for letter, n in Counter(text).items() if letter > "\x7f"}
    signs = sum(n for letter, n in high.items() if letter in SIGNS or letter == "\u00a0")
    best = max(sum(high.get(letter, 0) for letter in language) for language in LANGUAGES[page])
    return (signs + best) / sum(high.values()) if high else 0.0


def _natural(letter: str, left: str, right: str, letters: str) -> int:
    """1 for a character that is usual between its neighbours ("" for none that is a letter), -1 for one that is not."""
    if letter in letters or letter == "\u00a0":
        return 1
    inside = left.isalpha() and right.isalpha()
    if letter in SIGNS and not inside and not (letter in "©®" and right.isalpha()):
        return 1
    if letter.lower() in letters:  # a capital within a small word is none
        return -1 if left.islower() else 1
    if letter.isalpha() or letter == "\ufffd" or not (letter.isprintable() or letter.isspace()):
        return -1
    if letter == "’":
        return 1 if not right or right in "stdlmrv" or left.lower() in set("dlmnstu") else 0
    return -1 if inside and letter not in "–—·" else 0
