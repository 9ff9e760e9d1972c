"""`crmcli plan`: relationship plans and their steps: what is due, done, skipped, moved; a calendar to take along."""

from __future__ import annotations

from crmcli.cli.plans import calendar, changing, doing, looking
from crmcli.cli.program import program
from crmcli.language import gettext as _

app = program(
    help=_("Relationship plans: what is due, done, skipped, moved; goals with their facts; a calendar to take along.")
)
app.add_typer(looking.app)
app.add_typer(doing.app)
app.add_typer(changing.app)
app.add_typer(calendar.app)
