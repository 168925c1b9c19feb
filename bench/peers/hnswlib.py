"""hnswlib: a navigable small world, searched once for each row."""

from __future__ import annotations

from typing import Any

from bench.projection.side import KEPT, Graph, Outcome, without_self

TITLE = "hnswlib"
DISTRIBUTION = "hnswlib"
OFFERS = ("knn",)


def run(job: str, X: Any, threads: int, graph: Graph | None) -> Outcome:
    """16 links and beams of 100 and 64: the least that reach a recall of 0.95 on real vectors."""
    del job, graph
    import hnswlib

    index = hnswlib.Index(space="l2", dim=X.shape[1])
    index.init_index(max_elements=len(X), M=16, ef_construction=100, random_seed=0)
    index.add_items(X, num_threads=threads)
    index.set_ef(64)
    labels, _ = index.knn_query(X, k=KEPT + 1, num_threads=threads)
    return Outcome(without_self(labels, KEPT))
