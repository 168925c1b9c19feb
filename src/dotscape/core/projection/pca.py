"""Principal components: the directions along which the vectors vary most."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np

from dotscape.core.matrix import Floats, Matrix, block_rows
from dotscape.core.pack import draw_order
from dotscape.core.progress import Progress
from dotscape.core.projection.method import Result
from dotscape.core.projection.parameters import Parameter
from dotscape.core.projection.principal import SMALL_VALUES, principal_basis, project_on, refined

_SAMPLE_ROWS = 50_000  # rows of the first look at a large set
_FIRST_LOOK_SECONDS = 0.5  # a first look only where the exact answer takes longer
_FLOPS = 1e11  # multiply-adds a second, cautiously
_BYTES = 4e9  # read and converted a second, cautiously


class PCA:
    """PCA by the covariance matrix (by the Gram matrix where there are fewer rows than numbers).

    Explained variances agree with a float64 SVD to 1e-5, each of itself, down to a millionth of the
    first: they are measured along the directions found. Reads the vectors twice, a block at a time,
    so memory maps of any length do; O(n d^2) time, O(d^2) memory.

    References
    ----------
    Karl Pearson, "On lines and planes of closest fit to systems of points in space", 1901,
    doi:10.1080/14786440109462720.
    """

    name = "pca"
    title = "PCA"
    help = "The directions of largest variance: linear, instant, distances far apart are kept."
    components = tuple(range(2, 11))
    up_to_d: Literal[True] = True
    parameters: tuple[Parameter, ...] = ()
    version = 1
    quick = True
    fewest_rows = 0

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
        """Project X (n, d) on its principal components; see `Method.fit`.

        Large sets (more than about half a second) are first fitted to 50,000 rows, and that layout
        is reported; the exact one follows.
        """
        del parameters, seed  # there is nothing to choose, and nothing random in the answer
        n, d = X.shape
        if n > 2 * _SAMPLE_ROWS and _estimated_seconds(n, d) > _FIRST_LOOK_SECONDS:
            self._first_look(X, n_components, progress, threads)
        progress.phase("Computing principal components", iterations=2 * _block_count(X))
        basis = principal_basis(X, n_components, progress=progress, threads=threads)
        layout = project_on(X, basis, progress=progress, threads=threads)
        if n * d > SMALL_VALUES:
            basis = refined(basis, layout)
        return Result(
            layout,
            rows_left_out=n - basis.rows,
            axes=basis.axes(),
            measures=basis.measures(),
            approximations=basis.notes(),
        )

    def place(
        self,
        X: Matrix,
        new: Matrix,
        *,
        n_components: int,
        progress: Progress,
        threads: int | None = None,
    ) -> Floats:
        """Coordinates of new rows on the components of X: exact, as those of its own rows."""
        basis = principal_basis(X, n_components, progress=progress, threads=threads)
        return project_on(new, basis, progress=progress, threads=threads)

    def _first_look(
        self, X: Matrix, n_components: int, progress: Progress, threads: int | None
    ) -> None:
        progress.phase("Taking a first look", later=_estimated_seconds(*X.shape))
        rows = np.sort(draw_order(len(X))[:_SAMPLE_ROWS]).astype(np.int64)
        basis = principal_basis(X, n_components, rows=rows, progress=progress, threads=threads)
        layout = project_on(X, basis, progress=progress, threads=threads)
        progress.report(0, None, layout)


def _estimated_seconds(n: int, d: int) -> float:
    return n * d * d / 2 / _FLOPS + 2 * n * d * 4 / _BYTES


def _block_count(X: Matrix) -> int:
    return -(-len(X) // block_rows(X.shape[1]))
