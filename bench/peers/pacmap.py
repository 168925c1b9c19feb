"""PaCMAP: not UMAP, but what is chosen instead of it."""

from __future__ import annotations

from typing import Any

from bench.projection.side import Graph, Outcome

TITLE = "PaCMAP"
DISTRIBUTION = "pacmap"
OFFERS = ("umap2",)
COMPILES = True


def run(job: str, X: Any, threads: int, graph: Graph | None) -> Outcome:
    """Its defaults, which its authors recommend for any data (Faiss finds the neighbours)."""
    del job, threads, graph
    from pacmap import PaCMAP

    return Outcome(PaCMAP(n_components=2, n_neighbors=10).fit_transform(X, init="pca"))
