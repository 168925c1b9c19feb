"""The k nearest other rows of every row: what t-SNE and UMAP start from."""

from __future__ import annotations

from dataclasses import dataclass

from dotscape.core.matrix import Floats
from dotscape.core.neighbors.exact import Indices, nearest
from dotscape.core.neighbors.prepared import Prepared
from dotscape.core.progress import Progress

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
) -> Graph:
    """The neighbours of all rows of ``prepared``; ``later`` as in `Progress.phase`."""
    del recall, seed
    indices, distances = nearest(
        prepared, prepared, k, same=True, progress=progress, later=later, threads=threads
    )
    return Graph(indices, distances)
