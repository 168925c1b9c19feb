"""Where new rows belong in a layout that is there already."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dotscape.core.matrix import Doubles, Floats, Matrix, finite_rows
from dotscape.core.neighbors.exact import Indices, nearest
from dotscape.core.neighbors.prepared import Metric, Prepared, prepare
from dotscape.core.progress import Progress
from dotscape.core.projection.landmarks import NEIGHBORS, weights_of
from dotscape.core.scaling import safe_scaling

_AT_ONCE = 16_384


class Placed(NamedTuple):
    """New rows in an old layout.

    ``coordinates`` (m, c) float32; ``confidence`` (m,) float32 from 0 to 1. Rows with a NaN or an
    infinity are NaN in both.
    """

    coordinates: Floats
    confidence: Floats


class Placing:
    """Places rows at the weighted mean of their nearest rows in a layout.

    The confidence of a place is the product of two shares, each at most 1:

    - *near*: the mean distance of the row's nearest old row to that one's own neighbours, over the
      row's mean distance to its own: falls where the row is further from the data than the data
      is from itself.
    - *together*: how far such neighbours usually lie from their mean in the layout (median over
      old rows), over how far these do: falls where the row's neighbours are in several places.
    """

    def __init__(
        self,
        X: Matrix,
        layout: Floats,
        metric: Metric,
        *,
        progress: Progress,
        threads: int | None = None,
    ) -> None:
        """``layout`` (n, c): places of the rows of ``X``; rows of NaN are left out."""
        placed = np.isfinite(layout).all(axis=1)
        rows = np.flatnonzero(placed & finite_rows(X, threads=threads)).astype(np.int64)
        self._metric: Metric = metric
        self._scaling = safe_scaling(X, rows)
        self._threads = threads
        self._layout = layout[rows]
        self._base = prepare(
            X, metric, rows=rows, scaling=self._scaling, progress=progress, threads=threads
        )
        self._k = min(NEIGHBORS, len(rows) - 1)
        sample = np.linspace(0, len(rows) - 1, min(len(rows), 1000)).astype(np.int64)
        near, far = self._neighbors_of_old(sample, progress)
        self._usual_spread = float(np.median(_spread(self._layout, near, weights_of(far))))

    def place(self, X: Matrix, *, progress: Progress) -> Placed:
        """Places of new rows X (m, d). O(m n d) time."""
        coordinates = np.full((len(X), self._layout.shape[1]), np.nan, np.float32)
        confidence = np.full(len(X), np.nan, np.float32)
        finite = np.flatnonzero(finite_rows(X, threads=self._threads)).astype(np.int64)
        progress.phase("Placing rows", len(finite))
        for start in range(0, len(finite), _AT_ONCE):
            rows = finite[start : start + _AT_ONCE]
            coordinates[rows], confidence[rows] = self._placed(X, rows, progress)
            progress.report(start + len(rows))
        return Placed(coordinates, confidence)

    def _placed(self, X: Matrix, rows: np.ndarray, progress: Progress) -> tuple[Floats, Floats]:
        quiet = progress.quiet()
        queries = prepare(
            X,
            self._metric,
            rows=rows,
            scaling=self._scaling,
            progress=quiet,
            threads=self._threads,
        )
        near, far = self._nearest(queries, self._k, quiet)
        weights = weights_of(far)
        places = np.einsum("ij,ijc->ic", weights, self._layout[near].astype(np.float64))
        closest, at = np.unique(near[:, 0], return_inverse=True)
        _, usual = self._neighbors_of_old(closest.astype(np.int64), quiet)
        close = _share(usual.mean(axis=1, dtype=np.float64)[at], far.mean(axis=1, dtype=np.float64))
        spread = _spread(self._layout, near, weights)
        together = _share(np.full(len(rows), self._usual_spread), spread)
        return places.astype(np.float32), (close * together).astype(np.float32)

    def _nearest(self, queries: Prepared, k: int, progress: Progress) -> tuple[Indices, Floats]:
        return nearest(queries, self._base, k, same=False, progress=progress, threads=self._threads)

    def _neighbors_of_old(self, rows: np.ndarray, progress: Progress) -> tuple[Indices, Floats]:
        """The nearest of old rows among the others: the first is the row itself, or as good."""
        near, far = self._nearest(self._base.taken(rows), self._k + 1, progress)
        return near[:, 1:], far[:, 1:]


def _spread(layout: Floats, near: Indices, weights: Doubles) -> Doubles:
    """Root of the weighted mean square distance of some points from their mean: (m,)."""
    points = layout[near].astype(np.float64)
    mean = np.einsum("ij,ijc->ic", weights, points)
    squares = np.square(points - mean[:, None, :]).sum(axis=2)
    return np.sqrt(np.einsum("ij,ij->i", weights, squares))


def _share(usual: Doubles, found: Doubles) -> Doubles:
    """``usual / found``, at most 1; 1 where nothing was found to differ."""
    return np.where(found > usual, usual / np.where(found > 0, found, 1.0), 1.0)
