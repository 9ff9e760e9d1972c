"""`crmcli keyaccount rule`: the written rule, its versions, and how it would choose."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.keeping import DryRunOption, stepped, told
from crmcli.cli.program import program
from crmcli.cli.segments.asking import all_rules
from crmcli.cli.session import put_text, say, session, show
from crmcli.errors import UsageError
from crmcli.language import gettext as _
from crmcli.numbers import cell
from crmcli.table import Kind

if TYPE_CHECKING:
    from crmcli.store.keys.rules import RuleVersion

app = program(help=_("The rule that chooses key accounts: conditions and weights, every version kept."))

_FileArgument = Annotated[
    str, typer.Argument(metavar="FILE", help=_("a file with the rule (TOML); - reads it from a pipe"))
]


@app.command(
    "write",
    help=_("Keep a rule as the next version."),
    epilog="crmcli keyaccount rule write keys.toml --note 'stricter'",
)
def write(
    context: typer.Context,
    file: _FileArgument,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help=_("why it was changed"))] = None,
    since: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help=_("the day it is in force from; today if not said"))
    ] = None,
    dry_run: DryRunOption = False,
) -> None:
    """Keep a rule as the next version."""
    from crmcli.reports.keys.facts import read_rule_text
    from crmcli.store.journal import Writer
    from crmcli.store.keys.rules import write_rule

    state, text = session(context), _text(file)
    day = options.parse_day(since) if since else state.today

    def keep(writer: Writer) -> tuple[RuleVersion, bool]:
        read_rule_text(text, all_rules(writer.con))
        return write_rule(writer, text, written_on=day, note=note)

    (version, is_new), step = stepped(state, "keyaccount", dry_run=dry_run, do=keep)
    if is_new:
        words = {"version": version.version, "day": cell(version.written_on, Kind.DATE)}
        say(
            _(
                "Version %(version)s of the rule, in force from %(day)s; see what it does: crmcli keyaccount select --dry-run"
            )
            % words
        )
    told(step, dry_run=dry_run)


@app.command("show", help=_("The text of the rule."), epilog="crmcli keyaccount rule show --version 1")
def show_rule(
    context: typer.Context,
    version: Annotated[int | None, typer.Option("--version", min=1, metavar="N", help=_("this version"))] = None,
    as_of: options.AsOfOption = "today",
) -> None:
    """The text of the rule."""
    from crmcli.store.keys.rules import find_version, rule_in_force

    state = session(context)
    with state.reading() as con:
        found = find_version(con, version) if version else rule_in_force(con, options.settle_day(as_of, con, state))
    words = {"version": found.version, "day": cell(found.written_on, Kind.DATE)}
    say(_("Version %(version)s, in force from %(day)s") % words + (f": {found.note}" if found.note else ""))
    put_text(found.rule.rstrip("\n"))


@app.command("list", help=_("All versions of the rule."), epilog="crmcli keyaccount rule list")
def list_rules(
    context: typer.Context,
    as_of: options.AsOfOption = "today",
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """All versions of the rule."""
    from crmcli.reports.keys.listing import rules_listed

    state = session(context)
    with state.reading() as con:
        show(rules_listed(con, as_of=options.settle_day(as_of, con, state)), format=format, output=output)


@app.command(
    "try",
    help=_("Whom a rule would choose; keeps neither."),
    epilog="crmcli keyaccount rule try keys.toml --as-of latest",
)
def try_rule(
    context: typer.Context,
    file: _FileArgument,
    as_of: options.AsOfOption = "today",
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Whom a rule would choose; keeps neither."""
    from crmcli.reports.keys.facts import read_rule_text
    from crmcli.reports.keys.selecting import select

    state, text = session(context), _text(file)
    with state.reading() as con:
        day, rules = options.settle_day(as_of, con, state), all_rules(con)
        found = select(con, read_rule_text(text, rules), rules, as_of=day, currency=options.currency(con))
        show(found.table, format=format, output=output)


@app.command("example", help=_("A rule to begin with."), epilog="crmcli keyaccount rule example > keys.toml")
def example() -> None:
    """A rule to begin with."""
    from crmcli.reports.keys.example import example_rule

    put_text(example_rule().rstrip("\n"))


def _text(file: str) -> str:
    """The rule as written, ends of lines made equal.

    Raises:
        UsageError: It cannot be read, or is no UTF-8.
    """
    from crmcli.rules.keys.reading import LONGEST

    name = _("standard input") if file == "-" else file
    try:
        if file == "-":
            content = sys.stdin.buffer.read(4 * LONGEST + 1)
        else:
            with Path(file).open("rb") as opened:
                content = opened.read(4 * LONGEST + 1)
        text = content.decode("utf-8-sig")
    except OSError as error:
        told = {"file": name, "reason": error.strerror or type(error).__name__}
        raise UsageError(_("%(file)s cannot be read: %(reason)s") % told) from None
    except UnicodeDecodeError:
        raise UsageError(_("%(file)s is not in UTF-8") % {"file": name}, _("save it as UTF-8")) from None
    if len(text) > LONGEST:
        raise UsageError(_("a rule of %(length)s characters is too long") % {"length": len(text)})
    text = "\n".join(line.expandtabs(4).rstrip() for line in text.replace("\r\n", "\n").split("\n")).strip()
    if not text:
        raise UsageError(
            _("%(file)s is empty") % {"file": name}, _("a rule to begin with: crmcli keyaccount rule example")
        )
    return text + "\n"
