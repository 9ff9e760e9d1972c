"""`crmcli seller`: the owner's own firm as documents show it, the logo, and templates of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.keeping import DryRunOption, tell_step, written
from crmcli.cli.program import program
from crmcli.cli.session import say, session, show
from crmcli.errors import NotFoundError, UsageError
from crmcli.language import N_
from crmcli.language import gettext as _
from crmcli.table import Column, Kind, ListRows, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmcli.cli.session import Session
    from crmcli.store.journal import Writer

app = program(help=_("Your own firm on documents: name, tax number, bank, signers, logo, templates."))
template = program(help=_("Templates and words of documents: write them out, change them, use yours."))
app.add_typer(template, name="template")

_COLUMNS = (
    Column("key", N_("Detail"), Kind.CODE),
    Column("value", N_("Value"), Kind.TEXT),
    Column("meaning", N_("What it is"), Kind.TEXT),
)
_KEY_COLUMNS = (
    Column("key", N_("Detail"), Kind.CODE),
    Column("meaning", N_("What it is"), Kind.TEXT),
    Column("example", N_("For example"), Kind.TEXT),
)
_KeyArgument = Annotated[str, typer.Argument(metavar="KEY", help=_("as in: crmcli seller keys"))]
_FolderArgument = Annotated[str, typer.Argument(metavar="FOLDER", help=_("a folder"))]


@app.command("show", help=_("All details that are set."))
def show_details(
    context: typer.Context, format: options.FormatOption = None, output: options.OutputOption = None
) -> None:
    """All details that are set."""
    from crmcli.store.seller import load_details

    with session(context).reading() as con:
        details = load_details(con)
    show(_table(details, _("Seller")), format=format, output=output)
    _tell_doubts(details)


@app.command("keys", help=_("What can be set."))
def show_keys(format: options.FormatOption = None, output: options.OutputOption = None) -> None:
    """What can be set."""
    from crmcli.documents.seller_keys import KEYS

    rows = [(key.name, _(key.meaning), key.example) for key in KEYS]
    show(Table("seller_keys", _("Details of the seller"), _KEY_COLUMNS, ListRows(rows)), format=format, output=output)


@app.command("set", help=_("Set a detail."), epilog='crmcli seller set name "Sample Fittings Ltd"')
def set_detail(
    context: typer.Context,
    key: _KeyArgument,
    value: Annotated[str, typer.Argument(metavar="VALUE", help=_("what it is to be"))],
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Set a detail."""
    from crmcli.documents.seller_keys import checked
    from crmcli.store.seller import load_details, set_details

    name = key.strip().lower()
    kept = checked(name, value)
    state = session(context)

    def do(writer: Writer) -> dict[str, str]:
        set_details(writer, {name: kept})
        return load_details(writer.con)

    details, step = written(state, "seller", dry_run=dry_run, do=do)
    show(_table({name: kept}, _("Seller")), format=format, output=output)
    _tell_doubts(details, only=name)
    tell_step(step)


@app.command("unset", help=_("Take a detail out."), epilog="crmcli seller unset iban")
def unset_detail(
    context: typer.Context,
    key: _KeyArgument,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Take a detail out."""
    from crmcli.store.seller import load_details, unset_details

    name = key.strip().lower()
    with session(context).reading() as con:
        known = load_details(con)
    if name not in known:
        raise NotFoundError(_("%(key)s is not set") % {"key": name}, _("What is set: crmcli seller show"))
    _details, step = written(
        session(context), "seller", dry_run=dry_run, do=lambda writer: unset_details(writer, [name])
    )
    show(_table({name: known[name]}, _("Taken out")), format=format, output=output)
    tell_step(step)


@app.command("logo", help=_("Set the logo: a PNG, JPEG or plain SVG file."), epilog="crmcli seller logo logo.png")
def set_logo(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help=_("the picture"))],
    dry_run: DryRunOption = False,
) -> None:
    """Set the logo."""
    from crmcli.documents.pictures import MOST_BYTES, require_harmless
    from crmcli.store.seller import LOGO, set_parts

    path = Path(file)
    if not path.is_file():
        raise NotFoundError(_("there is no file %(file)s") % {"file": file})
    with path.open("rb") as picture:
        content = picture.read(MOST_BYTES + 1)
    kind = require_harmless(content)
    _none, step = written(
        session(context), "seller", dry_run=dry_run,
        do=lambda writer: set_parts(writer, {LOGO: (f"logo.{kind}", content)}),
    )  # fmt: skip
    say(_("Logo: %(kind)s, %(size)s bytes") % {"kind": kind.upper(), "size": len(content)})
    tell_step(step)


@template.command("export", help=_("Write templates and words into a folder, to be changed there."))
def export_templates(context: typer.Context, folder: _FolderArgument) -> None:
    """Write templates and words into a folder."""
    from crmcli.documents.seller import own_parts
    from crmcli.documents.templating import FILES
    from crmcli.documents.words import own_template

    target = Path(folder)
    taken = [name for name in FILES if (target / name).exists()]
    if taken:
        raise UsageError(_("%(file)s is there already") % {"file": target / taken[0]}, _("Choose an empty folder"))
    with session(context).reading() as con:
        parts = own_parts(con)
    try:
        target.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            (target / name).write_bytes(parts.get(name) or own_template(name))
    except OSError as error:
        raise UsageError(_("%(file)s cannot be written") % {"file": folder}, error.strerror or "") from error
    for name in FILES:
        say(_("Written: %(file)s") % {"file": target / name})
    say(_("Change what you like, then: crmcli seller template use %(folder)s") % {"folder": folder})


@template.command("use", help=_("Take the templates and words of a folder; new documents are made with them."))
def use_templates(context: typer.Context, folder: _FolderArgument, dry_run: DryRunOption = False) -> None:
    """Take the templates and words of a folder."""
    from crmcli.documents.seller import TEMPLATE
    from crmcli.documents.templating import read_templates
    from crmcli.documents.words import own_template
    from crmcli.store.seller import load_details, set_parts, unset_details

    found = read_templates(Path(folder))
    own = {name: content for name, content in found.items() if content != own_template(name)}
    state = session(context)

    def do(writer: Writer) -> None:
        known = [key for key in load_details(writer.con) if key.startswith(TEMPLATE)]
        unset_details(writer, [key for key in known if key.removeprefix(TEMPLATE) not in own])
        set_parts(writer, {f"{TEMPLATE}{name}": (name, content) for name, content in own.items()})

    _none, step = written(state, "seller", dry_run=dry_run, do=do)
    for name in found:
        say(_("Yours: %(file)s") % {"file": name} if name in own else _("As it came: %(file)s") % {"file": name})
    tell_step(step)


@template.command("drop", help=_("Go back to the templates and words that came with the program."))
def drop_templates(context: typer.Context, dry_run: DryRunOption = False) -> None:
    """Go back to the templates that came with the program."""
    from crmcli.documents.seller import TEMPLATE
    from crmcli.store.seller import load_details, unset_details

    state: Session = session(context)
    with state.reading() as con:
        known = [key for key in load_details(con) if key.startswith(TEMPLATE)]
    if not known:
        raise NotFoundError(_("There are no templates of your own"))
    _none, step = written(state, "seller", dry_run=dry_run, do=lambda writer: unset_details(writer, known))
    tell_step(step)


def _table(details: Mapping[str, str], title: str) -> Table:
    from crmcli.documents.seller_keys import KEYS
    from crmcli.store.seller import LOGO

    meanings = {key.name: _(key.meaning) for key in KEYS} | {"logo": _("the logo; the first signs of its hash")}
    order = {name: place for place, name in enumerate(meanings)}
    rows = [
        (
            key,
            value[:12] if key not in meanings or key == LOGO else value,
            meanings.get(key) or _("a template of your own; the first signs of its hash"),
        )
        for key, value in sorted(details.items(), key=lambda one: (order.get(one[0], len(order)), one[0]))
    ]
    empty = _('Nothing is set yet; begin with: crmcli seller set name "NAME"')
    return Table("seller", title, _COLUMNS, ListRows(rows), empty=empty)


def _tell_doubts(details: Mapping[str, str], *, only: str | None = None) -> None:
    """What looks wrong, on stderr; with `only`, what has to do with that detail."""
    from crmcli.documents.seller_keys import doubts

    together = {"bic": {"account", "corr_account"}}.get(only or "", set()) | {only}
    for key, sentence in doubts(details):
        if only is None or key in together:
            say(f"{key}: {sentence}")
