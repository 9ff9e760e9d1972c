"""Pages as HTML: one file, styles and pictures inside, nothing fetched, fit to print."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from crmcli.documents.page import Page, as_data
from crmcli.documents.pictures import code_picture, picture_kind
from crmcli.documents.words import own_template
from crmcli.errors import CrmError
from crmcli.language import gettext as _

if TYPE_CHECKING:
    from jinja2 import Template

TEMPLATE = "page.html"
_TYPES = {"png": "image/png", "jpeg": "image/jpeg", "svg": "image/svg+xml"}


def html(page: Page, parts: Mapping[str, bytes]) -> bytes:
    """A page in the owner's template, or in ours; every text is escaped.

    Raises:
        CrmError: The owner's template cannot be filled in.
    """
    data = as_data(page)
    return filled(TEMPLATE, parts, page=data, words=data["words"], logo=inline_logo(parts), code=_code(page))


def filled(name: str, parts: Mapping[str, bytes], /, **values: Any) -> bytes:
    """The template of that name, the owner's or ours, filled in; every text is escaped.

    Raises:
        CrmError: The owner's template cannot be filled in.
    """
    from jinja2 import TemplateError

    source = parts.get(name) or own_template(name)
    try:
        text = _template(source).render(**values)
    except (TemplateError, UnicodeDecodeError, TypeError, KeyError, ValueError) as error:
        raise CrmError(_("the template %(file)s cannot be filled in") % {"file": name}, str(error)) from error
    return text.encode("utf-8", "replace")


@lru_cache(8)  # to read one takes ten times as long as to fill it in
def _template(source: bytes) -> Template:
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(autoescape=True, keep_trailing_newline=True)
    return environment.from_string(source.decode("utf-8"))


def inline_logo(parts: Mapping[str, bytes]) -> str:
    """The logo as the address of a picture; empty where there is none."""
    content = parts.get("logo")
    return _inline(content, _TYPES[picture_kind(content)]) if content else ""


def _code(page: Page) -> str:
    return _inline(code_picture(page.code, "svg"), _TYPES["svg"]) if page.code else ""


def _inline(content: bytes, kind: str) -> Any:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
