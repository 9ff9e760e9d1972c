"""Files as the owner names them: globs, folders, stdin, and which reader opens which."""

from __future__ import annotations

import glob
import hashlib
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from crmcli.errors import UsageError
from crmcli.intake.reading import Hints, Reading
from crmcli.language import gettext as _

BOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".xltx", ".xlam")
TEXTS = (".csv", ".tsv", ".txt", ".tab", ".psv", ".dat", ".gz", ".zip", ".xz", "")
TABULAR = (".jsonl", ".ndjson", ".parquet")
CARDS = (".vcf", ".vcard")
STDIN = "-"


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read, and the name the owner gave it."""

    path: Path
    origin: str


@contextmanager
def sources(names: Sequence[str], *, folders: bool = False) -> Iterator[list[Source]]:
    """The files behind names, globs and "-"; what stdin brought lives until the block ends.

    Raises:
        UsageError: a file is missing, is a folder (unless `folders`), or a pattern matches nothing.
    """
    with tempfile.TemporaryDirectory(prefix="crmcli-") as spool:
        yield [source for name in names for source in _expand(name, Path(spool), folders=folders)]


def stdin_name() -> str:
    """What standard input is called where a file would have its name."""
    return _("standard input")


def _expand(name: str, spool: Path, *, folders: bool) -> list[Source]:
    if name == STDIN:
        return [Source(_spool(spool), stdin_name())]
    path = Path(name)
    if path.is_dir():
        if not folders:
            raise UsageError(
                _("%(path)s is a folder") % {"path": name}, _("Name its files, such as %(path)s/*.csv") % {"path": name}
            )
        inside = sorted(p for p in path.iterdir() if p.is_file() and not p.name.startswith("."))
        return [Source(p, str(p)) for p in inside]
    if not path.exists() and glob.has_magic(name):
        found = sorted(glob.glob(name, recursive=True))  # noqa: PTH207  Path.glob takes no absolute pattern
        if not found:
            raise UsageError(_("No file matches %(pattern)s") % {"pattern": name})
        return [Source(Path(p), p) for p in found if Path(p).is_file()]
    if not path.exists():
        raise UsageError(_("There is no file %(path)s") % {"path": name}, _near(path))
    return [Source(path, name)]


def _near(path: Path) -> str | None:
    from crmcli.language import nearest

    try:
        return nearest(path.name, [p.name for p in path.parent.iterdir()])
    except OSError:
        return None


def _spool(folder: Path) -> Path:
    """Stdin into a file: it is looked at more than once."""
    if sys.stdin is None or sys.stdin.closed:
        raise UsageError(_("There is nothing on standard input"))
    target = folder / "stdin"
    with target.open("wb") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
    if target.read_bytes()[:4] == b"PK\x03\x04":
        target = target.rename(folder / "stdin.xlsx")
    return target


def read(source: Source, hints: Hints, *, plain_allowed: bool = True) -> list[Reading]:
    """All tables of one file, before any mapping.

    Raises:
        UsageError: the file is empty, broken, locked by a password, or no table at all.
    """
    try:
        with source.path.open("rb") as file:
            head = file.read(64)
    except OSError as error:
        raise UsageError(
            _("%(path)s cannot be read: %(reason)s") % {"path": source.origin, "reason": error.strerror}
        ) from None
    suffix = source.path.suffix.lower()
    if suffix in TABULAR or head.startswith(b"PAR1"):
        from crmcli.intake.tabular import read_tabular

        return read_tabular(source.path, origin=source.origin)
    if suffix in CARDS or _begins_card(head):
        from crmcli.intake.vcard import read_vcard

        return read_vcard(source.path, hint=hints.encoding, origin=source.origin)
    if suffix in BOOKS or head.startswith(b"\xd0\xcf\x11\xe0"):
        from crmcli.intake.workbook.read import read_workbook

        return read_workbook(source.path, hints, origin=source.origin)
    from crmcli.intake.text.read import read_text

    return read_text(source.path, hints, origin=source.origin, plain_allowed=plain_allowed)


def holds_cards(path: Path) -> bool:
    """Whether a file holds cards of a phone, by its ending or its beginning."""
    if path.suffix.lower() in CARDS:
        return True
    with path.open("rb") as file:
        return _begins_card(file.read(64))


def _begins_card(head: bytes) -> bool:
    for mark, codec in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            head = head[2:].decode(codec, "replace").encode("utf-8", "replace")
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().upper().startswith(b"BEGIN:VCARD")


def content_hash(path: Path) -> str:
    """SHA-256 of a file, to know it again under another name."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def in_background(work: Callable[[Path], str], path: Path) -> Callable[[], str]:
    """Begin something that leaves the interpreter free, such as hashing; the result when called, its error raised then."""
    from concurrent.futures import ThreadPoolExecutor

    pool = ThreadPoolExecutor(1)
    begun = pool.submit(work, path)
    pool.shutdown(wait=False)
    return begun.result
