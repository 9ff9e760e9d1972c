"""Facts to bytes: the same figures as PDF, HTML, XLSX, Markdown, JSON and CSV."""

from __future__ import annotations

from collections.abc import Mapping

from crmcli.documents.facts import Offer, Statement
from crmcli.documents.offer_page import offer_page
from crmcli.documents.page import Page
from crmcli.documents.price_page import price_page
from crmcli.documents.statement_page import statement_page
from crmcli.documents.stored import Facts, to_json
from crmcli.documents.words import load_words
from crmcli.errors import UsageError
from crmcli.language import gettext as _

FORMATS = ("pdf", "html", "xlsx", "md", "json", "csv")
_NOTHING: Mapping[str, bytes] = {}


def render(facts: Facts, format: str, *, parts: Mapping[str, bytes] = _NOTHING) -> bytes:
    """A document in one of FORMATS; the same facts and parts give the same bytes.

    Args:
        facts: What it says.
        format: One of FORMATS.
        parts: Templates and words of the owner's by file name (page.typ, page.html, words.ru.toml …), and "logo".

    Raises:
        UsageError: There is no such format.
        CrmError: A template of the owner's cannot be filled in.
    """
    if format == "json":
        return (to_json(facts) + "\n").encode()
    if format == "csv":
        from crmcli.documents.separated import csv

        return csv(facts)
    if format not in FORMATS:
        raise UsageError(_("there is no format %(name)s for documents") % {"name": format}, ", ".join(FORMATS))
    page = page_of(facts, parts=parts)
    if format == "html":
        from crmcli.documents.web import html

        return html(page, parts)
    if format == "md":
        from crmcli.documents.marked import markdown

        return markdown(page)
    if format == "xlsx":
        from crmcli.documents.sheet import xlsx

        return xlsx(page, facts.issued_on, parts)
    from crmcli.documents.paper import pdf

    return pdf(page, facts.issued_on, parts)


def page_of(facts: Facts, *, parts: Mapping[str, bytes] = _NOTHING) -> Page:
    """What stands on the document, before any format."""
    words = load_words(facts.language, parts)
    if isinstance(facts, Offer):
        return offer_page(facts, words)
    return statement_page(facts, words) if isinstance(facts, Statement) else price_page(facts, words)
