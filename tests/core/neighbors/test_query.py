"""Nearest rows to a few vectors, against float64 arithmetic."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dotscape.core.neighbors import METRICS, query
from dotscape.errors import DataError, ParameterError


def oracle(X: np.ndarray, q: np.ndarray, metric: str) -> np.ndarray:
    X, q = X.astype(np.float64), q.astype(np.float64)
    if metric == "euclidean":
        return np.linalg.norm(X - q, axis=1)
    if metric == "inner_product":
        return -(X @ q)
    if metric == "correlation":
        X, q = X - X.mean(axis=1, keepdims=True), q - q.mean()
    lengths = np.linalg.norm(X, axis=1) * np.linalg.norm(q)
    return np.where(lengths > 0, 1 - X @ q / np.where(lengths > 0, lengths, 1), 1)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("metric", METRICS)
def test_they_are_the_nearest(metric: str, dtype: type, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    X = (rng.normal(size=(20_000, 30)) + 1).astype(dtype)
    X[17] = 0
    np.save(tmp_path / "x.npy", X)
    vectors = X[[5, 5000]].astype(np.float32)
    indices, distances = query(np.load(tmp_path / "x.npy", mmap_mode="r"), vectors, 20, metric)
    for i, vector in enumerate(vectors):
        true = oracle(X, vector, metric)
        assert np.allclose(distances[i], np.sort(true)[:20], rtol=1e-5, atol=1e-6)
        assert np.allclose(true[indices[i]], np.sort(true)[:20], rtol=1e-5, atol=1e-6)
    one, far = query(X, vectors[0], 20, metric)
    assert np.array_equal(one, indices[0])
    assert np.array_equal(far, distances[0])


def test_a_row_is_its_own_nearest_however_far_off_the_origin() -> None:
    X = np.random.default_rng(1).normal(size=(5000, 8)).astype(np.float32) + 1e4
    indices, distances = query(X, X[123], 3)
    assert indices[0] == 123
    assert distances[0] == 0
    assert np.allclose(distances, np.sort(oracle(X, X[123], "euclidean"))[:3], rtol=1e-6)


@pytest.mark.parametrize("metric", METRICS)
def test_rows_that_are_not_finite_are_never_found(metric: str) -> None:
    X = np.ones((40, 3), np.float32)
    X[::2, 1] = np.nan
    indices, _ = query(X, np.ones(3), 20, metric)
    assert (indices == np.arange(1, 40, 2)).all()
    with pytest.raises(ParameterError, match="'k' of query must be a whole number from 1 to 20"):
        query(X, np.ones(3), 21, metric)


@pytest.mark.parametrize("scale", [1e-30, 1e30])
def test_huge_and_tiny_vectors(scale: float) -> None:
    X = (np.random.default_rng(2).normal(size=(3000, 8)) * scale).astype(np.float32)
    for metric in ("euclidean", "cosine"):
        true = oracle(X, X[3], metric)
        _, far = query(X, X[3], 9, metric)
        assert np.allclose(far, np.sort(true)[:9], rtol=1e-4, atol=1e-6)


def test_bad_input_is_named() -> None:
    with pytest.raises(DataError, match="'vectors' of query must be finite, with 3 numbers"):
        query(np.eye(3), [1.0, 2.0], 1)
    with pytest.raises(DataError, match="'vectors' of query must be finite"):
        query(np.eye(3), [1.0, 2.0, np.nan], 1)
    with pytest.raises(ParameterError, match="'metric' of query must be 'euclidean' or"):
        query(np.eye(3), [1.0, 2.0, 3.0], 1, "manhattan")  # type: ignore[arg-type]
    for k in (0, -1, 1.5, True):
        with pytest.raises(ParameterError, match="'k' of query"):
            query(np.eye(3), [1.0, 2.0, 3.0], k)  # type: ignore[arg-type]
