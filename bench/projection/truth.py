"""What all sides are measured against: exact neighbours of a sample, one graph, one P."""

from __future__ import annotations

import inspect
import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.projection.divergence import affinities
from bench.projection.side import KEPT, PERPLEXITY

SAMPLE = 1000
_CANDIDATES = 4  # times as many as are kept, by single precision; the rest is exact
_ROWS = 20_000
_EXACT = 110_000


def exact_sample(
    X: npt.NDArray[Any], k: int, rows: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """The k nearest others of some rows: indices and distances (m, k), nearest first.

    Candidates by float32 products of centred rows, then float64 differences.
    """
    mean = X[:: max(1, len(X) // _ROWS)].mean(axis=0, dtype=np.float64).astype(np.float32)
    some = X[rows] - mean
    wide = min(_CANDIDATES * k, len(X) - 1)
    best = np.full((len(rows), wide), np.inf, np.float32)
    names = np.zeros((len(rows), wide), np.int64)
    for start in range(0, len(X), _ROWS):
        part = X[start : start + _ROWS] - mean
        squared = (part**2).sum(axis=1) - 2 * (some @ part.T)  # less their own, which all share
        here = (rows >= start) & (rows < start + len(part))
        squared[np.flatnonzero(here), rows[here] - start] = np.inf
        both = np.hstack([best, squared])
        columns = np.argpartition(both, wide - 1, axis=1)[:, :wide]
        best = np.take_along_axis(both, columns, axis=1)
        every = np.arange(start, start + len(part))
        labels = np.hstack([names, np.broadcast_to(every, squared.shape)])
        names = np.take_along_axis(labels, columns, axis=1)
    distances = true_distances(X, rows, names)
    order = np.argsort(distances, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(names, order, axis=1), np.take_along_axis(distances, order, axis=1)


def true_distances(
    X: npt.NDArray[Any], rows: npt.NDArray[np.int64], names: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """Distances (m, k) of some rows to those named, in float64."""
    return np.stack(
        [
            np.linalg.norm(X[others].astype(np.float64) - X[row].astype(np.float64), axis=1)
            for row, others in zip(rows, names, strict=True)
        ]
    )


def recall(
    X: npt.NDArray[Any],
    rows: npt.NDArray[np.int64],
    nearest: npt.NDArray[np.float64],
    indices: npt.NDArray[Any],
) -> float:
    """The share of neighbours no farther than the true last one: of equally far ones, any count.

    ``nearest`` (m, k) are true distances; ``indices`` (n, >= k) is a graph. A neighbour named
    twice, or the row itself, counts once or not at all.
    """
    k = nearest.shape[1]
    found = np.sort(indices[rows, :k].astype(np.int64), axis=1)
    fresh = np.ones(found.shape, bool)
    fresh[:, 1:] = found[:, 1:] != found[:, :-1]
    valid = fresh & (found != rows[:, None]) & (found >= 0)
    distances = true_distances(X, rows, np.where(found >= 0, found, 0))
    return float((valid & (distances <= nearest[:, -1:] * (1 + 1e-6))).mean())


def _effort(rows: int) -> dict[str, Any]:
    """Exact where that takes no more than a minute, else nearly; without a choice, as it comes."""
    import dotscape

    wanted: dict[str, Any] = {"exact": True} if rows <= _EXACT else {"recall": 0.99}
    known = inspect.signature(dotscape.neighbors).parameters
    return {name: value for name, value in wanted.items() if name in known}


def main(data: str, folder: str, threads: str) -> None:
    """Write sample.npz, graph.npz and affinities.npz for some data; print how good the graph is."""
    import dotscape

    X = np.load(data, mmap_mode="r")
    place = Path(folder)
    rows = np.random.default_rng(1).permutation(len(X))[:SAMPLE].astype(np.int64)
    names, nearest = exact_sample(X, KEPT, rows)
    np.savez(place / "sample.npz", rows=rows, names=names, nearest=nearest)
    start = time.perf_counter()
    k = min(int(3 * PERPLEXITY), len(X) - 1)
    indices, distances = dotscape.neighbors(X, k, threads=int(threads), **_effort(len(X)))
    seconds = time.perf_counter() - start
    np.savez(place / "graph.npz", indices=indices, distances=distances)
    affinities(indices, distances, PERPLEXITY).save(place / "affinities.npz")
    share = recall(X, rows, nearest, indices)
    print(json.dumps({"graph_recall": share, "graph_seconds": seconds, "graph_k": k}))


if __name__ == "__main__":
    main(*sys.argv[1:])
