"""Approximate nearest neighbours: trees first, then neighbours of neighbours.

Trees of random median cuts put likely neighbours in common leaves, in which all pairs are compared.
Then rows that share a neighbour are compared until enough of the true neighbours of a sample of
rows, searched exactly, are found. Distances are computed from differences in the end, as in
exact.py.

References
----------
Wei Dong, Moses Charikar and Kai Li, "Efficient k-nearest neighbor graph construction for generic
similarity measures", 2011, doi:10.1145/1963405.1963487. Sanjoy Dasgupta and Yoav Freund, "Random
projection trees and low dimensional manifolds", 2008, doi:10.1145/1374376.1374452.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dotscape.core.kernels import native, thread_count
from dotscape.core.matrix import Floats, Rows
from dotscape.core.neighbors.exact import Indices, exact_distances
from dotscape.core.neighbors.forest import Order, Starts, grow, spans, tree_points
from dotscape.core.neighbors.prepared import Prepared
from dotscape.core.neighbors.sample import Sample
from dotscape.core.progress import Progress

_LEAF = 128  # or enough that one leaf fills the lists that are asked for
_TREES = 6
_MORE_TREES = 3  # where rounds no longer help
_ROUNDS = 12  # at most, between two plantings
_PLANTINGS = 4
_FORWARD = 30  # neighbours of a row that meet, and at most 2/3 as many that have it for one
_SETTLED = 0.002  # a round that changes less of the lists has little left to find
_JOINED = 4096  # rows whose meetings or leaves are one call of a kernel
_HALF_FROM = 800 << 20  # bytes of float32 vectors from which the working copy is float16
_MARGIN = 0.002  # above the recall asked for, as it is measured on a sample
_UNKNOWN = np.uint32(0xFFFFFFFF)


def approximate(
    prepared: Prepared,
    k: int,
    *,
    recall: float,
    seed: int,
    progress: Progress,
    later: float = 0.0,
    threads: int | None = None,
) -> tuple[Indices, Floats, float]:
    """Most of the k nearest other rows of each row: indices, distances and the recall measured.

    Parameters
    ----------
    prepared
        For euclidean, cosine or correlation; more than k of the rows must have a direction.
    recall
        What is aimed for. Effort ends where it is reached, or where more brings nothing.

    Notes
    -----
    About O(n log n d) time. Memory beside the vectors: a copy of them (of half the size from 800
    MiB on) and about 8 (1.3 k + 10) + 400 bytes a row.
    """
    workers = thread_count(threads)
    progress.phase("Finding neighbours", later=later)
    rows = rows_with_direction(prepared)
    sample = Sample.drawn(prepared, rows, k, seed, progress)
    search = _Search.planted(prepared, rows, k, seed, progress, workers)
    goal = min(1.0, recall + _MARGIN)
    for planting in range(_PLANTINGS):
        if planting:
            search.widen()
        search.add_trees(_MORE_TREES if planting else _TREES, progress)
        if search.improve(sample, k, goal, progress):
            break
    indices, distances = search.settled(k, progress)
    if len(rows) < len(prepared):
        _place_directionless(prepared, rows, indices, distances)
    found = sample.recall(distances[sample.rows])
    distances *= np.float32(prepared.unit)
    return indices, distances, found


def rows_with_direction(prepared: Prepared) -> Rows:
    """Those that have a place among the others: for cosine, zero vectors have none."""
    if prepared.kernel_metric != "cosine":
        return np.arange(len(prepared))
    return np.flatnonzero(prepared.norms > 0)


def _place_directionless(
    prepared: Prepared, rows: Rows, indices: Indices, distances: Floats
) -> None:
    """Rows without a direction: at distance 1 of all others, nearer than those beyond 1."""
    k = indices.shape[1]
    without = np.flatnonzero(prepared.norms == 0).astype(np.int32)
    first = np.arange(k + 1, dtype=np.int32)
    for row in without:
        indices[row] = first[first != row][:k]
    distances[without] = 1
    for row in rows[distances[rows, -1] > 1]:
        near = int(np.searchsorted(distances[row], 1.0, side="right"))
        taken = without[: k - near]
        both = np.concatenate([np.ones(len(taken), np.float32), distances[row, near:]])
        names = np.concatenate([taken, indices[row, near:]])
        indices[row, near:], distances[row, near:] = names[: k - near], both[: k - near]


@dataclass(slots=True)
class _Search:
    """Lists of neighbours under way; see kernels/neighborhoods.hpp.

    Everything is in the order of the first tree's leaves, so that near rows are near in memory.
    """

    prepared: Prepared
    rows: Rows  # (n,) which rows of `prepared` these are
    places: Rows  # (len(prepared),) where they are here
    vectors: npt.NDArray[np.floating]  # (n, d) float32 or float16
    points: Floats
    leaf: int
    starts: Starts
    codes: npt.NDArray[np.uint32]
    squares: Floats
    seed: int
    workers: int
    planted_trees: int = 0
    rounds: int = 0

    @classmethod
    def planted(
        cls, prepared: Prepared, rows: Rows, k: int, seed: int, progress: Progress, workers: int
    ) -> _Search:
        points = tree_points(prepared.vectors, seed, progress)
        order = rows.astype(np.int32)
        leaf = max(_LEAF, 2 * k + 4)
        starts = grow(points, order, leaf, seed * 1000, progress, workers)
        n = len(order)
        places = np.zeros(len(prepared), np.int64)
        places[order] = np.arange(n)
        keep = min(n - 1, k + max(10, k // 4))
        return cls(
            prepared,
            order.astype(np.int64),
            places,
            _working_copy(prepared.vectors, order, progress),
            points[order],
            leaf,
            starts,
            np.full((n, keep), _UNKNOWN, np.uint32),
            np.full((n, keep), np.inf, np.float32),
            seed,
            workers,
        )

    def add_trees(self, count: int, progress: Progress) -> None:
        """Compare all pairs within the leaves of some more trees."""
        n = len(self.vectors)
        for tree in range(self.planted_trees, self.planted_trees + count):
            order: Order = np.arange(n, dtype=np.int32)
            starts = self.starts
            if tree:
                seed = self.seed * 1000 + tree
                starts = grow(self.points, order, self.leaf, seed, progress, self.workers)
            leaves = max(1, _JOINED // self.leaf)
            for first, last in spans(len(starts) - 1, leaves):
                progress.check()
                part = starts[first : last + 1]
                native.join_leaves(
                    self.vectors, order, part, self.codes, self.squares, self.workers
                )
        self.planted_trees += count

    def widen(self) -> None:
        """Longer lists, all of whose entries count as new: more rows meet."""
        n, keep = self.codes.shape
        more = min(n - 1, keep + keep // 2) - keep
        codes = np.where(self.codes == _UNKNOWN, self.codes, self.codes | np.uint32(1))
        self.codes = np.hstack([codes, np.full((n, more), _UNKNOWN, np.uint32)])
        self.squares = np.hstack([self.squares, np.full((n, more), np.inf, np.float32)])

    def improve(self, sample: Sample, k: int, goal: float, progress: Progress) -> bool:
        """Rounds of meetings until the sample's recall is as asked (True) or they bring little."""
        meetings = _Meetings.empty(*self.codes.shape)
        for _ in range(_ROUNDS):
            if self.recall(sample, k) >= goal:
                return True
            changes = self._round(meetings, progress)
            if changes < _SETTLED * self.codes.size:
                break
        return self.recall(sample, k) >= goal

    def _round(self, m: _Meetings, progress: Progress) -> int:
        seed = (self.seed << 20) + self.rounds
        self.rounds += 1
        native.arrange_meetings(
            self.codes,
            self.squares,
            m.forward,
            seed,
            m.fresh,
            m.fresh_counts,
            m.old,
            m.old_counts,
            self.workers,
        )
        changes = 0
        for first, last in spans(len(self.vectors), _JOINED):
            progress.check()
            changes += native.hold_meetings(
                self.vectors,
                m.fresh,
                m.fresh_counts,
                m.old,
                m.old_counts,
                first,
                last,
                self.codes,
                self.squares,
                self.workers,
            )
        return changes

    def recall(self, sample: Sample, k: int) -> float:
        _, distances = self._settled_part(self.places[sample.rows], k)
        return sample.recall(distances)

    def settled(self, k: int, progress: Progress) -> tuple[Indices, Floats]:
        """The best k of each list by exact distances, in the order of the data."""
        indices = np.empty((len(self.prepared), k), np.int32)
        distances = np.empty((len(self.prepared), k), np.float32)
        for first, last in spans(len(self.rows), _JOINED):
            progress.check()
            rows = self.rows[first:last]
            indices[rows], distances[rows] = self._settled_part(np.arange(first, last), k)
        return indices, distances

    def _settled_part(self, places: Rows, k: int) -> tuple[Indices, Floats]:
        codes = self.codes[places]
        known = codes != _UNKNOWN
        candidates = self.rows[np.where(known, codes >> np.uint32(1), 0)].astype(np.int32)
        counts = known.sum(axis=1, dtype=np.int32)
        return exact_distances(
            self.prepared, self.rows[places], candidates, counts, k, self.workers
        )


@dataclass(frozen=True, slots=True)
class _Meetings:
    """Space for who meets at each row."""

    forward: int
    fresh: Indices
    fresh_counts: npt.NDArray[np.int32]
    old: Indices
    old_counts: npt.NDArray[np.int32]

    @classmethod
    def empty(cls, n: int, keep: int) -> _Meetings:
        forward = min(keep, _FORWARD)
        room = forward + -(-2 * forward // 3)
        return cls(
            forward,
            np.empty((n, room), np.int32),
            np.empty(n, np.int32),
            np.empty((n, room), np.int32),
            np.empty(n, np.int32),
        )


def _working_copy(vectors: Floats, order: Order, progress: Progress) -> npt.NDArray[np.floating]:
    """The rows in this order; as float16 where there are very many and that holds them."""
    half = vectors.nbytes >= _HALF_FROM and _fits_half(vectors)
    copy = np.empty((len(order), vectors.shape[1]), np.float16 if half else np.float32)
    for first, last in spans(len(order), 4 * _JOINED):
        progress.check()
        copy[first:last] = vectors[order[first:last]]
    return copy


def _fits_half(vectors: Floats) -> bool:
    return all(np.abs(vectors[a:b]).max() < 6e4 for a, b in spans(len(vectors), 4 * _JOINED))
