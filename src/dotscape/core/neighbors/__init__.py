"""Nearest neighbours: exact ones, and most of them in far less time."""

from __future__ import annotations

import numbers
from typing import Any, NamedTuple

import numpy as np

from dotscape.core.matrix import Floats, as_matrix, finite_rows
from dotscape.core.neighbors.exact import Indices, nearest
from dotscape.core.neighbors.graph import RECALL, Graph, neighbor_graph
from dotscape.core.neighbors.prepared import METRICS, Metric, Prepared, prepare
from dotscape.core.neighbors.query import query
from dotscape.core.progress import Progress
from dotscape.errors import ParameterError

__all__ = [
    "METRICS",
    "Graph",
    "Metric",
    "Neighbors",
    "Prepared",
    "nearest",
    "neighbor_graph",
    "neighbors",
    "prepare",
    "query",
]


class _Pair(NamedTuple):
    indices: Indices
    distances: Floats


class Neighbors(_Pair):
    """Unpacks to ``indices, distances``; says how complete they are.

    ``recall`` is the share of true neighbours found, measured on a random sample of rows; ``exact``
    whether nothing was approximated (then it is 1.0).
    """

    recall: float
    exact: bool

    def __new__(
        cls, indices: Indices, distances: Floats, recall: float = 1.0, exact: bool = True
    ) -> Neighbors:
        self = super().__new__(cls, indices, distances)
        self.recall, self.exact = recall, exact
        return self


def neighbors(
    X: Any,
    k: int = 15,
    metric: str = "euclidean",
    *,
    recall: float = RECALL,
    exact: bool | None = None,
    seed: int = 42,
    progress: Progress | None = None,
    threads: int | None = None,
) -> Neighbors:
    """The k nearest other rows of each row.

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
        ``"inner_product"`` (the distance is its negative), which is always searched exactly.
    recall
        The share of true neighbours to aim for where the search is approximate.
    exact
        True: all true neighbours. False: approximate, unless the metric is inner product or recall
        1. None: exact where that takes about two seconds at most.
    seed
        Of the approximate search: the same seed finds the same neighbours.
    progress
        Hears of it, and can cancel.

    Returns
    -------
    Neighbors
        Indices int32 (n, k) and distances float32 (n, k), nearest first; the row itself, by number,
        is left out, exact duplicates of it are not. Distances are exact. Its attribute ``recall``
        may be less than asked: then more effort brought little.

    Raises
    ------
    ParameterError, DataError

    Notes
    -----
    Exact: O(n^2 d / 2) products by BLAS: 10,000 x 784 in about 0.3 s, 100,000 x 384 in about 20 s
    on two cores. Approximate: about O(n log n d), by `approximate`.

    Examples
    --------
    >>> indices, distances = neighbors([[0.0], [1.0], [3.0]], k=1)
    >>> indices.ravel().tolist(), distances.ravel().tolist()
    ([1, 0, 1], [1.0, 1.0, 2.0])
    """
    _check_recall(recall, exact)
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
    graph = neighbor_graph(
        prepared,
        k,
        recall=float(recall),
        seed=int(seed),
        progress=progress,
        threads=threads,
        exact=exact,
    )
    if every:
        return Neighbors(graph.indices, graph.distances, graph.recall, graph.exact)
    indices = np.full((len(matrix), k), -1, np.int32)
    distances = np.full((len(matrix), k), np.nan, np.float32)
    indices[rows], distances[rows] = rows[graph.indices], graph.distances
    return Neighbors(indices, distances, graph.recall, graph.exact)


def _check_recall(recall: Any, exact: Any) -> None:
    if (
        isinstance(recall, bool)
        or not isinstance(recall, numbers.Real)
        or not 0 < float(recall) <= 1
    ):
        raise ParameterError(
            "recall",
            "neighbors",
            allowed="more than 0 and at most 1",
            got=repr(recall)[:60],
            hint="0.95 finds nearly all; 1 asks for exact search.",
        )
    if exact is not None and not isinstance(exact, bool):
        raise ParameterError(
            "exact",
            "neighbors",
            allowed="True, False or None",
            got=repr(exact)[:60],
            hint="None chooses by the size of the data.",
        )


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
