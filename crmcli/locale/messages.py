"""Keep the catalogs: `python -m crmcli.locale.messages extract | compile | check`.

extract  bring crmcli.po up to date with the code: translations stay, new messages are empty, dead ones go to the end
compile  make crmcli.mo, which the program reads, from crmcli.po
check    say what is missing or wrong; exit 1 when anything is
"""

from __future__ import annotations

import io
import re
import struct
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.locale.marks import marked

if TYPE_CHECKING:
    from babel.messages import Catalog
    from babel.messages.catalog import Message as Entry

HERE = Path(__file__).parent
LANGUAGES = ("ru",)

_PLACEHOLDER = re.compile(r"%\((\w+)\)([#0\- +]*\d*(?:\.\d+)?[a-zA-Z])|%%|(%.?)")
_TRANSIENT = re.compile(
    r'^"(?:Project-Id-Version|Report-Msgid-Bugs-To|POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Generated-By):.*\n',
    re.MULTILINE,
)
_FIRST_COMMENTS = re.compile(r"\A(?:#.*\n)*")


def extract(language: str, home: Path = HERE) -> int:
    """Bring the .po file up to date with the code, and count the messages that wait for translation."""
    from babel.messages import Catalog

    template = Catalog(domain="crmcli", charset="utf-8")
    for message in sorted(marked(HERE.parent)[0]):
        template.add((message.one, message.many) if message.many else message.one)
    catalog = _read(language, home)
    catalog.update(template, no_fuzzy_matching=True)
    _po(language, home).parent.mkdir(parents=True, exist_ok=True)
    _po(language, home).write_text(_written(catalog), encoding="utf-8")
    return sum(1 for entry in _entries(catalog) if not _complete(entry))


def compiled(language: str, home: Path = HERE) -> bytes:
    """The .mo file that belongs to the .po file; messages without translation or under doubt are left out.

    Written here and not by Babel, whose header holds the moment and the version: the same .po gives the same bytes.
    """
    catalog = _read(language, home)
    header = f"Content-Type: text/plain; charset=utf-8\nLanguage: {language}\nPlural-Forms: {catalog.plural_forms}\n"
    pairs = {"": header}
    for entry in _entries(catalog):
        if _complete(entry):
            pairs["\0".join(_forms(entry.id))] = "\0".join(_forms(entry.string))
    return _mo([(key.encode(), pairs[key].encode()) for key in sorted(pairs)])


def faults(language: str, home: Path = HERE) -> Iterator[str]:
    """Everything wrong with the marks in the code or with the catalog, one sentence each."""
    messages, blunders = marked(HERE.parent)
    for blunder in blunders:
        yield f"{blunder.file.relative_to(HERE.parent)}:{blunder.line}: {blunder.reason}"
    catalog = _read(language, home)
    for message in sorted(messages):
        entry = catalog.get(message.one)
        if entry is None or (bool(message.many) != bool(entry.pluralizable)):
            yield f"not in crmcli.po, run extract: {message.one!r}"
        else:
            yield from _entry_faults(entry, catalog.num_plurals)
    mo = _po(language, home).with_suffix(".mo")
    if not mo.exists() or mo.read_bytes() != compiled(language, home):
        yield "crmcli.mo is older than crmcli.po, run compile"


def main(words: list[str]) -> int:
    """Run one command for every language; the exit code."""
    if words == ["extract"]:
        print(*(f"{language}: {extract(language)} to translate" for language in LANGUAGES), sep="\n")
        return 0
    if words == ["compile"]:
        for language in LANGUAGES:
            _po(language, HERE).with_suffix(".mo").write_bytes(compiled(language))
        return 0
    if words == ["check"]:
        found = [f"{language}: {fault}" for language in LANGUAGES for fault in faults(language)]
        print(*found, sep="\n", end="\n" if found else "")
        return 1 if found else 0
    print(__doc__, file=sys.stderr)
    return 2


def _po(language: str, home: Path) -> Path:
    return home / language / "LC_MESSAGES" / "crmcli.po"


def _read(language: str, home: Path) -> Catalog:
    """The catalog of a language, an empty one where there is no file yet."""
    from babel.messages import Catalog
    from babel.messages.pofile import read_po

    if not _po(language, home).exists():
        return Catalog(locale=language, domain="crmcli", charset="utf-8", fuzzy=False)
    with _po(language, home).open("rb") as file:
        return read_po(file, locale=language, domain="crmcli")


def _written(catalog: Catalog) -> str:
    """The text of a .po file: sorted, without dates and line numbers, so that a change shows as that change alone."""
    from babel.messages.pofile import write_po

    buffer = io.BytesIO()
    catalog.fuzzy = False
    write_po(buffer, catalog, no_location=True, sort_output=True, width=0)
    text = _TRANSIENT.sub("", buffer.getvalue().decode())
    return _FIRST_COMMENTS.sub("# Translations of crmcli.\n", text, count=1)


def _mo(pairs: list[tuple[bytes, bytes]]) -> bytes:
    """GNU's format: magic, revision, count, where the two tables are, (length, place) of each text, the texts."""
    ids, texts = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    head, table = 7 * 4, len(pairs) * 8
    place = head + 2 * table
    numbers = [0x950412DE, 0, len(pairs), head, head + table, 0, place]
    for text in ids + texts:
        numbers += [len(text), place]
        place += len(text) + 1
    return struct.pack(f"<{len(numbers)}I", *numbers) + b"".join(text + b"\0" for text in ids + texts)


def _entries(catalog: Catalog) -> Iterator[Entry]:
    return (entry for entry in catalog if entry.id)


def _complete(entry: Entry) -> bool:
    return not entry.fuzzy and all(_forms(entry.string))


def _entry_faults(entry: Entry, plurals: int) -> Iterator[str]:
    """What is wrong with one translation."""
    forms, ids = _forms(entry.string), _forms(entry.id)
    if entry.fuzzy or not all(forms):
        yield f"{'doubtful' if entry.fuzzy else 'not translated'}: {ids[0]!r}"
        return
    if len(ids) > 1 and len(forms) != plurals:
        yield f"has {len(forms)} plural forms, needs {plurals}: {ids[0]!r}"
    expected = _placeholders(ids[-1])
    for text in [*ids[:-1], *forms]:
        # The English form for one may leave the number out; a Russian one serves 21 too and may not.
        if _placeholders(text) != expected and not (text in ids and set(_placeholders(text)) <= set(expected)):
            yield f"placeholders differ: {text!r} against {ids[-1]!r}"
    if expected:
        yield from (f"cannot be filled in: {text!r}" for text in [*ids, *forms] if not _fillable(text))


def _forms(text: str | Iterable[str] | None) -> list[str]:
    """The forms of a message: one without plural, "" where there is no translation."""
    return [text or ""] if text is None or isinstance(text, str) else list(text)


def _placeholders(text: str) -> list[str]:
    """The named placeholders with their conversions, sorted."""
    return sorted(match[1] + match[2] for match in _PLACEHOLDER.finditer(text) if match[1])


def _fillable(text: str) -> bool:
    """Whether % finds nothing but named placeholders and doubled signs."""
    try:
        _ = text % defaultdict(int)
    except (TypeError, ValueError):
        return False
    return not any(match[3] for match in _PLACEHOLDER.finditer(text))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
