"""PyNNDescent."""

from __future__ import annotations

from typing import Any

from bench.projection.side import KEPT, Graph, Outcome, without_self

TITLE = "pynndescent"
DISTRIBUTION = "pynndescent"
OFFERS = ("knn",)
COMPILES = True


def run(job: str, X: Any, threads: int, graph: Graph | None) -> Outcome:
    """The graph that its index is built on: itself and 15 others, no search after it."""
    del job, graph
    from pynndescent import NNDescent

    index = NNDescent(X, n_neighbors=KEPT + 1, n_jobs=threads, random_state=0)
    return Outcome(without_self(index.neighbor_graph[0], KEPT))
