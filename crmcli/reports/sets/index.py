"""The page that lists what a run of a set wrote: plain HTML with links to the files beside it, nothing else."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import quote

from crmcli import numbers
from crmcli.language import current
from crmcli.language import gettext as _
from crmcli.table import Kind

NAME = "index.html"
_STYLE = (
    ":root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}"
    "h2{font-size:1.1rem;margin:1.5rem 0 0}p{margin:.2rem 0}.alert{color:#b3261e;font-weight:600}a{margin-right:.8rem}"
    "@media (prefers-color-scheme:dark){.alert{color:#ff8a80}}"
)


@dataclass(frozen=True, slots=True)
class Listed:
    """One report on the page.

    Args:
        title: Its heading.
        headline: What it says, or None.
        files: Its files.
        alerts: What fired or could not be known.
    """

    title: str
    headline: str | None
    files: tuple[Path, ...]
    alerts: tuple[str, ...]


def page(title: str, day: dt.date, listed: Sequence[Listed], *, folder: Path) -> bytes:
    """The page; files are linked relative to `folder`."""
    when = _("As of %(day)s") % {"day": numbers.cell(day, Kind.DATE, language=current())}
    body = "\n".join(_section(one, folder) for one in listed)
    text = (
        f'<!doctype html>\n<html lang="{current()}">\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{_plain(title)}</title>\n<style>{_STYLE}</style>\n'
        f"<h1>{_plain(title)}</h1>\n<p>{_plain(when)}</p>\n{body}\n</html>\n"
    )
    return text.encode("utf-8", "replace")


def _section(one: Listed, folder: Path) -> str:
    lines = [f"<h2>{_plain(one.title)}</h2>"]
    if one.headline:
        lines.append(f"<p>{_plain(one.headline)}</p>")
    lines += [f'<p class="alert">{_plain(alert)}</p>' for alert in one.alerts]
    links = (f'<a href="{escape(_address(path, folder))}">{_plain(path.name)}</a>' for path in one.files)
    return "\n".join([*lines, f"<p>{' '.join(links)}</p>"])


def _address(path: Path, folder: Path) -> str:
    """A relative link: a name with a colon would be read as a scheme, hence the dot and slash."""
    return "./" + quote(os.path.relpath(path, folder), errors="surrogateescape")


def _plain(text: str) -> str:
    return escape("".join(character if character.isprintable() else " " for character in text))
