"""Arrow arrays: made from Python values, and taken from the libraries that have them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from dotscape.sdk.arrays import library_of

if TYPE_CHECKING:
    from numpy.typing import NDArray


def is_arrow(values: Any) -> bool:
    """Whether `as_arrow` may be asked: arrays of pyarrow, series of polars."""
    library = library_of(values)
    return (library == "pyarrow" and hasattr(values, "type")) or (
        library == "polars" and hasattr(values, "to_arrow")
    )


def as_arrow(values: Any) -> Any:
    """Return a pyarrow.Array in one chunk, of the same memory where there was one."""
    import pyarrow as pa

    array = values.to_arrow() if hasattr(values, "to_arrow") else values
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def from_pandas(series: Any) -> Any:
    """Return a pandas series as a numpy or Arrow array, or as a list where it holds objects."""
    import pyarrow as pa

    kind = str(series.dtype)
    if kind == "object":
        missing = series.isna().to_numpy()
        return [None if gone else v for v, gone in zip(series, missing, strict=True)]
    if kind.startswith(("float", "int", "uint")):
        return series.to_numpy()  # NaN stays NaN
    return as_arrow(pa.array(series, from_pandas=True))


# --- from Python values ---------------------------------------------------------------------------


def text_array(values: Sequence[str | None]) -> Any:
    """Return texts as Arrow has them.

    Raises
    ------
    UnicodeEncodeError, pyarrow.ArrowInvalid
        If one holds a lone surrogate.
    """
    import pyarrow as pa

    # Of more than 2 GiB the offsets need 64 bits.
    long = sum(len(v) for v in values if v is not None) > (1 << 29)
    return pa.array(values, pa.large_string() if long else pa.string())


def number_array(values: list[Any]) -> Any:
    """Return numbers or booleans, None among them, as Arrow has them.

    Integers beyond 64 bits become text: they are names rather than amounts, and no digit may be
    lost. Beside floats they become floats.
    """
    import pyarrow as pa

    for kind in (None, pa.uint64()):
        try:
            return pa.array(values, kind)
        except (pa.ArrowException, OverflowError):
            continue
    if float in set(map(type, values)):
        return pa.array([None if v is None else _float(v) for v in values], pa.float64())
    return pa.array([None if v is None else str(v) for v in values], pa.string())


def _float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def date_array(values: list[Any]) -> Any:
    """Return dates and times, None among them, in UTC; those without a zone are taken as UTC.

    Returns
    -------
    pyarrow.Array of timestamp[ms, UTC], or of text where one is out of range
    """
    import pyarrow as pa

    def aware(value: Any) -> Any:
        if value is None:
            return None
        if not isinstance(value, datetime):
            value = datetime(value.year, value.month, value.day)
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)

    try:
        return pa.array([aware(value) for value in values], pa.timestamp("ms", "UTC"))
    except (pa.ArrowException, OverflowError, ValueError, TypeError):
        return pa.array([None if v is None else str(v) for v in values], pa.string())


def date_array_of(array: NDArray[Any]) -> Any:
    """Return an array of datetime64 as timestamp[ms, UTC]; NaT is missing."""
    import numpy as np
    import pyarrow as pa

    milliseconds = array.astype("datetime64[ms]")
    numbers = pa.array(milliseconds.astype(np.int64), mask=np.isnat(milliseconds))
    return numbers.cast(pa.timestamp("ms", "UTC"))


# --- from Arrow -----------------------------------------------------------------------------------


def plain_arrow(array: Any) -> Any:
    """Return an Arrow array in one of the types that columns are stored in, None if in none.

    Parameters
    ----------
    array : pyarrow.Array
    """
    import pyarrow as pa

    types, kind = pa.types, array.type
    if types.is_dictionary(kind):
        return plain_arrow(array.cast(kind.value_type))
    if types.is_string(kind) or types.is_large_string(kind):
        return array
    if "string_view" in str(kind):
        return array.cast(pa.large_string())
    if types.is_timestamp(kind) or types.is_date(kind):
        # Nanoseconds below a millisecond are dropped.
        return array.cast(pa.timestamp("ms", "UTC"), safe=False)
    if types.is_boolean(kind) or types.is_integer(kind):
        return array
    if types.is_float32(kind) or types.is_float64(kind):
        return array
    if types.is_float16(kind):
        return array.cast(pa.float32())
    if types.is_decimal(kind):
        return array.cast(pa.float64(), safe=False)
    return None


def matrix_of_lists(array: Any) -> NDArray[Any] | None:
    """Return lists of numbers of one length as an (n, d) matrix, None if they aren't that.

    No copy is made where no list is missing; a missing one becomes a row of NaN.

    Parameters
    ----------
    array : pyarrow.Array
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute

    pc: Any = pyarrow.compute
    types, kind = pa.types, array.type
    if not (types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind)):
        return None
    if not (types.is_floating(kind.value_type) or types.is_integer(kind.value_type)):
        return None
    if types.is_fixed_size_list(kind) and kind.list_size > 0:
        width = kind.list_size
    else:
        lengths = pc.unique(pc.list_value_length(array).drop_null())
        if len(lengths) != 1 or lengths[0].as_py() == 0:
            return None
        width = lengths[0].as_py()
    flat = array.flatten()
    numbers = np.asarray(flat.to_numpy(zero_copy_only=False))
    if flat.null_count and numbers.dtype.kind != "f":
        return None
    present = numbers.reshape(-1, width)
    if array.null_count == 0:
        return present
    out = np.full((len(array), width), np.nan, np.result_type(present.dtype, np.float16))
    out[np.asarray(array.is_valid())] = present
    return out
