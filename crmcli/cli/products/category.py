"""`crmcli category`: the tree of product categories."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli import options
from crmcli.cli.keeping import DryRunOption, keeping, told
from crmcli.cli.program import program
from crmcli.cli.session import Session, session, show
from crmcli.language import N_, ngettext
from crmcli.language import gettext as _
from crmcli.table import Column, Kind, ListRows, Table

if TYPE_CHECKING:
    from collections.abc import Callable

    import duckdb

    from crmcli.store.catalogue.categories import Category
    from crmcli.store.journal import Step

app = program(help=_("Categories of products, one under another."))

# People see a tree; programs read names and parents.
_TREE = (
    Column("tree", N_("Category"), Kind.TEXT),
    Column("products", N_("Products"), Kind.COUNT),
    Column("below", N_("With those below"), Kind.COUNT),
    Column("note", N_("Note"), Kind.TEXT),
)
_FLAT = (
    Column("name", N_("Category"), Kind.TEXT),
    Column("parent", N_("Under"), Kind.TEXT),
    Column("depth", N_("Depth"), Kind.COUNT),
    Column("products", N_("Products"), Kind.COUNT),
    Column("below", N_("With those below"), Kind.COUNT),
    Column("note", N_("Note"), Kind.TEXT),
)
_NameArgument = Annotated[str, typer.Argument(metavar="NAME", help=_("name of the category"))]
_UnderOption = Annotated[
    str | None, typer.Option("--under", metavar="PARENT", help=_("category above it; at the top unless said"))
]


@app.command("add", help=_("Add a category."), epilog="crmcli category add Hoses --under Goods")
def add(
    context: typer.Context,
    name: _NameArgument,
    under: _UnderOption = None,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help=_("a note on it"))] = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Add a category."""
    from crmcli.store.catalogue.categories import add_category

    state = session(context)

    def write(con: duckdb.DuckDBPyConnection) -> Step:
        return add_category(
            con, name.strip(), _parent(under), (note or "").strip() or None, now=state.now, command=state.command
        )

    _written(state, write, dry_run=dry_run, format=format, output=output)


@app.command(
    "move", help=_("Put a category, with all under it, elsewhere."), epilog="crmcli category move Hoses --under Rubber"
)
def move(
    context: typer.Context,
    name: _NameArgument,
    under: _UnderOption = None,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Put a category, with all under it, elsewhere."""
    from crmcli.store.catalogue.categories import move_category

    state = session(context)

    def write(con: duckdb.DuckDBPyConnection) -> Step | None:
        return move_category(con, name.strip(), _parent(under), now=state.now, command=state.command)

    _written(state, write, dry_run=dry_run, format=format, output=output)


@app.command(
    "remove", help=_("Take a category out; what lies under it moves up."), epilog="crmcli category remove Hoses"
)
def remove(
    context: typer.Context,
    name: _NameArgument,
    dry_run: DryRunOption = False,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
) -> None:
    """Take a category out; what lies under it moves up."""
    from crmcli.store.catalogue.categories import remove_category

    state = session(context)

    def write(con: duckdb.DuckDBPyConnection) -> Step:
        return remove_category(con, name.strip(), now=state.now, command=state.command)

    _written(state, write, dry_run=dry_run, format=format, output=output)


@app.command("list", help=_("All categories as a tree."))
def list_categories(
    context: typer.Context, format: options.FormatOption = None, output: options.OutputOption = None
) -> None:
    """All categories as a tree."""
    from crmcli.store.catalogue.categories import categories

    with session(context).reading() as con:
        found = categories(con)
    show(_table(found, format=format, output=output), format=format, output=output)


def _parent(text: str | None) -> str | None:
    return (text or "").strip() or None


def _written(
    state: Session,
    write: Callable[[duckdb.DuckDBPyConnection], Step | None],
    *,
    dry_run: bool,
    format: str | None,
    output: str | None,
) -> None:
    """The tree as it is now, or would be; and how to take it back."""
    from crmcli.store.catalogue.categories import categories

    with keeping(state, dry_run=dry_run) as con:
        step = write(con)
        found = categories(con)
    show(_table(found, format=format, output=output), format=format, output=output)
    told(step, dry_run=dry_run)


def _table(found: list[Category], *, format: str | None, output: str | None) -> Table:
    from pathlib import Path

    ending = Path(output).suffix.lstrip(".").lower() if output else ""
    is_for_people = (format or ending or "table") in ("table", "md", "html", "txt")
    loose = sum(not one.listed for one in found)
    notes = (
        ngettext(
            "%(count)s category is only named by products; to place it: crmcli category move NAME --under PARENT",
            "%(count)s categories are only named by products; to place one: crmcli category move NAME --under PARENT",
            loose,
        )
        % {"count": loose},
    )
    flat = [(one.name, one.parent, one.depth, one.products, one.below, one.note) for one in found]
    tree = [(line, one.products, one.below, one.note) for line, one in zip(_drawn(found), found, strict=True)]
    return Table(
        "categories",
        _("Categories"),
        _TREE if is_for_people else _FLAT,
        ListRows(tree if is_for_people else flat),
        notes=notes if loose else (),
        empty=_("No categories yet; add one: crmcli category add NAME"),
    )


def _drawn(found: list[Category]) -> list[str]:
    """Names behind the branches they hang on; read from the last one up, as only then it is known which is last."""
    lines: list[str] = []
    open_levels: set[int] = set()
    for one in reversed(found):
        open_levels = {level for level in open_levels if level <= one.depth}
        trunk = "".join("│  " if level in open_levels else "   " for level in range(1, one.depth))
        branch = ("├─ " if one.depth in open_levels else "└─ ") if one.depth else ""
        lines.append(trunk + branch + one.name)
        open_levels.add(one.depth)
    return lines[::-1]
