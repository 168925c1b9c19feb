"""Vector segments: an (n, d) array in an Arrow file, used in place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from dotscape.errors import DataError, StoreError
from dotscape.store.segment import write_segment

DTYPES = ("float32", "float16")

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    FloatArray = NDArray[np.floating[Any]]  # float32 or float16


def write_vectors(path: Path, array: FloatArray) -> None:
    """Write an array as a vector segment, under a temporary name first.

    Parameters
    ----------
    path
        Where it shall lie; its folder is made.
    array : (n, d) float32 or float16
        Not modified, and not copied where it is C-contiguous.

    Raises
    ------
    DataError
        If it isn't two-dimensional, has no columns, or is of another dtype.
    StoreError
        If the file can't be written.
    """
    import numpy as np
    import pyarrow as pa

    if array.ndim != 2 or array.shape[1] == 0 or array.dtype.name not in DTYPES:
        raise DataError(
            "A vector segment holds an (n, d) array of float32 or float16 with d > 0. "
            f"Got {array.dtype} of shape {array.shape}."
        )
    rows, dim = array.shape
    flat = np.ascontiguousarray(array).reshape(-1)
    values = pa.Array.from_buffers(_float_type(array.dtype), flat.size, [None, pa.py_buffer(flat)])
    # (`pa.array` would import pandas.)
    numbers = [None, pa.py_buffer(np.arange(rows, dtype=np.int64))]
    batch = pa.record_batch(
        [
            pa.Array.from_buffers(pa.int64(), rows, numbers),
            pa.FixedSizeListArray.from_arrays(values, dim),
        ],
        names=["row", "vector"],
    )

    def write(target: str) -> None:
        with pa.OSFile(target, "wb") as sink, pa.ipc.new_file(sink, batch.schema) as writer:
            writer.write_batch(batch)

    write_segment(path, write)


def open_vectors(path: Path) -> FloatArray:
    """Open a vector segment without reading it.

    Returns
    -------
    (n, d) float32 or float16, read-only
        Mapped from the file: pages are read when touched, and shared between processes.

    Raises
    ------
    StoreError
        If the file is missing, damaged, or not a vector segment.
    """
    import pyarrow as pa

    try:
        with pa.memory_map(str(path), "rb") as source:
            reader = pa.ipc.open_file(source)
            if reader.num_record_batches != 1:
                raise StoreError(f"{path} has {reader.num_record_batches} batches instead of one.")
            column: Any = reader.get_batch(0).column(reader.schema.get_field_index("vector"))
        return _as_array(column, path)
    except FileNotFoundError:
        raise StoreError(f"The vectors in {path} are missing.") from None
    except (pa.ArrowException, OSError, ValueError, IndexError, TypeError) as error:
        if isinstance(error, StoreError):
            raise
        raise StoreError(f"The vectors in {path} can't be read: {error}") from error


def _as_array(column: Any, path: Path) -> FloatArray:
    """View a fixed-size list column as a matrix."""
    import numpy as np
    import pyarrow as pa

    kind = column.type
    if not pa.types.is_fixed_size_list(kind) or column.null_count:
        raise StoreError(f"{path} isn't a vector segment: its column is {kind}.")
    names = {pa.float32(): np.float32, pa.float16(): np.float16}
    dtype = names.get(kind.value_type)
    if dtype is None or kind.list_size < 1:
        raise StoreError(f"{path} isn't a vector segment: its column is {kind}.")
    rows, dim = len(column), kind.list_size
    if rows == 0:
        return np.empty((0, dim), dtype)
    buffer = column.values.buffers()[1]
    start = (column.offset + 0) * dim
    needed = (start + rows * dim) * np.dtype(dtype).itemsize
    if buffer is None or buffer.size < needed:
        raise StoreError(f"The vectors in {path} are cut off.")
    flat = np.frombuffer(buffer, dtype)[start : start + rows * dim]
    return flat.reshape(rows, dim)


def _float_type(dtype: Any) -> Any:
    import pyarrow as pa

    return pa.float16() if dtype.itemsize == 2 else pa.float32()
