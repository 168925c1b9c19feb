"""Where UMAP begins: the slowest vibrations of its graph."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from dotscape.core.kernels import native, thread_count
from dotscape.core.matrix import Doubles, Floats
from dotscape.core.progress import Progress
from dotscape.core.projection.fuzzy import FuzzySet

_COLUMNS = 8  # vectors iterated at once, as the kernel takes them
_DEGREE = 24  # of the polynomial of a round
_ROUNDS = 10
_TOLERANCE = 2e-3  # of the residual's norm: the optimisation moves everything anyway
_ROWS_AT_ONCE = 1 << 16


def connected_parts(edges: FuzzySet) -> npt.NDArray[np.int32]:
    """Number of the connected component of each row, (n,); they count from 0."""
    labels = np.empty(len(edges), np.int32)
    native.components(edges.starts, edges.columns, labels)
    return labels


def spectral_layout(
    edges: FuzzySet,
    n_components: int,
    seed: int,
    progress: Progress,
    threads: int | None = None,
) -> Floats:
    """The eigenvectors of the normalised Laplacian with the smallest eigenvalues above 0.

    ``L = I - D^-1/2 W D^-1/2`` for a connected graph W of more than ``n_components`` + 1 rows; its
    eigenvectors have unit length. Subspace iteration filtered by Chebyshev polynomials, at most
    10 rounds of 24 products: a cluster of close eigenvalues may not be told apart by then, and the
    answer is a smooth combination of them. O(n k) time a product.

    References
    ----------
    Mikhail Belkin and Partha Niyogi, "Laplacian Eigenmaps for Dimensionality Reduction and Data
    Representation", 2003, doi:10.1162/089976603321780317. Yunkai Zhou, Yousef Saad, Murilo L. Tiago
    and James R. Chelikowsky, "Self-consistent-field calculations using Chebyshev-filtered subspace
    iteration", 2006, doi:10.1016/j.jcp.2006.03.017.
    """
    degrees = edges.degrees()
    walk = _Walk(edges, degrees, thread_count(threads))
    trivial = np.sqrt(degrees / degrees.sum())
    block, values, _ = _ritz(walk, _beginning(len(edges), seed), trivial)
    for _ in range(_ROUNDS):
        progress.check()
        cut = float(np.clip(values[-1], -0.5, 0.9999))
        block, values, residual = _ritz(walk, walk.filtered(block, cut), trivial)
        if residual[:n_components].max() < _TOLERANCE * max(1e-3, 1 - values[n_components - 1]):
            break
    return np.ascontiguousarray(block[:, :n_components])


class _Walk:
    """Products with ``A = D^-1/2 W D^-1/2``, whose eigenvalues lie between -1 and 1."""

    def __init__(self, edges: FuzzySet, degrees: Doubles, workers: int) -> None:
        root = (1 / np.sqrt(degrees)).astype(np.float32)
        weights = edges.weights * root[edges.columns]
        weights *= np.repeat(root, np.diff(edges.starts))
        self._arrays = (edges.starts, edges.columns, weights)
        self._workers = workers

    def combined(self, x: Floats, alpha: float, beta: float, gamma: float, out: Floats) -> None:
        """``out = alpha A x + beta x + gamma out``."""
        native.combine(*self._arrays, x, alpha, beta, gamma, out, self._workers)

    def filtered(self, block: Floats, cut: float) -> Floats:
        """T(A) block: components with eigenvalues between -1 and ``cut`` stay small, others grow.

        Scaled so that the largest eigenvalue, 1, neither grows nor vanishes.
        """
        half, centre = (cut + 1) / 2, (cut - 1) / 2
        top = (1 - centre) / half
        sigma = first = 1 / top
        before, now = block.copy(), np.zeros_like(block)
        self.combined(before, first / half, -first * centre / half, 0.0, now)
        for _ in range(_DEGREE - 1):
            following = 1 / (2 / first - sigma)
            a = 2 * following / half
            self.combined(now, a, -a * centre, -sigma * following, before)
            before, now, sigma = now, before, following
        return now


def _ritz(walk: _Walk, block: Floats, trivial: Doubles) -> tuple[Floats, Doubles, Doubles]:
    """The best approximations to eigenvectors in the span of the block, without the trivial one.

    Returns them (n, 8) with their eigenvalues, falling, and the norms of their residuals.
    """
    rest: Floats = block - np.outer(trivial, trivial @ block).astype(np.float32)
    basis: Floats = rest @ _whitening(_products(rest, rest))
    moved: Floats = np.zeros_like(basis)
    walk.combined(basis, 1.0, 0.0, 0.0, moved)
    small = _products(basis, moved)
    values, vectors = np.linalg.eigh((small + small.T) / 2)
    values = values[::-1]
    turn: Floats = np.ascontiguousarray(vectors[:, ::-1], np.float32)
    found: Floats = np.ascontiguousarray(basis @ turn)
    errors: Floats = moved @ turn
    errors -= found * values.astype(np.float32)
    return found, values, np.sqrt(np.einsum("ij,ij->j", errors, errors, dtype=np.float64))


def _whitening(G: Doubles) -> Floats:
    """The matrix that makes vectors with the products G orthonormal; zero where they depend."""
    lengths = np.sqrt(np.maximum(np.diag(G), 0.0))
    size = np.where(lengths > 1e-12, lengths, np.inf)  # what is that short is rounding
    values, vectors = np.linalg.eigh(G / np.outer(size, size))
    inverse = np.where(values > 1e-8 * values[-1], 1 / np.sqrt(np.maximum(values, 1e-300)), 0.0)
    return ((vectors * inverse) / size[:, None]).astype(np.float32)


def _products(A: Floats, B: Floats) -> Doubles:
    """A^T B, summed in float64."""
    total = np.zeros((A.shape[1], B.shape[1]))
    for start in range(0, len(A), _ROWS_AT_ONCE):
        rows = slice(start, start + _ROWS_AT_ONCE)
        total += A[rows].T.astype(np.float64) @ B[rows].astype(np.float64)
    return total


def _beginning(n: int, seed: int) -> Floats:
    """Random vectors (n, 8), the same on every platform."""
    raw = np.asarray(np.random.PCG64(seed).random_raw(n * _COLUMNS), np.uint64)
    uniform = (raw >> np.uint64(11)).astype(np.float64) * 2.0**-53 - 0.5
    return (uniform.reshape(n, _COLUMNS) * math.sqrt(12 / n)).astype(np.float32)
