"""Arrow arrays: made from Python values, and taken from the libraries that have them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
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
#
# Buffers are made here, by numpy: pyarrow's own `array` imports pandas where it is installed, which
# takes a third of a second.

_NUMPY_NAMES = {"double": "float64", "float": "float32", "halffloat": "float16"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def from_numpy(values: NDArray[Any], missing: NDArray[Any] | None = None) -> Any:
    """Return numbers or booleans as an Arrow array, of the same memory where it is contiguous.

    Parameters
    ----------
    values : (n,) of a native-endian integer, float or boolean dtype
    missing : (n,) bool, optional
        Which are null.
    """
    import numpy as np
    import pyarrow as pa

    data = np.packbits(values, bitorder="little") if values.dtype.kind == "b" else values
    buffer = pa.py_buffer(np.ascontiguousarray(data))
    kind = pa.from_numpy_dtype(values.dtype)
    return pa.Array.from_buffers(kind, *_validity(len(values), missing, buffer))


def _validity(rows: int, missing: NDArray[Any] | None, *buffers: Any) -> tuple[int, list[Any], int]:
    """Return length, buffers and null count as `pyarrow.Array.from_buffers` takes them."""
    import numpy as np
    import pyarrow as pa

    if missing is None or not missing.any():
        return rows, [None, *buffers], 0
    present = np.packbits(~missing, bitorder="little")
    return rows, [pa.py_buffer(present), *buffers], int(np.count_nonzero(missing))


def _missing(values: Sequence[Any]) -> NDArray[Any]:
    import numpy as np

    return np.fromiter((v is None for v in values), bool, len(values))


def text_array(values: Sequence[str | None]) -> Any:
    """Return texts as Arrow has them.

    Raises
    ------
    UnicodeEncodeError
        If one holds a lone surrogate.
    """
    import numpy as np
    import pyarrow as pa

    encoded = [b"" if v is None else v.encode() for v in values]
    ends = np.zeros(len(encoded) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)), out=ends[1:])
    # Of more than 2 GiB the offsets need 64 bits.
    long = ends[-1] > np.iinfo(np.int32).max
    offsets = pa.py_buffer(ends if long else ends.astype(np.int32))
    parts = _validity(len(encoded), _missing(values), offsets, pa.py_buffer(b"".join(encoded)))
    return pa.Array.from_buffers(pa.large_string() if long else pa.string(), *parts)


def number_array(values: list[Any]) -> Any:
    """Return booleans, or integers and floats, None among them, as Arrow has them.

    Integers beyond 64 bits become text: they are names rather than amounts, and no digit may be
    lost. Beside floats they become floats.
    """
    import numpy as np

    kinds = set(map(type, values))
    missing = _missing(values)
    if bool in kinds:
        return from_numpy(np.array([bool(v) for v in values]), missing)
    if int not in kinds or float in kinds:
        floats = (0.0 if v is None else _float(v) for v in values)
        return from_numpy(np.fromiter(floats, np.float64, len(values)), missing)
    integers = [v or 0 for v in values]
    low, high = min(integers), max(integers)
    for dtype in (np.int64, np.uint64):
        if np.iinfo(dtype).min <= low and high <= np.iinfo(dtype).max:
            return from_numpy(np.array(integers, dtype), missing)
    return text_array([None if v is None else str(v) for v in values])


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
    import numpy as np

    try:
        times = [0 if v is None else _milliseconds(v) for v in values]
        return _timestamps(np.array(times, np.int64), _missing(values))
    except (OverflowError, ValueError, TypeError):
        return text_array([None if v is None else str(v) for v in values])


def _milliseconds(value: Any) -> int:
    """Return a date or time as whole milliseconds since 1970, rounded down."""
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    aware = value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    return (aware - _EPOCH) // _MILLISECOND


def date_array_of(array: NDArray[Any]) -> Any:
    """Return an array of datetime64 as timestamp[ms, UTC]; NaT is missing."""
    import numpy as np

    milliseconds = array.astype("datetime64[ms]")
    return _timestamps(milliseconds.astype(np.int64), np.isnat(milliseconds))


def _timestamps(milliseconds: NDArray[Any], missing: NDArray[Any]) -> Any:
    import pyarrow as pa

    return from_numpy(milliseconds, missing).view(pa.timestamp("ms", "UTC"))


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


def to_numpy(array: Any) -> NDArray[Any]:
    """Return an Arrow array of numbers as a numpy array of the same memory; nulls become NaN.

    Parameters
    ----------
    array : pyarrow.Array of integers or floats

    Returns
    -------
    (n,) of the same dtype, or float64 where there are nulls among integers
    """
    import numpy as np

    name = str(array.type)
    dtype = np.dtype(_NUMPY_NAMES.get(name, name))
    validity, data = array.buffers()
    if data is None or len(array) == 0:
        return np.empty(len(array), dtype)
    part = slice(array.offset, array.offset + len(array))
    values = np.frombuffer(data, dtype, part.stop)[part]
    if array.null_count == 0:
        return values
    valid = np.unpackbits(np.frombuffer(validity, np.uint8), bitorder="little")[part]
    floats = values.astype(dtype if dtype.kind == "f" else np.float64)
    floats[valid == 0] = np.nan
    return floats


def matrix_of_lists(array: Any) -> NDArray[Any] | None:
    """Return lists of numbers of one length as an (n, d) matrix, None if they aren't that.

    No copy is made where nothing is missing; a missing list becomes a row of NaN, a missing number
    one NaN.

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
    present = to_numpy(array.flatten()).reshape(-1, width)
    if array.null_count == 0:
        return present
    out = np.full((len(array), width), np.nan, np.result_type(present.dtype, np.float16))
    out[to_numpy(array.is_valid().cast(pa.uint8())).astype(bool)] = present
    return out
