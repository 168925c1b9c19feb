"""How strongly two points should attract each other: the joint probabilities P of t-SNE."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dotscape.core.kernels import native, thread_count
from dotscape.core.matrix import Floats
from dotscape.core.neighbors.exact import Indices, nearest
from dotscape.core.neighbors.prepared import Prepared
from dotscape.core.progress import Progress

_ROWS_AT_ONCE = 16_384


@dataclass(frozen=True, slots=True)
class Affinities:
    """A sparse symmetric (n, n) matrix that sums to 1, by rows.

    Rows are filled up to a multiple of 16 entries with zeros at (i, i). ``entropy`` is the sum of
    p log p.
    """

    starts: npt.NDArray[np.int64]
    columns: npt.NDArray[np.int32]
    values: Floats
    entropy: float

    def __len__(self) -> int:
        return len(self.starts) - 1

    def reordered(self, order: npt.NDArray[np.int64], threads: int) -> Affinities:
        """The same for points renamed: ``order[i]`` becomes i."""
        parts = native.reordered(self.starts, self.columns, self.values, order, threads)
        return Affinities(*parts, self.entropy)


def neighbor_count(n: int, perplexity: float) -> int:
    """How many neighbours P needs: three times the perplexity, as in van der Maaten (2014)."""
    return min(n - 1, max(1, int(3 * perplexity)))


def joint_probabilities(
    prepared: Prepared,
    perplexity: float,
    *,
    progress: Progress,
    later: float = 0.0,
    threads: int | None = None,
) -> Affinities:
    """P of t-SNE for some vectors.

    ``p_j|i`` is proportional to ``exp(-beta_i d_ij^2)`` over the nearest 3 perplexity points, with
    beta such that its entropy is log(perplexity); ``p_ij = (p_j|i + p_i|j) / 2n``. For cosine and
    correlation d^2 is 2 (1 - cos): the squared Euclidean distance of the directions. Where so many
    neighbours are equally far that no beta exists, they share evenly. ``later``: as in `nearest`.

    References
    ----------
    Laurens van der Maaten and Geoffrey Hinton, "Visualizing Data using t-SNE", 2008, JMLR 9,
    section 2, equations 1 and 2. Laurens van der Maaten, "Accelerating t-SNE using Tree-Based
    Algorithms", 2014, JMLR 15, section 4.1 (sparse P).
    """
    k = neighbor_count(len(prepared), perplexity)
    indices, distances = nearest(
        prepared, prepared, k, same=True, progress=progress, later=later, threads=threads
    )
    return from_neighbors(indices, squared(distances, prepared), perplexity, progress, threads)


def squared(distances: Floats, prepared: Prepared) -> Floats:
    """Squared distances in a unit that float32 can hold; calibration doesn't depend on it."""
    if prepared.kernel_metric == "cosine":
        return 2 * distances
    return np.square(distances / np.float32(prepared.unit))


def from_neighbors(
    indices: Indices,
    squared_distances: Floats,
    perplexity: float,
    progress: Progress,
    threads: int | None = None,
) -> Affinities:
    """P from the nearest neighbours (n, k) and their squared distances, ascending."""
    progress.phase("Computing affinities")
    workers = thread_count(threads)
    p = np.empty_like(squared_distances)
    for start in range(0, len(p), _ROWS_AT_ONCE):
        progress.check()
        rows = slice(start, start + _ROWS_AT_ONCE)
        native.calibrate(squared_distances[rows], perplexity, p[rows], workers)
    starts, columns, values = native.symmetrised(indices, p, workers)
    progress.check()
    return Affinities(starts, columns, values, _entropy(values))


def _entropy(values: Floats) -> float:
    total = 0.0
    for start in range(0, len(values), 1 << 20):
        part = values[start : start + (1 << 20)].astype(np.float64)
        part = part[part > 0]
        total += float((part * np.log(part)).sum())
    return total
