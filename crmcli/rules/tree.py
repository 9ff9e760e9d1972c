"""Trees kept as "name → name of the parent": the way up, rings, and the order of an outline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.rules.rings import knotted, of_parents

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


def way_up(parents: Mapping[str, str | None], name: str) -> tuple[str, ...]:
    """A name, its parent, and so on up to the root; a ring is walked once."""
    path: dict[str, None] = {}
    here: str | None = name
    while here is not None and here not in path:
        path[here] = None
        here = parents.get(here)
    return tuple(path)


def ring(parents: Mapping[str, str | None], name: str) -> tuple[str, ...]:
    """The ring that a name is part of, beginning and ending with it; () when it is part of none."""
    path = way_up(parents, name)
    return (*path, name) if parents.get(path[-1]) == name else ()


def in_rings(parents: Mapping[str, str | None]) -> frozenset[str]:
    """All names that are their own forebears, in time proportional to their number."""
    return knotted(of_parents(parents))


def outline(parents: Mapping[str, str | None]) -> Iterator[tuple[int, str]]:
    """Depth and name of all, each under its parent, names in order; a name without a known parent is a root."""
    children: dict[str | None, list[str]] = {}
    for name in sorted(parents, key=str.casefold):
        parent = parents[name]
        children.setdefault(parent if parent in parents else None, []).append(name)
    waiting = [(0, name) for name in reversed(children.get(None, []))]
    while waiting:
        depth, name = waiting.pop()
        yield depth, name
        waiting.extend((depth + 1, child) for child in reversed(children.get(name, [])))


def below(parents: Mapping[str, str | None], names: Iterable[str]) -> frozenset[str]:
    """Names with all that lies under them."""
    wanted = set(names)
    return frozenset(name for name in parents if wanted.intersection(way_up(parents, name))) | wanted
