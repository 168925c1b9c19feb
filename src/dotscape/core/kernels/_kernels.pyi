# Made by kernels/make_stub.py from the built extension. Don't edit.
# ruff: noqa: C408
"""
Native loops of dotscape. Arrays in, arrays filled; the GIL is released.
"""

from typing import Annotated, Any

import numpy
from numpy.typing import NDArray

def level() -> str:
    """Instruction set in use: portable, avx2 or avx512."""

def draw_order(
    order: Annotated[NDArray[numpy.uint32], dict(shape=(None,), order="C", device="cpu")],
) -> None:
    """Fill order with the fixed shuffle of its n row numbers."""

def bounds(
    layout: Annotated[
        NDArray[numpy.float32], dict(shape=(None, None), order="C", device="cpu", writable=False)
    ],
    threads: int,
) -> tuple[tuple[float, float, float], tuple[float, float, float], int]:
    """
    Lowest and highest finite value of each axis, and how many rows are not finite.
    """

def pack(
    layout: Annotated[
        NDArray[numpy.float32], dict(shape=(None, None), order="C", device="cpu", writable=False)
    ],
    order: Annotated[
        NDArray[numpy.uint32], dict(shape=(None,), order="C", device="cpu", writable=False)
    ],
    center: tuple[float, float, float],
    half: float,
    packed: Annotated[NDArray[numpy.uint16], dict(shape=(None, 4), order="C", device="cpu")],
    threads: int,
) -> None:
    """Quantise rows to 16 bit in draw order."""

def shifted_rows(
    source: NDArray[Any],
    rows: NDArray[numpy.int64] | None,
    first: int,
    scale: float,
    shift: NDArray[numpy.float64],
    out: NDArray[numpy.float32],
    state: NDArray[numpy.uint8],
    sums: NDArray[numpy.float64],
    threads: int,
) -> None:
    """
    out = source rows * scale - shift in float32; marks rows that are not finite.
    """
