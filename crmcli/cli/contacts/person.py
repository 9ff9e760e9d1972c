"""`crmcli contact person`: people of a contact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.contacts import options as fields
from crmcli.cli.contacts.options import CustomerArgument
from crmcli.cli.keeping import DryRunOption, stepped, told
from crmcli.cli.program import program
from crmcli.cli.session import say, session, show
from crmcli.language import gettext as _

if TYPE_CHECKING:
    from crmcli.store.journal import Writer

app = program(help=_("People of a contact: add, edit, remove, list."))
_NameArgument = Annotated[str, typer.Argument(metavar="NAME", help=_("of the person, or a part of it"))]


@app.command(
    "add",
    help=_("Add a person to a contact."),
    epilog="crmcli contact person add 00056 'Ann Sample' --position buyer --phone '+44 1632 960011' --primary",
)
def add(
    context: typer.Context,
    customer: CustomerArgument,
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("of the person"))],
    position: fields.PositionOption = None,
    email: fields.EmailOption = None,
    phone: fields.PhoneOption = None,
    primary: fields.PrimaryOption = None,
    note: fields.NoteOption = None,
    field: fields.FieldOption = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Add a person to a contact."""
    from crmcli.cli.contacts.keeping import Edited, tell_sheet
    from crmcli.cli.contacts.people import add_person

    cells, own = fields.typed_cells(locals()), fields.own_fields(field)
    state = session(context)

    def do(writer: Writer) -> Edited:
        return add_person(writer, customer, cells, own, primary=primary, today=state.today)

    added, step = stepped(state, "contact", dry_run=dry_run, do=do)
    tell_sheet(_("Person added"), {}, added.after, added.notes, format=format, output=output)
    told(step, dry_run=dry_run)


@app.command(
    "edit",
    help=_("Change a person; shows each field before and after."),
    epilog="crmcli contact person edit 00056 'Ann Sample' --position 'head of buying' --clear note",
)
def edit(
    context: typer.Context,
    customer: CustomerArgument,
    person: _NameArgument,
    name: fields.NewNameOption = None,
    position: fields.PositionOption = None,
    email: fields.EmailOption = None,
    phone: fields.PhoneOption = None,
    primary: fields.PrimaryOption = None,
    note: fields.NoteOption = None,
    clear: fields.ClearOption = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Change a person."""
    from crmcli.cli.contacts.keeping import Edited, tell_sheet
    from crmcli.cli.contacts.people import edit_person

    cells = fields.typed_cells(locals())
    state = session(context)

    def do(writer: Writer) -> Edited:
        return edit_person(writer, customer, person, cells, clear=clear or (), primary=primary)

    edited, step = stepped(state, "contact", dry_run=dry_run, do=do)
    tell_sheet(_("Person changed"), edited.before, edited.after, edited.notes, format=format, output=output)
    told(step, dry_run=dry_run)


@app.command("remove", help=_("Remove a person."), epilog="crmcli contact person remove 00056 'Ann Sample'")
def remove(
    context: typer.Context, customer: CustomerArgument, person: _NameArgument, dry_run: DryRunOption = False
) -> None:
    """Remove a person."""
    from crmcli.reports.lookup import find_party
    from crmcli.store.contacts.sheet import find_person
    from crmcli.store.contacts.writing import remove_person

    def do(writer: Writer) -> tuple[str, str | None]:
        party = find_party(writer.con, customer)
        found = find_person(writer.con, party.id, person)
        remove_person(writer, int(str(found["id"])))
        return party.name, found["name"]

    (firm, name), step = stepped(session(context), "contact", dry_run=dry_run, do=do)
    say(_("Removed: %(name)s of %(firm)s") % {"name": name, "firm": firm})
    told(step, dry_run=dry_run)


@app.command("list", help=_("People of a contact."), epilog="crmcli contact person list 00056")
def list_people(
    context: typer.Context,
    customer: CustomerArgument,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """People of a contact."""
    from crmcli.cli.contacts.screens import people_table
    from crmcli.reports.lookup import find_party
    from crmcli.store.contacts.sheet import people_of

    with session(context).reading() as con:
        table = people_table(people_of(con, find_party(con, customer).id))
    show(table, format=format, output=output)
