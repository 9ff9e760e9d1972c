"""`crmcli report`: one command for every report in the registry, made from its definition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer
import typer.main
from typer._click.globals import get_current_context
from typer._click.types import STRING
from typer._types import TyperChoice
from typer.core import TyperCommand, TyperGroup, TyperOption

from crmcli.cli import options
from crmcli.cli.alarm import FailIfOption, raise_alarm
from crmcli.cli.program import program
from crmcli.cli.session import session, show
from crmcli.errors import NotFoundError
from crmcli.language import gettext as _
from crmcli.language import nearest
from crmcli.reports import registry
from crmcli.reports.definition import Parameter, ParameterKind, Report

if TYPE_CHECKING:
    from crmcli.reports.alerts.judging import Verdict
    from crmcli.table import Table

_METAVARS = {ParameterKind.DATE: "DATE", ParameterKind.TEXT: "TEXT"}
_HELP = {"help_option_names": ["-h", "--help"]}
_OWN = ("list", "run", "runs")  # commands that are no report


class ReportGroup(TyperGroup):
    """Reports as commands, each built only when it is named."""

    def list_commands(self, ctx: Any) -> list[str]:
        """`list`, `run`, `runs` and every report."""
        del ctx
        return [*_OWN, *registry.names()]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Build the command of one report."""
        del ctx
        if cmd_name in _OWN:
            return _own_command(cmd_name)
        return command(registry.find(cmd_name)) if cmd_name in registry.names() else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """As usual, but an unknown report gets a suggestion."""
        known = self.list_commands(ctx)
        if args and args[0] not in known and not args[0].startswith("-"):
            raise NotFoundError(
                _("There is no report %(name)s") % {"name": args[0]},
                nearest(args[0], known) or _("All reports: crmcli report list"),
            )
        return super().resolve_command(ctx, args)


def command(report: Report) -> TyperCommand:
    """The command of a report: its own options, then those all reports share."""

    def answer(**given: Any) -> None:
        _answer(get_current_context(), report, given)

    own = [_option(parameter) for parameter in report.parameters]
    return TyperCommand(
        name=report.name,
        params=[*own, *_shared()],
        callback=answer,
        help=_(report.question),
        short_help=_(report.title),
        epilog=f"crmcli report {report.name} --as-of latest --format csv",
        context_settings=dict(_HELP),
        rich_markup_mode=None,
    )


def _answer(context: Any, report: Report, given: dict[str, Any]) -> None:
    from crmcli.output.write import FOR_PEOPLE, ROWS_ALONE, chosen_format
    from crmcli.reports.run import run

    state = session(context)
    own = {p.name: given[p.name] for p in report.parameters if given.get(p.name) is not None}
    chosen = chosen_format(given["format"], given["output"])
    with state.reading() as con:
        day = options.settle_day(given["as_of"], con, state)
        table = run(
            report,
            con,
            as_of=day,
            parameters=own,
            where=tuple(given["where"] or ()),
            sort=tuple(given["sort"] or ()),
            limit=given["limit"],
            currency=options.currency(con),
            beside=chosen in FOR_PEOPLE,
            told=chosen not in ROWS_ALONE,
        )
        verdicts = _judged(given["fail_if"], table)
        show(table, format=given["format"], output=given["output"], excel_safe=given["excel_safe"])
    raise_alarm(verdicts)


def _judged(alerts: list[str] | None, table: Table) -> tuple[Verdict, ...]:
    if not alerts:
        return ()
    from crmcli.reports.alerts.judging import judge

    return judge(alerts, table)


def _option(parameter: Parameter) -> TyperOption:
    name = parameter.name.replace("_", "-")
    text = _(parameter.help)
    if parameter.kind is ParameterKind.FLAG:
        return TyperOption(
            param_decls=[parameter.name, f"--{name}/--no-{name}" if parameter.default else f"--{name}"],
            is_flag=True,
            default=parameter.default,
            help=text,
            show_default=bool(parameter.default),
        )
    if parameter.kind is ParameterKind.CHOICE:
        kind: Any = TyperChoice(parameter.choices)
    else:
        kind = STRING  # numbers may be written the local way; the definition parses them
    return TyperOption(
        param_decls=[parameter.name, f"--{name}"],
        type=kind,
        metavar=None if parameter.choices else _METAVARS.get(parameter.kind, "N"),
        default=None if parameter.default is None else str(parameter.default),
        help=text,
        show_default=parameter.default is not None,
    )


def _shared() -> list[TyperOption]:
    """The options of every report, as typer builds them for any other command."""
    template = typer.Typer(rich_markup_mode=None, add_completion=False)

    @template.command()
    def _shape(
        as_of: options.AsOfOption = "today",
        where: options.WhereOption = None,
        sort: options.SortOption = None,
        limit: options.LimitOption = None,
        format: options.FormatOption = None,
        output: options.OutputOption = None,
        excel_safe: options.ExcelSafeOption = False,
        fail_if: FailIfOption = None,
    ) -> None:
        """Only its options are taken."""

    return [option for option in typer.main.get_command(template).params if isinstance(option, TyperOption)]


app = program(cls=ReportGroup)


@app.callback(help=_("What customers are worth, who is leaving, and the rest."))
def _root() -> None:
    """Reports."""


def list_reports(format: options.FormatOption = None, output: options.OutputOption = None) -> None:
    """All reports and what each answers."""
    from crmcli.table import Column, Kind, ListRows, Table

    found = [registry.find(name) for name in registry.names()]
    rows = [(r.name, _(r.title), _(r.question)) for r in found]
    columns = (
        Column("report", "Report", Kind.CODE),
        Column("title", "Title", Kind.TEXT),
        Column("question", "Question", Kind.TEXT),
    )
    show(Table("reports", _("Reports"), columns, ListRows(rows)), format=format, output=output)


def _own_command(name: str) -> Any:
    template = program()
    if name == "list":
        template.command(name, help=_("All reports and what each answers."))(list_reports)
        return typer.main.get_command(template)
    from crmcli.cli import running

    if name == "run":
        template.command(
            name,
            help=_("Make the reports of a set; exit 10 when an alert fires."),
            epilog="crmcli report run sample_data/monday.toml --as-of latest",
        )(running.run_set)
    else:
        template.command(
            name, help=_("Runs of report sets, newest first."), epilog="crmcli report runs --stale 2d --set monday"
        )(running.list_runs)
    return typer.main.get_command(template)
