"""`crmcli sla`: working hours, holidays and promises of time; the clock that tickets are measured by."""

from __future__ import annotations

from crmcli.cli.program import program
from crmcli.cli.sla import calendars, files, policies, showing
from crmcli.language import gettext as _

app = program(help=_("Promises of time: working hours, holidays, and how soon tickets are answered and settled."))
app.add_typer(files.start_app)
app.add_typer(showing.app)
app.add_typer(calendars.app)
app.add_typer(calendars.calendar_app, name="calendar")
app.add_typer(policies.app)
app.add_typer(policies.policy_app, name="policy")
app.add_typer(files.app)
# What is typed first by those who look for the promises.
app.command(
    "list", hidden=True, help=_("What is promised, the most special first."), epilog="crmcli sla policy list --all"
)(policies.list_policies)
