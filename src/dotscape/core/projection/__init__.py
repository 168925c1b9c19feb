"""Projections: vectors in, layouts out."""

from __future__ import annotations

import platform
import time
from typing import Any

import numpy as np

from dotscape.core.fingerprint import fingerprint
from dotscape.core.kernels import simd_level
from dotscape.core.matrix import as_matrix
from dotscape.core.progress import Listener, Progress
from dotscape.core.projection import registry
from dotscape.core.projection.layout import Layout, Receipt
from dotscape.core.projection.method import Method, Result
from dotscape.core.projection.parameters import Parameter
from dotscape.core.projection.registry import METHODS

__all__ = [
    "METHODS",
    "Layout",
    "Listener",
    "Method",
    "Parameter",
    "Progress",
    "Receipt",
    "Result",
    "project",
    "versions",
]


def project(
    X: Any,
    method: str = "tsne",
    n_components: int = 2,
    random_state: int = 42,
    *,
    progress: Progress | None = None,
    threads: int | None = None,
    **params: Any,
) -> Layout:
    """Project vectors to a layout.

    Parameters
    ----------
    X
        (n, d) array-like of numbers: numpy (memory-mapped too), torch, lists. Not modified. Rows
        with a NaN or an infinity are left out and come back as NaN rows.
    method
        ``"pca"`` or ``"tsne"``.
    n_components
        Dimensions of the layout.
    random_state
        A whole number of at least 0. The same one gives the same layout, whatever the number of
        threads.
    progress
        Hears of each phase and iteration, and can cancel.
    threads
        At most so many; all processors where None.
    **params
        The method's own, e.g. ``perplexity=50``; see ``METHODS[method].parameters``.

    Returns
    -------
    Layout
        Array-like (n, n_components) float32, with ``receipt`` and ``axes``.

    Raises
    ------
    ParameterError, DataError
        Name what is wrong, what is allowed and what came.
    Cancelled
        Somebody asked ``progress`` to stop.

    Examples
    --------
    >>> import numpy as np
    >>> layout = project(np.eye(5), method="pca")
    >>> layout.shape
    (5, 2)
    """
    chosen = registry.get(method)
    matrix = as_matrix(X, chosen.title)
    complete = registry.validate(chosen, params, n_components, *matrix.shape)
    seed = registry.checked_seed(random_state)
    started = time.perf_counter()
    result = chosen.fit(
        matrix,
        n_components=n_components,
        parameters=complete,
        seed=seed,
        progress=progress or Progress(),
        threads=threads,
    )
    receipt = Receipt(
        data=fingerprint(matrix, threads=threads),
        method=method,
        parameters={"n_components": n_components, **complete},
        seed=seed,
        rows=len(matrix),
        rows_left_out=result.rows_left_out,
        versions=versions(chosen),
        approximations=result.approximations,
        measures=result.measures,
        seconds=time.perf_counter() - started,
    )
    return Layout(result.layout, receipt, result.axes)


def versions(method: Method) -> dict[str, str]:
    """What a receipt says of the software that made a layout."""
    return {
        "dotscape": _own_version(),
        method.name: str(method.version),
        "numpy": np.__version__,
        "python": platform.python_version(),
        "simd": simd_level(),
    }


def _own_version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("dotscape")
    except PackageNotFoundError:  # run from a source tree
        return "development"
