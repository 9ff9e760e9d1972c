"""`crmcli sla start|example|print|set`: everything in one step, or as one file an owner can keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.keeping import DryRunOption
from crmcli.cli.program import program
from crmcli.cli.selling import put_document
from crmcli.cli.session import say, session
from crmcli.cli.sla.calendars import CountryOption, HoursOption, ZoneOption
from crmcli.cli.sla.tables import policies_table
from crmcli.cli.sla.writing import rewritten
from crmcli.cli.typed import read_text
from crmcli.errors import ConflictError
from crmcli.language import gettext as _
from crmcli.rules.sla.ready import USUAL_HOURS

if TYPE_CHECKING:
    import duckdb

    from crmcli.rules.sla.arrangement import Arrangement

start_app = program()
app = program()


@start_app.command(
    "start",
    help=_("Begin: a calendar Monday to Friday with the holidays of a country, and promises by urgency."),
    epilog="crmcli sla start --country RU --zone Europe/Moscow",
)
def start(
    context: typer.Context,
    country: CountryOption = None,
    zone: ZoneOption = None,
    hours: HoursOption = USUAL_HOURS,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Begin: a calendar Monday to Friday with the holidays of a country, and promises by urgency."""
    from crmcli.rules.sla.holiday_names import require_country
    from crmcli.rules.sla.ready import ready_arrangement
    from crmcli.rules.sla.windows import zone_of
    from crmcli.store.journal import Writer
    from crmcli.store.sla.policies import arrange
    from crmcli.store.sla.rows import stored_calendars, stored_policies

    state, land = session(context), country.strip().upper() if country else None
    zone_of(zone)
    if land is not None:
        require_country(land, None)
    wanted = ready_arrangement(land, zone=zone, hours=hours)

    def do(writer: Writer) -> None:
        if stored_calendars(writer.con) or stored_policies(writer.con):
            raise ConflictError(
                _("there are calendars or policies already"),
                _("See them: crmcli sla print; change one: crmcli sla policy --help"),
            )
        arrange(writer, wanted)

    rewritten(
        state, do, lambda con: policies_table(stored_policies(con), state.today),
        dry_run=dry_run, format=format, output=output,
    )  # fmt: skip
    say(_("See the days: crmcli sla show; what is due: crmcli ticket due"))


@app.command("example", help=_("A file to begin with: working hours and promises as TOML."),
             epilog="crmcli sla example --country RU --output sla.toml")  # fmt: skip
def example(context: typer.Context, country: CountryOption = None, output: options.OutputOption = None) -> None:
    """A file to begin with: working hours and promises as TOML."""
    from crmcli.rules.sla.arrangement import written_arrangement
    from crmcli.rules.sla.ready import ready_arrangement

    session(context)
    made = ready_arrangement(country.strip().upper() if country else None)
    put_document(written_arrangement(made).encode(), "toml", output)


@app.command("print", help=_("Calendars and policies as one TOML file to keep or to change."),
             epilog="crmcli sla print --output sla.toml")  # fmt: skip
def print_all(context: typer.Context, output: options.OutputOption = None) -> None:
    """Calendars and policies as one TOML file to keep or to change."""
    from crmcli.rules.sla.arrangement import written_arrangement

    state = session(context)
    with state.reading() as con:
        found = _stored(con)
    put_document(written_arrangement(found).encode(), "toml", output)


@app.command("set", help=_("Make calendars and policies as a file says; what is not in it goes."),
             epilog="crmcli sla set sla.toml --dry-run")  # fmt: skip
def set_all(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help=_("a TOML file; - reads it from a pipe"))],
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Make calendars and policies as a file says; what is not in it goes."""
    from crmcli.rules.sla.arrangement import read_arrangement
    from crmcli.store.sla.policies import arrange
    from crmcli.store.sla.rows import stored_policies

    state, wanted = session(context), read_arrangement(read_text(file))
    rewritten(
        state, lambda writer: arrange(writer, wanted),
        lambda con: policies_table(stored_policies(con), state.today), dry_run=dry_run, format=format, output=output,
    )  # fmt: skip


def _stored(con: duckdb.DuckDBPyConnection) -> Arrangement:
    from crmcli.rules.sla.arrangement import Arrangement
    from crmcli.store.sla.rows import stored_calendars, stored_policies

    return Arrangement(tuple(one.calendar for one in stored_calendars(con)), tuple(stored_policies(con)))
