"""How near UMAP wants joined points to be: the curve of its layout."""

from __future__ import annotations

import numpy as np

from dotscape.core.matrix import Doubles

_POINTS = 300
_STEPS = 200


def curve(min_dist: float, spread: float) -> tuple[float, float]:
    """a and b of ``1 / (1 + a d^2b)``, the similarity of two points at distance d in the layout.

    Least squares against a curve that is 1 up to ``min_dist`` and ``exp(-(d - min_dist) / spread)``
    beyond, at 300 distances up to 3 ``spread``: Levenberg and Marquardt's method for the logarithms
    of a and b, in units of ``spread``. 1.577 and 0.895 for 0.1 and 1.

    References
    ----------
    McInnes, Healy and Melville, "UMAP", 2018, arXiv:1802.03426, definition 11. Donald Marquardt,
    "An Algorithm for Least-Squares Estimation of Nonlinear Parameters", 1963,
    doi:10.1137/0111030.
    """
    d = np.linspace(0, 3, _POINTS)
    near = min_dist / spread
    wanted = np.where(d <= near, 1.0, np.exp(near - d))
    log_d = np.log(d[1:])
    at, damping = np.zeros(2), 1e-3
    error, slopes = _errors(at, log_d, wanted[1:])
    for _ in range(_STEPS):
        normal = slopes.T @ slopes
        normal[np.diag_indices(2)] += damping * np.diag(normal) + 1e-12
        trial = at - np.linalg.solve(normal, slopes.T @ error)
        trial_error, trial_slopes = _errors(trial, log_d, wanted[1:])
        if trial_error @ trial_error < error @ error:
            moved = float(np.abs(trial - at).max())
            at, error, slopes, damping = trial, trial_error, trial_slopes, damping / 4
            if moved < 1e-10:
                break
        else:
            damping *= 4
            if damping > 1e12:
                break
    b = float(np.exp(at[1]))
    return float(np.exp(at[0]) * spread ** (-2 * b)), b


def _errors(at: Doubles, log_d: Doubles, wanted: Doubles) -> tuple[Doubles, Doubles]:
    """Errors of the curve with log a and log b ``at``, and their derivatives (m, 2)."""
    b = np.exp(np.clip(at[1], -5, 5))
    exponent = np.clip(at[0] + 2 * b * log_d, -500, 500)
    value = 1 / (1 + np.exp(exponent))
    slope = -value * (1 - value)
    return value - wanted, np.stack((slope, slope * 2 * b * log_d), axis=1)
