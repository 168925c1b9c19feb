"""The k nearest other rows of every row: what t-SNE and UMAP start from."""

from __future__ import annotations

from dataclasses import dataclass

from dotscape.core.matrix import Floats
from dotscape.core.neighbors.approximate import approximate, rows_with_direction
from dotscape.core.neighbors.exact import Indices, nearest
from dotscape.core.neighbors.prepared import Prepared
from dotscape.core.progress import Progress

_QUICK = 6e11  # about 2 s
_FEWEST = 5000  # rows for which trees are worth planting
RECALL = 0.95  # of the true neighbours that are asked for where the graph is approximate


@dataclass(frozen=True, slots=True)
class Graph:
    """Neighbours (n, k), self excluded, nearest first.

    ``indices`` int32, ``distances`` float32 in the units of the data. ``recall`` is the share of
    true neighbours found, measured on a random sample of rows; 1.0 and ``exact`` where nothing was
    approximated.
    """

    indices: Indices
    distances: Floats
    recall: float = 1.0
    exact: bool = True


def neighbor_graph(
    prepared: Prepared,
    k: int,
    *,
    recall: float = RECALL,
    seed: int = 42,
    progress: Progress,
    later: float = 0.0,
    threads: int | None = None,
    exact: bool | None = None,
) -> Graph:
    """The neighbours of all rows of ``prepared``; ``later`` as in `Progress.phase`.

    ``exact`` None: exact where that takes a few seconds at most on two cores, where many neighbours
    of few rows are asked for, and for inner products, as rows with large products with the same row
    needn't be near each other; else approximate.
    """
    if exact is None:
        exact = search_is_quick(prepared, k)
    if exact or recall >= 1.0 or not _can_approximate(prepared, k):
        indices, distances = nearest(
            prepared, prepared, k, same=True, progress=progress, later=later, threads=threads
        )
        return Graph(indices, distances)
    indices, distances, found = approximate(
        prepared, k, recall=recall, seed=seed, progress=progress, later=later, threads=threads
    )
    return Graph(indices, distances, found, exact=False)


def _can_approximate(prepared: Prepared, k: int) -> bool:
    return prepared.kernel_metric != "inner_product" and len(rows_with_direction(prepared)) > k


def search_is_quick(prepared: Prepared, k: int) -> bool:
    """Whether exact search is worth its time; from sizes alone, so that results don't vary."""
    n, d = prepared.vectors.shape
    few = n < max(_FEWEST, 20 * k)
    # A pair costs a product of d terms, and comparisons worth a few hundred of them.
    return few or n * n * (d + 300.0) < _QUICK
