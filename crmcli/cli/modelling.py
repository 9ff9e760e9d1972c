"""`crmcli model`: the statistics behind churn and value, to look at by themselves."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from typer._types import TyperChoice

from crmcli.cli import options
from crmcli.cli.program import program
from crmcli.cli.session import session, show, standard_output
from crmcli.language import gettext as _
from crmcli.reports.fitting import MODELS, UNITS

app = program()


@app.callback(help=_("The statistics behind churn and value."))
def _root() -> None:
    """Models."""


@app.command(
    "fit",
    help=_("Parameters of a model, with standard errors and log-likelihood."),
    epilog="crmcli model fit --model bg_nbd --unit week --to 2025-12-31 --format json",
)
def fit(
    context: typer.Context,
    model: Annotated[str, typer.Option(click_type=TyperChoice(MODELS), help=_("which model"))] = "mbg_nbd",
    unit: Annotated[str, typer.Option(click_type=TyperChoice(tuple(UNITS)), help=_("unit of time"))] = "day",
    to: Annotated[str, typer.Option("--to", metavar="DATE", help=_("last day of the facts"))] = "today",
    prior: Annotated[
        str,
        typer.Option(
            click_type=TyperChoice(("weak", "none")),
            help=_("none: plain maximum likelihood, free purchases counted, as in the literature"),
        ),
    ] = "weak",
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Parameters of a model."""
    from crmcli.output.destination import replacing, speaking
    from crmcli.output.write import chosen_format
    from crmcli.reports.fitting import fit_store

    state = session(context)
    with state.reading() as con:
        fitted = fit_store(con, model=model, unit=unit, until=options.settle_day(to, con, state), prior=prior)
    if chosen_format(format, output) != "json":
        show(fitted.as_table(), format=format, output=output)
        return
    data = (json.dumps(fitted.as_data(), ensure_ascii=False, indent=2) + "\n").encode()
    if output and output != "-":
        with replacing(output) as path:
            path.write_bytes(data)
        return
    with speaking(standard_output()) as sink:
        sink.write(data)


@app.command(
    "compare",
    help=_("The purchase models on the same past days, best first."),
    epilog="crmcli model compare --as-of latest",
)
def compare(
    context: typer.Context,
    horizon: Annotated[int, typer.Option(min=1, max=1_095, metavar="DAYS", help=_("days to look ahead"))] = 90,
    as_of: options.AsOfOption = "today",
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """The purchase models on the same past days, best first."""
    from crmcli.reports.fitting import compare_models

    state = session(context)
    with state.reading() as con:
        day = options.settle_day(as_of, con, state)
        table = compare_models(con, as_of=day, horizon=horizon)
    show(table, format=format, output=output)
