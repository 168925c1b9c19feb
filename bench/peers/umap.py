"""umap-learn."""

from __future__ import annotations

import time
import warnings
from typing import Any

from bench.projection.side import KEPT, Graph, Outcome

TITLE = "umap-learn"
DISTRIBUTION = "umap-learn"
OFFERS = ("umap2",)
TAKES_GRAPH = ("umap2",)
COMPILES = True


def run(job: str, X: Any, threads: int, graph: Graph | None) -> Outcome:
    """Without a seed: with one it runs on a single thread."""
    del job
    from umap import UMAP

    given: dict[str, Any] = {}
    if graph is not None:
        own = graph.with_self(KEPT)
        # The third is an index for new rows, which nobody asks for here.
        given["precomputed_knn"] = (own.indices, own.distances, None)
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        layout = UMAP(n_neighbors=KEPT, min_dist=0.1, n_jobs=threads, **given).fit_transform(X)
    seconds = {} if graph is None else {"from_graph": time.perf_counter() - start}
    return Outcome(layout, seconds)
