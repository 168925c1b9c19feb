"""Forces, loss and steps against exact float64 arithmetic and finite differences."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dotscape.core.kernels import native
from dotscape.core.neighbors import prepare
from dotscape.core.progress import Progress
from dotscape.core.projection.affinities import Affinities, joint_probabilities
from dotscape.core.projection.descent import LEAF, Descent, Stage, jittered
from tests.core.projection.test_affinities import dense


def affinities(n: int, seed: int = 0, perplexity: float = 10.0) -> Affinities:
    rng = np.random.default_rng(seed)
    X = (rng.normal(size=(n, 8)) + rng.integers(0, 3, (n, 1)) * 4).astype(np.float32)
    prepared = prepare(X, "euclidean", progress=Progress())
    return joint_probabilities(prepared, perplexity, progress=Progress())


def weights(Y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    Y = Y.astype(np.float64)
    delta = Y[:, None] - Y[None]
    w = 1 / (1 + (delta**2).sum(axis=2))
    np.fill_diagonal(w, 0)
    return w, delta


def loss_of(P: np.ndarray, Y: np.ndarray) -> float:
    """KL(P || Q), by its definition."""
    w, _ = weights(Y)
    there = P > 0
    return float((P[there] * np.log(P[there] / (w / w.sum())[there])).sum())


def gradient_of(P: np.ndarray, Y: np.ndarray, exaggeration: float = 1.0) -> np.ndarray:
    """A quarter of the gradient of the loss: equation 5 of van der Maaten and Hinton (2008)."""
    w, delta = weights(Y)
    return (((exaggeration * P - w / w.sum()) * w)[..., None] * delta).sum(axis=1)


@pytest.mark.parametrize("dimensions", [2, 3])
@pytest.mark.parametrize("scale", [1e-4, 0.3, 5.0, 100.0])
def test_loss_and_gradient_are_exact_without_approximation(dimensions: int, scale: float) -> None:
    P = affinities(300)
    Y = (np.random.default_rng(1).normal(size=(300, dimensions)) * scale).astype(np.float32)
    for exaggeration in (1.0, 12.0):
        gradient, loss = Descent(P, Y).gradient(exaggeration, theta=0.0)
        expected = gradient_of(dense(P), Y, exaggeration)
        assert np.abs(gradient - expected).max() <= 2e-6 * np.abs(expected).max()
        assert loss == pytest.approx(loss_of(dense(P), Y), rel=1e-6)


@pytest.mark.parametrize("dimensions", [2, 3])
def test_the_gradient_is_that_of_the_loss_by_finite_differences(dimensions: int) -> None:
    P = affinities(60, perplexity=5.0)
    Y = np.random.default_rng(2).normal(size=(60, dimensions)).astype(np.float32)
    gradient, _ = Descent(P, Y).gradient(1.0, theta=0.0)
    exact, h = dense(P), 1e-5
    for i, a in ((0, 0), (17, 1), (59, dimensions - 1)):
        ahead, behind = Y.astype(np.float64), Y.astype(np.float64)
        ahead[i, a] += h
        behind[i, a] -= h
        slope = (loss_of(exact, ahead) - loss_of(exact, behind)) / (2 * h)
        assert 4 * gradient[i, a] == pytest.approx(slope, rel=1e-3, abs=1e-8)


def repulsion(Y: np.ndarray, theta: float, leaf: int, threads: int = 2) -> tuple[np.ndarray, float]:
    n, dimensions = Y.shape
    padded = np.zeros((n, 2 if dimensions == 2 else 4), np.float32)
    padded[:, :dimensions] = Y
    forces = np.zeros_like(padded)
    total = native.Repulsion(leaf).forces(padded, dimensions, theta, forces, threads)
    return forces[:, :dimensions].astype(np.float64), total


@given(
    n=st.integers(1, 400),
    dimensions=st.sampled_from([2, 3]),
    leaf=st.integers(1, 64),
    exponent=st.integers(-20, 12),
    seed=st.integers(0, 2**32 - 1),
    copies=st.booleans(),
)
def test_repulsion_at_theta_zero_is_exact(
    n: int, dimensions: int, leaf: int, exponent: int, seed: int, copies: bool
) -> None:
    rng = np.random.default_rng(seed)
    Y = np.ldexp(rng.standard_cauchy((n, dimensions)), exponent).astype(np.float32)
    if copies:  # more points in one place than a leaf holds
        Y[: n // 2] = Y[0]
    forces, total = repulsion(Y, 0.0, leaf)
    w, delta = weights(Y)
    expected = ((w**2)[..., None] * delta).sum(axis=1)
    assert np.abs(forces - expected).max(initial=0) <= 2e-5 * max(np.abs(expected).max(), 1e-6)
    assert total == pytest.approx(w.sum(), rel=1e-5, abs=1e-6 * n)


@pytest.mark.parametrize("dimensions", [2, 3])
@pytest.mark.parametrize("spread", [1e-4, 1.0, 20.0])
def test_the_tree_is_accurate(dimensions: int, spread: float) -> None:
    rng = np.random.default_rng(3)
    Y = (rng.normal(size=(2000, dimensions)) + rng.integers(0, 4, (2000, 1)) * 3) * spread
    w, delta = weights(Y.astype(np.float32))
    expected = ((w**2)[..., None] * delta).sum(axis=1)
    for theta, most in ((0.2, 0.003), (0.6, 0.03)):
        forces, total = repulsion(Y.astype(np.float32), theta, LEAF[dimensions])
        assert np.linalg.norm(forces - expected) <= most * np.linalg.norm(expected)
        assert total == pytest.approx(w.sum(), rel=most)


@pytest.mark.parametrize("dimensions", [2, 3])
def test_outliers_do_not_spoil_the_tree(dimensions: int) -> None:
    rng = np.random.default_rng(4)
    Y = rng.normal(size=(1500, dimensions))
    Y[:3] *= 1e6
    w, delta = weights(Y.astype(np.float32))
    expected = ((w**2)[..., None] * delta).sum(axis=1)
    forces, total = repulsion(Y.astype(np.float32), 0.5, LEAF[dimensions])
    assert np.linalg.norm(forces - expected) <= 0.03 * np.linalg.norm(expected)
    assert total == pytest.approx(w.sum(), rel=0.02)


STAGE = Stage(12.0, 50.0, 0.8, 0.5)


def test_a_step_is_momentum_with_gains() -> None:
    P = affinities(200)
    Y = np.random.default_rng(5).normal(size=(200, 2)).astype(np.float32)
    descent = Descent(P, Y)
    expected, velocity, gains = Y.astype(np.float64), np.zeros((200, 2)), np.ones((200, 2))
    for _ in range(5):
        gradient = gradient_of(dense(P), expected, 12.0)
        apart = gradient * velocity < 0
        gains = np.maximum(np.where(apart, gains + 0.2, gains * 0.8), 0.01)
        velocity = 0.8 * velocity - 50.0 * gains * gradient
        length = np.linalg.norm(velocity, axis=1, keepdims=True)
        velocity *= np.minimum(1, 5 / np.maximum(length, 1e-30))
        expected = expected + velocity
        expected -= expected.mean(axis=0)
        descent.step(Stage(12.0, 50.0, 0.8, 0.0))
        assert descent.gradient_norm == pytest.approx(np.linalg.norm(gradient), rel=1e-4)
    assert np.abs(descent.layout() - expected).max() < 1e-3 * np.abs(expected).max()


@pytest.mark.parametrize("dimensions", [2, 3])
def test_reordering_points_changes_nothing_that_is_seen(dimensions: int) -> None:
    P = affinities(500)
    Y = np.random.default_rng(6).normal(size=(500, dimensions)).astype(np.float32)
    plain, moved = Descent(P, Y), Descent(P, Y)
    for descent in (plain, moved):
        for _ in range(5):
            descent.step(STAGE)
    moved.reorder()
    assert np.array_equal(moved.layout(), plain.layout())
    a, b = plain.gradient(1.0, 0.0), moved.gradient(1.0, 0.0)
    assert np.abs(a[0] - b[0]).max() < 1e-6 * np.abs(a[0]).max()
    assert a[1] == pytest.approx(b[1], rel=1e-9)


@pytest.mark.parametrize("dimensions", [2, 3])
def test_the_number_of_threads_does_not_matter(dimensions: int) -> None:
    P = affinities(3000)
    Y = jittered(np.zeros((3000, dimensions), np.float32), 1, 1e-4)
    layouts, losses = set(), set()
    for threads in (1, 2, 3):
        descent = Descent(P, Y, threads)
        for _ in range(30):
            descent.step(STAGE)
        descent.reorder()
        for _ in range(30):
            descent.step(STAGE)
        layouts.add(descent.layout().tobytes())
        losses.add(descent.gradient(1.0, 0.5)[1])
    assert len(layouts) == 1
    assert len(losses) == 1


def test_the_trace_of_noise_never_changes() -> None:
    # Bits of a documented generator: the same with every version of numpy.
    noise = jittered(np.zeros((1000, 2), np.float32), 42, 1e-6)
    assert noise.std() == pytest.approx(1e-6, rel=0.05)
    assert noise[0].tolist() == pytest.approx(
        [9.490115644439356e-07, -2.1173129027829418e-07], rel=1e-6
    )
    assert not np.array_equal(noise, jittered(np.zeros((1000, 2), np.float32), 43, 1e-6))
