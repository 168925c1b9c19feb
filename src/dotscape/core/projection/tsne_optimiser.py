"""A layout by t-SNE on its way: what to do in each iteration, and when it is enough."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dotscape.core.matrix import Floats, Rows
from dotscape.core.neighbors.graph import Graph
from dotscape.core.progress import Progress
from dotscape.core.projection.affinities import from_graph, neighbor_count
from dotscape.core.projection.descent import Descent, Stage
from dotscape.core.projection.landmarks import NEIGHBORS
from dotscape.core.projection.method import Result
from dotscape.core.projection.parameters import Parameter
from dotscape.errors import ParameterError

_EXPLORING = 250  # iterations with early exaggeration at most
_EXPLORING_LEAST = 75
_EXPLORED = 0.005  # of the loss: early exaggeration ends when it falls by less between two looks
_SHAPE = 0.98  # of the first loss: before that the points have hardly left their beginning
_MOMENTUM_EXPLORING, _MOMENTUM = 0.8, 0.9
# Of few rows, whose steps cost next to nothing: van der Maaten and Hinton's (2008, section 3.4). In
# a hurry they end in worse minima, a median KL of 0.453 instead of 0.443 on 600 digits.
_MOMENTUM_EXPLORING_FEW, _MOMENTUM_FEW = 0.5, 0.8
_LEAST_OF_FEW = 750  # steps: a flat layout of 100 rows may rest before it unfolds
_THETA = {2: 0.6, 3: 0.8}  # of the tree: forces about 0.5 % off, with the leaves of descent.py
_EXACT = 1500  # up to so many rows nothing is approximated, and nothing hurried
_REORDER_AT = (100, 300, 700, 1500)  # steps after which the layout has more shape than before
_LOOK_EVERY = 25  # iterations between two looks at the loss
_WINDOW = 4  # looks
_SETTLED = 0.01  # of the loss over the window: 1/10,000 an iteration, as in opt-SNE


@dataclass
class Data:
    """What is laid out: ``rows`` of ``n_rows``, the others (n - m) by ``place`` in the end."""

    n_rows: int
    finite: int
    rows: Rows
    graph: Graph | None  # None: not kept
    k: int
    recall: float
    exact: bool
    d: int
    others: Rows = field(default_factory=lambda: np.empty(0, np.int64))
    place: Callable[[Floats], Floats] | None = None
    fixed: tuple[Rows, Floats] | None = None  # pinned rows of all, and where they stay

    def in_place(self, some: Floats) -> Floats:
        """A layout of ``rows`` as one of all rows; those that have no place are NaN."""
        layout = np.full((self.n_rows, some.shape[1]), np.nan, np.float32)
        layout[self.rows] = some
        if self.fixed is not None:
            layout[self.fixed[0]] = self.fixed[1]
        return layout


class TSNEOptimiser:
    """Steps of t-SNE: early exaggeration, then descent until the loss hardly falls any more.

    Early exaggeration ends after 75 to 250 iterations, when the loss hardly falls any more. The
    layout has converged when the loss fell by less than 1 % of itself in the last 100 iterations,
    unless the limit of iterations comes before. Both follow opt-SNE, which looks at each iteration;
    here looks are 25 iterations apart, and always at the same ones, so that watching changes
    nothing. Momentum is higher than van der Maaten's and Hinton's 0.5 and 0.8: it reaches the same
    loss in fewer iterations; 0.95 tears small data apart (bench/notes/tsne.md).

    References
    ----------
    Anna C. Belkina et al., "Automated optimized parameters for t-SNE improve visualization and
    analysis of large datasets", 2019, doi:10.1038/s41467-019-13055-y, "Results" (both stops).
    """

    def __init__(
        self,
        descent: Descent,
        data: Data,
        parameters: dict[str, Any],
        limits: tuple[Parameter, ...],
        *,
        warm: bool = False,
        threads: int | None = None,
    ) -> None:
        self._descent = descent
        self._data = data
        self._parameters = parameters
        self._limits = limits
        self._threads = threads
        self._exploring = 0 if warm else min(_EXPLORING, parameters["max_iter"] // 3)
        self._looks: list[float] = []
        self._converged = False

    @property
    def iteration(self) -> int:
        """Steps done."""
        return self._descent.iteration

    @property
    def iterations(self) -> int:
        """Steps at most."""
        return self._parameters["max_iter"]

    @property
    def loss(self) -> float:
        """The KL divergence when it was last computed, NaN before."""
        return self._descent.loss

    @property
    def finished(self) -> bool:
        """Whether the layout has converged, or all steps are done."""
        return self._converged or self.iteration >= self.iterations

    def step(self, *, with_loss: bool = False) -> None:
        """One iteration; O(n log n) at most, for the repulsion, and as long as P has entries."""
        if self.iteration in _REORDER_AT:
            self._descent.reorder()
        looks = self.iteration % _LOOK_EVERY == 0
        self._descent.step(self._stage(), with_loss=with_loss or looks)
        if looks:
            self._look(self._descent.loss)

    def _look(self, loss: float) -> None:
        self._looks.append(loss)
        if self.iteration <= self._exploring:
            least = _EXPLORING if self._few else _EXPLORING_LEAST
            explored = self.iteration >= least and loss < _SHAPE * self._looks[0]
            if explored and self._looks[-2] - loss < _EXPLORED * abs(loss):
                self._exploring = self.iteration
            if self.iteration + _LOOK_EVERY > self._exploring:
                self._looks.clear()
        elif len(self._looks) > _WINDOW:
            fell = self._looks[-1 - _WINDOW] - loss
            warm = self._exploring == 0
            rested = warm or not self._few or self.iteration >= _LEAST_OF_FEW
            self._converged = rested and fell < _SETTLED * abs(loss)

    def _stage(self) -> Stage:
        rate, strength = self._parameters["learning_rate"], 1.0
        momentum = _MOMENTUM_FEW if self._few else _MOMENTUM
        if self.iteration < self._exploring:
            strength = self._parameters["early_exaggeration"]
            momentum = _MOMENTUM_EXPLORING_FEW if self._few else _MOMENTUM_EXPLORING
        if rate == "auto":
            rate = len(self._data.rows) / strength
        return Stage(strength, rate, momentum, self._theta)

    @property
    def _few(self) -> bool:
        return len(self._data.rows) <= _EXACT

    @property
    def _theta(self) -> float:
        return 0.0 if self._few else _THETA[self._descent.dimensions]

    def layout(self) -> Floats:
        """A copy of the layout, (n, n_components) in row order; rows left out are NaN."""
        return self._data.in_place(self._descent.layout())

    def change(self, name: str, value: Any) -> None:
        """Change the perplexity, the learning rate, the exaggeration or the limit of iterations.

        A larger perplexity than that of the start would need neighbours that weren't searched for.
        """
        limit = next((p for p in self._limits if p.name == name), None)
        if limit is None or name == "metric":
            changeable = ", ".join(p.name for p in self._limits if p.name != "metric")
            raise ParameterError(
                name,
                "a running t-SNE",
                allowed=f"left as it is; these can be changed: {changeable}",
                got=repr(value)[:60],
                hint="Start anew with another value.",
            )
        value = limit.checked(value, "t-SNE", self._data.finite, self._data.d)
        if name == "perplexity":
            self._change_perplexity(value)
        self._parameters[name] = value
        self._looks.clear()
        self._converged = False

    def _change_perplexity(self, value: float) -> None:
        data = self._data
        graph = data.graph
        if graph is None or neighbor_count(len(data.rows), value) > data.k:
            most = 0 if graph is None else (data.k + 1) / 3
            raise ParameterError(
                "perplexity",
                "a running t-SNE",
                allowed=f"less than {most:g}, for which neighbours are at hand"
                if most
                else "left as it is: with so many rows neighbours aren't kept",
                got=repr(value),
                hint="Start anew with another value.",
            )
        self._descent.use(from_graph(graph, value, Progress(), self._threads))

    def result(self) -> Result:
        """The layout as it is now, all rows in place, with what was measured."""
        data = self._data
        kl, error = self._descent.settled(self._theta)
        layout = self.layout()
        if data.place is not None:
            layout[data.others] = data.place(self._descent.layout())
            if data.fixed is not None:
                layout[data.fixed[0]] = data.fixed[1]
        measures: dict[str, Any] = {
            "kl_divergence": kl,
            "perplexity": self._parameters["perplexity"],
            "iterations": self.iteration,
            "converged": self._converged,
        }
        if not data.exact:
            measures["neighbor_recall"] = data.recall
        return Result(
            layout,
            rows_left_out=data.n_rows - data.finite,
            measures=measures,
            approximations=self._approximations(error),
        )

    def _approximations(self, error: float) -> tuple[str, ...]:
        """What isn't exact, in sentences."""
        notes: list[str] = []
        data = self._data
        if len(data.others):
            notes.append(
                f"t-SNE of a fair sample of {len(data.rows):,} rows; the other "
                f"{len(data.others):,} are placed at the weighted mean of their {NEIGHBORS} "
                "nearest rows of the sample."
            )
        if not data.exact:
            notes.append(
                f"Neighbours by an approximate search that found {100 * data.recall:.1f} % of the "
                "true ones, measured on a sample."
            )
        if self._theta and math.isfinite(error):
            by = (
                "charges on a grid"
                if self._descent.by_grid
                else f"a Barnes-Hut tree with theta {self._theta:g}"
            )
            notes.append(f"Repulsion by {by}: forces were {100 * error:.2g} % off at the end.")
        return tuple(notes)
