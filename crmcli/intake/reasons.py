"""Why a file cannot be read, in the owner's words: libraries give their reasons in English and in their own terms."""

from __future__ import annotations

import re

from crmcli.language import N_
from crmcli.language import gettext as _

# What libraries say most → what it means; the names in a shape fill the sentence.
_SHAPES = (
    (r"JSON.*?line (?P<line>\d+)", N_("line %(line)s is no JSON")),
    (r"not a zip file|No magic bytes|too small to be a Parquet|EOCD", N_("it is cut off, or not what its name says")),
    (r"ended before the end-of-stream|truncated|unexpected end|EOF when reading", N_("it ends too early")),
    (r"CRC|Corrupt input data|while decompressing|differ\.|Bad magic number|bad checksum|invalid (?:stored )?block",
     N_("its content is not what was packed")),
    (r"encrypted|password", N_("it is locked with a password")),
    (r"compression (?:method|type)", N_("it is packed in a way that is not known here")),
)  # fmt: skip


def in_words(reason: object) -> str:
    """The reason in plain words where it is a common one; any other as it was given, on one line."""
    text = " ".join(str(reason).split())
    for shape, message in _SHAPES:
        if found := re.search(shape, text):
            return _(message) % found.groupdict()
    return text[:160]
