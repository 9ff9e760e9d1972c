"""Rings in what leans on what, against a slow search over every way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hypothesis import given
from hypothesis import strategies as st

from crmcli.rules.rings import knotted, of_parents, reachable, ring_through, ring_words, rings
from crmcli.rules.tree import in_rings, ring

NODES = "ABCDEF"
graphs = st.dictionaries(
    st.sampled_from(NODES), st.lists(st.sampled_from(NODES + "Z"), max_size=3).map(tuple), max_size=6
)
trees = st.dictionaries(st.sampled_from(NODES), st.one_of(st.none(), st.sampled_from(NODES + "Z")), max_size=6)


def comes_back(graph: Mapping[str, Sequence[str]], node: str) -> bool:
    """Whether some way leads from a node back to it: every node that can be reached is tried."""
    seen: set[str] = set()
    waiting = list(graph.get(node, ()))
    while waiting:
        here = waiting.pop()
        if here == node:
            return True
        if here not in seen:
            seen.add(here)
            waiting += graph.get(here, ())
    return False


@given(graphs)
def test_every_node_on_a_ring_is_in_one_of_them(graph: dict[str, tuple[str, ...]]) -> None:
    found = rings(graph)
    on_one = {node for node in graph if comes_back(graph, node)}
    assert {node for one in found for node in one} == on_one <= knotted(graph)
    assert found == tuple(sorted(set(found)))
    for one in found:
        assert one[0] == min(one)
        assert all(after in graph[here] for here, after in zip(one, (*one[1:], one[0]), strict=True))
    for node in NODES:
        assert bool(ring_through(graph, node)) == (node in on_one)


@given(trees)
def test_in_a_tree_exactly_the_knotted_lie_on_rings(parents: dict[str, str | None]) -> None:
    graph = of_parents(parents)
    expected = {name for name in parents if comes_back(graph, name)}
    assert in_rings(parents) == expected == knotted(graph)
    for name in parents:
        assert ring(parents, name) == ((*way, name) if (way := ring_through(graph, name)) else ())


def test_a_long_chain_is_gone_through_once() -> None:
    chain = {f"N{n}": (f"N{n + 1}",) for n in range(20_000)}
    assert rings(chain) == ()
    assert rings({**chain, "N20000": ("N19999",)}) == (("N19999", "N20000"),)
    assert len(reachable(chain, "N19990")) == 11
    assert ring_words(("A", "B")) == "A → B → A"
