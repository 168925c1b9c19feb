"""Data frames of any library as columns."""

from __future__ import annotations

from typing import Any

from dotscape.sdk.arrays import library_of


def frame_columns(value: Any) -> list[tuple[Any, Any]] | None:
    """Return the names and columns of a data frame, or None if it isn't one.

    pandas, polars, Arrow tables and batches, and whatever exports an Arrow stream of several
    columns. Columns are handed over as their library holds them.
    """
    library = library_of(value)
    kind = type(value).__name__
    if library == "pandas" and kind == "DataFrame":
        return [(name, value.iloc[:, i]) for i, name in enumerate(value.columns)]
    if library == "polars" and kind == "LazyFrame":
        value = value.collect()
    if library == "polars" and hasattr(value, "get_columns"):
        return [(column.name, column) for column in value.get_columns()]
    if library == "pyarrow" and kind in ("Table", "RecordBatch"):
        names = value.schema.names
        return [(name, value.column(i)) for i, name in enumerate(names)]
    if kind in ("Series", "Array", "ChunkedArray", "ndarray", "Tensor"):
        return None
    if hasattr(value, "__arrow_c_stream__"):
        return _from_stream(value)
    return None


def _from_stream(value: Any) -> list[tuple[Any, Any]] | None:
    import pyarrow as pa

    try:
        return frame_columns(pa.table(value))
    except (pa.ArrowException, TypeError, ValueError):
        return None
