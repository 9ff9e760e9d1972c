"""`crmcli contact import-vcard|export-vcard`: contacts to and from phones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.keeping import DryRunOption
from crmcli.cli.session import Session, say, session
from crmcli.errors import NotFoundError, UsageError
from crmcli.language import gettext as _
from crmcli.language import ngettext

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from crmcli.documents.vcard import CardFacts

_WANTED = "card_wanted"


def register(app: typer.Typer) -> None:
    """Add the commands to the group."""
    app.command(
        "import-vcard",
        help=_("Take in cards of a phone (vCard 2.1, 3.0, 4.0), as crmcli import run does with other files."),
        epilog="crmcli contact import-vcard phone.vcf --dry-run",
    )(import_vcard)
    app.command(
        "export-vcard",
        help=_("Contacts with their people as cards for your own phone."),
        epilog="crmcli contact export-vcard --where 'key_account' --output phone.vcf",
    )(export_vcard)


def import_vcard(
    context: typer.Context,
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help=_("files of cards, patterns, or - for standard input"))
    ],
    rejects: Annotated[
        str | None,
        typer.Option("--rejects", metavar="FILE", help=_("where refused cards go; NAME.rejects.csv unless told")),
    ] = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Take in cards of a phone."""
    from crmcli.cli.taking import take
    from crmcli.intake.profile import Rules

    _require_cards(files)
    code = take(
        session(context),
        files,
        Rules(),
        rejects=rejects,
        dry_run=dry_run,
        save_profile=None,
        format=format,
        output=output,
    )
    raise typer.Exit(code)


def _require_cards(names: Sequence[str]) -> None:
    """Refuse other files, which have a command of their own; what stdin brings is seen as it is read."""
    from crmcli.intake.sources import STDIN, holds_cards, sources

    with sources([name for name in names if name != STDIN]) as found:
        for source in found:
            if not holds_cards(source.path):
                raise UsageError(
                    _("%(file)s holds no cards") % {"file": source.origin}, _("Other files: crmcli import run FILE")
                )


def export_vcard(
    context: typer.Context,
    customers: Annotated[
        list[str] | None, typer.Argument(metavar="[CUSTOMER...]", help=_("only these; all unless said"))
    ] = None,
    where: Annotated[
        str | None, typer.Option("--where", metavar="RULE", help=_("who; all fields: crmcli segment fields"))
    ] = None,
    as_of: options.AsOfOption = "today",
    people: Annotated[bool, typer.Option("--people/--no-people", help=_("whether their people come along"))] = True,
    card_version: Annotated[
        str, typer.Option("--card-version", metavar="3.0|4.0", help=_("3.0 is read by every phone"))
    ] = "3.0",
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help=_("write to FILE; standard output unless said"))
    ] = None,
) -> None:
    """Contacts with their people as cards."""
    from crmcli.cli.selling import put_document
    from crmcli.documents.vcard import VERSIONS, render_cards

    if card_version not in VERSIONS:
        raise UsageError(_("there is no version %(version)s of cards") % {"version": card_version}, ", ".join(VERSIONS))
    if customers and where:
        raise UsageError(_("either name contacts or give --where"))
    state = session(context)
    with state.reading() as con:
        _choose(con, state, customers or (), where, as_of)
        cards = _facts(con, with_people=people)
        silent = con.execute(
            f"SELECT count(*) FROM contacts JOIN {_WANTED} USING (id) WHERE NOT coalesce(consent_mail AND consent_call, false)"
        ).fetchall()[0][0]
    if not cards:
        raise NotFoundError(_("there is no contact to write"))
    put_document(render_cards(cards, version=card_version), "vcf", output)
    _tell(len(cards), silent)


def _choose(
    con: duckdb.DuckDBPyConnection, state: Session, customers: Sequence[str], where: str | None, as_of: str
) -> None:
    """Make the temp table of ids that are wanted."""
    from crmcli.cli.segments.asking import all_rules, asked_on
    from crmcli.reports.lookup import find_party
    from crmcli.reports.segments.members import MEMBERS, members

    if where:
        members(con, asked_on(con, state, where, as_of, all_rules(con)), title="")
        con.execute(f"CREATE OR REPLACE TEMP TABLE {_WANTED} AS SELECT customer_id AS id FROM {MEMBERS}")
        return
    if not customers:
        con.execute(f"CREATE OR REPLACE TEMP TABLE {_WANTED} AS SELECT id FROM contacts")
        return
    ids = list(dict.fromkeys(find_party(con, word).id for word in customers))
    con.execute(f"CREATE OR REPLACE TEMP TABLE {_WANTED} AS SELECT unnest($1::INTEGER[]) AS id", [ids])


def _facts(con: duckdb.DuckDBPyConnection, *, with_people: bool) -> list[CardFacts]:
    """Cards of the contacts wanted, each followed by nobody; their people after all of them."""
    from crmcli.documents.vcard import CardFacts
    from crmcli.store.contacts.sheet import every_contact, every_person

    contacts = every_contact(con, _WANTED)
    found = []
    for fields in contacts.values():
        custom = fields.pop("custom")
        found.append(CardFacts(fields, is_firm=fields["kind"] != "person", custom=custom))
    for number, person in every_person(con, _WANTED) if with_people else ():
        firm, custom = contacts[number], person.pop("custom")
        found.append(CardFacts(person, firm=firm["name"], firm_code=firm["code"], custom=custom))
    return found


def _tell(count: int, silent: int) -> None:
    say(ngettext("%(count)s card written", "%(count)s cards written", count) % {"count": count})
    if silent:
        say(
            ngettext(
                "The cards are for your own phone: %(count)s contact has not agreed to both mail and calls",
                "The cards are for your own phone: %(count)s contacts have not agreed to both mail and calls",
                silent,
            )
            % {"count": silent}
        )
