"""Fewer points of a curve without losing its peaks."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from dotscape.server.wire import ScalarSeries


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


def series(
    key: str,
    steps: npt.NDArray[np.int64],
    times: npt.NDArray[np.float64],
    values: npt.NDArray[Any],
    points: int,
) -> ScalarSeries:
    """One curve as the page draws it; what isn't a finite number is null."""
    if values.dtype == object:
        kept = [v if isinstance(v, (int, float)) else np.nan for v in values.tolist()]
        numbers = np.array(kept, np.float64)
    else:
        numbers = values.astype(np.float64, copy=False)
    chosen = thin(numbers, points)
    return ScalarSeries(
        key=key,
        steps=steps[chosen].tolist(),
        times=times[chosen].tolist(),
        values=[x if math.isfinite(x) else None for x in numbers[chosen].tolist()],
        total=len(numbers),
    )
