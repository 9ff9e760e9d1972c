"""`crmcli deal`: opportunities from the first word to money: added, moved, won, lost; which rot, what they are worth."""

from __future__ import annotations

from crmcli.cli.deals import adding, chances, ending, looking, moving, stages
from crmcli.cli.program import program
from crmcli.language import gettext as _

app = program(help=_("Deals: add, move from stage to stage, win, lose; what they are worth and which are rotting."))
app.add_typer(adding.app)
app.add_typer(moving.app)
app.add_typer(ending.app)
app.add_typer(looking.app)
app.add_typer(chances.app)
app.add_typer(stages.app, name="stages")
