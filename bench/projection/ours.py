"""Ours, through the public names, as an adapter like those of the peers."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from bench.projection.side import ITERATIONS, JOBS, KEPT, Graph, Outcome

TITLE = "dotscape"
DISTRIBUTION = "dotscape"
OFFERS = tuple(JOBS)
_METHODS = {"tsne2": "tsne", "tsne3": "tsne", "umap2": "umap", "pca": "pca"}


class NotAvailable(Exception):
    """Ours hasn't got this method (yet)."""


class _Clock:
    """Hears of phases; knows how long each took, and how many iterations the last one had."""

    def __init__(self) -> None:
        self.starts: list[tuple[str, float]] = []
        self.iterations = 0

    def on_phase(self, name: str, iterations: int, later: float) -> None:
        del iterations, later
        self.starts.append((name, time.perf_counter()))
        self.iterations = 0

    def on_report(self, iteration: int, loss: float | None, layout: Any) -> None:
        del iteration, loss, layout
        self.iterations += 1

    def after(self, word: str) -> float | None:
        """When the last phase with ``word`` in its name ended: the next one began."""
        ends = [
            end
            for (name, _), (_, end) in zip(self.starts, self.starts[1:], strict=False)
            if word in name.lower()
        ]
        return ends[-1] if ends else None


def run(job: str, X: Any, threads: int, graph: Graph | None) -> Outcome:
    """Defaults, but as many iterations of t-SNE as everybody."""
    del graph
    import dotscape

    if job == "knn":
        return Outcome(np.asarray(dotscape.neighbors(X, KEPT, threads=threads)[0]))
    from dotscape.core.progress import Progress
    from dotscape.core.projection.registry import METHODS

    if _METHODS[job] not in METHODS:
        raise NotAvailable(f"dotscape has no '{_METHODS[job]}'")
    clock = _Clock()
    # Frames that nobody looks at would cost: as without a listener, none are asked for.
    progress = Progress(clock, frame_seconds=float("inf"))
    given = {"max_iter": ITERATIONS} if _METHODS[job] == "tsne" else {}
    layout = dotscape.project(
        X,
        method=_METHODS[job],
        n_components=JOBS[job].components,
        threads=threads,
        progress=progress,
        **given,
    )
    end = time.perf_counter()
    seconds: dict[str, float] = {}
    if (found := clock.after("neighbo")) is not None:
        seconds["from_graph"] = end - found
    name, started = clock.starts[-1] if clock.starts else ("", end)
    if "optimising" in name.lower() and clock.iterations:
        seconds["optimising"] = end - started
    return Outcome(np.asarray(layout), seconds, clock.iterations)
