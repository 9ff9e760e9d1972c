"""Documents kept as issued and found again: facts, templates, words and logo, so that each is made again to the byte."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from crmcli.documents.facts import DocumentKind, Offer, Statement
from crmcli.documents.stored import Facts, from_json, to_json
from crmcli.documents.words import own_template
from crmcli.store.issued import Issued, keep_document, keep_part, load_document, load_part

if TYPE_CHECKING:
    import duckdb

    from crmcli.store.journal import Writer

LAYOUTS = ("page.html", "page.typ")


def keep(
    writer: Writer,
    facts: Facts,
    *,
    parts: Mapping[str, bytes],
    customer_id: int | None = None,
    number: str = "",
) -> None:
    """Keep a document as issued, in the step of `writer`; call inside its transaction.

    Args:
        writer: Of the step that issues it.
        facts: What it says.
        parts: `own_parts` of this day; ours are kept for the names it does not have.
        customer_id: Whom it is for.
        number: For statements and price lists, whose facts have none.

    Raises:
        ConflictError: It was issued already.
    """
    names = (*LAYOUTS, f"words.{facts.language}.toml")
    used = {name: (parts.get(name) or own_template(name)).decode("utf-8", "replace") for name in names}
    bundle = json.dumps(used, ensure_ascii=False, indent=1, sort_keys=True).encode()
    if "logo" in parts:
        keep_part(writer, "logo", parts["logo"])
    kind, own_number, revision = _called(facts)
    keep_document(
        writer,
        Issued(kind.value, own_number or number, revision, customer_id, facts.issued_on, to_json(facts),
               keep_part(writer, "templates", bundle)),
    )  # fmt: skip


def load(
    con: duckdb.DuckDBPyConnection, kind: DocumentKind, number: str, revision: int | None = None
) -> tuple[Facts, dict[str, bytes]]:
    """Facts and parts of a document as issued, ready for `render`; without a revision the latest.

    Raises:
        NotFoundError: It was never issued.
    """
    issued = load_document(con, kind.value, number, revision)
    facts = from_json(issued.facts)
    parts: dict[str, bytes] = {}
    if issued.template_hash:
        bundle: dict[str, str] = json.loads(load_part(con, issued.template_hash))
        parts = {name: text.encode() for name, text in bundle.items()}
    if facts.seller.logo_hash:
        parts["logo"] = load_part(con, facts.seller.logo_hash)
    return facts, parts


def _called(facts: Facts) -> tuple[DocumentKind, str, int]:
    if isinstance(facts, Offer):
        return facts.kind, facts.number, facts.revision
    return (DocumentKind.STATEMENT if isinstance(facts, Statement) else DocumentKind.PRICE_LIST), "", 1
