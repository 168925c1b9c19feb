"""What a receipt says of a layout and of the software that made it."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from typing import Any

import numpy as np

from dotscape.core.fingerprint import fingerprint
from dotscape.core.kernels import simd_level
from dotscape.core.matrix import Matrix
from dotscape.core.projection.layout import Receipt
from dotscape.core.projection.method import Method, Result


def receipt_of(
    X: Matrix,
    method: Method,
    n_components: int,
    parameters: Mapping[str, Any],
    seed: int,
    result: Result,
    seconds: float,
    threads: int | None,
) -> Receipt:
    """The receipt of a layout of X; hashes X."""
    return Receipt(
        data=fingerprint(X, threads=threads),
        method=method.name,
        parameters={"n_components": n_components, **parameters},
        seed=seed,
        rows=len(X),
        rows_left_out=result.rows_left_out,
        versions=versions(method),
        approximations=result.approximations,
        measures=result.measures,
        seconds=seconds,
    )


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
