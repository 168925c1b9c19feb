"""What a receipt says of a layout and of the software that made it."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from dotscape.core.fingerprint import fingerprint
from dotscape.core.kernels import simd_level
from dotscape.core.matrix import Floats, Matrix
from dotscape.core.projection.layout import Receipt
from dotscape.core.projection.method import Method, Result
from dotscape.core.projection.preprocessing import Step


def receipt_of(
    X: Matrix,
    method: Method,
    parameters: Mapping[str, Any],
    seed: int,
    result: Result,
    *,
    steps: Iterable[Step],
    seconds: float,
    peak_memory: int | None,
    threads: int | None,
) -> Receipt:
    """The receipt of a layout of X; hashes X."""
    return Receipt(
        data=fingerprint(X, threads=threads),
        method=method.name,
        parameters=dict(parameters),
        seed=seed,
        rows=len(X),
        rows_left_out=result.rows_left_out,
        versions=versions(method),
        approximations=(*result.approximations, *left_out_words(result.layout)),
        measures=result.measures,
        seconds=seconds,
        preprocess=tuple(str(step) for step in steps),
        peak_memory=peak_memory,
    )


def left_out_words(layout: Floats) -> tuple[str, ...]:
    """A sentence that names the rows without a place, the first ten of them; none where all have
    one."""
    rows = np.flatnonzero(np.isnan(layout[:, 0])) if layout.size else np.empty(0, int)
    if not len(rows):
        return ()
    names = ", ".join(f"{row:,}" for row in rows[:10])
    if len(rows) == 1:
        return (f"Row {names} holds a NaN or an infinity and was left out.",)
    more = f" and {len(rows) - 10:,} more" if len(rows) > 10 else ""
    return (f"Rows {names}{more} hold a NaN or an infinity and were left out.",)


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
