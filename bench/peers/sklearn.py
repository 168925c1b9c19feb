"""scikit-learn: the exact and the usual."""

from __future__ import annotations

import time
from typing import Any

from bench.projection.side import ITERATIONS, JOBS, KEPT, PERPLEXITY, Graph, Outcome

TITLE = "scikit-learn"
DISTRIBUTION = "scikit-learn"
OFFERS = ("knn", "tsne2", "tsne3", "pca")
MOST = {"knn": 110_000, "tsne2": 20_000, "tsne3": 20_000}


def run(job: str, X: Any, threads: int, graph: Graph | None) -> Outcome:
    """Its estimators; t-SNE with as many iterations as everybody."""
    del graph
    if job == "knn":
        from sklearn.neighbors import NearestNeighbors

        # Blocked products with its own reduction: faster than its trees from 20 dimensions on.
        index = NearestNeighbors(n_neighbors=KEPT, algorithm="brute", n_jobs=threads).fit(X)
        return Outcome(index.kneighbors(return_distance=False))
    start = time.perf_counter()
    if job == "pca":
        from sklearn.decomposition import PCA

        # "auto" takes the covariance where there are many rows: its fastest.
        layout = PCA(n_components=2, svd_solver="auto").fit_transform(X)
    else:
        from sklearn.manifold import TSNE

        layout = TSNE(
            n_components=JOBS[job].components,
            perplexity=PERPLEXITY,
            init="pca",
            learning_rate="auto",
            max_iter=ITERATIONS,
            n_jobs=threads,
            random_state=0,
        ).fit_transform(X)
    return Outcome(layout, {"call": time.perf_counter() - start})
