"""t-SNE in 2-D and 3-D: its parameters, and all that comes before the first iteration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from dotscape.core.kernels import thread_count
from dotscape.core.matrix import Floats, Matrix, Rows, finite_rows
from dotscape.core.neighbors.prepared import Metric, Prepared, prepare
from dotscape.core.progress import Progress
from dotscape.core.projection.affinities import affinity_graph, from_graph, neighbor_count
from dotscape.core.projection.descent import Descent
from dotscape.core.projection.landmarks import Landmarks, fair_sample
from dotscape.core.projection.method import Result, check_rows
from dotscape.core.projection.optimiser import optimise
from dotscape.core.projection.parameters import Parameter, validate
from dotscape.core.projection.tsne_beginning import Beginning, at_components, at_layout, check_given
from dotscape.core.projection.tsne_optimiser import Data, TSNEOptimiser
from dotscape.core.scaling import safe_scaling

_SECONDS_A_STEP = {2: 1.5e-7, 3: 3e-7}  # of a point and a thread, roughly: for the time left
_MOST_NEIGHBORS = 110_000_000  # of all rows that are laid out: 3.5 GB at the worst moment
_KEPT_NEIGHBORS = 20_000_000  # kept while it runs, for another perplexity
_SAMPLE = 50_000


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
        "Steps at most: it stops before when the layout has converged.",
        "integer",
        1000,
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


@dataclass(frozen=True, slots=True)
class _Given:
    """What the caller wants."""

    n_components: int
    parameters: Mapping[str, Any]
    seed: int
    progress: Progress
    threads: int | None
    initial: Floats | None
    pinned: npt.NDArray[np.bool_] | None


class TSNE:
    """t-distributed stochastic neighbour embedding.

    Neighbours -> affinities -> initial layout (PCA, scaled to a standard deviation of 1e-4) ->
    early exaggeration -> optimisation until the loss hardly falls any more. An iteration takes
    O(n + g log g) time in 2-D with a grid of g nodes, O(n log n) in 3-D.

    References
    ----------
    Laurens van der Maaten and Geoffrey Hinton, "Visualizing Data using t-SNE", 2008, JMLR 9.
    Laurens van der Maaten, "Accelerating t-SNE using Tree-Based Algorithms", 2014, JMLR 15.
    George C. Linderman et al., "Fast interpolation-based t-SNE for improved visualization of
    single-cell RNA-seq data", 2019, doi:10.1038/s41592-018-0308-4 (repulsion by a grid; here one
    charge a point, splines and the potential's slope take the place of three charges and
    polynomials).
    Anna C. Belkina et al., "Automated optimized parameters for t-SNE improve visualization and
    analysis of large datasets", 2019, doi:10.1038/s41467-019-13055-y (learning rate n /
    exaggeration; stopping by the relative decrease of the KL divergence). Dmitry Kobak and Philipp
    Berens, "The art of using t-SNE for single-cell transcriptomics", 2019,
    doi:10.1038/s41467-019-13056-x (initial layout by PCA).
    """

    name = "tsne"
    title = "t-SNE"
    help = "Keeps neighbours together: shows clusters; distances between clusters mean little."
    components = (2, 3)
    parameters = PARAMETERS
    version = 2
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

        Of more rows than memory allows (1.2 million at a perplexity of 30) a fair sample of 50,000
        is laid out, and each other row placed among its nearest in the sample; the result says so.
        """
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
    ) -> TSNEOptimiser:
        """All that comes before the first iteration; see `IterativeMethod.start`.

        An ``initial`` layout whose standard deviation is at least 1 has shape already: early
        exaggeration, which would tear it, is left out.
        """
        check_given(self.title, (len(X), n_components), initial, pinned)
        rows = np.flatnonzero(finite_rows(X, threads=threads)).astype(np.int64)
        parameters = self._checked(parameters, len(rows), X)
        given = _Given(n_components, parameters, seed, progress, threads, initial, pinned)
        return _started(X, rows, given)

    def _checked(self, parameters: Mapping[str, Any], n: int, X: Matrix) -> Mapping[str, Any]:
        """The parameters for the n finite rows: a default that was for all of them is lowered."""
        if n == len(X):
            return parameters
        check_rows(self, n)
        given = dict(parameters)
        if given["perplexity"] == _usual_perplexity(*X.shape):
            given["perplexity"] = _usual_perplexity(n, X.shape[1])
        return validate(PARAMETERS, given, self.title, n, X.shape[1])


def _started(X: Matrix, rows: Rows, given: _Given) -> TSNEOptimiser:
    progress, threads, parameters = given.progress, given.threads, given.parameters
    metric: Metric = parameters["metric"]
    perplexity: float = parameters["perplexity"]
    most = _MOST_NEIGHBORS // neighbor_count(len(rows), perplexity)
    sample, others = fair_sample(rows, len(rows) if len(rows) <= most else min(_SAMPLE, most))
    scaling = safe_scaling(X, rows) if len(others) else None
    prepared = prepare(X, metric, rows=sample, scaling=scaling, progress=progress, threads=threads)
    later = len(sample) * parameters["max_iter"] * _SECONDS_A_STEP[given.n_components]
    graph = affinity_graph(
        prepared,
        perplexity,
        seed=given.seed,
        progress=progress,
        later=later / thread_count(threads),
        threads=threads,
    )
    begin = _beginning(prepared, sample, graph.indices, given)
    data = Data(
        n_rows=len(X),
        finite=len(rows),
        rows=sample,
        graph=graph if graph.indices.size <= _KEPT_NEIGHBORS else None,
        k=graph.indices.shape[1],
        recall=graph.recall,
        exact=graph.exact,
        d=X.shape[1],
        others=others,
        fixed=_fixed(rows, given),
    )
    if scaling is not None:
        data.place = partial(_placed, X, prepared, metric, scaling, others, given)
    del prepared  # where nothing else needs them, the vectors make room for P
    P = from_graph(graph, perplexity, progress, threads, overwrite=data.graph is None)
    del graph
    descent = Descent(P, begin.layout, threads, pinned=begin.pinned)
    return TSNEOptimiser(
        descent, data, dict(parameters), PARAMETERS, warm=begin.warm, threads=threads
    )


def _beginning(
    prepared: Prepared, sample: Rows, indices: npt.NDArray[np.int32], given: _Given
) -> Beginning:
    if given.initial is not None and np.isfinite(given.initial[sample]).all(axis=1).any():
        pinned = None if given.pinned is None else given.pinned[sample]
        return at_layout(given.initial[sample], pinned, indices, given.seed)
    return at_components(prepared, given.n_components, given.seed, given.progress, given.threads)


def _fixed(rows: Rows, given: _Given) -> tuple[Rows, Floats] | None:
    if given.pinned is None or given.initial is None:
        return None
    fixed = rows[given.pinned[rows]]
    return fixed, given.initial[fixed].astype(np.float32)


def _placed(
    X: Matrix,
    prepared: Prepared,
    metric: Metric,
    scaling: tuple[float, npt.NDArray[np.float64]],
    others: Rows,
    given: _Given,
    layout: Floats,
) -> Floats:
    """The places of rows that weren't in the sample."""
    landmarks = Landmarks(prepared, layout, metric, scaling)
    return landmarks.place(X, others, progress=given.progress, threads=given.threads)
