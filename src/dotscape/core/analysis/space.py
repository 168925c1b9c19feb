"""The distances of some rows to all others, block by block, in double precision."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dotscape.core.kernels import native, thread_count
from dotscape.core.matrix import Doubles, Matrix, Rows
from dotscape.core.progress import Progress
from dotscape.core.scaling import safe_scaling

_BLOCK_VALUES = 1 << 20  # numbers read at a time: 8 MiB in double precision
_GATHERED_VALUES = 1 << 25  # numbers of neighbours gathered at a time: 256 MiB

Columns = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Order:
    """``nearest`` (m, k): the columns nearest to each row, in no order. ``ranks`` like the columns
    asked for: how many others are nearer; the nearest has rank 0."""

    nearest: Columns
    ranks: Columns


class Space:
    """Squared distances between the rows that count, in one of two spaces.

    Each is a sum of squared differences in double precision, in the order of the columns: rows that
    are equal are at equal distances, and a large common offset costs no digits. Ties go to the
    lower row number.
    """

    def __init__(
        self, X: Matrix, rows: Rows, *, cosine: bool = False, threads: int | None = None
    ) -> None:
        self._X, self._rows, self._cosine = X, rows, cosine
        self._all = len(rows) == len(X)
        # Squares of float16 and float32 numbers fit double precision as they are.
        self._scale = safe_scaling(X, rows)[0] if X.dtype == np.float64 else 1.0
        self._threads = thread_count(threads)
        self.rows = len(rows)

    def some(self, at: Rows) -> Doubles:
        """(len(at), d): the rows at those positions among all that count."""
        return self._ready(self._X[self._rows[at]])

    def distances(self, at: Rows, to: Rows) -> Doubles:
        """(len(at), len(to)) squared distances."""
        out = np.empty((len(at), len(to)))
        native.squared_distances(self.some(at), self.some(to), out, self._threads)
        return out

    def order(
        self, at: Rows, k: int, asked: Columns | None = None, progress: Progress | None = None
    ) -> Order:
        """The k nearest of the rows ``at``, and the ranks of the columns ``asked`` (len(at), c).

        Reads all vectors once; O(len(at) * rows * d) time, O(len(at) * (d + k)) memory.
        """
        some, m = self.some(at), len(at)
        asked = np.empty((m, 0), np.int64) if asked is None else asked
        limits, before = self._limits(some, asked), np.zeros(asked.shape, np.int64)
        distances, columns = np.full((m, k), np.inf), np.zeros((m, k), np.int64)
        for start, block in self._blocks():
            if progress is not None:
                progress.report(start)
            native.continue_order(
                some, block, start, at, distances, columns, asked, limits, before, self._threads
            )
        return Order(columns, before)

    def _limits(self, some: Doubles, asked: Columns) -> Doubles:
        """Squared distances of each row to the columns asked for."""
        limits = np.empty(asked.shape)
        step = max(1, _GATHERED_VALUES // max(1, asked.shape[1] * some.shape[1]))
        for start in range(0, len(some) if asked.size else 0, step):
            part = slice(start, start + step)
            others, which = np.unique(asked[part], return_inverse=True)
            which = which.reshape(asked[part].shape).astype(np.int64)
            native.distances_of_pairs(
                some[part], self.some(others), which, limits[part], self._threads
            )
        return limits

    def _blocks(self) -> Iterator[tuple[int, Doubles]]:
        size = max(64, _BLOCK_VALUES // self._X.shape[1])
        for start in range(0, self.rows, size):
            stop = min(start + size, self.rows)
            at = slice(start, stop) if self._all else self._rows[start:stop]
            yield start, self._ready(self._X[at])

    def _ready(self, values: Matrix) -> Doubles:
        """In double precision; directions for cosine (a row without one stays zero)."""
        wide = np.ascontiguousarray(values, np.float64)
        if self._scale != 1.0:
            wide = wide * self._scale
        if not self._cosine:
            return wide
        lengths = np.linalg.norm(wide, axis=1, keepdims=True)
        return wide / np.where(lengths > 0, lengths, 1.0)
