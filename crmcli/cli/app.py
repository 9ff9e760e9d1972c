"""The root of the command line: global options anywhere, commands loaded when named, errors as one line."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from itertools import pairwise
from typing import Any

import typer
import typer.main
from typer._click.core import Command
from typer._click.exceptions import ClickException, NoArgsIsHelpError
from typer.core import TyperGroup

from crmcli import language
from crmcli.cli.session import Session, moment, say
from crmcli.errors import CrmError, UsageError
from crmcli.language import gettext as _
from crmcli.language import nearest
from crmcli.settings import settle

GLOBAL = ("--db", "--lang", "--wait")
EXIT_INTERRUPTED = 130


def _commands() -> dict[str, tuple[str, str]]:
    """Command → (module with `app`, one line of help), in the order of an owner's day."""
    return {
        "init": ("crmcli.cli.init", _("make a store")),
        "import": ("crmcli.cli.importing", _("take in CSV, Excel and other files; look at them first")),
        "today": ("crmcli.cli.today", _("one look in the morning: whom to call, money at risk, what is late")),
        "report": ("crmcli.cli.reporting", _("what customers are worth, who is leaving, and the rest")),
        "product": (
            "crmcli.cli.products.product",
            _("the catalogue: prices, costs by day, packs, options, successors"),
        ),
        "category": ("crmcli.cli.products.category", _("the tree of product categories")),
        "competitor": ("crmcli.cli.products.competitor", _("what competitors ask for our products, noted by hand")),
        "find": ("crmcli.cli.contacts.find", _("find a contact by words that may be mistyped, a phone, a number")),
        "contact": (
            "crmcli.cli.contacts.contact",
            _("contacts by hand: add, edit, people, what they like, phone cards"),
        ),
        "touch": ("crmcli.cli.contacts.touch", _("note a call, a visit, a mail or another touch with a customer")),
        "ticket": (
            "crmcli.cli.tickets.ticket",
            _("requests of customers: who asks what, who answers, until it is settled"),
        ),
        "sla": ("crmcli.cli.sla.sla", _("promises of time: working hours, holidays, how soon tickets are settled")),
        "answer": (
            "crmcli.cli.answers.answer",
            _("one approved text for every question that is asked again and again"),
        ),
        "deal": ("crmcli.cli.deals.deal", _("deals: add, move, win, lose; what they are worth and which are rotting")),
        "card": ("crmcli.cli.customer:card", _("everything about one customer on one screen")),
        "timeline": ("crmcli.cli.customer:timeline", _("all that happened with one customer, in one order")),
        "segment": (
            "crmcli.cli.segments.segment",
            _("customers chosen by a rule: saved, listed, kept, followed over time"),
        ),
        "keyaccount": (
            "crmcli.cli.keys.keyaccount",
            _("the customers that matter: chosen by a written rule, with a manager and a plan"),
        ),
        "plan": (
            "crmcli.cli.plans.plan",
            _("relationship plans: what is due, done, moved; goals; a calendar to take along"),
        ),
        "manager": (
            "crmcli.cli.managers.manager",
            _("who looks after accounts: hours, skills, duties, workload, handing over"),
        ),
        "model": ("crmcli.cli.modelling", _("the statistics behind churn and value, by themselves")),
        "forecast": ("crmcli.cli.forecasting", _("keep forecasts of sales, and score them against what happened")),
        "quote": (
            "crmcli.cli.quotes.quote",
            _("quotes: from a basket, a file or the usual basket; send, revise, accept"),
        ),
        "order": ("crmcli.cli.orders.order", _("orders: add, ship, deliver, take back, cancel; which are late")),
        "invoice": ("crmcli.cli.invoices.invoice", _("invoices and credit notes: issue, credit, list, show, render")),
        "payment": ("crmcli.cli.payment", _("payments over invoices, credit, and money paid back")),
        "statement": ("crmcli.cli.statement", _("the account of one customer: billed, credited, paid, owed")),
        "export": ("crmcli.cli.exporting", _("any table of the store as a file")),
        "price": ("crmcli.cli.prices.price", _("what a customer pays, why, and what a change of rules would do")),
        "pricelist": ("crmcli.cli.prices.pricelist", _("price lists: rules, discounts, faults, and lists to hand out")),
        "seller": ("crmcli.cli.seller", _("your own firm on documents: name, bank, signers, logo, templates")),
        "cost": ("crmcli.cli.costing", _("what serving customers costs: activities, drivers, rates and pools")),
        "cron": ("crmcli.cli.cron", _("lines that run report sets by the clock")),
        "log": ("crmcli.cli.journal:log", _("every writing command, newest first")),
        "undo": ("crmcli.cli.journal:undo", _("take a writing command back")),
        "check": ("crmcli.cli.care:check", _("look for anything unsound in the store; silent when there is nothing")),
        "backup": ("crmcli.cli.backup", _("make, verify and bring back copies of the store")),
        "migrate": ("crmcli.cli.care:migrate", _("bring an older store up to date")),
    }


class LazyGroup(TyperGroup):
    """A group whose commands are imported only when one is named."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Names of all commands."""
        del ctx
        return list(_commands())

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import and build one command."""
        del ctx
        if cmd_name not in _commands():
            return None
        module, _colon, name = _commands()[cmd_name][0].partition(":")
        app = getattr(import_module(module), name or "app")
        return app if isinstance(app, Command) else typer.main.get_command(app)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The list of commands, without importing any."""
        del ctx
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, text) for name, (_module, text) in _commands().items()])

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """As usual, but an unknown word gets a suggestion."""
        if args and args[0] not in _commands() and not args[0].startswith("-"):
            raise UsageError(
                _("There is no command %(name)s") % {"name": args[0]},
                nearest(args[0], list(_commands())) or _("All commands: crmcli --help"),
            )
        return super().resolve_command(ctx, args)


def build() -> Any:
    """The root command; built in the language settled by then."""
    epilog = _("Options that work anywhere: --db FILE, --lang en|ru, --wait SECONDS, --debug.")
    app = typer.Typer(cls=LazyGroup, rich_markup_mode=None, add_completion=True, no_args_is_help=True, epilog=epilog,
                      pretty_exceptions_enable=False, context_settings={"help_option_names": ["-h", "--help"]})  # fmt: skip

    @app.callback(help=_("A CRM for the owner of a small business, in one local file."))
    def root(
        version: bool = typer.Option(False, "--version", "-V", help=_("show the version")),
    ) -> None:
        if version:
            from crmcli import __version__

            sys.stdout.write(f"crmcli {__version__}\n")
            raise typer.Exit(0)

    return typer.main.get_command(app)


def run(arguments: Sequence[str]) -> int:
    """Run one command line; returns the exit code and never raises (with --debug the traceback is shown)."""
    debug = False
    try:
        _settle_early(arguments)
        rest, flags, debug = _hoist(arguments)
        settings = settle(flags)
        language.settle(settings.lang)
        command = shlex.join(["crmcli", *rest])
        state = Session(settings, moment(), command)
        with _translated():
            result = build().main(rest, prog_name="crmcli", standalone_mode=False, obj=state)
        _flush()
    except (KeyboardInterrupt, typer.Abort):
        say(_("interrupted"))
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        _silence(sys.stdout)
        return 0
    except CrmError as error:
        if debug:
            raise
        say(f"crmcli: {_explained(error.message)}")
        if error.hint:
            say(f"  {error.hint}")
        return error.exit_code
    except ClickException as error:
        _complain(error)
        return 2
    except Exception as error:
        if debug:
            raise
        say(f"crmcli: {_unexpected(error)}")
        return 1
    return result if isinstance(result, int) else 0


def _complain(error: ClickException) -> None:
    """A wrong command line; one with nothing to do gets the help instead."""
    if isinstance(error, NoArgsIsHelpError):
        for line in error.format_message().splitlines():
            say(line)
        return
    say(f"crmcli: {_explained(error.format_message())}")
    say("  " + _("Help: %(command)s --help") % {"command": _path(error)})


def _translated() -> AbstractContextManager[None]:
    """Typer's own words in the owner's language, at no cost in English."""
    if language.current() == "en":
        return nullcontext()
    from crmcli.cli.russian import speaking

    return speaking()


def _explained(sentence: str) -> str:
    """A complaint of typer's, or one that ends with a reason of the system's, in the owner's language."""
    if language.current() == "en":
        return sentence
    from crmcli.cli.russian import explained

    return explained(sentence)


def _settle_early(arguments: Sequence[str]) -> None:
    """The language named first, so that even a wrong option is told in it; settings and errors come later."""
    words = [*arguments, ""]
    told = [w.partition("=")[2] or after for w, after in pairwise(words) if w.partition("=")[0] == "--lang"]
    named = (*told[:1], os.environ.get("CRMCLI_LANG", ""))
    language.settle(next((name for name in named if name in language.LANGUAGES), None), _locale_variables())


def _locale_variables() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "CRMCLI_LANG"}


def _hoist(arguments: Sequence[str]) -> tuple[list[str], dict[str, str | None], bool]:
    """Take the global options out of wherever they stand; the rest keeps its order."""
    rest: list[str] = []
    flags: dict[str, str | None] = {}
    debug = False
    words = iter(arguments)
    for word in words:
        name, equals, value = word.partition("=")
        if word == "--":
            return [*rest, word, *words], flags, debug
        if name in GLOBAL:
            given = value if equals else next(words, None)
            if not given:
                raise UsageError(_("%(option)s needs a value") % {"option": name})
            flags[name[2:]] = given
        elif word == "--debug":
            debug = True
        else:
            rest.append(word)
    return rest, flags, debug


def _path(error: ClickException) -> str:
    context = getattr(error, "ctx", None)
    return context.command_path if context is not None else "crmcli"


def _unexpected(error: Exception) -> str:
    """An error nobody foresaw, without a name or figure of the owner's in it."""
    return _("something went wrong that should not (%(kind)s); nothing half-done was kept. --debug shows where") % {
        "kind": type(error).__name__
    }


def _flush() -> None:
    """Meet a full disk or closed pipe now, where it can still be said."""
    if sys.stdout is not None and not sys.stdout.closed:
        try:
            sys.stdout.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            _silence(sys.stdout)
            raise CrmError(_("standard output cannot be written: %(reason)s") % {"reason": error.strerror}) from None


def _silence(stream: Any) -> None:
    """Let the interpreter's own last flush fall into nothing."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except (OSError, ValueError, AttributeError):
        return
