"""How strongly two points should attract each other: the joint probabilities P of t-SNE."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dotscape.core.kernels import native, thread_count
from dotscape.core.matrix import Floats
from dotscape.core.neighbors.exact import Indices
from dotscape.core.neighbors.graph import Graph, neighbor_graph
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
    """P of t-SNE for some vectors: `affinity_graph` and `from_graph` in one."""
    graph = affinity_graph(prepared, perplexity, progress=progress, later=later, threads=threads)
    return from_graph(graph, perplexity, progress, threads)


def affinity_graph(
    prepared: Prepared,
    perplexity: float,
    *,
    seed: int = 42,
    progress: Progress,
    later: float = 0.0,
    threads: int | None = None,
) -> Graph:
    """The 3 perplexity nearest neighbours; ``distances`` are squared, in a unit float32 can hold.

    For cosine and correlation d^2 is 2 (1 - cos): the squared Euclidean distance of the directions.
    ``later``: as in `Progress.phase`.
    """
    k = neighbor_count(len(prepared), perplexity)
    graph = neighbor_graph(prepared, k, seed=seed, progress=progress, later=later, threads=threads)
    squares = graph.distances  # in place: at a million rows it is 360 MB
    if prepared.kernel_metric == "cosine":
        squares *= np.float32(2)
    else:
        squares /= np.float32(prepared.unit)
        np.square(squares, out=squares)
    return graph


def from_graph(
    graph: Graph,
    perplexity: float,
    progress: Progress,
    threads: int | None = None,
    *,
    overwrite: bool = False,
) -> Affinities:
    """P of t-SNE from the squared distances of neighbours.

    ``p_j|i`` is proportional to ``exp(-beta_i d_ij^2)`` over the nearest 3 perplexity points, with
    beta such that its entropy is log(perplexity); ``p_ij = (p_j|i + p_i|j) / 2n``. Where so many
    neighbours are equally far that no beta exists, they share evenly. ``overwrite``: the graph's
    distances needn't be kept, which saves a copy.

    References
    ----------
    Laurens van der Maaten and Geoffrey Hinton, "Visualizing Data using t-SNE", 2008, JMLR 9,
    section 2, equations 1 and 2. Laurens van der Maaten, "Accelerating t-SNE using Tree-Based
    Algorithms", 2014, JMLR 15, section 4.1 (sparse P).
    """
    k = min(neighbor_count(len(graph.indices), perplexity), graph.indices.shape[1])
    squares = np.ascontiguousarray(graph.distances[:, :k])
    indices = np.ascontiguousarray(graph.indices[:, :k])
    p = squares if overwrite else np.empty_like(squares)
    return _from_neighbors(indices, squares, p, perplexity, progress, threads)


def _from_neighbors(
    indices: Indices,
    squares: Floats,
    p: Floats,
    perplexity: float,
    progress: Progress,
    threads: int | None,
) -> Affinities:
    progress.phase("Computing affinities")
    workers = thread_count(threads)
    for start in range(0, len(p), _ROWS_AT_ONCE):
        progress.check()
        rows = slice(start, start + _ROWS_AT_ONCE)
        native.calibrate(squares[rows], perplexity, p[rows], workers)
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
