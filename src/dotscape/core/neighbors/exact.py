"""Exact nearest neighbours: products of blocks by BLAS, the best kept by a kernel.

Scores in float32 only choose candidates, a few more than asked for. Their distances are then
computed from differences, so that duplicates are at distance 0 and near ones in the right order. A
row whose candidates rounding might have spoilt is searched again, in full, without scores.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dotscape.core.kernels import native, thread_count
from dotscape.core.matrix import Floats
from dotscape.core.neighbors.prepared import Prepared
from dotscape.core.progress import Progress

Indices = npt.NDArray[np.int32]

_TILE = 1024  # rows and columns of a block of products
_AT_ONCE = 64  # uncertain rows searched between two looks at the progress
_SINGLE_EPS = 2.0**-24


def nearest(
    queries: Prepared,
    base: Prepared,
    k: int,
    *,
    same: bool,
    progress: Progress,
    later: float = 0.0,
    threads: int | None = None,
) -> tuple[Indices, Floats]:
    """The k nearest rows of ``base`` to each row of ``queries``, nearest first.

    Parameters
    ----------
    same
        Both are the same vectors: a row isn't its own neighbour, and each product is used twice.
    k
        At most ``len(base)``, or one less where ``same``.
    later
        Seconds that what comes after will roughly take, for the progress.

    Returns
    -------
    indices int32 (m, k), distances float32 (m, k)
        In the units of the data. Ties are in the order of the indices, where all of the tied fit.

    Notes
    -----
    O(m n d) time, half of that where ``same``; memory 16 bytes a row for each of about k + 12
    candidates beside the vectors.
    """
    workers = thread_count(threads)
    available = len(base) - same
    search = _Search.empty(len(queries), min(available, k + max(8, k // 8)), workers)
    if same:
        _offer_symmetric(base, search, progress, later)
    else:
        _offer_all(queries, base, search, progress, later)
    indices, distances, certain = _settled(queries, base, k, search, progress)
    _search_again(queries, base, np.flatnonzero(~certain), same, indices, distances, progress)
    distances *= np.float32(base.unit)
    return indices, distances


@dataclass(frozen=True, slots=True)
class _Search:
    """Candidates of each row; see kernels/candidates.hpp."""

    keys: npt.NDArray[np.uint64]
    counts: npt.NDArray[np.int32]
    limits: Floats
    workers: int

    @classmethod
    def empty(cls, rows: int, keep: int, workers: int) -> _Search:
        return cls(
            np.empty((rows, 2 * keep), np.uint64),
            np.zeros(rows, np.int32),
            np.full(rows, np.inf, np.float32),
            workers,
        )


def _tiles(n: int) -> Iterator[tuple[int, int]]:
    for start in range(0, n, _TILE):
        yield start, min(n, start + _TILE)


def _offer_symmetric(base: Prepared, search: _Search, progress: Progress, later: float) -> None:
    """All pairs once: the blocks on and above the diagonal."""
    vectors, half = base.vectors, base.half_norms
    space = np.empty(_TILE * _TILE, np.float32)
    count = -(-len(base) // _TILE)
    progress.phase("Finding neighbours", count * (count + 1) // 2, later=later)
    done = 0
    for a, b in _tiles(len(base)):
        for c, d in _tiles(len(base)):
            if c < a:
                continue
            products = space[: (b - a) * (d - c)].reshape(b - a, d - c)
            np.matmul(vectors[a:b], vectors[c:d].T, out=products)
            found = (search.keys, search.counts, search.limits, search.workers)
            native.offer_columns(products, half, a, c, True, *found)
            if c > a:
                native.offer_rows(products, half, a, c, *found)
            done += 1
            progress.report(done)


def _offer_all(
    queries: Prepared, base: Prepared, search: _Search, progress: Progress, later: float
) -> None:
    """All queries against all of the base."""
    space = np.empty(_TILE * _TILE, np.float32)
    blocks = -(-len(queries) // _TILE) * -(-len(base) // _TILE)
    progress.phase("Finding neighbours", blocks, later=later)
    done = 0
    for a, b in _tiles(len(queries)):
        for c, d in _tiles(len(base)):
            products = space[: (b - a) * (d - c)].reshape(b - a, d - c)
            np.matmul(queries.vectors[a:b], base.vectors[c:d].T, out=products)
            found = (search.keys, search.counts, search.limits, search.workers)
            native.offer_columns(products, base.half_norms, a, c, False, *found)
            done += 1
            progress.report(done)


def _settled(
    queries: Prepared, base: Prepared, k: int, search: _Search, progress: Progress
) -> tuple[Indices, Floats, npt.NDArray[np.bool_]]:
    """Exact distances of the candidates, and which rows can't have lost a true neighbour."""
    m = len(queries)
    indices, distances = np.empty((m, k), np.int32), np.empty((m, k), np.float32)
    certain = np.empty(m, np.uint8)
    largest = float(base.norms.max(initial=0.0))
    # Rounding of a product of d terms: a random walk, and then some.
    error = _SINGLE_EPS * (16 + 4 * base.vectors.shape[1] ** 0.5)
    for start in range(0, m, 4 * _TILE):
        progress.check()
        rows = slice(start, start + 4 * _TILE)
        native.nearest_of_candidates(
            queries.vectors[rows],
            base.vectors,
            base.kernel_metric,
            queries.norms[rows],
            largest,
            error,
            search.keys[rows],
            search.counts[rows],
            search.limits[rows],
            indices[rows],
            distances[rows],
            certain[rows],
            search.workers,
        )
    return indices, distances, certain.astype(bool)


def _search_again(
    queries: Prepared,
    base: Prepared,
    rows: npt.NDArray[np.int64],
    same: bool,
    indices: Indices,
    distances: Floats,
    progress: Progress,
) -> None:
    """Replace the neighbours of ``rows`` by those of exact distances to everything."""
    k = indices.shape[1]
    for start in range(0, len(rows), _AT_ONCE):
        progress.check()
        part = rows[start : start + _AT_ONCE]
        found, far = np.empty((len(part), k), np.int32), np.empty((len(part), k), np.float32)
        own = part if same else np.full(len(part), -1, np.int64)
        native.nearest_of_all(
            queries.vectors, part, own, base.vectors, base.kernel_metric, found, far, thread_count()
        )
        indices[part], distances[part] = found, far


def exact_distances(
    prepared: Prepared,
    rows: npt.NDArray[np.int64],
    candidates: Indices,
    counts: npt.NDArray[np.int32],
    k: int,
    workers: int,
) -> tuple[Indices, Floats]:
    """The nearest k of each row's candidates, by differences: in units of ``prepared``.

    ``candidates`` (m, c): the first ``counts[i]`` >= k of a row count, and are all different.
    """
    m, most = candidates.shape
    keys = np.zeros((m, 2 * most), np.uint64)
    keys[:, :most] = candidates
    indices, distances = np.empty((m, k), np.int32), np.empty((m, k), np.float32)
    native.nearest_of_candidates(
        prepared.vectors[rows],
        prepared.vectors,
        prepared.kernel_metric,
        prepared.norms[rows],
        0.0,
        0.0,
        keys,
        counts,
        np.full(m, np.inf, np.float32),
        indices,
        distances,
        np.empty(m, np.uint8),
        workers,
    )
    return indices, distances
