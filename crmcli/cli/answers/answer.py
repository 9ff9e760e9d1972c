"""`crmcli answer`: one approved text for every question that customers ask again and again."""

from __future__ import annotations

from crmcli.cli.answers import approving, finding, looking, moving, using, writing
from crmcli.cli.program import program
from crmcli.language import gettext as _

app = program(
    help=_("One approved text for every question customers ask again: written, found by words, used, kept up to date.")
)
app.add_typer(finding.app)
app.add_typer(using.app)
app.add_typer(writing.app)
app.add_typer(approving.app)
app.add_typer(looking.app)
app.add_typer(moving.app)
