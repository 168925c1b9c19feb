"""How good a result is: the same figures for every side, in a process of their own."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

import numpy as np

from bench.projection.divergence import Affinities, divergence
from bench.projection.side import JOBS, KEPT
from bench.projection.truth import recall


def main(job: str, data: str, result: str, folder: str, threads: str) -> None:
    """Print the figures of the result of a job on some data."""
    X = np.load(data, mmap_mode="r")
    found = np.load(result)
    place = Path(folder)
    if JOBS[job].components == 0:
        sample = np.load(place / "sample.npz")
        print(json.dumps({"recall": recall(X, sample["rows"], sample["nearest"], found)}))
        return
    if found.shape != (len(X), JOBS[job].components):
        raise ValueError(f"a layout of shape {found.shape} for {len(X)} rows")
    if not np.isfinite(found).all():
        raise ValueError("a layout with values that aren't finite")
    print(json.dumps(layout_figures(job, X, found, place, int(threads))))


def layout_figures(
    job: str, X: np.ndarray, layout: np.ndarray, place: Path, threads: int
) -> dict[str, float]:
    """KL (t-SNE), share of the variance (PCA), neighbours kept and trustworthiness."""
    import dotscape

    figures: dict[str, float] = {}
    if job.startswith("tsne"):
        P = Affinities.load(place / "affinities.npz")
        figures["kl"] = divergence(P, layout, threads)
    if job == "pca":
        figures["variance"] = _share(X, layout)
    measured = dotscape.quality(X, layout, KEPT, threads=threads)
    figures["kept"] = measured.neighbors_kept
    figures["trustworthiness"] = measured.trustworthiness
    return figures


def _share(X: np.ndarray, layout: np.ndarray) -> float:
    """Variance of the layout over that of the data."""
    n, rows = len(X), 20_000
    mean = np.mean([X[i : i + rows].sum(axis=0, dtype=np.float64) for i in range(0, n, rows)], 0)
    mean = mean * math.ceil(n / rows) / n
    total = sum(float(((X[i : i + rows] - mean) ** 2).sum()) for i in range(0, n, rows))
    return float(layout.astype(np.float64).var(axis=0).sum() * n / total)


if __name__ == "__main__":
    main(*sys.argv[1:])
