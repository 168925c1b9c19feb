"""scikit-learn-intelex: scikit-learn's estimators on oneDAL."""

from __future__ import annotations

import time
from typing import Any

from bench.projection.side import ITERATIONS, KEPT, PERPLEXITY, Graph, Outcome

TITLE = "sklearnex"
DISTRIBUTION = "scikit-learn-intelex"
# In 3-D its t-SNE is scikit-learn's own.
OFFERS = ("knn", "tsne2", "pca")
MOST = {"knn": 110_000}


def run(job: str, X: Any, threads: int, graph: Graph | None) -> Outcome:
    """Imported from its own package, which is the same as patching."""
    del graph
    if job == "knn":
        from sklearnex.neighbors import NearestNeighbors

        index = NearestNeighbors(n_neighbors=KEPT, algorithm="brute", n_jobs=threads).fit(X)
        return Outcome(index.kneighbors(return_distance=False))
    start = time.perf_counter()
    if job == "pca":
        from sklearnex.decomposition import PCA

        layout = PCA(n_components=2, svd_solver="auto").fit_transform(X)
    else:
        from sklearnex.manifold import TSNE

        layout = TSNE(
            n_components=2,
            perplexity=PERPLEXITY,
            init="pca",
            learning_rate="auto",
            max_iter=ITERATIONS,
            n_jobs=threads,
            random_state=0,
        ).fit_transform(X)
    return Outcome(layout, {"call": time.perf_counter() - start})
