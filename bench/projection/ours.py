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
    """Hears of phases: when each began, and the last iteration it told of."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self._starts: list[float] = []
        self._iterations: list[int] = []

    def on_phase(self, name: str, iterations: int, later: float) -> None:
        """A phase begins."""
        del iterations, later
        self._names.append(name.lower())
        self._starts.append(time.perf_counter())
        self._iterations.append(0)

    def on_report(self, iteration: int, loss: float | None, layout: Any) -> None:
        """An iteration is done."""
        del loss, layout
        self._iterations[-1] = iteration

    def phase(self, word: str, end: float) -> tuple[float, float, int] | None:
        """Start, end and iterations of the last phase with ``word`` in its name."""
        found = [number for number, name in enumerate(self._names) if word in name]
        if not found:
            return None
        last = found[-1]
        ends = [*self._starts[1:], end]  # a phase ends where the next one begins
        return self._starts[last], ends[last], self._iterations[last]


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
    iterations = 0
    if (finding := clock.phase("neighbo", end)) is not None:
        seconds["from_graph"] = end - finding[1]
    if (optimising := clock.phase("optimising", end)) is not None:
        started, ended, iterations = optimising
        seconds["optimising"] = ended - started
    return Outcome(np.asarray(layout), seconds, iterations)
