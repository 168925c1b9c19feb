"""Exact neighbours against scikit-learn and against float64 arithmetic."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import pairwise_distances

from dotscape.core.neighbors import METRICS, neighbors
from dotscape.core.progress import Progress
from dotscape.errors import Cancelled, ParameterError


def oracle(X: np.ndarray, metric: str) -> np.ndarray:
    """All distances in float64, infinite between a row and itself."""
    X = X.astype(np.float64)
    if metric == "inner_product":
        D = -(X @ X.T)
    elif metric == "correlation":
        centred = X - X.mean(axis=1, keepdims=True)
        D = pairwise_distances(np.where(np.abs(centred) < 1e-12, 0, centred), metric="cosine")
    else:
        D = pairwise_distances(X, metric=metric)
    np.fill_diagonal(D, np.inf)
    return D


def assert_exact(X: np.ndarray, k: int, metric: str, tolerance: float = 2e-6) -> None:
    indices, distances = neighbors(X, k, metric)
    D = oracle(X, metric)
    n = len(X)
    size = max(np.abs(D[np.isfinite(D)]).max(), 1e-300)
    assert indices.shape == distances.shape == (n, k)
    assert indices.dtype == np.int32
    assert distances.dtype == np.float32
    assert (indices != np.arange(n)[:, None]).all()
    assert all(len(set(row)) == k for row in indices.tolist())
    assert (np.diff(distances.astype(float), axis=1) >= 0).all()
    true = np.sort(D, axis=1)[:, :k]
    assert np.abs(distances - true).max() <= tolerance * size
    named = np.take_along_axis(D, indices.astype(np.int64), axis=1)
    assert np.abs(named - true).max() <= tolerance * size


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize(
    ("n", "d", "k"), [(2, 1, 1), (3, 5, 2), (50, 3, 49), (700, 17, 15), (2100, 40, 90)]
)
def test_they_are_the_nearest(n: int, d: int, k: int, metric: str) -> None:
    X = np.random.default_rng(n).normal(size=(n, d)) + 0.5
    assert_exact(X, k, metric)


@given(
    n=st.integers(3, 80),
    d=st.integers(1, 30),
    metric=st.sampled_from(METRICS),
    seed=st.integers(0, 2**32 - 1),
    copies=st.booleans(),
)
def test_any_shape_with_ties_and_zeros(
    n: int, d: int, metric: str, seed: int, copies: bool
) -> None:
    rng = np.random.default_rng(seed)
    X = rng.integers(-2, 3, size=(n, d)).astype(np.float32)
    if copies:
        X[rng.integers(0, n, n // 2)] = X[0]
    assert_exact(X, int(rng.integers(1, n)), metric)


@pytest.mark.parametrize("metric", ["euclidean", "cosine", "correlation"])
def test_exact_duplicates_are_at_distance_zero(metric: str) -> None:
    rng = np.random.default_rng(0)
    X = np.repeat(rng.normal(size=(500, 33)) + 100, 4, axis=0).astype(np.float32)
    X = X[rng.permutation(len(X))]
    indices, distances = neighbors(X, 5, metric)
    assert (distances[:, :3] == 0).all()
    assert (distances[:, 3:] > 0).all()
    assert (X[indices[:, :3]] == X[:, None]).all()


def test_more_duplicates_than_neighbours() -> None:
    X = np.zeros((3000, 8), np.float32)
    X[::3] += 1
    indices, distances = neighbors(X, 10)
    assert not distances.any()
    assert (X[indices] == X[:, None]).all()
    assert (indices != np.arange(3000)[:, None]).all()


def test_tight_clusters_far_apart_are_told_apart() -> None:
    # Within a cluster, distances are far below what float32 products can tell: those rows are
    # searched again by differences.
    rng = np.random.default_rng(1)
    centers = rng.normal(size=(20, 30)) * 50
    X = np.repeat(centers, 100, axis=0) + rng.normal(size=(2000, 30)) * 1e-3
    X = X.astype(np.float32)
    indices, distances = neighbors(X, 15)
    D = oracle(X, "euclidean")
    # Centring rounds to float32 once: coordinates up to 150, so distances to about 1e-5.
    assert np.abs(distances - np.sort(D, axis=1)[:, :15]).max() < 2e-5
    named = np.take_along_axis(D, indices.astype(np.int64), axis=1)
    assert np.abs(named - np.sort(D, axis=1)[:, :15]).max() < 2e-5


@pytest.mark.parametrize("scale", [1e-37, 1e-25, 1e25, 1e37])
@pytest.mark.parametrize("metric", ["euclidean", "cosine", "correlation"])
def test_huge_and_tiny_vectors(scale: float, metric: str) -> None:
    X = np.random.default_rng(2).normal(size=(300, 12)).astype(np.float32)
    plain, near = neighbors(X, 10, metric)
    scaled, far = neighbors((X * np.float32(scale)).astype(np.float32), 10, metric)
    assert (plain == scaled).mean() > 0.999  # the products round differently
    unit = scale if metric == "euclidean" else 1.0
    assert np.allclose(far, near * np.float64(unit), rtol=1e-4, atol=1e-6 * unit)


def test_one_row_far_larger_than_all_others() -> None:
    X = np.random.default_rng(3).normal(size=(3000, 10)).astype(np.float32)
    X[1234] = 1e30
    indices, distances = neighbors(X, 3)
    assert np.isfinite(distances).all()
    assert 1234 not in indices[np.arange(3000) != 1234]
    assert distances[1234, 0] == pytest.approx(1e30 * 10**0.5, rel=1e-6)


@pytest.mark.parametrize("dtype", [np.float16, np.float64, np.int8, ">f4"])
def test_other_types(dtype: object) -> None:
    X = (np.random.default_rng(4).normal(size=(200, 20)) * 10).astype(dtype)
    assert_exact(X.astype(np.float64), 7, "euclidean")


def test_rows_that_are_not_finite_have_no_neighbours() -> None:
    X = np.random.default_rng(5).normal(size=(50, 4))
    X[3, 1], X[17, 0] = np.nan, np.inf
    indices, distances = neighbors(X, 5)
    assert (indices[[3, 17]] == -1).all()
    assert np.isnan(distances[[3, 17]]).all()
    good = np.setdiff1d(np.arange(50), [3, 17])
    alone, far = neighbors(X[good], 5)
    assert np.array_equal(indices[good], good[alone])
    assert np.array_equal(distances[good], far)


def test_the_number_of_threads_does_not_matter() -> None:
    X = np.random.default_rng(6).normal(size=(2500, 50)).astype(np.float32)
    results = [neighbors(X, 20, threads=threads) for threads in (1, 2, 3)]
    assert len({r[0].tobytes() + r[1].tobytes() for r in results}) == 1


@pytest.mark.parametrize("k", [0, -1, 5, 1.5, "3", None, True])
def test_numbers_of_neighbours_that_cannot_be(k: object) -> None:
    with pytest.raises(ParameterError, match=r"'k' of neighbors must be .* from 1 to 4 .* Got"):
        neighbors(np.eye(5), k)  # type: ignore[arg-type]


@pytest.mark.parametrize("n", [0, 1])
def test_too_few_rows(n: int) -> None:
    with pytest.raises(ParameterError, match="less than the number of finite rows"):
        neighbors(np.zeros((n, 3)), 1)


def test_unknown_metrics_are_named() -> None:
    with pytest.raises(ParameterError, match="'metric' of neighbors must be 'euclidean' or"):
        neighbors(np.eye(5), 2, "manhattan")


class CancelAt:
    def __init__(self, at: int) -> None:
        self.progress, self.at, self.seen = Progress(self), at, 0

    def on_phase(self, name: str, iterations: int, later: float) -> None:
        self.iterations = iterations

    def on_report(self, iteration: int, loss: float | None, layout: object) -> None:
        self.seen = iteration
        if iteration == self.at:
            self.progress.cancel()


def test_progress_and_cancel() -> None:
    X = np.random.default_rng(7).normal(size=(3000, 8)).astype(np.float32)
    listener = CancelAt(2)
    with pytest.raises(Cancelled):
        neighbors(X, 5, progress=listener.progress)
    assert listener.seen == 2
    listener = CancelAt(-1)
    neighbors(X, 5, progress=listener.progress)
    assert listener.seen == listener.iterations == 6
