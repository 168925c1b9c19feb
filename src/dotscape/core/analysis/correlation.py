"""How far distances in a layout follow those in the data, near and far."""

from __future__ import annotations

import math

import numpy as np

from dotscape.core.analysis.space import Space
from dotscape.core.matrix import Doubles, Floats, Rows
from dotscape.core.pack import draw_order

_ROWS = 400  # all pairs of so many rows
_GROUPS = 20  # of the jackknife
_CHUNK = 1024  # rows whose distances to the sample are in memory at a time


def sampled_rows(n: int) -> Rows:
    """The rows whose pairs are correlated: all up to 400, a fixed fair sample of more."""
    return np.sort(draw_order(n)[:_ROWS]).astype(np.int64)


def distance_correlation(data: Space, layout: Space) -> tuple[float, float]:
    """Spearman's rank correlation of distances over all pairs of 400 rows, and its standard error.

    The error is the delete-a-group jackknife's over 20 groups of rows; 0 where no row was left out.
    NaN where the distances of either space are all equal.

    References
    ----------
    Charles Spearman, "The proof and measurement of association between two things", 1904.
    Bradley Efron and Charles Stein, "The jackknife estimate of variance", 1981,
    doi:10.1214/aos/1176345462.
    """
    rows = sampled_rows(data.rows)
    spaces = data.distances(rows, rows), layout.distances(rows, rows)
    pairs = np.triu_indices(len(rows), 1)
    whole = _spearman(*(distances[pairs] for distances in spaces))
    if len(rows) == data.rows:
        return whole, 0.0
    parts: list[float] = []
    # The sample is sorted, and rows next to each other in the data may belong together.
    group = np.argsort(draw_order(len(rows))) % _GROUPS
    for left_out in range(_GROUPS):
        kept = np.flatnonzero(group != left_out)
        inner = np.triu_indices(len(kept), 1)
        parts.append(_spearman(*(distances[np.ix_(kept, kept)][inner] for distances in spaces)))
    deviations = np.array(parts) - np.mean(parts)
    return whole, math.sqrt((_GROUPS - 1) / _GROUPS * float(deviations @ deviations))


def correlation_of_points(data: Space, layout: Space, at: Rows) -> Floats:
    """(len(at),) float32: for each row, Spearman's correlation of its distances to the sample."""
    sample = sampled_rows(data.rows)
    found = np.empty(len(at), np.float32)
    for start in range(0, len(at), _CHUNK):
        some = at[start : start + _CHUNK]
        there, here = data.distances(some, sample), layout.distances(some, sample)
        for i, row in enumerate(some):
            others = sample != row
            found[start + i] = _spearman(there[i, others], here[i, others])
    return found


def _spearman(a: Doubles, b: Doubles) -> float:
    """Pearson's correlation of ranks; ties have their mean rank."""
    x, y = _centred_ranks(a), _centred_ranks(b)
    size = math.sqrt(float(x @ x) * float(y @ y))
    return float(x @ y) / size if size > 0 else math.nan


def _centred_ranks(values: Doubles) -> Doubles:
    order = np.argsort(values)
    ordered = values[order]
    # Where a run of equal values begins; each of them has the middle of its run as rank.
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    lengths = np.diff(np.append(starts, len(values)))
    ranks = np.empty(len(values))
    ranks[order] = np.repeat(starts + (lengths - 1) / 2, lengths)
    return ranks - (len(values) - 1) / 2
