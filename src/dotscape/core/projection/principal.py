"""Principal directions of a matrix and coordinates along them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from dotscape.core.matrix import Block, Doubles, Floats, Matrix, Rows, blocks
from dotscape.core.progress import Progress
from dotscape.core.projection.eigen import fixed_signs, top_eigenpairs
from dotscape.core.scaling import probed_scaling, representable, safe_scaling
from dotscape.errors import DataError

SMALL_VALUES = 1 << 21  # up to so many numbers products are made in float64
_REFINED_ROWS = 16_384  # rows in double precision at a time
_NO_VARIANCE = 1e-12  # of the first component's variance: below this there is no direction
_NO_VARIANCE_SINGLE = 1e-9  # the same where products were made in float32


@dataclass(frozen=True, slots=True)
class Basis:
    """Principal directions of some rows, in scaled units: y = x * scale - shift."""

    rows: int  # that were finite
    scale: float
    mean: Doubles  # (d,) of y
    directions: Doubles  # (d, k) orthonormal columns; zero columns where there is no direction
    variances: Doubles  # (k,) of the data along them (n - 1 in the denominator)
    total_variance: float  # over all dimensions

    @property
    def ratios(self) -> Doubles:
        """Share of the total variance, (k,); zeros where there is no variance."""
        if self.total_variance <= 0.0:
            return np.zeros_like(self.variances)
        return self.variances / self.total_variance

    def axes(self) -> tuple[str, ...]:
        """Each axis in words: "PC1 31.2 %"."""
        return tuple(f"PC{i + 1} {100 * r:.1f} %" for i, r in enumerate(self.ratios))

    def measures(self) -> dict[str, Any]:
        """What the receipt says."""
        return {
            "explained_variance": [float(v) for v in self.variances],
            "explained_variance_ratio": [float(r) for r in self.ratios],
            "total_variance": float(self.total_variance),
        }

    def notes(self) -> tuple[str, ...]:
        """Which axes are empty, in a sentence."""
        k = len(self.variances)
        rank = int(np.count_nonzero(self.variances > 0.0))
        if rank == k:
            return ()
        which = f"Axis {k}" if rank == k - 1 else f"Axes {rank + 1} to {k}"
        verb = "is" if rank == k - 1 else "are"
        directions = "direction" if rank == 1 else "directions"
        return (f"{which} {verb} zero: the vectors vary in {rank} {directions} only.",)


def principal_basis(
    X: Matrix,
    k: int,
    *,
    rows: Rows | None = None,
    progress: Progress,
    threads: int | None = None,
) -> Basis:
    """The k directions of largest variance of X, or of some of its rows.

    Rows with a NaN or an infinity are left out. Directions beyond the rank of the data are zero.
    """
    scale, shift = probed_scaling(X, rows)
    basis = _basis(X, k, rows, scale, shift, progress, threads)
    if basis is None:  # rows far larger than the probe's: measure all of them
        scale, shift = safe_scaling(X, rows)
        basis = _basis(X, k, rows, scale, shift, progress, threads)
        assert basis is not None
    return basis


def project_on(
    X: Matrix, basis: Basis, *, progress: Progress, threads: int | None = None
) -> Floats:
    """Coordinates (n, k) float32 of every row; NaN for rows that aren't finite."""
    layout = np.empty((len(X), basis.directions.shape[1]), np.float32)
    for start, coordinates, left_out in projected_blocks(
        X, basis, progress=progress, threads=threads
    ):
        part = layout[start : start + len(coordinates)]
        part[:] = coordinates
        part[left_out] = np.nan
    return layout


def projected_blocks(
    X: Matrix, basis: Basis, *, progress: Progress, threads: int | None = None
) -> Iterator[tuple[int, Floats, npt.NDArray[np.bool_]]]:
    """Coordinates (m, k) of a block of rows at a time: first row, values, which aren't finite."""
    with np.errstate(over="ignore"):
        directions = np.ascontiguousarray(basis.directions / basis.scale, np.float32)
    shift = representable(basis.mean, X)
    # What rounding the mean to X's precision left over comes off the coordinates.
    rest = ((basis.mean - shift) @ (basis.directions / basis.scale)).astype(np.float32)
    for block in blocks(X, scale=basis.scale, shift=shift, threads=threads):
        progress.check()
        with np.errstate(over="ignore", invalid="ignore"):
            coordinates: Floats = block.values @ directions
            coordinates -= rest
        if not np.isfinite(coordinates).all():
            raise DataError(
                "The 'X' of PCA must have values whose coordinates fit float32, up to 3e38. Got "
                f"vectors of a size of about {1 / basis.scale:.0e}. Divide X by it."
            )
        yield block.start, coordinates, block.state != 0


def refined(basis: Basis, layout: Floats) -> Basis:
    """The same with variances measured along the directions, from the coordinates of all rows.

    Off by the square of what a direction is off: far less than those of float32 products.
    """
    k = layout.shape[1]
    sums, squares, count = np.zeros(k), np.zeros(k), 0
    for start in range(0, len(layout), _REFINED_ROWS):
        part = layout[start : start + _REFINED_ROWS].astype(np.float64)
        part = part[np.isfinite(part[:, 0])]
        sums += part.sum(axis=0)
        squares += np.einsum("ij,ij->j", part, part)
        count += len(part)
    if count < 2:
        return basis
    measured = (squares - sums**2 / count) / (count - 1)
    return replace(basis, variances=np.where(basis.variances > 0, measured, 0.0))


def _basis(
    X: Matrix,
    k: int,
    rows: Rows | None,
    scale: float,
    shift: Doubles,
    progress: Progress,
    threads: int | None,
) -> Basis | None:
    """The basis at this scale, or None where some row overflows."""
    n, d = len(X) if rows is None else len(rows), X.shape[1]
    read = _Reader(X, rows, scale, shift, progress, threads)
    if n * d <= SMALL_VALUES or n < d:
        found = _by_gram_or_small(read, n, d, k)
    else:
        found = _by_covariance(read, d, k)
    if found is None:
        return None
    count, mean, variances, directions, total = found
    tolerance = _NO_VARIANCE if n * d <= SMALL_VALUES else _NO_VARIANCE_SINGLE
    # Constant columns far from zero leave a variance of a few roundings: none.
    floor = (4 * np.finfo(np.float64).eps * float(np.abs(mean).max(initial=0.0))) ** 2
    keep = variances > max(tolerance * float(variances.max(initial=0.0)), floor)
    return Basis(
        count,
        scale,
        mean,
        _padded(np.where(keep, directions, 0.0), k),
        _padded(np.where(keep, variances, 0.0)[None, :], k)[0] / scale**2,
        total / scale**2 if keep.any() else 0.0,
    )


_Found = tuple[int, Doubles, Doubles, Doubles, float]  # rows, mean, variances, directions, total


@dataclass(frozen=True, slots=True)
class _Reader:
    """The rows in question, scaled and shifted, block by block."""

    X: Matrix
    rows: Rows | None
    scale: float
    shift: Doubles
    progress: Progress
    threads: int | None

    def each(self, use: Callable[[Block], None]) -> bool:
        """Call ``use`` for each block; False as soon as a block overflows."""
        source = blocks(
            self.X, rows=self.rows, scale=self.scale, shift=self.shift, threads=self.threads
        )
        for i, block in enumerate(source):
            self.progress.report(i)
            if block.overflows:
                return False
            use(block)
        return True


def _by_covariance(read: _Reader, d: int, k: int) -> _Found | None:
    """Sum of x x^T over blocks: float32 products of a block, float64 sums over blocks."""
    products, sums, count = np.zeros((d, d)), np.zeros((d,)), 0

    def add(block: Block) -> None:
        nonlocal count
        products.__iadd__(block.values.T @ block.values)
        sums.__iadd__(block.sums)
        count += len(block.values) - block.left_out

    with np.errstate(over="ignore", invalid="ignore"):
        if not read.each(add) or not np.isfinite(products).all():
            return None
    mean = sums / max(count, 1)  # of what the shift left over
    covariance = (products - count * np.outer(mean, mean)) / max(count - 1, 1)
    values, vectors = top_eigenpairs(covariance, min(k, d))
    return count, read.shift + mean, values, vectors, float(np.trace(covariance))


def _by_gram_or_small(read: _Reader, n: int, d: int, k: int) -> _Found | None:
    """All rows at once: in float64 where they are few, by x^T x where n < d."""
    dtype = np.float64 if n * d <= SMALL_VALUES else np.float32
    values, count = np.empty((n, d), dtype), 0

    def add(block: Block) -> None:
        nonlocal count
        fine = block.values[block.state == 0]
        values[count : count + len(fine)] = fine
        count += len(fine)

    if not read.each(add):
        return None
    centred = values[:count]
    mean = centred.mean(axis=0, dtype=np.float64) if count else np.zeros((d,))
    centred -= mean.astype(dtype)
    small = _products(centred, wide=count < d) / max(count - 1, 1)
    read.progress.check()
    variances, vectors = top_eigenpairs(small, min(k, len(small)))
    if count < d:
        vectors = centred.T.astype(np.float64) @ vectors
        lengths = np.linalg.norm(vectors, axis=0)
        vectors = fixed_signs(vectors / np.where(lengths > 0, lengths, 1.0))
    return count, read.shift + mean, variances, vectors, float(np.trace(small))


def _products(centred: Matrix, *, wide: bool) -> Doubles:
    """x x^T (rows by rows) where ``wide``, else x^T x, summed in float64 over slices."""
    matrix = centred if wide else centred.T
    m, length = matrix.shape
    total = np.zeros((m, m))
    for start in range(0, length, 2048):
        part = matrix[:, start : start + 2048]
        total += part @ part.T
    return total


def _padded(columns: Doubles, k: int) -> Doubles:
    """Zero columns added up to k."""
    return np.pad(columns, ((0, 0), (0, k - columns.shape[1])))
