"""Trees over vectors: rows that share a leaf are likely neighbours."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from dotscape.core.kernels import native
from dotscape.core.matrix import Floats
from dotscape.core.progress import Progress

Order = npt.NDArray[np.int32]
Starts = npt.NDArray[np.int64]

_WIDTH = 32  # coordinates in which the trees cut
_PROBE = 4096  # rows from which these are found
_AT_ONCE = 16_384
_SEEDS = 1 << 20


def tree_points(vectors: Floats, seed: int, progress: Progress) -> Floats:
    """The rows in 32 directions in which they spread most, roughly; as they are if they have few.

    Two steps of subspace iteration on a sample: O(n d) time, 128 n bytes.
    """
    n, d = vectors.shape
    if d <= 2 * _WIDTH:
        return vectors
    rng = np.random.default_rng(seed)
    sample = vectors[np.sort(rng.choice(n, min(n, _PROBE), replace=False))]
    sample = sample - sample.mean(axis=0, dtype=np.float64).astype(np.float32)
    basis = rng.normal(size=(d, _WIDTH)).astype(np.float32)
    for _ in range(2):
        progress.check()
        basis = np.linalg.qr(_unit(sample.T @ (sample @ basis)))[0]
    points = np.empty((n, _WIDTH), np.float32)
    for start in range(0, n, _AT_ONCE):
        progress.check()
        part = slice(start, start + _AT_ONCE)
        np.matmul(vectors[part], basis, out=points[part])
    return points


def _unit(values: Floats) -> Floats:
    """Scaled so that the largest is 1: squares of huge ones would overflow."""
    size = np.abs(values).max(initial=0.0)
    return values / size if size > 0 and np.isfinite(size) else np.nan_to_num(values)


def grow(
    points: Floats, order: Order, leaf: int, seed: int, progress: Progress, workers: int
) -> Starts:
    """Sort the rows named by ``order`` into the leaves of a tree of median cuts, in place.

    Returns
    -------
    int64 (leaves + 1,)
        Leaf i is ``order[starts[i] : starts[i + 1]]``: at most ``leaf`` rows, and all leaves as
        large as each other within one.
    """
    starts = np.array([0, len(order)], np.int64)
    for seed_of_level in range(seed * _SEEDS, (seed + 1) * _SEEDS):
        if np.diff(starts).max() <= leaf:
            break
        progress.check()
        native.split_segments(points, order, starts, seed_of_level, workers)
        middles = starts[:-1] + np.diff(starts) // 2
        starts = np.sort(np.concatenate([starts, middles]))
    return starts


def spans(count: int, size: int) -> Iterator[tuple[int, int]]:
    """The parts of 0..count of at most ``size``."""
    for start in range(0, count, size):
        yield start, min(count, start + size)
