"""`crmcli keyaccount`: the customers that matter, chosen by a written rule, looked after by a plan."""

from __future__ import annotations

from crmcli.cli.keys import chosen, review, rule
from crmcli.cli.managers import assign
from crmcli.cli.plans import making as plan_making
from crmcli.cli.program import program
from crmcli.language import gettext as _

app = program(help=_("Customers that matter: chosen by a written rule, given a manager, looked after by a plan."))
app.add_typer(rule.app, name="rule")
app.add_typer(chosen.app)
app.add_typer(assign.app)
app.add_typer(review.app)
app.add_typer(plan_making.app)
# Other commands of this group lie in files of their own: app.add_typer(MODULE.app), or with name= for a group.
