"""The measure that every side's layout is held to, against the sums as the papers write them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from bench.projection.divergence import (
    Affinities,
    affinities,
    conditional,
    divergence,
    exact_normaliser,
    fine_normaliser,
)


def _all_neighbors(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    distances = np.linalg.norm(X[:, None] - X[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    order = np.argsort(distances, axis=1)[:, :-1]
    return order.astype(np.int32), np.take_along_axis(distances, order, axis=1)


def _dense(P: Affinities) -> np.ndarray:
    n = len(P.starts) - 1
    dense = np.zeros((n, n))
    for row in range(n):
        part = slice(P.starts[row], P.starts[row + 1])
        dense[row, P.columns[part]] = P.values[part]
    return dense


def _written_out(P: np.ndarray, Y: np.ndarray) -> float:
    """Equations 4 and 5 of van der Maaten and Hinton (2008), pair by pair."""
    n = len(Y)
    weights = [
        [0.0 if i == j else 1 / (1 + float(((Y[i] - Y[j]) ** 2).sum())) for j in range(n)]
        for i in range(n)
    ]
    total = math.fsum(map(math.fsum, weights))
    return math.fsum(
        P[i, j] * math.log(P[i, j] / (weights[i][j] / total))
        for i in range(n)
        for j in range(n)
        if P[i, j] > 0
    )


@pytest.mark.parametrize("dimensions", [2, 3])
def test_divergence_is_the_sum_over_all_pairs(dimensions: int) -> None:
    rng = np.random.default_rng(0)
    X, Y = rng.standard_normal((60, 5)), 4 * rng.standard_normal((60, dimensions)) + 100
    P = affinities(*_all_neighbors(X), perplexity=10)
    dense = _dense(P)
    assert dense.sum() == pytest.approx(1)
    np.testing.assert_allclose(dense, dense.T)
    expected = _written_out(dense, Y)
    assert divergence(P, Y, threads=1) == pytest.approx(expected, rel=1e-12)


def test_large_layouts_are_measured_nearly_as_exactly() -> None:
    rng = np.random.default_rng(1)
    X = rng.standard_normal((1500, 4))
    P = affinities(*(part[:, :30] for part in _all_neighbors(X)), perplexity=10)
    for Y in (30 * rng.standard_normal((1500, 2)), 10 * rng.standard_normal((1500, 3))):
        exact = divergence(P, Y, threads=1)
        assert divergence(P, Y, threads=1, exact_rows=0) == pytest.approx(exact, abs=2e-3)
        assert fine_normaliser(Y, 1) == pytest.approx(exact_normaliser(Y), rel=2e-3)


def test_rows_of_conditional_have_the_perplexity() -> None:
    squared = np.sort(np.random.default_rng(2).exponential(1e6, (20, 90)), axis=1)
    p = conditional(squared, 30.0)
    np.testing.assert_allclose(p.sum(axis=1), 1)
    np.testing.assert_allclose(np.exp(-(p * np.log(p)).sum(axis=1)), 30.0, rtol=1e-9)
    assert (np.diff(p, axis=1) <= 0).all()


def test_equally_far_neighbours_share_evenly() -> None:
    np.testing.assert_allclose(conditional(np.full((3, 8), 2.0), 4.0), 1 / 8)
    np.testing.assert_allclose(conditional(np.zeros((3, 8)), 4.0), 1 / 8)


def test_affinities_come_back_from_a_file(tmp_path) -> None:
    P = affinities(*_all_neighbors(np.random.default_rng(3).standard_normal((20, 3))), 5)
    P.save(tmp_path / "P.npz")
    again = Affinities.load(tmp_path / "P.npz")
    np.testing.assert_array_equal(again.values, P.values)
    np.testing.assert_array_equal(again.columns, P.columns)
    assert again.entropy == P.entropy
