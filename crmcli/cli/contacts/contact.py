"""`crmcli contact`: the book of contacts by hand: add, edit, show, list, remove, their people, what they like, cards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.contacts import cards, person, preferences
from crmcli.cli.contacts import options as fields
from crmcli.cli.contacts.options import CustomerArgument
from crmcli.cli.keeping import DryRunOption, stepped, told
from crmcli.cli.program import program
from crmcli.cli.session import say, session, show
from crmcli.language import gettext as _
from crmcli.language import ngettext

if TYPE_CHECKING:
    from crmcli.store.journal import Writer

app = program(help=_("Contacts by hand: add, edit, show, list, remove, their people, what they like, phone cards."))


@app.command(
    "add",
    help=_("Add a contact; one that is likely there already is named first."),
    epilog="crmcli contact add 'Sample Cable Ltd' --city York --phone '+44 1632 960010' --tag wholesale",
)
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("firm or person"))],
    code: fields.CodeOption = None,
    kind: fields.KindOption = None,
    role: fields.RoleOption = None,
    tax_id: fields.TaxIdOption = None,
    email: fields.EmailOption = None,
    phone: fields.PhoneOption = None,
    website: fields.WebsiteOption = None,
    address: fields.AddressOption = None,
    city: fields.CityOption = None,
    region: fields.RegionOption = None,
    country: fields.CountryOption = None,
    industry: fields.IndustryOption = None,
    group: fields.GroupOption = None,
    source: fields.SourceOption = None,
    channel: fields.ChannelOption = None,
    manager: fields.ManagerOption = None,
    price_list: fields.PriceListOption = None,
    payment_terms_days: fields.TermsOption = None,
    credit_limit: fields.LimitOption = None,
    consent_mail: fields.MailOption = None,
    consent_call: fields.CallOption = None,
    created_on: fields.CreatedOption = None,
    note: fields.NoteOption = None,
    tag: options.TagOption = None,
    field: fields.FieldOption = None,
    force_new: Annotated[
        bool, typer.Option("--force-new", help=_("add it although one with the same tax id, e-mail or phone is there"))
    ] = False,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Add a contact."""
    from crmcli.cli.contacts.keeping import New, add_contact, tell_sheet

    cells = fields.typed_cells(locals())
    own, tags = fields.own_fields(field), fields.retagged(None, tag, None)
    state = session(context)

    def do(writer: Writer) -> New:
        return add_contact(writer, cells | ({"tags": tags} if tags else {}), own, force=force_new, today=state.today)

    new, step = stepped(state, "contact", dry_run=dry_run, do=do)
    tell_sheet(_("Contact added"), {}, new.fields, new.notes, format=format, output=output)
    told(step, dry_run=dry_run)


@app.command(
    "edit",
    help=_("Change a contact; shows each field before and after."),
    epilog="crmcli contact edit 00056 --city York --clear note --tag key --untag new",
)
def edit(
    context: typer.Context,
    customer: CustomerArgument,
    name: fields.NewNameOption = None,
    code: Annotated[str | None, typer.Option("--code", metavar="CODE", help=_("another code"))] = None,
    kind: fields.KindOption = None,
    role: fields.RoleOption = None,
    tax_id: fields.TaxIdOption = None,
    email: fields.EmailOption = None,
    phone: fields.PhoneOption = None,
    website: fields.WebsiteOption = None,
    address: fields.AddressOption = None,
    city: fields.CityOption = None,
    region: fields.RegionOption = None,
    country: fields.CountryOption = None,
    industry: fields.IndustryOption = None,
    group: fields.GroupOption = None,
    source: fields.SourceOption = None,
    channel: fields.ChannelOption = None,
    manager: fields.ManagerOption = None,
    price_list: fields.PriceListOption = None,
    payment_terms_days: fields.TermsOption = None,
    credit_limit: fields.LimitOption = None,
    consent_mail: fields.MailOption = None,
    consent_call: fields.CallOption = None,
    created_on: fields.CreatedOption = None,
    note: fields.NoteOption = None,
    tag: options.TagOption = None,
    untag: Annotated[
        list[str] | None, typer.Option("--untag", metavar="WORD", help=_("take a tag off; can be repeated"))
    ] = None,
    field: fields.FieldOption = None,
    clear: fields.ClearOption = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Change a contact."""
    from crmcli.cli.contacts.keeping import Edit, Edited, edit_contact, tell_sheet

    cells = fields.typed_cells(locals())
    state = session(context)
    wanted = Edit(cells, fields.own_fields(field), tuple(clear or ()), tuple(tag or ()), tuple(untag or ()))

    def do(writer: Writer) -> Edited:
        return edit_contact(writer, customer, wanted, today=state.today)

    edited, step = stepped(state, "contact", dry_run=dry_run, do=do)
    tell_sheet(_("Contact changed"), edited.before, edited.after, edited.notes, format=format, output=output)
    told(step, dry_run=dry_run)


@app.command(
    "show",
    help=_("The plain fields of a contact, and its people; for orders and figures: crmcli card."),
    epilog="crmcli contact show 00056 --format json",
)
def show_contact(
    context: typer.Context,
    customer: CustomerArgument,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """The plain fields of a contact, and its people."""
    from crmcli.cli.contacts.screens import people_table, sheet_table
    from crmcli.cli.sheets import show_all
    from crmcli.output.write import chosen_format
    from crmcli.reports.lookup import find_party
    from crmcli.store.contacts.sheet import contact_fields, people_of

    with session(context).reading() as con:
        party = find_party(con, customer)
        sheet = sheet_table(f"{party.name} ({party.code})", contact_fields(con, party.id))
        people = people_table(people_of(con, party.id))
    single = chosen_format(format, output) in ("csv", "tsv", "jsonl", "parquet")
    if single:  # these hold one table only
        show(sheet, format=format, output=output)
        return
    show_all([sheet, people] if len(people.rows) else [sheet], format=format, output=output)


@app.command(
    "list",
    help=_("Contacts, all or some, in the order of their codes."),
    epilog="crmcli contact list --role customer --manager M1 --where 'last_purchase > 60d'",
)
def list_contacts(
    context: typer.Context,
    role: fields.RoleOption = None,
    manager: fields.ManagerOption = None,
    tag: Annotated[str | None, typer.Option("--tag", metavar="WORD", help=_("only with this tag"))] = None,
    where: Annotated[
        str | None, typer.Option("--where", metavar="RULE", help=_("who; all fields: crmcli segment fields"))
    ] = None,
    as_of: options.AsOfOption = "today",
    limit: options.LimitOption = None,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Contacts, all or some."""
    from crmcli.cli.contacts.keeping import role_word
    from crmcli.cli.contacts.listing import Wanted, listed

    state = session(context)
    with state.reading() as con:
        code = fields.manager_code(con, manager) if manager else None
        wanted = Wanted(role_word(role), code, tag, where, as_of)
        show(listed(con, state, wanted, limit=limit), format=format, output=output)


@app.command(
    "remove",
    help=_("Remove a contact that nothing names: no order, invoice, touch and the like."),
    epilog="crmcli contact remove C-0007 --dry-run",
)
def remove(context: typer.Context, customer: CustomerArgument, dry_run: DryRunOption = False) -> None:
    """Remove a contact that nothing names."""
    from crmcli.reports.lookup import Party, find_party
    from crmcli.store.contacts.writing import remove_contact

    def do(writer: Writer) -> tuple[Party, int]:
        party = find_party(writer.con, customer)
        return party, remove_contact(writer, party.id, party.name)

    (party, people), step = stepped(session(context), "contact", dry_run=dry_run, do=do)
    gone = ngettext(
        "Removed: %(name)s (%(code)s), and %(count)s person",
        "Removed: %(name)s (%(code)s), and %(count)s people",
        people,
    )
    say(gone % {"name": party.name, "code": party.code, "count": people})
    told(step, dry_run=dry_run)


app.add_typer(person.app, name="person")
preferences.register(app)
cards.register(app)
