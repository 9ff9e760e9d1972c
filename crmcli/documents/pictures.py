"""Pictures on documents: payment codes we draw, and the owner's logo, which is looked at before it is taken."""

from __future__ import annotations

import io
import re
from xml.etree import ElementTree as ET

from crmcli.documents.typesetting import draws
from crmcli.errors import UsageError
from crmcli.language import gettext as _

MOST_BYTES = 500_000
_MOST_PIXELS = 4000
_MOST_ELEMENTS = 5000
_SVG = "{http://www.w3.org/2000/svg}"
_ELEMENTS = frozenset({
    "svg", "g", "defs", "title", "desc", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text",
    "tspan", "linearGradient", "radialGradient", "stop", "clipPath", "mask", "symbol", "use", "metadata",
})  # fmt: skip
_OUTSIDE = re.compile(r"url\s*\(\s*['\"]?\s*(?!#)|@import|expression\s*\(|javascript:|data:|\\|/\*", re.IGNORECASE)


def code_picture(text: str, kind: str) -> bytes:
    """A payment code drawn; the same text always gives the same bytes.

    Args:
        text: What the code says.
        kind: "svg" or "png".
    """
    import segno

    made = io.BytesIO()
    scale = {"scale": 1, "xmldecl": False, "nl": False} if kind == "svg" else {"scale": 6}
    segno.make(text, error="m", micro=False, encoding="utf-8", boost_error=False).save(
        made, kind=kind, border=2, **scale
    )
    return made.getvalue()


def picture_kind(content: bytes) -> str:
    """What a logo is by its content: "png", "jpeg" or "svg".

    Raises:
        UsageError: None of them.
    """
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if re.match(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|!--|svg)", content):
        return "svg"
    raise UsageError(_("the logo is no PNG, JPEG or SVG picture"))


def require_harmless(content: bytes) -> str:
    """Look at a logo before it is taken; returns its kind.

    Raises:
        UsageError: No picture, too large, damaged, or an SVG that runs, loads or links to anything.
    """
    if len(content) > MOST_BYTES:
        raise UsageError(_("the logo is larger than %(most)s kB") % {"most": MOST_BYTES // 1000})
    kind = picture_kind(content)
    if kind == "svg":
        _require_plain_svg(content)
    else:
        _require_size(content)
    _require_drawable(content, kind)
    return kind


def _require_plain_svg(content: bytes) -> None:
    if b"<!DOCTYPE" in content.upper() or b"<!ENTITY" in content.upper():
        raise UsageError(_("the SVG logo declares entities or a document type; save it as plain SVG"))
    try:
        content.decode("utf-8")
        root = ET.fromstring(content)  # noqa: S314  no document type, so no entities to grow or to load
    except (ET.ParseError, UnicodeDecodeError, ValueError) as error:
        raise UsageError(_("the SVG logo cannot be read"), str(error)) from error
    elements = list(root.iter())
    if root.tag != f"{_SVG}svg" or len(elements) > _MOST_ELEMENTS:
        raise UsageError(_("the SVG logo is too large, or no SVG"))
    for element in elements:
        name = str(element.tag).removeprefix(_SVG)
        if name not in _ELEMENTS:
            raise UsageError(_("the SVG logo holds %(name)s, which a document does not need") % {"name": name})
        for key, value in element.attrib.items():
            _require_plain_attribute(key, value)


def _require_plain_attribute(key: str, value: str) -> None:
    name = key.rpartition("}")[2].lower()
    links = name in {"href", "src"} and not value.strip().startswith("#")
    if name.startswith("on") or links or _OUTSIDE.search(value):
        raise UsageError(_("the SVG logo runs, loads or links to something: %(name)s") % {"name": name})


def size_of(content: bytes) -> tuple[int, int]:
    """Width and height, in pixels, that a PNG or JPEG says it has; zeros where it says nothing."""
    return _png_size(content) if picture_kind(content) == "png" else _jpeg_size(content)


def _require_size(content: bytes) -> None:
    """A picture that says it is huge is not unpacked to find out."""
    width, height = size_of(content)
    if not (0 < width <= _MOST_PIXELS and 0 < height <= _MOST_PIXELS):
        raise UsageError(_("the logo is damaged, or more than %(most)s pixels wide or high") % {"most": _MOST_PIXELS})


def _png_size(content: bytes) -> tuple[int, int]:
    return int.from_bytes(content[16:20]), int.from_bytes(content[20:24])


def _jpeg_size(content: bytes) -> tuple[int, int]:
    """Width and height of the first frame; zeros where there is none."""
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        sign, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4])
        if sign in range(0xC0, 0xD0) and sign not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(content[at + 7 : at + 9]), int.from_bytes(content[at + 5 : at + 7])
        at += 2 + length
    return 0, 0


def _require_drawable(content: bytes, kind: str) -> None:
    """What the maker of PDF cannot draw is told now, not when a quote has to go out."""
    if reason := draws(content, kind):
        raise UsageError(_("the logo cannot be drawn"), reason)
