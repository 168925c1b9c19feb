"""t-SNE in 2-D and 3-D by Barnes and Hut's tree."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from dotscape.core.kernels import thread_count
from dotscape.core.matrix import Floats, Matrix, finite_rows
from dotscape.core.neighbors.prepared import Metric, Prepared, prepare
from dotscape.core.progress import Progress
from dotscape.core.projection.affinities import joint_probabilities
from dotscape.core.projection.descent import Descent, Stage, jittered
from dotscape.core.projection.landmarks import NEIGHBORS, Landmarks, fair_sample
from dotscape.core.projection.method import Result, check_rows
from dotscape.core.projection.parameters import Parameter, validate
from dotscape.core.projection.principal import principal_basis, project_on
from dotscape.core.scaling import safe_scaling

_INITIAL_STD = 1e-4
_EXPLORING = 250  # iterations with early exaggeration
_MOMENTUM_EXPLORING, _MOMENTUM = 0.5, 0.8  # van der Maaten and Hinton (2008), section 3.4
_THETA = {2: 0.6, 3: 0.8}  # forces about 0.5 % off, with the leaves of descent.py
_SECONDS_A_STEP = {2: 4e-7, 3: 8e-7}  # of a point and a thread, roughly: for the time left
_EXACT = 1500  # up to so many rows nothing is approximated
_MOST = 200_000  # rows that are laid out; of more, a sample
_SAMPLE = 50_000
_REORDER_AT = 100  # by then the layout has shape


def _below_a_third(n: int, d: int) -> float:
    del d
    return min(n / 3, 1001.0)  # memory: three times as many neighbours for each row


def _usual_perplexity(n: int, d: int) -> float:
    """30, or what few rows allow: as near below a third of them as a tenth."""
    del d
    return max(1.0, min(30.0, (n * 10 - 1) // 3 / 10))


PARAMETERS = (
    Parameter(
        "perplexity",
        "Perplexity",
        "How many neighbours a point feels: small values show fine structure, large ones coarse.",
        "number",
        30.0,
        minimum=1.0,
        step=1.0,
        limit="less than a third of the rows, and than 1,001",
        below=_below_a_third,
        default_for=_usual_perplexity,
    ),
    Parameter(
        "max_iter",
        "Iterations",
        "Steps of the optimisation; the first third, at most 250, with early exaggeration.",
        "integer",
        750,
        minimum=50,
        maximum=20_000,
        step=50,
    ),
    Parameter(
        "early_exaggeration",
        "Early exaggeration",
        "How much stronger attraction is at first, so that clusters find together.",
        "number",
        12.0,
        minimum=1.0,
        maximum=100.0,
        step=1.0,
    ),
    Parameter(
        "learning_rate",
        "Learning rate",
        "Length of the steps; 'auto' is the number of rows over the exaggeration.",
        "number",
        "auto",
        minimum=0.01,
        maximum=1e7,
        choices=("auto",),
    ),
    Parameter(
        "metric",
        "Metric",
        "How distance between vectors is measured.",
        "choice",
        "euclidean",
        choices=("euclidean", "cosine"),
    ),
)


class TSNE:
    """t-distributed stochastic neighbour embedding.

    Neighbours -> affinities -> initial layout (PCA, scaled to a standard deviation of 1e-4) ->
    early exaggeration -> optimisation. O(n^2 d) for the neighbours, O(n log n) for an iteration.

    References
    ----------
    Laurens van der Maaten and Geoffrey Hinton, "Visualizing Data using t-SNE", 2008, JMLR 9.
    Laurens van der Maaten, "Accelerating t-SNE using Tree-Based Algorithms", 2014, JMLR 15.
    Anna C. Belkina et al., "Automated optimized parameters for t-SNE improve visualization and
    analysis of large datasets", 2019, doi:10.1038/s41467-019-13055-y (learning rate n /
    exaggeration). Dmitry Kobak and Philipp Berens, "The art of using t-SNE for single-cell
    transcriptomics", 2019, doi:10.1038/s41467-019-13056-x (initial layout by PCA).
    """

    name = "tsne"
    title = "t-SNE"
    help = "Keeps neighbours together: shows clusters; distances between clusters mean little."
    components = (2, 3)
    parameters = PARAMETERS
    version = 1
    quick = False
    fewest_rows = 4  # below, no perplexity of 1 is less than a third of them

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
        """Project X (n, d); see `Method.fit`.

        More than 200,000 rows: a fair sample of 50,000 is laid out, and each other row placed among
        its nearest in the sample; the result says so.
        """
        rows = np.flatnonzero(finite_rows(X, threads=threads)).astype(np.int64)
        parameters = self._checked(parameters, len(rows), X)
        metric: Metric = parameters["metric"]
        sample, others = fair_sample(rows, len(rows) if len(rows) <= _MOST else _SAMPLE)
        scaling = safe_scaling(X, rows) if len(others) else None
        prepared = prepare(
            X, metric, rows=sample, scaling=scaling, progress=progress, threads=threads
        )

        def in_place(some: Floats) -> Floats:
            layout = np.full((len(X), n_components), np.nan, np.float32)
            layout[sample] = some
            return layout

        descent = _started(prepared, n_components, parameters, seed, progress, threads)
        _optimise(descent, parameters, len(sample), progress, in_place)
        kl, error = descent.settled(_theta(n_components, len(sample)))
        layout = in_place(descent.layout())
        if scaling is not None:
            landmarks = Landmarks(prepared, descent.layout(), metric, scaling)
            layout[others] = landmarks.place(X, others, progress=progress, threads=threads)
        return Result(
            layout,
            rows_left_out=len(X) - len(rows),
            measures={"kl_divergence": kl, "perplexity": parameters["perplexity"]},
            approximations=_approximations(n_components, error, len(sample), len(others)),
        )

    def _checked(self, parameters: Mapping[str, Any], n: int, X: Matrix) -> Mapping[str, Any]:
        """The parameters for the n finite rows: a default that was for all of them is lowered."""
        if n == len(X):
            return parameters
        check_rows(self, n)
        given = dict(parameters)
        if given["perplexity"] == _usual_perplexity(*X.shape):
            given["perplexity"] = _usual_perplexity(n, X.shape[1])
        return validate(PARAMETERS, given, self.title, n, X.shape[1])


def _started(
    prepared: Prepared,
    n_components: int,
    parameters: Mapping[str, Any],
    seed: int,
    progress: Progress,
    threads: int | None,
) -> Descent:
    """Everything before the first iteration."""
    later = len(prepared) * parameters["max_iter"] * _SECONDS_A_STEP[n_components]
    P = joint_probabilities(
        prepared,
        parameters["perplexity"],
        progress=progress,
        later=later / thread_count(threads),
        threads=threads,
    )
    initial = _initial_layout(prepared, n_components, seed, progress, threads)
    return Descent(P, initial, threads)


def _initial_layout(
    prepared: Prepared, n_components: int, seed: int, progress: Progress, threads: int | None
) -> Floats:
    """Principal components, scaled to a tiny standard deviation, and a trace of noise."""
    basis = principal_basis(prepared.vectors, n_components, progress=progress, threads=threads)
    layout = project_on(prepared.vectors, basis, progress=progress, threads=threads)
    spread = float(layout[:, 0].std(dtype=np.float64))
    if spread > 0:
        layout *= np.float32(_INITIAL_STD / spread)
    # Points in one place would stay together for ever.
    return jittered(layout, seed, 0.01 * _INITIAL_STD)


def _optimise(
    descent: Descent,
    parameters: Mapping[str, Any],
    n: int,
    progress: Progress,
    shown: Callable[[Floats], Floats],
) -> None:
    """Exploring until the layout has shape, exploring on, and settling."""
    total = parameters["max_iter"]
    exploring = min(_EXPLORING, total // 3)
    first = min(_REORDER_AT, exploring)
    strength, rate = parameters["early_exaggeration"], parameters["learning_rate"]
    theta = _theta(descent.dimensions, n)
    early = Stage(
        first, strength, n / strength if rate == "auto" else rate, _MOMENTUM_EXPLORING, theta
    )
    late = Stage(total - exploring, 1.0, float(n) if rate == "auto" else rate, _MOMENTUM, theta)
    progress.phase("Optimising", total)
    descent.run(early, progress, shown)
    descent.reorder()
    descent.run(replace(early, iterations=exploring - first), progress, shown)
    descent.run(late, progress, shown)


def _theta(n_components: int, n: int) -> float:
    return 0.0 if n <= _EXACT else _THETA[n_components]


def _approximations(n_components: int, error: float, sampled: int, placed: int) -> tuple[str, ...]:
    """What isn't exact, in sentences."""
    notes: list[str] = []
    if placed:
        notes.append(
            f"t-SNE of a fair sample of {sampled:,} rows; the other {placed:,} are placed at the "
            f"weighted mean of their {NEIGHBORS} nearest rows of the sample."
        )
    if theta := _theta(n_components, sampled):
        notes.append(
            f"Repulsion by a Barnes-Hut tree with theta {theta:g}: forces were "
            f"{100 * error:.2g} % off at the end."
        )
    return tuple(notes)
