"""A page from its template: style and script within, and a policy that lets nothing else in or out."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from crmcli.language import gettext as _
from crmcli.output.manner import Manner
from crmcli.output.page.sections import is_broad, sections
from crmcli.output.page.wording import whole
from crmcli.output.visible import safe
from crmcli.table import Table

if TYPE_CHECKING:
    from jinja2 import Template

_FOLDER = Path(__file__).parent


def write_page(table: Table, sink: BinaryIO, manner: Manner) -> None:
    """One answer as a page: headline, pictures, rows, totals, notes, the smaller tables."""
    write_pages((table,), sink, manner, table.title)


def write_pages(tables: Sequence[Table], sink: BinaryIO, manner: Manner, title: str | None = None) -> None:
    """Several answers as one page; without a title, the first one's heads it."""
    from markupsafe import Markup

    name = title or (tables[0].title if tables else "")
    style, script = _asset("page.css"), _asset("page.js")
    parts = _template().generate(
        language=manner.language,
        policy=_policy(style, script),
        title=safe(name),
        style=Markup(style),  # noqa: S704  our own file
        script=Markup(script),  # noqa: S704  our own file
        sections=sections(tables, language=manner.language, title=name),
        broad=is_broad(tables),
        words={"find": _("Find"), "of": _("{shown} of {total}"), "counted": _("How it was counted")},
    )
    sink.writelines(part.encode("utf-8", "replace") for part in parts)


@cache  # to read it takes longer than to fill it in
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["whole"] = whole
    return environment.get_template("page.html")


def _asset(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """Only this very style and script; no image, font, frame, form or request."""
    return f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
