"""Values as JSON cells: dates as milliseconds, long texts cut, numbers that JSON can hold."""

from __future__ import annotations

import math
from typing import Any

from dotscape.formats.untyped import ArrowArray, ArrowColumn, pa

LARGEST_EXACT = 2**53  # beyond it JavaScript's numbers skip


def cells(values: ArrowArray | ArrowColumn, longest: int) -> list[tuple[Any, bool]]:
    """Each value and whether it was cut to `longest` characters."""
    if pa.types.is_timestamp(values.type):
        values = values.cast(pa.timestamp("ms", values.type.tz)).cast(pa.int64())
    elif pa.types.is_temporal(values.type):
        values = values.cast(pa.timestamp("ms")).cast(pa.int64())
    elif pa.types.is_binary(values.type) or pa.types.is_large_binary(values.type):
        return [
            (None if v is None else f"{len(v):,} bytes", v is not None) for v in values.to_pylist()
        ]
    return [_cell(value, longest) for value in values.to_pylist()]


def _cell(value: Any, longest: int) -> tuple[Any, bool]:
    if isinstance(value, str):
        return value[:longest], len(value) > longest
    if isinstance(value, float) and not math.isfinite(value):
        return None, False
    if isinstance(value, int) and abs(value) > LARGEST_EXACT:
        return str(value), False
    return value, False
