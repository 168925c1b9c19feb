"""How much a layout can be trusted: neighbourhoods kept, invented and torn apart."""

from __future__ import annotations

import math
import numbers
from dataclasses import dataclass
from typing import Any

import numpy as np

from dotscape.core.analysis.correlation import correlation_of_points, distance_correlation
from dotscape.core.analysis.space import Columns, Space
from dotscape.core.matrix import Doubles, Floats, Rows, as_matrix, finite_rows
from dotscape.core.pack import draw_order
from dotscape.core.progress import Progress
from dotscape.errors import DataError, ParameterError

_EXACT_ROWS = 5000
_SAMPLED_ROWS = 1000
FIGURES = ("trustworthiness", "continuity", "neighbors_kept", "distance_correlation")


@dataclass(frozen=True, slots=True)
class PerPoint:
    """The same figures for each row, (n,) float32; NaN for rows that weren't looked at."""

    trustworthiness: Floats
    continuity: Floats
    neighbors_kept: Floats
    distance_correlation: Floats


@dataclass(frozen=True, slots=True)
class Quality:
    """How well a layout keeps neighbourhoods of size k, and distances near and far.

    The first three figures are between 0 and 1, the fourth between -1 and 1.

    Attributes
    ----------
    trustworthiness
        1 minus a penalty for neighbours in the layout that are far in the data.
    continuity
        1 minus a penalty for neighbours in the data that are far in the layout.
    neighbors_kept
        Share of each row's k nearest that are among its k nearest in the layout.
    distance_correlation
        Spearman's rank correlation of distances in the data with those in the layout, over all
        pairs of 400 rows; NaN where either are all equal.
    k, rows, looked_at
        Size of the neighbourhoods, rows with a place, rows whose neighbourhoods were measured.
    errors
        Standard error of each figure; 0 where all rows were looked at.
    random
        What each is, on average, for a layout that knows nothing: random positions.
    per_point
        The same for each row; its distance correlation is over its distances to the 400 rows.
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
        None. They are a fixed fair sample, the same for every layout of as many rows.

    Raises
    ------
    ParameterError, DataError

    Notes
    -----
    O(looked_at * n * (d + k)) time; O(looked_at * (d + k)) memory beside X, which is read a block
    at a time. Distances are sums of squared differences in float64; ties go to the lower row
    number. Equal to scikit-learn's trustworthiness where all rows are looked at; defined for
    k < n / 2 alone, as there.

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
    data = Space(vectors, rows, cosine=cosine, threads=threads)
    drawn = Space(places, rows, threads=threads)
    compared = _compared(data, drawn, looked_at, k, progress or Progress())
    correlation = distance_correlation(data, drawn)
    correlations = correlation_of_points(data, drawn, looked_at)
    at = rows[looked_at]
    return _summary(compared, correlation, correlations, len(vectors), at, len(rows), k)


@dataclass(frozen=True, slots=True)
class _Compared:
    """For each row looked at: two sums of ranks beyond k, and the share of neighbours kept."""

    invented: Doubles
    torn: Doubles
    kept: Doubles


def _compared(data: Space, layout: Space, at: Rows, k: int, progress: Progress) -> _Compared:
    """Three readings: the nearest in the layout; their ranks in the data and the nearest there;
    the ranks of those in the layout."""
    progress.phase("Measuring quality", data.rows)
    here = layout.order(at, k).nearest
    there = data.order(at, k, here, progress)
    back = layout.order(at, 0, there.nearest)
    return _Compared(
        _beyond(there.ranks, k), _beyond(back.ranks, k), _share_in_both(here, there.nearest)
    )


def _beyond(ranks: Columns, k: int) -> Doubles:
    """How far some ranks lie beyond k, summed for each row."""
    return np.maximum(ranks + 1 - k, 0).sum(axis=1).astype(np.float64)


def _share_in_both(one: Columns, other: Columns) -> Doubles:
    """Share of each row's k numbers that are in both (m, k) arrays."""
    both = np.sort(np.hstack([one, other]), axis=1)
    return (both[:, 1:] == both[:, :-1]).sum(axis=1) / one.shape[1]


def _summary(
    compared: _Compared,
    correlation: tuple[float, float],
    correlations: Floats,
    total: int,
    at: Rows,
    n: int,
    k: int,
) -> Quality:
    """``at`` are row numbers of the rows looked at, of ``n`` that count and ``total`` there are."""
    worst = k * (2 * n - 3 * k - 1) / 2
    figures: dict[str, Any] = {
        "trustworthiness": 1 - compared.invented / worst,
        "continuity": 1 - compared.torn / worst,
        "neighbors_kept": compared.kept,
    }
    points = {name: np.full(total, np.nan, np.float32) for name in FIGURES}
    for name, values in {**figures, "distance_correlation": correlations}.items():
        points[name][at] = values
    # Of n rows without repetition: nothing is left to chance where all were taken.
    m = len(at)
    chance = math.sqrt((1 - m / n) / m)
    # Neighbours drawn at random: all ranks from 1 to n - 1 are equally likely.
    by_chance = 1 - (n - 1 - k) * (n - k) / ((n - 1) * (2 * n - 3 * k - 1))
    errors = {n: float(v.std(ddof=1 if m > 1 else 0)) * chance for n, v in figures.items()}
    return Quality(
        **{name: float(values.mean()) for name, values in figures.items()},
        distance_correlation=correlation[0],
        k=k,
        rows=n,
        looked_at=m,
        errors={**errors, "distance_correlation": correlation[1]},
        random={
            "trustworthiness": by_chance,
            "continuity": by_chance,
            "neighbors_kept": k / (n - 1),
            "distance_correlation": 0.0,
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
