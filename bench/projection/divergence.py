"""One P and one Kullback-Leibler divergence for all sides, whoever made the layout.

Float64 and numpy throughout, so that no side is measured with its own arithmetic. Only the
normaliser of a large layout comes from dotscape's tree, at an angle 3 to 4 times finer than any
side uses.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

EXACT_ROWS = 20_000
FINE = 0.2  # theta of the tree
_STEPS = 60  # of the bisection: 2^-60 of the range
_CHUNK = 1 << 21  # entries worked on at once

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Affinities:
    """P by rows, (n, n), symmetric, its entries summing to 1; ``entropy`` is the sum of p log p."""

    starts: npt.NDArray[np.int64]
    columns: npt.NDArray[np.int32]
    values: npt.NDArray[np.float64]
    entropy: float

    def save(self, path: Path) -> None:
        """Write to an .npz file."""
        np.savez(
            path,
            starts=self.starts,
            columns=self.columns,
            values=self.values,
            entropy=self.entropy,
        )

    @staticmethod
    def load(path: Path) -> Affinities:
        """Read what `save` wrote."""
        stored = np.load(path)
        return Affinities(
            stored["starts"], stored["columns"], stored["values"], float(stored["entropy"])
        )


def affinities(
    indices: npt.NDArray[Any], distances: npt.NDArray[Any], perplexity: float
) -> Affinities:
    """P of t-SNE from each row's neighbours (n, k), self excluded.

    References
    ----------
    Laurens van der Maaten and Geoffrey Hinton, "Visualizing Data using t-SNE", 2008, JMLR 9,
    equations 1 and 2.
    """
    from scipy.sparse import csr_matrix

    n, k = indices.shape
    p = np.empty((n, k))
    rows = max(1, _CHUNK // k)
    for start in range(0, n, rows):
        part = slice(start, start + rows)
        p[part] = conditional(np.square(distances[part].astype(np.float64)), perplexity)
    starts = np.arange(0, n * k + 1, k, dtype=np.int64)
    directed = csr_matrix((p.ravel(), indices.ravel(), starts), shape=(n, n))
    joint = ((directed + directed.T) / (2 * n)).tocsr()
    joint.eliminate_zeros()
    values = joint.data
    entropy = math.fsum(
        float((part * np.log(part)).sum()) for part in np.split(values, _cuts(len(values)))
    )
    return Affinities(
        joint.indptr.astype(np.int64), joint.indices.astype(np.int32), values, entropy
    )


def conditional(squared: Doubles, perplexity: float) -> Doubles:
    """p_j|i (n, k), rows summing to 1, whose entropy is log(perplexity) where k allows it."""
    squared = squared - squared[:, :1]
    scale = squared.mean(axis=1, keepdims=True)
    squared = squared / np.where(scale > 0, scale, 1.0)
    low = np.full((len(squared), 1), -30.0)  # log of beta, in units of the mean distance
    high = np.full_like(low, 30.0)
    wanted = math.log(perplexity)
    for _ in range(_STEPS):
        middle = (low + high) / 2
        weights = np.exp(-squared * np.exp(middle))
        total = weights.sum(axis=1, keepdims=True)
        spread = (weights * squared).sum(axis=1, keepdims=True)
        entropy = np.log(total) + np.exp(middle) * spread / total
        flat = entropy > wanted  # too even: beta must grow
        low, high = np.where(flat, middle, low), np.where(flat, high, middle)
    weights = np.exp(-squared * np.exp((low + high) / 2))
    return weights / weights.sum(axis=1, keepdims=True)


def divergence(
    P: Affinities, layout: npt.NDArray[Any], threads: int, *, exact_rows: int = EXACT_ROWS
) -> float:
    """KL(P || Q) of a layout (n, 2) or (n, 3); the normaliser exact up to ``exact_rows``."""
    Y = np.asarray(layout, np.float64)
    Y = Y - Y.mean(axis=0)
    normaliser = exact_normaliser(Y) if len(Y) <= exact_rows else fine_normaliser(Y, threads)
    return P.entropy + _cross(P, Y) + math.log(normaliser)


def exact_normaliser(Y: Doubles) -> float:
    """Z: the sum of 1 / (1 + d^2) over all ordered pairs. O(n^2) time."""
    squares = (Y**2).sum(axis=1)
    rows = max(1, _CHUNK // len(Y))
    total = 0.0
    for start in range(0, len(Y), rows):
        part = slice(start, start + rows)
        squared = squares[part, None] + squares - 2 * (Y[part] @ Y.T)
        np.maximum(squared, 0, out=squared)
        squared += 1
        np.reciprocal(squared, out=squared)
        total += float(squared.sum())
    return total - len(Y)  # each point with itself is 1


def fine_normaliser(Y: Doubles, threads: int) -> float:
    """The same by a tree: O(n log n)."""
    from dotscape.core.kernels import native

    n, dimensions = Y.shape
    points = np.zeros((n, 2 if dimensions == 2 else 4), np.float32)
    points[:, :dimensions] = Y
    tree = native.Repulsion(64 if dimensions == 2 else 128)
    return float(tree.forces(points, dimensions, FINE, np.zeros_like(points), threads))


def _cross(P: Affinities, Y: Doubles) -> float:
    """The sum of p log(1 + d^2)."""
    total = 0.0
    row_of = np.repeat(np.arange(len(Y), dtype=np.int32), np.diff(P.starts))
    for start in range(0, len(P.values), _CHUNK):
        part = slice(start, start + _CHUNK)
        squared = ((Y[row_of[part]] - Y[P.columns[part]]) ** 2).sum(axis=1)
        total += float((P.values[part] * np.log1p(squared)).sum())
    return total


def _cuts(length: int) -> list[int]:
    return list(range(_CHUNK, length, _CHUNK))
