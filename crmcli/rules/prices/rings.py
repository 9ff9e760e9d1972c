"""Rings among price lists and among categories: a list that, by parents and bases, would need itself for its price."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import ConflictError
from crmcli.language import gettext as _
from crmcli.rules.prices.book import Base, PriceBook
from crmcli.rules.prices.faults import list_faults, rule_faults
from crmcli.rules.rings import Graph, reachable, ring_words, rings
from crmcli.rules.tree import way_up

if TYPE_CHECKING:
    from collections.abc import Mapping


def list_graph(book: PriceBook) -> Graph:
    """List → its parent and the lists that its active rules begin with."""
    graph: dict[str, dict[str, None]] = {one.name: {} for one in book.lists}
    for one in book.lists:
        if one.parent:
            graph[one.name][one.parent] = None
    for rule in book.rules:
        if rule.active and rule.base == Base.PRICE_LIST and rule.base_list:
            graph.setdefault(rule.price_list, {})[rule.base_list] = None
    return {name: tuple(sorted(others)) for name, others in graph.items()}


def lists_needed(book: PriceBook, start: str) -> tuple[str, ...]:
    """All lists a price of this one may come from; worked out, and found sound, once for all articles.

    Raises:
        ConflictError: They form a ring, one of them is not there, or one of them or of their rules makes no sense.
    """
    key = ("lists needed", start)
    known = book.ready.get(key)
    if known is None:
        graph = list_graph(book)
        known = reachable(graph, start)
        if found := rings({name: graph.get(name, ()) for name in known}):
            words = _("price lists lean on each other in a ring: %(ring)s") % {"ring": ring_words(found[0])}
            raise ConflictError(words, _where_to_look())
        for name in known if start else ():
            _require_sound(book, name)
        book.ready[key] = known
    assert isinstance(known, tuple)
    return known


def _require_sound(book: PriceBook, name: str) -> None:
    """Refuse a list that is not there, and one with a fault that prices could be wrong by."""
    if name not in book.by_name:
        raise ConflictError(
            _("a price leans on price list %(name)s, which is not there") % {"name": name}, _where_to_look()
        )
    faults = list_faults(book.by_name[name])
    faults += [fault for rule in book.by_list.get(name, ()) if rule.active for fault in rule_faults(rule)]
    for fault in faults:
        where = f"{name} / {fault.rule}" if fault.rule else name
        raise ConflictError(
            _("price list %(where)s: %(fault)s") % {"where": where, "fault": fault.words}, _where_to_look()
        )


def _where_to_look() -> str:
    return _("Look at all of it: crmcli pricelist check")


def category_paths(parents: Mapping[str, str | None]) -> dict[str, tuple[str, ...]]:
    """Category → itself, its parent, and so on up; a parent that is not listed is a root.

    Raises:
        ConflictError: A category is, by its parents, inside itself.
    """
    return {name: category_path(parents, name) for name in parents}


def category_path(parents: Mapping[str, str | None], name: str | None) -> tuple[str, ...]:
    """The way from one category up to its root.

    Raises:
        ConflictError: The way leads back into itself.
    """
    path = way_up(parents, name) if name else ()
    if path and (again := parents.get(path[-1])) in path:
        raise ConflictError(
            _("categories lie inside each other in a ring: %(ring)s") % {"ring": ring_words(path[path.index(again) :])},
            _("Give one of them another parent"),
        )
    return path
