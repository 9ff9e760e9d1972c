"""Nodes and weights for means over a line and over a Beta distribution."""

from __future__ import annotations

import functools

import numpy as np

from crmcli.models.histories import Floats


@functools.lru_cache(maxsize=8)
def line(nodes: int) -> tuple[Floats, Floats]:
    """Gauss-Legendre nodes in (-1, 1) and weights, (nodes,) each."""
    place, weight = np.polynomial.legendre.leggauss(nodes)
    return np.asarray(place), np.asarray(weight)


def beta_nodes(a: float, b: Floats, nodes: int = 24) -> tuple[Floats, Floats]:
    """Gauss-Jacobi nodes p in (0, 1) and weights summing to 1 for means over p ~ Beta(a, b).

    By Golub & Welsch (1969): eigenvalues of the three-term recurrence, once per distinct b.

    Args:
        a: Above 0.
        b: (n,), above 0; few distinct values.
        nodes: k.

    Returns:
        p and weights, (n, k) each.
    """
    distinct, kind = np.unique(b, return_inverse=True)
    order = np.arange(nodes, dtype=np.float64)
    s = (a + distinct - 2)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):  # the first of each is set below
        middle = (2 * order * (order + s + 1) + s * a) / ((2 * order + s) * (2 * order + s + 2))
        k = order[1:]
        beside = (
            k
            * (k + distinct[:, None] - 1)
            * (k + a - 1)
            * (k + s)
            / ((2 * k + s) ** 2 * (2 * k + s + 1) * (2 * k + s - 1))
        )
    middle[:, 0] = a / (a + distinct)
    total = a + distinct
    beside[:, 0] = a * distinct / (total**2 * (total + 1))
    matrix = np.zeros((len(distinct), nodes, nodes))
    matrix[:, np.arange(nodes), np.arange(nodes)] = middle
    matrix[:, np.arange(1, nodes), np.arange(nodes - 1)] = np.sqrt(beside)
    p, vectors = np.linalg.eigh(matrix)
    return np.maximum(p, 1e-300)[kind], (vectors[:, 0, :] ** 2)[kind]
