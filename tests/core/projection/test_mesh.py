"""Repulsion by charges on a grid against sums over all pairs in float64."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dotscape.core.kernels import native
from dotscape.core.projection.descent import SPACING


def on_a_grid(
    Y: np.ndarray, spacing: float = SPACING, threads: int = 2
) -> tuple[np.ndarray, float | None]:
    Y = np.ascontiguousarray(Y, np.float32)
    forces = np.zeros_like(Y)
    total = native.Mesh(spacing).forces(Y, forces, threads)
    return forces.astype(np.float64), total


def exact(Y: np.ndarray) -> tuple[np.ndarray, float]:
    Y = Y.astype(np.float32).astype(np.float64)
    forces, total = np.zeros_like(Y), 0.0
    for start in range(0, len(Y), 500):
        delta = Y[start : start + 500, None] - Y[None]
        w = 1 / (1 + (delta**2).sum(axis=2))
        forces[start : start + 500] = ((w**2)[..., None] * delta).sum(axis=1)
        total += w.sum()
    return forces, total - len(Y)


def off(Y: np.ndarray, spacing: float = SPACING) -> tuple[float, float]:
    """How far forces and the sum of weights are off, relatively."""
    forces, total = on_a_grid(Y, spacing)
    expected, weights = exact(Y)
    assert total is not None
    size = float(np.linalg.norm(expected))
    return float(np.linalg.norm(forces - expected)) / size, abs(total / weights - 1)


def islands(n: int, seed: int = 0) -> np.ndarray:
    """As layouts are: uneven islands."""
    rng = np.random.default_rng(seed)
    centers, sizes = rng.uniform(-15, 15, (12, 2)), rng.uniform(1, 3, 12)
    which = rng.integers(0, 12, n)
    return centers[which] + rng.normal(size=(n, 2)) * sizes[which, None]


def test_forces_at_the_default_spacing() -> None:
    force, weights = off(islands(6000))
    assert force < 0.003
    assert weights < 1e-5


def test_finer_grids_are_nearer_the_truth() -> None:
    errors = [off(islands(1500), spacing)[0] for spacing in (1.0, 0.5, 0.25)]
    assert errors[0] > 4 * errors[1] > 16 * errors[2]


@given(
    n=st.integers(2, 200),
    exponent=st.integers(-1, 5),
    aspect=st.sampled_from([0.0, 0.01, 1.0]),
    shift=st.floats(-100, 100),
    seed=st.integers(0, 2**32 - 1),
)
def test_any_shape_anywhere(n: int, exponent: int, aspect: float, shift: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    Y = np.ldexp(rng.uniform(-1, 1, (n, 2)) * [1, aspect], exponent) + shift
    forces, total = on_a_grid(Y)
    expected, weights = exact(Y)
    if total is None:  # too small for a grid
        assert np.ptp(Y, axis=0).max() < 1.001
        return
    # Between nodes the weight of a close pair is up to 0.002 off.
    assert total == pytest.approx(weights, rel=2e-3, abs=2e-3 * n)
    # A pair's force is at most 0.33 and at most 0.01 off, here and there.
    assert np.sqrt(((forces - expected) ** 2).sum(axis=1).mean()) < 0.02 + 0.002 * n


def test_a_point_does_not_act_on_itself() -> None:
    for x in np.linspace(0, 0.5, 11):
        Y = np.array([[x, 0.3], [x + 150.0, 0.3]])
        forces, total = on_a_grid(Y)
        assert np.abs(forces).max() < 1e-3
        assert total == pytest.approx(2 / (1 + 150.0**2), abs=1e-4)


def test_where_a_grid_is_not_worth_while_it_says_so() -> None:
    rng = np.random.default_rng(0)
    near = rng.normal(size=(100, 2)) * 1e-4
    assert on_a_grid(near)[1] is None
    assert on_a_grid(np.zeros((5, 2)))[1] is None
    assert on_a_grid(np.zeros((0, 2)))[1] is None
    far = rng.normal(size=(1000, 2))
    for distance in (1e4, 1e9, 1e30, np.inf):
        far[0] = distance
        assert on_a_grid(far)[1] is None
    far[0] = np.nan
    assert on_a_grid(np.full((9, 2), np.nan))[1] is None


def test_a_grid_that_is_used_again_grows_and_shrinks_with_the_layout() -> None:
    mesh, Y = native.Mesh(SPACING), islands(1500)
    for scale in (0.2, 1.0, 4.0, 4.1, 1.0, 0.3):
        scaled = (Y * scale).astype(np.float32)
        forces = np.zeros_like(scaled)
        total = mesh.forces(scaled, forces, 1)
        expected, weights = exact(scaled)
        assert total == pytest.approx(weights, rel=5e-4)
        assert np.linalg.norm(forces - expected) < 0.05 * np.linalg.norm(expected)


def test_threads_and_copies_do_not_matter() -> None:
    Y = np.repeat(islands(4000), 2, axis=0)
    seen = {
        (forces.tobytes(), total)
        for forces, total in (on_a_grid(Y, threads=threads) for threads in (1, 2, 3, 5))
    }
    assert len(seen) == 1
    assert np.array_equal(on_a_grid(Y)[0][0::2], on_a_grid(Y)[0][1::2])


def test_wrong_arrays_are_refused() -> None:
    y = np.zeros((5, 2), np.float32)
    with pytest.raises(ValueError, match="shapes differ"):
        native.Mesh(0.5).forces(y, np.zeros((4, 2), np.float32), 1)
    with pytest.raises(ValueError, match="2 columns in 2-D"):
        native.Mesh(0.5).forces(np.zeros((5, 4), np.float32), np.zeros((5, 4), np.float32), 1)
    with pytest.raises(ValueError, match="must be apart"):
        native.Mesh(0.0)
