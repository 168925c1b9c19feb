"""Largest eigenpairs of a symmetric matrix."""

from __future__ import annotations

import numpy as np

from dotscape.core.matrix import Doubles

_DENSE = 512  # LAPACK's full solver takes under 0.1 s up to here
_STEPS = 12
_EXTRA = 6
_TOLERANCE = 1e-8


def top_eigenpairs(matrix: Doubles, k: int) -> tuple[Doubles, Doubles]:
    """The k largest eigenvalues, descending, and their eigenvectors as columns.

    Parameters
    ----------
    matrix
        float64 (m, m), symmetric, positive semidefinite. Not modified.
    k
        At most m.

    Returns
    -------
    values (k,), vectors (m, k)
        float64. Each vector's entry of largest magnitude is positive, so that the sign is no
        accident of the solver.

    Notes
    -----
    Above 512 rows a block Krylov subspace is searched (Musco and Musco, "Randomized Block Krylov
    Methods for Stronger and Faster Approximate Singular Value Decomposition", 2015,
    arXiv:1504.05477, algorithm 2, on the matrix itself); accepted where all residuals are below
    1e-8 of the largest eigenvalue, else LAPACK solves it in full, O(m^3).
    """
    m = len(matrix)
    pairs = None
    if m > _DENSE and m > 4 * (k + _EXTRA) * _STEPS:
        pairs = _krylov(matrix, k)
    if pairs is None:
        values, vectors = np.linalg.eigh(matrix)
        pairs = values[::-1][:k], vectors[:, ::-1][:, :k]
    values, vectors = pairs
    return np.maximum(values, 0.0), fixed_signs(vectors)


def fixed_signs(vectors: Doubles) -> Doubles:
    """The columns, each with its entry of largest magnitude made positive."""
    if vectors.size == 0:
        return vectors
    largest = np.abs(vectors).argmax(axis=0)
    signs = np.where(vectors[largest, np.arange(vectors.shape[1])] < 0, -1.0, 1.0)
    return vectors * signs


def _krylov(matrix: Doubles, k: int) -> tuple[Doubles, Doubles] | None:
    """Ritz pairs of a block Krylov space, or None where they haven't converged."""
    m, width = len(matrix), k + _EXTRA
    block = np.random.default_rng(0).standard_normal((m, width))
    basis = np.empty((m, 0))
    for _ in range(_STEPS):
        for _ in range(2):  # twice is enough (Giraud et al. 2005) to be orthogonal to rounding
            block -= basis @ (basis.T @ block)
            block, _ = np.linalg.qr(block)
        basis = np.hstack([basis, block])
        block = matrix @ block
    small = basis.T @ (matrix @ basis)
    values, inner = np.linalg.eigh((small + small.T) / 2)
    values, inner = values[::-1][:k], inner[:, ::-1][:, :k]
    vectors = basis @ inner
    residuals = np.linalg.norm(matrix @ vectors - vectors * values, axis=0)
    if not np.isfinite(residuals).all() or residuals.max() > _TOLERANCE * max(values[0], 0.0):
        return None
    return values, vectors
