"""The nearest rows of a large matrix to a few vectors, exactly, without a copy of the matrix."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from dotscape.core.matrix import Block, Doubles, Floats, Matrix, as_matrix, blocks
from dotscape.core.neighbors.exact import Indices
from dotscape.core.neighbors.prepared import METRICS, Metric
from dotscape.core.progress import Progress
from dotscape.core.scaling import probed_scaling
from dotscape.errors import DataError, ParameterError

_SPARE = 32  # candidates more than asked for, for the rounding of float32 scores


def query(
    X: Any,
    vectors: Any,
    k: Any = 15,
    metric: Metric = "euclidean",
    *,
    progress: Progress | None = None,
    threads: int | None = None,
) -> tuple[Indices, Floats]:
    """The k rows of X nearest to each vector, nearest first.

    Parameters
    ----------
    X
        (n, d) array-like; a memory-mapped one is read once for each vector and never held. Rows
        that aren't finite are never found.
    vectors
        (d,) or (m, d), finite. A row of X equal to it counts, at distance 0.
    k
        At most the number of finite rows of X.

    Returns
    -------
    indices int32, distances float32
        (k,) for one vector, (m, k) for several.

    Notes
    -----
    O(m n d): bound by reading X from memory. Candidates by float32 scores, of euclidean distance by
    differences; their distances in float64.
    """
    matrix = as_matrix(X, "query")
    single = np.ndim(vectors) == 1
    queries = as_matrix(np.atleast_2d(vectors) if single else vectors, "query").astype(np.float64)
    if queries.shape[1] != matrix.shape[1] or not np.isfinite(queries).all():
        raise DataError(
            f"The 'vectors' of query must be finite, with {matrix.shape[1]} numbers each. Got "
            f"shape {queries.shape}. Give vectors of the kind the matrix holds."
        )
    if metric not in METRICS:
        allowed = " or ".join(f"'{name}'" for name in METRICS)
        raise ParameterError(
            "metric", "query", allowed=allowed, got=repr(metric)[:60], hint="Choose one of them."
        )
    if isinstance(k, bool) or not isinstance(k, int) or not 1 <= k <= len(matrix):
        raise _unusable_k(k, len(matrix))
    progress = progress or Progress()
    indices = np.empty((len(queries), k), np.int32)
    distances = np.empty((len(queries), k), np.float32)
    for i, vector in enumerate(queries):
        found = _candidates(matrix, vector, k, metric, progress, threads)
        far = _distances(matrix[found].astype(np.float64), vector, metric)
        order = np.lexsort((found, far))[:k]
        if len(order) < k:
            raise _unusable_k(k, len(order))
        indices[i], distances[i] = found[order], far[order]
    return (indices[0], distances[0]) if single else (indices, distances)


def _unusable_k(k: object, n: int) -> ParameterError:
    return ParameterError(
        "k",
        "query",
        allowed=f"a whole number from 1 to {n}, the number of finite rows",
        got=repr(k)[:60],
        hint="Lower it.",
    )


def _candidates(
    X: Matrix,
    vector: Doubles,
    k: int,
    metric: Metric,
    progress: Progress,
    threads: int | None,
) -> npt.NDArray[np.int64]:
    """The k + 32 rows of the best scores, in any order; fewer where X has fewer."""
    keep = k + _SPARE
    scale = probed_scaling(X)[0]
    shift = vector * scale if metric == "euclidean" else None
    names, scores = np.empty(0, np.int64), np.empty(0, np.float32)
    for block in blocks(X, scale=scale, shift=shift, threads=threads):
        progress.check()
        here = _scores(block, vector, metric)
        here[block.state == 1] = np.nan
        limit = scores.max() if len(scores) == keep else np.inf
        better = np.flatnonzero(here <= limit)
        names = np.concatenate([names, better + block.start])
        scores = np.concatenate([scores, here[better]])
        if len(names) > keep:
            best = np.argpartition(scores, keep - 1)[:keep]
            names, scores = names[best], scores[best]
    return names


def _scores(block: Block, vector: Doubles, metric: Metric) -> Floats:
    """Smaller for nearer rows; infinite for those too large to compare."""
    values = block.values
    if metric == "euclidean":
        scores = np.einsum("ij,ij->i", values, values)
    else:
        if metric == "correlation":
            values = values - values.mean(axis=1, keepdims=True, dtype=np.float64).astype(
                np.float32
            )
            vector = vector - vector.mean()
        size = np.abs(vector).max(initial=0.0)
        scores = -(values @ (vector / (size if size > 0 else 1.0)).astype(np.float32))
        if metric != "inner_product":
            lengths = np.sqrt(np.einsum("ij,ij->i", values, values))
            scores = scores / np.where(lengths > 0, lengths, np.float32(1))
    scores[block.state == 2] = np.inf
    return scores


def _distances(rows: Doubles, vector: Doubles, metric: Metric) -> Doubles:
    if metric == "euclidean":
        size = max(float(np.abs(rows - vector).max(initial=0.0)), 1e-300)
        return size * np.sqrt(np.square((rows - vector) / size).sum(axis=1))
    if metric == "inner_product":
        return -(rows @ vector)
    if metric == "correlation":
        rows, vector = rows - rows.mean(axis=1, keepdims=True), vector - vector.mean()
    return np.where(
        (rows != 0).any(axis=1) & bool(vector.any()),
        0.5 * np.square(_directions(rows) - _directions(vector[None])).sum(axis=1),
        1.0,
    )


def _directions(rows: Doubles) -> Doubles:
    size = np.abs(rows).max(axis=1, keepdims=True)
    rows = rows / np.where(size > 0, size, 1.0)
    lengths = np.sqrt(np.square(rows).sum(axis=1, keepdims=True))
    return rows / np.where(lengths > 0, lengths, 1.0)
