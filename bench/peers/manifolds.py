"""manifolds-rs: t-SNE, UMAP and neighbours in Rust."""

from __future__ import annotations

import time
from typing import Any

from bench.projection.side import EXPLORING, ITERATIONS, KEPT, PERPLEXITY, Graph, Outcome

TITLE = "manifolds-rs"
DISTRIBUTION = "manifolds-rs"
# Its t-SNE is 2-D only.
OFFERS = ("knn", "tsne2", "umap2")
TAKES_GRAPH = ("tsne2", "umap2")
_EXACT = {15: 15_000, 90: 40_000}  # by neighbours: a wider graph makes its descent slow


def run(job: str, X: Any, threads: int, graph: Graph | None) -> Outcome:
    """T-SNE by FFT with three kernels, its fastest; UMAP's parallel Adam, its default."""
    import manifolds_rs

    # Of its searches the fastest: all pairs up to here, beyond that no other comes near.
    wide = job == "tsne2"
    search = "exhaustive" if len(X) <= _EXACT[90 if wide else 15] else "nndescent"
    # 90 neighbours taken from the descent itself take five times as long as searched for after it.
    effort = manifolds_rs.NeighbourParams(extract_knn=not wide)
    manifolds_rs.set_num_threads(threads)
    if job == "knn":
        indices, _ = manifolds_rs.knn_graph(X, KEPT, ann=search, seed=0)
        return Outcome(indices)
    if job == "tsne2":
        method = manifolds_rs.TSNE(
            perplexity=PERPLEXITY,
            n_epochs=ITERATIONS,
            init="pca",
            ann=search,
            nn_params=effort,
            approx="fft_3k",
            seed=0,
            optim_params=manifolds_rs.TsneOptim(early_exag_iter=EXPLORING),
        )
    else:
        # min_dist as everybody's; its own default of 0.5 makes other pictures.
        method = manifolds_rs.UMAP(n_neighbors=KEPT, min_dist=0.1, ann=search, seed=0)
    given: dict[str, Any] = {}
    if graph is not None:
        fitting = graph if job == "tsne2" else graph.nearest(KEPT)
        given = {"knn_indices": fitting.indices, "knn_distances": fitting.distances}
    start = time.perf_counter()
    layout = method.fit_transform(X, **given)
    seconds = {} if graph is None else {"from_graph": time.perf_counter() - start}
    return Outcome(layout, seconds)
