"""`crmcli init`: make a store."""

from __future__ import annotations

from typing import Annotated

import typer

from crmcli.cli.program import program
from crmcli.cli.session import say, session
from crmcli.errors import ConflictError, UsageError
from crmcli.language import current
from crmcli.language import gettext as _


def init(
    context: typer.Context,
    currency: Annotated[str, typer.Option("--currency", metavar="CODE", help=_("base currency, an ISO code"))] = "RUB",
    region: Annotated[
        str, typer.Option("--region", metavar="CODE", help=_("country of phones, tax ids and holidays"))
    ] = "RU",
) -> None:
    """Make an empty store; its base currency cannot be changed later."""
    from crmcli.store.connection import open_to_write, transaction
    from crmcli.store.migrate import migrate

    state = session(context)
    store = state.settings.db
    code, country = currency.strip().upper(), region.strip().upper()
    if not (len(code) == 3 and code.isascii() and code.isalpha()):
        raise UsageError(_("%(code)s is no currency code") % {"code": currency}, "RUB, EUR, USD, KZT …")
    if not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise UsageError(_("%(code)s is no country code") % {"code": region}, "RU, DE, GB, KZ …")
    if store.exists():
        raise ConflictError(
            _("There is something at %(path)s already") % {"path": store}, _("Name another file with --db")
        )
    store.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open_to_write(store, wait=state.settings.wait, create=True) as con:
        migrate(con, now=state.now)
        with transaction(con):
            for key, value in (("base_currency", code), ("region", country), ("language", current())):
                con.execute("INSERT INTO meta.settings VALUES ($1, $2)", [key, value])
    say(_("Made %(path)s, in %(currency)s") % {"path": store, "currency": code})
    say("  " + _("Next: crmcli import preview FILE, then crmcli import run FILE"))


app = program()
app.command(help=_("Make an empty store; its base currency cannot be changed later."))(init)
