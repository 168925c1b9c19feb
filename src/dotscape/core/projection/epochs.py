"""A UMAP layout on its way, epoch by epoch."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from dotscape.core.kernels import native, thread_count
from dotscape.core.matrix import Doubles, Floats, Rows
from dotscape.core.projection.curve import curve
from dotscape.core.projection.fuzzy import FuzzySet

_WINDOW = 2048  # rows that are sorted by their number of edges, near each other in memory
_SAMPLE = 20_000  # edges, and pairs of rows, that the loss is estimated from
_FEW_ROWS, _MANY_EPOCHS, _FEW_EPOCHS = 10_000, 500, 200


def usual_epochs(n: int) -> int:
    """500 up to 10,000 rows, 200 for more; as umap-learn."""
    return _MANY_EPOCHS if n <= _FEW_ROWS else _FEW_EPOCHS


class Epochs:
    """Stochastic gradient descent on the fuzzy cross entropy, by sampling edges.

    Joined points attract each other, in proportion to their membership, with the gradient of
    ``-log v``, v = 1 / (1 + a d^2b); each attraction brings repulsions from random points, with
    the gradient of ``-log(1 - v)``. No coordinate of one force is longer than 4. The learning rate
    falls linearly to 0. All points move at once, twice an epoch (kernels/umap.hpp says how that
    departs from umap-learn, whose points move one after another).

    Parameters
    ----------
    edges
        n rows.
    initial
        (n, 2) or (n, 3), not modified.
    settings
        ``n_epochs`` (a number or "auto"), ``min_dist``, ``spread``, ``learning_rate``,
        ``negative_sample_rate`` and ``repulsion_strength``.
    pinned
        bool (n,): rows that never move.

    Notes
    -----
    An epoch reads 8 bytes an edge twice, and computes 2 forces an edge and its share of repulsions:
    O(n k) time.

    References
    ----------
    McInnes, Healy and Melville, "UMAP", 2018, arXiv:1802.03426, section 3.2 and appendix C. What
    sampling negatives makes of the loss: Sebastian Damrich and Fred Hamprecht, "On UMAP's True Loss
    Function", 2021, arXiv:2103.14608.
    """

    def __init__(
        self,
        edges: FuzzySet,
        initial: Floats,
        settings: Mapping[str, Any],
        seed: int,
        *,
        pinned: npt.NDArray[np.bool_] | None = None,
        threads: int | None = None,
    ) -> None:
        n, self.dimensions = initial.shape
        self._threads = thread_count(threads)
        self._seed = seed
        self._settings = dict(settings)
        self._curve = curve(settings["min_dist"], settings["spread"])
        self._names = _order(initial, edges)  # which row each point is
        self._edges = edges.renamed(self._names, threads)
        self._y = np.zeros((n, 2 if self.dimensions == 2 else 4), np.float32)
        self._y[:, : self.dimensions] = initial[self._names]
        self._pinned = None if pinned is None else pinned[self._names].astype(np.uint8)
        self._scatter = native.Scatter(
            self._edges.starts, self._edges.columns, self._edges.weights, seed
        )
        self._pairs: tuple[Rows, Rows, Rows, Rows] | None = None
        self.iteration = 0
        self.loss = math.nan

    @property
    def iterations(self) -> int:
        """Epochs planned."""
        wanted = self._settings["n_epochs"]
        return usual_epochs(len(self._y)) if wanted == "auto" else int(wanted)

    @property
    def finished(self) -> bool:
        """Whether all epochs are done."""
        return self.iteration >= self.iterations

    def set(self, name: str, value: Any) -> None:
        """Change one of the settings."""
        self._settings[name] = value
        self._curve = curve(self._settings["min_dist"], self._settings["spread"])

    def step(self, *, with_loss: bool = False) -> None:
        """One epoch."""
        left = max(0.0, 1 - self.iteration / self.iterations)
        self._scatter.step(
            *self._curve,
            self._settings["repulsion_strength"],
            self._settings["learning_rate"] * left,
            self._settings["negative_sample_rate"],
            self.iteration,
            self._seed,
            self._y,
            self.dimensions,
            self._pinned,
            self._threads,
        )
        self.iteration += 1
        if with_loss:
            self.loss = self.estimated_loss()

    def layout(self) -> Floats:
        """A copy of the layout, (n, dimensions), in the order of the rows."""
        layout = np.empty((len(self._y), self.dimensions), np.float32)
        layout[self._names] = self._y[:, : self.dimensions]
        return layout

    def estimated_loss(self) -> float:
        """The fuzzy cross entropy for each attraction, as sampling negatives sees it.

        ``mean(-log v)`` over joined pairs by weight plus ``negative_sample_rate`` times
        ``mean(-log(1 - v))`` over random pairs; over a fixed sample of 20,000 each.
        """
        if self._pairs is None:
            self._pairs = self._sampled_pairs()
        heads, tails, others, strangers = self._pairs
        attraction = np.log1p(self._ratio(heads, tails)).mean()
        apart = np.maximum(self._ratio(others, strangers), 1e-12)
        repulsion = np.log1p(1 / apart).mean() * self._settings["repulsion_strength"]
        return float(attraction + self._settings["negative_sample_rate"] * repulsion)

    def _ratio(self, i: Rows, j: Rows) -> Doubles:
        """a d^2b of some pairs: 1 / v - 1."""
        y = self._y[:, : self.dimensions]
        a, b = self._curve
        delta = y[i].astype(np.float64) - y[j]
        return a * np.einsum("ij,ij->i", delta, delta) ** b

    def _sampled_pairs(self) -> tuple[Rows, Rows, Rows, Rows]:
        """Joined rows drawn by weight, and random rows drawn as repulsion draws them."""
        n = len(self._y)
        raw = np.asarray(np.random.PCG64(self._seed).random_raw(2 * _SAMPLE), np.uint64)
        uniform = (raw >> np.uint64(11)).astype(np.float64) * 2.0**-53
        sums = np.cumsum(self._edges.weights, dtype=np.float64)
        drawn = np.searchsorted(sums, uniform[:_SAMPLE] * sums[-1], side="right")
        drawn = np.minimum(drawn, len(sums) - 1)
        heads = np.searchsorted(self._edges.starts, drawn, side="right") - 1
        strangers = (heads + 1 + (uniform[_SAMPLE:] * (n - 1)).astype(np.int64)) % n
        return heads, self._edges.columns[drawn].astype(np.int64), heads, strangers


def _order(initial: Floats, edges: FuzzySet) -> Rows:
    """Rows near each other in the layout follow each other; of those, the most joined first.

    16 rows are moved together, for as long as the longest of them takes.
    """
    curve_order = np.argsort(_morton(initial), kind="stable")
    joined = -edges.degrees()[curve_order]
    windows = np.arange(len(initial)) // _WINDOW
    return curve_order[np.lexsort((joined, windows))].astype(np.int64)


def _morton(layout: Floats) -> npt.NDArray[np.uint64]:
    """Places along the Morton curve, 10 bits a coordinate."""
    low, high = layout.min(axis=0), layout.max(axis=0)
    size = np.where(high > low, high - low, 1.0)
    cells = np.clip((layout - low) / size * 1023.0, 0, 1023).astype(np.uint64)
    keys = np.zeros(len(layout), np.uint64)
    dimensions = layout.shape[1]
    for bit in range(10):
        for a in range(dimensions):
            digit = (cells[:, a] >> np.uint64(bit)) & np.uint64(1)
            keys |= digit << np.uint64(bit * dimensions + a)
    return keys
