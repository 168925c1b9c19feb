"""Positions as the page draws them: 16 bit, in a fixed shuffled order (docs/http.md)."""

from __future__ import annotations

import struct

import numpy as np
import numpy.typing as npt

from dotscape.core.kernels import native, thread_count
from dotscape.errors import DataError

HEADER_BYTES = 64
MAGIC = b"DSP1"
_HEADER = struct.Struct("<4sIII3ffIIf20x")
_FINAL = 1


def draw_order(n: int) -> npt.NDArray[np.uint32]:
    """The order in which n points are drawn: a fixed shuffle, so any prefix is a fair sample.

    It depends on n alone, on every platform and with every version of numpy: a Fisher-Yates
    shuffle from the end, ``j = floor(r * (i + 1) / 2**64)`` for i = n-1 .. 1, where r are the
    values of splitmix64 seeded with n.

    Returns
    -------
    uint32 (n,)
        ``order[i]`` is the row drawn i-th.
    """
    order = np.empty(n, np.uint32)
    native.draw_order(order)
    return order


def pack(
    layout: npt.ArrayLike,
    order: npt.NDArray[np.uint32] | None = None,
    *,
    frame: int = 0,
    loss: float | None = None,
    final: bool = True,
    threads: int | None = None,
) -> bytes:
    """Header and quantised positions of a layout, as ``docs/http.md`` says.

    Parameters
    ----------
    layout
        (n, 2) or (n, 3) in row order. Rows with a NaN or infinity are kept as "no position".
    order
        uint32 (n,), as from `draw_order`; made where None.
    frame, loss, final
        What the header says of a live layout.

    Returns
    -------
    bytes
        64 + 8 n bytes, little-endian.
    """
    positions = np.ascontiguousarray(layout, dtype=np.float32)
    if positions.ndim != 2 or positions.shape[1] not in (2, 3):
        raise DataError(
            f"The 'layout' of pack must be an (n, 2) or (n, 3) array. Got shape {positions.shape}. "
            "Choose two or three of its axes."
        )
    n, dimensions = positions.shape
    if order is None:
        order = draw_order(n)
    workers = thread_count(threads)
    low, high, missing = native.bounds(positions, workers)
    center, half = _box(low[:dimensions], high[:dimensions])
    packed = np.empty(HEADER_BYTES + 8 * n, np.uint8)
    _HEADER.pack_into(
        packed.data,
        0,
        MAGIC,
        n,
        dimensions,
        frame,
        *center,
        half,
        missing,
        _FINAL if final else 0,
        float("nan") if loss is None else loss,
    )
    points = packed[HEADER_BYTES:].view(np.uint16).reshape(n, 4)
    native.pack(positions, order, center, half, points, workers)
    return packed.tobytes()


def _box(
    low: tuple[float, ...], high: tuple[float, ...]
) -> tuple[tuple[float, float, float], float]:
    """Centre (3 values) and half side of the smallest cube around low..high, exact in float32."""
    if not all(np.isfinite(low)):  # no row has a position
        return (0.0, 0.0, 0.0), 1.0
    sides = [h - lo for lo, h in zip(low, high, strict=True)]
    middle = [float(np.float32(lo + s / 2)) for lo, s in zip(low, sides, strict=True)]
    x, y, z = middle + [0.0] * (3 - len(middle))
    center = (x, y, z)
    reach = max(max(h - c, c - lo) for lo, h, c in zip(low, high, center, strict=False))
    if reach == 0.0:  # all points in one place
        return center, 1.0
    half = np.float32(reach)
    if float(half) < reach:  # rounding down would push the outermost point out of the box
        half = np.nextafter(half, np.float32(np.inf))
    return center, float(half)
