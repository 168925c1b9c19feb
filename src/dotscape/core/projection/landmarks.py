"""Layouts of very many rows: some are laid out, the others placed among them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dotscape.core.matrix import Doubles, Floats, Matrix, Rows
from dotscape.core.neighbors.exact import nearest
from dotscape.core.neighbors.prepared import Metric, Prepared, prepare
from dotscape.core.pack import draw_order
from dotscape.core.progress import Progress

NEIGHBORS = 10
_AT_ONCE = 32_768  # rows placed between two reports


def fair_sample(rows: Rows, count: int) -> tuple[Rows, Rows]:
    """``count`` of the rows, chosen by the fixed shuffle, and the others; both in order."""
    order = draw_order(len(rows))
    return rows[np.sort(order[:count])], rows[np.sort(order[count:])]


@dataclass(frozen=True, slots=True)
class Landmarks:
    """Rows that have a place: their prepared vectors (m, d) and their layout (m, c)."""

    prepared: Prepared
    layout: Floats
    metric: Metric
    scaling: tuple[float, Doubles]

    def place(
        self, X: Matrix, rows: Rows, *, progress: Progress, threads: int | None = None
    ) -> Floats:
        """Places of other rows of X: the weighted mean of those of their 10 nearest landmarks.

        A landmark's weight falls with its distance d as ``exp(-(d / s)^2)``, s the mean distance of
        the 10. O(len(rows) * m * d) time.
        """
        places = np.empty((len(rows), self.layout.shape[1]), np.float32)
        quiet = progress.quiet()
        progress.phase("Placing the other rows", len(rows))
        for start in range(0, len(rows), _AT_ONCE):
            part = rows[start : start + _AT_ONCE]
            queries = prepare(
                X, self.metric, rows=part, scaling=self.scaling, progress=quiet, threads=threads
            )
            near, far = nearest(
                queries, self.prepared, NEIGHBORS, same=False, progress=quiet, threads=threads
            )
            weights = weights_of(far)
            places[start : start + len(part)] = np.einsum(
                "ij,ijc->ic", weights, self.layout[near].astype(np.float64)
            )
            progress.report(start + len(part))
        return places


def weights_of(distances: Floats) -> Doubles:
    """Weights (m, k) that sum to 1, from ascending distances."""
    d = distances.astype(np.float64)
    mean = d.mean(axis=1, keepdims=True)
    weights = np.exp(-np.square(d / np.where(mean > 0, mean, 1.0)))
    return weights / weights.sum(axis=1, keepdims=True)
