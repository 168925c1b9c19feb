"""Gradient descent on t-SNE's loss, step by step, with live layouts."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dotscape.core.kernels import native, thread_count
from dotscape.core.matrix import Floats
from dotscape.core.projection.affinities import Affinities

LEAF = {2: 64, 3: 128}  # points of a leaf of the tree
SPACING = 0.4  # of the grid's nodes: forces are 0.3 % off where points are dense, 1 % where not
_FINE_THETA = 0.2
_LONGEST_STEP = 5.0  # as openTSNE's max_step_norm
_EXACT_POINTS = 5_000
_PROBES = 200  # points whose forces are compared with exact ones


@dataclass(frozen=True, slots=True)
class Stage:
    """The settings of an iteration.

    ``theta`` 0: exact repulsion. Else by a grid in 2-D, where that is worth while, and by a tree.
    """

    exaggeration: float
    learning_rate: float
    momentum: float
    theta: float


class Descent:
    """A layout on its way down.

    The gradient is ``exaggeration * sum_j p_ij w_ij (y_i - y_j) - sum_j w_ij^2 (y_i - y_j) / Z``,
    w = 1 / (1 + d^2), Z the sum of all w: a quarter of that of equation 5 in van der Maaten and
    Hinton (2008), as in FIt-SNE and openTSNE; learning rates are meant for it. Gains after Jacobs
    (1988).
    """

    def __init__(
        self,
        P: Affinities,
        initial: Floats,
        threads: int | None = None,
        *,
        pinned: npt.NDArray[np.bool_] | None = None,
    ) -> None:
        """``initial`` (n, 2) or (n, 3) isn't modified; ``pinned`` (n,) points never move."""
        n, self.dimensions = initial.shape
        self._affinities = P
        self._threads = thread_count(threads)
        self._y = np.zeros((n, 2 if self.dimensions == 2 else 4), np.float32)
        self._y[:, : self.dimensions] = initial
        self._pinned = None if pinned is None else pinned.astype(np.uint8)
        self._velocity = np.zeros_like(self._y)
        self._gains = np.ones_like(self._y)
        self._attraction = np.zeros_like(self._y)
        self._repulsion = np.zeros_like(self._y)
        self._tree = native.Repulsion(LEAF[self.dimensions])
        self._mesh = native.Mesh(SPACING)
        self._names: npt.NDArray[np.int64] | None = None  # which row each point is; None: the same
        self.iteration = 0
        self.by_grid = False  # whether the last repulsion came from the grid
        self.loss = math.nan
        self.gradient_norm = math.nan

    def layout(self) -> Floats:
        """A copy of the layout, (n, dimensions), in the order of the data."""
        return self._in_order(self._y)

    def _in_order(self, values: Floats) -> Floats:
        ordered = np.empty((len(values), self.dimensions), np.float32)
        ordered[slice(None) if self._names is None else self._names] = values[:, : self.dimensions]
        return ordered

    def gradient(self, exaggeration: float, theta: float) -> tuple[Floats, float]:
        """The gradient (n, dimensions) in the order of the data, and the loss, here and now."""
        weights = self._forces(theta, with_loss=True)
        gradient = self._repulsion * np.float32(-1 / weights)
        gradient += np.float32(exaggeration) * self._attraction
        return self._in_order(gradient), self.loss

    def settled(self, theta: float) -> tuple[float, float]:
        """The loss, and how far off the repulsive forces are at ``theta`` (norm of the difference
        over the norm), measured on up to 200 points.

        The loss by a grid is right to about 1e-4 of itself. By a tree it is exact up to 5,000
        points; with more, at theta 0.2, which is about 20 times nearer the truth.
        """
        self._forces(theta, with_loss=True)
        if theta == 0:
            return self.loss, 0.0
        rows = np.unique(np.linspace(0, len(self._y) - 1, _PROBES).astype(np.int64))
        exact = np.zeros((len(rows), self._y.shape[1]), np.float32)
        native.exact_repulsion(self._y, self.dimensions, rows, exact, self._threads)
        size = float(np.linalg.norm(exact))
        error = float(np.linalg.norm(self._repulsion[rows] - exact)) / size if size else 0.0
        if not self.by_grid:
            self._forces(0.0 if len(self._y) <= _EXACT_POINTS else _FINE_THETA, with_loss=True)
        return self.loss, error

    def step(self, stage: Stage, *, with_loss: bool = False) -> None:
        """One iteration."""
        weights = self._forces(stage.theta, with_loss=with_loss)
        square = native.descend(
            stage.exaggeration,
            weights,
            stage.learning_rate,
            stage.momentum,
            _LONGEST_STEP,
            self._attraction,
            self._repulsion,
            self._pinned,
            self._y,
            self._velocity,
            self._gains,
            self._threads,
        )
        self.gradient_norm = math.sqrt(square)
        self.iteration += 1

    def use(self, P: Affinities) -> None:
        """Go on with other affinities of the same rows."""
        names = self._names
        self._affinities = P if names is None else P.reordered(names, self._threads)

    def reorder(self) -> None:
        """Put points that are near each other near in memory; changes nothing else."""
        order = self._tree.order(self._y, self.dimensions, self._threads).astype(np.int64)
        self._affinities = self._affinities.reordered(order, self._threads)
        self._names = order if self._names is None else self._names[order]
        self._y, self._velocity, self._gains = (
            np.ascontiguousarray(values[order]) for values in (self._y, self._velocity, self._gains)
        )
        if self._pinned is not None:
            self._pinned = np.ascontiguousarray(self._pinned[order])

    def _forces(self, theta: float, *, with_loss: bool) -> float:
        P = self._affinities
        cross = native.attraction(
            self._y,
            self.dimensions,
            P.starts,
            P.columns,
            P.values,
            with_loss,
            self._attraction,
            self._threads,
        )
        # Two points far apart: the sum of weights may be rounded to nothing.
        weights = max(self._repel(theta), float(np.finfo(np.float32).tiny))
        if with_loss:
            self.loss = P.entropy + cross + math.log(weights)
        return weights

    def _repel(self, theta: float) -> float:
        """Fill the repulsion; the sum of all weights."""
        if self.dimensions == 2 and theta > 0:
            weights = self._mesh.forces(self._y, self._repulsion, self._threads)
            self.by_grid = weights is not None
            if weights is not None:
                return weights
        self.by_grid = False
        return self._tree.forces(self._y, self.dimensions, theta, self._repulsion, self._threads)


def jittered(layout: Floats, seed: int, size: float) -> Floats:
    """The layout plus uniform noise of standard deviation ``size``, the same on every platform."""
    raw = np.random.PCG64(seed).random_raw(layout.size)
    bits = np.asarray(raw, np.uint64) >> np.uint64(11)
    uniform: npt.NDArray[np.float64] = bits.astype(np.float64) * 2.0**-53 - 0.5
    return (layout + uniform.reshape(layout.shape) * (size * math.sqrt(12))).astype(np.float32)
