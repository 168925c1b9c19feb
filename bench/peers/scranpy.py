"""scranpy: single-cell tools in C++ (qdtsne, umappp, knncolle)."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from bench.projection.side import EXPLORING, ITERATIONS, KEPT, PERPLEXITY, Graph, Outcome

TITLE = "scranpy"
DISTRIBUTION = "scranpy"
# Its t-SNE is 2-D only.
OFFERS = ("knn", "tsne2", "umap2", "pca")
TAKES_GRAPH = ("tsne2", "umap2")
MOST = {"knn": 50_000, "tsne2": 110_000, "umap2": 110_000}


def run(job: str, X: Any, threads: int, graph: Graph | None) -> Outcome:
    """Annoy for the neighbours of layouts, its default; HNSW where only they count."""
    import knncolle
    import scranpy

    columns = np.asarray(X).T  # features are rows there
    if job == "knn":
        # Of its searches the fastest in many dimensions, at the effort of hnswlib.py.
        search = knncolle.HnswParameters(num_links=16, ef_construction=100, ef_search=64)
        index = knncolle.build_index(search, np.asarray(X))
        found = knncolle.find_knn(index, KEPT, num_threads=threads, get_distance=False)
        return Outcome(np.asarray(found.index))
    if job == "pca":
        found = scranpy.run_pca(columns, number=2, num_threads=threads)
        return Outcome(np.asarray(found["components"]).T)
    source: Any = columns
    if graph is not None:
        fitting = graph if job == "tsne2" else graph.nearest(KEPT)
        source = knncolle.FindKnnResults(
            fitting.indices.astype(np.uint32), fitting.distances.astype(np.float64)
        )
    start = time.perf_counter()
    if job == "tsne2":
        layout = scranpy.run_tsne(
            source,
            perplexity=PERPLEXITY,
            num_neighbors=None if graph else int(3 * PERPLEXITY),
            max_iterations=ITERATIONS,
            # Its default of 200 is too short for many rows; rows over exaggeration is everybody's.
            eta=max(200.0, len(X) / 12),
            early_exaggeration_iterations=EXPLORING,
            num_threads=threads,
        )
    else:
        layout = scranpy.run_umap(
            source,
            num_neighbors=KEPT,
            min_dist=0.1,
            parallel_optimization=True,
            num_threads=threads,
        )
    seconds = {} if graph is None else {"from_graph": time.perf_counter() - start}
    return Outcome(np.asarray(layout), seconds)
