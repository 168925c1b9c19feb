"""Arrays of any library as numpy arrays, recognised by what they can do and never by importing.

No copy is made where memory can be shared: numpy, torch on the CPU, jax on the CPU, Arrow.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from dotscape.errors import DataError
from dotscape.sdk.jsonable import short_repr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dotscape.store.vectors import FloatArray

_BLOCK_VALUES = 1 << 22
_PLAIN: set[type] = {int, float}


def library_of(value: Any) -> str:
    """Return the top-level package a value's type comes from: ``"torch"``, ``"pandas"``, ..."""
    return type(value).__module__.partition(".")[0]


def is_array_like(value: Any) -> bool:
    """Whether `to_array` may be asked: numpy, torch, jax, tensorflow, cupy, series, ..."""
    if isinstance(value, str | bytes | bytearray | memoryview | type):
        return False
    return (
        hasattr(value, "__array__")
        or hasattr(value, "__dlpack__")
        or hasattr(value, "__arrow_c_array__")
        or hasattr(value, "__array_interface__")
        or library_of(value) == "scipy"
    )


def to_array(value: Any) -> NDArray[Any]:
    """Return an array-like as a numpy array that shares its memory where it can.

    Raises
    ------
    DataError
        If it is sparse, on a device it can't be fetched from, or otherwise can't become one.
    """
    import numpy as np

    if type(value) is np.ndarray:
        return value
    name = f"{type(value).__module__}.{type(value).__qualname__}"
    try:
        if isinstance(value, np.ma.MaskedArray):
            return _unmask(value)
        if isinstance(value, np.ndarray):
            return np.asarray(value)
        array = _from_library(value)
    except DataError:
        raise
    except Exception as error:  # whatever another library raises
        raise DataError(f"A {name} can't be read as an array: {error}") from error
    if getattr(array.dtype, "name", "") in ("bfloat16", "float8_e4m3fn", "float8_e5m2"):
        array = array.astype(np.float32)
    return array


def _from_library(value: Any) -> NDArray[Any]:
    """Ask a value for an array in the way its library does."""
    import numpy as np

    library = library_of(value)
    if library == "torch" and hasattr(value, "detach"):
        return _from_torch(value)
    if library == "scipy" and hasattr(value, "toarray"):
        raise DataError(
            f"A sparse matrix of shape {value.shape} isn't stored as it is. "
            "Log a dense one, .toarray(), or a narrower one, e.g. sklearn's TruncatedSVD."
        )
    if library == "cupy":
        return np.asarray(value.get())
    if hasattr(value, "to_numpy") and library in ("pandas", "polars", "pyarrow", "cudf"):
        return np.asarray(value.to_numpy())
    if hasattr(value, "__array__") or hasattr(value, "__array_interface__"):
        return np.asarray(value)
    if hasattr(value, "__arrow_c_array__"):
        import pyarrow as pa

        return np.asarray(pa.array(value).to_numpy(zero_copy_only=False))
    return np.from_dlpack(value)


def _from_torch(tensor: Any) -> NDArray[Any]:
    """Fetch a tensor: off the graph, off the device, and in a dtype numpy has."""
    tensor = tensor.detach()
    if str(getattr(tensor, "layout", "torch.strided")) != "torch.strided":
        raise DataError(
            f"A sparse tensor of shape {tuple(tensor.shape)} isn't stored as it is. "
            "Log a dense one: .to_dense()"
        )
    if getattr(tensor, "is_quantized", False):
        tensor = tensor.dequantize()
    if str(tensor.dtype).removeprefix("torch.").startswith(("bfloat", "float8", "float4")):
        tensor = tensor.float()
    tensor = tensor.cpu()
    for resolve in ("resolve_conj", "resolve_neg"):
        if hasattr(tensor, resolve):
            tensor = getattr(tensor, resolve)()
    return tensor.numpy()


def _unmask(value: Any) -> NDArray[Any]:
    """Return a masked array with NaN, or None, in place of what is masked."""
    import numpy as np

    if not np.ma.is_masked(value):
        return np.asarray(value)
    if value.dtype.kind in "fiub":
        wide = np.result_type(value.dtype, np.float32) if value.dtype.kind != "f" else value.dtype
        return value.astype(wide).filled(np.nan)
    return value.astype(object).filled(None)


def is_vector_cell(value: Any) -> bool:
    """Whether a single cell is a vector: a 1-D array or a list of numbers."""
    if isinstance(value, list | tuple):
        items = cast("Sequence[Any]", value)
        # Most lists hold plain numbers, and a set of types is made much faster than a check each.
        return bool(items) and (set(map(type, items)) <= _PLAIN or all(map(_is_number, items)))
    if not is_array_like(value):
        return False
    shape = getattr(value, "shape", None)
    return shape is not None and len(shape) == 1 and _is_numeric(value)


def _is_number(value: Any) -> bool:
    kind = type(value)
    if kind is float or kind is int:
        return True
    if isinstance(value, float | int):
        return not isinstance(value, bool)
    return _is_array_number(value)


def _is_array_number(value: Any) -> bool:
    return getattr(value, "shape", None) == () and _is_numeric(value)


def _is_numeric(value: Any) -> bool:
    """Whether an array-like holds real numbers, by what its dtype is called."""
    dtype = str(getattr(value, "dtype", ""))
    return any(word in dtype for word in ("float", "int", "bf16", "Float", "Int", "double"))


def stack_vectors(cells: Sequence[Any], width: int | None = None) -> NDArray[Any]:
    """Return an (n, d) array of n cells that are vectors or None; None becomes NaN.

    Raises
    ------
    DataError
        If their lengths differ; the message names both lengths and a row.
    """
    import numpy as np

    first = next((cell for cell in cells if cell is not None), None)
    if first is None:
        raise DataError("There is no vector among the rows.")
    for row, cell in enumerate(cells):
        if cell is not None and not is_vector_cell(cell):
            raise DataError(
                f"Vectors are lists or 1-D arrays of numbers. Row {row} is {short_repr(cell)}."
            )
    d = len(first) if width is None else width
    for row, cell in enumerate(cells):
        if cell is not None and len(cell) != d:
            raise DataError(
                f"Vectors must be of one length: row {row} has {len(cell)} values, the first {d}."
            )
    if all(isinstance(cell, list | tuple) for cell in cells):
        return _from_lists(cells)
    dtype = _common_float(cells)
    out = np.full((len(cells), d), np.nan, dtype)
    for row, cell in enumerate(cells):
        if cell is not None:
            out[row] = to_array(cell) if is_array_like(cell) else _from_lists([cell])[0]
    return out


def _from_lists(rows: Sequence[Any]) -> NDArray[Any]:
    import numpy as np

    try:
        return np.array(rows, np.float64)
    except (TypeError, ValueError):
        # Lists of numbers that know only how to become floats one by one (tensors, Decimal).
        return np.array([[float(value) for value in row] for row in rows], np.float64)


def _common_float(cells: Sequence[Any]) -> Any:
    """Return the narrowest of float16, float32, float64 that holds what the cells hold."""
    import numpy as np

    names = {str(getattr(cell, "dtype", "float64")).rpartition(".")[2] for cell in cells[:1000]}
    for name in ("float16", "float32"):
        if names == {name}:
            return np.dtype(name)
    return np.dtype(np.float32) if names <= {"float16", "float32", "bfloat16"} else np.dtype(float)


def to_floats(array: NDArray[Any]) -> FloatArray:
    """Return numbers as float32, or float16 where they are that already.

    Raises
    ------
    DataError
        If they are complex, text or objects that aren't numbers.
    """
    import numpy as np

    if array.dtype.name in ("float32", "float16"):
        native = array.dtype.newbyteorder("=")
        return array if array.dtype == native else array.astype(native)
    if array.dtype.kind in "fiub":
        with np.errstate(over="ignore"):  # beyond float32 becomes infinity, which is counted
            return array.astype(np.float32)
    if array.dtype.kind == "O":
        try:
            return array.astype(np.float64).astype(np.float32)
        except (TypeError, ValueError) as error:
            raise DataError(f"An array of objects isn't all numbers: {error}") from error
    raise DataError(f"Vectors are real numbers. Got an array of {array.dtype}.")


def count_nonfinite(array: NDArray[Any]) -> int:
    """Return how many rows of an (n, d) array hold a NaN or an infinity."""
    import numpy as np

    rows = max(1, _BLOCK_VALUES // max(1, array.shape[1]))
    return sum(
        int(np.count_nonzero(~np.isfinite(array[start : start + rows]).all(axis=1)))
        for start in range(0, len(array), rows)
    )
