"""Groups: found where they are, the same whatever the order of rows, chosen and judged as other code does it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.models.clusters import SAMPLE, _silhouette, adjusted_rand, find_clusters, standardised


def blobs(sizes: tuple[int, ...], *, seed: int = 1, apart: float = 8.0) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(seed)
    centres = np.array([[apart * k, -apart * (k % 2)] for k in range(len(sizes))])
    rows = np.vstack([centres[k] + chance.normal(size=(n, 2)) for k, n in enumerate(sizes)])
    return rows, np.repeat(np.arange(len(sizes)), sizes)


def keys(count: int) -> list[str]:
    return [f"C{n:06d}" for n in range(count)]


@pytest.mark.parametrize("sizes", [(20, 20), (40, 15, 25), (30, 30, 30, 30), (200, 25, 60, 40, 30)])
def test_groups_that_are_there_are_found(sizes: tuple[int, ...]) -> None:
    rows, truth = blobs(sizes)
    found = find_clusters(rows, keys(len(rows)))
    assert adjusted_rand(found.labels, truth) == 1
    assert max(found.silhouettes, key=lambda count: found.silhouettes[count]) == len(sizes)
    assert found.stability is None or found.stability > 0.95
    assert (np.diff(found.centres[:, 0]) <= 0).all()


@pytest.mark.parametrize("count", [90, SAMPLE + 700])
def test_order_of_rows_changes_nothing(count: int) -> None:
    rows, _truth = blobs((count // 3,) * 3, apart=3)
    names = keys(len(rows))
    found = find_clusters(rows, names)
    order = np.random.default_rng(7).permutation(len(rows))
    again = find_clusters(rows[order], [names[place] for place in order])
    assert (again.labels == found.labels[order]).all()
    assert again.centres == pytest.approx(found.centres, rel=0, abs=0)
    assert (again.silhouettes, again.stability) == (found.silhouettes, found.stability)


def test_silhouette_is_that_of_the_definition() -> None:
    rows, truth = blobs((6, 9, 1), apart=2)
    values = []
    for place, row in enumerate(rows):
        distance = np.sqrt(((rows - row) ** 2).sum(axis=1))
        own = [d for other, d in enumerate(distance) if truth[other] == truth[place] and other != place]
        others = [distance[truth == g].mean() for g in set(truth) - {truth[place]}]
        values.append((min(others) - np.mean(own)) / max(min(others), np.mean(own)) if own else 0)
    assert _silhouette(rows, truth) == pytest.approx(np.mean(values))


@given(st.lists(st.integers(0, 3), min_size=2, max_size=30), st.data())
def test_rand_is_one_for_the_same_groups_under_other_names(labels: list[int], data: st.DataObject) -> None:
    names = data.draw(st.permutations(range(4)))
    one = np.array(labels)
    assert adjusted_rand(one, np.array([names[label] for label in labels])) == pytest.approx(1)


def test_rand_of_a_known_table() -> None:
    # Hubert & Arabie's form by hand: pairs in cells 2, rows 1 + 3 = 4, columns 3 + 1 = 4, of 10 pairs: (2 - 1.6) / (4 - 1.6)
    assert adjusted_rand(np.array([0, 0, 1, 1, 1]), np.array([0, 0, 0, 1, 1])) == pytest.approx((2 - 1.6) / (4 - 1.6))


def test_amounts_of_all_sizes_come_on_one_scale() -> None:
    scaled = standardised(np.array([[1e6, 5.0, 7.0], [10.0, 5.0, -7.0], [0.0, 5.0, 0.0]]))
    assert scaled.mean(axis=0) == pytest.approx([0, 0, 0])
    assert scaled[:, 1] == pytest.approx([0, 0, 0])
    assert scaled[:, 0].std() == pytest.approx(1)
    assert scaled[0, 2] == -scaled[1, 2]


def test_a_number_asked_for_is_given() -> None:
    rows, _truth = blobs((20, 20))
    assert set(find_clusters(rows, keys(40), groups=4).labels) == {0, 1, 2, 3}


@pytest.mark.parametrize("rows", [np.zeros((50, 2)), np.arange(4.0).reshape(2, 2)])
def test_too_few_different_rows_are_refused(rows: np.ndarray) -> None:
    with pytest.raises(ValueError, match="too few"):
        find_clusters(rows, keys(len(rows)))
