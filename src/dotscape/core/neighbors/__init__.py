"""Nearest neighbours: exact ones."""

from __future__ import annotations

import numbers
from typing import Any

import numpy as np

from dotscape.core.matrix import Floats, as_matrix, finite_rows
from dotscape.core.neighbors.exact import Indices, nearest
from dotscape.core.neighbors.prepared import METRICS, Metric, Prepared, prepare
from dotscape.core.progress import Progress
from dotscape.errors import ParameterError

__all__ = ["METRICS", "Metric", "Prepared", "nearest", "neighbors", "prepare"]


def neighbors(
    X: Any,
    k: int = 15,
    metric: str = "euclidean",
    *,
    progress: Progress | None = None,
    threads: int | None = None,
) -> tuple[Indices, Floats]:
    """The k nearest other rows of each row, exactly.

    Parameters
    ----------
    X
        (n, d) array-like; not modified. A row with a NaN or an infinity is nobody's neighbour and
        has none: indices -1, distances NaN.
    k
        At most the number of finite rows less one.
    metric
        ``"euclidean"``; ``"cosine"`` (1 - cos) and ``"correlation"`` (the same of rows less their
        mean), where a row without a direction is at distance 1 of all others, as in scikit-learn;
        ``"inner_product"`` (the distance is its negative).
    progress
        Hears of it, and can cancel.

    Returns
    -------
    indices int32 (n, k), distances float32 (n, k)
        Nearest first; the row itself, by number, is left out, exact duplicates of it are not.

    Raises
    ------
    ParameterError, DataError

    Notes
    -----
    O(n^2 d / 2) products by BLAS: 10,000 x 784 in about 0.3 s, 100,000 x 384 in about 20 s on two
    cores.

    Examples
    --------
    >>> indices, distances = neighbors([[0.0], [1.0], [3.0]], k=1)
    >>> indices.ravel().tolist(), distances.ravel().tolist()
    ([1, 0, 1], [1.0, 1.0, 2.0])
    """
    matrix = as_matrix(X, "neighbors")
    if metric not in METRICS:
        allowed = " or ".join(f"'{name}'" for name in METRICS)
        raise ParameterError(
            "metric",
            "neighbors",
            allowed=allowed,
            got=repr(metric)[:60],
            hint="Choose one of them.",
        )
    rows = np.flatnonzero(finite_rows(matrix, threads=threads)).astype(np.int64)
    k = _checked_k(k, len(rows))
    progress = progress or Progress()
    every = len(rows) == len(matrix)
    prepared = prepare(
        matrix,
        metric,
        rows=None if every else rows,
        progress=progress,
        threads=threads,
    )
    found, far = nearest(prepared, prepared, k, same=True, progress=progress, threads=threads)
    if every:
        return found, far
    indices = np.full((len(matrix), k), -1, np.int32)
    distances = np.full((len(matrix), k), np.nan, np.float32)
    indices[rows], distances[rows] = rows[found], far
    return indices, distances


def _checked_k(k: Any, n: int) -> int:
    if isinstance(k, bool) or not isinstance(k, numbers.Integral) or not 1 <= int(k) < n:
        allowed = (
            f"a whole number from 1 to {n - 1} (finite rows less one)"
            if n > 1
            else ("at least 1 and less than the number of finite rows")
        )
        raise ParameterError(
            "k",
            "neighbors",
            allowed=allowed,
            got=f"{k!r} with {n:,} finite rows"[:80],
            hint="Lower it, or give more rows.",
        )
    return int(k)
