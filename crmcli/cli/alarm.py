"""What a report does about alerts: the option --fail-if, the words on stderr, the exit code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli.session import say
from crmcli.language import gettext as _

if TYPE_CHECKING:
    from crmcli.reports.alerts.judging import Verdict

EXIT_ALERT = 10

FailIfOption = Annotated[
    list[str] | None,
    typer.Option(
        "--fail-if",
        metavar="ALERT",
        help=_("exit with 10 if, say, 'rows > 0' or 'sum(money_at_risk) > 100000'; can be repeated"),
    ),
]


def raise_alarm(verdicts: Sequence[Verdict]) -> None:
    """Tell every alert that fired or cannot be known, and end with exit code 10 when one fired.

    Raises:
        typer.Exit: One fired.
    """
    for verdict in verdicts:
        if verdict.fired is not False:
            say(str(verdict))
    if any(verdict.fired for verdict in verdicts):
        raise typer.Exit(EXIT_ALERT)
