"""Typst: it is given a folder of files and sees nothing outside of it."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Mapping
from pathlib import Path

from crmcli.errors import CrmError
from crmcli.language import gettext as _


def compiled(files: Mapping[str, bytes], issued_on: dt.date, template: str, *, tagged: bool = True) -> bytes:
    """The file typst makes of a folder of files; it sees nothing outside of that folder.

    Raises:
        CrmError: The template cannot be laid out.
    """
    import typst

    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            Path(folder, name).write_bytes(content)
        try:
            made: bytes = typst.compile(
                str(Path(folder, template)), root=folder, format="pdf", ignore_system_fonts=True, pdf_tags=tagged,
                timestamp=dt.datetime(issued_on.year, issued_on.month, issued_on.day, tzinfo=dt.UTC),
            )  # fmt: skip
        except typst.TypstError as error:
            raise CrmError(_("the template %(file)s cannot be laid out") % {"file": template}, str(error)) from error
    return made


def draws(picture: bytes, kind: str) -> str:
    """Why a picture cannot be drawn; empty where it can."""
    try:
        files = {"page.typ": f'#image("picture.{kind}")'.encode(), f"picture.{kind}": picture}
        compiled(files, dt.date(2000, 1, 1), "page.typ")
    except CrmError as error:
        return error.hint or error.message
    return ""
