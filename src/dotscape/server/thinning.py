"""Fewer points of a curve without losing its peaks."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def thin(values: npt.NDArray[np.float64], points: int) -> npt.NDArray[np.int64]:
    """Indices of at most `points` values: first, last, and the minimum and maximum of each bucket.

    Parameters
    ----------
    values
        (n,), NaN and infinities allowed; a bucket of nothing else keeps its first value.
    points
        At least 4.

    Returns
    -------
    int64 (m,), rising, m <= points; all of them where n <= points.
    """
    n = len(values)
    if n <= points:
        return np.arange(n)
    buckets = (points - 2) // 2
    edges = np.linspace(1, n - 1, buckets + 1).astype(np.int64)
    low = np.where(np.isfinite(values), values, np.inf)
    high = np.where(np.isfinite(values), values, -np.inf)
    kept = [0, n - 1]
    for start, stop in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        kept.append(start + int(np.argmin(low[start:stop])))
        kept.append(start + int(np.argmax(high[start:stop])))
    return np.unique(np.array(kept, np.int64))
