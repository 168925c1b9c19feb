"""The fuzzy simplicial set of UMAP: how strongly each row is joined to its neighbours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dotscape.core.kernels import native, thread_count
from dotscape.core.matrix import Floats
from dotscape.core.neighbors.graph import Graph


@dataclass(frozen=True, slots=True)
class FuzzySet:
    """A sparse symmetric (n, n) matrix of memberships above 0 and up to 1, by rows.

    ``starts`` int64 (n + 1), ``columns`` int32 ascending within a row, ``weights`` float32. No row
    is joined to itself.
    """

    starts: npt.NDArray[np.int64]
    columns: npt.NDArray[np.int32]
    weights: Floats

    def __len__(self) -> int:
        return len(self.starts) - 1

    def degrees(self) -> npt.NDArray[np.float64]:
        """Sums of the weights of each row, (n,); 0 for a row without any."""
        sums = np.concatenate(([0.0], np.cumsum(self.weights, dtype=np.float64)))
        return sums[self.starts[1:]] - sums[self.starts[:-1]]

    def renamed(self, order: npt.NDArray[np.int64], threads: int | None = None) -> FuzzySet:
        """The same for rows renamed: ``order[i]`` becomes i."""
        workers = thread_count(threads)
        return FuzzySet(*native.renamed(self.starts, self.columns, self.weights, order, workers))


def fuzzy_set(graph: Graph, threads: int | None = None) -> FuzzySet:
    """The fuzzy set of a neighbour graph.

    A neighbour at distance d has the membership ``exp(-max(0, d - rho) / sigma)``: rho is the
    distance of the nearest neighbour that isn't a duplicate (local connectivity 1), sigma such that
    the memberships of a row sum to log2(k + 1), k its neighbours without itself. Memberships a and
    b of the two directions unite to a + b - a b. O(n k) time and memory.

    References
    ----------
    Leland McInnes, John Healy and James Melville, "UMAP: Uniform Manifold Approximation and
    Projection for Dimension Reduction", 2018, arXiv:1802.03426, algorithms 2 and 3.
    """
    workers = thread_count(threads)
    distances = _in_range(graph.distances)
    p = np.empty_like(distances)
    native.memberships(distances, p, workers)
    return FuzzySet(*native.fuzzy_union(graph.indices, p, workers))


def _in_range(distances: Floats) -> Floats:
    """Distances in a unit that is about their size: memberships don't depend on it."""
    largest = float(distances.max(initial=0.0))
    if largest == 0.0 or not np.isfinite(largest) or 1e-6 < largest < 1e6:
        return np.ascontiguousarray(distances)
    return (distances.astype(np.float64) / largest).astype(np.float32)
