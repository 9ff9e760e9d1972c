"""Logos: what is taken, and what is refused before it can do anything."""

from __future__ import annotations

import io

import pytest
import segno

from crmcli.documents.pictures import picture_kind, require_harmless, size_of
from crmcli.documents.render import render
from crmcli.errors import UsageError
from tests.documents.made import offer

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">%s</svg>'


def png() -> bytes:
    made = io.BytesIO()
    segno.make("logo").save(made, kind="png", scale=2)
    return made.getvalue()


def test_plain_pictures_are_taken_and_drawn() -> None:
    drawing = (
        SVG % '<g fill="red"><rect width="9" height="9"/><use xlink:href="#a"/><path id="a" d="M0 0h3"/></g>'
    ).encode()
    assert require_harmless(drawing) == "svg"
    assert require_harmless(png()) == "png"
    for logo in (drawing, png()):
        for kind in ("pdf", "html", "xlsx"):
            assert render(offer(), kind, parts={"logo": logo}) != render(offer(), kind) or (kind, logo) == (
                "xlsx",
                drawing,
            )
            assert render(offer(), kind, parts={"logo": logo}) == render(offer(), kind, parts={"logo": logo})


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<rect onload="alert(1)"/>',
        '<image href="http://example.com/a.png"/>',
        '<a href="http://example.com"><rect/></a>',
        '<use href="http://example.com/a.svg#x"/>',
        '<use xlink:href="file:///etc/passwd"/>',
        '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"/></foreignObject>',
        "<style>@import url(http://example.com)</style>",
        '<rect style="fill: url(http://example.com/a)"/>',
        '<rect fill="url(//example.com)"/>',
        '<animate attributeName="href" values="javascript:alert(1)"/>',
        '<set attributeName="onload" to="alert(1)"/>',
        "<rect/>" * 6000,
        '<iframe xmlns="http://www.w3.org/1999/xhtml" src="x"/>',
        "<rect>",
    ],
)
def test_hostile_drawings_are_refused(inside: str) -> None:
    with pytest.raises(UsageError):
        require_harmless((SVG % inside).encode())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b"=1+1",
        b'<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
        b'<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd"><svg/>',
        b"\xff\xd8\xff\xe0broken",
        b"<svg>" + b"x" * 600_000,
        "<svg xmlns='http://www.w3.org/2000/svg'/>".encode("utf-16"),
    ],
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(UsageError):
        require_harmless(content)


def test_a_huge_picture_is_not_unpacked() -> None:
    huge = bytearray(png())
    huge[16:24] = (60_000).to_bytes(4) * 2
    assert size_of(bytes(huge)) == (60_000, 60_000)
    with pytest.raises(UsageError, match="pixels"):
        require_harmless(bytes(huge))


def test_a_cut_off_picture_is_refused() -> None:
    assert picture_kind(png()[:60]) == "png"
    with pytest.raises(UsageError, match="drawn"):
        require_harmless(png()[:60])
