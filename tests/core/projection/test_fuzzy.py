"""UMAP's parts: memberships, their union, the curve, the spectral layout, one epoch."""

from __future__ import annotations

import numpy as np
import pytest

from dotscape.core.kernels import native
from dotscape.core.neighbors import prepare
from dotscape.core.neighbors.graph import Graph, neighbor_graph
from dotscape.core.progress import Progress
from dotscape.core.projection.curve import curve
from dotscape.core.projection.fuzzy import FuzzySet, fuzzy_set
from dotscape.core.projection.spectral import connected_parts, spectral_layout


def graph_of(X: np.ndarray, k: int) -> Graph:
    prepared = prepare(np.ascontiguousarray(X, np.float32), "euclidean", progress=Progress())
    return neighbor_graph(prepared, k, progress=Progress())


def dense(edges: FuzzySet) -> np.ndarray:
    W = np.zeros((len(edges), len(edges)))
    W[np.repeat(np.arange(len(edges)), np.diff(edges.starts)), edges.columns] = edges.weights
    return W


def exact_memberships(distances: np.ndarray) -> np.ndarray:
    """Algorithm 3 of the paper by bisection in float64, self excluded."""
    d = distances.astype(np.float64)
    target = np.log2(d.shape[1] + 1)
    p = np.ones_like(d)
    for i, row in enumerate(d):
        rho = row[row > 0].min() if (row > 0).any() else 0.0
        beyond = np.maximum(row - rho, 0.0)
        low, high = 0.0, 1e6
        for _ in range(200):
            middle = (low + high) / 2
            if np.exp(-beyond / middle).sum() > target:
                high = middle
            else:
                low = middle
        size = row.sum() / (d.shape[1] + 1)
        p[i] = np.exp(-beyond / max(low, 1e-3 * size))
    return p


@pytest.mark.parametrize("k", [3, 14, 60])
def test_memberships_agree_with_float64(k: int) -> None:
    X = np.random.default_rng(k).normal(size=(200, 6)) * 7
    X[5:12] = X[4]  # duplicates: at distance 0
    distances = graph_of(X, k).distances
    p = np.empty_like(distances)
    native.memberships(distances, p, 2)
    if k == 3:  # rows of duplicates only have no scale
        keep = (distances > 0).all(axis=1)
        distances, p = distances[keep], p[keep]
    assert np.allclose(p, exact_memberships(distances), atol=2e-4)
    assert p.max() == 1.0


def test_only_duplicates_are_all_full_members() -> None:
    p = np.empty((4, 3), np.float32)
    native.memberships(np.zeros((4, 3), np.float32), p, 1)
    assert (p == 1).all()


def test_the_union_is_symmetric_and_probabilistic() -> None:
    graph = graph_of(np.random.default_rng(0).normal(size=(300, 5)), 10)
    p = np.empty_like(graph.distances)
    native.memberships(graph.distances, p, 1)
    P = np.zeros((300, 300))
    P[np.repeat(np.arange(300), 10), graph.indices.ravel()] = p.ravel()
    edges = fuzzy_set(graph)
    W = dense(edges)
    assert np.array_equal(W, W.T)
    assert np.allclose(W, P + P.T - P * P.T, atol=1e-6)
    assert all(
        (np.diff(edges.columns[a:b]) > 0).all()
        for a, b in zip(edges.starts[:-1], edges.starts[1:], strict=True)
    )
    assert np.allclose(edges.degrees(), W.sum(axis=1))


def test_renaming_moves_rows_and_columns() -> None:
    edges = fuzzy_set(graph_of(np.random.default_rng(1).normal(size=(90, 4)), 6))
    order = np.random.default_rng(2).permutation(90)
    assert np.array_equal(dense(edges.renamed(order)), dense(edges)[np.ix_(order, order)])


@pytest.mark.parametrize("scale", [1e-30, 1e-8, 1e10, 1e30])
def test_memberships_dont_depend_on_the_unit(scale: float) -> None:
    graph = graph_of(np.random.default_rng(0).normal(size=(100, 5)), 8)
    scaled = Graph(graph.indices, (graph.distances * scale).astype(np.float32))
    assert np.allclose(fuzzy_set(graph).weights, fuzzy_set(scaled).weights, atol=1e-3)


@pytest.mark.parametrize(
    ("min_dist", "spread", "a", "b"),
    # umap-learn's find_ab_params
    [(0.1, 1.0, 1.57694, 0.89506), (0.5, 1.0, 0.58303, 1.33417), (0.001, 1.0, 1.92911, 0.79150)],
)
def test_the_curve_is_umap_learns(min_dist: float, spread: float, a: float, b: float) -> None:
    assert curve(min_dist, spread) == pytest.approx((a, b), rel=2e-3)


@pytest.mark.parametrize("spread", [0.1, 3.0, 10.0])
def test_the_curve_scales_with_the_spread(spread: float) -> None:
    a, b = curve(0.1, 1.0)
    wide = curve(0.1 * spread, spread)
    assert wide[1] == pytest.approx(b, rel=1e-6)
    assert wide[0] * spread ** (2 * b) == pytest.approx(a, rel=1e-6)


def test_the_curve_exists_at_its_limits() -> None:
    for near in (0.0, 1.0):
        a, b = curve(near, 1.0)
        assert np.isfinite([a, b]).all()
        assert a > 0 < b


def test_the_spectral_layout_is_made_of_eigenvectors() -> None:
    angle = np.sort(np.random.default_rng(0).uniform(0, 2 * np.pi, 400))
    X = np.stack((np.cos(angle), 3 * np.sin(angle)), axis=1)
    edges = fuzzy_set(graph_of(X, 14))
    assert connected_parts(edges).max() == 0
    W = dense(edges)
    root = 1 / np.sqrt(W.sum(axis=1))
    values, vectors = np.linalg.eigh(np.eye(400) - root[:, None] * W * root[None, :])
    found = spectral_layout(edges, 2, 0, Progress())
    assert np.allclose(found.T @ found, np.eye(2), atol=1e-3)
    inside = vectors[:, 1:3] @ (vectors[:, 1:3].T @ found)
    assert np.abs(inside - found).max() < 0.01
    assert values[3] > values[2]


def test_parts_are_numbered_in_the_order_of_their_rows() -> None:
    X = np.concatenate([np.random.default_rng(i).normal(size=(40, 3)) + 100 * i for i in range(3)])
    parts = connected_parts(fuzzy_set(graph_of(X, 5)))
    assert np.array_equal(np.unique(parts[:40]), [0])
    assert len(set(parts[40:80]) & set(parts[80:])) == 0


@pytest.mark.parametrize("dimensions", [2, 3])
def test_two_joined_points_move_as_the_gradient_says(dimensions: int) -> None:
    starts, columns = np.array([0, 1, 2]), np.array([1, 0], np.int32)
    scatter = native.Scatter(starts, columns, np.ones(2, np.float32), 1)
    y = np.zeros((2, 2 if dimensions == 2 else 4), np.float32)
    y[1, :dimensions] = 1.0
    expected = y.astype(np.float64)
    a, b, rate = 1.5, 0.9, 0.01
    scatter.step(a, b, 0.0, rate, 1, 0, 5, y, dimensions, None, 1)
    for _ in range(2):  # once for either direction of the edge
        delta = expected[0] - expected[1]
        square = delta @ delta
        force = -2 * a * b * square ** (b - 1) / (1 + a * square**b) * delta
        expected[0] += rate * force
        expected[1] -= rate * force
    assert np.allclose(y, expected, atol=1e-4)


def test_kernels_refuse_what_leads_out_of_their_arrays() -> None:
    good = (np.array([0, 1, 2]), np.array([1, 0], np.int32), np.ones(2, np.float32))
    bad = [
        (np.array([0, 1, 3]), good[1], good[2]),
        (np.array([0, 3, 2]), good[1], good[2]),
        (good[0], np.array([1, 2], np.int32), good[2]),
        (good[0], np.array([-1, 0], np.int32), good[2]),
        (good[0], good[1], np.ones(3, np.float32)),
        (np.array([0]), good[1][:0], good[2][:0]),
    ]
    for arrays in bad:
        with pytest.raises(ValueError, match=r"differ|fit|ascend|range|no rows"):
            native.Scatter(*arrays, 0)
    with pytest.raises(ValueError, match="row number"):
        native.fuzzy_union(np.array([[2], [0]], np.int32), np.ones((2, 1), np.float32), 1)
    scatter = native.Scatter(*good, 0)
    with pytest.raises(ValueError, match="lengths differ"):
        scatter.step(1, 1, 1, 1, 5, 0, 0, np.zeros((3, 2), np.float32), 2, None, 1)
