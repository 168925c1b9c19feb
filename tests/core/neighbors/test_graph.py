"""Approximate neighbours against exact ones, and what must hold of both."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from dotscape.core.neighbors import METRICS, neighbors
from dotscape.core.neighbors.graph import search_is_quick
from dotscape.core.neighbors.prepared import prepare
from dotscape.core.progress import Progress
from dotscape.errors import Cancelled, ParameterError


def clustered(n: int, d: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    centers = rng.normal(size=(40, d)) * 3
    return (centers[rng.integers(0, 40, n)] + rng.normal(size=(n, d))).astype(np.float32)


def low_dimensional(n: int, d: int) -> np.ndarray:
    rng = np.random.default_rng(1)
    return (rng.normal(size=(n, 6)) @ rng.normal(size=(6, d))).astype(np.float32) + 10


def half_copies(n: int, d: int) -> np.ndarray:
    X = clustered(n, d)
    X[: n // 2] = X[0]
    return X[np.random.default_rng(2).permutation(n)]


DATA: dict[str, Callable[[], np.ndarray]] = {
    "clustered": lambda: clustered(5000, 40),
    "low intrinsic dimension": lambda: low_dimensional(5000, 200),
    "uniform": lambda: np.random.default_rng(3).random((5000, 8), np.float32),
    "one dimension": lambda: np.random.default_rng(4).normal(size=(5000, 1)),
    "duplicates": lambda: half_copies(4000, 20),
    "constant columns": lambda: np.hstack([clustered(3000, 5), np.ones((3000, 90), np.float32)]),
    "tight and far apart": lambda: (
        clustered(3000, 30) * np.float32(1e-3)
        + np.float32(100) * np.eye(30, dtype=np.float32)[np.arange(3000) % 30]
    ),
}


def true_recall(X: np.ndarray, distances: np.ndarray, k: int, metric: str) -> float:
    _, far = neighbors(X, k, metric, exact=True)
    return float((distances <= far[:, -1:] * (1 + 1e-5) + 1e-12).mean())


@pytest.mark.parametrize("name", DATA)
def test_recall_is_as_asked_and_as_measured(name: str) -> None:
    X = DATA[name]()
    found = neighbors(X, 15, exact=False)
    assert not found.exact
    true = true_recall(X, found.distances, 15, "euclidean")
    assert found.recall >= 0.95
    assert true >= 0.94
    assert abs(true - found.recall) < 0.02


def test_high_dimensional_noise_is_hard_and_said_to_be() -> None:
    X = np.random.default_rng(5).normal(size=(4000, 120)).astype(np.float32)
    found = neighbors(X, 10, exact=False, recall=0.9)
    assert abs(true_recall(X, found.distances, 10, "euclidean") - found.recall) < 0.04


def check_contract(X: np.ndarray, k: int, metric: str, exact: bool) -> None:
    indices, distances = found = neighbors(X, k, metric, exact=exact)
    n = len(X)
    assert found.indices is indices
    assert found.distances is distances
    assert indices.shape == distances.shape == (n, k)
    assert (indices.dtype, distances.dtype) == (np.int32, np.float32)
    assert (indices >= 0).all()
    assert (indices < n).all()
    assert (indices != np.arange(n)[:, None]).all()
    assert all(len(set(row)) == k for row in indices.tolist())
    assert (np.diff(distances.astype(float), axis=1) >= 0).all()
    wide = X.astype(np.float64)
    if metric == "correlation":
        wide = wide - wide.mean(axis=1, keepdims=True)
    if metric in ("cosine", "correlation"):
        lengths = np.linalg.norm(wide, axis=1, keepdims=True)
        unit = np.where(lengths > 1e-12, wide / np.where(lengths > 1e-12, lengths, 1), 0)
        true = 1 - np.einsum("ijd,id->ij", unit[indices], unit)
    elif metric == "inner_product":
        true = -np.einsum("ijd,id->ij", wide[indices], wide)
    else:
        true = np.linalg.norm(wide[indices] - wide[:, None], axis=2)
    assert np.abs(distances - true).max() <= 3e-6 * max(1.0, np.abs(true).max())


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("metric", METRICS)
def test_contract(metric: str, exact: bool) -> None:
    X = clustered(1500, 12)
    X[::50] = 0
    X[5:400:7] = X[3]
    check_contract(X, 15, metric, exact)


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize(
    ("n", "k"), [(2, 1), (3, 2), (5, 4), (100, 99), (300, 1), (700, 150), (129, 128)]
)
def test_any_number_of_rows_and_neighbours(n: int, k: int, exact: bool) -> None:
    check_contract(clustered(n, 7), k, "euclidean", exact)


def test_many_neighbours() -> None:
    X = clustered(6000, 24)
    found = neighbors(X, 90, exact=False)
    assert found.recall >= 0.95
    assert true_recall(X, found.distances, 90, "euclidean") > 0.94


def test_all_rows_equal() -> None:
    X = np.full((3000, 9), 3.5, np.float32)
    check_contract(X, 15, "euclidean", exact=False)
    assert not neighbors(X, 15, exact=False).distances.any()


def test_rows_without_a_direction_are_at_distance_1() -> None:
    rng = np.random.default_rng(6)
    X = np.abs(rng.normal(size=(1000, 3))).astype(np.float32)
    X[:10] = 0
    X[10] = -1  # points away from all others: zero vectors are nearest
    indices, distances = neighbors(X, 15, "cosine", exact=False)
    assert (distances[:10] == 1).all()
    assert (indices[10, :10] == np.arange(10)).all()
    assert (distances[10, :10] == 1).all()
    assert (distances[10, 10:] > 1).all()
    only = np.zeros((50, 3), np.float32)
    only[:4] = 1
    assert neighbors(only, 5, "cosine", exact=False).exact


def test_the_number_of_threads_does_not_matter() -> None:
    X = clustered(6000, 70)
    results = [neighbors(X, 12, exact=False, recall=0.99, threads=threads) for threads in (1, 2, 3)]
    assert len({r.indices.tobytes() + r.distances.tobytes() for r in results}) == 1
    assert len({r.recall for r in results}) == 1


def test_inner_products_are_searched_exactly() -> None:
    X = clustered(1000, 5)
    assert neighbors(X, 5, "inner_product", exact=False).exact
    assert neighbors(X, 5, recall=1, exact=False).exact


@pytest.mark.parametrize("scale", [1e-30, 1e30])
def test_huge_and_tiny_vectors(scale: float) -> None:
    X = clustered(2000, 10)
    plain = neighbors(X, 10, exact=False)
    scaled = neighbors((X * np.float64(scale)).astype(np.float32), 10, exact=False)
    assert scaled.recall >= 0.95
    assert np.isfinite(scaled.distances).all()
    assert np.median(scaled.distances / plain.distances / scale) == pytest.approx(1, rel=1e-3)


def test_one_row_far_larger_than_all_others() -> None:
    X = clustered(2000, 10)
    X[77] = 1e30
    found = neighbors(X, 5, exact=False)
    assert found.recall >= 0.95
    assert found.distances[77, 0] == pytest.approx(1e30 * 10**0.5, rel=1e-6)
    assert 77 not in np.delete(found.indices, 77, axis=0)


@pytest.mark.parametrize("dtype", [np.float16, np.float64, np.int8, ">f4"])
def test_other_types_and_orders(dtype: object, tmp_path: Path) -> None:
    X = (clustered(1200, 10) * 8).astype(dtype)
    plain = neighbors(np.ascontiguousarray(X, np.float64), 7, exact=False, recall=1.0)
    np.save(tmp_path / "x.npy", X)
    for given in (np.asfortranarray(X), np.load(tmp_path / "x.npy", mmap_mode="r")):
        found = neighbors(given, 7, exact=False, recall=1.0)
        assert np.allclose(found.distances, plain.distances, rtol=1e-4)


def test_float16_working_copies_find_as_much(monkeypatch: pytest.MonkeyPatch) -> None:
    X = clustered(4000, 50)
    monkeypatch.setattr("dotscape.core.neighbors.approximate._HALF_FROM", 0)
    found = neighbors(X, 15, exact=False)
    assert found.recall >= 0.95
    check_contract(X[:1000], 15, "euclidean", exact=False)
    X[0] = 1e6  # not a float16
    assert neighbors(X, 15, exact=False).recall >= 0.95


def test_rows_that_are_not_finite_have_no_neighbours() -> None:
    X = clustered(900, 6)
    X[[3, 500], 2] = np.nan, np.inf
    found = neighbors(X, 5, exact=False)
    assert (found.indices[[3, 500]] == -1).all()
    assert np.isnan(found.distances[[3, 500]]).all()
    rest = np.delete(found.indices, [3, 500], axis=0)
    assert not np.isin(rest, [-1, 3, 500]).any()


@pytest.mark.parametrize("recall", [0, -1, 1.01, "0.9", None, True, float("nan")])
def test_recalls_that_cannot_be(recall: object) -> None:
    with pytest.raises(ParameterError, match="'recall' of neighbors must be more than 0"):
        neighbors(np.eye(5), 2, recall=recall)  # type: ignore[arg-type]


def test_exact_is_yes_no_or_none() -> None:
    with pytest.raises(ParameterError, match="'exact' of neighbors must be True, False or None"):
        neighbors(np.eye(5), 2, exact="yes")  # type: ignore[arg-type]


def test_small_data_are_searched_exactly() -> None:
    progress = Progress()
    assert neighbors(clustered(900, 6), 5).exact
    wide = np.broadcast_to(np.float32(0), (40_000, 1))
    assert search_is_quick(prepare(wide, "euclidean", progress=progress), 15)
    many = np.broadcast_to(np.float32(0), (80_000, 1))
    assert not search_is_quick(prepare(many, "euclidean", progress=progress), 15)


class CancelAfter(Progress):
    """Stops at its n-th look, and remembers how long it went without one."""

    def __init__(self, looks: int) -> None:
        super().__init__()
        self.left = looks

    def check(self) -> None:
        self.left -= 1
        if self.left == 0:
            self.cancel()
        super().check()


@pytest.mark.parametrize("looks", [1, 5, 30, 60])
def test_cancel(looks: int) -> None:
    with pytest.raises(Cancelled):
        neighbors(clustered(12_000, 12), 15, exact=False, progress=CancelAfter(looks))
