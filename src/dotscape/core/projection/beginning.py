"""Where a UMAP layout begins."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from dotscape.core.matrix import Floats
from dotscape.core.neighbors.prepared import Prepared
from dotscape.core.progress import Progress
from dotscape.core.projection.fuzzy import FuzzySet
from dotscape.core.projection.principal import principal_basis, project_on
from dotscape.core.projection.spectral import connected_parts, spectral_layout

_WIDTH = 10.0  # of each axis, as umap-learn
_NOISE = 1e-4 * _WIDTH  # standard deviation: points in one place would stay together
_ROUNDS = 20  # of placing new rows among their neighbours


def by_principal_components(
    prepared: Prepared, n_components: int, seed: int, progress: Progress, threads: int | None = None
) -> Floats:
    """The principal components of the vectors, each 10 wide, and a trace of noise."""
    basis = principal_basis(prepared.vectors, n_components, progress=progress, threads=threads)
    layout = project_on(prepared.vectors, basis, progress=progress, threads=threads)
    return _spread_out(layout, seed)


def by_graph(
    edges: FuzzySet, n_components: int, seed: int, progress: Progress, threads: int | None = None
) -> Floats | None:
    """The slowest vibrations of the graph, each 10 wide, and a trace of noise.

    None where the graph isn't connected, or has too few rows to vibrate: eigenvectors of a graph in
    parts only say which part a row is in.
    """
    if len(edges) <= 2 * (n_components + 1) or connected_parts(edges).max() > 0:
        return None
    layout = spectral_layout(edges, n_components, seed, progress, threads)
    return _spread_out(layout, seed)


def continued(given: Floats, edges: FuzzySet, seed: int) -> Floats:
    """A layout to go on from; rows of NaN are placed at the weighted mean of their neighbours.

    Neighbours that have no place yet don't count; rows that no placed row can be reached from begin
    in the middle. A row that is placed stays exactly where it was.
    """
    layout = given.astype(np.float64)
    placed: npt.NDArray[np.bool_] = np.asarray(np.isfinite(given).all(axis=1))
    new = np.logical_not(placed)
    if not new.any():
        return given.astype(np.float32)
    middle = layout[placed].mean(axis=0) if placed.any() else np.zeros(layout.shape[1])
    layout[new] = 0.0
    heads = np.repeat(np.arange(len(edges)), np.diff(edges.starts))
    counts = new[heads]
    heads, tails = heads[counts], edges.columns[counts]
    weights = edges.weights[counts].astype(np.float64)
    for _ in range(_ROUNDS):
        w = weights * placed[tails]
        total = np.bincount(heads, w, len(layout))
        reached = new & (total > 0)
        for a in range(layout.shape[1]):
            sums = np.bincount(heads, w * layout[tails, a], len(layout))
            layout[reached, a] = sums[reached] / total[reached]
        if bool((placed | ~reached).all()):
            break
        placed = placed | reached
    layout[~placed] = middle
    layout[new] += noise((int(new.sum()), layout.shape[1]), seed, _NOISE)
    return layout.astype(np.float32)


def noise(shape: tuple[int, int], seed: int, size: float) -> npt.NDArray[np.float64]:
    """Uniform noise of standard deviation ``size``, the same on every platform."""
    raw = np.asarray(np.random.PCG64(seed).random_raw(shape[0] * shape[1]), np.uint64)
    uniform = (raw >> np.uint64(11)).astype(np.float64) * 2.0**-53 - 0.5
    return uniform.reshape(shape) * (size * math.sqrt(12))


def _spread_out(layout: Floats, seed: int) -> Floats:
    """Each axis from 0 to 10, then noise."""
    low, high = layout.min(axis=0).astype(np.float64), layout.max(axis=0).astype(np.float64)
    width = np.where(high > low, high - low, 1.0)
    wide = (layout - low) * (_WIDTH / width)
    return (wide + noise((len(layout), layout.shape[1]), seed, _NOISE)).astype(np.float32)
