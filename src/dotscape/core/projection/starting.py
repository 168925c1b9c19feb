"""Checks of what a projection starts from: a layout, and rows that stay."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from dotscape.core.matrix import Floats
from dotscape.core.projection.method import Method
from dotscape.errors import ParameterError


def checked_initial(given: Any, n: int, components: int, method: Method) -> Floats | None:
    """A copy of a layout to start from, float32 (n, components); raises `ParameterError`."""
    if given is None:
        return None
    if not hasattr(method, "start"):
        raise ParameterError(
            "initial",
            method.title,
            allowed="None: it has no iterations to go on with",
            got="a layout",
            hint="Leave it out.",
        )
    layout: npt.NDArray[Any] = np.array(given, np.float32)
    if layout.shape != (n, components):
        raise ParameterError(
            "initial",
            method.title,
            allowed=f"an array of shape ({n}, {components}): a place for each row",
            got=f"an array of shape {layout.shape}",
            hint="Rows without a place yet are rows of NaN.",
        )
    return layout


def checked_pinned(
    given: Any, initial: Floats | None, n: int, method: Method
) -> npt.NDArray[np.bool_] | None:
    """Which rows stay, bool (n,), from booleans or row numbers; raises `ParameterError`."""
    if given is None:
        return None
    rows: npt.NDArray[Any] = np.asarray(given)
    pinned = np.zeros(n, bool)
    fits = rows.ndim == 1 and (
        (rows.dtype == bool and len(rows) == n)
        or (rows.dtype.kind in "iu" and (len(rows) == 0 or (rows.min() >= 0 and rows.max() < n)))
    )
    if fits:
        pinned[rows] = True
    placed = initial is not None and bool(np.isfinite(initial[pinned]).all())
    if not fits or not placed:
        raise ParameterError(
            "pinned",
            method.title,
            allowed=f"row numbers below {n}, or {n} booleans, of rows that have a place in initial",
            got=f"an array of {rows.dtype} of shape {rows.shape}",
            hint="Give `initial` a place for each of them, e.g. the layout of the last time.",
        )
    return pinned
