"""UMAP in 2-D and 3-D."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from dotscape.core.kernels import thread_count
from dotscape.core.matrix import Floats, Matrix, Rows, finite_rows
from dotscape.core.neighbors.graph import Graph, neighbor_graph
from dotscape.core.neighbors.prepared import Metric, Prepared, prepare
from dotscape.core.progress import Progress
from dotscape.core.projection.beginning import by_graph, by_principal_components, continued
from dotscape.core.projection.epochs import Epochs, usual_epochs
from dotscape.core.projection.fuzzy import FuzzySet, fuzzy_set
from dotscape.core.projection.method import Result, check_rows
from dotscape.core.projection.optimiser import optimise
from dotscape.core.projection.parameters import Parameter, validate
from dotscape.errors import ParameterError

_SECONDS_AN_EPOCH = 1.5e-7  # of a row and a thread, roughly: for the time left
_CHANGEABLE = (
    "n_epochs",
    "min_dist",
    "spread",
    "learning_rate",
    "negative_sample_rate",
    "repulsion_strength",
)


def _as_many_as_rows(n: int, d: int) -> float:
    del d
    return min(n + 1, 301.0)


def _usual_neighbors(n: int, d: int) -> int:
    """15, or all rows where they are fewer."""
    del d
    return max(2, min(15, n))


PARAMETERS = (
    Parameter(
        "n_neighbors",
        "Neighbours",
        "How many rows count as near, the row itself among them: few show fine structure, many "
        "coarse.",
        "integer",
        15,
        minimum=2,
        step=1,
        limit="at most the number of rows, and 300",
        below=_as_many_as_rows,
        default_for=_usual_neighbors,
    ),
    Parameter(
        "min_dist",
        "Least distance",
        "How near neighbours may come: small values pack groups tightly.",
        "number",
        0.1,
        minimum=0.0,
        maximum=5.0,
        step=0.05,
    ),
    Parameter(
        "spread",
        "Spread",
        "The scale of the layout; the least distance is at most that.",
        "number",
        1.0,
        minimum=0.1,
        maximum=10.0,
        step=0.1,
    ),
    Parameter(
        "n_epochs",
        "Epochs",
        "Rounds of the optimisation; 'auto' is 500 up to 10,000 rows, else 200.",
        "integer",
        "auto",
        minimum=10,
        maximum=20_000,
        step=50,
        choices=("auto",),
    ),
    Parameter(
        "negative_sample_rate",
        "Negative samples",
        "Random rows that push a point away for each neighbour that pulls it.",
        "integer",
        5,
        minimum=1,
        maximum=50,
        step=1,
    ),
    Parameter(
        "learning_rate",
        "Learning rate",
        "Length of the first steps; they shorten to nothing.",
        "number",
        1.0,
        minimum=0.001,
        maximum=10.0,
        step=0.1,
    ),
    Parameter(
        "repulsion_strength",
        "Repulsion",
        "How strongly random rows push.",
        "number",
        1.0,
        minimum=0.0,
        maximum=10.0,
        step=0.1,
    ),
    Parameter(
        "metric",
        "Metric",
        "How distance between vectors is measured.",
        "choice",
        "euclidean",
        choices=("euclidean", "cosine"),
    ),
    Parameter(
        "init",
        "Beginning",
        "The slowest vibrations of the neighbour graph, or the principal components.",
        "choice",
        "spectral",
        choices=("spectral", "pca"),
    ),
)


class UMAP:
    """Uniform manifold approximation and projection.

    Neighbours -> fuzzy set -> initial layout -> epochs of sampled attraction and repulsion. As in
    umap-learn, ``n_neighbors`` counts the row itself: 15 are 14 others. Where the graph isn't
    connected, the spectral beginning is replaced by principal components, which keep its parts
    where they are in the data. O(n k) time an epoch besides the search for neighbours.

    References
    ----------
    Leland McInnes, John Healy and James Melville, "UMAP: Uniform Manifold Approximation and
    Projection for Dimension Reduction", 2018, arXiv:1802.03426.
    """

    name = "umap"
    title = "UMAP"
    help = "Keeps neighbours together, groups compact: fast; distances between groups are rough."
    components = (2, 3)
    parameters = PARAMETERS
    version = 1
    quick = False
    fewest_rows = 3

    def fit(
        self,
        X: Matrix,
        *,
        n_components: int,
        parameters: Mapping[str, Any],
        seed: int,
        progress: Progress,
        threads: int | None = None,
    ) -> Result:
        """Project X (n, d); see `Method.fit`."""
        optimiser = self.start(
            X,
            n_components=n_components,
            parameters=parameters,
            seed=seed,
            progress=progress,
            threads=threads,
        )
        return optimise(optimiser, progress)

    def start(
        self,
        X: Matrix,
        *,
        n_components: int,
        parameters: Mapping[str, Any],
        seed: int,
        progress: Progress,
        threads: int | None = None,
        initial: Floats | None = None,
        pinned: npt.NDArray[np.bool_] | None = None,
    ) -> Scattering:
        """Find neighbours, make the fuzzy set and the first layout; see `IterativeMethod.start`."""
        rows = np.flatnonzero(finite_rows(X, threads=threads)).astype(np.int64)
        parameters = self._checked(parameters, len(rows), X)
        metric: Metric = parameters["metric"]
        prepared = prepare(X, metric, rows=rows, progress=progress, threads=threads)
        epochs = parameters["n_epochs"]
        epochs = usual_epochs(len(rows)) if epochs == "auto" else epochs
        graph = neighbor_graph(
            prepared,
            parameters["n_neighbors"] - 1,
            seed=seed,
            progress=progress,
            later=len(rows) * epochs * _SECONDS_AN_EPOCH / thread_count(threads),
            threads=threads,
        )
        progress.phase("Laying out the graph")
        edges = fuzzy_set(graph, threads)
        layout, notes = _first_layout(
            prepared,
            edges,
            None if initial is None else initial[rows],
            n_components,
            parameters["init"],
            seed,
            progress,
            threads,
        )
        stay = None if pinned is None else pinned[rows]
        motion = Epochs(edges, layout, parameters, seed, pinned=stay, threads=threads)
        return Scattering(motion, parameters, X, rows, graph, notes)

    def _checked(self, parameters: Mapping[str, Any], n: int, X: Matrix) -> Mapping[str, Any]:
        """The parameters for the n finite rows: a default that was for all of them is lowered."""
        check_rows(self, n)
        given = dict(parameters)
        if given["n_neighbors"] == _usual_neighbors(*X.shape):
            given["n_neighbors"] = _usual_neighbors(n, X.shape[1])
        check_distances(given)
        return validate(PARAMETERS, given, self.title, n, X.shape[1])


class Scattering:
    """The `Optimiser` of UMAP: epochs over the finite rows of X."""

    def __init__(
        self,
        motion: Epochs,
        parameters: Mapping[str, Any],
        X: Matrix,
        rows: Rows,
        graph: Graph,
        notes: tuple[str, ...],
    ) -> None:
        """``notes``: what isn't exact, or isn't as it was asked for."""
        self._motion = motion
        self._parameters = dict(parameters)
        self._shape = X.shape
        self._rows = rows
        self._graph = (graph.exact, graph.recall)
        self._notes = notes

    @property
    def iteration(self) -> int:
        """Epochs done."""
        return self._motion.iteration

    @property
    def iterations(self) -> int:
        """Epochs planned."""
        return self._motion.iterations

    @property
    def loss(self) -> float:
        """The cross entropy when it was last estimated, NaN before."""
        return self._motion.loss

    @property
    def finished(self) -> bool:
        """Whether all epochs are done."""
        return self._motion.finished

    def step(self, *, with_loss: bool = False) -> None:
        """One epoch."""
        self._motion.step(with_loss=with_loss)

    def layout(self) -> Floats:
        """A copy of the layout; rows left out are NaN."""
        layout = np.full((self._shape[0], self._motion.dimensions), np.nan, np.float32)
        layout[self._rows] = self._motion.layout()
        return layout

    def change(self, name: str, value: Any) -> None:
        """Change one of the parameters of the optimisation; see `Optimiser.change`."""
        if name not in _CHANGEABLE:
            raise ParameterError(
                name,
                UMAP.title,
                allowed=f"left as it is: on the way only {', '.join(_CHANGEABLE)} can change",
                got=repr(value)[:60],
                hint="Project again with the other value.",
            )
        given = {**self._parameters, name: value}
        checked = validate(PARAMETERS, given, UMAP.title, len(self._rows), self._shape[1])
        check_distances(checked)
        self._parameters = checked
        self._motion.set(name, checked[name])

    def result(self) -> Result:
        """The layout as it is now."""
        exact, recall = self._graph
        measures: dict[str, Any] = {"epochs": self.iteration}
        loss = self._motion.estimated_loss()
        if math.isfinite(loss):
            measures["cross_entropy"] = loss
        notes = list(self._notes)
        if not exact:
            measures["recall"] = recall
            notes.append(
                f"Neighbours by an approximate search that finds {100 * recall:.1f} % of the true "
                "ones, measured on a sample."
            )
        return Result(
            self.layout(),
            rows_left_out=self._shape[0] - len(self._rows),
            measures=measures,
            approximations=tuple(notes),
        )


def check_distances(parameters: Mapping[str, Any]) -> None:
    """Raise `ParameterError` where the least distance is more than the spread."""
    if parameters["min_dist"] > parameters["spread"]:
        raise ParameterError(
            "min_dist",
            UMAP.title,
            allowed=f"at most the spread, {parameters['spread']:g}",
            got=f"{parameters['min_dist']:g}",
            hint="Lower it, or raise the spread.",
        )


def _first_layout(
    prepared: Prepared,
    edges: FuzzySet,
    initial: Floats | None,
    n_components: int,
    init: str,
    seed: int,
    progress: Progress,
    threads: int | None,
) -> tuple[Floats, tuple[str, ...]]:
    """Where the rows begin, and what isn't as it was asked for."""
    if initial is not None and np.isfinite(initial).all(axis=1).any():
        return continued(initial, edges, seed), ()
    notes: tuple[str, ...] = ()
    if init == "spectral":
        layout = by_graph(edges, n_components, seed, progress, threads)
        if layout is not None:
            return layout, ()
        notes = (
            "The neighbour graph falls into parts, or has very few rows: began with principal "
            "components instead of a spectral layout.",
        )
    return by_principal_components(prepared, n_components, seed, progress, threads), notes
