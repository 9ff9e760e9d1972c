"""Groups that customers fall into by themselves: Ward's tree for a beginning, k-means to the end, silhouette to choose.

Nothing is left to chance and nothing depends on the order of rows: rows are taken in the order of their keys, the sample
of a large base is drawn by a hash of the key, and Lloyd's steps begin at the centres of Ward's tree (Ward 1963; Lloyd
1982). The number of groups is the one with the largest mean silhouette (Rousseeuw 1987), of equals the smaller one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SAMPLE = 2_000  # rows of Ward's tree and of the silhouette, which take memory with the square
STEPS = 100  # of Lloyd; far more than it ever took
HALVES = 10  # repetitions of the test of stability


@dataclass(frozen=True, slots=True)
class Clusters:
    """Groups found.

    Args:
        labels: Shape (rows,): group of each row, from 0; the group of the highest first column comes first.
        centres: Shape (groups, columns), in standard deviations from the mean of each column.
        silhouettes: Number of groups tried → mean silhouette, −1 to 1; above 0.5 groups are clear, below 0.25 there are
            hardly any.
        stability: Mean adjusted Rand index between these groups and those of half of the rows, 0 (chance) to 1; None
            when there are too few rows.
    """

    labels: Ints
    centres: Floats
    silhouettes: dict[int, float]
    stability: float | None


def standardised(columns: Floats) -> Floats:
    """Columns on one scale, shape as given: logarithms of amounts (both signs), then mean 0 and deviation 1.

    Amounts of business differ by orders of magnitude; without the logarithm the largest customer would be a group of
    its own. A column that is the same everywhere becomes zeros.
    """
    logs = np.sign(columns) * np.log1p(np.abs(columns))
    spread = logs.std(axis=0)
    return np.asarray((logs - logs.mean(axis=0)) / np.where(spread > 1e-12, spread, 1.0), dtype=np.float64)


def find_clusters(rows: Floats, keys: Sequence[str], *, groups: int | None = None, most: int = 8) -> Clusters:
    """Groups of rows.

    Args:
        rows: Shape (rows, columns), on one scale.
        keys: A key of each row, all different.
        groups: Exactly so many; None: the best number from 2 to `most`.
        most: The largest number tried.

    Raises:
        ValueError: Fewer than 3 different rows, or fewer than groups asked for.
    """
    order = np.argsort(np.asarray(keys))
    ordered = rows[order]
    different = len(np.unique(ordered, axis=0))
    if different < max(3, groups or 0):
        message = f"{different} different rows are too few for groups"
        raise ValueError(message)
    sample = _sample([keys[place] for place in order])
    tried = [groups] if groups else range(2, min(most, different - 1) + 1)
    found = {count: _grouped(ordered, ordered[sample], count) for count in tried}
    silhouettes = {count: _silhouette(ordered[sample], labels[sample]) for count, labels in found.items()}
    best = max(found, key=lambda count: (round(silhouettes[count], 6), -count))
    labels = _by_first_column(ordered, found[best])
    stability = _stability(ordered, labels, [keys[place] for place in order])
    back = np.empty_like(order)
    back[order] = np.arange(len(order))
    return Clusters(labels[back], _centres(ordered, labels), silhouettes, stability)


def adjusted_rand(one: Ints, other: Ints) -> float:
    """How far two groupings of the same rows agree beyond chance (Hubert & Arabie 1985): 1 alike, 0 as by chance."""
    table = np.zeros((int(one.max()) + 1, int(other.max()) + 1))
    np.add.at(table, (one, other), 1)
    pairs = (table * (table - 1) / 2).sum()
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    row_pairs, column_pairs = (rows * (rows - 1) / 2).sum(), (columns * (columns - 1) / 2).sum()
    expected = row_pairs * column_pairs / max(len(one) * (len(one) - 1) / 2, 1)
    most = (row_pairs + column_pairs) / 2
    return 1.0 if most == expected else float((pairs - expected) / (most - expected))


def _sample(keys: Sequence[str]) -> Ints:
    """Places of at most SAMPLE rows, chosen by their keys alone."""
    if len(keys) <= SAMPLE:
        return np.arange(len(keys))
    hashes = np.array([_hash(key) for key in keys], dtype=np.uint64)
    return np.sort(np.argsort(hashes, kind="stable")[:SAMPLE])


def _hash(key: str) -> int:
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big")


def _grouped(rows: Floats, sample: Floats, count: int) -> Ints:
    """Labels of all rows by k-means from the centres of Ward's tree over the sample."""
    from scipy.cluster.hierarchy import cut_tree, linkage

    labels = cut_tree(linkage(sample, "ward"), n_clusters=count)[:, 0].astype(np.int64)
    centres = _centres(sample, labels)
    found = _nearest(rows, centres)
    for _step in range(STEPS):
        centres = np.array([rows[found == g].mean(axis=0) if (found == g).any() else centres[g] for g in range(count)])
        again = _nearest(rows, centres)
        if (again == found).all():
            break
        found = again
    return found


def _nearest(rows: Floats, centres: Floats) -> Ints:
    distances = ((rows[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)
    found: Ints = distances.argmin(axis=1).astype(np.int64)
    return found


def _centres(rows: Floats, labels: Ints) -> Floats:
    groups = range(int(labels.max()) + 1)
    return np.array([rows[labels == g].mean(axis=0) if (labels == g).any() else rows.mean(axis=0) for g in groups])


def _silhouette(rows: Floats, labels: Ints) -> float:
    """Mean over rows of (b − a) / max(a, b): a the mean distance within the own group, b to the nearest other one."""
    from scipy.spatial.distance import cdist

    groups = np.unique(labels)
    if len(groups) < 2:
        return -1.0
    distances = cdist(rows, rows)
    sums = np.stack([distances[:, labels == g].sum(axis=1) for g in groups], axis=1)
    sizes = np.array([(labels == g).sum() for g in groups])
    own = np.searchsorted(groups, labels)
    places = np.arange(len(rows))
    alone = sizes[own] == 1
    within = sums[places, own] / np.maximum(sizes[own] - 1, 1)
    means = sums / sizes
    means[places, own] = np.inf
    nearest = means.min(axis=1)
    widest = np.maximum(within, nearest)
    values = np.where(alone | (widest == 0), 0.0, (nearest - within) / np.where(widest == 0, 1.0, widest))
    return float(values.mean())


def _by_first_column(rows: Floats, labels: Ints) -> Ints:
    """Labels renumbered, the group of the highest first column first; empty groups vanish."""
    groups = np.unique(labels)
    means = [rows[labels == g, 0].mean() for g in groups]
    order = sorted(range(len(groups)), key=lambda place: (-means[place], place))
    numbers = {int(groups[place]): number for number, place in enumerate(order)}
    return np.array([numbers[int(label)] for label in labels], dtype=np.int64)


def _stability(rows: Floats, labels: Ints, keys: Sequence[str]) -> float | None:
    """Whether half of the rows would have given the same groups, over several halves drawn by their keys."""
    count = int(labels.max()) + 1
    if len(rows) < 10 * count:
        return None
    found = []
    for turn in range(HALVES):
        half = np.array([_hash(f"{turn} {key}") % 2 == 0 for key in keys])
        if len(np.unique(rows[half], axis=0)) <= count:
            continue
        own = rows[half][_sample([key for key, taken in zip(keys, half, strict=True) if taken])]
        again = _grouped(rows[half], own, count)
        found.append(adjusted_rand(labels[half], again))
    return float(np.mean(found)) if found else None
