"""openTSNE: t-SNE by FFT in 2-D, by Barnes and Hut's tree in 3-D."""

from __future__ import annotations

import time
from typing import Any

from bench.projection.side import EXPLORING, ITERATIONS, JOBS, PERPLEXITY, Graph, Outcome

TITLE = "openTSNE"
DISTRIBUTION = "openTSNE"
OFFERS = ("tsne2", "tsne3")
TAKES_GRAPH = ("tsne2", "tsne3")
MOST = {"tsne2": 500_000, "tsne3": 20_000}


def run(job: str, X: Any, threads: int, graph: Graph | None) -> Outcome:
    """Its documented recipe, step by step so that each can be timed."""
    from openTSNE import TSNEEmbedding, initialization
    from openTSNE.affinity import PerplexityBasedNN
    from openTSNE.nearest_neighbors import PrecomputedNeighbors

    components = JOBS[job].components
    start = time.perf_counter()
    common = {"perplexity": PERPLEXITY, "n_jobs": threads, "random_state": 0}
    if graph is None:
        # "auto": exact for few rows, Annoy for many, its own choice.
        affinities = PerplexityBasedNN(X, method="auto", metric="euclidean", **common)
    else:
        index = PrecomputedNeighbors(graph.indices, graph.distances)
        affinities = PerplexityBasedNN(knn_index=index, **common)
    initial = initialization.pca(X, n_components=components, random_state=0)
    # Its own rule: the FFT from 10,000 rows on, which it has in 2-D only.
    mesh = components == 2 and len(X) >= 10_000
    embedding = TSNEEmbedding(
        initial,
        affinities,
        negative_gradient_method="fft" if mesh else "bh",
        learning_rate="auto",
        n_jobs=threads,
        random_state=0,
    )
    optimising = time.perf_counter()
    embedding = embedding.optimize(EXPLORING, exaggeration=12, momentum=0.5)
    embedding = embedding.optimize(ITERATIONS - EXPLORING, momentum=0.8)
    end = time.perf_counter()
    seconds = {"optimising": end - optimising}
    if graph is not None:
        seconds["from_graph"] = end - start
    return Outcome(embedding, seconds, ITERATIONS)
