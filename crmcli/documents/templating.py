"""The owner's own templates and words: written out to be changed, and looked at before they are taken."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

from crmcli.documents.briefings.render import LAYOUTS as BRIEFING_LAYOUTS
from crmcli.documents.briefings.render import render_briefing
from crmcli.documents.briefings.trial import trial_briefing
from crmcli.documents.facts import (
    Bank,
    DocumentKind,
    Entry,
    Line,
    Offer,
    Party,
    PricedProduct,
    PriceSheet,
    Seller,
    Statement,
    TaxLine,
)
from crmcli.documents.issuing import LAYOUTS
from crmcli.documents.render import render
from crmcli.documents.stored import Facts
from crmcli.documents.words import NAMES
from crmcli.errors import NotFoundError, UsageError
from crmcli.language import LANGUAGES
from crmcli.language import gettext as _

FILES = (*LAYOUTS, *BRIEFING_LAYOUTS, *NAMES)
_MOST_BYTES = 500_000


def read_templates(folder: Path) -> dict[str, bytes]:
    """Templates and words in a folder, by file name; each was tried on a document of every kind and language.

    Raises:
        NotFoundError: There is no such folder, or none of FILES in it.
        UsageError: A file is too large.
        CrmError: A template cannot be filled in or laid out.
    """
    if not folder.is_dir():
        raise NotFoundError(_("there is no folder %(folder)s") % {"folder": folder})
    found = {name: folder / name for name in FILES if (folder / name).is_file()}
    if not found:
        raise NotFoundError(
            _("%(folder)s holds no template") % {"folder": folder},
            _("Templates are: %(names)s") % {"names": ", ".join(FILES)},
        )
    for name, path in found.items():
        if path.stat().st_size > _MOST_BYTES:
            raise UsageError(_("%(file)s is larger than %(most)s kB") % {"file": name, "most": _MOST_BYTES // 1000})
    parts = {name: path.read_bytes() for name, path in found.items()}
    for facts in trial_facts():
        render(facts, "html", parts=parts)
        render(facts, "pdf", parts=parts)
    for language in LANGUAGES:
        render_briefing(trial_briefing(language), "html", parts=parts)
        render_briefing(trial_briefing(language), "pdf", parts=parts)
    return parts


def trial_facts() -> list[Facts]:
    """One small document of every kind in every language."""
    kinds = (DocumentKind.QUOTE, DocumentKind.ORDER, DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE)
    facts: list[Facts] = []
    for language in LANGUAGES:
        facts += [_offer(kind, language) for kind in kinds]
        facts += [_statement(language), _price_sheet(language)]
    return facts


_DAY = dt.date(2026, 1, 31)
_ONE = Decimal("1.00")
_SELLER = Seller(
    Party("Sample Fittings Ltd", (("", "1 Sample Street"),)),
    Bank("Sample Bank", "40702810000000000005", "049900001", "30101810100000000001", "GB72SAMP00000000000001"),
    "9999000165", "999901001", (("Director", "J. Sample"),),
)  # fmt: skip
_BUYER = Party("Example Builders", (("", "5 Example Avenue"),))


def _offer(kind: DocumentKind, language: str) -> Offer:
    line = Line(
        1, "A-1", "Coil", _ONE, "pcs", _ONE, _ONE, Decimal("0.20"), Decimal("1.20"), Decimal(5), Decimal(20), "red"
    )
    beside = Line(
        2, "A-2", "Reel", _ONE, "pcs", _ONE, _ONE, Decimal("0.20"), Decimal("1.20"), None, Decimal(20), "", "new"
    )
    taxes = (TaxLine(Decimal(20), _ONE, Decimal("0.20")),)
    return Offer(
        kind, "T-1", 2, language, _DAY, _DAY, "RUB", 2, _SELLER, _BUYER, (line, beside), _ONE, taxes, Decimal("0.20"),
        Decimal("1.20"), tax_included=False, tax_mode="line", references=(("Manager", "M"),), terms=("Terms.",),
        instalments=((_DAY, Decimal("1.20")),),
    )  # fmt: skip


def _statement(language: str) -> Statement:
    entry = Entry(_DAY, "T-1", _ONE, Decimal(0), _ONE)
    return Statement(
        language, _DAY, _DAY, _DAY, "RUB", 2, _SELLER, _BUYER, Decimal(0), (entry,), _ONE, Decimal(0), _ONE
    )


def _price_sheet(language: str) -> PriceSheet:
    product = PricedProduct("A-1", "Coil", "pcs", (_ONE, None), is_new=True, note="red")
    return PriceSheet(
        language, "Prices", "All", _DAY, _DAY, _DAY, "RUB", 2, True, _SELLER, (_ONE, Decimal(10)),
        (("Coils", (product,)),), ("Note.",),
    )  # fmt: skip
