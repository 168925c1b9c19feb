"""A scale and a shift that bring vectors of any size near 0 and 1, for float32 arithmetic."""

from __future__ import annotations

import numpy as np

from dotscape.core.matrix import Doubles, Matrix, Rows, block_rows

_PROBE_ROWS = 1024


def probed_scaling(X: Matrix, rows: Rows | None = None) -> tuple[float, Doubles]:
    """A power of two and a shift (d,), in scaled units, from about 1,000 rows spread over X.

    ``x * scale - shift`` is then about centred and about 1 in size, unless other rows are far
    larger than those looked at. Only ``rows`` count where they are given.
    """
    n, d = len(X) if rows is None else len(rows), X.shape[1]
    at = np.unique(np.linspace(0, max(n - 1, 0), min(n, _PROBE_ROWS)).astype(np.int64))
    probe = _finite(X[at if rows is None else rows[at]])
    if len(probe) == 0:
        return 1.0, np.zeros((d,))
    with np.errstate(over="ignore"):
        mean: Doubles = probe.mean(axis=0)
        if not np.isfinite(mean).all():
            mean = np.zeros((d,))
    size = float(np.abs(probe).max())
    spread = float(np.abs(probe - mean).max())
    # A spread of a few roundings is none.
    scale = _scale_for(spread if spread > 4 * np.finfo(np.float64).eps * size else size, X)
    return scale, representable(mean * scale, X)


def safe_scaling(X: Matrix, rows: Rows | None = None) -> tuple[float, Doubles]:
    """As `probed_scaling`, but with the size of all rows: none overflows."""
    probed, shift = probed_scaling(X, rows)
    scale = _scale_for(2 * _largest(X, rows), X)
    return scale, representable(shift * (scale / probed), X)


def _scale_for(size: float, X: Matrix) -> float:
    """The power of two that brings ``size`` to about 1, as far as X's arithmetic holds it."""
    if size == 0.0 or not np.isfinite(size):
        return 1.0
    most = 1000 if X.dtype == np.float64 else 126
    return float(2.0 ** np.clip(-np.ceil(np.log2(size)), -most, most))


def representable(shift: Doubles, X: Matrix) -> Doubles:
    """The shift as it is applied to X: rounded to float32, unless X is float64."""
    return shift if X.dtype == np.float64 else shift.astype(np.float32).astype(np.float64)


def _finite(values: Matrix) -> Doubles:
    """The rows without NaN and infinity, as float64."""
    wide: Doubles = values.astype(np.float64)
    return wide[np.flatnonzero(np.isfinite(wide).all(axis=1))]


def _largest(X: Matrix, rows: Rows | None) -> float:
    largest = 0.0
    size = block_rows(X.shape[1])
    for start in range(0, len(X) if rows is None else len(rows), size):
        stop = start + size
        part = _finite(X[start:stop] if rows is None else X[rows[start:stop]])
        largest = max(largest, float(np.abs(part).max(initial=0.0)))
    return largest
