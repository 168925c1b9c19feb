"""Joint probabilities against their definition, in float64."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dotscape.core.kernels import native
from dotscape.core.neighbors import neighbors, prepare
from dotscape.core.progress import Progress
from dotscape.core.projection.affinities import Affinities, joint_probabilities, neighbor_count


def dense(P: Affinities) -> np.ndarray:
    n = len(P)
    matrix = np.zeros((n, n))
    rows = np.repeat(np.arange(n), np.diff(P.starts))
    np.add.at(matrix, (rows, P.columns), P.values.astype(np.float64))
    return matrix


def conditional(squared: np.ndarray, perplexity: float) -> np.ndarray:
    """Rows exp(-beta d) of the right entropy, by bisection in float64."""
    low, high = np.full(len(squared), -60.0), np.full(len(squared), 60.0)
    d = squared - squared[:, :1]
    d = d / d.mean(axis=1, keepdims=True)
    for _ in range(100):
        middle = (low + high) / 2
        p = np.exp(-np.exp(middle)[:, None] * d)
        p /= p.sum(axis=1, keepdims=True)
        entropy = -(p * np.log(np.maximum(p, 1e-300))).sum(axis=1)
        low = np.where(entropy > np.log(perplexity), middle, low)
        high = np.where(entropy > np.log(perplexity), high, middle)
    return p


def calibrated(squared: np.ndarray, perplexity: float) -> np.ndarray:
    p = np.empty(squared.shape, np.float32)
    native.calibrate(np.ascontiguousarray(squared, np.float32), perplexity, p, 2)
    return p.astype(np.float64)


@given(
    n=st.integers(1, 70),
    k=st.integers(3, 100),
    share=st.floats(0.05, 0.9),
    exponent=st.integers(-30, 30),
    seed=st.integers(0, 2**32 - 1),
)
def test_every_row_has_the_perplexity_asked_for(
    n: int, k: int, share: float, exponent: int, seed: int
) -> None:
    squared = np.sort(np.random.default_rng(seed).gamma(3.0, size=(n, k)), axis=1)
    squared = np.ldexp(squared, exponent).astype(np.float32)
    perplexity = 1 + (k - 1) * share
    p = calibrated(squared, perplexity)
    assert np.allclose(p.sum(axis=1), 1, atol=1e-5)
    entropy = -(p * np.log(np.maximum(p, 1e-300))).sum(axis=1)
    assert np.allclose(np.exp(entropy), perplexity, rtol=1e-4)
    assert np.allclose(p, conditional(squared.astype(float), perplexity), atol=2e-5)


def test_ties_share_evenly() -> None:
    assert np.allclose(calibrated(np.zeros((3, 20)), 5.0), 1 / 20)
    # Eight nearest at one distance: no beta makes the perplexity smaller than eight.
    p = calibrated(np.r_[np.full(8, 1.0), np.full(12, 2.0)][None], 3.0)
    assert np.allclose(p[0, :8], 1 / 8, atol=1e-6)
    assert p[0, 8:].max() < 1e-6


def test_one_far_neighbour_among_near_ones() -> None:
    squared = np.r_[np.linspace(0, 1, 29), 1e12][None]
    p = calibrated(squared, 10.0)[0]
    assert np.exp(-(p[:29] * np.log(p[:29])).sum()) == pytest.approx(10, rel=1e-3)
    assert p[29] == 0


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
def test_joint_probabilities_are_their_definition(metric: str) -> None:
    X = np.random.default_rng(0).normal(size=(400, 12)).astype(np.float32) + 1
    perplexity, n = 15.0, 400
    k = neighbor_count(n, perplexity)
    prepared = prepare(X, metric, progress=Progress())  # type: ignore[arg-type]
    P = joint_probabilities(prepared, perplexity, progress=Progress())
    indices, distances = neighbors(X, k, metric)
    d = distances.astype(float)
    one = np.zeros((n, n))
    np.put_along_axis(
        one, indices.astype(np.int64), conditional(2 * d if metric == "cosine" else d**2, 15.0), 1
    )
    expected = (one + one.T) / (2 * n)
    assert np.allclose(dense(P), expected, atol=1e-8)
    assert P.values.sum(dtype=float) == pytest.approx(1, abs=1e-6)
    positive = expected[expected > 0]
    assert P.entropy == pytest.approx((positive * np.log(positive)).sum(), rel=1e-5)


def test_rows_are_ascending_padded_and_symmetric() -> None:
    X = np.random.default_rng(1).normal(size=(300, 5)).astype(np.float32)
    prepared = prepare(X, "euclidean", progress=Progress())
    P = joint_probabilities(prepared, 10.0, progress=Progress())
    for i in range(300):
        columns = P.columns[P.starts[i] : P.starts[i + 1]]
        values = P.values[P.starts[i] : P.starts[i + 1]]
        assert len(columns) % 16 == 0
        real = columns[columns != i]
        assert (np.diff(real) > 0).all()
        assert (columns[len(real) :] == i).all()
        assert not values[len(real) :].any()
    assert np.array_equal(dense(P), dense(P).T)


def test_reordering_renames_and_changes_nothing_else() -> None:
    X = np.random.default_rng(2).normal(size=(300, 5)).astype(np.float32)
    prepared = prepare(X, "euclidean", progress=Progress())
    P = joint_probabilities(prepared, 10.0, progress=Progress())
    order = np.random.default_rng(3).permutation(300).astype(np.int64)
    renamed = P.reordered(order, 2)
    assert np.array_equal(dense(renamed), dense(P)[np.ix_(order, order)])
    back = renamed.reordered(np.argsort(order), 3)
    assert np.array_equal(back.columns, P.columns)
    assert np.array_equal(back.values, P.values)


def test_the_number_of_threads_does_not_matter() -> None:
    X = np.random.default_rng(4).normal(size=(1000, 5)).astype(np.float32)
    prepared = prepare(X, "euclidean", progress=Progress())
    results = [
        joint_probabilities(prepared, 10.0, progress=Progress(), threads=t) for t in (1, 2, 3)
    ]
    assert (
        len({(r.columns.tobytes(), r.values.tobytes(), r.starts.tobytes()) for r in results}) == 1
    )
