"""Documents as they were issued: facts as JSON text, and the templates and logos they were made with, once each.

Nothing here looks into the facts: `crmcli.documents.stored` writes and reads them.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

from crmcli.errors import ConflictError, NotFoundError
from crmcli.language import gettext as _
from crmcli.store.connection import rows, scalar

if TYPE_CHECKING:
    import datetime as dt

    import duckdb

    from crmcli.store.journal import Writer

COLUMNS = ("kind", "number", "revision", "customer_id", "issued_on", "facts", "template_hash")


@dataclass(frozen=True, slots=True)
class Issued:
    """A document as issued; the fields are columns of the table, in the order of COLUMNS.

    Args:
        kind, number, revision: What tells it from all others.
        customer_id: Whom it was made for, or None.
        issued_on: Its date.
        facts: JSON that every rendering is made from.
        template_hash: SHA-256 of the templates it was made with, a kept part; None: none were kept.
    """

    kind: str
    number: str
    revision: int
    customer_id: int | None
    issued_on: dt.date
    facts: str
    template_hash: str | None = None


def keep_document(writer: Writer, issued: Issued) -> None:
    """Write a document into the step of `writer`. Call inside its transaction.

    Raises:
        ConflictError: It was issued already: what is issued stays as it is.
    """
    taken = scalar(
        writer.con,
        "SELECT count(*) FROM documents WHERE kind = $1 AND number = $2 AND revision = $3",
        [issued.kind, issued.number, issued.revision],
    )
    if taken:
        raise ConflictError(_("%(number)s was issued already and cannot change") % {"number": issued.number})
    writer.add("documents", COLUMNS, [astuple(issued)])


def load_document(con: duckdb.DuckDBPyConnection, kind: str, number: str, revision: int | None = None) -> Issued:
    """A document as issued; without a revision the latest.

    Raises:
        NotFoundError: None of that kind, number and revision was issued.
    """
    names = ", ".join(COLUMNS)
    found = rows(
        con,
        f"SELECT {names} FROM documents WHERE kind = $1 AND number = $2 AND coalesce(revision = $3, true) "
        "ORDER BY revision DESC LIMIT 1",
        [kind, number, revision],
    )
    if not found:
        raise NotFoundError(_("%(number)s was never issued") % {"number": number})
    return Issued(*found[0])


def keep_part(writer: Writer, name: str, content: bytes) -> str:
    """Keep a template or logo, unless it is kept already; returns its SHA-256. Call inside a transaction."""
    digest = hashlib.sha256(content).hexdigest()
    if scalar(writer.con, "SELECT count(*) FROM document_parts WHERE hash = $1", [digest]):
        return digest
    row = (digest, name, base64.b64encode(content).decode())
    writer.add("document_parts", ("hash", "name", "content"), [row])
    return digest


def load_part(con: duckdb.DuckDBPyConnection, digest: str) -> bytes:
    """A kept template or logo.

    Raises:
        NotFoundError: There is none of that hash.
    """
    found = rows(con, "SELECT content FROM document_parts WHERE hash = $1", [digest])
    if not found:
        raise NotFoundError(_("a part of the document is missing from the store: %(hash)s") % {"hash": digest})
    return base64.b64decode(found[0][0])
