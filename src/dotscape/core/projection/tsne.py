"""t-SNE in 2-D and 3-D by Barnes and Hut's tree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from dotscape.core.matrix import Floats, Matrix, finite_rows
from dotscape.core.neighbors.prepared import Prepared, prepare
from dotscape.core.progress import Progress
from dotscape.core.projection.affinities import joint_probabilities
from dotscape.core.projection.descent import Descent, Stage, jittered
from dotscape.core.projection.method import Result, check_rows
from dotscape.core.projection.parameters import Parameter, validate
from dotscape.core.projection.principal import principal_basis, project_on

_INITIAL_STD = 1e-4
_EXPLORING = 250  # iterations with early exaggeration
_MOMENTUM = 0.8
_THETA_EXPLORING, _THETA = 0.6, 0.6
_REORDER_AT = 100  # by then the layout has shape


def _below_a_third(n: int, d: int) -> float:
    del d
    return n / 3


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
        limit="less than a third of the rows",
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
        """Project X (n, d); see `Method.fit`."""
        rows = np.flatnonzero(finite_rows(X, threads=threads)).astype(np.int64)
        parameters = self._checked(parameters, len(rows), X)
        prepared = prepare(X, parameters["metric"], rows=rows, progress=progress, threads=threads)
        P = joint_probabilities(
            prepared, parameters["perplexity"], progress=progress, threads=threads
        )
        initial = _initial_layout(prepared, n_components, seed, progress, threads)
        descent = Descent(P, initial, threads)

        def all_rows(layout: Floats) -> Floats:
            everything = np.full((len(X), n_components), np.nan, np.float32)
            everything[rows] = layout
            return everything

        progress.phase("Optimising", parameters["max_iter"])
        first, *others = _stages(parameters, len(rows))
        descent.run(first, progress, all_rows)
        descent.reorder()
        for stage in others:
            descent.run(stage, progress, all_rows)
        return Result(
            all_rows(descent.layout()),
            rows_left_out=len(X) - len(rows),
            measures={"kl_divergence": descent.gradient(1.0, _THETA)[1]},
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


def _stages(parameters: Mapping[str, Any], n: int) -> tuple[Stage, Stage, Stage]:
    """Exploring until the layout has shape, exploring on, and settling."""
    exploring = min(_EXPLORING, parameters["max_iter"] // 3)
    rate, strength = parameters["learning_rate"], parameters["early_exaggeration"]
    early = n / strength if rate == "auto" else rate
    late = n / strength if rate == "auto" else rate
    first = min(_REORDER_AT, exploring)
    return (
        Stage(first, strength, early, _MOMENTUM, _THETA_EXPLORING),
        Stage(exploring - first, strength, early, _MOMENTUM, _THETA_EXPLORING),
        Stage(parameters["max_iter"] - exploring, 1.0, late, _MOMENTUM, _THETA),
    )
