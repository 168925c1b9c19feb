"""Where the points of t-SNE begin: at principal components, or where an earlier layout has them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dotscape.core.matrix import Floats
from dotscape.core.neighbors.exact import Indices
from dotscape.core.neighbors.prepared import Prepared
from dotscape.core.progress import Progress
from dotscape.core.projection.descent import jittered
from dotscape.core.projection.principal import principal_basis, project_on
from dotscape.errors import ParameterError

INITIAL_STD = 1e-4
_LEAST_STD = 1.0  # a smaller layout hasn't the scale of t-SNE's: it is only a beginning
_MOST = 1e6  # coordinates beyond attract nothing and repel nothing
_NEAREST = 10  # a new point begins at the mean of so many neighbours that have a place
_ROUNDS = 10


@dataclass(frozen=True, slots=True)
class Beginning:
    """A layout (m, c) to start from; ``warm``: it has shape, so early exaggeration is left out."""

    layout: Floats
    warm: bool
    pinned: npt.NDArray[np.bool_] | None = None


def check_given(
    owner: str,
    shape: tuple[int, int],
    initial: Floats | None,
    pinned: npt.NDArray[np.bool_] | None,
) -> None:
    """Raise `ParameterError` where ``initial`` or ``pinned`` don't fit ``shape`` (n, c)."""
    if initial is not None and (initial.shape != shape or not np.isrealobj(initial)):
        raise ParameterError(
            "initial",
            owner,
            allowed=f"a layout of shape {shape}, or None",
            got=f"shape {initial.shape}",
            hint="It has a row for each row of X; rows of NaN are new.",
        )
    if pinned is None:
        return
    if pinned.shape != shape[:1] or pinned.dtype != np.bool_:
        raise ParameterError(
            "pinned",
            owner,
            allowed=f"{shape[0]} booleans, or None",
            got=f"{pinned.dtype} of shape {pinned.shape}",
            hint="True for the rows that stay where 'initial' has them.",
        )
    if pinned.any() and (initial is None or not _within(initial[pinned])):
        raise ParameterError(
            "initial",
            owner,
            allowed=f"given, with coordinates of at most {_MOST:g} for every pinned row",
            got="None" if initial is None else "pinned rows without such a place",
            hint="Pin only rows that have a place.",
        )


def _within(layout: Floats) -> bool:
    return bool((np.abs(layout) <= _MOST).all())


def at_components(
    prepared: Prepared, n_components: int, seed: int, progress: Progress, threads: int | None
) -> Beginning:
    """Principal components, scaled to a tiny standard deviation, and a trace of noise."""
    basis = principal_basis(prepared.vectors, n_components, progress=progress, threads=threads)
    layout = project_on(prepared.vectors, basis, progress=progress, threads=threads)
    spread = float(layout[:, 0].std(dtype=np.float64))
    if spread > 0:
        layout *= np.float32(INITIAL_STD / spread)
    # Points in one place would stay together for ever.
    return Beginning(jittered(layout, seed, 0.01 * INITIAL_STD), warm=False)


def at_layout(
    initial: Floats, pinned: npt.NDArray[np.bool_] | None, indices: Indices, seed: int
) -> Beginning:
    """Where ``initial`` (m, c) has the points, new ones among their neighbours ``indices``.

    A layout without pinned points is scaled where it is too large for points to act on each other.
    """
    layout = np.array(initial, np.float64)
    placed: npt.NDArray[np.bool_] = np.asarray(np.isfinite(layout).all(axis=1))
    layout[~placed] = 0
    if pinned is None or not pinned.any():
        pinned = None
        layout -= layout[placed].mean(axis=0)
        largest = float(np.abs(layout[placed]).max(initial=0.0))
        std = float((layout[placed] / max(largest, 1e-300)).std(axis=0).max()) * largest
        most = max(100.0, len(layout) ** 0.5)
        if std > most:
            layout *= most / std
    std = float(layout[placed].std(axis=0).max())
    size = 0.01 * min(std, 1.0) if std > 0 else INITIAL_STD
    fresh = ~placed
    _place_new(layout, placed, indices)
    result = layout.astype(np.float32)
    result[fresh] = jittered(result, seed, size)[fresh]
    return Beginning(result, pinned is not None or std >= _LEAST_STD, pinned)


def _place_new(
    layout: npt.NDArray[np.float64], placed: npt.NDArray[np.bool_], indices: Indices
) -> None:
    """New points at the mean of their neighbours that have a place, those that have none last."""
    middle = layout[placed].mean(axis=0)
    placed = placed.copy()
    for _ in range(_ROUNDS):
        new = np.flatnonzero(~placed)
        if not len(new):
            return
        near = indices[new, :_NEAREST]
        known = placed[near]
        counts = known.sum(axis=1)
        sums = (layout[near] * known[..., None]).sum(axis=1)
        found = counts > 0
        layout[new[found]] = sums[found] / counts[found, None]
        placed[new[found]] = True
        if not found.any():
            break
    layout[~placed] = middle
