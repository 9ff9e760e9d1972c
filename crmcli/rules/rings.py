"""Rings in what leans on what: price lists, categories, products and their successors; found here and nowhere else."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Graph = dict[str, tuple[str, ...]]


def rings(graph: Mapping[str, Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    """The shortest ring through each node that lies on one, each ring once and begun at its least name; sorted.

    Args:
        graph: Node → the nodes it leans on.
    """
    left = knotted(graph)
    inner = {node: tuple(other for other in graph.get(node, ()) if other in left) for node in left}
    found = {_turned(way) for node in left if (way := ring_through(inner, node))}
    return tuple(sorted(found))


def ring_through(graph: Mapping[str, Sequence[str]], start: str) -> tuple[str, ...]:
    """The shortest way from a node back to it, by least names, begun at it and not repeating it; () where there is none."""
    came: dict[str, str] = {}
    waiting = deque([start])
    while waiting:
        node = waiting.popleft()
        for other in sorted(graph.get(node, ())):
            if other == start:
                return _way_back(came, node, start)
            if other not in came:
                came[other] = node
                waiting.append(other)
    return ()


def knotted(graph: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """Nodes left when those that lead nowhere, then those nobody leads to, are taken away again and again.

    Every node on a ring is among them, and where each leans on one other at most no node else; in time proportional
    to their number.
    """
    onward = {node: set(others) for node, others in graph.items()}
    for node in {other for others in graph.values() for other in others} - onward.keys():
        onward[node] = set()
    peeled = _peeled(onward)
    return frozenset(_peeled(_turned_round(peeled)))


def reachable(graph: Mapping[str, Sequence[str]], start: str) -> tuple[str, ...]:
    """All nodes that a node leans on, itself first."""
    seen = {start: None}
    waiting = deque([start])
    while waiting:
        for other in graph.get(waiting.popleft(), ()):
            if other not in seen:
                seen[other] = None
                waiting.append(other)
    return tuple(seen)


def of_parents(parents: Mapping[str, str | None]) -> Graph:
    """A tree kept as name → name of the parent, as a graph."""
    return {name: (parent,) if parent else () for name, parent in parents.items()}


def ring_words(ring: Sequence[str]) -> str:
    """A ring as one reads it: A → B → A."""
    return " → ".join([*ring, ring[0]])


def _peeled(onward: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    """The graph without nodes from which every way ends."""
    left = {node: set(others) for node, others in onward.items()}
    behind = _turned_round(left)
    waiting = [node for node, others in left.items() if not others]
    while waiting:
        gone = waiting.pop()
        del left[gone]
        for node in behind[gone]:
            left[node].discard(gone)
            if not left[node]:
                waiting.append(node)
    return left


def _turned_round(onward: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    back: dict[str, set[str]] = {node: set() for node in onward}
    for node, others in onward.items():
        for other in others:
            back[other].add(node)
    return back


def _way_back(came: Mapping[str, str], node: str, start: str) -> tuple[str, ...]:
    way = [node]
    while way[-1] != start:
        way.append(came[way[-1]])
    return tuple(way[::-1])


def _turned(ring: tuple[str, ...]) -> tuple[str, ...]:
    least = ring.index(min(ring))
    return ring[least:] + ring[:least]
