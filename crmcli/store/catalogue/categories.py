"""Categories: a tree of names, written as undoable steps; none can lie under itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmcli.errors import ConflictError, NotFoundError, UsageError
from crmcli.language import gettext as _
from crmcli.language import nearest, ngettext
from crmcli.rules.tree import outline, ring
from crmcli.store.connection import rows, scalar
from crmcli.store.journal import Step, begin, finish

if TYPE_CHECKING:
    import datetime as dt

    import duckdb

_COLUMNS = ("name", "parent", "note")


@dataclass(frozen=True, slots=True)
class Category:
    """One category of the outline.

    Args:
        parent: None: a root.
        depth: 0 for a root.
        products: That name it themselves, retired ones too.
        below: Products in it and everything under it.
        listed: Whether it stands in the tree; otherwise only products name it.
    """

    name: str
    parent: str | None
    note: str | None
    depth: int
    products: int
    below: int
    listed: bool


def category_parents(con: duckdb.DuckDBPyConnection) -> dict[str, str | None]:
    """Category of the tree → its parent; None: a root."""
    return {str(name): parent for name, parent in rows(con, "SELECT name, parent FROM categories ORDER BY name, id")}


def categories(con: duckdb.DuckDBPyConnection) -> list[Category]:
    """All categories as an outline, each under its parent; those that only products name are roots."""
    notes = dict(rows(con, "SELECT name, note FROM categories ORDER BY id"))
    counts = dict(rows(con, "SELECT category, count(*) FROM products WHERE category IS NOT NULL GROUP BY category"))
    known = category_parents(con)
    parents = {**dict.fromkeys(counts), **known}
    lines = list(outline(parents))
    below: dict[str, int] = {}
    for _depth, name in reversed(lines):  # children stand after their parents
        below[name] = below.get(name, 0) + counts.get(name, 0)
        parent = parents[name]
        if parent is not None:
            below[parent] = below.get(parent, 0) + below[name]
    return [
        Category(name, parents[name], notes.get(name), depth, counts.get(name, 0), below[name], name in known)
        for depth, name in lines
    ]


def add_category(
    con: duckdb.DuckDBPyConnection, name: str, parent: str | None, note: str | None, *, now: dt.datetime, command: str
) -> Step:
    """Write a new category as one step. Call inside a transaction.

    Raises:
        UsageError: No name.
        ConflictError: There is one of that name, or it would lie under itself.
        NotFoundError: Its parent is not there.
    """
    if not name.strip():
        raise UsageError(_("a category needs a name"))
    known = category_parents(con)
    if name in known:
        hint = _("To put it elsewhere: crmcli category move NAME --under PARENT")
        raise ConflictError(_("there is a category %(name)s already") % {"name": name}, hint)
    _require_place(_with_named(con, known), name, parent)
    writer = begin(con)
    listed = [(name, parent, note)]
    if parent is not None and parent not in known:
        listed.append((parent, None, None))
    writer.add("categories", _COLUMNS, listed)
    return finish(writer, now=now, kind="category", command=command)


def move_category(
    con: duckdb.DuckDBPyConnection, name: str, parent: str | None, *, now: dt.datetime, command: str
) -> Step | None:
    """Put a category, with all under it, under another or (None) at the top. Returns None when it is there already.

    Raises:
        NotFoundError: One of the two is not there.
        ConflictError: It would lie under itself.
    """
    listed = category_parents(con)
    known = _with_named(con, listed)
    _require_known(known, name)
    _require_place(known, name, parent)
    if known[name] == parent:
        return None
    writer = begin(con)
    if name in listed:
        number, *_doubles = writer.ids("categories", name=name)
        writer.change("categories", ("parent",), [(number, parent)])
    else:
        writer.add("categories", _COLUMNS, [(name, parent, None)])
    if parent is not None and parent not in listed:
        writer.add("categories", _COLUMNS, [(parent, None, None)])
    return finish(writer, now=now, kind="category", command=command)


def remove_category(con: duckdb.DuckDBPyConnection, name: str, *, now: dt.datetime, command: str) -> Step:
    """Take a category out of the tree; what lies under it moves up to its parent. Products keep naming it.

    Raises:
        NotFoundError: It is not there.
        ConflictError: Products, options or price rules name it.
    """
    known = category_parents(con)
    _require_unused(con, name)
    _require_known(known, name)
    writer = begin(con)
    below = [(number, known[name]) for number in writer.ids("categories", parent=name)]
    writer.change("categories", ("parent",), below)
    writer.drop("categories", writer.ids("categories", name=name)[:1])
    return finish(writer, now=now, kind="category", command=command)


def _with_named(con: duckdb.DuckDBPyConnection, listed: dict[str, str | None]) -> dict[str, str | None]:
    """The tree, and as roots the categories that only products name."""
    named = rows(con, "SELECT DISTINCT category FROM products WHERE category IS NOT NULL")
    return {**{str(name): None for (name,) in named}, **listed}


def _require_unused(con: duckdb.DuckDBPyConnection, name: str) -> None:
    tables = ("products", "product_options", "price_rules")
    used = {table: int(scalar(con, f"SELECT count(*) FROM {table} WHERE category = $1", [name])) for table in tables}
    if used["products"]:
        sentence = ngettext(
            "%(count)s product is in %(name)s", "%(count)s products are in %(name)s", used["products"]
        ) % {"count": used["products"], "name": name}
        raise ConflictError(sentence, _("Give them another category first: crmcli product edit SKU --category OTHER"))
    if used["product_options"] or used["price_rules"]:
        raise ConflictError(_("options or price rules hold for %(name)s; take them out first") % {"name": name})


def _require_known(known: dict[str, str | None], name: str) -> None:
    if name not in known:
        hint = nearest(name, list(known)) or _("All categories: crmcli category list")
        raise NotFoundError(_("there is no category %(name)s") % {"name": name}, hint)


def _require_place(known: dict[str, str | None], name: str, parent: str | None) -> None:
    if parent is None:
        return
    if parent != name:
        _require_known(known, parent)
    if found := ring({**known, name: parent}, name):
        raise ConflictError(_("a category cannot lie under itself: %(chain)s") % {"chain": " → ".join(found)})
