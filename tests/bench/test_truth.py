"""The exact sample, and recall against it."""

from __future__ import annotations

import numpy as np
import pytest
from bench.projection.data import DIMENSIONS, write_clustered
from bench.projection.side import Graph, without_self
from bench.projection.truth import exact_sample, recall


def _brute(X: np.ndarray, k: int) -> np.ndarray:
    distances = np.linalg.norm(X[:, None].astype(float) - X[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    return np.argsort(distances, axis=1, kind="stable")[:, :k]


def test_the_sample_is_exact_far_from_zero() -> None:
    X = (np.random.default_rng(0).standard_normal((300, 6)) + 1000).astype(np.float32)
    rows = np.array([299, 0, 17])
    names, distances = exact_sample(X, 5, rows)
    np.testing.assert_array_equal(names, _brute(X, 5)[rows])
    assert (np.diff(distances, axis=1) >= 0).all()


def test_recall_counts_what_is_as_near_and_nothing_twice() -> None:
    X = np.array([[0.0], [1.0], [-1.0], [5.0], [9.0]], np.float32)
    rows = np.array([0])
    _, nearest = exact_sample(X, 1, rows)
    assert nearest.tolist() == [[1.0]]
    for found, share in [(1, 1.0), (2, 1.0), (3, 0.0), (0, 0.0), (-1, 0.0)]:
        assert recall(X, rows, nearest, np.full((5, 1), found)) == share
    _, nearest = exact_sample(X, 2, rows)
    assert recall(X, rows, nearest, np.array([[1, 1]] * 5)) == 0.5


def test_recall_of_the_exact_graph_is_one() -> None:
    X = np.random.default_rng(1).standard_normal((200, 4)).astype(np.float32)
    rows = np.arange(200)
    _, nearest = exact_sample(X, 15, rows)
    exact = _brute(X, 15)
    assert recall(X, rows, nearest, exact) == 1.0
    exact[:, 0] = _brute(X, 199)[:, -1]
    assert recall(X, rows, nearest, exact) == pytest.approx(14 / 15)


def test_rows_lose_themselves_or_else_their_last() -> None:
    graph = np.array([[0, 1, 2], [0, 1, 2], [1, 0, 3], [3, 2, 1]])
    assert without_self(graph, 2).tolist() == [[1, 2], [0, 2], [1, 0], [2, 1]]
    given = Graph(np.array([[1, 2], [0, 2]], np.int32), np.array([[1, 2], [1, 3]], np.float32))
    assert given.with_self(2).indices.tolist() == [[0, 1], [1, 0]]
    assert given.with_self(2).distances.tolist() == [[0, 1], [0, 1]]


def test_fewer_clustered_rows_are_the_first_of_more(tmp_path) -> None:
    write_clustered(tmp_path / "few.npy", 40)
    write_clustered(tmp_path / "more.npy", 300)
    few, more = np.load(tmp_path / "few.npy"), np.load(tmp_path / "more.npy")
    assert more.shape == (300, DIMENSIONS)
    assert more.dtype == np.float32
    np.testing.assert_array_equal(few, more[:40])
    assert len(np.unique(more, axis=0)) == 300
