"""Projections: vectors in, layouts out."""

from __future__ import annotations

import platform
import time
from collections.abc import Iterable, Sized
from typing import Any

import numpy as np
import numpy.typing as npt

from dotscape.core.fingerprint import fingerprint
from dotscape.core.kernels import simd_level
from dotscape.core.mapped import MappedFile
from dotscape.core.matrix import Floats, as_matrix
from dotscape.core.memory import PeakMemory
from dotscape.core.progress import Listener, Progress
from dotscape.core.projection import registry
from dotscape.core.projection.layout import Layout, Receipt
from dotscape.core.projection.method import Method, Result
from dotscape.core.projection.parameters import Parameter, stated
from dotscape.core.projection.preprocessing import checked_steps, width_after
from dotscape.core.projection.preprocessing import preprocess as prepared
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
    n_components: int | None = None,
    random_state: int = 42,
    *,
    preprocess: Iterable[Any] | None = None,
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
        ``"pca"``, ``"tsne"`` or ``"axes"``; see ``METHODS``.
    n_components
        Dimensions of the layout; 2 where None, with axes of your own as many as they are.
    random_state
        A whole number of at least 0. The same one gives the same layout, whatever the number of
        threads.
    preprocess
        What is done to the vectors first: a list of ``"centre"``, ``"normalise"``, ``"whiten"`` and
        ``("pca", d)``, in this order; nothing where None. Takes 4 bytes a number.
    progress
        Hears of each phase and iteration, and can cancel.
    threads
        At most so many; all processors where None.
    **params
        The method's own, e.g. ``perplexity=50``; see ``METHODS[method].parameters``. Those of
        ``"axes"`` are ``axes=[(rows, rows), (rows, None)]``, from the mean of the second rows (of
        all rows where None) to that of the first.

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
    before = MappedFile.of(X)
    steps = checked_steps(preprocess, matrix.shape[1])
    n, d = matrix.shape[0], width_after(steps, matrix.shape[1])
    if n_components is None:
        given = params.get("axes")
        n_components = 3 if isinstance(given, Sized) and len(given) == 3 else 2
    complete = registry.validate(chosen, params, n_components, n, d)
    seed = registry.checked_seed(random_state)
    progress = progress or Progress()
    started = time.perf_counter()
    with PeakMemory() as memory:
        vectors = prepared(matrix, steps, progress=progress, threads=threads)
        result = chosen.fit(
            vectors,
            n_components=n_components,
            parameters=complete,
            seed=seed,
            progress=progress,
            threads=threads,
        )
    data = fingerprint(matrix, threads=threads)
    if before is not None:
        before.check_unchanged()
    receipt = Receipt(
        data=data,
        method=method,
        parameters={"n_components": n_components, **stated(complete)},
        seed=seed,
        rows=len(matrix),
        rows_left_out=result.rows_left_out,
        versions=versions(chosen),
        approximations=(*result.approximations, *left_out_words(result.layout)),
        measures=result.measures,
        seconds=time.perf_counter() - started,
        preprocess=tuple(str(step) for step in steps),
        peak_memory=memory.peak,
    )
    return Layout(result.layout, receipt, result.axes)


def left_out_words(layout: Floats) -> tuple[str, ...]:
    """A sentence that names the rows without a place, the first ten of them; none where all have
    one."""
    rows = np.flatnonzero(np.isnan(layout[:, 0])) if layout.size else np.empty(0, int)
    if not len(rows):
        return ()
    names = ", ".join(f"{row:,}" for row in rows[:10])
    more = f" and {len(rows) - 10:,} more" if len(rows) > 10 else ""
    what = "Row" if len(rows) == 1 else "Rows"
    verb = "holds" if len(rows) == 1 else "hold"
    return (f"{what} {names}{more} {verb} a NaN or an infinity and {_was(rows)} left out.",)


def _was(rows: npt.NDArray[Any]) -> str:
    return "was" if len(rows) == 1 else "were"


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
