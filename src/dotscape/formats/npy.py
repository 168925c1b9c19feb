"""NumPy's `.npy`: one array of vectors. Nothing pickled is ever loaded."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from dotscape.errors import DataError
from dotscape.formats.bundle import Bundle, Written, as_vectors
from dotscape.formats.registry import reader, writer


@reader("npy", "NumPy array", ".npy")
def read_npy(path: Path) -> list[Bundle]:
    """One (n, d) array; memory-mapped, so that a large file isn't read twice."""
    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, EOFError) as error:
        raise DataError(f"{path} can't be read as a NumPy array: {error}") from error
    return [Bundle(path.stem, {"": as_vectors(array, str(path))})]


@writer("npy", "NumPy array", ".npy")
def write_npy(bundle: Bundle, path: Path) -> Written:
    """The one array of vectors; columns have no place in this format."""
    array = bundle.only_vectors("A .npy file")
    with path.open("wb") as file:
        np.lib.format.write_array(file, np.ascontiguousarray(array), allow_pickle=False)
    left = bundle.columns.num_columns
    lost = (f"{left} column{'s' if left > 1 else ''} left out: .npy holds one array.",)
    return Written((path,), lost if left else ())
