"""`crmcli ticket`: requests of customers: who asks what, who answers, what was promised, until it is settled."""

from __future__ import annotations

from crmcli.cli.program import program
from crmcli.cli.tickets import due, linking, looking, moving, opening, talking
from crmcli.language import gettext as _

app = program(
    help=_(
        "Requests of customers: opened, answered, settled; the whole thread, priority by value, warranty, replacement."
    )
)
app.add_typer(opening.app)
app.add_typer(looking.app)
app.add_typer(talking.app)
app.add_typer(moving.app)
app.add_typer(linking.app)
app.add_typer(due.app)
