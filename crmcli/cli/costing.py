"""`crmcli cost`: what serving customers costs, by activity, driver, and rate or pool."""

from __future__ import annotations

from dataclasses import astuple
from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.keeping import DryRunOption, keeping, tell_step
from crmcli.cli.program import program
from crmcli.cli.session import Session, session, show
from crmcli.cli.typed import amount
from crmcli.language import N_
from crmcli.language import gettext as _
from crmcli.table import Column, Kind, ListRows, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.store.costing import CostActivity
    from crmcli.store.journal import Step

app = program(help=_("What serving customers costs: activities with a driver, and a rate or a pool to divide."))

_COLUMNS = (
    Column("name", N_("Cost activity"), Kind.TEXT),
    Column("driver", N_("Driver"), Kind.CODE),
    Column("rate", N_("Rate"), Kind.MONEY),
    Column("pool", N_("Pool"), Kind.MONEY),
    Column("period_from", N_("From"), Kind.DATE),
    Column("period_to", N_("To"), Kind.DATE),
    Column("capacity", N_("Capacity"), Kind.QUANTITY),
)
_DRIVER_COLUMNS = (
    Column("driver", N_("Driver"), Kind.CODE),
    Column("counts", N_("What it counts"), Kind.TEXT),
)
_FromOption = Annotated[str | None, typer.Option("--from", metavar="DATE", help=_("first day it holds"))]


@app.command("add", help=_("Add a cost activity."), epilog="crmcli cost add Delivery --driver shipment --rate 650")
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("what is done"))],
    driver: Annotated[
        str, typer.Option("--driver", metavar="DRIVER", help=_("what it is counted by: crmcli cost drivers"))
    ],
    rate: Annotated[str | None, typer.Option("--rate", metavar="N", help=_("cost of one unit of the driver"))] = None,
    pool: Annotated[str | None, typer.Option("--pool", metavar="N", help=_("cost of the whole period"))] = None,
    period_from: _FromOption = None,
    period_to: Annotated[str | None, typer.Option("--to", metavar="DATE", help=_("last day it holds"))] = None,
    capacity: Annotated[
        str | None,
        typer.Option(
            "--capacity", metavar="N", help=_("units the pool can do in its period; unused ones charge nobody")
        ),
    ] = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Add a cost activity."""
    from crmcli.store.costing import CostActivity, add_activity, require_sound

    state = session(context)
    activity = CostActivity(
        name.strip(),
        driver.strip() if ":" in driver else driver.strip().lower(),
        amount(rate, "--rate"),
        amount(pool, "--pool"),
        options.parse_day(period_from) if period_from else None,
        options.parse_day(period_to) if period_to else None,
        amount(capacity, "--capacity"),
    )
    require_sound(activity)
    with keeping(state, dry_run=dry_run) as con:
        step = add_activity(con, activity, now=state.now, command=state.command)
    _told(state, [activity], _("Cost activity added"), step, dry_run=dry_run, format=format, output=output)


@app.command("remove", help=_("Remove a cost activity."), epilog="crmcli cost remove Delivery")
def remove(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("as in: crmcli cost list"))],
    period_from: _FromOption = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Remove a cost activity."""
    from crmcli.store.costing import remove_activity

    state = session(context)
    day = options.parse_day(period_from) if period_from else None
    with keeping(state, dry_run=dry_run) as con:
        step, gone = remove_activity(con, name.strip(), day, now=state.now, command=state.command)
    _told(state, gone, _("Cost activity removed"), step, dry_run=dry_run, format=format, output=output)


@app.command("list", help=_("All cost activities."))
def list_activities(
    context: typer.Context, format: options.FormatOption = None, output: options.OutputOption = None
) -> None:
    """All cost activities."""
    from crmcli.store.costing import cost_activities

    with session(context).reading() as con:
        found, currency = cost_activities(con), options.currency(con)
    show(_table(found, _("Cost activities"), currency), format=format, output=output)


@app.command("drivers", help=_("What a cost activity can be counted by."))
def list_drivers(format: options.FormatOption = None, output: options.OutputOption = None) -> None:
    """What a cost activity can be counted by."""
    from crmcli.store.costing import DRIVERS

    rows = [(driver, _(meaning)) for driver, meaning in DRIVERS.items()]
    show(Table("drivers", _("Cost drivers"), _DRIVER_COLUMNS, ListRows(rows)), format=format, output=output)


def _told(
    state: Session,
    activities: Sequence[CostActivity],
    title: str,
    step: Step | None,
    *,
    dry_run: bool,
    format: str | None,
    output: str | None,
) -> None:
    """What was written, or would be, on standard output; how to take it back on stderr."""
    with state.reading() as con:
        currency = options.currency(con)
    show(_table(activities, title, currency), format=format, output=output)
    tell_step(None if dry_run else step)


def _table(activities: Sequence[CostActivity], title: str, currency: str) -> Table:
    empty = _("No cost activities yet; add one: crmcli cost add NAME --driver DRIVER --rate N")
    return Table(
        "cost_activities", title, _COLUMNS, ListRows([astuple(a) for a in activities]), empty=empty, currency=currency
    )
