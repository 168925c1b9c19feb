"""Gradient descent on t-SNE's loss, step by step, with live layouts."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dotscape.core.kernels import native, thread_count
from dotscape.core.matrix import Floats
from dotscape.core.progress import Progress
from dotscape.core.projection.affinities import Affinities

LEAF = {2: 64, 3: 128}  # points of a leaf of the tree
_LOSS_EVERY = 50
_EXACT_POINTS = 20_000
_FINE_THETA = 0.2
_LONGEST_STEP = 5.0  # as openTSNE's max_step_norm


@dataclass(frozen=True, slots=True)
class Stage:
    """Some iterations with the same settings."""

    iterations: int
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

    def __init__(self, P: Affinities, initial: Floats, threads: int | None = None) -> None:
        """``initial`` (n, 2) or (n, 3) isn't modified."""
        n, self.dimensions = initial.shape
        self._affinities = P
        self._threads = thread_count(threads)
        self._y = np.zeros((n, 2 if self.dimensions == 2 else 4), np.float32)
        self._y[:, : self.dimensions] = initial
        self._velocity = np.zeros_like(self._y)
        self._gains = np.ones_like(self._y)
        self._attraction = np.zeros_like(self._y)
        self._repulsion = np.zeros_like(self._y)
        self._tree = native.Repulsion(LEAF[self.dimensions])
        self._names = np.arange(n)  # which row of the data each point is
        self.iteration = 0
        self.loss = math.nan
        self.gradient_norm = math.nan

    def layout(self) -> Floats:
        """A copy of the layout, (n, dimensions), in the order of the data."""
        layout = np.empty((len(self._y), self.dimensions), np.float32)
        layout[self._names] = self._y[:, : self.dimensions]
        return layout

    def gradient(self, exaggeration: float, theta: float) -> tuple[Floats, float]:
        """The gradient (n, dimensions) in the order of the data, and the loss, here and now."""
        weights = self._forces(theta, with_loss=True)
        gradient = exaggeration * self._attraction - self._repulsion / np.float32(weights)
        ordered = np.empty((len(self._y), self.dimensions), np.float32)
        ordered[self._names] = gradient[:, : self.dimensions]
        return ordered, self.loss

    def settled(self, theta: float) -> tuple[float, float]:
        """The loss, and how far off the repulsive forces are at ``theta`` (norm of the difference
        over the norm).

        Exact up to 20,000 points; with more, by a tree at theta 0.2, which is about 20 times nearer
        the truth.
        """
        self._forces(theta, with_loss=False)
        coarse = self._repulsion.astype(np.float64)
        self._forces(0.0 if len(self._y) <= _EXACT_POINTS else _FINE_THETA, with_loss=True)
        size = float(np.linalg.norm(self._repulsion))
        error = float(np.linalg.norm(coarse - self._repulsion)) / size if size else 0.0
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
            self._y,
            self._velocity,
            self._gains,
            self._threads,
        )
        self.gradient_norm = math.sqrt(square)
        self.iteration += 1

    def run(self, stage: Stage, progress: Progress, shown: Callable[[Floats], Floats]) -> None:
        """All iterations of a stage; reports each one, with a live layout now and then.

        ``shown`` makes of a layout what is reported.
        """
        for _ in range(stage.iterations):
            wanted = progress.wants_layout
            with_loss = wanted or self.iteration % _LOSS_EVERY == 0
            self.step(stage, with_loss=with_loss)
            loss = self.loss if with_loss else None
            progress.report(self.iteration, loss, shown(self.layout()) if wanted else None)

    def reorder(self) -> None:
        """Put points that are near each other near in memory; changes nothing else."""
        order = self._tree.order().astype(np.int64)
        self._affinities = self._affinities.reordered(order, self._threads)
        for name in ("_y", "_velocity", "_gains", "_names"):
            setattr(self, name, np.ascontiguousarray(getattr(self, name)[order]))

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
        weights = self._tree.forces(self._y, self.dimensions, theta, self._repulsion, self._threads)
        # Two points far apart: the sum of weights may be rounded to nothing.
        weights = max(weights, float(np.finfo(np.float32).tiny))
        if with_loss:
            self.loss = P.entropy + cross + math.log(weights)
        return weights


def jittered(layout: Floats, seed: int, size: float) -> Floats:
    """The layout plus uniform noise of standard deviation ``size``, the same on every platform."""
    raw = np.random.PCG64(seed).random_raw(layout.size)
    bits = np.asarray(raw, np.uint64) >> np.uint64(11)
    uniform: npt.NDArray[np.float64] = bits.astype(np.float64) * 2.0**-53 - 0.5
    return (layout + uniform.reshape(layout.shape) * (size * math.sqrt(12))).astype(np.float32)
