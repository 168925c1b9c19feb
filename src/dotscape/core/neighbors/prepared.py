"""Vectors made ready for nearest-neighbour search: float32, centred or of unit length."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from dotscape.core.matrix import Block, Doubles, Floats, Matrix, Rows, blocks
from dotscape.core.progress import Progress
from dotscape.core.scaling import probed_scaling, safe_scaling

Metric = Literal["euclidean", "cosine", "inner_product", "correlation"]
METRICS: tuple[Metric, ...] = ("euclidean", "cosine", "inner_product", "correlation")


@dataclass(frozen=True, slots=True)
class Prepared:
    """Some rows of a matrix, as the search takes them.

    ``vectors`` (m, d) float32: for euclidean scaled and centred, for cosine and correlation of unit
    length (zero where a row has no direction), for inner product scaled. ``norms`` (m,) are their
    lengths; a pair's score is ``half_norms[j] - x_i . x_j``. ``unit``: what a distance of 1 between
    ``vectors`` is in the data.
    """

    vectors: Floats
    norms: Floats
    half_norms: Floats
    unit: float
    kernel_metric: Literal["euclidean", "cosine", "inner_product"]

    def __len__(self) -> int:
        return len(self.vectors)

    def taken(self, rows: Rows) -> Prepared:
        """Some of the rows, copied."""
        return replace(
            self,
            vectors=self.vectors[rows],
            norms=self.norms[rows],
            half_norms=self.half_norms[rows],
        )


def prepare(
    X: Matrix,
    metric: Metric,
    *,
    rows: Rows | None = None,
    scaling: tuple[float, Doubles] | None = None,
    progress: Progress,
    threads: int | None = None,
) -> Prepared:
    """The vectors of ``rows``, which must be finite, made ready for ``metric``; 4 m d bytes.

    Two parts of X can be compared where both were given the same ``scaling`` (`safe_scaling`).
    """
    if metric in ("cosine", "correlation"):
        return _directions(X, rows, metric == "correlation", progress, threads)
    scale, shift = scaling or probed_scaling(X, rows)
    vectors = _gathered(X, rows, scale, shift, metric, progress, threads)
    if vectors is None:  # some rows are far larger than those that were looked at
        scale, shift = safe_scaling(X, rows)
        vectors = _gathered(X, rows, scale, shift, metric, progress, threads)
        assert vectors is not None
    norms = _lengths(vectors)
    if metric == "inner_product":
        return Prepared(vectors, norms, np.zeros_like(norms), scale**-2, "inner_product")
    half = (norms.astype(np.float64) ** 2 / 2).astype(np.float32)
    return Prepared(vectors, norms, half, 1 / scale, "euclidean")


def _gathered(
    X: Matrix,
    rows: Rows | None,
    scale: float,
    shift: Doubles,
    metric: Metric,
    progress: Progress,
    threads: int | None,
) -> Floats | None:
    """The rows as float32, or None where some overflow at this scale."""
    if metric == "inner_product":  # products change where the origin moves
        shift = np.zeros_like(shift)
    vectors = np.empty((len(X) if rows is None else len(rows), X.shape[1]), np.float32)
    for block in blocks(X, rows=rows, scale=scale, shift=shift, threads=threads):
        progress.check()
        if block.overflows:
            return None
        vectors[block.start : block.start + len(block.values)] = block.values
    # Squared lengths must fit float32 too.
    largest = float(np.abs(vectors).max(initial=0.0))
    return vectors if largest * vectors.shape[1] ** 0.5 < 1e18 else None


def _directions(
    X: Matrix, rows: Rows | None, centre: bool, progress: Progress, threads: int | None
) -> Prepared:
    """Rows of unit length; each row's mean is taken off first for correlation."""
    n, d = len(X) if rows is None else len(rows), X.shape[1]
    vectors = np.empty((n, d), np.float32)
    # float64 rows may not fit float32 as they are.
    scale = safe_scaling(X, rows)[0] if X.dtype == np.float64 else 1.0
    for block in blocks(X, rows=rows, scale=scale, threads=threads):
        progress.check()
        vectors[block.start : block.start + len(block.values)] = _unit_rows(block, centre)
    norms = (_lengths(vectors) > 0).astype(np.float32)
    # A row without a direction is at distance 1 of all others: as if its half norm were 1.
    half = np.where(norms > 0, 0.5, 1.0).astype(np.float32)
    return Prepared(vectors, norms, half, 1.0, "cosine")


def _unit_rows(block: Block, centre: bool) -> Floats:
    values = block.values
    size = _largest_in_rows(values)
    if centre:
        values = values - values.mean(axis=1, keepdims=True, dtype=np.float64).astype(np.float32)
        # What rounding leaves of a constant row is no direction.
        nothing = _largest_in_rows(values) <= 4 * np.finfo(np.float32).eps * size
        values[nothing[:, 0]] = 0
        size = _largest_in_rows(values)
    # Twice, so that squares neither overflow nor vanish.
    values = _divided(values, size)
    return _divided(values, _lengths(values)[:, None])


def _largest_in_rows(values: Floats) -> Floats:
    return np.abs(values).max(axis=1, keepdims=True)


def _divided(values: Floats, sizes: Floats) -> Floats:
    """Rows over their sizes (m, 1); rows of size 0 as they are."""
    return values / np.where(sizes > 0, sizes, np.float32(1)).astype(np.float32)


def _lengths(vectors: Floats) -> Floats:
    lengths = np.empty(len(vectors), np.float32)
    for start, part in _slices(vectors):
        squares = np.einsum("ij,ij->i", part, part, dtype=np.float64)
        lengths[start : start + len(part)] = np.sqrt(squares)
    return lengths


def _slices(vectors: Floats, size: int = 4096) -> Iterator[tuple[int, Floats]]:
    for start in range(0, len(vectors), size):
        yield start, vectors[start : start + size]
