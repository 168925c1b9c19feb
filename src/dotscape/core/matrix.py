"""What counts as an (n, d) matrix of vectors, and a clear message for what doesn't.

Vectors stay in the float type they came in (float16, float32 or float64) and where they are (a
memory map stays one): work on them goes through `blocks`, a few thousand rows at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from dotscape.core.kernels import native, thread_count
from dotscape.errors import DataError

Matrix = npt.NDArray[np.floating[Any]]
Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]

_FINE, _NOT_FINITE, _TOO_LARGE = 0, 1, 2
_BLOCK_BYTES = 6 << 20  # of float32 values a block: stays in the cache of two cores


def as_matrix(X: Any, owner: str) -> Matrix:
    """X as a C-contiguous, native-endian (n, d) array of float16, float32 or float64.

    No copy where X is one already. Integers of up to 16 bits and booleans become float32, wider
    ones float64. Torch tensors may need a gradient or be on another device.

    Raises
    ------
    DataError
        With what is allowed, what came and a hint.
    """
    array = _to_array(X, owner)
    if array.dtype.kind in "biu":
        array = array.astype(np.float32 if array.dtype.itemsize <= 2 else np.float64)
    elif array.dtype.kind != "f":
        raise _unusable(owner, f"{_article(array.dtype)} array", _HINTS.get(array.dtype.kind, ""))
    if array.ndim != 2:
        hint = "Give one vector a row; a single vector is X[None, :]."
        raise _unusable(owner, f"an array of shape {array.shape}", hint)
    if array.shape[1] == 0:
        raise _unusable(owner, f"an array of shape {array.shape}", "Vectors need a number each.")
    if array.dtype.itemsize > 8:  # long double
        array = array.astype(np.float64)
    return np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("="))


_HINTS = {
    "O": "Rows of different lengths or of mixed types give such an array: make every row a list of "
    "as many numbers, e.g. with np.stack.",
    "U": "Turn the texts into vectors with an encoder first.",
    "S": "Turn the texts into vectors with an encoder first.",
    "c": "Take the real part, or stack real and imaginary parts as columns.",
    "M": "Turn dates into numbers first.",
    "m": "Turn durations into numbers first.",
}


def _to_array(given: Any, owner: str) -> npt.NDArray[Any]:
    if isinstance(given, np.ndarray):
        return cast("npt.NDArray[Any]", given)
    if hasattr(given, "detach") and hasattr(given, "cpu"):  # a torch tensor
        given = given.detach().cpu()
        if str(given.dtype) == "torch.bfloat16":  # numpy has no such type
            given = given.float()
    if hasattr(given, "toarray") and not hasattr(given, "__array__"):  # a scipy sparse matrix
        raise _unusable(owner, "a sparse matrix", "Make it dense with X.toarray().")
    try:
        return np.asarray(given)
    except (ValueError, TypeError) as error:
        got = f"{type(given).__name__} that numpy can't make an array of ({error})"
        raise _unusable(owner, got, _HINTS["O"]) from None


def _article(dtype: np.dtype[Any]) -> str:
    name = {"O": "object", "U": "text", "S": "bytes", "c": "complex"}.get(dtype.kind, str(dtype))
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _unusable(owner: str, got: str, hint: str) -> DataError:
    return DataError(
        f"The 'X' of {owner} must be an (n, d) array of real numbers. Got {got}. {hint}".rstrip()
    )


def finite_rows(X: Matrix, *, threads: int | None = None) -> npt.NDArray[np.bool_]:
    """Which rows hold neither NaN nor infinity: bool (n,)."""
    keep = np.ones(len(X), bool)
    for block in blocks(X, threads=threads):
        keep[block.start : block.start + len(block.values)] = block.state != _NOT_FINITE
    return keep


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows as float32, ready for a matrix product; valid until the next block is asked for."""

    start: int
    values: Floats  # (m, d); rows that aren't finite are zeros
    state: npt.NDArray[np.uint8]  # (m,): 0 fine, 1 holds NaN or infinity, 2 overflows float32
    sums: Doubles  # (d,) column sums of values

    @property
    def left_out(self) -> int:
        """Rows that hold a NaN or an infinity."""
        return int(np.count_nonzero(self.state == _NOT_FINITE))

    @property
    def overflows(self) -> bool:
        """Whether a finite row became too large for float32: a smaller scale is needed."""
        return bool((self.state == _TOO_LARGE).any())


def block_rows(d: int) -> int:
    """How many rows `blocks` takes at a time."""
    return int(np.clip(_BLOCK_BYTES // (4 * d), 64, 8192))


def blocks(
    X: Matrix,
    *,
    rows: Rows | None = None,
    scale: float = 1.0,
    shift: Doubles | None = None,
    threads: int | None = None,
) -> Iterator[Block]:
    """X * scale - shift, a block of rows at a time, as float32.

    Parameters
    ----------
    X
        (n, d) from `as_matrix`; only the rows of the block are read.
    rows
        int64 row numbers to gather, in this order; all rows where None.
    scale, shift
        ``shift`` (d,) is in scaled units. float64 input is shifted in float64, so that a large
        common offset costs no digits.
    """
    n, d = (len(X) if rows is None else len(rows)), X.shape[1]
    size = min(block_rows(d), max(n, 1))
    offset = np.zeros(d) if shift is None else np.ascontiguousarray(shift, np.float64)
    values = np.empty((size, d), np.float32)
    state = np.empty(size, np.uint8)
    workers = thread_count(threads)
    for start in range(0, n, size):
        count = min(size, n - start)
        sums = np.empty(d)
        part = None if rows is None else rows[start : start + count]
        first = start if rows is None else 0
        native.shifted_rows(
            X, part, first, scale, offset, values[:count], state[:count], sums, workers
        )
        yield Block(start, values[:count], state[:count], sums)
