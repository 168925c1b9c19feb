"""rinnd: neighbour descent in Rust."""

from __future__ import annotations

from typing import Any

from bench.projection.side import KEPT, Graph, Outcome

TITLE = "rinnd"
DISTRIBUTION = "rinnd"
OFFERS = ("knn",)


def run(job: str, X: Any, threads: int, graph: Graph | None) -> Outcome:
    """Itself isn't among its neighbours; ``graph_only`` skips the index for searching."""
    del job, graph
    from rinnd import RINND

    index = RINND(X, n_neighbors=KEPT, graph_only=True, n_jobs=threads, random_state=0)
    return Outcome(index.neighbor_graph[0])
