"""What a side is given and gives back: ours and each peer's adapter speak in these."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

KEPT = 15  # neighbours of a graph, and of the figures of quality
PERPLEXITY = 30.0
ITERATIONS = 750  # of t-SNE, the first 250 with early exaggeration
EXPLORING = 250


@dataclass(frozen=True, slots=True)
class Job:
    """Something a side can be asked for. ``components`` is 0 for a graph."""

    name: str
    title: str
    components: int


JOBS = {
    job.name: job
    for job in (
        Job("knn", "kNN, k=15", 0),
        Job("tsne2", "t-SNE 2-D", 2),
        Job("tsne3", "t-SNE 3-D", 3),
        Job("umap2", "UMAP 2-D", 2),
        Job("pca", "PCA 2-D", 2),
    )
}


@dataclass(frozen=True, slots=True)
class Graph:
    """Neighbours (n, k), self excluded, nearest first, and their Euclidean distances."""

    indices: npt.NDArray[np.int32]
    distances: npt.NDArray[np.float32]

    def nearest(self, k: int) -> Graph:
        """Only the first k of each row."""
        return Graph(
            np.ascontiguousarray(self.indices[:, :k]), np.ascontiguousarray(self.distances[:, :k])
        )

    def with_self(self, k: int) -> Graph:
        """The row itself at distance 0 and the first k - 1: what some peers call k neighbours."""
        own = np.arange(len(self.indices), dtype=np.int32)[:, None]
        return Graph(
            np.hstack([own, self.indices[:, : k - 1]]),
            np.hstack([np.zeros_like(own, np.float32), self.distances[:, : k - 1]]),
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """A layout (n, c), or the indices (n, 15) of a graph, and what the side timed itself.

    ``seconds`` may have ``from_graph`` (from the neighbours to the finished layout) and
    ``optimising`` (of that, the iterations alone, of which there were ``iterations``).
    """

    result: npt.NDArray[Any]
    seconds: dict[str, float] = field(default_factory=dict[str, float])
    iterations: int = 0


def without_self(indices: npt.NDArray[Any], k: int) -> npt.NDArray[np.int32]:
    """The first k of each row's neighbours that aren't the row itself.

    A row that isn't among its own (exact duplicates may push it out) loses its last one instead.
    """
    own = indices == np.arange(len(indices))[:, None]
    own[~own.any(axis=1), -1] = True
    kept = indices[~own].reshape(len(indices), -1)
    return np.ascontiguousarray(kept[:, :k], np.int32)
