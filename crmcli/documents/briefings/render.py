"""A briefing to bytes: PDF, HTML and Markdown of the same facts."""

from __future__ import annotations

from collections.abc import Mapping

from crmcli.documents.briefings.facts import Briefing
from crmcli.documents.briefings.layout import harmless, laid_out
from crmcli.documents.words import load_words
from crmcli.errors import UsageError
from crmcli.language import gettext as _

FORMATS = ("pdf", "html", "md")
LAYOUTS = ("briefing.html", "briefing.typ")  # templates that owners may change
_NOTHING: Mapping[str, bytes] = {}


def render_briefing(briefing: Briefing, format: str, *, parts: Mapping[str, bytes] = _NOTHING) -> bytes:
    """A briefing in one of FORMATS; the same facts and parts give the same bytes.

    Args:
        briefing: What it says.
        format: One of FORMATS.
        parts: Templates and words of the owner's by file name (briefing.typ, briefing.html, words.ru.toml …), and "logo".

    Raises:
        UsageError: There is no such format.
        CrmError: A template of the owner's cannot be filled in.
    """
    if format not in FORMATS:
        raise UsageError(_("there is no format %(name)s for documents") % {"name": format}, ", ".join(FORMATS))
    safe = harmless(briefing)
    if format == "md":
        from crmcli.documents.briefings.marked import markdown

        return markdown(safe)
    data = laid_out(safe, load_words(briefing.language, parts).layout())
    if format == "html":
        from crmcli.documents.briefings.web import html

        return html(data, parts)
    from crmcli.documents.briefings.paper import pdf

    return pdf(data, briefing.as_of, parts)
