"""How much a layout can be trusted: neighbourhoods kept, invented and torn apart."""

from __future__ import annotations

import math
import numbers
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dotscape.core.kernels import native, thread_count
from dotscape.core.matrix import Doubles, Floats, Matrix, Rows, as_matrix, blocks, finite_rows
from dotscape.core.pack import draw_order
from dotscape.core.progress import Progress
from dotscape.core.scaling import safe_scaling
from dotscape.errors import DataError, ParameterError

_EXACT_ROWS = 5000
_SAMPLED_ROWS = 1000
_CORRELATED_ROWS = 400
_BLOCK_VALUES = 1 << 24  # distances in memory at a time: each block reads all vectors once


@dataclass(frozen=True, slots=True)
class PerPoint:
    """The same figures for each row, (n,) float32; NaN for rows that weren't looked at."""

    trustworthiness: Floats
    continuity: Floats
    neighbors_kept: Floats


@dataclass(frozen=True, slots=True)
class Quality:
    """How well a layout keeps neighbourhoods of size k; each figure is between 0 and 1.

    Attributes
    ----------
    trustworthiness
        1 minus a penalty for neighbours in the layout that are far in the data.
    continuity
        1 minus a penalty for neighbours in the data that are far in the layout.
    neighbors_kept
        Share of each row's k nearest that are among its k nearest in the layout.
    distance_correlation
        Spearman's correlation of distances in the data with those in the layout, over all pairs of
        400 rows; NaN where either are all equal.
    k, rows, looked_at
        Size of the neighbourhoods, rows with a place, rows whose neighbourhoods were measured.
    errors
        Standard errors of the first three figures; 0 where all rows were looked at.
    random
        What the first three are, on average, for a layout of random positions.
    per_point
        The first three for each row.
    """

    trustworthiness: float
    continuity: float
    neighbors_kept: float
    distance_correlation: float
    k: int
    rows: int
    looked_at: int
    errors: dict[str, float]
    random: dict[str, float]
    per_point: PerPoint

    @property
    def exact(self) -> bool:
        """Whether all rows were looked at."""
        return self.looked_at == self.rows


def quality(
    X: Any,
    layout: Any,
    k: int = 15,
    *,
    metric: str = "euclidean",
    sample: int | None = None,
    progress: Progress | None = None,
    threads: int | None = None,
) -> Quality:
    """Measure a layout of X.

    Parameters
    ----------
    X
        (n, d) array-like.
    layout
        (n, c) array-like, e.g. from `project`. Rows with a NaN or an infinity, here or in X, don't
        count.
    k
        Size of the neighbourhoods, less than half of the rows that count.
    metric
        Distance in the data: ``"euclidean"`` or ``"cosine"``. In the layout it is Euclidean.
    sample
        How many rows to look at (against all others); all up to 5,000 rows and 1,000 of more where
        None. They are a fixed fair sample.

    Raises
    ------
    ParameterError, DataError

    Notes
    -----
    O(looked_at * n * (d + k)) time. Distances by float64 products.

    References
    ----------
    Jarkko Venna and Samuel Kaski, "Local multidimensional scaling", 2006,
    doi:10.1016/j.neunet.2006.05.014, equations 1 and 2.
    """
    vectors = as_matrix(X, "quality")
    places = as_matrix(layout, "quality")
    if len(vectors) != len(places):
        raise DataError(
            f"The 'layout' of quality must have as many rows as X. Got {len(places):,} rows for "
            f"{len(vectors):,}. Give the layout of these vectors."
        )
    rows = np.flatnonzero(finite_rows(vectors) & finite_rows(places)).astype(np.int64)
    k = _checked_k(k, len(rows))
    looked_at = _looked_at(len(rows), sample)
    cosine = _checked_metric(metric) == "cosine"
    spaces = _Space(vectors, rows, cosine, threads), _Space(places, rows, False, threads)
    compared = _compared(spaces, looked_at, k, progress or Progress(), thread_count(threads))
    return _summary(compared, _correlation(spaces), len(vectors), rows, looked_at, k)


class _Space:
    """Distances between rows that count, in one of the two spaces."""

    def __init__(self, X: Matrix, rows: Rows, cosine: bool, threads: int | None) -> None:
        self._X, self._rows, self._cosine, self._threads = X, rows, cosine, threads
        self._scale, self._shift = safe_scaling(X, rows)
        if cosine:
            self._shift = np.zeros_like(self._shift)
        self.rows = len(rows)

    def squared_distances(self, at: Rows) -> Doubles:
        """(len(at), rows) squared distances, in scaled units; infinite to oneself."""
        some = self._ready(self._X[self._rows[at]].astype(np.float64) * self._scale - self._shift)
        own = (some**2).sum(axis=1, keepdims=True)
        squared = np.empty((len(at), len(self._rows)))
        source = blocks(
            self._X, rows=self._rows, scale=self._scale, shift=self._shift, threads=self._threads
        )
        for block in source:
            part = self._ready(block.values.astype(np.float64))
            columns = slice(block.start, block.start + len(part))
            squared[:, columns] = own + (part**2).sum(axis=1) - 2 * (some @ part.T)
        np.maximum(squared, 0, out=squared)
        squared[np.arange(len(at)), at] = np.inf
        return squared

    def _ready(self, values: Doubles) -> Doubles:
        """Directions for cosine (a row without one stays zero), else the values as they are."""
        if not self._cosine:
            return values
        lengths = np.linalg.norm(values, axis=1, keepdims=True)
        return values / np.where(lengths > 0, lengths, 1.0)


@dataclass(frozen=True, slots=True)
class _Compared:
    """For each row looked at: two sums of ranks beyond k, and the share of neighbours kept."""

    invented: Doubles
    torn: Doubles
    kept: Doubles


def _compared(
    spaces: tuple[_Space, _Space], looked_at: Rows, k: int, progress: Progress, workers: int
) -> _Compared:
    data, layout = spaces
    m, n = len(looked_at), data.rows
    result = _Compared(np.empty(m), np.empty(m), np.empty(m))
    size = max(1, _BLOCK_VALUES // max(n, 1))
    progress.phase("Measuring quality", m)
    for start in range(0, m, size):
        at = looked_at[start : start + size]
        rows = slice(start, start + len(at))
        far, near = data.squared_distances(at), layout.squared_distances(at)
        there, here = _nearest(far, k, workers), _nearest(near, k, workers)
        result.invented[rows] = _beyond(far, here, k, workers)
        result.torn[rows] = _beyond(near, there, k, workers)
        result.kept[rows] = (there[:, :, None] == here[:, None, :]).sum(axis=(1, 2)) / k
        progress.report(start + len(at))
    return result


def _nearest(distances: Doubles, k: int, workers: int) -> npt.NDArray[np.int32]:
    columns = np.empty((len(distances), k), np.int32)
    native.nearest_in_rows(distances, columns, workers)
    return columns


def _beyond(distances: Doubles, neighbors: npt.NDArray[np.int32], k: int, workers: int) -> Doubles:
    """How far the ranks of some neighbours lie beyond k, summed for each row."""
    ranks = np.empty_like(neighbors)
    native.ranks_in_rows(distances, neighbors, ranks, workers)
    return np.maximum(ranks + 1 - k, 0).sum(axis=1).astype(np.float64)


def _correlation(spaces: tuple[_Space, _Space]) -> float:
    """Spearman's correlation of distances, over all pairs of a few hundred rows."""
    n = spaces[0].rows
    rows = np.sort(draw_order(n)[:_CORRELATED_ROWS]).astype(np.int64)
    first, second = np.triu_indices(len(rows), 1)
    ranks: list[Doubles] = []
    for space in spaces:
        distances = space.squared_distances(rows)[:, rows][first, second]
        _, inverse, counts = np.unique(distances, return_inverse=True, return_counts=True)
        # The mean rank of each group of ties.
        middle = np.cumsum(counts) - (counts + 1) / 2
        ranks.append(middle[inverse] - middle[inverse].mean())
    a, b = ranks
    size = math.sqrt(float(a @ a) * float(b @ b))
    return float(a @ b) / size if size > 0 else math.nan


def _summary(
    compared: _Compared, correlation: float, total: int, rows: Rows, looked_at: Rows, k: int
) -> Quality:
    n, m = len(rows), len(looked_at)
    worst = k * (2 * n - 3 * k - 1) / 2
    figures = {
        "trustworthiness": 1 - compared.invented / worst,
        "continuity": 1 - compared.torn / worst,
        "neighbors_kept": compared.kept,
    }
    points = {name: np.full(total, np.nan, np.float32) for name in figures}
    for name, values in figures.items():
        points[name][rows[looked_at]] = values
    # Of n rows without repetition: nothing is left to chance where all were taken.
    chance = math.sqrt((1 - m / n) / m)
    # Neighbours drawn at random: all ranks from 1 to n - 1 are equally likely.
    by_chance = 1 - (n - 1 - k) * (n - k) / ((n - 1) * (2 * n - 3 * k - 1))
    return Quality(
        **{name: float(values.mean()) for name, values in figures.items()},
        distance_correlation=correlation,
        k=k,
        rows=n,
        looked_at=m,
        errors={
            name: float(values.std(ddof=1 if m > 1 else 0)) * chance
            for name, values in figures.items()
        },
        random={
            "trustworthiness": by_chance,
            "continuity": by_chance,
            "neighbors_kept": k / (n - 1),
        },
        per_point=PerPoint(**points),
    )


def _checked_k(k: Any, n: int) -> int:
    most = (n - 1) // 2
    if isinstance(k, bool) or not isinstance(k, numbers.Integral) or not 1 <= int(k) <= most:
        raise ParameterError(
            "k",
            "quality",
            allowed=f"a whole number from 1 to {most} (less than half of the rows)"
            if most
            else "at least 1 and less than half of the rows",
            got=f"{k!r} with {n:,} rows that have a place"[:80],
            hint="Lower it, or give more rows.",
        )
    return int(k)


def _checked_metric(metric: Any) -> str:
    if metric not in ("euclidean", "cosine"):
        raise ParameterError(
            "metric",
            "quality",
            allowed="'euclidean' or 'cosine'",
            got=repr(metric)[:60],
            hint="Use the one the layout was made with.",
        )
    return metric


def _looked_at(n: int, sample: Any) -> Rows:
    """Positions, among the rows that count, of those whose neighbourhoods are measured."""
    if sample is None:
        sample = n if n <= _EXACT_ROWS else _SAMPLED_ROWS
    if isinstance(sample, bool) or not isinstance(sample, numbers.Integral) or int(sample) < 1:
        raise ParameterError(
            "sample",
            "quality",
            allowed="a whole number of at least 1, or None",
            got=repr(sample)[:60],
            hint="None looks at all rows up to 5,000, at 1,000 of more.",
        )
    return np.sort(draw_order(n)[: int(sample)]).astype(np.int64)
