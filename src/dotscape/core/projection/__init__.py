"""Projections: vectors in, layouts out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dotscape.core.progress import Listener, Progress
from dotscape.core.projection.layout import Layout, Receipt
from dotscape.core.projection.method import Method, Result
from dotscape.core.projection.parameters import Parameter
from dotscape.core.projection.projection import Projection
from dotscape.core.projection.receipts import left_out_words, versions
from dotscape.core.projection.registry import METHODS

__all__ = [
    "METHODS",
    "Layout",
    "Listener",
    "Method",
    "Parameter",
    "Progress",
    "Projection",
    "Receipt",
    "Result",
    "left_out_words",
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
        ``"pca"``, ``"tsne"``, ``"umap"`` or ``"axes"``; see ``METHODS``.
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
    projection = Projection(
        X,
        method,
        n_components,
        random_state,
        preprocess=preprocess,
        progress=progress,
        threads=threads,
        **params,
    )
    return projection.run()
