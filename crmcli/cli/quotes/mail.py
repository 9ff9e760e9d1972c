"""A quote as a mail in a file (.eml), with its PDF: for the owner's own mail program; nothing is sent from here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.cli.session import say
from crmcli.errors import UsageError
from crmcli.language import gettext as _

if TYPE_CHECKING:
    import duckdb

    from crmcli.documents.facts import Offer
    from crmcli.store.quotes.rows import Quote


def put_mail(
    con: duckdb.DuckDBPyConnection, quote: Quote, facts: Offer, parts: Mapping[str, bytes], *, target: str
) -> None:
    """Write the mail to `target`, a file or a folder; an address that is none is left for the owner to fill in.

    Raises:
        CrmError: It cannot be written.
    """
    from crmcli.cli.quotes.told import file_name
    from crmcli.documents.mail import letter
    from crmcli.documents.render import render
    from crmcli.output.destination import replacing
    from crmcli.store.seller import load_details

    name = file_name(con, quote, "pdf")
    path = Path(target) / f"{Path(name).stem}.eml" if Path(target).is_dir() else Path(target)
    attached = {name: render(facts, "pdf", parts=parts)}
    to, sender = _address(con, quote.customer_id), load_details(con).get("email", "")
    try:
        content = letter(facts, attached, to=to, sender=sender, parts=parts)
    except UsageError as refused:
        say(_("%(reason)s: fill the addresses in yourself") % {"reason": refused.message})
        content = letter(facts, attached, to="", parts=parts)
    with replacing(str(path)) as fresh:
        fresh.write_bytes(content)
    say(_("Mail written, not sent: %(file)s") % {"file": str(path)})


def _address(con: duckdb.DuckDBPyConnection, customer_id: int) -> str:
    """Of the person first in charge, else of the firm; empty: none is known."""
    from crmcli.store.connection import rows

    found = rows(
        con,
        'SELECT email FROM (SELECT 1 AS place, email FROM people WHERE contact_id = $1 AND "primary" UNION ALL '
        "SELECT 2, email FROM contacts WHERE id = $1) WHERE email <> '' ORDER BY place, email LIMIT 1",
        [customer_id],
    )
    return str(found[0][0]) if found else ""
